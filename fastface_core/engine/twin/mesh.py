"""The face mesh: 468 points of a face, among them the outlines of eyes, brows, lips and face."""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.networks import answers

with qt_environment_kept():
    import cv2

POINTS = 468

LEAST_SCORE = 0.8
"""Below it, what was found is no face, or one that is hidden so much that its measures would be made up. Photos of
faces come out above 0.95 nearly always, hands, badges and backs of heads below 0.3."""

_SIZE = 192
_MARGIN = 1.5
_PASSES = 3
_LEFT_EYE, _RIGHT_EYE = (33, 133), (362, 263)


@dataclass(frozen=True, eq=False, slots=True)
class Mesh:
    """Where the parts of a face are.

    Attributes:
        points: (468, 3) float64 in pixels of the photo: x to the right, y down, z away from the viewer in the same
            unit and measured from the middle of the head.
        score: 0 to 1, how sure the network is that it sees a face.
    """

    points: NDArray[np.float64]
    score: float

    @property
    def eyes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The middles of the eyes, (3,) each, in pixels; the one on the picture's left first."""
        return self.points[list(_LEFT_EYE)].mean(0), self.points[list(_RIGHT_EYE)].mean(0)


def mesh(pixels: NDArray[np.uint8], points: NDArray[np.float32], box: tuple[float, float, float, float]) -> Mesh | None:
    """The mesh of the face that a detector found; None where there is no face to be seen.

    The network wants the face upright in the middle of its input. The detector says roughly where that is; each pass
    cuts again around the points of the one before.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        points: (5, 2) in pixels: eyes, nose, corners of the mouth.
        box: left, top, right, bottom in pixels.

    Raises:
        ModelError: the network's file is missing or damaged.
    """
    if not np.isfinite(points).all() or min(pixels.shape[:2]) < 2:
        return None
    for place in (_by_points(points), _by_box(points, box)):
        found = _read(pixels, *place)
        if found is not None and found.score >= LEAST_SCORE:
            return found
    return None


def _by_points(points: NDArray[np.float32]) -> tuple[NDArray[np.float64], float, float]:
    """Centre, side and angle of the first crop. The five points agree between detectors, their boxes do not."""
    five = np.asarray(points, np.float64)
    eyes, mouth = (five[0] + five[1]) / 2, (five[3] + five[4]) / 2
    across = five[1] - five[0]
    # A turned head has its eyes close together, one that looks up or down its eyes close to the mouth.
    unit = max(float(np.hypot(*across)), float(np.hypot(*(mouth - eyes))) / 1.12, 4.0)
    return eyes + 0.35 * (mouth - eyes), 5.0 * unit, math.atan2(across[1], across[0])


def _by_box(
    points: NDArray[np.float32], box: tuple[float, float, float, float]
) -> tuple[NDArray[np.float64], float, float]:
    left, top, right, bottom = box
    across = np.asarray(points[1] - points[0], np.float64)
    side = _MARGIN * max(right - left, bottom - top, 8.0)
    return np.array([(left + right) / 2, (top + bottom) / 2]), side, math.atan2(across[1], across[0])


def _read(pixels: NDArray[np.uint8], centre: NDArray[np.float64], side: float, angle: float) -> Mesh | None:
    found: Mesh | None = None
    for _ in range(_PASSES):
        if not 4.0 <= side <= 20.0 * max(pixels.shape[:2]):
            return None
        crop, back = _crop(pixels, centre, side, angle)
        raw, score = answers("mesh.onnx", crop.astype(np.float32) / np.float32(255))
        raw = raw.reshape(POINTS, 3).astype(np.float64)
        places = raw[:, :2] @ back[:, :2].T + back[:, 2]
        found = Mesh(np.column_stack([places, raw[:, 2] * np.hypot(back[0, 0], back[1, 0])]), float(score.ravel()[0]))
        centre, side, angle = _around(found.points)
    return found


def _around(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """The next crop: in the middle of the upright box around the points, larger than it by the margin."""
    across = points[_RIGHT_EYE[1], :2] - points[_LEFT_EYE[0], :2]
    angle = math.atan2(across[1], across[0])
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    level = points[:, :2] @ turn.T
    low, high = level.min(0), level.max(0)
    return (low + high) / 2 @ turn, _MARGIN * float((high - low).max()), angle


def _crop(
    pixels: NDArray[np.uint8], centre: NDArray[np.float64], side: float, angle: float
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A square of the photo, turned and scaled, black beyond its edges; and the matrix back to the photo's pixels."""
    return cut(pixels, centre, side, angle, _SIZE, cv2.BORDER_CONSTANT)


def cut(
    pixels: NDArray[np.uint8], centre: NDArray[np.float64], side: float, angle: float, size: int, border: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A square of a picture of any size, turned upright and scaled, without the noise of skipped pixels.

    Args:
        pixels: (height, width, 3) uint8.
        centre: (2,) the square's middle, in pixels.
        side: its side, in pixels.
        angle: how far it is turned clockwise in the picture, in radians.
        size: the side of what is given back.
        border: what lies beyond the picture, as cv2's BORDER constants.

    Returns:
        (size, size, 3) uint8, and (2, 3) float64 that takes its pixels to the picture's.
    """
    # Large photos are first averaged down, and only around the square: blurring all of it would take a second.
    reach = 0.75 * side
    low = np.maximum(np.floor(centre - reach).astype(int), 0)
    high = np.minimum(np.ceil(centre + reach).astype(int), [pixels.shape[1], pixels.shape[0]])
    if (high - low < 2).any():
        low, high = np.zeros(2, int), np.array([pixels.shape[1], pixels.shape[0]])
    part = pixels[low[1] : high[1], low[0] : high[0]]
    step = max(1, int(side / size / 1.25))
    if step > 1:
        width, height = max(2, part.shape[1] // step), max(2, part.shape[0] // step)
        small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    else:
        small = part
    ratio = np.array([small.shape[1] / part.shape[1], small.shape[0] / part.shape[0]])
    turn = size / side * np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    # Whole photo -> square, with pixels' middles at .5
    matrix = np.column_stack([turn, size / 2 - turn @ centre])
    back = cv2.invertAffineTransform(matrix)
    inner = matrix.copy()
    inner[:, :2] = turn / ratio
    inner[:, 2] = matrix[:, 2] + turn @ (low + 0.5 / ratio - 0.5)
    square = cv2.warpAffine(small, inner, (size, size), flags=cv2.INTER_LINEAR, borderMode=border)
    return cast("NDArray[np.uint8]", square), cast("NDArray[np.float64]", back)
