"""The last touch of a copy for others: sharpened for where it will be seen, and with a mark of whose it is.

Sharpening is an unsharp mask of the brightness alone, so that no coloured rims come of it. Its radius for paper is
that of Fraser and Schewe, *Real World Image Sharpening* (2009), chapter 2: a halo of about a hundredth of an inch,
which is the pixels an inch by 200; how strong it is for each kind of paper is ours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from fastface_core import bounded
from fastface_core.errors import SettingsError
from fastface_core.library.metadata import named
from fastface_core.paths import resource
from fastface_core.pictures import files as picture_files
from fastface_core.pictures.shrinking import shrunk

Sharpening = Literal["screen", "glossy", "matte"]
SHARPENINGS: tuple[Sharpening, ...] = ("screen", "glossy", "matte")
Place = Literal["bottom-right", "bottom-left", "top-right", "top-left", "centre"]
PLACES: tuple[Place, ...] = ("bottom-right", "bottom-left", "top-right", "top-left", "centre")
MOST_LETTERS = 100
OPACITIES, SIZES = (0.05, 1.0), (0.05, 1.0)

_PERCENT: dict[Sharpening, int] = {"screen": 60, "glossy": 80, "matte": 120}
_SCREEN_RADIUS = 0.5
_THRESHOLD = 2
"""Differences of brightness up to this are noise."""
_USUAL_DENSITY = 300
_REACH = 4
"""Radii beyond which a pixel has no say; Pillow's blur is three boxes."""
_BAND = 1 << 20
"""Pixels that are sharpened at once."""

_MARGIN = 0.03
"""Of the shorter side, from the edges to the mark."""
_HEIGHT = 1 / 3
"""Of the part of the picture's height that a mark takes of its width at most: short texts are not huge."""
_SHADOW = 0.06
"""Of the mark's height: how soft the shadow is."""
_LARGEST_PICTURE = 2048
"""Pixels of the longer side of a picture that is a mark."""
_FONT_SIZE = 200
_LETTER = 48
"""Pixels of the square that a letter is drawn into, to see whether it is there."""
_ABSENT = "\uffff"
"""No font has it."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """A mark on every copy: a text in white with a soft shadow, or a picture, such as a logo with transparency.

    Attributes:
        text: at most `MOST_LETTERS`; of it or `picture` there is one.
        size: how much of the picture's width it takes at most, `SIZES`; and a third of that of its height.
        opacity: `OPACITIES`.
    """

    text: str | None = None
    picture: Path | None = None
    place: Place = "bottom-right"
    size: float = 0.3
    opacity: float = 0.7


def check(sharpening: Sharpening | None, watermark: Watermark | None) -> None:
    """
    Raises:
        SettingsError: a value that is not allowed.
    """
    if sharpening is not None and sharpening not in SHARPENINGS:
        raise SettingsError(f'"{sharpening}" is no kind of sharpening.', f"Choose one of: {', '.join(SHARPENINGS)}.")
    if watermark is None:
        return
    if (watermark.text is None) == (watermark.picture is None):
        raise SettingsError("A watermark is a text or a picture.", "Write a text, or choose a picture.")
    if watermark.text is not None and not 1 <= len(watermark.text.strip()) <= MOST_LETTERS:
        raise SettingsError("The watermark has no text, or a very long one.", f"Write 1 to {MOST_LETTERS} letters.")
    if watermark.place not in PLACES:
        raise SettingsError(f'"{watermark.place}" is no place of a watermark.', f"Choose one of: {', '.join(PLACES)}.")
    if not SIZES[0] <= watermark.size <= SIZES[1]:
        raise SettingsError(
            f"A watermark of the size {watermark.size} is not allowed.", f"Choose {SIZES[0]} to {SIZES[1]}."
        )
    if not OPACITIES[0] <= watermark.opacity <= OPACITIES[1]:
        raise SettingsError(
            f"A watermark of the opacity {watermark.opacity} is not allowed.",
            f"Choose {OPACITIES[0]} to {OPACITIES[1]}.",
        )


def sharpened(image: Image.Image, sharpening: Sharpening, density: int | None) -> Image.Image:
    """The picture for a screen, or for paper at `density` pixels an inch; None takes the usual 300.

    Args:
        image: RGB or RGBA, at the size at which it will be seen.
    """
    radius = _SCREEN_RADIUS if sharpening == "screen" else (density or _USUAL_DENSITY) / 200
    mask = ImageFilter.UnsharpMask(radius, _PERCENT[sharpening], _THRESHOLD)
    around = round(_REACH * radius) + 1
    rows = max(_BAND // image.width, around)
    made = Image.new(image.mode, image.size)
    for top in range(0, image.height, rows):
        first = max(top - around, 0)
        bottom = min(top + rows, image.height)
        band = image.crop((0, first, image.width, min(bottom + around, image.height)))
        made.paste(_band(band, mask).crop((0, top - first, image.width, bottom - first)), (0, top))
    return made


def _band(band: Image.Image, mask: ImageFilter.UnsharpMask) -> Image.Image:
    brightness = band.convert("L")
    after = brightness.filter(mask)
    more, less = ImageChops.subtract(after, brightness), ImageChops.subtract(brightness, after)
    *colours, last = band.split()
    # Opacity stays.
    kept = [last] if band.mode == "RGBA" else []
    colours += [] if kept else [last]
    changed = [ImageChops.subtract(ImageChops.add(one, more), less) for one in colours]
    return Image.merge(band.mode, [*changed, *kept])


def stamp(watermark: Watermark) -> Callable[[Image.Image], None]:
    """What puts the mark on pictures, in place; RGB or RGBA.

    Raises:
        SettingsError: see `check`; or the program's font lacks a letter of the text.
        PhotoError: the mark's picture cannot be read.
    """
    check(None, watermark)
    mark = _text(" ".join(watermark.text.split())) if watermark.text is not None else _picture(watermark.picture)

    def put(image: Image.Image) -> None:
        width, height = image.size
        room = width * watermark.size, height * watermark.size * _HEIGHT
        scale = min(room[0] / mark.width, room[1] / mark.height)
        size = max(round(mark.width * scale), 1), max(round(mark.height * scale), 1)
        small = mark.resize(size, Image.Resampling.LANCZOS)
        small.putalpha(small.getchannel("A").point([round(value * watermark.opacity) for value in range(256)]))
        left, top = _corner(watermark.place, image.size, size)
        area = (left, top, left + size[0], top + size[1])
        under = image.crop(area).convert("RGBA")
        image.paste(Image.alpha_composite(under, small).convert(image.mode), area)

    return put


def _corner(place: Place, outer: tuple[int, int], inner: tuple[int, int]) -> tuple[int, int]:
    margin = round(min(outer) * _MARGIN)
    right, bottom = (max(whole - part - margin, 0) for whole, part in zip(outer, inner, strict=True))
    if place == "centre":
        return (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2
    return (
        right if place.endswith("right") else min(margin, right),
        bottom if place.startswith("bottom") else min(margin, bottom),
    )


@cache
def font(size: int, *, strong: bool = True) -> ImageFont.FreeTypeFont:
    """The program's own."""
    return ImageFont.truetype(str(resource("fonts", "Inter-SemiBold.ttf" if strong else "Inter-Regular.ttf")), size)


