"""The main window: the rail, the pages, the status bar, and what lies over them."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.probe import Probe
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs import JobQueue
from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.diagnostics import Diagnostics
from fastface_desktop.ui.inline_error import InlineError
from fastface_desktop.ui.menu import MenuButton
from fastface_desktop.ui.page import Page, PageEntry, Pages
from fastface_desktop.ui.queue_drawer import QueueDrawer
from fastface_desktop.ui.rail import Rail
from fastface_desktop.ui.status_bar import StatusBar
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.toasts import Toasts


class Banner(QWidget):
    """The place above the page for errors that belong to nothing in it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.inline = InlineError(theme)
        self.inline.closed.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, 0)
        column.addWidget(self.inline)
        self.hide()

    def show_error(self, error: FastFaceError) -> None:
        self.inline.show_error(error)
        self.show()

    def clear(self) -> None:
        self.inline.clear()
        self.hide()


class MainWindow(QMainWindow):
    """Args:
    pages: in the rail's order; there is nothing else in it.
    """

    closing = Signal()
    """The user has closed the window. It is hidden at once; what runs is ended by whoever listens."""

    def __init__(
        self,
        pages: Sequence[PageEntry],
        *,
        theme: Theme,
        settings: Settings,
        engine: EngineState,
        queue: JobQueue,
        probe: Probe,
    ) -> None:
        super().__init__()
        self._settings, self._theme, self._engine, self._probe = settings, theme, engine, probe
        self._engine_error: FastFaceError | None = None
        self.setWindowTitle("FastFace")
        self.setAcceptDrops(True)
        self.setMinimumSize(*Size.SMALLEST_WINDOW)

        self.menu_button = MenuButton(settings, theme)
        self.menu_button.diagnostics_wanted.connect(self.show_diagnostics)
        self.menu_button.quit_wanted.connect(self.close)
        self.rail = Rail(pages, self.menu_button, theme)
        self.rail.chosen.connect(self.show_page)
        self.stack = QStackedWidget()
        self.pages = Pages(pages, self.stack.addWidget)
        self.banner = Banner(theme)
        self.status = StatusBar(engine, queue, theme)
        self.body = QWidget()
        grid = QGridLayout(self.body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.rail, 0, 0, 2, 1)
        grid.addWidget(self.banner, 0, 1)
        grid.addWidget(self.stack, 1, 1)
        grid.addWidget(self.status, 2, 0, 1, 2)
        grid.setRowStretch(1, 1)
        self.setCentralWidget(self.body)
        self.toasts = Toasts(self.body, theme, above=self.status)
        self.drawer = QueueDrawer(queue, theme, self.toasts, self.body, above=self.status)
        self.status.queue_wanted.connect(self.drawer.toggle)
        engine.changed.connect(self._show_engine_error)
        settings.changed.connect(self._setting_changed)

        for number, page in enumerate(pages, 1):
            self._shortcut(QKeySequence(f"Ctrl+{number}"), self._page_shortcut).setProperty("page", page.name)
        self._shortcut(QKeySequence("Ctrl+J"), self.drawer.toggle)
        # In a text field the key takes back what was typed, as the field comes first.
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Undo), self.toasts.undo_last)
        self._shortcut(QKeySequence("F10"), self.menu_button.showMenu)
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Quit), self.close)
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Close), self.close)

        self._restore_place()
        if pages:
            remembered = settings.values.page
            self.show_page(remembered if remembered in self.pages else pages[0].name)

    def show_page(self, name: str) -> None:
        """Brings a page into view.

        Raises:
            KeyError: there is no page of that name.
        """
        page = self.pages[name]
        self.stack.setCurrentWidget(page)
        self.rail.choose(name)
        self._settings.set("page", name)
        page.shown()

    @property
    def page(self) -> Page:
        """The page in view."""
        page = self.stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def open_files(self, paths: Sequence[str]) -> None:
        """Files that the program was started with: the same as if they were dropped on the window."""
        if paths:
            dropped = QMimeData()
            dropped.setUrls([QUrl.fromLocalFile(path) for path in paths])
            self.take(dropped)

    def take(self, dropped: QMimeData) -> bool:
        """Gives something to the page in view, or else to the first page that can use it."""
        page = self._page_for(dropped)
        if page is None:
            return False
        self.show_page(self.pages.name_of(page))
        page.take(dropped)
        return True

    def show_error(self, error: FastFaceError) -> None:
        """Says above the page what belongs to no place in it."""
        self.banner.show_error(error)

    def show_diagnostics(self) -> None:
        Diagnostics(self._engine, self._probe, self).open()

    def raise_up(self) -> None:
        """In front of the other programs' windows, as far as the system lets a program do that."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if self._page_for(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent, /) -> None:
        if self.take(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent, /) -> None:
        self._keep_place()
        event.accept()
        self.closing.emit()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._keep_place()

    def _page_for(self, dropped: QMimeData) -> Page | None:
        if self.page.takes(dropped):
            return self.page
        return next((page for page in self.pages.values() if page.takes(dropped)), None)

    def _show_engine_error(self) -> None:
        error = self._engine.error
        if error is not None and error is not self._engine_error:
            self.show_error(error)
        elif error is None and self._engine_error is not None and self.banner.inline.error is self._engine_error:
            self.banner.clear()
        self._engine_error = error

    def _setting_changed(self, name: str) -> None:
        values = self._settings.values
        if name == "theme":
            self._theme.set_mode(values.theme)
        elif name == "text_scale":
            self._theme.set_text_scale(values.text_scale)
        elif name == "language":
            self.toasts.show(self.tr("FastFace speaks the other language from its next start on."))

    def _shortcut(self, keys: QKeySequence, slot: object) -> QShortcut:
        shortcut = QShortcut(keys, self)
        shortcut.activated.connect(slot)
        return shortcut

    def _page_shortcut(self) -> None:
        self.show_page(self.sender().property("page"))

    def _keep_place(self) -> None:
        if self.isVisible() and not self.isMinimized():
            self._settings.set("window", bytes(self.saveGeometry().toBase64().data()).decode())

    def _restore_place(self) -> None:
        kept = QByteArray.fromBase64(self._settings.values.window.encode())
        if not self._settings.values.window or not self.restoreGeometry(kept):
            screen = QGuiApplication.primaryScreen().availableGeometry()
            width, height = Size.WINDOW
            self.resize(min(width, screen.width()), min(height, screen.height()))
