"""The window around the pages: rail, keys, status bar, what is dropped, what is remembered."""

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QMessageBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fastface_core.errors import DeviceError, FastFaceError
from fastface_core.settings import settings_file
from fastface_desktop.app import Desktop
from fastface_desktop.ui.shell.actions import Actions
from fastface_desktop.ui.shell.page import Page, PageEntry
from fastface_desktop.ui.shell.window import MainWindow
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets.duration import clock
from fastface_desktop.ui.widgets.inline_error import InlineError, details
from fastface_desktop.values import DeviceInfo, EngineStatus, MemoryUse

GIB = 1 << 30
# No larger than the screen of a test lets a remembered window be.
SIZE = QSize(Size.SMALLEST_WINDOW[0], 620)


@pytest.fixture
def desktop(idle: Desktop) -> Desktop:
    return idle


class Notes(Page):
    """A page that takes text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)
        self.taken: list[QMimeData] = []

    def takes(self, dropped: QMimeData) -> bool:
        return dropped.hasText() and dropped.text().startswith(self.name)

    def take(self, dropped: QMimeData) -> None:
        self.taken.append(dropped)


class Files(Notes):
    """A page that takes files."""

    def takes(self, dropped: QMimeData) -> bool:
        return dropped.hasUrls()


@pytest.fixture
def pages() -> list[Notes]:
    return [Notes("first"), Notes("second"), Notes("third"), Files("files")]


@pytest.fixture
def window(desktop: Desktop, pages: list[Notes], qtbot: QtBot) -> MainWindow:
    """A window with pages of its own beside the real one."""
    window = MainWindow(
        [PageEntry(page.name, "photo", page.name.title(), lambda page=page: page) for page in pages],
        theme=desktop.theme,
        settings=desktop.settings,
        engine=desktop.engine,
        queue=desktop.queue,
        images=desktop.images,
        other=desktop.other,
        unfinished=desktop.unfinished,
        actions=Actions(desktop.settings, desktop),
    )
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def test_in_a_low_window_the_rail_keeps_its_words_and_the_menu_has_the_rest(desktop: Desktop, qtbot: QtBot) -> None:
    window, rail = desktop.window, desktop.window.rail
    menu = window.menu_button.menu()
    assert menu is not None
    window.resize(1180, 760)
    for scale in (1.0, 1.5, 2.0):
        desktop.settings.change(text_scale=scale)
        for height in (760, Size.SMALLEST_WINDOW[1]):
            window.resize(1180, height)
            QApplication.processEvents()
            tools = [*(one for one in rail.buttons.values() if one.isVisible()), window.menu_button]
            assert all(tool.text() for tool in tools)
            assert all(tool.height() >= tool.sizeHint().height() for tool in tools), (scale, height)
            assert all(tool.geometry().bottom() <= rail.height() for tool in tools), (scale, height)
            offered = [action.text() for action in menu.actions()]
            for name, button in rail.buttons.items():
                assert button.isVisible() == (name not in rail.hidden)
                assert button.isVisible() == (button.text() not in offered)
    # With the largest text in the lowest window most are in the menu, and lead to their pages.
    assert rail.hidden[-2:] == ["models", "preferences"]
    next(action for action in menu.actions() if action.text() == "Models").trigger()
    assert window.pages.name_of(window.page) == "models"
    desktop.settings.change(text_scale=1.0)
    window.resize(1180, 760)
    qtbot.waitUntil(lambda: not rail.hidden)
    assert "Models" not in [action.text() for action in menu.actions()]


def test_the_rail_shows_exactly_the_pages_that_are_there(desktop: Desktop, window: MainWindow) -> None:
    assert list(window.rail.buttons) == ["first", "second", "third", "files"]
    assert [button.text() for button in window.rail.buttons.values()] == ["First", "Second", "Third", "Files"]
    assert [*desktop.window.rail.buttons, "help", "first-run"] == list(desktop.window.pages)


def test_a_page_is_built_when_it_is_looked_at(desktop: Desktop, qtbot: QtBot) -> None:
    built: list[str] = []

    def entry(name: str) -> PageEntry:
        def build() -> Page:
            built.append(name)
            return Notes(name)

        return PageEntry(name, "photo", name, build)

    window = MainWindow(
        [entry("first"), entry("second")],
        theme=desktop.theme,
        settings=desktop.settings,
        engine=desktop.engine,
        queue=desktop.queue,
        images=desktop.images,
        other=desktop.other,
        unfinished=desktop.unfinished,
        actions=Actions(desktop.settings, desktop),
    )
    qtbot.addWidget(window)
    assert built == ["first"]
    for _ in range(2):
        window.show_page("second")
        assert built == ["first", "second"]


def test_a_page_is_chosen_by_pointer_by_arrows_and_by_number(window: MainWindow, qtbot: QtBot) -> None:
    rail = window.rail
    assert window.page is window.pages["first"]
    qtbot.mouseClick(rail.buttons["files"], Qt.MouseButton.LeftButton)
    assert window.page is window.pages["files"]
    qtbot.keyClick(rail, Qt.Key.Key_Down)
    assert window.page is window.pages["first"]
    qtbot.keyClick(rail, Qt.Key.Key_Up)
    assert window.page is window.pages["files"]
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.page is window.pages["second"]
    assert rail.buttons["second"].isChecked()


def drop(window: MainWindow, text: str) -> bool:
    """Drags a text onto the window and lets go; whether the window wanted it."""
    mime = QMimeData()
    mime.setText(text)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys)
    enter.setAccepted(False)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    dropped = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(window, dropped)
    return dropped.isAccepted()


def test_large_text_has_room_at_once(window: MainWindow, desktop: Desktop) -> None:
    button = window.rail.buttons["second"]
    before = (window.rail.width(), window.status.height(), button.iconSize().width())
    desktop.settings.change(text_scale=2.0)
    QApplication.processEvents()
    needed = button.fontMetrics().horizontalAdvance(button.text())
    assert button.width() >= needed
    assert window.status.height() >= 2 * window.status.state.fontMetrics().ascent()
    assert (window.rail.width(), window.status.height(), button.iconSize().width()) > before
    assert button.iconSize().width() == 2 * before[2]
    desktop.settings.change(text_scale=1.0)
    assert (window.rail.width(), window.status.height(), button.iconSize().width()) == before


def test_what_is_dropped_goes_to_the_page_that_can_use_it(window: MainWindow, pages: list[Notes]) -> None:
    assert drop(window, "second of them")
    assert window.page is window.pages["second"]
    assert len(pages[1].taken) == 1
    assert not drop(window, "nobody's")
    assert window.page is window.pages["second"]


def test_files_of_a_later_start_arrive_as_if_dropped(window: MainWindow, pages: list[Notes]) -> None:
    taking = pages[-1]
    window.open_files([])
    assert not taking.taken
    window.open_files(["/home/äö/photo 1.jpg"])
    assert taking.taken[0].urls() == [QUrl.fromLocalFile("/home/äö/photo 1.jpg")]


def test_the_page_and_the_place_of_the_window_are_there_again(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    first = build()
    first.window.show()
    first.window.resize(SIZE)
    qtbot.waitUntil(lambda: first.window.size() == SIZE)
    first.window.close()
    assert first.saver.flush()
    kept = json.loads(settings_file().read_text(encoding="utf-8"))
    assert kept["page"] == "create"
    again = build()
    again.window.show()
    assert again.window.size() == SIZE
    assert again.window.page is again.window.pages["create"]


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[1]", '{"window": 5, "theme": "pink", "text_scale": 99, "new": 1}']
)
def test_a_damaged_settings_file_keeps_nobody_out(content: str, build: Callable[[], Desktop]) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(content)
    desktop = build()
    assert desktop.settings.values.theme == "system"
    assert desktop.settings.values.text_scale == 1.0
    desktop.settings.change(theme="dark")
    assert desktop.theme.dark
    assert desktop.saver.flush()
    kept = json.loads(settings_file().read_text(encoding="utf-8"))
    assert kept["theme"] == "dark"
    # A setting of a newer version stays for it.
    assert kept.get("new") == (1 if "new" in content else None)


def test_a_setting_that_is_not_allowed_is_refused(desktop: Desktop) -> None:
    with pytest.raises(ValueError, match="theme"):
        desktop.settings.change(theme="pink")
    with pytest.raises(AttributeError):
        desktop.settings.change(thema="dark")
    assert desktop.settings.values.theme == "system"


def test_the_menu_changes_how_it_looks_at_once(desktop: Desktop, qtbot: QtBot) -> None:
    menu = desktop.window.menu_button.menu()
    parts = menu.findChildren(QMenu)
    choices = {action.text(): action for part in parts for action in part.actions()}
    with qtbot.waitSignal(desktop.theme.changed):
        choices["Dark" if not desktop.theme.dark else "Light"].trigger()
    height = desktop.window.status.height()
    choices["150 %"].trigger()
    assert desktop.settings.values.text_scale == 1.5
    assert desktop.theme.px(20) == 30
    choices["100 %"].trigger()
    assert desktop.window.status.height() == height
    choices["Deutsch"].trigger()
    qtbot.waitUntil(lambda: desktop.window.rail.buttons["create"].text() == "Erstellen")


def say(desktop: Desktop, news: EngineStatus) -> None:
    """As the engine's thread does it."""
    desktop.thread_of_engine.engine_status.emit(news)


