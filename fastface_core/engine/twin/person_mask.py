"""Which pixels of a picture belong to a person."""

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.networks import answers

with qt_environment_kept():
    import cv2

_SIZE = 256


def person_mask(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How sure it is, 0 to 1, that a pixel belongs to a person, hair and clothes included.

    Neighbours count as well. The edge is good to about a hundredth of the picture's side.

    Args:
        pixels: (size, size, 3) uint8 RGB, a square with the head and shoulders of the person.

    Returns:
        (256, 256) float32.

    Raises:
        ModelError: the network's file is missing or damaged.
    """
    small = cv2.resize(pixels, (_SIZE, _SIZE), interpolation=cv2.INTER_AREA)
    return answers("person.onnx", small.astype(np.float32) / np.float32(255))[0].reshape(_SIZE, _SIZE)
