"""A region drawn freehand, while it is drawn: cells that a round brush fills or clears."""

from typing import Literal

from fastface_core.domain.drawn_regions import GRID, around, cells_of
from fastface_core.domain.places import Place, drawn_place

Tool = Literal["move", "brush", "eraser"]
At = tuple[float, float]
"""From the picture's left and upper edge, in shares of its width and height."""

SMALLEST, USUAL, LARGEST = 4, 8, 25
"""Radius of the brush, in hundredths of the picture's height. One dab of the usual one is a region."""


class RegionBrush:
    """
    Attributes:
        radius: in hundredths of the picture's height.
        cursor: where the keys draw.
    """

    def __init__(self) -> None:
        self.radius = USUAL
        self.cursor: At = (0.5, 0.5)
        self._cells: list[list[bool]] = []
        self._fills = True
        self._at: At = self.cursor

    def begin(self, place: Place, at: At, *, fills: bool) -> None:
        """Puts the brush down. What is erased of a rectangle leaves a region; what is drawn begins with nothing."""
        self._fills, self._at = fills, at
        if place.drawn is not None:
            self._cells = [list(row) for row in cells_of(place.drawn)]
        else:
            self._cells = [[not fills and _inside(place, x, y) for x in range(GRID)] for y in range(GRID)]

    def draw_to(self, at: At, ratio: float) -> None:
        """Draws a straight stroke. `ratio`: the picture's width divided by its height."""
        reach = (self.radius / 100) ** 2
        start = self._at[0] * ratio, self._at[1]
        way = at[0] * ratio - start[0], at[1] - start[1]
        length = way[0] ** 2 + way[1] ** 2
        for y in range(GRID):
            for x in range(GRID):
                here = (x + 0.5) / GRID * ratio - start[0], (y + 0.5) / GRID - start[1]
                along = (here[0] * way[0] + here[1] * way[1]) / length if length else 0.0
                along = min(max(along, 0.0), 1.0)
                if (here[0] - along * way[0]) ** 2 + (here[1] - along * way[1]) ** 2 < reach:
                    self._cells[y][x] = self._fills
        self._at = self.cursor = at

    def drawn(self, before: Place) -> Place:
        """What is drawn by now; where that is too little, the rectangle, or what was there before."""
        try:
            return drawn_place(self._cells, before.soft)
        except ValueError:
            return before if self._fills else before.model_copy(update={"drawn": None})


def shifted(place: Place, across: float, down: float) -> Place:
    """What was drawn, elsewhere in the picture; nothing of it leaves the picture."""
    assert place.drawn is not None
    cells = cells_of(place.drawn)
    left, top, right, bottom = around(cells)
    x = round(min(max(across, -left), 1 - right) * GRID)
    y = round(min(max(down, -top), 1 - bottom) * GRID)
    moved = [
        [0 <= row - y < GRID and 0 <= column - x < GRID and cells[row - y][column - x] for column in range(GRID)]
        for row in range(GRID)
    ]
    return drawn_place(moved, place.soft)


def _inside(place: Place, x: int, y: int) -> bool:
    """Whether a cell's middle lies in a rectangle."""
    across, down = (x + 0.5) / GRID, (y + 0.5) / GRID
    return place.left <= across <= place.right and place.top <= down <= place.bottom
