"""The face that PuLID's tower looks at: aligned, cut out of what is around it, and grey.

Alignment, classes and grey are those of the published code (PuLID 1aa2fc7, facexlib): see docs/adapters.md.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

SIZE = 512
_LONGEST = 1024
_GROUND = (135, 133, 132)
"""Blue, green, red beyond the photo's edges."""

TEMPLATE = np.array(
    [
        [192.98138, 239.94708],
        [318.90277, 240.1936],
        [256.63416, 314.01935],
        [201.26117, 371.41043],
        [313.08905, 371.15118],
    ]
)
"""Where the five points lie in the cut-out: those of the FFHQ set's faces."""

_WHITE = (0, 7, 8, 9, 14, 15, 16, 18)
"""A parser's classes that are no part of the face: background, ears and what hangs on them, neck and what is around
it, clothes, hat. Skin, features, glasses and hair are kept."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def matrix(points: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """(2, 3) from a photo's pixels to the cut-out's; None for points that have no size.

    OpenCV's robust estimate, which may leave points out: a least-squares fit lies up to 4 pixels beside it.
    """
    found = cv2.estimateAffinePartial2D(points, TEMPLATE, method=cv2.LMEDS)[0]
    return cast("NDArray[np.float64] | None", found)


def aligned_face(pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """The face in a square of 512 pixels, RGB; None for points that have no size.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        points: (5, 2) in pixels.
    """
    height, width = pixels.shape[:2]
    factor = _LONGEST / max(height, width)
    if factor < 1:
        size = (int(width * factor), int(height * factor))
        points = (points * (np.array(size) / np.array([width, height]))).astype(np.float32)
        pixels = cast("NDArray[np.uint8]", cv2.resize(pixels, size, interpolation=cv2.INTER_LANCZOS4))
    found = matrix(points)
    if found is None:
        return None
    ground = tuple(float(value) for value in _GROUND[::-1])
    square = cv2.warpAffine(pixels, found, (SIZE, SIZE), borderMode=cv2.BORDER_CONSTANT, borderValue=ground)
    return cast("NDArray[np.uint8]", square)


def kept(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixels are the person's face or hair, of a parser's classes."""
    return ~np.isin(labels, _WHITE)


def grey_face(pixels: NDArray[np.uint8], face: NDArray[np.bool_]) -> NDArray[np.float32]:
    """
    Args:
        pixels: (side, side, 3) uint8 RGB.
        face: (side, side), what of it is kept.

    Returns:
        (side, side, 3) float32, 0 to 1: the face in grey, the rest white.
    """
    grey = (pixels.astype(np.float32) / np.float32(255)) @ _LUMA
    return np.where(face, grey, np.float32(1))[..., None].repeat(3, axis=-1)
