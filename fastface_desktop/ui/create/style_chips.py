"""The styles as chips: one or none is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from fastface_core.styles import SLOT, Style
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Chip, button
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.samples import show_icon

_FIRST = 8
"""So many are in view before "More"."""


class StyleChips(QWidget):
    chosen = Signal(object)
    """A style's name, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Style"))
        self.chips: dict[str, Chip] = {}
        self._open = False
        self._flow = FlowLayout(gap=Space.XS + 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._flow)
        flexible(self)
        self.more: QPushButton | None = None

    def offer(self, styles: Sequence[Style], plain: bool) -> None:
        """Shows these; `plain` as in `Style.template`."""
        chosen = self.value()
        while item := self._flow.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.chips.clear()
        self.more = None
        language = QLocale().name()
        for style in styles:
            chip = Chip(style.title.text(language), style.template(plain=plain).replace(SLOT, "…"))
            # The samples are by the starter: beside another model they would promise what it does not draw.
            if plain:
                show_icon(chip, f"style-{style.name}")
            chip.clicked.connect(self._clicked)
            self.chips[style.name] = chip
            self._flow.addWidget(chip)
        if len(styles) > _FIRST + 1:
            self.more = button("", self.tr("Show all styles, or only the first"), "link")
            self.more.clicked.connect(self._toggle)
            self._flow.addWidget(self.more)
        self.choose(chosen)

    def choose(self, name: str | None) -> None:
        """Shows a choice without telling of it."""
        for chip_name, chip in self.chips.items():
            chip.setChecked(chip_name == name)
        self._fold()

    def value(self) -> str | None:
        return next((name for name, chip in self.chips.items() if chip.isChecked()), None)

    def _clicked(self) -> None:
        clicked = self.sender()
        for chip in self.chips.values():
            if chip is not clicked:
                chip.setChecked(False)
        self.chosen.emit(self.value())

    def _toggle(self) -> None:
        self._open = not self._open
        self._fold()

    def _fold(self) -> None:
        hidden = 0
        for number, chip in enumerate(self.chips.values()):
            folded = self.more is not None and not self._open and number >= _FIRST and not chip.isChecked()
            chip.setVisible(not folded)
            hidden += folded
        if self.more is not None:
            self.more.setText(self.tr("Fewer") if self._open else self.tr("{count} more").format(count=hidden))
            self.more.setAccessibleName(self.more.toolTip())
        self._flow.invalidate()
        self.updateGeometry()
