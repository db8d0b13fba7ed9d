"""A choice of one of a few, side by side."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from fastface_desktop.ui import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space


class Segments(QWidget):
    """One of a few, side by side; arrow keys move the choice."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str, str, str]], name: str, theme: Theme) -> None:
        """`options`: for each its value, icon, text and tooltip."""
        super().__init__()
        self.setAccessibleName(name)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for value, icon, text, tooltip in options:
            button = QPushButton(text)
            button.setCheckable(True)
            button.setToolTip(tooltip)
            button.setAccessibleName(tooltip)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            icons.bind(button, icon, theme, "secondary", chosen="text", size=Size.ICON - 4)
            button.clicked.connect(self._clicked)
            self._group.addButton(button)
            self.buttons[value] = button
            row.addWidget(button, 1)

    def choose(self, value: str | None) -> None:
        """Shows a choice without telling of it; None shows that none of them holds."""
        self._group.setExclusive(value is not None)
        for name, button in self.buttons.items():
            button.setChecked(name == value)
        self._group.setExclusive(True)

    def value(self) -> str | None:
        return next((value for value, button in self.buttons.items() if button.isChecked()), None)

    def _clicked(self) -> None:
        value = self.value()
        if value is not None:
            self.chosen.emit(value)