def test_the_status_bar_tells_of_the_engine(desktop: Desktop) -> None:
    status = desktop.window.status
    assert status.state.text() == "Starting"
    assert not status.memory_text.isVisible()
    say(desktop, EngineStatus("loading", "Loading the UNet", 0.5))
    assert status.state.text() == "Loading the UNet"
    assert status.loading.isVisible()
    assert status.loading.value() == status.loading.maximum() // 2
    cpu = DeviceInfo("CPU", "cpu")
    say(desktop, EngineStatus("ready", device=cpu, memory=MemoryUse(4 * GIB, 16 * GIB), checkpoint_title="Starter"))
    # The main memory is everybody's, and nothing is said of it.
    assert not status.memory_text.isVisible()
    assert status.state.text() == "Ready · Starter"
    assert not status.loading.isVisible()
    card = DeviceInfo("NVIDIA RTX 6000", "cuda")
    say(desktop, EngineStatus("working", device=card, memory=MemoryUse(6 * GIB, 8 * GIB), checkpoint_title="Starter"))
    assert status.memory_text.text() == "Graphics memory 6.0 of 8 GB"
    assert not status.memory_text.property("tone")
    say(
        desktop,
        EngineStatus("working", device=card, memory=MemoryUse(int(7.9 * GIB), 8 * GIB), checkpoint_title="Starter"),
    )
    assert status.memory_text.property("tone") == "warn"
    assert status.state.text() == "Making pictures · Starter"
    assert status.queue_button.text() == "Queue empty"


