"""Further people in the picture: who they are, where each is, and the way to draw that on the picture."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from fastface_core.domain.identity import Companion, PhotoChoice
from fastface_core.domain.places import MOST_PEOPLE, WORDS, word_of
from fastface_core.errors import FastFaceError
from fastface_desktop.state.people.other_photos import OtherPhotos
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.ui.create.person_picker import PersonPicker
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton, button
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column, filling, row
from fastface_desktop.ui.widgets.photo_dialog import choose_photos
from fastface_desktop.ui.widgets.round_face import RoundFace
from fastface_desktop.ui.widgets.segments import Segments

_FACE = 32


class PeopleTogether(QWidget):
    """Takes no room until somebody is chosen."""

    places_wanted = Signal(bool)
    """The rectangles are to be seen on the picture, or no more."""
    names_changed = Signal()

    def __init__(self, session: Session, people: PeopleState, others: OtherPhotos, theme: Theme) -> None:
        super().__init__()
        self._session, self._people, self._others, self._theme = session, people, others, theme
        self.rows: list[_Row] = []
        self.add_button = button(
            self.tr("Another person in the picture…"), self.tr("Show somebody else beside this person"), "link"
        )
        self.add_button.setProperty("tone", "secondary")
        self.places_button = button(self.tr("Draw the places"), self.tr("Draw on the picture where everybody is"))
        self.places_button.setCheckable(True)
        icons.bind(self.places_button, "square", theme, size=Size.ICON_TEXT)
        self.as_photos_button = button(
            self.tr("As in the photos"), self.tr("Everybody is where their photo has them, as in a photo of a group")
        )
        self.as_photos_button.setCheckable(True)
        icons.bind(self.as_photos_button, "photo", theme, size=Size.ICON_TEXT)
        self.photos_button = button(self.tr("From photos…"), self.tr("Choose photos of the other person"))
        self.picker = PersonPicker(people, theme)
        self.error = InlineError(theme)
        self.list = Card(kind="plain", margin=0)
        self.list.column.setSpacing(Space.XS)
        acts = flexible(QWidget())
        self._flow = FlowLayout(acts, Space.L)
        for part in (self.add_button, self.places_button, self.as_photos_button, self.photos_button):
            self._flow.addWidget(part)
        column(self.list, acts, self.picker, self.error, gap=Space.S, of=self)
        self.add_button.clicked.connect(self._ask)
        self.photos_button.clicked.connect(self._ask_photos)
        self.places_button.toggled.connect(self.places_wanted)
        self.as_photos_button.clicked.connect(self._as_photos)
        self.picker.chosen.connect(self._take)
        self.picker.closed.connect(self._closed)
        session.changed.connect(self._session_changed)
        people.changed.connect(self._show)
        others.changed.connect(self._show)
        self._show()

    def lead_with(self, act: QWidget) -> None:
        """Another act stands before those of here, in one line where both have room."""
        self._flow.addWidget(act)
        self._flow.arrange([act, self.add_button, self.places_button, self.as_photos_button, self.photos_button])

    def names(self) -> list[str]:
        """Of everybody, the first included."""
        values = self._session.values
        first = self._people.person(values.person)
        photo = values.photos[0].path.stem if values.photos else ""
        found = [first.name if first is not None else photo or self.tr("Person {number}").format(number=1)]
        for number, one in enumerate(values.others, 2):
            known = self._people.person(one.person)
            photo = one.photos[0].path.stem if one.photos else ""
            found.append(known.name if known is not None else photo or self.tr("Person {number}").format(number=number))
        return found

    def add_photos(self, files: list[Path]) -> None:
        """Photos of one further person."""
        self._add(Companion(photos=tuple(PhotoChoice(path) for path in files)))

    def close_question(self) -> bool:
        """Closes the picker; False where it is not open."""
        if not self.picker.isVisible():
            return False
        self.picker.close_picker()
        return True

    def _ask(self) -> None:
        if self._people.people:
            self.picker.close_picker() if self.picker.isVisible() else self.picker.ask()
            self._show_acts()
        else:
            self._ask_photos()

    def _ask_photos(self) -> None:
        if files := choose_photos(self):
            self.picker.hide()
            self.add_photos(files)

    def _take(self, uid: str) -> None:
        self._add(Companion(person=uid))

    def _add(self, other: Companion) -> None:
        self.error.clear()
        try:
            self._session.add_other(other)
        except FastFaceError as error:
            self.error.show_error(error, copyable=False)
        self._show_acts()

    def _as_photos(self, wanted: bool) -> None:
        self.places_button.setChecked(False)
        self._session.change(as_photos=wanted)

    def _closed(self) -> None:
        self._show_acts()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _session_changed(self, name: str) -> None:
        if name in ("person", "photos", "others", "places", "as_photos"):
            self._show()

    def _show(self) -> None:
        values = self._session.values
        somebody = values.person is not None or bool(values.photos)
        self.setVisible(somebody or bool(values.others))
        several = len(values.others) + 1 if values.others else 0
        while len(self.rows) > several:
            gone = self.rows.pop()
            self.list.column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.rows) < several:
            row = _Row(len(self.rows), self._session, self._theme)
            self.rows.append(row)
            self.list.column.addWidget(row)
        places = values.where
        for index, (row, name) in enumerate(zip(self.rows, self.names(), strict=False)):
            row.show_person(name, self._face(index), None if values.as_photos else word_of(places[index]))
        self.list.setVisible(bool(self.rows))
        self._show_acts()
        self.names_changed.emit()

    def _show_acts(self) -> None:
        values = self._session.values
        self.add_button.setVisible(len(values.others) + 1 < MOST_PEOPLE)
        self.places_button.setVisible(bool(values.others))
        self.as_photos_button.setVisible(bool(values.others))
        self.as_photos_button.setChecked(values.as_photos)
        self.photos_button.setVisible(self.picker.isVisible())
        if not values.others and self.places_button.isChecked():
            self.places_button.setChecked(False)

    def _face(self, index: int) -> QImage:
        values = self._session.values
        if index == 0:
            known = self._people.person(values.person)
            return known.cover if known is not None else QImage()
        other = values.others[index - 1]
        known = self._people.person(other.person)
        if known is not None:
            return known.cover
        return self._others.image(other.photos[0].path) if other.photos else QImage()


class _Row(QWidget):
    """Somebody, and where they are."""

    def __init__(self, index: int, session: Session, theme: Theme) -> None:
        super().__init__()
        self._index, self._session = index, session
        self.face = RoundFace(_FACE, theme)
        self.name = ElidedLabel(role="strong")
        words = {"left": self.tr("Left"), "centre": self.tr("Centre"), "right": self.tr("Right")}
        tips = {
            "left": self.tr("In the left of the picture"),
            "centre": self.tr("In the centre of the picture"),
            "right": self.tr("In the right of the picture"),
        }
        self.where = Segments(
            [(word, "", words[word], tips[word]) for word in WORDS], self.tr("Where"), theme, wide=False
        )
        self.where.chosen.connect(self._place)
        self.remove_button = IconButton("close", self.tr("Take this person out of the picture"), theme)
        self.remove_button.clicked.connect(self._remove)
        # The first one is taken out above, where they were chosen.
        kept = self.remove_button.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.remove_button.setSizePolicy(kept)
        self.remove_button.setVisible(index > 0)
        row(self.face, filling(self.name), self.where, self.remove_button, gap=Space.S, of=self)

    def show_person(self, name: str, face: QImage, word: str | None) -> None:
        self.name.setText(name)
        self.face.show_face(face)
        self.where.choose(word)

    def _place(self, word: str) -> None:
        self._session.place_in_words(self._index, word)

    def _remove(self) -> None:
        self._session.remove_other(self._index - 1)
