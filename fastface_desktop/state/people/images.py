"""Pictures of people for the window, made in the background from what the library keeps; nothing of them is written."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from fastface_desktop.reading import read_part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE = 256
"""Pixels of a square around a face."""

_ROOM = 2.2
"""The square is this many times as large as the face."""

Box = tuple[float, float, float, float]


def of_crop(crop: "NDArray[np.uint8]") -> QImage:
    """Args:
    crop: (height, width, 3) uint8 RGB.
    """
    height, width = crop.shape[:2]
    return _image(crop.tobytes(), width, height)


def of_photo(data: bytes, box: Box | None) -> QImage:
    """The part of a photo around a face, `SIDE` pixels square; null where it cannot be read.

    Args:
        box: of the face, in pixels of the upright photo; None takes the middle.
    """
    return read_part(data, SIDE, lambda size: _square(size, box))


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


def _image(rgb: bytes, width: int, height: int) -> QImage:
    # Converted, it has its own bytes, in the form that is painted fastest.
    return QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )
