"""Regions drawn freehand: cells of a fixed grid over the picture, packed into a short text."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from functools import lru_cache

GRID = 64
"""Cells along each side of the picture, whatever its shape: the finest layer that looks at a face has as many."""
LEAST_CELLS = GRID * GRID // 100
"""A face needs some room."""
LONGEST_TEXT = 720
"""Letters: cells by lot, which pack worst, take 700."""


def packed(cells: Sequence[Sequence[bool]]) -> str:
    """Rows of cells from the top, each from the left, as a text of `LONGEST_TEXT` letters at most.

    Raises:
        ValueError: they are no grid of `GRID` by `GRID`.
    """
    if len(cells) != GRID or any(len(row) != GRID for row in cells):
        raise ValueError(f"a drawn region has {GRID} rows of {GRID} cells")
    bits = "".join("1" if cell else "0" for row in cells for cell in row)
    return base64.b64encode(zlib.compress(int(bits, 2).to_bytes(GRID * GRID // 8, "big"), 9)).decode()


@lru_cache(maxsize=64)
def cells_of(text: str) -> tuple[tuple[bool, ...], ...]:
    """The reverse of `packed`.

    Raises:
        ValueError: it is none, or too little is drawn.
    """
    size = GRID * GRID // 8
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(base64.b64decode(text, validate=True), size + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise ValueError("a drawn region that cannot be read") from error
    if len(content) != size or not reader.eof or reader.unused_data:
        raise ValueError("a drawn region of another size")
    bits = f"{int.from_bytes(content, 'big'):0{GRID * GRID}b}"
    if bits.count("1") < LEAST_CELLS:
        raise ValueError("a drawn region takes at least a hundredth of the picture")
    return tuple(tuple(bit == "1" for bit in bits[start : start + GRID]) for start in range(0, GRID * GRID, GRID))


def around(cells: Sequence[Sequence[bool]]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn, in shares of the picture; ValueError where nothing is."""
    rows = [number for number, row in enumerate(cells) if any(row)]
    columns = [number for number in range(GRID) if any(row[number] for row in cells)]
    if not rows:
        raise ValueError("nothing is drawn")
    return columns[0] / GRID, rows[0] / GRID, (columns[-1] + 1) / GRID, (rows[-1] + 1) / GRID
