"""The composition root: builds every object of the window, runs until it is closed, and ends everything in order."""

import asyncio
import sys
from collections.abc import Sequence

import qasync
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from fastface_core import __version__
from fastface_core.paths import resource
from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.page import Page
from fastface_desktop.ui.shell import MainWindow
from fastface_desktop.ui.theme.theme import Theme


def application() -> QApplication:
    """The one application of this process, with the names that the desktop shows for it."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("FastFace")
    app.setApplicationDisplayName("FastFace")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fastface-desktop")
    app.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    app.setQuitOnLastWindowClosed(False)
    return app


class FirstPaint(QObject):
    """Calls `then` once a window was drawn for the first time."""

    def __init__(self, window: QWidget, then: object) -> None:
        super().__init__(window)
        self._window = window
        self._then = then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._then)  # pyright: ignore[reportCallIssue, reportArgumentType]
        return False


class Desktop(QObject):
    """Everything the window is made of, built in order and handed over."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.settings = Settings(parent=self)
        self.theme = Theme(app, self.settings.values.theme, self.settings.values.text_scale)
        pages: list[Page] = []
        self.window = MainWindow(pages, theme=self.theme, settings=self.settings)

    async def run(self, files: Sequence[str], *, exit_after_show: bool) -> None:
        closed = asyncio.Event()
        self.window.closing.connect(closed.set)
        if exit_after_show:
            FirstPaint(self.window, self.window.close)
        self.window.show()
        self.window.open_files(files)
        await closed.wait()
        self.settings.save()


def run(files: Sequence[str] = (), *, exit_after_show: bool = False) -> int:
    app = application()
    desktop = Desktop(app)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(desktop.run(files, exit_after_show=exit_after_show))
    return 0
