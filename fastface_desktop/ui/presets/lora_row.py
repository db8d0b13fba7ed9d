"""One of the user's own LoRAs in a preset: its name, and its strength by a slider or as a number."""

from itertools import count

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel
from fastface_desktop.ui.widgets.calm_slider import CalmSlider
from fastface_desktop.ui.widgets.layout import column, filling, row

_STRONGEST = 2
_STEP = 0.05
_COARSE = 5
"""Steps of the slider that Page Up and Page Down take."""

_drags = count()


class LoraRow(QWidget):
    """In the slider's middle, and with no number, it is left out."""

    edited = Signal(str)
    """The gesture that its strength changed by: what is dragged at once is undone together."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._gesture = ""
        self._shows = False
        self.field = NumberEdit(-_STRONGEST, _STRONGEST, _STEP, 2, optional=True)
        self.field.setPlaceholderText(self.tr("off"))
        plain = self.tr("How strongly it acts; empty leaves it out")
        self.field.setToolTip(terms.tip(plain, self.tr("Scale of the LoRA"), self.field.range_text()))
        self.field.setAccessibleName(title)
        self.slider = CalmSlider(0)
        self.slider.setRange(-round(_STRONGEST / _STEP), round(_STRONGEST / _STEP))
        self.slider.setPageStep(_COARSE)
        self.slider.setAccessibleName(title)
        self.slider.setToolTip(self.tr("How strongly it acts; the middle, or a double click, leaves it out"))
        self._name = ElidedLabel(title, "secondary")
        self._name.setBuddy(self.slider)
        column(self._name, row(filling(self.slider), self.field, gap=Space.M), of=self)
        self.field.edited.connect(self._typed)
        self.slider.sliderPressed.connect(self._begin)
        self.slider.valueChanged.connect(self._moved)

    @property
    def strength(self) -> float | None:
        """None leaves it out."""
        value = self.field.value
        return value if isinstance(value, int | float) else None

    def show_strength(self, strength: float | None, *, editable: bool) -> None:
        self.field.set(strength)
        self.field.setReadOnly(not editable)
        self.slider.setEnabled(editable)
        self._follow()

    def _begin(self) -> None:
        self._gesture = f"drag-{next(_drags)}"

    def _moved(self, steps: int) -> None:
        if self._shows:
            return
        if not self.slider.isSliderDown():
            self._begin()  # a key, or a click beside the handle
        strength = round(steps * _STEP, 2) if steps else None
        self.field.setText(self.field.text_of(strength))
        self.field.take(strength, self._gesture)

    def _typed(self, _: float | None, gesture: str) -> None:
        self._follow()
        self.edited.emit(gesture)

    def _follow(self) -> None:
        """The slider stands where the number is."""
        self._shows = True
        self.slider.setValue(round((self.strength or 0) / _STEP))
        self._shows = False
