"""Who the pictures are of: the chosen photos with their faces, what is said about them, and the way to add more."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from fastface_core.domain.identity import PhotoChoice
from fastface_core.errors import FastFaceError, PhotoError
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.create.keep_person import KeepPerson
from fastface_desktop.ui.create.library_person import LibraryPerson
from fastface_desktop.ui.create.photo_tiles import PhotoTiles
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, IconButton, button, label
from fastface_desktop.ui.widgets.drop_zone import DropZone
from fastface_desktop.ui.widgets.face_view import FaceView
from fastface_desktop.ui.widgets.inline_error import IconLabel, InlineError
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row
from fastface_desktop.ui.widgets.twin_chips import TwinCard, TwinChips, TwinWords
from fastface_desktop.ui.widgets.twin_picture import TwinPicture
from fastface_desktop.values import PhotoReport

_LARGE_VIEW = 190


class PersonCard(Card):
    files_wanted = Signal()
    """The user wants to choose files."""
    photo_shown = Signal(QImage)
    """The photo, or the face, of the chosen person; null for nobody."""
    said = Signal(str, Undo)
    """A short message, and what takes it back or None."""

    def __init__(
        self,
        session: Session,
        photos: ChosenPhotos,
        people: PeopleState,
        intake: PhotoIntake,
        consents: Consents,
        twin: DrawnPerson,
        theme: Theme,
    ) -> None:
        super().__init__(kind="plain", margin=0)
        self._session, self.photos, self._theme = session, photos, theme
        self._people, self._twin = people, twin
        self._drawn = False
        self._selected: Path | None = None
        self._refused: list[FastFaceError] = []
        self.photo = QImage()
        """As `photo_shown` sent last."""

        self.zone = DropZone(
            self.tr("Drop photos of a person"), self.tr("or click to choose them. A few sharp ones are best."), theme
        )
        self.zone.setToolTip(self.tr("Choose photos"))
        bind_action(self.zone, "create.choose_photos")
        self.zone.clicked.connect(self.files_wanted)
        self.column.addWidget(self.zone)
        self.library = LibraryPerson(session, people, theme)
        self.library.said.connect(self.said)
        self.column.addWidget(self.library)
        self.twin = TwinCard(twin, theme, kind="plain")
        self.column.addWidget(self.twin)
        self.keep = KeepPerson(session, people, intake, consents, theme)
        self.filled = self._build_filled()
        self.column.addWidget(self.filled)
        self.keep.wanted.connect(self._keep_as_person)
        self.keep.said.connect(self.said)
        self.column.addWidget(self.keep)
        self.remark = label(role="secondary", wrap=True)
        self.remark.hide()
        self.column.addWidget(self.remark)
        self.error = InlineError(theme)
        self.error.closed.connect(self._refused.clear)
        self.column.addWidget(self.error)

        session.changed.connect(self._session_changed)
        photos.changed.connect(self._refresh)
        photos.refused.connect(self._photo_refused)
        photos.failed.connect(self._photo_failed)
        twin.changed.connect(self._twin_changed)
        self._refresh()

    def _build_filled(self) -> QWidget:
        filled = QWidget()
        self.title = label(role="strong")
        self.add_button = IconButton("plus", self.tr("Add photos of the same person"), self._theme)
        bind_action(self.add_button, "create.choose_photos")
        self.add_button.clicked.connect(self.files_wanted)
        self.remove_button = IconButton("trash", self.tr("Take this photo out (Delete)"), self._theme)
        self.remove_button.clicked.connect(self._remove_selected)
        self.clear_button = IconButton("close", self.tr("Another person: take all photos out"), self._theme)
        self.clear_button.clicked.connect(self.remove_all)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(0)
        self._head.addWidget(self.title, 1)
        self._head.addLayout(row(self.add_button, self.remove_button, self.clear_button, REST))

        self.view = FaceView(self._theme)
        self.view.face_chosen.connect(self._choose_face)
        self.twin_picture = TwinPicture(self._twin, self._theme, Size.THUMBNAIL)
        self.twin_picture.hide()
        self.twin_words = TwinWords(self._twin, self._theme, short=True)
        self.twin_chips = TwinChips(self._twin, self._theme)
        self.verdict_icon = IconLabel("check", "good", self._theme, size=Size.ICON_TEXT)
        self.verdict = label(role="caption", wrap=True)
        self.verdict_icon.setVisible(False)
        verdict = row(aligned(self.verdict_icon, Qt.AlignmentFlag.AlignTop), filling(self.verdict), gap=Space.XS)
        pair = row(
            aligned(self.view, Qt.AlignmentFlag.AlignTop),
            aligned(self.twin_picture, Qt.AlignmentFlag.AlignTop),
            Space.XS,
            filling(column(self._head, verdict, REST)),
            gap=Space.S,
        )

        self.tiles = PhotoTiles(self.photos, self._verdict, self._theme)
        self.tiles.chosen.connect(self._choose)
        self.tiles.removed.connect(self.remove)
        whole = column(pair, self.twin_words, self.twin_chips, self.tiles, gap=Space.S + 2, of=filled)
        self.strangers = QWidget()
        line = QHBoxLayout(self.strangers)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        self.strangers_words = label(role="bad", wrap=True)
        self.strangers_button = button(self.tr("Remove"), self.tr("Take out the photos that show someone else"))
        self.strangers_button.clicked.connect(self._remove_strangers)
        line.addWidget(self.strangers_words, 1)
        line.addWidget(self.strangers_button, 0, Qt.AlignmentFlag.AlignTop)
        self.strangers.hide()
        whole.addWidget(self.strangers)
        return filled

    # ---- Photos come and go

    def add(self, files: Sequence[Path], remark: str = "") -> None:
        """Takes photos in and has them looked at; `remark` is said about what was dropped."""
        self._refused.clear()
        self.error.clear()
        self._say(remark)
        try:
            new = self._session.add_photos(files)
        except FastFaceError as error:
            self.error.show_error(error)
            return
        if new:
            self._selected = new[0]
            self._refresh()

    def remove_all(self) -> None:
        self._take_out(self._session.values.photos, self.tr("The photos were taken out."))

    def remove(self, path: Path) -> None:
        photos = tuple(photo for photo in self._session.values.photos if photo.path == path)
        self._take_out(photos, self.tr("The photo was taken out."))

    def _remove_selected(self) -> None:
        if self._selected is not None:
            self.remove(self._selected)

    def _take_out(self, photos: tuple[PhotoChoice, ...], message: str) -> None:
        before = self._session.values
        if not photos:
            return

        def put_back() -> None:
            self._session.change(photos=before.photos, corrections=before.corrections)

        for photo in photos:
            self.photos.remove(photo.path)
        self._say("")
        self.said.emit(message, put_back)

    def _remove_strangers(self) -> None:
        photos = tuple(photo for photo in self.photos.photos if photo.path in self.photos.strangers)
        text = self.tr("The photo was taken out.") if len(photos) == 1 else self.tr("The photos were taken out.")
        self._take_out(photos, text)

    def _photo_failed(self, path: Path, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _photo_refused(self, path: Path, error: PhotoError) -> None:
        self._refused.append(error)
        if len(self._refused) == 1:
            self.error.show_error(error)
        else:
            self.error.show_error(
                PhotoError(
                    self.tr("{count} files cannot be used.").format(count=len(self._refused)),
                    " ".join(translated(one.message) for one in self._refused[:3])
                    + ("…" if len(self._refused) > 3 else ""),
                )
            )

    # ---- Showing

    def set_over(self, over: bool) -> None:
        """Whether something that can be used is being dragged over the page."""
        self.zone.set_over(over)

    def say_missing(self) -> None:
        """There has to be a photo first."""
        self.error.show_error(
            PhotoError("There is no photo yet.", "Drop a photo of the person on the window."), copyable=False
        )
        self.zone.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, remark: str) -> None:
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))

    def say(self, remark: str) -> None:
        """A sentence on what was dropped."""
        self._say(remark)

    @property
    def asks(self) -> bool:
        """Whether a question of the card is open."""
        return self.library.picker.isVisible() or self.keep.panel.isVisible() or self._open_chips() is not None

    def close_question(self) -> bool:
        """Closes the question that is open; False where none is."""
        if self.library.picker.isVisible():
            self.library.picker.close_picker()
        elif self.keep.panel.isVisible():
            self.keep.panel.close_panel()
            self.keep.button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif (chips := self._open_chips()) is not None:
            chips.close_panel()
        else:
            return False
        return True

    def _open_chips(self) -> TwinChips | None:
        return next((chips for chips in (self.twin_chips, self.twin.chips) if chips.panel.isVisible()), None)

    def _twin_changed(self) -> None:
        if self._drawn != self._twin.drawn:
            self._refresh()

    def _show_twin(self) -> None:
        self._drawn = self._twin.drawn
        self.twin_picture.setVisible(self._twin.drawn)
        self.twin.set_wanted(self._session.values.person is not None)

    def _keep_as_person(self) -> None:
        self.keep.ask(
            tuple((photo, self.photos.face(photo)) for photo in self.photos.photos), self.photos.consent_keys()
        )

    def _session_changed(self, name: str) -> None:
        if name == "person":
            self._refresh()
        elif name == "photos":
            self.keep.reset()
            self._refresh()

    def _current(self) -> PhotoChoice | None:
        photos = self.photos.photos
        return next((photo for photo in photos if photo.path == self._selected), photos[0] if photos else None)

    def _refresh(self) -> None:
        photos = self.photos.photos
        current = self._current()
        self._selected = current.path if current is not None else None
        nobody = current is None and self._session.values.person is None
        self.zone.setVisible(nobody)
        self.library.set_offering(nobody)
        # With nothing to show it would still take the column's spacing.
        self.library.setVisible(current is None)
        self.filled.setVisible(current is not None)
        self._show_twin()
        self.keep.offer(current is not None)
        if current is None:
            seen = self._people.person(self._session.values.person)
            self._tell(seen.cover if seen is not None else QImage())
            return
        if self.error.error is not None and not self._refused and isinstance(self.error.error, PhotoError):
            self.error.clear()
        self.title.setText(
            self.tr("Person") if len(photos) == 1 else self.tr("Person, {count} photos").format(count=len(photos))
        )
        self.remove_button.setVisible(len(photos) > 1)
        self.clear_button.setToolTip(
            self.tr("Another person: take all photos out") if len(photos) > 1 else self.tr("Take this photo out")
        )
        self._show_current(current)
        self.tiles.show_photos(photos, current)
        count = sum(photo.path in self.photos.strangers for photo in photos)
        self.strangers.setVisible(count > 0)
        if count == 1:
            self.strangers_words.setText(self.tr("1 photo seems to show someone else."))
        else:
            self.strangers_words.setText(self.tr("{count} photos seem to show someone else.").format(count=count))

    def _show_current(self, photo: PhotoChoice) -> None:
        report = self.photos.report(photo.path)
        # Beside a drawing of the head, the head alone.
        if self._drawn and report is not None and (close := self.photos.close_up(report)) is not None:
            self.view.show_photo(close, (), None)
        else:
            self.view.show_photo(self.photos.image(photo.path), report.faces if report else (), self.photos.face(photo))
        # Where one of several faces has to be chosen, they have to be seen.
        several = report is not None and len(report.faces) > 1
        self.view.setFixedWidth(_LARGE_VIEW if several else Size.THUMBNAIL)
        self.twin_picture.setVisible(self._twin.drawn and not several)
        # Beside two pictures there is no room for the number of photos and all buttons in one line.
        crowded = len(self.photos.photos) > 1 and (self._twin.drawn or several)
        direction = QBoxLayout.Direction.TopToBottom if crowded else QBoxLayout.Direction.LeftToRight
        self._head.setDirection(direction)
        icon, colour, text = self._verdict(photo)
        self.verdict_icon.setVisible(True)
        self.verdict_icon.show_icon(icon, colour)
        self._tell_photo(report)
        self.verdict.setText(text)

    def _tell_photo(self, report: PhotoReport | None) -> None:
        close = self.photos.close_up(report) if report is not None else None
        self._tell(close if close is not None else report.thumbnail if report is not None else QImage())

    def _tell(self, image: QImage) -> None:
        if image.cacheKey() != self.photo.cacheKey():
            self.photo = image
            self.photo_shown.emit(image)

    def _choose(self, path: Path) -> None:
        self._selected = path
        self._refresh()

    def _choose_face(self, index: int) -> None:
        if self._selected is not None:
            self._session.choose_face(self._selected, index)

    def _verdict(self, photo: PhotoChoice) -> tuple[str, str, str]:
        """An icon, its colour and a sentence."""
        report = self.photos.report(photo.path)
        if report is None:
            return "search", "secondary", self.tr("Looking for the face…")
        if report.error is not None:
            return "error", "bad", translated(report.error.message)
        face = self.photos.face_info(photo)
        if face is None:
            return "warning", "warn", self.tr("Choose the face that is meant.")
        if len(report.faces) > 1 and photo.face is None:
            text = self.tr("{count} faces are in this photo. Click the one that is meant.")
            return "info", "secondary", text.format(count=len(report.faces))
        if photo.path in self.photos.strangers:
            return "error", "bad", self.tr("Someone else than in the other photos, it seems.")
        if face.advice:
            return "warning", "warn", " ".join(translated(sentence) for sentence in face.advice)
        return "check", "good", self.tr("This face serves well.")
