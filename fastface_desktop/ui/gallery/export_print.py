"""What an export says to printers: pixels an inch, whose colours the numbers are, and the size of a sheet."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QSpinBox, QWidget

from fastface_core.library.export import DENSITIES
from fastface_core.library.print_forms import COLOURS
from fastface_desktop.state.gallery.exporting import ExportChoices
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo

_INCH = 2.54
_SHEETS = (("10 x 15 cm", 15.0), ("13 x 18 cm", 18.0), ("A5", 21.0), ("A4", 29.7), ("A3", 42.0))
"""The longer side in centimetres."""
_USUAL = 300


class PrintFields(QWidget):
    density_chosen = Signal(int)
    colours_chosen = Signal(str)
    size_chosen = Signal(int)
    """Pixels of the longer side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._choices: ExportChoices | None = None
        self.density = QSpinBox()
        self.density.setRange(0, DENSITIES[1])
        self.density.setSingleStep(50)
        self.density.setSpecialValueText(self.tr("None"))
        self.density.setSuffix(self.tr(" dpi"))
        self.density.setAccessibleName(self.tr("Pixels an inch"))
        self.density.setToolTip(self.tr("What the file tells printers and layout programs; no pixel changes"))
        self.density.lineEdit().setTextMargins(Space.S, 0, 0, 0)
        self.density.setMinimumWidth(0)
        self.density.valueChanged.connect(self.density_chosen)
        self.colours = CalmCombo()
        self.colours.setAccessibleName(self.tr("Colours"))
        self.colours.setToolTip(self.tr("Whose numbers the file holds; their profile comes with it"))
        for name, words in zip(COLOURS, ("sRGB", "Display P3", "Adobe RGB"), strict=True):
            self.colours.addItem(words, name)
        self.colours.activated.connect(self._colours_chosen)
        self.sheet = CalmCombo()
        self.sheet.setAccessibleName(self.tr("Sheet"))
        self.sheet.setToolTip(self.tr("Limits the longer side to what the sheet needs at these pixels an inch"))
        self.sheet.addItem(self.tr("Any"), None)
        for words, centimetres in _SHEETS:
            self.sheet.addItem(words.replace(" x ", " \N{MULTIPLICATION SIGN} "), centimetres)
        self.sheet.activated.connect(self._sheet_chosen)
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

    def show_choices(self, choices: ExportChoices) -> None:
        """Shows them without telling of it."""
        self._choices = choices
        blockers = [QSignalBlocker(one) for one in (self.density, self.colours, self.sheet)]
        self.density.setValue(choices.density)
        self.colours.setCurrentIndex(self.colours.findData(choices.colours))
        whole = choices.profile == "archive"
        self.colours.setEnabled(not whole)
        if whole:
            self.colours.setToolTip(self.tr("The archive keeps pictures as they are made, in sRGB"))
        self.sheet.setCurrentIndex(self._sheet_of(choices))
        del blockers
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

    def _colours_chosen(self) -> None:
        self.colours_chosen.emit(self.colours.currentData())

    def _sheet_chosen(self) -> None:
        centimetres = self.sheet.currentData()
        density = self.density.value() or _USUAL
        if centimetres is None:
            self.size_chosen.emit(0)
            return
        self.density_chosen.emit(density)
        self.size_chosen.emit(_pixels(centimetres, density))


def _pixels(centimetres: float, density: int) -> int:
    return round(centimetres / _INCH * density)
