"""A line to search in, with a cross that empties it."""

from PySide6.QtWidgets import QLineEdit

from fastface_desktop.ui import icons
from fastface_desktop.ui.theme.theme import Theme


class SearchField(QLineEdit):
    """What Qt has for that is drawn in one colour for both themes."""

    def __init__(self, name: str, theme: Theme) -> None:
        """`name`: what is searched, shown while nothing is typed."""
        super().__init__()
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self._cross = self.addAction(icons.icon("close", theme, "secondary"), QLineEdit.ActionPosition.TrailingPosition)
        self._cross.setText(self.tr("Clear the search"))
        self._cross.triggered.connect(self.clear)
        icons.bind(self._cross, "close", theme, "secondary")
        self.textChanged.connect(self._changed)
        self._changed("")

    def _changed(self, text: str) -> None:
        self._cross.setVisible(bool(text))
