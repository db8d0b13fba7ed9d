"""The likeness of a comparison's cells, or their match with the drawing, and the colours that show it beside the
number."""

from collections.abc import Mapping

from fastface_core.compare.grid import Place

Colour = tuple[int, int, int]

# Dark blue over grey to yellow: the order can be told by everybody, and in print.
_STOPS: tuple[Colour, ...] = ((0, 32, 77), (65, 77, 107), (124, 123, 120), (188, 175, 111), (255, 234, 70))
_DARK: Colour = (22, 24, 28)
_LIGHT: Colour = (255, 255, 255)


class Heat:
    """The mean score of each cell over its seeds, and where it lies between the least and the most of them.

    Attributes:
        cells: -1 to 1, by column and row; cells without any score are left out.
    """

    def __init__(self, scores: Mapping[Place, float | None]) -> None:
        """`scores`: of each picture that is made; None where it has none."""
        found: dict[tuple[int, int], list[float]] = {}
        for (column, row, _), value in scores.items():
            if value is not None:
                found.setdefault((column, row), []).append(value)
        self.cells = {cell: sum(values) / len(values) for cell, values in found.items()}

    @property
    def least(self) -> float | None:
        return min(self.cells.values(), default=None)

    @property
    def most(self) -> float | None:
        return max(self.cells.values(), default=None)

    @property
    def best(self) -> tuple[int, int] | None:
        """The cell with the highest score, the first of equals; None while there is none."""
        return max(self.cells, key=lambda cell: self.cells[cell], default=None)

    def colour(self, cell: tuple[int, int]) -> Colour:
        """The background of a cell that has a score."""
        low, high = min(self.cells.values()), max(self.cells.values())
        return colour_at((self.cells[cell] - low) / (high - low) if high > low else 0.5)


def colour_at(fraction: float) -> Colour:
    """From 0, the least, to 1, the most."""
    position = min(max(fraction, 0.0), 1.0) * (len(_STOPS) - 1)
    lower = min(int(position), len(_STOPS) - 2)
    between = position - lower
    first, second = _STOPS[lower], _STOPS[lower + 1]
    red, green, blue = (round(a + between * (b - a)) for a, b in zip(first, second, strict=True))
    return red, green, blue


def ink_on(colour: Colour) -> Colour:
    """Of a dark and a light ink, the one that is read better on a colour."""
    return max(_DARK, _LIGHT, key=lambda ink: _contrast(ink, colour))


def _contrast(first: Colour, second: Colour) -> float:
    """As WCAG defines it, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 12.92 if (c := part / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
