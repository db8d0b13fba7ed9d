"""Small pictures of large ones, in little more memory than the small one takes."""

from PIL import Image

_WHOLE = 16_000_000
"""Pixels of a picture that may be copied as a whole."""
_GAP = 3
"""How much larger than wanted a picture is when it is resampled: below that, each pixel is a mean of many."""


def shrunk(image: Image.Image, side: int) -> Image.Image:
    """The picture at most `side` pixels wide and high, in proportion; mode RGB or RGBA.

    Args:
        image: mode RGB or RGBA where it is large; it stays as it is.
    """
    if image.width * image.height > _WHOLE and (factor := max(image.size) // (_GAP * side)) > 1:
        image = _reduced(image, factor)
    small = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=float(_GAP))
    return small


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """As `Image.reduce`, in pieces: with transparency Pillow would copy the whole picture first."""
    reduced = Image.new(image.mode, (-(-image.width // factor), -(-image.height // factor)))
    rows = max((1 << 20) // max(image.width * factor, 1), 1) * factor
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        reduced.paste(band.reduce(factor), (0, top // factor))
    return reduced
