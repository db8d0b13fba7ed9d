"""Pictures of people for the window, made in the background from what the library keeps; nothing of them is written."""

import io
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE = 256
"""Pixels of a square around a face."""

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "BMP")
_ROOM = 2.2
"""The square is this many times as large as the face."""
_LARGEST = 100_000_000
"""Pixels of a photo."""

Box = tuple[float, float, float, float]


def of_crop(crop: "NDArray[np.uint8]") -> QImage:
    """Args:
    crop: (height, width, 3) uint8 RGB.
    """
    height, width = crop.shape[:2]
    return _image(crop.tobytes(), width, height)


def of_photo(data: bytes, box: Box | None) -> QImage:
    """The part of a photo around a face, `SIDE` pixels square; null where only the engine can decode it.

    Args:
        box: of the face, in pixels of the upright photo; None takes the middle.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > _LARGEST:
                return QImage()
            whole = opened.size
            left, top, side = _square(_turned(whole, opened), box)
            # A large JPEG is decoded at a fraction of its size, where that still has enough pixels.
            scale = max(SIDE / side, 1 / 16)
            opened.draft("RGB", (round(whole[0] * scale), round(whole[1] * scale)))
            reduced = opened.width / whole[0]
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            part = upright.resize(
                (SIDE, SIDE),
                Image.Resampling.BICUBIC,
                box=_within(upright.size, left * reduced, top * reduced, side * reduced),
                reducing_gap=2.0,
            )
    except Exception:  # whatever a decoder says about it, the crop that was measured is shown instead
        return QImage()
    return _image(part.tobytes(), SIDE, SIDE)


def _turned(size: tuple[int, int], opened: object) -> tuple[int, int]:
    """The upright photo's size."""
    from PIL import ExifTags, Image

    assert isinstance(opened, Image.Image)
    sideways = opened.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
    return (size[1], size[0]) if sideways else size


def _square(size: tuple[int, int], box: Box | None) -> tuple[float, float, float]:
    """Left, top and side of what is shown of an upright photo."""
    width, height = size
    shorter = min(width, height)
    if box is None:
        return (width - shorter) / 2, (height - shorter) / 2, shorter
    side = min(max(box[2] - box[0], box[3] - box[1]) * _ROOM, shorter)
    left = min(max((box[0] + box[2] - side) / 2, 0), width - side)
    top = min(max((box[1] + box[3] - side) / 2, 0), height - side)
    return left, top, max(side, 1)


def _within(size: tuple[int, int], left: float, top: float, side: float) -> Box:
    return max(left, 0), max(top, 0), min(left + side, size[0]), min(top + side, size[1])


def _image(rgb: bytes, width: int, height: int) -> QImage:
    # Converted, it has its own bytes, in the form that is painted fastest.
    return QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )
