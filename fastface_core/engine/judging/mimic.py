"""How a face looks besides whose it is: expression, pose and light, as numbers from the face mesh."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.alignment import aligned
from fastface_core.engine.detectors import Detection
from fastface_core.engine.judging.views import View
from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.shape import frontal, pose

with qt_environment_kept():
    import cv2

# By the mesh's numbering: corners and inner lips of the mouth, and of each eye the brow above its upper lid.
_CORNERS, _UPPER, _LOWER = (61, 291), 13, 14
_BROWS = ((159, 105), (386, 334))
_CROP = 112


@dataclass(frozen=True, slots=True)
class Mimic:
    """One face. Lengths in eye distances, angles in degrees.

    Attributes:
        width: of the mouth, from corner to corner.
        opening: between the lips.
        lift: how far the corners of the mouth stand above the middle between the lips.
        brows: how far the brows stand above the lids.
        yaw, pitch: positive where the person turns to the picture's right, and up.
        light: of the left half of the face minus the right one, over both; -1 to 1. `above` likewise of upper minus
            lower half.
    """

    width: float
    opening: float
    lift: float
    brows: float
    yaw: float
    pitch: float
    light: float
    above: float

    @property
    def expression(self) -> NDArray[np.float64]:
        """(4,) width, opening, lift, brows."""
        return np.array([self.width, self.opening, self.lift, self.brows])


def mimic(view: View, found: Detection) -> Mimic | None:
    """How the face that was found looks; None where the mesh sees none, as in a full profile.

    Raises:
        ModelError: the mesh's file is missing or damaged.
    """
    shown = mesh(view.pixels, found.points, found.box)
    if shown is None:
        return None
    points = frontal(shown)
    left, right = (points[corner] for corner in _CORNERS)
    middle = (points[_UPPER] + points[_LOWER]) / 2
    yaw, pitch = (float(angle) for angle in np.degrees(pose(shown)))
    grey = _grey(aligned(view.pixels, found.points, _CROP))
    half = _CROP // 2
    return Mimic(
        width=_length(left - right),
        opening=_length(points[_UPPER] - points[_LOWER]),
        # y runs down.
        lift=float(middle[1] - (left[1] + right[1]) / 2),
        brows=float(np.mean([points[lid][1] - points[brow][1] for lid, brow in _BROWS])),
        yaw=yaw,
        pitch=pitch,
        light=_balance(grey[:, :half], grey[:, half:]),
        above=_balance(grey[:half], grey[half:]),
    )


def _length(vector: NDArray[np.float64]) -> float:
    return float(np.hypot(vector[0], vector[1]))


def _grey(crop: NDArray[np.uint8]) -> NDArray[np.float64]:
    return cast("NDArray[np.uint8]", cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)).astype(np.float64)


def _balance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    both = float(one.mean() + other.mean())
    return float(one.mean() - other.mean()) / both if both else 0.0
