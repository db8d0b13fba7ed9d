"""A list to choose from, among things that are scrolled."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionComboBox, QStylePainter

Choices = Sequence[tuple[Any, str, str]]
"""Value, word and what it means."""


class CalmCombo(QComboBox):
    """Ignores the wheel unless its list is open: scrolling the page must not change it. What has no room ends with
    three dots."""

    picked = Signal(object)
    """The value that the user chose, of any type."""

    def __init__(self, name: str = "", tooltip: str = "", choices: Choices = (), *, narrow: bool = False) -> None:
        """`narrow`: as wide as its place, however long the words are."""
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(tooltip)
        if narrow:
            self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.fill(choices)
        self.activated.connect(self._picked)
        # Qt's own for combo boxes draws the list as the system does, whatever the style sheet says of its lines.
        self.setItemDelegate(QStyledItemDelegate(self))

    def fill(self, choices: Choices) -> None:
        """Other choices, in the place of those that were there."""
        with QSignalBlocker(self):
            self.clear()
            for value, word, meaning in choices:
                self.addItem(word, value)
                self.setItemData(self.count() - 1, meaning, Qt.ItemDataRole.ToolTipRole)

    def choose(self, value: object, otherwise: int = -1) -> None:
        """Shows a value; the choice of the index `otherwise` where it is not among them."""
        values = [self.itemData(index) for index in range(self.count())]
        self.setCurrentIndex(values.index(value) if value in values else otherwise)

    def _picked(self, index: int) -> None:
        self.picked.emit(self.itemData(index))

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style = QStyle.ComplexControl.CC_ComboBox
        field = self.style().subControlRect(style, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        # Qt keeps a pixel free on both sides of the text.
        option.currentText = option.fontMetrics.elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, field.width() - 2
        )
        painter = QStylePainter(self)
        painter.drawComplexControl(style, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()
