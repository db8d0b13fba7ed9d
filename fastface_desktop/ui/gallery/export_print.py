"""What an export says to printers: pixels an inch, whose colours the numbers are, and the size of a sheet."""

from PySide6.QtWidgets import QGridLayout, QSpinBox, QWidget

from fastface_core.library.export import DENSITIES
from fastface_core.library.print_forms import COLOURS
from fastface_desktop.state.gallery.exporting import ExportChoices, Exporter
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo

_INCH = 2.54
_SHEETS = (("10 x 15 cm", 15.0), ("13 x 18 cm", 18.0), ("A5", 21.0), ("A4", 29.7), ("A3", 42.0))
"""The longer side in centimetres."""
_USUAL = 300


class PrintFields(QWidget):
    def __init__(self, exporter: Exporter) -> None:
        super().__init__()
        self._exporter = exporter
        self.density = QSpinBox()
        self.density.setRange(0, DENSITIES[1])
        self.density.setSingleStep(50)
        self.density.setSpecialValueText(self.tr("None"))
        self.density.setSuffix(self.tr(" dpi"))
        self.density.setAccessibleName(self.tr("Pixels an inch"))
        self.density.setToolTip(self.tr("What the file tells printers and layout programs; no pixel changes"))
        self.density.lineEdit().setTextMargins(Space.S, 0, 0, 0)
        self.density.setMinimumWidth(0)
        names = zip(COLOURS, ("sRGB", "Display P3", "Adobe RGB"), strict=True)
        self.colours = CalmCombo(
            self.tr("Colours"),
            self.tr("Whose numbers the file holds; their profile comes with it"),
            [(name, words, "") for name, words in names],
        )
        sheets = [(size, words.replace(" x ", " \N{MULTIPLICATION SIGN} "), "") for words, size in _SHEETS]
        self.sheet = CalmCombo(
            self.tr("Sheet"),
            self.tr("Limits the longer side to what the sheet needs at these pixels an inch"),
            [(None, self.tr("Any"), ""), *sheets],
        )
        self.sheet.picked.connect(self._sheet_chosen)
        self.words = label(role="caption", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.S)
        for row, field in enumerate((self.sheet, self.density, self.colours)):
            grid.addWidget(label(field.accessibleName()), row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.words, 3, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        bound = Bound(exporter, self)
        bound.field("density", self.density)
        bound.field("colours", self.colours)
        exporter.changed.connect(self._show_choices)
        self._show_choices()

    def _show_choices(self) -> None:
        choices = self._exporter.values
        whole = choices.profile == "archive"
        self.colours.setEnabled(not whole)
        if whole:
            self.colours.setToolTip(self.tr("The archive keeps pictures as they are made, in sRGB"))
        self.sheet.setCurrentIndex(self._sheet_of(choices))
        if choices.side and choices.density:
            size = self.locale().toString(choices.side / choices.density * _INCH, "f", 1)
            text = self.tr("{side} px are {size} cm at {density} dpi. Nothing is enlarged.")
            number = self.locale().toString
            self.words.setText(text.format(side=number(choices.side), size=size, density=number(choices.density)))
        else:
            self.words.setText("")
        self.words.setVisible(bool(self.words.text()))

    def _sheet_of(self, choices: ExportChoices) -> int:
        if choices.side and choices.density:
            for place in range(1, self.sheet.count()):
                if _pixels(self.sheet.itemData(place), choices.density) == choices.side:
                    return place
        return 0

    def _sheet_chosen(self, centimetres: float | None) -> None:
        density = self._exporter.values.density or _USUAL
        if centimetres is None:
            self._exporter.change(side=0)
        else:
            self._exporter.change(density=density, side=_pixels(centimetres, density))


def _pixels(centimetres: float, density: int) -> int:
    return round(centimetres / _INCH * density)
