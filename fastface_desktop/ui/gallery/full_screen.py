"""The window in which a picture has the whole screen."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class FullScreen(QWidget):
    """Borrows a widget; its owner takes it back when `left` is emitted."""

    left = Signal()
    """The system closed the window."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.setWindowTitle("FastFace")
        self._content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(content)

    def closeEvent(self, event: QCloseEvent, /) -> None:
        super().closeEvent(event)
        if self._content.parent() is self:
            self.left.emit()
