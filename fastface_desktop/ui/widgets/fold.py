"""Settings that are folded into one line, which shows their state."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel
from fastface_desktop.ui.widgets.section import Section

_LARGE = 1.25


class Fold(Section):
    def __init__(self, title: str, tooltip: str, theme: Theme) -> None:
        super().__init__(title, tooltip, theme)
        self._tooltip = tooltip
        self.state = ElidedLabel(role="caption")
        self.state.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row = QHBoxLayout(self.header)
        self._row.addWidget(self.state)
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()

    def set_state(self, text: str) -> None:
        """What holds, in a few words."""
        self.state.setText(text)
        self.header.setToolTip(f"{self._tooltip}\n{text}")
        self.header.setAccessibleDescription(text)

    def _fit(self) -> None:
        """Beside a large title there is no room for it; the tooltip has it too."""
        self.state.setVisible(self._theme.scale < _LARGE)
        title = self.header.fontMetrics().horizontalAdvance(self.header.text())
        self._row.setContentsMargins(self._theme.px(Size.ICON) + title + Space.XL, 0, 0, 0)
