"""The composition root: builds the application and its window, and runs until the window is closed."""

import sys

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from fastface_core import __version__
from fastface_desktop.window import MainWindow


def application() -> QApplication:
    """The one application of this process, with the names that the desktop shows for it."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("FastFace")
    app.setApplicationDisplayName("FastFace")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fastface-desktop")
    return app


class CloseWhenDrawn(QObject):
    """Closes a window after it was drawn for the first time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._window.close)
        return False


def run(*, exit_after_show: bool = False) -> int:
    app = application()
    window = MainWindow()
    window.show()
    if exit_after_show:
        CloseWhenDrawn(window)
    return app.exec()
