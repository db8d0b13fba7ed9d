"""A contact sheet: all copies of an export, small, with their names, on pages of one PDF file in A4."""

import math
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from fastface_core.errors import SettingsError
from fastface_core.library.finishing import font, has
from fastface_core.pictures.shrinking import shrunk

NAME = "contact-sheet"
COLUMNS = (2, 8)
MOST_LETTERS = 120

_DENSITY = 200
"""Pixels an inch: small pictures are sharp in print, and a page takes 15 MB while it is laid out."""
_PAGE = round(21.0 / 2.54 * _DENSITY), round(29.7 / 2.54 * _DENSITY)
_MARGIN, _GAP = 90, 30
_TITLE, _NAME, _STAR = 40, 20, 9
"""Heights of the letters, and the radius of a star."""
_FOOT = 2 * _NAME
"""Below a picture."""
_INNER = math.sin(math.pi / 10) / math.sin(7 * math.pi / 10)
"""Of a star's radius: where its five lines cross."""
_QUALITY = 90
_WIDEST, _TALLEST = 4 / 3, 3 / 4
"""The shapes of a place: that of the first picture, within these."""
_INK, _GREY, _PAPER = (26, 26, 27), (110, 110, 114), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class SheetSettings:
    """How a contact sheet looks.

    Attributes:
        columns: pictures beside each other, `COLUMNS`.
        title: at the head of each page; may be empty.
        note: at the foot of each page, as that a model made the pictures; may be empty.
    """

    columns: int = 4
    title: str = ""
    note: str = ""


def check(settings: SheetSettings) -> None:
    """
    Raises:
        SettingsError: a value that is not allowed.
    """
    if not COLUMNS[0] <= settings.columns <= COLUMNS[1]:
        raise SettingsError(
            f"{settings.columns} columns are not allowed on a contact sheet.", f"Choose {COLUMNS[0]} to {COLUMNS[1]}."
        )
    if max(len(settings.title), len(settings.note)) > MOST_LETTERS:
        raise SettingsError("The contact sheet's title is too long.", f"Write at most {MOST_LETTERS} letters.")


class ContactSheet:
    """Takes pictures one after the other and keeps no more of them than a page, and the finished pages as JPEG."""

    def __init__(self, settings: SheetSettings) -> None:
        check(settings)
        self._settings = settings
        self._side = (_PAGE[0] - 2 * _MARGIN - (settings.columns - 1) * _GAP) // settings.columns
        self._height, self._rows = self._side, 1
        self._waiting: list[tuple[Image.Image, str, int]] = []
        self._file = BytesIO()
        self._pages = 0

    @property
    def wanted(self) -> int:
        """Pixels of the longer side that a picture needs here."""
        return max(self._side, self._height)

    def add(self, image: Image.Image, name: str, rating: int) -> None:
        """One more picture, as it is exported: RGB or RGBA; `rating` 0 to 5."""
        if not self._pages and not self._waiting:
            self._fit(min(max(image.width / image.height, _TALLEST), _WIDEST))
        small = shrunk(image, self.wanted)
        small.thumbnail((self._side, self._height), Image.Resampling.LANCZOS)
        self._waiting.append((small, name, rating))
        if len(self._waiting) == self._settings.columns * self._rows:
            self._lay_out()

    def finished(self) -> bytes:
        """The PDF; empty where no picture was added."""
        if self._waiting:
            self._lay_out()
        return self._file.getvalue()

    def _fit(self, shape: float) -> None:
        """As many rows as nearly fit: a place may be a little lower than the column is wide for."""
        room = _PAGE[1] - 2 * _MARGIN - 2 * (_TITLE + _GAP) + _GAP
        wanted = round(self._side / shape)
        self._rows = max(round(room / (wanted + _FOOT + _GAP)), 1)
        self._height = min(wanted, room // self._rows - _FOOT - _GAP)
        self._side = min(self._side, round(self._height * shape))

    def _lay_out(self) -> None:
        page = Image.new("RGB", _PAGE, _PAPER)
        draw = ImageDraw.Draw(page)
        inner = _PAGE[0] - 2 * _MARGIN
        draw.text((_MARGIN, _MARGIN), _cut(self._settings.title, _TITLE, inner), font=font(_TITLE), fill=_INK)
        columns, top = self._settings.columns, _MARGIN + _TITLE + _GAP
        across = (inner - self._side) // (columns - 1)
        for place, (small, name, rating) in enumerate(self._waiting):
            left = _MARGIN + place % columns * across
            upper = top + place // columns * (self._height + _FOOT + _GAP)
            at = left + (self._side - small.width) // 2, upper + (self._height - small.height) // 2
            page.paste(small, at, small.getchannel("A") if small.mode == "RGBA" else None)
            self._caption(draw, (left, upper + self._height + _NAME // 2), name, rating)
        below = _PAGE[1] - _MARGIN - _NAME
        number = str(self._pages + 1)
        draw.text((_PAGE[0] - _MARGIN, below), number, font=font(_NAME, strong=False), fill=_GREY, anchor="ra")
        note = _cut(self._settings.note, _NAME, inner - 200)
        draw.text((_MARGIN, below), note, font=font(_NAME, strong=False), fill=_GREY)
        self._file.seek(0)
        page.save(
            self._file,
            "PDF",
            append=self._pages > 0,
            resolution=_DENSITY,
            quality=_QUALITY,
            title=self._settings.title or NAME,
            subject=self._settings.note or None,
        )
        self._pages += 1
        self._waiting = []

    def _caption(self, draw: ImageDraw.ImageDraw, at: tuple[int, int], name: str, rating: int) -> None:
        left, top = at
        apart = 2 * _STAR + 2
        draw.text(at, _cut(name, _NAME, self._side - (rating + 1) * apart), font=font(_NAME, strong=False), fill=_INK)
        for star in range(rating):
            _star(draw, left + self._side - _STAR - star * apart, top + _NAME // 2 + 2)


def _star(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
    radii = (_STAR, _STAR * _INNER) * 5
    turns = (math.pi / 5 * corner for corner in range(10))
    draw.polygon(
        [(x + radius * math.sin(turn), y - radius * math.cos(turn)) for radius, turn in zip(radii, turns, strict=True)],
        fill=_INK,
    )


def _cut(text: str, size: int, width: int) -> str:
    """What of a text there is room for, with an ellipsis in its middle: names differ at their ends."""
    text = "".join(letter if has(letter) else "?" for letter in text)
    letters = font(size)
    kept = len(text)
    shorter = text
    while letters.getlength(shorter) > width and kept > 2:
        kept -= 1
        half = kept // 2
        shorter = f"{text[: kept - half]}…{text[len(text) - half :]}"
    return shorter
