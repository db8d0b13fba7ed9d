"""Who the pictures are of: the chosen photos with their faces, what is said about them, and the way to add more."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from fastface_core.domain.identity import PhotoChoice
from fastface_core.errors import FastFaceError, PhotoError
from fastface_desktop.state.gallery.close_ups import CloseUps
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.photos import PhotoInspector
from fastface_desktop.state.session import Session, SessionPhoto
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.translation import translated
from fastface_desktop.ui.create.keep_person import KeepPerson
from fastface_desktop.ui.create.library_person import LibraryPerson
from fastface_desktop.ui.create.photo_tile import PhotoTile
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, IconButton, button, label
from fastface_desktop.ui.widgets.drop_zone import DropZone
from fastface_desktop.ui.widgets.face_view import FaceView
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel, InlineError
from fastface_desktop.ui.widgets.quick_look import quick_look
from fastface_desktop.ui.widgets.twin_chips import TwinCard, TwinChips, TwinWords
from fastface_desktop.ui.widgets.twin_picture import TwinPicture
from fastface_desktop.values import FaceInfo, PhotoReport

_LARGE_VIEW = 190


class PersonCard(Card):
    files_wanted = Signal()
    """The user wants to choose files."""
    photo_shown = Signal(QImage)
    """The photo, or the face, of whoever is chosen; null for nobody."""
    said = Signal(str, object)
    """A short message, and what takes it back or None."""

    def __init__(
        self,
        session: Session,
        inspector: PhotoInspector,
        people: PeopleState,
        intake: PhotoIntake,
        consents: Consents,
        twin: DrawnPerson,
        background: Tasks,
        theme: Theme,
    ) -> None:
        super().__init__(kind="plain", margin=0)
        self._session, self._inspector, self._background, self._theme = session, inspector, background, theme
        self._people, self._twin = people, twin
        self._reports: dict[Path, PhotoReport] = {}
        self._quick: dict[Path, QImage] = {}
        self._together: list[PhotoChoice] = []
        """Those of which was asked last whether they show one person."""
        self._strangers: frozenset[Path] = frozenset()
        self._drawn = False
        self._close_ups = CloseUps(background, self)
        self._close_ups.came.connect(self._refresh)
        self._tiles: dict[Path, PhotoTile] = {}
        self._selected: Path | None = None
        self._refused: list[FastFaceError] = []
        self.photo = QImage()
        """As `photo_shown` told last."""

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
        inspector.inspected.connect(self._inspected)
        inspector.strangers_seen.connect(self._show_strangers)
        twin.changed.connect(self._twin_changed)
        self._refresh()
        self._look_at([photo.path for photo in session.values.photos])

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
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for one in (self.add_button, self.remove_button, self.clear_button):
            buttons.addWidget(one)
        buttons.addStretch()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(0)
        self._head.addWidget(self.title, 1)
        self._head.addLayout(buttons)

        self.view = FaceView(self._theme)
        self.view.face_chosen.connect(self._choose_face)
        self.twin_picture = TwinPicture(self._twin, self._theme, Size.THUMBNAIL)
        self.twin_picture.hide()
        self.twin_words = TwinWords(self._twin, self._theme, short=True)
        self.twin_chips = TwinChips(self._twin, self._theme)
        self.verdict_icon = IconLabel("check", "good", self._theme, size=Size.ICON_TEXT)
        self.verdict = label(role="caption", wrap=True)
        self.verdict_icon.setVisible(False)
        verdict = QHBoxLayout()
        verdict.setSpacing(Space.XS)
        verdict.addWidget(self.verdict_icon, 0, Qt.AlignmentFlag.AlignTop)
        verdict.addWidget(self.verdict, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(self._head)
        words.addLayout(verdict)
        words.addStretch()
        pair = QHBoxLayout()
        pair.setSpacing(Space.S)
        pair.addWidget(self.view, 0, Qt.AlignmentFlag.AlignTop)
        pair.addWidget(self.twin_picture, 0, Qt.AlignmentFlag.AlignTop)
        pair.addSpacing(Space.XS)
        pair.addLayout(words, 1)

        self._tile_box = flexible(QWidget())
        self._flow = FlowLayout(self._tile_box, gap=Space.XS)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S + 2)
        column.addLayout(pair)
        column.addWidget(self.twin_words)
        column.addWidget(self.twin_chips)
        column.addWidget(self._tile_box)
        self.strangers = QWidget()
        row = QHBoxLayout(self.strangers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self.strangers_words = label(role="bad", wrap=True)
        self.strangers_button = button(self.tr("Remove"), self.tr("Take out the photos that show someone else"))
        self.strangers_button.clicked.connect(self._remove_strangers)
        row.addWidget(self.strangers_words, 1)
        row.addWidget(self.strangers_button, 0, Qt.AlignmentFlag.AlignTop)
        self.strangers.hide()
        column.addWidget(self.strangers)
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
            self._look_at(new)

    def remove_all(self) -> None:
        self._take_out(self._session.values.photos, self.tr("The photos were taken out."))

    def remove(self, path: Path) -> None:
        photos = tuple(photo for photo in self._session.values.photos if photo.path == path)
        self._take_out(photos, self.tr("The photo was taken out."))

    def _remove_selected(self) -> None:
        if self._selected is not None:
            self.remove(self._selected)

    def _take_out(self, photos: tuple[SessionPhoto, ...], message: str) -> None:
        before = self._session.values
        if not photos:
            return

        def put_back() -> None:
            self._session.change(photos=before.photos, corrections=before.corrections)

        for photo in photos:
            self._inspector.cancel(photo.path)
            self._session.remove_photo(photo.path)
        self._say("")
        self.said.emit(message, put_back)

    def _look_at(self, paths: Sequence[Path]) -> None:
        waiting = [path for path in paths if path not in self._reports]
        for path in waiting:
            # The engine may still be starting: the photo itself need not wait for it.
            self._background.run(self, partial(quick_look, path), partial(self._show_quickly, path))
        self._inspector.inspect_all(waiting)

    def _compare(self) -> None:
        """Once all are known, whether they show one person."""
        photos = [PhotoChoice(photo.path, self.face(photo)) for photo in self._photos()]
        if photos == self._together or not all(one.path in self._reports and one.face for one in photos):
            return
        self._together = photos
        if len(photos) > 1:
            self._inspector.compare(photos)
        else:
            self._show_strangers(frozenset())

    def _show_strangers(self, odd: frozenset[Path]) -> None:
        """All who do not belong are marked at once, and can go at once."""
        if odd == self._strangers:
            return
        self._strangers = odd
        self._refresh()

    def _remove_strangers(self) -> None:
        photos = tuple(photo for photo in self._photos() if photo.path in self._strangers)
        text = self.tr("The photo was taken out.") if len(photos) == 1 else self.tr("The photos were taken out.")
        self._take_out(photos, text)

    def _show_quickly(self, path: Path, image: QImage) -> None:
        if not image.isNull():
            self._quick[path] = image
            self._refresh()

    def _inspected(self, path: Path, report: PhotoReport) -> None:
        self._reports[path] = report
        self._quick.pop(path, None)
        self._compare()
        if isinstance(report.error, PhotoError):
            self._refuse(path, report.error)
        elif report.error is not None:
            self.error.show_error(report.error)
        self._refresh()

    def _refuse(self, path: Path, error: PhotoError) -> None:
        """What cannot be used is not kept among the photos: the others can be used at once."""
        del self._reports[path]
        self._session.remove_photo(path)
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

    # ---- What is known of them

    def report(self, path: Path) -> PhotoReport | None:
        """None while it was not looked at."""
        return self._reports.get(path)

    def face(self, photo: SessionPhoto) -> int | None:
        """The face that is meant; None while it is not known."""
        report = self._reports.get(photo.path)
        return photo.face or (report.suggested if report is not None else None)

    def shows(self, photos: set[tuple[str, int]]) -> bool:
        """Whether the chosen photos are these: the hash of each one's content, and its face."""
        person = self._people.person(self._session.values.person)
        if person is not None:
            return set(person.hashes) == photos
        chosen: set[tuple[str, int]] = set()
        for photo in self._session.values.photos:
            report = self._reports.get(photo.path)
            chosen.add((report.sha256 if report is not None else "", self.face(photo) or 0))
        return chosen == photos

    def consent_keys(self) -> tuple[str | None, ...]:
        """One for each photo and its face, from its content; None where it was not looked at."""
        keys: list[str | None] = []
        for photo in self._session.values.photos:
            report = self._reports.get(photo.path)
            keys.append(f"{report.sha256}:{self.face(photo) or 1}" if report is not None and report.sha256 else None)
        return tuple(keys)

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
        self.keep.ask(tuple((photo, self.face(photo)) for photo in self._photos()), self.consent_keys())

    def _session_changed(self, name: str) -> None:
        if name == "person":
            self._refresh()
        if name != "photos":
            return
        self._compare()
        self.keep.reset()
        # Reports are kept when a photo goes: Undo need not wait for the engine again.
        known = self._reports.keys() | self._quick.keys()
        self._look_at([photo.path for photo in self._session.values.photos if photo.path not in known])
        self._refresh()

    def _photos(self) -> tuple[SessionPhoto, ...]:
        return self._session.values.photos

    def _current(self) -> SessionPhoto | None:
        photos = self._photos()
        return next((photo for photo in photos if photo.path == self._selected), photos[0] if photos else None)

    def _refresh(self) -> None:
        photos = self._photos()
        current = self._current()
        self._selected = current.path if current is not None else None
        nobody = current is None and self._session.values.person is None
        self.zone.setVisible(nobody)
        self.library.set_offering(nobody)
        # With nothing to show it would still take the column's spacing.
        self.library.setVisible(current is None)
        self.filled.setVisible(current is not None)
        self._show_twin()
        self.keep.setVisible(current is not None)
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
        self._show_tiles(photos, current)
        count = sum(photo.path in self._strangers for photo in photos)
        self.strangers.setVisible(count > 0)
        if count == 1:
            self.strangers_words.setText(self.tr("1 photo seems to show someone else."))
        else:
            self.strangers_words.setText(self.tr("{count} photos seem to show someone else.").format(count=count))

    def _show_current(self, photo: SessionPhoto) -> None:
        report = self._reports.get(photo.path)
        # Beside a drawing of the head, the head alone.
        if self._drawn and report is not None and (close := self._close_ups.of(report)) is not None:
            self.view.show_photo(close, (), None)
        else:
            self.view.show_photo(self._image(photo.path), report.faces if report else (), self.face(photo))
        # Where one of several faces has to be chosen, they have to be seen.
        several = report is not None and len(report.faces) > 1
        self.view.setFixedWidth(_LARGE_VIEW if several else Size.THUMBNAIL)
        self.twin_picture.setVisible(self._twin.drawn and not several)
        # Beside two pictures there is no room for the number of photos and all buttons in one line.
        crowded = len(self._photos()) > 1 and (self._twin.drawn or several)
        direction = QBoxLayout.Direction.TopToBottom if crowded else QBoxLayout.Direction.LeftToRight
        self._head.setDirection(direction)
        icon, colour, text = self._verdict(photo)
        self.verdict_icon.setVisible(True)
        self.verdict_icon.show_icon(icon, colour)
        self._tell_photo(report)
        self.verdict.setText(text)

    def _tell_photo(self, report: PhotoReport | None) -> None:
        close = self._close_ups.of(report) if report is not None else None
        self._tell(close if close is not None else report.thumbnail if report is not None else QImage())

    def _tell(self, image: QImage) -> None:
        if image.cacheKey() != self.photo.cacheKey():
            self.photo = image
            self.photo_shown.emit(image)

    def _show_tiles(self, photos: tuple[SessionPhoto, ...], current: SessionPhoto) -> None:
        paths = [photo.path for photo in photos]
        for path in [path for path in self._tiles if path not in paths]:
            tile = self._tiles.pop(path)
            self._flow.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        for photo in photos:
            if photo.path not in self._tiles:
                self._add_tile(photo.path)
            tile = self._tiles[photo.path]
            face = self._face_seen(photo)
            _, colour, text = self._verdict(photo)
            tile.show_photo(self._image(photo.path), face.box if face else None, colour, f"{photo.path.name}\n{text}")
            tile.setChecked(photo is current)
        self._tile_box.setVisible(len(photos) > 1)

    def _add_tile(self, path: Path) -> None:
        tile = PhotoTile(self._theme)
        tile.setProperty("path", str(path))
        tile.clicked.connect(self._tile_clicked)
        tile.removed.connect(self._tile_removed)
        self._tiles[path] = tile
        self._flow.addWidget(tile)

    def _tile_clicked(self) -> None:
        self._selected = Path(self.sender().property("path"))
        self._refresh()

    def _tile_removed(self) -> None:
        self.remove(Path(self.sender().property("path")))

    def _choose_face(self, index: int) -> None:
        if self._selected is not None:
            self._session.choose_face(self._selected, index)

    def _image(self, path: Path) -> QImage:
        report = self._reports.get(path)
        if report is not None and not report.thumbnail.isNull():
            return report.thumbnail
        return self._quick.get(path, QImage())

    def _face_seen(self, photo: SessionPhoto) -> FaceInfo | None:
        report = self._reports.get(photo.path)
        index = self.face(photo)
        return next((face for face in report.faces if face.index == index), None) if report is not None else None

    def _verdict(self, photo: SessionPhoto) -> tuple[str, str, str]:
        """An icon, its colour and a sentence."""
        report = self._reports.get(photo.path)
        if report is None:
            return "search", "secondary", self.tr("Looking for the face…")
        if report.error is not None:
            return "error", "bad", translated(report.error.message)
        face = self._face_seen(photo)
        if face is None:
            return "warning", "warn", self.tr("Choose the face that is meant.")
        if len(report.faces) > 1 and photo.face is None:
            text = self.tr("{count} faces are in this photo. Click the one that is meant.")
            return "info", "secondary", text.format(count=len(report.faces))
        if photo.path in self._strangers:
            return "error", "bad", self.tr("Someone else than in the other photos, it seems.")
        if face.advice:
            return "warning", "warn", " ".join(translated(sentence) for sentence in face.advice)
        return "check", "good", self.tr("This face serves well.")
