"""How well a face serves as a reference: its size, sharpness, light and pose, as plain numbers."""

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.face_limits import (
    BRIGHTEST,
    DARKEST,
    LARGEST_PITCH,
    LARGEST_ROLL,
    LARGEST_YAW,
    LEAST_SHARP,
    SMALLEST,
)
from fastface_core.domain.identity import FaceQuality
from fastface_core.engine.alignment import TEMPLATE, aligned
from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

_NOSE_DEPTH = 15.0
"""How far the tip of the nose is in front of the plane of eyes and mouth, in pixels of the 112 px template: 27 mm where
the eyes are 63 mm apart (35.2 px), which are common adult measures."""

_SHAPE = np.column_stack([TEMPLATE.astype(np.float64), [0.0, 0.0, -_NOSE_DEPTH, 0.0, 0.0]])
"""(5, 3): the template as a solid face that looks at the camera; x right, y down, z away from the camera."""
_SHAPE.flags.writeable = False


def measured(
    pixels: NDArray[np.uint8], box: tuple[float, float, float, float], points: NDArray[np.float32]
) -> FaceQuality:
    """The quality of one face.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        box: left, top, right, bottom in pixels.
        points: (5, 2) in pixels.
    """
    left, top, right, bottom = box
    grey = cast("NDArray[np.uint8]", cv2.cvtColor(aligned(pixels, points, 112), cv2.COLOR_RGB2GRAY))
    yaw, pitch, roll = pose(points)
    return FaceQuality(
        size=float(min(right - left, bottom - top)),
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        brightness=float(grey.mean()) / 255,
    )


def pose(points: NDArray[np.float32]) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees from five points; signs as in `FaceQuality`.

    Our own estimate, by weak perspective: the 2 x 3 matrix that best maps `_SHAPE`, both centred, onto the points is a
    scaled rotation's upper two rows plus noise; its polar factor is the nearest such rotation. Taken as
    roll about z after yaw about y after pitch about x. Exact for a face of `_SHAPE`'s proportions seen from afar. Faces
    differ from it, and a smile, which lifts the mouth towards the nose, reads as looking down: take yaw and roll as
    good to about 10 degrees, pitch to about 25. Zero is the mean face of the template.

    Args:
        points: (5, 2): the two eyes, the nose, the corners of the mouth, in pixels.
    """
    shape = _SHAPE - _SHAPE.mean(axis=0)
    seen = points.astype(np.float64) - points.astype(np.float64).mean(axis=0)
    mapping = np.linalg.lstsq(shape, seen, rcond=None)[0].T
    left, _, right = np.linalg.svd(mapping, full_matrices=False)
    x_row, y_row = left @ right
    z_row = np.cross(x_row, y_row)
    # With y down, turning about z by a positive angle is clockwise; about y and x it looks left and down, hence the
    # opposite signs of what a rotation matrix's lower row holds: -sin(y), cos(y) sin(x), cos(y) cos(x).
    roll = math.atan2(y_row[0], x_row[0])
    yaw = math.asin(float(np.clip(z_row[0], -1, 1)))
    pitch = -math.atan2(z_row[1], z_row[2])
    return math.degrees(yaw), math.degrees(pitch), math.degrees(roll)


def advice(quality: FaceQuality) -> tuple[str, ...]:
    """What would make a face a better reference, a sentence each; empty for a good one."""
    found: list[str] = []
    if quality.size < SMALLEST:
        found.append("The face is small. A closer photo gives better pictures.")
    if quality.sharpness < LEAST_SHARP:
        found.append("The face is blurred. A sharper photo gives better pictures.")
    if abs(quality.yaw) > LARGEST_YAW:
        found.append("The face is turned to the side. Choose a photo that shows it from the front.")
    if abs(quality.pitch) > LARGEST_PITCH:
        found.append("The face looks far up or down. Choose a photo that shows it from the front.")
    if abs(quality.roll) > LARGEST_ROLL:
        found.append("The head leans to the side. Turn the photo upright.")
    if quality.brightness is not None and quality.brightness < DARKEST:
        found.append("The face is dark. Choose a photo with more light.")
    if quality.brightness is not None and quality.brightness > BRIGHTEST:
        found.append("The face is overexposed. Choose a photo with softer light.")
    return tuple(found)
