"""A person's photos: tiles, the details of the chosen one, what is being inspected, and what could not be used."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from fastface_core.errors import FastFaceError, PhotoError
from fastface_desktop.state.people.intake import MOST, PhotoIntake
from fastface_desktop.state.people.people import PeopleState, PersonDetails, PhotoInfo
from fastface_desktop.state.tasks import ignore
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.people.photo_card import LEAST, PhotoCard
from fastface_desktop.ui.people.photo_menu import PhotoMenu
from fastface_desktop.ui.people.photo_panel import PhotoPanel
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.drop_zone import DropZone
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column
from fastface_desktop.ui.widgets.progress_line import ProgressLine
from fastface_desktop.values import PhotoReport

if TYPE_CHECKING:
    from fastface_core.domain.identity import PersonPhoto
    from fastface_core.library.people.people import People
    from fastface_core.library.people.person import RemovedPhoto

_TOLD = 3
"""Files that are named when several cannot be used."""


class PhotoArea(QWidget):
    """Shows one person. Changes to the photos go through the library; then the page shows the person again."""

    said = Signal(str, Undo)
    files_wanted = Signal()

    def __init__(self, people: PeopleState, intake: PhotoIntake, theme: Theme) -> None:
        super().__init__()
        self._people, self._intake, self._theme = people, intake, theme
        self._person: PersonDetails | None = None
        self._selected: str | None = None
        self._reports: dict[str, PhotoReport] = {}
        self._refused: list[FastFaceError] = []
        self._measured_again: set[str] = set()
        self.cards: dict[str, PhotoCard] = {}
        self._build()
        people.image_came.connect(self._image_came)
        intake.progressed.connect(self._progressed)
        intake.refused.connect(self._refuse)
        intake.stopped.connect(self._stopped)
        intake.finished.connect(self._finished)
        intake.shown.connect(self._shown)
        intake.face_chosen.connect(self._face_chosen)

    def _build(self) -> None:
        self.add_button = button(self.tr("Add photos…"), self.tr("Choose photos of this person"))
        bind_action(self.add_button, "people.add_photos")
        self.add_button.clicked.connect(self.files_wanted)
        self.stop_button = button(self.tr("Stop"), self.tr("Keep what was looked at, and leave the rest"))
        self.stop_button.clicked.connect(self._stop)
        self.progress = ProgressLine(self.tr("Photos that were looked at"))
        self.progress.add_button(self.stop_button)
        self.remark = label(role="secondary", wrap=True)
        self.remark.hide()
        self.error = InlineError(self._theme)
        self.error.closed.connect(self._refused.clear)
        self.zone = DropZone(
            self.tr("Drop photos of this person"),
            self.tr("or click to choose them. A few sharp ones in which the face looks at the camera are best."),
            self._theme,
        )
        self.zone.setToolTip(self.tr("Choose photos of this person"))
        self.zone.clicked.connect(self.files_wanted)
        self.panel = PhotoPanel(self._theme)
        self.panel.hide()
        self.panel.use_chosen.connect(self._use_selected)
        self.panel.face_chosen.connect(self._choose_face)
        self.panel.cover_wanted.connect(self._cover_selected)
        self.panel.remove_wanted.connect(self.remove_selected)
        self.panel.closed.connect(self.close_panel)
        self._tiles = flexible(QWidget())
        self._flow = FlowLayout(self._tiles, gap=Space.L)
        column(self.progress, self.remark, self.error, self.zone, self.panel, self._tiles, REST, gap=Space.M, of=self)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many tiles in a row as have their least size; they fill it."""
        width = self._tiles.width() or self.width()
        count = max((width + Space.L) // (self._theme.px(LEAST) + Space.L), 1)
        side = max((width - (count - 1) * Space.L) // count, 1)
        for card in self.cards.values():
            card.set_side(side)

    # ---- What is shown

    def show_person(self, person: PersonDetails) -> None:
        if self._person is None or self._person.uid != person.uid:
            self._begin(person)
        self._person = person
        self._show_tiles(person)
        self._show_panel()
        self._progressed(person.uid)
        unknown = [
            (photo.sha256, photo.face)
            for photo in person.photos
            if photo.verdict is None and photo.sha256 not in self._measured_again
        ]
        if unknown:
            self._measured_again |= {sha256 for sha256, _ in unknown}
            self._intake.measure(person.uid, unknown)

    def _begin(self, person: PersonDetails) -> None:
        """Another person: nothing of the one before stays in view."""
        self._selected = None
        self._reports.clear()
        self._refused.clear()
        self._measured_again.clear()
        self.error.clear()
        self.say("")
        self._drop_cards(list(self.cards))

    def forget(self) -> None:
        """Nobody is shown any more."""
        if self._person is not None:
            self._begin(self._person)
        self._person = None
        self.panel.hide()

    def say(self, remark: str) -> None:
        """A sentence on what was dropped."""
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))

    def set_over(self, over: bool) -> None:
        self.zone.set_over(over)

    def room(self) -> int:
        """How many photos may still be added."""
        if self._person is None:
            return 0
        return max(MOST - len(self._person.photos) - self._intake.left(self._person.uid), 0)

    def add(self, files: Sequence[Path], remark: str = "", *, own: bool = False) -> None:
        """Photos for the person in view."""
        assert self._person is not None
        self._refused.clear()
        self.error.clear()
        self.say(remark)
        self._intake.add(self._person.uid, files, own=own)

    def _show_tiles(self, person: PersonDetails) -> None:
        there = {photo.sha256 for photo in person.photos}
        self._drop_cards([sha256 for sha256 in self.cards if sha256 not in there])
        for number, photo in enumerate(person.photos, start=1):
            if photo.sha256 not in self.cards:
                self._add_card(photo)
            card = self.cards[photo.sha256]
            card.show_photo(photo, self._people.image(person.uid, photo), number, cover=photo.sha256 == person.cover)
        self._flow.arrange([self.cards[photo.sha256] for photo in person.photos])
        self._fit()
        self.zone.setVisible(not person.photos)
        self._tiles.setVisible(bool(person.photos))

    def _add_card(self, photo: PhotoInfo) -> None:
        card = PhotoCard(self._theme)
        card.setProperty("sha256", photo.sha256)
        card.clicked.connect(self._card_clicked)
        card.removed.connect(self._card_removed)
        card.menu_wanted.connect(self._open_menu)
        self.cards[photo.sha256] = card
        self._flow.addWidget(card)

    def _drop_cards(self, hashes: list[str]) -> None:
        for sha256 in hashes:
            card = self.cards.pop(sha256)
            self._flow.removeWidget(card)
            card.hide()
            card.deleteLater()

    def _photo(self, sha256: str | None) -> PhotoInfo | None:
        photos = self._person.photos if self._person else ()
        return next((photo for photo in photos if photo.sha256 == sha256), None)

    def _show_panel(self) -> None:
        photo = self._photo(self._selected)
        for sha256, card in self.cards.items():
            card.setChecked(photo is not None and sha256 == photo.sha256)
        self.panel.setVisible(photo is not None)
        if photo is None or self._person is None:
            self._selected = None
            return
        image = self._people.image(self._person.uid, photo)
        self.panel.show_photo(photo, image, self._reports.get(photo.sha256), cover=photo.sha256 == self._person.cover)

    def _image_came(self, uid: str, sha256: str) -> None:
        photo = self._photo(sha256)
        if self._person is not None and uid == self._person.uid and photo is not None and sha256 in self.cards:
            self.cards[sha256].show_image(self._people.image(uid, photo))
            if sha256 == self._selected and sha256 not in self._reports:
                self._show_panel()

    # ---- One photo

    def select(self, sha256: str) -> None:
        """Shows the details of a photo."""
        photo = self._photo(sha256)
        if photo is None or self._person is None:
            return
        self._selected = sha256
        self._show_panel()
        if sha256 not in self._reports:
            self._intake.show(self._person.uid, sha256, photo.face)

    def close_panel(self) -> None:
        card = self.cards.get(self._selected or "")
        self._selected = None
        self._show_panel()
        if card is not None:
            card.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def panel_open(self) -> bool:
        return self._selected is not None

    def _card_clicked(self) -> None:
        sha256 = self.sender().property("sha256")
        if sha256 == self._selected:
            self.close_panel()
        else:
            self.select(sha256)

    def _card_removed(self) -> None:
        self._remove(self.sender().property("sha256"))

    def _shown(self, uid: str, sha256: str, report: PhotoReport) -> None:
        if self._person is not None and uid == self._person.uid:
            self._reports[sha256] = report
            if sha256 == self._selected:
                self._show_panel()

    def _open_menu(self, at: QPoint) -> None:
        sha256 = self.sender().property("sha256")
        photo = self._photo(sha256)
        if photo is None or self._person is None:
            return
        self.menu = PhotoMenu(photo, cover=sha256 == self._person.cover, parent=self)
        self.menu.details_wanted.connect(partial(self.select, sha256))
        self.menu.use_chosen.connect(partial(self._use, sha256))
        self.menu.cover_wanted.connect(partial(self._make_cover, sha256))
        self.menu.remove_wanted.connect(partial(self._remove, sha256))
        self.menu.popup(at)

    def _use_selected(self, taken: bool | None) -> None:
        if self._selected is not None:
            self._use(self._selected, taken)

    def _cover_selected(self) -> None:
        if self._selected is not None:
            self._make_cover(self._selected)

    def _use(self, sha256: str, taken: bool | None) -> None:
        before = self._photo(sha256)
        if self._person is None or before is None:
            return
        uid = self._person.uid
        was = before.counts if before.by_hand else None

        def put_back() -> None:
            self._people.run(self, lambda people: people.take(uid, sha256, was), ignore, self.error.show_error)

        if taken is None:
            text = self.tr("The verdict says whether the photo is used.")
        else:
            text = self.tr("The photo is used.") if taken else self.tr("The photo is not used.")
        self._people.run(
            self, lambda people: people.take(uid, sha256, taken), self._saying(text, put_back), self.error.show_error
        )

    def _make_cover(self, sha256: str) -> None:
        if self._person is None:
            return
        uid, was = self._person.uid, self._person.cover

        def put_back() -> None:
            self._people.run(self, lambda people: people.set_cover(uid, was), ignore, self.error.show_error)

        text = self.tr("The photo is the cover.")
        self._people.run(
            self, lambda people: people.set_cover(uid, sha256), self._saying(text, put_back), self.error.show_error
        )

    def _choose_face(self, face: int) -> None:
        if self._person is not None and self._selected is not None:
            self._intake.choose(self._person.uid, self._selected, face)

    def _face_chosen(self, uid: str, before: "PersonPhoto | None") -> None:
        if self._person is None or uid != self._person.uid:
            return
        model, same_person = self._person.model, self._person.same_person
        if before is None or model is None:
            self.said.emit(self.tr("Another face is meant."), None)
            return

        def put_back() -> None:
            self._people.run(
                self,
                lambda people: people.choose_face(uid, before, model, same_person),
                ignore,
                self.error.show_error,
            )

        self.said.emit(self.tr("Another face is meant."), put_back)

    def remove_selected(self) -> None:
        if self._selected is not None:
            self._remove(self._selected)

    def _remove(self, sha256: str) -> None:
        if self._person is None:
            return
        uid = self._person.uid

        def removed(photo: "RemovedPhoto") -> None:
            def put_back() -> None:
                self._people.run(self, lambda people: people.put_back_photo(uid, photo), ignore, self.error.show_error)

            self.said.emit(self.tr("The photo was erased."), put_back)

        self._people.run(self, lambda people: people.remove_photo(uid, sha256), removed, self.error.show_error)

    def _saying(self, text: str, undo: Callable[[], None]) -> Callable[[object], None]:
        return lambda _: self.said.emit(text, undo)

    # ---- Photos on their way

    def _progressed(self, uid: str) -> None:
        if self._person is None or uid != self._person.uid:
            return
        left, done = self._intake.left(uid), self._intake.done(uid)
        if not left:
            self.progress.hide()
            return
        number, count = QLocale().toString(done + 1), QLocale().toString(done + left)
        text = self.tr("Looking at photo {number} of {count}…").format(number=number, count=count)
        self.progress.show_progress(text, done / (done + left))

    def _stop(self) -> None:
        if self._person is not None:
            self._intake.drop(self._person.uid)

    def _refuse(self, uid: str, path: Path, error: FastFaceError) -> None:
        if self._person is None or uid != self._person.uid:
            return
        self._refused.append(error)
        if len(self._refused) == 1:
            self.error.show_error(error)
            return
        named = " ".join(translated(one.message) for one in self._refused[:_TOLD])
        more = "…" if len(self._refused) > _TOLD else ""
        text = self.tr("{count} files cannot be used.").format(count=QLocale().toString(len(self._refused)))
        self.error.show_error(PhotoError(text, named + more))

    def _stopped(self, uid: str, error: FastFaceError) -> None:
        if self._person is not None and uid == self._person.uid:
            self.error.show_error(error)

    def _finished(self, uid: str, kept: tuple[str, ...]) -> None:
        if self._person is None or uid != self._person.uid or not kept:
            return

        def put_back() -> None:
            for sha256 in kept:
                self._people.run(self, partial(_erase, uid=uid, sha256=sha256), ignore, self.error.show_error)

        if len(kept) == 1:
            self.said.emit(self.tr("The photo was added."), put_back)
        else:
            self.said.emit(self.tr("{count} photos were added.").format(count=len(kept)), put_back)


def _erase(people: "People", *, uid: str, sha256: str) -> None:
    if any(photo.sha256 == sha256 for photo in people.get(uid).photos):
        people.remove_photo(uid, sha256)
