"""The main window: the rail, the pages, the status bar, and what lies over them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QMainWindow, QStackedWidget, QWidget
from shiboken6 import isValid

from fastface_core.errors import FastFaceError
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs.images import JobImages
from fastface_desktop.state.jobs.other_work import OtherWork
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.jobs.unfinished import Unfinished
from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.shell.actions import Act, Actions, page_action
from fastface_desktop.ui.shell.banner import Banner
from fastface_desktop.ui.shell.menu import TEXT_SCALES, MenuButton
from fastface_desktop.ui.shell.page import Page, PageEntry, Pages
from fastface_desktop.ui.shell.queue_drawer import QueueDrawer
from fastface_desktop.ui.shell.rail import Rail
from fastface_desktop.ui.shell.status_bar import StatusBar
from fastface_desktop.ui.shell.toasts import Toasts
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets import drops
from fastface_desktop.ui.widgets.ring import FocusRing

if TYPE_CHECKING:  # made when somebody first needs it
    from fastface_desktop.state.models.downloads import Downloads
    from fastface_desktop.ui.shell.palette import Finder, Palette


class MainWindow(QMainWindow):
    """Args:
    pages: in the rail's order; there is nothing else in it.
    """

    diagnostics_wanted = Signal()
    """Diagnostics were requested."""
    closing = Signal()
    """The user has closed the window. It is hidden at once; what listens to it ends what runs."""
    first_run_wanted = Signal()
    batch_wanted = Signal(list)
    """The sheet for batches, with the paths of what was dropped for it, or none."""

    def __init__(
        self,
        pages: Sequence[PageEntry],
        *,
        theme: Theme,
        settings: Settings,
        engine: EngineState,
        queue: JobQueue,
        images: JobImages,
        other: OtherWork,
        unfinished: Unfinished,
        actions: Actions,
    ) -> None:
        super().__init__()
        self._images, self._other, self._unfinished = images, other, unfinished
        self._downloads: Downloads | None = None
        self._models_news = False
        self._finder: Callable[[], Finder] | None = None
        self._settings, self._theme, self._engine = settings, theme, engine
        self._queue, self._actions = queue, actions
        self._engine_error: FastFaceError | None = None
        self._kept: dict[str, object] = {}
        """The contents of pages that were not shown since the language changed."""
        self.setWindowTitle("FastFace")
        self.setAcceptDrops(True)
        self.setMinimumSize(*Size.SMALLEST_WINDOW)

        self._build(pages)
        engine.changed.connect(self._show_engine_error)
        settings.changed.connect(self._setting_changed)
        self._actions.offer(self, self._acts())
        self._restore_place()
        if pages:
            remembered = settings.values.page
            self.show_page(remembered if remembered in self.pages else pages[0].name)

    def _build(self, pages: Sequence[PageEntry]) -> None:
        self._actions.set_pages([(page.name, page.title) for page in pages if page.in_rail])
        self.menu_button = MenuButton(self._settings, self._theme)
        self.menu_button.help_wanted.connect(self.show_help)
        self.menu_button.palette_wanted.connect(self.show_palette)
        self.menu_button.first_run_wanted.connect(self.first_run_wanted)
        self.menu_button.diagnostics_wanted.connect(self.diagnostics_wanted)
        self.menu_button.quit_wanted.connect(self.close)
        self.menu_button.batch_wanted.connect(self._want_batch)
        self.menu_button.show_keys(self._actions)
        self._actions.changed.connect(partial(_show_keys, self.menu_button, self._actions))
        self.rail = Rail([page for page in pages if page.in_rail], self.menu_button, self._theme)
        self.rail.chosen.connect(self.show_page)
        titles = {page.name: page.title for page in pages}
        self.rail.overflowed.connect(partial(_offer, self.menu_button, titles))
        self.menu_button.page_wanted.connect(self.show_page)
        self.stack = QStackedWidget()
        self.pages = Pages(pages, self._page_built)
        self.banner = Banner(self._theme)
        self.status = StatusBar(self._engine, self._queue, self._other, self._theme)
        self.body = QWidget()
        grid = QGridLayout(self.body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.rail, 0, 0, 2, 1)
        grid.addWidget(self.banner, 0, 1)
        grid.addWidget(self.stack, 1, 1)
        grid.addWidget(self.status, 2, 0, 1, 3)
        grid.setRowStretch(1, 1)
        self.toasts = Toasts(self.body, self._theme, above=self.status)
        self.toasts.made.connect(self._actions.describe)
        self.drawer = QueueDrawer(
            self._queue,
            self._images,
            self._other,
            self._unfinished,
            self._theme,
            self.toasts,
            self.body,
            above=self.status,
        )
        self.drawer.room_wanted.connect(self._make_room)
        self.drawer.batch_wanted.connect(self._want_batch)
        self._palette: Palette | None = None
        self.status.queue_wanted.connect(self.drawer.toggle)
        self._grid = grid
        self.status.download.models_wanted.connect(self._show_models)
        self.status.download.changed.connect(self._show_news)
        self.status.download.ready.connect(self._say_ready)
        if self._downloads is not None:
            self.status.download.watch(self._downloads)
        self.setCentralWidget(self.body)
        for part in (self.rail, self.status):
            self._actions.describe(part)
        for part in (self.rail, self.status, self.banner, self.drawer):
            self._theme.dress(part)
        self.ring = FocusRing(self.body, self._theme)

    def _page_built(self, page: Page) -> None:
        if (name := self.pages.name_of(page)) in self._kept:
            page.put_back(self._kept.pop(name))
        self.stack.addWidget(page)
        self._theme.dress(page)
        self._actions.offer(page, page.acts())
        self._actions.describe(page)

    def _acts(self) -> dict[str, Act]:
        acts = {page_action(name): Act(partial(self.show_page, name)) for name in self.rail.buttons}
        return acts | {
            "window.palette": Act(self.show_palette),
            "window.help": Act(self.show_help, self._why_no_help),
            "window.queue": Act(self._toggle_queue),
            "window.batch": Act(self._want_batch, self._why_no_batch),
            "window.pause": Act(self._pause_or_resume),
            # In a text field the key takes back what was typed, as the field comes first.
            "window.undo": Act(self._undo, self._why_no_undo),
            "window.theme": Act(self._other_theme),
            "window.larger": Act(partial(self._scale_text, 1), partial(self._why_no_scale, 1)),
            "window.smaller": Act(partial(self._scale_text, -1), partial(self._why_no_scale, -1)),
            "window.menu": Act(self._open_menu),
            "window.diagnostics": Act(self.diagnostics_wanted.emit),
            "window.quit": Act(self.close),
        }

    def retranslate(self, pages: Sequence[PageEntry]) -> None:
        """Builds everything again, after the language changed. What is in the pages stays."""
        before, name = self.pages, self.pages.name_of(self.page)
        kept = self._kept | {one: page.keep() for one, page in before.built().items()}
        error, drawer_open, toasts = self.banner.inline.error, self.drawer.open, self.toasts.taken()
        # Qt hides what was there, and deletes it once this is over.
        self._build(pages)
        # Qt would show it a moment later, and what is not in view gets no focus.
        self.body.show()
        # Only the page in view now; the others are made once they are looked at.
        self._kept = kept
        self.show_page(name)
        if error is not None:
            self.show_error(error)
        if drawer_open:
            self.drawer.open_drawer()
        for text, undo in toasts:
            self.toasts.show(text, undo)

    def do(self, id: str) -> None:
        """Does an action, on its page."""
        scope = self._actions[id].scope
        if scope in self.pages:
            self.show_page(scope)
        if not self._actions.why_not(id):
            self._actions.run(id)

    def show_page(self, name: str) -> None:
        """Brings a page into view.

        Raises:
            KeyError: there is no page of that name.
        """
        page = self.pages[name]
        self.stack.setCurrentWidget(page)
        if name == "models":
            self.status.download.read()
            self._models_news = False
        self.rail.setVisible(not page.alone)
        self._show_news()
        self.rail.choose(name)
        if name in self.rail.buttons:
            self._settings.change(page=name)
        page.shown()

    def watch_downloads(self, downloads: "Downloads") -> None:
        """From now on downloads are shown, whichever page is in view."""
        self._downloads = downloads
        self.status.download.watch(downloads)

    @property
    def palette_box(self) -> "Palette":
        """Made when it is first opened."""
        if self._palette is None:
            from fastface_desktop.ui.shell.palette import Palette

            self._palette = Palette(self._actions, self.do, self._theme, self.body)
            self._palette.finder = self._finder() if self._finder is not None else None
            self._theme.dress(self._palette)
        return self._palette

    def find_with(self, finder: "Callable[[], Finder]") -> None:
        """From now on the palette finds more than actions."""
        self._finder = finder

    def _say_ready(self, title: str) -> None:
        self._models_news = True
        self.toasts.show(self.tr("{model} is ready.").format(model=title))
        self._show_news()

    def _show_news(self) -> None:
        """The dot on Models, and the status bar where a page has the window to itself."""
        page = self.stack.currentWidget()
        alone = isinstance(page, Page) and page.alone
        self.status.setVisible(not alone or self.status.download.active)
        self.rail.set_dot("models", self.status.download.active or self._models_news)

    def _show_models(self) -> None:
        self.show_page("models")

    def _make_room(self, wanted: int) -> None:
        """The drawer pushes the page, unless that would be too narrow beside it."""
        self.status.queue_button.setChecked(wanted > 0)
        fits = self.body.width() - self.rail.width() - wanted >= Size.SMALLEST_PAGE
        self._grid.setColumnMinimumWidth(2, wanted if fits else 0)

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
        """Gives something to the page in view, or else to the first page that can use it; a table is a batch."""
        if drops.is_table(dropped):
            self.batch_wanted.emit(drops.paths_of(dropped))
            return True
        page = self._page_for(dropped)
        if page is None:
            return False
        self.show_page(self.pages.name_of(page))
        page.take(dropped)
        return True

    def show_error(self, error: FastFaceError) -> None:
        """Says above the page what belongs to no place in it."""
        self.banner.show_error(error)

    def raise_up(self) -> None:
        """In front of the other programs' windows, as far as the system lets a program do that."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if drops.is_table(event.mimeData()) or self._page_for(event.mimeData()) is not None:
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

    # ---- What the window's own actions do

    def show_palette(self) -> None:
        self.palette_box.toggle()

    def show_help(self) -> None:
        self.show_page("help")

    def _why_no_help(self) -> str:
        return "" if "help" in self.pages else self.tr("There is no help here")

    def _want_batch(self) -> None:
        self.batch_wanted.emit([])

    def _why_no_batch(self) -> str:
        return self.tr("Not before the first steps") if self.page.alone else ""

    def _toggle_queue(self) -> None:
        self.drawer.toggle()

    def _pause_or_resume(self) -> None:
        self._queue.resume() if self._queue.paused else self._queue.pause()

    def _undo(self) -> None:
        self.toasts.undo_last()

    def _why_no_undo(self) -> str:
        return "" if self.toasts.can_undo else self.tr("Nothing to take back")

    def _open_menu(self) -> None:
        self.menu_button.showMenu()

    def _other_theme(self) -> None:
        self._settings.change(theme="light" if self._theme.dark else "dark")

    def _next_scale(self, step: int) -> float | None:
        now = TEXT_SCALES.index(min(TEXT_SCALES, key=lambda scale: abs(scale - self._settings.values.text_scale)))
        return TEXT_SCALES[now + step] if 0 <= now + step < len(TEXT_SCALES) else None

    def _scale_text(self, step: int) -> None:
        if (scale := self._next_scale(step)) is not None:
            self._settings.change(text_scale=scale)

    def _why_no_scale(self, step: int) -> str:
        if self._next_scale(step) is not None:
            return ""
        return self.tr("The text is as large as it gets") if step > 0 else self.tr("The text has its usual size")

    def _keep_place(self) -> None:
        if self.isVisible() and not self.isMinimized():
            self._settings.change(window=bytes(self.saveGeometry().toBase64().data()).decode())

    def _restore_place(self) -> None:
        kept = QByteArray.fromBase64(self._settings.values.window.encode())
        if not self._settings.values.window or not self.restoreGeometry(kept):
            screen = QGuiApplication.primaryScreen().availableGeometry()
            width, height = Size.WINDOW
            self.resize(min(width, screen.width()), min(height, screen.height()))


def _show_keys(button: MenuButton, actions: Actions) -> None:
    """The menu of before another language is gone."""
    if isValid(button):
        button.show_keys(actions)


def _offer(button: MenuButton, titles: Mapping[str, str], names: Sequence[str]) -> None:
    """Pages without room in the rail are in the menu."""
    button.offer_pages([(name, titles[name]) for name in names])
