"""The colours of people that a twin can be given: data, not looks of the window. sRGB, 0 to 1."""

from itertools import pairwise

from PySide6.QtGui import QColor

from fastface_core.domain.twin import Colour

SKIN: tuple[Colour, ...] = (
    (0.98, 0.89, 0.83),
    (0.96, 0.83, 0.75),
    (0.93, 0.77, 0.66),
    (0.88, 0.69, 0.56),
    (0.80, 0.59, 0.45),
    (0.70, 0.48, 0.35),
    (0.58, 0.38, 0.27),
    (0.46, 0.29, 0.20),
    (0.34, 0.21, 0.15),
    (0.24, 0.15, 0.11),
)
"""From light to dark."""
HAIR: dict[str, Colour] = {
    "black": (0.09, 0.08, 0.08),
    "dark-brown": (0.22, 0.15, 0.11),
    "brown": (0.36, 0.24, 0.16),
    "light-brown": (0.50, 0.36, 0.24),
    "dark-blond": (0.60, 0.47, 0.31),
    "blond": (0.76, 0.62, 0.40),
    "light-blond": (0.88, 0.78, 0.58),
    "red": (0.62, 0.29, 0.13),
    "auburn": (0.42, 0.18, 0.12),
    "grey": (0.55, 0.54, 0.53),
    "silver": (0.76, 0.75, 0.74),
    "white": (0.92, 0.91, 0.89),
}
EYES: dict[str, Colour] = {
    "dark-brown": (0.20, 0.12, 0.08),
    "brown": (0.38, 0.23, 0.13),
    "hazel": (0.47, 0.38, 0.20),
    "green": (0.36, 0.45, 0.30),
    "grey": (0.50, 0.54, 0.57),
    "blue": (0.33, 0.48, 0.64),
    "light-blue": (0.53, 0.68, 0.80),
}

SHADES = 100
"""Steps of the skin's scale, from 0, the lightest."""
_REACH = 0.6
"""Of the scale, over which a skin's own undertone gives way to the scale's."""


def painted(colour: Colour) -> QColor:
    return QColor.fromRgbF(*colour)


class SkinScale:
    """From light to dark, through the skin that was measured, whose undertone stays in the colours beside it."""

    def __init__(self, measured: Colour) -> None:
        self.start = min(range(SHADES + 1), key=lambda shade: abs(_lightness(_scale(shade)) - _lightness(measured)))
        """The shade that is the measured skin."""
        self._own: Colour = _minus(measured, _scale(self.start))

    def at(self, shade: int) -> Colour:
        own = max(0.0, 1 - abs(shade - self.start) / SHADES / _REACH)
        red, green, blue = (
            min(1.0, max(0.0, plain + own * more)) for plain, more in zip(_scale(shade), self._own, strict=True)
        )
        return red, green, blue

    def shade_of(self, colour: Colour) -> int:
        """The nearest shade."""
        return min(range(SHADES + 1), key=lambda shade: sum(part * part for part in _minus(self.at(shade), colour)))


def _scale(shade: int) -> Colour:
    place = shade / SHADES * (len(SKIN) - 1)
    step = min(int(place), len(SKIN) - 2)
    light, dark = list(pairwise(SKIN))[step]
    red, green, blue = (one + (other - one) * (place - step) for one, other in zip(light, dark, strict=True))
    return red, green, blue


def _lightness(colour: Colour) -> float:
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _minus(one: Colour, other: Colour) -> Colour:
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]
