"""Nothing moves under a mouse button: what would change a layout waits until it is released."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent

_LONGEST = 5000
"""Milliseconds after which a release is waited for no more: a window that closes under the button takes it along."""


class Hold(QObject):
    """Of one owner; what it holds back is the last that was asked for."""

    def __init__(self, owner: QObject, apply: Callable[[], None]) -> None:
        """`apply` brings into view what holds by then."""
        super().__init__(owner)
        self._apply = apply
        self._waits = False

    @property
    def waits(self) -> bool:
        return self._waits

    def ask(self) -> None:
        """Applies now, or once no button is down any more."""
        if QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._apply()
        elif not self._waits:
            self._waits = True
            app = QGuiApplication.instance()
            assert app is not None
            app.installEventFilter(self)
            QTimer.singleShot(_LONGEST, self, self._let_go)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        released = event.type() in (QEvent.Type.MouseButtonRelease, QEvent.Type.NonClientAreaMouseButtonRelease)
        if released and isinstance(event, QMouseEvent) and event.buttons() == Qt.MouseButton.NoButton:
            # After what the release itself does.
            QTimer.singleShot(0, self, self._let_go)
        return False

    def _let_go(self) -> None:
        if self._waits:
            self._waits = False
            app = QGuiApplication.instance()
            assert app is not None
            app.removeEventFilter(self)
            self._apply()
