"""A slider that goes back to where it rests, and that scrolling the page does not move."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider


class CalmSlider(QSlider):
    """Ignores the wheel unless it has the focus; a double click goes back to `rest`."""

    def __init__(self, rest: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._rest = rest
        self.setProperty("kind", "middle")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        self.setValue(self._rest)
