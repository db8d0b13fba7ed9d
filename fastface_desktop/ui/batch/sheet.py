"""The sheet for batches: it lies over the page in view, which it dims; the status bar stays."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QStackedWidget, QWidget

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
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.day_field import day_text
from fastface_desktop.ui.widgets.drops import paths_of
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, filling, row

_WIDTH, _HEIGHT, _AWAY = 1112, 692, 40
_DIMMED = {False: 107, True: 153}
"""Of 255: 42 and 60 percent, in the light theme and in the dark one."""


class BatchSheet(QWidget):
    """Args:
    host: what it lies over.
    above: where the status bar begins.
    """

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
        super().__init__(host)
        self._draft, self._batches, self._theme = draft, batches, theme
        self._host, self._beside, self._above = host, beside, above
        self._focus_before: QWidget | None = None
        self.setAccessibleName(self.tr("Batch"))
        self.setAcceptDrops(True)
        self.card = QFrame(self)
        self.card.setProperty("kind", "sheet")
        self.composer = Composer(draft, people, batches.images, theme)
        self.run_view = RunView(batches, theme)
        self.places = QStackedWidget()
        self.places.addWidget(self.composer)
        self.places.addWidget(self.run_view)
        self.error = InlineError(theme)
        self.agreement = Agreement()
        self.foot = Foot(draft, batches, theme)
        column(
            self._head(theme),
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
        theme.changed.connect(self._fit)
        host.installEventFilter(self)
        self.hide()
        self._show()

    def _head(self, theme: Theme) -> QHBoxLayout:
        self.title = label(self.tr("Batch"), "title")
        self.caption = label(self.tr("People in rows, looks in columns, pictures in each cell"), "caption")
        self.earlier_button = button(self.tr("Earlier"), self.tr("Batches that were begun before"), "quiet")
        self._earlier = QMenu(self.earlier_button)
        self._earlier.aboutToShow.connect(self._fill_earlier)
        self.earlier_button.setMenu(self._earlier)
        self.clear_button = button(self.tr("Empty all"), self.tr("Take everybody and every look out"), "quiet")
        self.new_button = button(self.tr("New batch"), self.tr("Put another batch together"), "quiet")
        self.close_button = IconButton(
            "close", self.tr("Close the sheet; the batch goes on (Esc)"), theme, colour="text"
        )
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
        self.close_button.clicked.connect(self.close_sheet)
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
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._keep_focus)

    # ---- Open and closed

    def open_sheet(self) -> None:
        """Over whatever is in view; where a batch is being made or was left unfinished, that one."""
        if not self.isVisible():
            self._focus_before = self.window().focusWidget()
        self._draft.look_again()
        self._fit()
        self.show()
        self.raise_()
        self.foot.main_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        self.hide()
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)

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

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not event.matches(QKeySequence.StandardKey.Cancel):
            super().keyPressEvent(event)
        elif self.agreement.isVisible():
            self.agreement.no.click()
        elif self.composer.isVisible() and self.composer.adding:
            self.composer.back()
        else:
            self.close_sheet()

    def event(self, event: QEvent, /) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Escape is for the sheet while it is open, whatever else the page below uses it for.
            event.setAccepted(event.matches(QKeySequence.StandardKey.Cancel))
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_sheet()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def _keep_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """What lies below is not reached by Tab."""
        if self.isVisible() and now is not None and self._beside.parentWidget() is self._host:
            page = self._beside.isAncestorOf(now) or now is self._beside
            if page or self._below(now):
                self.close_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _below(self, widget: QWidget) -> bool:
        """Whether a widget lies in the page under the sheet."""
        one: QWidget | None = widget
        while one is not None and one.parentWidget() is not self._host:
            one = one.parentWidget()
        return isinstance(one, QStackedWidget)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        colour = self._theme.colour("scrim")
        colour.setAlpha(_DIMMED[self._theme.dark])
        QPainter(self).fillRect(self.rect(), colour)

    def _fit(self) -> None:
        width, height = self._host.width(), self._above.y()
        self.setGeometry(0, 0, width, height)
        left = self._beside.width() if self._beside.isVisible() else 0
        room = width - left
        card = min(self._theme.px(_WIDTH), room - 2 * Space.L)
        away = min(_AWAY, max(Space.L, (height - self._theme.px(_HEIGHT)) // 2))
        tall = min(self._theme.px(_HEIGHT), height - 2 * away)
        self.card.setGeometry(left + (room - card) // 2, (height - tall) // 2, card, tall)


class _Open(QObject):
    """Opens one of the list."""

    def __init__(self, batches: Batches, number: str, parent: QObject) -> None:
        super().__init__(parent)
        self._batches, self._number = batches, number

    def do(self) -> None:
        self._batches.open(self._number)
