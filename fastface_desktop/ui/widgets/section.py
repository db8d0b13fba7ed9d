"""A part of a page that can be folded away under its title."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.layout import column


class Section(QWidget):
    """Put things into `column`. Folded at first; folded things keep their values."""

    toggled = Signal(bool)

    def __init__(self, title: str, tooltip: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = QPushButton(title)
        self.header.setProperty("kind", "section")
        self.header.setCheckable(True)
        self.header.setToolTip(tooltip)
        self.header.setAccessibleName(title)
        self._icon = icons.bind(self.header, "chevron-right", theme, "secondary")
        self.header.toggled.connect(self._fold)

        self.content = QWidget()
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, Space.S, 0, 0)
        self.column.setSpacing(Space.M)
        self.content.hide()

        column(self.header, self.content, of=self)

    @property
    def open(self) -> bool:
        return self.header.isChecked()

    def set_open(self, open: bool) -> None:
        self.header.setChecked(open)

    def _fold(self, open: bool) -> None:
        self._icon.show("chevron-down" if open else "chevron-right", "secondary")
        self.content.setVisible(open)
        self.toggled.emit(open)