def test_a_failed_engine_says_so_above_the_page_until_it_works_again(desktop: Desktop) -> None:
    error = DeviceError("The GPU stopped answering.", "Start the program again.")
    banner = desktop.window.banner
    say(desktop, EngineStatus("failed", error=error))
    assert banner.isVisible()
    assert banner.inline.message.text() == error.message
    assert desktop.window.status.state.text() == error.message
    # It is not shown again once it was closed.
    banner.inline.close_button.click()
    assert not banner.isVisible()
    say(desktop, EngineStatus("failed", error=error))
    assert not banner.isVisible()
    say(desktop, EngineStatus("failed", error=DeviceError("Another one.", "Do this.")))
    assert banner.isVisible()
    say(desktop, EngineStatus("ready"))
    assert not banner.isVisible()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (42.4, "00:42"), (61, "01:01"), (3725, "1:02:05"), (-3, "00:00")]
)
def test_time_left_as_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_an_error_can_be_copied_with_its_cause(desktop: Desktop, qtbot: QtBot) -> None:
    inline = InlineError(desktop.theme, desktop.window)
    error = FastFaceError("It did not work.", "Try again.")
    try:
        try:
            raise OSError(28, "No space left on device")
        except OSError as cause:
            raise error from cause
    except FastFaceError:
        inline.show_error(error)
    inline.adjustSize()
    assert inline.accessibleName() == "It did not work. Try again."
    qtbot.mouseClick(inline.copy_button, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    assert copied == details(error)
    assert "It did not work." in copied
    assert "No space left on device" in copied
    inline.clear()
    assert inline.isHidden()


def test_nothing_of_the_shell_is_a_modal_box(desktop: Desktop) -> None:
    desktop.window.show_error(FastFaceError("Something.", "Do something."))
    assert desktop.window.findChildren(QMessageBox) == []
    assert QApplication.activeModalWidget() is None


class _Windows(QObject):
    """Which widgets become windows."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(repr(watched))
        return False


def test_nothing_flashes_up_as_a_window_of_its_own(desktop: Desktop, qapp: QApplication, qtbot: QtBot) -> None:
    """A widget that is shown before it has its place would, and takes the focus from the window for good."""
    windows = _Windows()
    qapp.installEventFilter(windows)
    for name in desktop.window.pages:
        desktop.window.show_page(name)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: desktop.downloads.models is not None)
    desktop.settings.change(language="de")
    qtbot.waitUntil(lambda: desktop.translation.language == "de")
    QApplication.processEvents()
    qapp.removeEventFilter(windows)
    assert windows.seen == []
