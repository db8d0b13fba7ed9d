"""Cutting a face out of a picture so that its eyes, nose and mouth lie where the face models expect them."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

TEMPLATE_SIZE = 112

TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]],
    dtype=np.float32,
)
"""Where the eyes, the nose and the corners of the mouth lie in a 112 px crop; insightface's `arcface_dst`."""
TEMPLATE.flags.writeable = False

_LARGEST = 896
"""Up to this many pixels of the picture along a crop's side, crops are exactly insightface's; larger faces are averaged
down to it first."""


def similarity(points: NDArray[np.float32], size: int) -> NDArray[np.float64]:
    """The scale, rotation and shift that bring five points nearest to the template, in the least-squares sense.

    The points as complex numbers z, the template as w: minimising |a z + b - w|^2 gives
    a = sum(conj(z - mean z) (w - mean w)) / sum(|z - mean z|^2). The same as Umeyama's solution in
    `insightface.utils.face_align.estimate_norm`, which scikit-image 0.26 calls deprecated.

    Args:
        points: (5, 2), in the order of `TEMPLATE`, in pixels.
        size: side of the crop in pixels.

    Returns:
        (2, 3), for `cv2.warpAffine`.

    Raises:
        ValueError: all points are the same, or not finite.
    """
    z = points[:, 0].astype(np.float64) + 1j * points[:, 1]
    w = (TEMPLATE[:, 0] + 1j * TEMPLATE[:, 1].astype(np.float64)) * (size / TEMPLATE_SIZE)
    spread = z - z.mean()
    squares = float(np.sum(np.abs(spread) ** 2))
    if not np.isfinite(squares) or squares < 1e-6:
        raise ValueError("five points in one place have no direction and no size")
    a = complex(np.sum(np.conj(spread) * (w - w.mean())) / squares)
    b = complex(w.mean() - a * z.mean())
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def aligned(pixels: NDArray[np.uint8], points: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """The face as insightface's `norm_crop` cuts it: bilinear, black where the picture ends.

    Very large faces (more than about 280 px between the eyes) are averaged down first: bilinear sampling looks at
    2 x 2 pixels only and would turn pores and hair into noise.

    Args:
        pixels: (height, width, 3) uint8.
        points: (5, 2), see `similarity`.
        size: 112 or a multiple of it.

    Returns:
        (size, size, 3) uint8, channels in the order of `pixels`.
    """
    matrix = similarity(points, size)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    factor = _LARGEST * scale / size
    if factor < 1:
        pixels, matrix = _averaged_down(pixels, matrix, size, factor)
    return cast("NDArray[np.uint8]", cv2.warpAffine(pixels, matrix, (size, size), borderValue=(0.0, 0.0, 0.0)))


def reduced(pixels: NDArray[np.uint8], longest: int) -> tuple[NDArray[np.uint8], float]:
    """The picture, averaged down where its longer side exceeds `longest`, and the factor that was applied (<= 1)."""
    height, width = pixels.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return pixels, 1.0
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return cast("NDArray[np.uint8]", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)), factor


def _averaged_down(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], size: int, factor: float
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The part of the picture that the crop shows, reduced by `factor`, and the matrix that fits it."""
    corners = np.array([[0, 0], [size, 0], [size, size], [0, size]], dtype=np.float64)
    turn = matrix[:, :2]
    seen = np.linalg.solve(turn, (corners - matrix[:, 2]).T).T
    height, width = pixels.shape[:2]
    margin = 2 / factor
    left, top = np.clip(np.floor(seen.min(axis=0) - margin), 0, [width - 1, height - 1]).astype(int)
    right, bottom = np.clip(np.ceil(seen.max(axis=0) + margin), [left + 1, top + 1], [width, height]).astype(int)
    part = pixels[top:bottom, left:right]
    wide, high = max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor))
    small = cast("NDArray[np.uint8]", cv2.resize(part, (wide, high), interpolation=cv2.INTER_AREA))
    # From the reduced part's pixel centres back to the picture's: (p + 1/2) k - 1/2 + (left, top).
    k = np.array([part.shape[1] / wide, part.shape[0] / high])
    offset = 0.5 * k - 0.5 + np.array([left, top])
    return small, np.column_stack([turn * k, turn @ offset + matrix[:, 2]])
