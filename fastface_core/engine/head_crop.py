"""The head with some room around it, as IP-Adapter's examples of Plus-Face show it."""

import math

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.mesh import cut

with qt_environment_kept():
    import cv2

SIZE = 224


def head_crop(pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A square with forehead, hair, ears and chin, its eyes level; beyond the photo's edges its last pixels repeat.

    Side and middle are those of the FFHQ set's crops (arXiv 1812.04948).

    Args:
        pixels: (height, width, 3) uint8 RGB.
        points: (5, 2) in pixels, as `Face.points`.

    Returns:
        (224, 224, 3) uint8 RGB.
    """
    five = points.astype(np.float64)
    eyes, mouth = five[:2].mean(0), five[3:].mean(0)
    across, down = five[1] - five[0], mouth - eyes
    # The eyes' line and the mouth's place say the same of a face from the front; turned, they help one another.
    level = across + np.array([down[1], -down[0]])
    half = max(2.0 * float(np.hypot(*across)), 1.8 * float(np.hypot(*down)), 2.0)
    angle = math.atan2(level[1], level[0])
    return cut(pixels, eyes + 0.1 * down, 2 * half, angle, SIZE, cv2.BORDER_REPLICATE)[0]