def _text(text: str) -> Image.Image:
    large = font(_FONT_SIZE)
    unknown = [letter for letter in text if not has(letter)]
    if unknown:
        raise SettingsError(
            f'The program\'s font has no "{unknown[0]}".', "Write the watermark without it, or choose a picture of it."
        )
    soft = round(_FONT_SIZE * _SHADOW)
    left, top, right, bottom = (round(value) for value in large.getbbox(text))
    size = right - left + 4 * soft, bottom - top + 4 * soft
    at = 2 * soft - left, 2 * soft - top
    letters = Image.new("L", size)
    ImageDraw.Draw(letters).text(at, text, font=large, fill=255)
    # White alone is not seen on white.
    mark = Image.new("RGBA", size, (0, 0, 0, 0))
    mark.putalpha(letters.filter(ImageFilter.GaussianBlur(soft)))
    white = Image.new("RGBA", size, (255, 255, 255, 0))
    white.putalpha(letters)
    return Image.alpha_composite(mark, white)


@cache
def has(letter: str) -> bool:
    """Whether the program's font has a letter."""
    return letter.isspace() or _drawn(letter) != _drawn(_ABSENT)


def _drawn(letter: str) -> bytes:
    image = Image.new("L", (_LETTER, _LETTER))
    ImageDraw.Draw(image).text((0, 0), letter, font=font(_LETTER // 2), fill=255)
    return image.tobytes()


def _picture(path: Path | None) -> Image.Image:
    assert path is not None
    try:
        with (
            bounded.opened(path) as file,
            picture_files.opened(file, named(path), enough=_LARGEST_PICTURE) as picture,
        ):
            image = shrunk(picture.image(), _LARGEST_PICTURE).convert("RGBA")
    except OSError as error:
        raise SettingsError(
            f"The watermark {named(path)} cannot be read.", "Choose it again, or export without a watermark."
        ) from error
    seen = image.getchannel("A").getbbox()
    if seen is None:
        raise SettingsError(f"Nothing is seen of the watermark {named(path)}.", "Choose another picture.")
    return image.crop(seen)
