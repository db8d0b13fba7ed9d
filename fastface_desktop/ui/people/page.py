"""The page People: everyone as cards, the details of a person, and the lock."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.reading import read_image
from fastface_desktop.state.people.eraser import PASTED_PEOPLE, PersonEraser
from fastface_desktop.state.people.intake import MOST, PhotoIntake
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.twin import PersonTwin
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.people.damaged_view import DamagedView
from fastface_desktop.ui.people.lock_button import LockButton
from fastface_desktop.ui.people.lock_panel import LockPanel, LockTask
from fastface_desktop.ui.people.person_view import PersonView
from fastface_desktop.ui.people.tools import PeopleTools
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.shared.new_person import NewPerson
from fastface_desktop.ui.shared.people_cards import PeopleCards, PeopleModel
from fastface_desktop.ui.shell.actions import Act, bind_action
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import drops
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.drop_zone import DropZone
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column, filling
from fastface_desktop.ui.widgets.page_head import PageHead
from fastface_desktop.ui.widgets.photo_dialog import choose_photos
from fastface_desktop.ui.widgets.quick_look import keep_image

if TYPE_CHECKING:
    from fastface_core.library.people.person import Person

_SHOWN, _SIDE = 12, 256
"""Photos that are shown of a new person, and pixels of their side."""


class PeoplePage(Page):
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""
    pictures_wanted = Signal(str)
    """The pictures of the person of this uid."""
    batch_wanted = Signal(list)
    """A batch of the people of these uids."""
    create_wanted = Signal(str)
    """Create with the person of this uid."""

    def __init__(
        self,
        *,
        theme: Theme,
        people: PeopleState,
        intake: PhotoIntake,
        traces: PersonEraser,
        twin: PersonTwin,
        background: Tasks,
    ) -> None:
        super().__init__()
        self._theme, self._people, self._intake, self._background = theme, people, intake, background
        self._files: tuple[Path, ...] = ()
        self._own = False
        self._opened: str | None = None
        self.model = PeopleModel()
        self.cards = PeopleCards(self.model, theme)
        self.view = PersonView(people, intake, traces, twin, theme)
        self.damaged = DamagedView(traces, theme)
        self.lock_panel = LockPanel(people, theme)
        self.new = NewPerson(theme)
        self.error = InlineError(theme)
        self._build()
        self.setAcceptDrops(True)
        self._connect()
        self._show()

    def _build(self) -> None:
        self.tools = PeopleTools(self.model, self._theme)
        self.search, self.group, self.sorting = self.tools.search, self.tools.group, self.tools.sorting
        self.new_button = button(self.tr("New person"), self.tr("Add a person to the library"), "primary")
        bind_action(self.new_button, "people.new")
        self.lock_button = LockButton(self._people, self._theme)
        self.head = PageHead(self.tr("People"), self._theme)
        self.head.add(self.lock_button)
        self.head.add(self.new_button)
        self.zone = DropZone(
            self.tr("Drop photos of a person"),
            self.tr("or click to choose them. They are copied into the library and stay on this computer."),
            self._theme,
        )
        self.zone.setToolTip(self.tr("Choose photos of a person"))
        self.nobody = label(role="secondary", wrap=True)
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        opening = label(self.tr("Opening the library…"), "secondary")
        opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.places = QStackedWidget()
        self.empty = _centred(self.zone)
        self.locked = _centred(self.lock_panel)
        self.loading = _centred(opening)
        self.no_hit = _centred(self.nobody)
        for place in (self.loading, self.empty, self.cards, self.no_hit, self.locked):
            self.places.addWidget(place)
        self.everyone = QWidget()
        above = column(self.tools, self.error, self.new, margins=(0, 0, Space.XL, 0), gap=Space.M)
        # The cards' scroll bar has the margin, so that they end where what is above them ends.
        inside = column(above, filling(self.places), margins=(Space.XL, Space.XS, 0, 0), gap=Space.M)
        column(self.head, filling(inside), of=self.everyone)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.everyone)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.damaged)
        column(self.stack, of=self)

    def _connect(self) -> None:
        self.tools.changed.connect(self._show_place)
        self.tools.batch_wanted.connect(self.batch_wanted)
        self.new_button.clicked.connect(self.add_person)
        self.lock_button.lock_wanted.connect(self.lock)
        self.lock_button.wanted.connect(self.ask_lock)
        self.zone.clicked.connect(self.choose_files)
        self.cards.opened.connect(self.open_person)
        self.new.wanted.connect(self._add)
        self.new.closed.connect(self._new_closed)
        self.lock_panel.done.connect(self._lock_done)
        self.lock_panel.cancelled.connect(self._lock_cancelled)
        self.view.said.connect(self.said)
        self.view.back_wanted.connect(self.back)
        self.view.create_wanted.connect(self.create_wanted)
        self.view.pictures_wanted.connect(self.pictures_wanted)
        self.view.gone.connect(self._gone)
        self.damaged.back_wanted.connect(self.back)
        self.damaged.gone.connect(self._gone)
        self.view.area.files_wanted.connect(self.choose_files)
        self._people.changed.connect(self._show)
        self._people.failed.connect(self._failed)
        self._intake.stopped.connect(self._stopped)

    def acts(self) -> Mapping[str, Act]:
        return {
            "people.new": Act(self.add_person, self._why_locked),
            "people.add_photos": Act(self.choose_files, self._why_locked),
            "people.paste": Act(self.paste, self.why_no_paste),
            "people.search": Act(self.tools.focus_search),
            "people.back": Act(self.escape),
            "people.lock": Act(self.lock, self._why_no_lock),
        }

    def _why_locked(self) -> str:
        return self.tr("The people are locked") if self._people.locked else ""

    def _why_no_lock(self) -> str:
        if not self._people.protected:
            return self.tr("There is no passphrase")
        return self._why_locked()

    # ---- Who is shown

    def shown(self) -> None:
        self._people.look()
        self._set_focus()

    def open_person(self, uid: str) -> None:
        """Shows one person."""
        self._opened = uid
        damaged = self._people.damaged_person(uid)
        if damaged is not None:
            self.view.close_person()
            self.damaged.show_person(damaged)
        else:
            self.view.open(uid)
        shown = self.view if damaged is None else self.damaged
        self.stack.setCurrentWidget(shown)
        shown.back_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self) -> None:
        """The open person may have been damaged, restored, or forgotten by another program."""
        damaged = self._people.damaged_person(self._opened)
        if self.stack.currentWidget() is not self.damaged:
            if damaged is not None and self._opened is not None:
                self.open_person(self._opened)
        elif damaged is not None:
            self.damaged.show_person(damaged)
        elif self.damaged.forget_panel.forgetting:
            return
        elif self._opened is not None and self._people.person(self._opened) is not None:
            self.open_person(self._opened)
        else:
            self.back()

    def back(self) -> None:
        """Shows everyone."""
        self.view.close_person()
        self.stack.setCurrentWidget(self.everyone)
        self._show()
        self.cards.choose(self._opened)
        self._opened = None
        self._set_focus()

    def escape(self) -> None:
        """Closes what is open."""
        if self.stack.currentWidget() is self.view:
            self.view.escape()
        elif self.stack.currentWidget() is self.damaged:
            self.damaged.escape()
        elif self.new.isVisible():
            self.new.close_panel()
        elif self.places.currentWidget() is self.locked and not self._people.locked:
            self._lock_cancelled()
        elif self.search.text():
            self.search.clear()

    def _set_focus(self) -> None:
        if self.stack.currentWidget() is not self.everyone:
            return
        place = self.places.currentWidget()
        if self.new.isVisible():
            self.new.name.setFocus(Qt.FocusReason.OtherFocusReason)
        elif place is self.locked:
            self.lock_panel.focus()
        elif place is self.cards:
            self.cards.setFocus(Qt.FocusReason.OtherFocusReason)
        elif place is self.empty:
            self.zone.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        waited = self.places.currentWidget() is self.loading and self._people.ready and self.isVisible()
        # Those who need the user's attention come first: among hundreds they would not be seen.
        people, locked = (*self._people.damaged, *self._people.people), self._people.locked
        if not locked and self.stack.currentWidget() is not self.everyone:
            self._follow()
        if locked and self.stack.currentWidget() is not self.everyone:
            self.view.close_person()
            self.stack.setCurrentWidget(self.everyone)
            self._opened = None
        self.model.show_people(people)
        self.tools.refresh(len(people), locked=locked)
        self.head.say("" if locked or not people else self.locale().toString(len(people)))
        self.new_button.setEnabled(not locked)
        self.new_button.setVisible(not locked)
        if locked:
            if self.new.isVisible():
                self.new.close_panel()
            if self.places.currentWidget() is not self.locked or self.lock_panel.task != "unlock":
                self.lock_panel.ask("unlock")
            self.places.setCurrentWidget(self.locked)
        elif self.places.currentWidget() is not self.locked or self.lock_panel.task == "unlock":
            self._show_place()
        if waited:
            self._set_focus()

    def _show_place(self) -> None:
        if not self._people.ready:
            self.places.setCurrentWidget(self.loading)
        elif not self._people.people and not self._people.damaged:
            self.places.setCurrentWidget(self.empty)
        elif self.model.rowCount():
            self.places.setCurrentWidget(self.cards)
        else:
            self.nobody.setText(self.tr('Nobody is found by "{words}".').format(words=self.search.text().strip()))
            self.places.setCurrentWidget(self.no_hit)

    def _failed(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _stopped(self, uid: str, error: FastFaceError) -> None:
        if not self._in_person:  # else it is said beside the photos
            self.error.show_error(error)

    def keep(self) -> object:
        """Who is in view; what was typed about them is kept in the library."""
        self.view.client.keep()
        return self._opened

    def put_back(self, kept: object) -> None:
        if isinstance(kept, str):
            self.open_person(kept)

    def _gone(self, name: str, pictures: int) -> None:
        self.back()
        self.said.emit(words.forgotten(name, pictures), None)

    # ---- New people and photos

    def add_person(self) -> None:
        """Asks for the name of a new person."""
        self._ask_name((), "")

    def _ask_name(self, files: tuple[Path, ...], remark: str, *, own: bool = False) -> None:
        if self._people.locked:
            return
        if self.stack.currentWidget() is not self.everyone:
            self.back()
        self._files, self._own = files, own
        photos, _ = _sorted(files)
        self.new.ask(len(photos), remark)
        if files:
            shown = photos[:_SHOWN]
            self._background.run(self, lambda: [read_image(path, _SIDE) for path in shown], partial(self._read, files))

    def _read(self, files: tuple[Path, ...], images: list[QImage]) -> None:
        """The photos are there while the person is made."""
        if files == self._files:
            self.new.show_photos(images, len(_sorted(files)[0]) - len(images))

    def _add(self, name: str) -> None:
        files, own = self._files, self._own

        def added(person: "Person") -> None:
            self._files = ()
            self.new.close_panel()
            self._people.look()
            photos, papers = _sorted(files)
            self._intake.add(person.uid, photos, own=own)
            self.open_person(person.uid)
            self.view.papers.add(papers, person.uid)

        self._people.run(self, lambda people: people.add(name), added, self.new.show_error)

    def _new_closed(self) -> None:
        self._files = ()
        self._set_focus()

    def takes(self, dropped: QMimeData) -> bool:
        other = drops.is_preset(dropped) or drops.is_table(dropped)
        return not self._people.locked and (dropped.hasUrls() or dropped.hasImage()) and not other

    def take(self, dropped: QMimeData) -> None:
        found = drops.read(dropped, self.view.area.room() if self._in_person else MOST)
        if not found.image.isNull():
            self._background.run(
                self, lambda: keep_image(found.image, PASTED_PEOPLE), self._image_kept, self._image_not_kept
            )
        else:
            self._take(found.files, found.remark)

    def choose_files(self) -> None:
        if files := choose_photos(self):
            found = drops.gather(files, self.view.area.room() if self._in_person else MOST)
            self._take(found.files, found.remark)

    @property
    def _in_person(self) -> bool:
        return self.stack.currentWidget() is self.view and self.view.person is not None

    def _take(self, files: tuple[Path, ...], remark: str, *, own: bool = False) -> None:
        if self._in_person:
            photos, papers = _sorted(files)
            self.view.papers.add(papers)
            if photos or remark:
                self.view.area.add(photos, remark, own=own)
        elif files or remark:
            self._ask_name(files, remark, own=own)

    def _image_kept(self, file: Path) -> None:
        self._take((file,), "", own=True)

    def _image_not_kept(self, error: FastFaceError) -> None:
        (self.view.error if self._in_person else self.error).show_error(error)

    def set_over(self, over: bool) -> None:
        self.zone.set_over(over)
        self.view.area.set_over(over)
        super().set_over(over and not (self.zone.isVisible() or self.view.area.zone.isVisible()))

    def drop_words(self) -> str:
        return self.tr("Let go to add these photos") if self._in_person else self.tr("Let go to make a new person")

    # ---- The lock

    def lock(self) -> None:
        """Locks at once."""
        self._people.lock()
        self._set_focus()

    def ask_lock(self, task: LockTask) -> None:
        self.places.setCurrentWidget(self.locked)
        self.lock_panel.ask(task)

    def _lock_cancelled(self) -> None:
        self.lock_panel.clear()
        self._show_place()
        self._set_focus()

    def _lock_done(self, task: str) -> None:
        self._show_place()
        self._set_focus()
        said = {
            "protect": self.tr("The people are encrypted."),
            "change": self.tr("The passphrase is changed."),
            "remove": self.tr("The people are not encrypted any more."),
        }
        if task in said:
            self.said.emit(said[task], None)


def _sorted(files: tuple[Path, ...]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """What may be photos, and documents, as the signed release that was dropped with them."""
    papers = tuple(file for file in files if file.suffix.lower() == ".pdf")
    return tuple(file for file in files if file not in papers), papers


def _centred(content: QWidget) -> QWidget:
    """In the middle of the page, as wide as a column of text."""
    holder = QWidget()
    content.setMaximumWidth(Size.COLUMN)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, Space.XL, Space.XXL)
    row.addStretch(1)
    row.addWidget(content, 8, Qt.AlignmentFlag.AlignVCenter)
    row.addStretch(1)
    return holder
