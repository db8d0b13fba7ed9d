"""A line to search in, with a cross that empties it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton


class SearchField(QLineEdit):
    """What Qt has for that is drawn in one colour for both themes."""

    def __init__(self, name: str, theme: Theme) -> None:
        """`name`: what is searched, shown while nothing is typed."""
        super().__init__()
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self._cross = IconButton("close", self.tr("Clear the search"), theme, self)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has Escape
        self._cross.setCursor(Qt.CursorShape.ArrowCursor)
        self._cross.clicked.connect(self.clear)
        self.textChanged.connect(self._changed)
        self._changed("")

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        side = self.height() - Space.XS
        self._cross.setGeometry(self.width() - side - 2, 2, side, side)
        self.setTextMargins(0, 0, side, 0)

    def _changed(self, text: str) -> None:
        self._cross.setVisible(bool(text))
