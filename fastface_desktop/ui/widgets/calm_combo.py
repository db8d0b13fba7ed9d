"""A list to choose from, among things that are scrolled."""

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class CalmCombo(QComboBox):
    """Ignores the wheel unless its list is open: scrolling the page must not change it."""

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()
