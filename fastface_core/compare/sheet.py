"""A comparison as one picture: labelled rows and columns, each cell's likeness, and the heat map beside them."""

import contextlib
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from fastface_core.compare.grid import Grid, Place
from fastface_core.compare.heat import Colour, Heat, colour_at, ink_on
from fastface_core.errors import PhotoError
from fastface_core.files import atomic_write
from fastface_core.library.metadata import read_image

_PAPER: Colour = (255, 255, 255)
_INK: Colour = (22, 24, 28)
_FAINT: Colour = (86, 93, 103)
_EMPTY: Colour = (239, 240, 242)
_LARGEST = 12_000
"""The longest side of a sheet in pixels: what other programs still open."""
_CELL = 256
"""The longest side of a picture on the sheet, where there is room."""
_GAP, _MARGIN = 8, 24
_FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "segoeui.ttf",
    "arial.ttf",
    "Arial.ttf",
    "Helvetica.ttc",
)
_LABEL = 220
"""The widest label of a row in pixels."""

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What the sheet says beside the values, in the reader's language; `likeness` is what the heat map shows."""

    likeness: str = "Likeness"
    seed: str = "Seed"
    missing: str = "not made"


def draw(
    grid: Grid, titles: tuple[str, str], pictures: Mapping[Place, Path], heat: Heat, words: SheetWords | None = None
) -> Image.Image:
    """The sheet, RGB. Places without a picture stay empty; without any likeness there is no heat map.

    Args:
        titles: of the columns' and of the rows' setting.
    """
    return _Sheet(grid, titles, pictures, heat, words or SheetWords()).image


