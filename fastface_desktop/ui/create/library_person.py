"""The person of the library that pictures are made of, and the way to choose one."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError, PhotoError
from fastface_desktop.state.people.people import PeopleState, PersonInfo
from fastface_desktop.state.session import Session
from fastface_desktop.state.session_values import SessionValues
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.create.person_picker import PersonPicker
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import aligned, column, filling, row
from fastface_desktop.ui.widgets.round_face import RoundFace, paint_face

_OFFERED = 4
"""Faces that can be taken at once; the others are behind a button."""
_SMALL, _LARGE = 44, 64


class LibraryPerson(QWidget):
    """Under the drop area some people are offered; one who was chosen replaces it."""

    said = Signal(str, Undo)
    people_wanted = Signal()
    """The page People, to unlock it."""
    person_wanted = Signal(str)
    """The page of a person."""

    def __init__(self, session: Session, people: PeopleState, theme: Theme) -> None:
        super().__init__()
        self._session, self._people, self._theme = session, people, theme
        self.picker = PersonPicker(people, theme)
        self.picker.chosen.connect(self.choose)
        self.picker.closed.connect(self._picker_closed)
        self.faces: list[_FaceButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._build_offer())
        column.addWidget(self._build_chosen())
        column.addWidget(self.picker)
        people.changed.connect(self._changed)
        session.changed.connect(self._session_changed)
        self._changed()

    def _build_offer(self) -> QWidget:
        self.offer = QWidget()
        self.all_button = button(self.tr("All people…"), self.tr("Choose a person of the library"), "quiet")
        self.all_button.clicked.connect(self._pick)
        self._row = flexible(QWidget())
        self._flow = FlowLayout(self._row, gap=Space.XS)
        self._flow.addWidget(self.all_button)
        column(label(self.tr("or choose a person"), "secondary"), self._row, gap=Space.XS, of=self.offer)
        return self.offer

    def _build_chosen(self) -> QWidget:
        self.chosen = Card(kind="inset", margin=Space.M)
        self.face = RoundFace(_LARGE, self._theme)
        self.name = ElidedLabel(role="heading")
        self.photos = ElidedLabel(role="secondary")
        self.icon = IconLabel("info", "secondary", self._theme, size=16)
        self.permission = ElidedLabel(role="secondary")
        self.unlock_button = button(self.tr("Unlock…"), self.tr("Go to the page People"))
        self.unlock_button.clicked.connect(self.people_wanted)
        self.open_button = IconButton("photo", self.tr("Photos and permission of this person"), self._theme)
        self.open_button.clicked.connect(self._open)
        self.change_button = IconButton("people", self.tr("Choose another person"), self._theme)
        self.change_button.clicked.connect(self._pick)
        self.clear_button = IconButton("close", self.tr("Take this person out"), self._theme)
        self.clear_button.clicked.connect(self.clear)
        texts = column(
            self.name,
            self.photos,
            row(self.icon, filling(self.permission), gap=Space.XS),
            aligned(self.unlock_button, Qt.AlignmentFlag.AlignLeft),
        )
        line = row(
            self.face, filling(texts), column(self.clear_button, self.change_button, self.open_button), gap=Space.M
        )
        self.chosen.column.addLayout(line)
        return self.chosen

    # ---- What the user does

    def choose(self, uid: str) -> None:
        """Takes a person, in the place of photos."""
        before = self._session.values
        if before.person == uid:
            return
        self._session.choose_person(uid)
        if before.photos or before.person is not None:
            self.said.emit(self.tr("Another person is chosen."), self._undo(before))

    def clear(self) -> None:
        before = self._session.values
        self._session.choose_person(None)
        self.said.emit(self.tr("The person was taken out."), self._undo(before))

    def _undo(self, before: SessionValues) -> Callable[[], None]:
        def put_back() -> None:
            self._session.change(person=before.person, photos=before.photos, corrections=before.corrections)

        return put_back

    def _pick(self) -> None:
        if self.picker.isVisible():
            self.picker.close_picker()
        else:
            self.picker.ask()

    def _picker_closed(self) -> None:
        opener = self.change_button if self.chosen.isVisible() else self.all_button
        opener.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self) -> None:
        if self._session.values.person is not None:
            self.person_wanted.emit(self._session.values.person)

    # ---- What is shown

    def problem(self) -> FastFaceError | None:
        """Why no picture can be made of the chosen person."""
        person = self._people.person(self._session.values.person)
        if person is None or person.usable:
            return None
        return PhotoError(
            self.tr("There is no photo of {name} that can be used.").format(name=person.name),
            self.tr("Add one on the page People."),
        )

    def set_offering(self, offering: bool) -> None:
        """Whether there is room to offer people: nobody is chosen, and no photo."""
        self.offer.setVisible(offering and bool(self._people.people))
        if not offering and self._session.values.person is None:
            self.picker.hide()

    def _session_changed(self, name: str) -> None:
        if name == "person":
            self._show()

    def _changed(self) -> None:
        uid = self._session.values.person
        if uid is not None and self._people.ready and not self._people.locked and self._people.person(uid) is None:
            self._session.choose_person(None)  # forgotten by another program
        self._offer(tuple(person for person in self._people.people if person.usable)[:_OFFERED])
        self._show()

    def _offer(self, people: tuple[PersonInfo, ...]) -> None:
        while len(self.faces) > len(people):
            gone = self.faces.pop()
            self._flow.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.faces) < len(people):
            made = _FaceButton(self._theme)
            made.clicked.connect(self._face_clicked)
            self.faces.append(made)
            self._flow.addWidget(made)
        for face, person in zip(self.faces, people, strict=True):
            face.show_person(person)
        self._flow.arrange([*self.faces, self.all_button])
        self.all_button.setVisible(len(self._people.people) > len(people))
        empty = self._session.values.person is None and not self._session.values.photos
        self.set_offering(empty)

    def _face_clicked(self) -> None:
        self.choose(self.sender().property("uid"))

    def _show(self) -> None:
        uid = self._session.values.person
        self.chosen.setVisible(uid is not None)
        if uid is None:
            return
        person = self._people.person(uid)
        hidden = person is None and self._people.locked
        for part in (self.photos, self.permission, self.icon, self.open_button, self.change_button):
            part.setVisible(person is not None)
        self.unlock_button.setVisible(hidden)
        if person is None:
            self.face.show_face(QImage())
            self.name.setText(self.tr("The people are locked") if hidden else self.tr("Opening the library…"))
            return
        self.face.show_face(person.cover)
        self.name.setText(person.name)
        self.photos.setText(words.photos(person))
        icon, colour, text = words.permission(person)
        self.icon.show_icon(icon, colour)
        self.permission.setText(text)
        self.chosen.setAccessibleName(f"{person.name}, {words.photos(person)}, {text}")


class _FaceButton(QAbstractButton):
    """A face with its name below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.updateGeometry)

    def show_person(self, person: PersonInfo) -> None:
        self._image = person.cover
        self.setProperty("uid", person.uid)
        self.setText(person.name)
        self.setToolTip(self.tr("Make pictures of {name}").format(name=person.name))
        self.setAccessibleName(person.name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SMALL + 2 * Space.M, _SMALL + 2 * Space.XS + round(self._theme.px(Type.CAPTION) * 1.6))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), Radius.CONTROL, Radius.CONTROL)
        circle = QRectF((self.width() - _SMALL) / 2, Space.XS, _SMALL, _SMALL)
        paint_face(painter, circle, self._image, self._theme, self.devicePixelRatioF())
        painter.setFont(self._theme.font(Type.CAPTION))
        painter.setPen(self._theme.colour("text"))
        below = QRectF(2, circle.bottom(), self.width() - 4, self.height() - circle.bottom())
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(below.width()))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
