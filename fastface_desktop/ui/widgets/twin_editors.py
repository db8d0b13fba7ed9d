"""What a twin's chips open: a scale of skins, swatches of colours, and words of which one holds."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QSlider, QWidget

from fastface_core.domain.twin import Colour
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Chip, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.layout import column
from fastface_desktop.ui.widgets.twin_colours import SHADES, SkinScale, painted

_BAR = 12
_HANDLE = 20
_STOPS = 20


class _Scale(QSlider):
    """A slider whose groove is the colours themselves, with a mark where the measured one is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self._scale: SkinScale | None = None
        self.setRange(0, SHADES)
        self.setPageStep(10)
        self.setMinimumHeight(_HANDLE + 2 * Space.XS)
        theme.changed.connect(self.update)

    def show_scale(self, scale: SkinScale) -> None:
        self._scale = scale
        self.update()

    def _x(self, shade: int) -> float:
        return _HANDLE / 2 + 2 + shade / SHADES * (self.width() - _HANDLE - 4)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        bar = QRectF(self._x(0) - _BAR / 2, middle - _BAR / 2, self._x(SHADES) - self._x(0) + _BAR, _BAR)
        gradient = QLinearGradient(self._x(0), 0, self._x(SHADES), 0)
        for stop in range(_STOPS + 1):
            gradient.setColorAt(stop / _STOPS, painted(self._scale.at(round(stop / _STOPS * SHADES))))
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.setPen(QPen(self._theme.colour("secondary"), 2))
        start = self._x(self._scale.start)
        painter.drawLine(QPointF(start, bar.bottom() + 2), QPointF(start, bar.bottom() + 6))
        at = QPointF(self._x(self.value()), middle)
        painter.setPen(QPen(self._theme.colour("surface_0"), 1))
        painter.setBrush(self._theme.colour("text"))
        painter.drawEllipse(at, _HANDLE / 2, _HANDLE / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(painted(self._scale.at(self.value())))
        painter.drawEllipse(at, _HANDLE / 2 - 3, _HANDLE / 2 - 3)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self.isSliderDown():
            self._go_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def _go_to(self, event: QMouseEvent) -> None:
        """The handle follows the pointer, and stays at the measured colour a little longer than elsewhere."""
        room = max(self._x(SHADES) - self._x(0), 1.0)
        shade = round((event.position().x() - self._x(0)) / room * SHADES)
        if self._scale is not None and abs(shade - self._scale.start) <= 1:
            shade = self._scale.start
        self.setValue(min(SHADES, max(0, shade)))


class SkinSlider(QWidget):
    """From light to dark; the measured skin is where it begins."""

    chosen = Signal(tuple)
    """A colour; None for the measured one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._measured: Colour | None = None
        self._scale: SkinScale | None = None
        self._quiet = False
        self.slider = _Scale(theme)
        self.slider.setAccessibleName(self.tr("Skin"))
        self.slider.setToolTip(self.tr("Skin, from light to dark"))
        self.slider.valueChanged.connect(self._moved)
        column(self.slider, of=self)

    def show_skin(self, measured: Colour, now: Colour) -> None:
        if measured != self._measured or self._scale is None:
            self._measured, self._scale = measured, SkinScale(measured)
            self.slider.show_scale(self._scale)
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
        ring = "text" if self.isChecked() else "line" if self.underMouse() else None
        if ring is not None:
            painter.setPen(QPen(self._theme.colour(ring), 2))
            painter.drawEllipse(area)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(painted(self._colour))
        painter.drawEllipse(area.adjusted(3, 3, -3, -3))


class Palette(QWidget):
    """The measured colour, and natural ones beside it."""

    chosen = Signal(tuple)
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

    chosen = Signal(tuple)

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
    column(label(title, "caption"), part, gap=Space.XS, of=holder)
    return holder