def save(sheet: Image.Image, path: Path) -> None:
    """Writes a sheet as PNG.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    with atomic_write(path) as file:
        sheet.save(file, "PNG")


class _Sheet:
    """Measures first, then draws from left to right."""

    def __init__(
        self, grid: Grid, titles: tuple[str, str], pictures: Mapping[Place, Path], heat: Heat, words: SheetWords
    ) -> None:
        self._grid, self._titles, self._pictures, self._heat, self._words = grid, titles, pictures, heat, words
        self._text, self._small = font_of(16), font_of(13)
        self._columns, self._rows = grid.size
        self._tile = self._tile_size()
        tile_width, tile_height = self._tile
        self._cell = (tile_width * len(grid.seeds), tile_height + 24)
        self._heat_cell = (min(max(tile_width, 64), 96), self._cell[1]) if heat.cells else (0, 0)
        labels = [*grid.row_labels, titles[1]]
        self._left = _MARGIN + (min(max(self._width(one) for one in labels), _LABEL) + 12 if grid.rows else 0)
        self._heat_width = self._columns * (self._heat_cell[0] + 2)
        self._head = self._lines(grid.prompt, 3) if grid.prompt else []
        self._top = _MARGIN + 22 * (len(self._head) + 2) + 28
        self.image = self._drawn()

    def _tile_size(self) -> tuple[int, int]:
        width = height = 1
        for path in self._pictures.values():
            with contextlib.suppress(PhotoError), read_image(path) as (picture, _):
                width, height = picture.width, picture.height
                break
        across = self._columns * len(self._grid.seeds)
        side = min(_CELL, (_LARGEST - 800) // across, (_LARGEST - 400) // self._rows - 24 - _GAP)
        scale = max(side, 16) / max(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def _drawn(self) -> Image.Image:
        cell_width, cell_height = self._cell
        right = self._left + self._columns * (cell_width + _GAP)
        heat_left = right + 24
        width = (heat_left + max(self._heat_width, self._legend_width()) if self._heat.cells else right) + _MARGIN
        height = self._top + self._rows * (cell_height + _GAP) + _MARGIN
        image = Image.new("RGB", (max(width, 480), height), _PAPER)
        self._pen = ImageDraw.Draw(image)
        self._write_head(image.width - 2 * _MARGIN)
        for column, label in enumerate(self._grid.columns.labels):
            x = self._left + column * (cell_width + _GAP)
            self._write(label, (x + cell_width / 2, self._top - 8), cell_width, anchor="ms")
        for row, label in enumerate(self._grid.row_labels):
            y = self._top + row * (cell_height + _GAP)
            if self._grid.rows:
                self._write(label, (_MARGIN, y + (cell_height - 24) / 2), self._left - _MARGIN - 12, anchor="lm")
            for column in range(self._columns):
                self._draw_cell(image, column, row, self._left + column * (cell_width + _GAP), y)
                if self._heat.cells:
                    self._draw_heat(column, row, heat_left + column * (self._heat_cell[0] + 2), y)
        if self._heat.cells:
            self._write_legend(heat_left)
        return image

    def _write_head(self, room: int) -> None:
        y = _MARGIN + 14
        for line in self._head:
            self._write(line, (_MARGIN, y), 0)
            y += 22
        seeds = ", ".join(str(seed) for seed in self._grid.seeds)
        facts = f"{self._grid.preset.title} · {self._grid.checkpoint} · {self._words.seed} {seeds}"
        self._write(facts, (_MARGIN, y), room, font=self._small, ink=_FAINT)
        columns, rows = self._titles
        axes = f"{columns} →" + (f"   {rows} ↓" if self._grid.rows else "")
        self._write(axes, (_MARGIN, y + 22), room, font=self._small, ink=_FAINT)

    def _draw_cell(self, image: Image.Image, column: int, row: int, x: int, y: int) -> None:
        tile_width, tile_height = self._tile
        for number in range(len(self._grid.seeds)):
            left = x + number * tile_width
            box = (left, y, left + tile_width - 1, y + tile_height - 1)
            small = self._small_picture(self._pictures.get((column, row, number)))
            if small is None:
                self._pen.rectangle(box, fill=_EMPTY)
                middle = (left + tile_width / 2, y + tile_height / 2)
                self._write(self._words.missing, middle, tile_width, "mm", self._small, _FAINT)
                continue
            self._pen.rectangle(box, fill=_EMPTY)
            image.paste(small, (left + (tile_width - small.width) // 2, y + (tile_height - small.height) // 2))
        likeness = self._heat.cells.get((column, row))
        if likeness is not None:
            middle = (x + self._cell[0] / 2, y + tile_height + 17)
            self._write(f"{likeness:.2f}", middle, self._cell[0], "ms", self._small, _FAINT)

    def _small_picture(self, path: Path | None) -> Image.Image | None:
        """A picture in a tile's size; None where there is none that can be read."""
        if path is None:
            return None
        try:
            with read_image(path) as (_, image):
                # Sizes may differ from cell to cell: each is shown whole.
                image.thumbnail(self._tile, Image.Resampling.LANCZOS)
                return image.convert("RGB")
        except PhotoError:
            return None

    def _draw_heat(self, column: int, row: int, x: int, y: int) -> None:
        width, height = self._heat_cell
        box = (x, y, x + width - 1, y + height + _GAP - 3)
        if (column, row) not in self._heat.cells:
            self._pen.rectangle(box, fill=_EMPTY)
            return
        colour = self._heat.colour((column, row))
        self._pen.rectangle(box, fill=colour)
        middle = (x + width / 2, y + (height + _GAP - 2) / 2)
        likeness = f"{self._heat.cells[column, row]:.2f}"
        self._write(likeness, middle, width, "mm", self._text, ink_on(colour))
        if self._heat.best == (column, row):
            self._pen.rectangle((box[0] + 3, box[1] + 3, box[2] - 3, box[3] - 3), outline=ink_on(colour), width=2)

    def _legend(self) -> str:
        return f"{self._words.likeness} {self._heat.least:.2f} … {self._heat.most:.2f}"

    def _legend_width(self) -> int:
        return math.ceil(self._small.getlength(drawable(self._legend(), self._small)))

    def _write_legend(self, x: int) -> None:
        width = self._heat_width - 2
        self._write(self._legend(), (x, self._top - 24), 0, "ls", self._small)
        for pixel in range(width):
            colour = colour_at(pixel / max(width - 1, 1))
            self._pen.line((x + pixel, self._top - 18, x + pixel, self._top - 8), fill=colour)

    def _write(
        self,
        text: str,
        at: tuple[float, float],
        room: float,
        anchor: str = "ls",
        font: _Font | None = None,
        ink: Colour = _INK,
    ) -> None:
        font = font or self._text
        text = drawable(text.replace("\n", " "), font)
        if room:
            text = _cut(text, room, font)
        self._pen.text(at, text, fill=ink, font=font, anchor=anchor)

    def _width(self, text: str) -> int:
        return round(self._text.getlength(drawable(text.replace("\n", " "), self._text)))

    def _lines(self, text: str, most: int) -> list[str]:
        """The text in lines as wide as the pictures; the last one ends with "…" where it is longer."""
        room = max(self._left_guess(), 432)
        lines: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self._width(longer) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1] + " …"]
        return [_cut(drawable(one, self._text), room, self._text) for one in lines]

    def _left_guess(self) -> int:
        return self._columns * (self._cell[0] + _GAP)


def font_of(size: int) -> _Font:
    """A font of the system, since Pillow's own has English letters alone."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def drawable(text: str, font: _Font) -> str:
    """The text in letters that the font has: without a font of the system, those of ASCII."""
    if isinstance(font, ImageFont.FreeTypeFont) and font.getname()[0] != "Aileron":
        return text
    signs: Sequence[tuple[str, str]] = (("→", ">"), ("↓", "v"), ("·", "-"), ("…", "..."), ("ß", "ss"))
    for sign, plain in signs:
        text = text.replace(sign, plain)
    return "".join(
        one if one.isascii() else "?" for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )


def _cut(text: str, room: float, font: _Font) -> str:
    if font.getlength(text) <= room:
        return text
    dots = drawable("…", font)
    while text and font.getlength(text + dots) > room:
        text = text[:-1]
    return text.rstrip() + dots
