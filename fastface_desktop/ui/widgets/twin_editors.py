"""What a twin's chips open: a scale of skins, swatches of colours, and words of which one holds."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QSlider, QVBoxLayout, QWidget

from fastface_core.twin import Colour
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Chip, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.twin_colours import SHADES, SkinScale, painted

_BAR = 10
_STOPS = 20


class _Bar(QWidget):
    """The scale itself, above its slider."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._scale: SkinScale | None = None
        self.setFixedHeight(_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scale(self, scale: SkinScale) -> None:
        self._scale = scale
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        gradient = QLinearGradient(area.topLeft(), area.topRight())
        for stop in range(_STOPS + 1):
            gradient.setColorAt(stop / _STOPS, painted(self._scale.at(round(stop / _STOPS * SHADES))))
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(gradient)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), area.height() / 2, area.height() / 2)


class SkinSlider(QWidget):
    """From light to dark; the measured skin is where it begins."""

    chosen = Signal(object)
    """A colour; None for the measured one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._measured: Colour | None = None
        self._scale: SkinScale | None = None
        self._quiet = False
        self.bar = _Bar(theme)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setProperty("kind", "middle")
        self.slider.setRange(0, SHADES)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(self.tr("Skin"))
        self.slider.setToolTip(self.tr("Skin, from light to dark"))
        self.slider.valueChanged.connect(self._moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.slider)

    def show_skin(self, measured: Colour, now: Colour) -> None:
        if measured != self._measured or self._scale is None:
            self._measured, self._scale = measured, SkinScale(measured)
            self.bar.show_scale(self._scale)
        if self.slider.isSliderDown() or now == self._scale.at(self.slider.value()):
            return
        self._quiet = True
        self.slider.setValue(self._scale.shade_of(now))
        self._quiet = False

    def _moved(self, shade: int) -> None:
        if self._scale is not None and not self._quiet:
            self.chosen.emit(None if shade == self._scale.start else self._scale.at(shade))


class Swatch(QAbstractButton):
    """A colour to choose."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._colour: Colour = (0.0, 0.0, 0.0)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_colour(self, colour: Colour, name: str) -> None:
        self._colour = colour
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(Size.HIT)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ring = "focus" if self.hasFocus() else "text" if self.isChecked() else "line" if self.underMouse() else None
        if ring is not None:
            painter.setPen(QPen(self._theme.colour(ring), 2))
            painter.drawEllipse(area)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(painted(self._colour))
        painter.drawEllipse(area.adjusted(3, 3, -3, -3))


class Palette(QWidget):
    """The measured colour, and natural ones beside it."""

    chosen = Signal(object)
    """A colour; None for the measured one."""

    def __init__(self, title: str, colours: Mapping[str, Colour], names: Mapping[str, str], theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self._colours = dict(colours)
        self.measured = Swatch(theme)
        self.swatches = {name: Swatch(theme) for name in colours}
        self._group = QButtonGroup(self)
        flexible(self)
        flow = FlowLayout(self, gap=2)
        for swatch in (self.measured, *self.swatches.values()):
            self._group.addButton(swatch)
            flow.addWidget(swatch)
            swatch.clicked.connect(self._clicked)
        for name, swatch in self.swatches.items():
            swatch.show_colour(colours[name], names[name])

    def show_colours(self, measured: Colour, now: Colour | None) -> None:
        """Args:
        now: what the user said; None for nothing.
        """
        self.measured.show_colour(measured, self.tr("As measured"))
        self._group.setExclusive(False)
        self.measured.setChecked(now is None)
        for name, swatch in self.swatches.items():
            swatch.setChecked(now == self._colours[name])
        self._group.setExclusive(True)

    def _clicked(self) -> None:
        name = next((name for name, swatch in self.swatches.items() if swatch is self.sender()), None)
        self.chosen.emit(None if name is None else self._colours[name])


class Words(QWidget):
    """A few words of which one holds."""

    chosen = Signal(str)

    def __init__(self, title: str, words: Mapping[str, str]) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.chips = {value: Chip(text, f"{title}: {text}") for value, text in words.items()}
        self._texts = {value: f"{title}: {text}" for value, text in words.items()}
        self._group = QButtonGroup(self)
        flexible(self)
        flow = FlowLayout(self, gap=Space.XS)
        for chip in self.chips.values():
            self._group.addButton(chip)
            flow.addWidget(chip)
            chip.clicked.connect(self._clicked)

    def show_word(self, now: str, measured: str) -> None:
        self.chips[now].setChecked(True)
        for value, chip in self.chips.items():
            text = self._texts[value]
            chip.setToolTip(self.tr("{text} (as measured)").format(text=text) if value == measured else text)

    def _clicked(self) -> None:
        self.chosen.emit(next(value for value, chip in self.chips.items() if chip.isChecked()))


def titled(title: str, part: QWidget) -> QWidget:
    """A part of an editor with its name above."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    column.addWidget(label(title, "caption"))
    column.addWidget(part)
    return holder
