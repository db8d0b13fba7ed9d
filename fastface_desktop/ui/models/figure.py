"""A figure that decides: a number with its unit, and below it of what; in a row of a list it is one line."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.layout import REST, aligned, column, row


class Figure(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.value = label(role="title")
        self.unit = label(role="secondary")
        self.caption = label(role="caption", wrap=True)
        self.line = label(wrap=True)
        number = row(
            aligned(self.value, Qt.AlignmentFlag.AlignBottom),
            aligned(self.unit, Qt.AlignmentFlag.AlignBottom),
            REST,
            gap=Space.XS,
        )
        column(number, self.caption, self.line, of=self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._in_row = False
        self.set_in_row(False)

    def say(self, value: str, unit: str, caption: str, line: str) -> None:
        """Args:
        line: all of it in a row of a list.
        """
        self.value.setText(value)
        self.unit.setText(unit)
        self.caption.setText(caption)
        self.line.setText(line)
        self.setAccessibleName(f"{value} {unit} {caption}".strip())
        self.set_in_row(self._in_row)

    def set_in_row(self, in_row: bool) -> None:
        self._in_row = in_row
        for part in (self.value, self.unit, self.caption):
            part.setVisible(not in_row)
        self.line.setVisible(in_row)
