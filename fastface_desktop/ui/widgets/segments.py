"""A choice of one of a few, side by side."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size


class Segments(QFrame):
    """One of a few, side by side; arrow keys move the choice."""

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[tuple[str, str, str, str]], name: str, theme: Theme, *, wide: bool = True
    ) -> None:
        """
        Args:
            options: for each its value, icon ("" for none), text and tooltip.
            wide: they share all of the width; else each is as wide as its text.
        """
        super().__init__()
        self.setProperty("kind", "segments")
        self.setAccessibleName(name)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for value, icon, text, tooltip in options:
            button = QPushButton(text)
            button.setCheckable(True)
            button.setToolTip(tooltip)
            button.setAccessibleName(tooltip)
            button.setProperty("kind", "segment")
            policy = QSizePolicy.Policy.Ignored if wide else QSizePolicy.Policy.Preferred
            button.setSizePolicy(policy, QSizePolicy.Policy.Fixed)
            if icon:
                icons.bind(button, icon, theme, "secondary", chosen="text", size=Size.ICON_TEXT)
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
