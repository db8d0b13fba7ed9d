"""The sheet for batches: it lies over the page in view, which it dims; the status bar stays."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.batch.batches import Batches
from fastface_desktop.state.batch.draft import Draft
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.batch.agreement import Agreement
from fastface_desktop.ui.batch.composer import Composer
from fastface_desktop.ui.batch.foot import Foot
from fastface_desktop.ui.batch.run_view import RunView
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.day_field import day_text
from fastface_desktop.ui.widgets.drops import paths_of
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.sheet import Sheet


class BatchSheet(Sheet):
    """See `Sheet` for what it lies over."""

    said = Signal(str, Undo)
    person_wanted = Signal(str)
    """A person's permission is to be noted; empty for the page People."""
    album_wanted = Signal(str)
    """The pictures of this album are to be seen."""

    def __init__(
        self,
        *,
        draft: Draft,
        batches: Batches,
        people: PeopleState,
        theme: Theme,
        host: QWidget,
        beside: QWidget,
        above: QWidget,
    ) -> None:
        super().__init__(theme, host=host, beside=beside, above=above)
        self.name(self.tr("Batch"), self.tr("Close the sheet; the batch goes on (Esc)"))
        self._draft, self._batches = draft, batches
        self.setAcceptDrops(True)
        self.composer = Composer(draft, people, batches.images, theme)
        self.run_view = RunView(batches, theme)
        self.places = QStackedWidget()
        self.places.addWidget(self.composer)
        self.places.addWidget(self.run_view)
        self.error = InlineError(theme)
        self.agreement = Agreement()
        self.foot = Foot(draft, batches, theme)
        column(
            self._head(),
            self.error,
            filling(self.places),
            self.agreement,
            self.foot,
            margins=(Space.XXL, Space.L, Space.XXL, Space.FIELD),
            gap=Space.L,
            of=self.card,
        )
        self._connect()
        theme.dress(self)
        self._show()

    def _head(self) -> QHBoxLayout:
        self.title = label(self.tr("Batch"), "title")
        self.caption = label(self.tr("People in rows, looks in columns, pictures in each cell"), "caption")
        self.earlier_button = button(self.tr("Earlier"), self.tr("Batches that were begun before"), "quiet")
        self._earlier = QMenu(self.earlier_button)
        self._earlier.aboutToShow.connect(self._fill_earlier)
        self.earlier_button.setMenu(self._earlier)
        self.clear_button = button(self.tr("Empty all"), self.tr("Take everybody and every look out"), "quiet")
        self.new_button = button(self.tr("New batch"), self.tr("Put another batch together"), "quiet")
        line = row(
            self.title,
            Space.S,
            self.caption,
            REST,
            self.earlier_button,
            self.clear_button,
            self.new_button,
            self.close_button,
            gap=Space.S,
        )
        return line

    def _connect(self) -> None:
        self.clear_button.clicked.connect(self._clear)
        self.new_button.clicked.connect(self._new)
        self.composer.note_wanted.connect(self._note)
        self.composer.files_chosen.connect(self.read)
        self.composer.failed.connect(self.error.show_error)
        self.composer.places.currentChanged.connect(self._show)
        self.foot.begin_wanted.connect(self.begin)
        self.foot.pause_wanted.connect(self._batches.pause)
        self.foot.stop_wanted.connect(self._batches.cancel)
        self.foot.save_wanted.connect(self.composer.save_table)
        self.foot.note_wanted.connect(self._note)
        self.foot.album_wanted.connect(self._see_album)
        self.agreement.answered.connect(self._agreed)
        self._batches.opened.connect(self._opened)
        self._batches.changed.connect(self._show)
        self._batches.list_changed.connect(self._show)
        self._batches.failed.connect(self._failed)
        self._draft.changed.connect(self._show)

    # ---- Open and closed

    def open_sheet(self) -> None:
        """Over whatever is in view; where a batch is being made or was left unfinished, that one."""
        self._draft.look_again()
        self.show_over(self.foot.main_button)

    def choose_people(self, uids: list[str]) -> None:
        """Puts people of the library into the batch that is put together."""
        self._draft.add_people(uids)
        self.open_sheet()

    def read(self, paths: list[Path]) -> None:
        """Looks at a table, or a folder of people, as a batch of its own."""
        self.error.clear()
        self._batches.read(tuple(paths))

    # ---- What is done

    def begin(self) -> None:
        """Makes what is there: what was put together, or what is left of the batch that is looked at."""
        self.error.clear()
        if self._batches.current is not None:
            if self._batches.asks:
                self.agreement.ask()
            else:
                self._batches.start()
            return
        name = self.tr("Batch {day}").format(day=day_text(date.today()))
        try:
            written = self._draft.written(name)
        except FastFaceError as error:
            self.error.show_error(error, copyable=False)
            return
        self._batches.put(written, then=self._start_new)

    def _start_new(self) -> None:
        if self._batches.asks:
            self.agreement.ask()
        else:
            self._batches.start()

    def _agreed(self, yes: bool) -> None:
        if yes:
            self._batches.agree()
            self._batches.start()
        elif self._batches.status == "ready":
            self._batches.close_current()

    def _clear(self) -> None:
        self._draft.clear()

    def _new(self) -> None:
        self.error.clear()
        self.agreement.hide()
        self._batches.close_current()

    def _note(self, uid: str = "") -> None:
        self.close_sheet()
        self.person_wanted.emit(uid)

    def _see_album(self) -> None:
        if (batch := self._batches.current) is not None:
            self.close_sheet()
            self.album_wanted.emit(batch.name)

    def _failed(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _opened(self) -> None:
        self.agreement.hide()
        self._show()

    def _fill_earlier(self) -> None:
        self._earlier.clear()
        for batch in self._batches.kept:
            text = batch.name if batch.ended else self.tr("{name}, not finished").format(name=batch.name)
            self._earlier.addAction(text).triggered.connect(_Open(self._batches, batch.id, self._earlier).do)

    def _show(self, *_: object) -> None:
        looked_at = self._batches.current is not None
        self.places.setCurrentWidget(self.run_view if looked_at else self.composer)
        self.caption.setVisible(not looked_at)
        self.clear_button.setVisible(not looked_at and bool(self._draft.people or self._draft.looks))
        self.new_button.setVisible(looked_at)
        self.new_button.setEnabled(not self._batches.busy)
        self.earlier_button.setVisible(bool(self._batches.kept))
        self.earlier_button.setEnabled(not self._batches.busy)
        self.foot.setVisible(looked_at or not self.composer.adding)
        self.foot.show_state()

    # ---- What comes to it

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if paths_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent, /) -> None:
        event.acceptProposedAction()
        self.take(event.mimeData())

    def take(self, dropped: QMimeData) -> None:
        """A table becomes a batch; folders and photos become people of the one that is put together."""
        paths = paths_of(dropped)
        if self._batches.current is None and all(path.is_dir() for path in paths):
            self.composer.take_folders(paths)
        else:
            self.read(paths)

    def escape(self) -> None:
        if self.agreement.isVisible():
            self.agreement.no.click()
        elif self.composer.isVisible() and self.composer.adding:
            self.composer.back()
        else:
            self.close_sheet()


class _Open(QObject):
    """Opens one of the list."""

    def __init__(self, batches: Batches, number: str, parent: QObject) -> None:
        super().__init__(parent)
        self._batches, self._number = batches, number

    def do(self) -> None:
        self._batches.open(self._number)
