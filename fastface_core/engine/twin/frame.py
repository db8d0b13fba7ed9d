"""A face in a frame of its own: upright, its eyes a fixed distance apart, with the coordinates of the twin."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.colours import lab
from fastface_core.engine.twin.mesh import Mesh, cut

with qt_environment_kept():
    import cv2

SIZE = 512
UNIT = 90.0
"""The frame's pixels in one eye distance."""

EYE_LINE = 236.0
"""The row of the line through the eyes."""

FOREHEAD, CHIN = 10, 152
LEFT, RIGHT = 234, 454
"""The points of the mesh at the ends of the face: top of the forehead, chin, and before the ears."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A photo's face, cut out.

    Attributes:
        pixels: (512, 512, 3) uint8 RGB; beyond the photo's edges they repeat its last ones.
        points: (468, 3) float64, the mesh in the frame's pixels.
        inside: (512, 512) bool, what the photo shows.
        yaw: radians, positive when the person turns to the picture's right.
        pitch: radians, positive when the person looks up.
        scale: the frame's pixels in one of the photo's: above 1 the photo is small.
    """

    pixels: NDArray[np.uint8]
    points: NDArray[np.float64]
    inside: NDArray[np.bool_]
    yaw: float
    pitch: float
    scale: float

    @cached_property
    def lab(self) -> NDArray[np.float32]:
        """(512, 512, 3), the pixels as L, a, b."""
        return lab(self.pixels)

    @cached_property
    def across(self) -> NDArray[np.float32]:
        """(512, 512) eye distances to the right of the face's middle."""
        columns = (np.arange(SIZE, dtype=np.float32) - self.middle) / UNIT
        return np.broadcast_to(columns.astype(np.float32), (SIZE, SIZE))

    @cached_property
    def above(self) -> NDArray[np.float32]:
        """(512, 512) eye distances above the line through the eyes."""
        rows = (EYE_LINE - np.arange(SIZE, dtype=np.float32)) / UNIT
        return np.broadcast_to(rows.astype(np.float32)[:, None], (SIZE, SIZE))

    @cached_property
    def half_width(self) -> float:
        """Of the face, in eye distances, seen from the front."""
        return float(np.linalg.norm(self.points[RIGHT] - self.points[LEFT])) / 2 / UNIT

    @cached_property
    def forehead(self) -> float:
        """Height of the mesh's topmost point, in eye distances above the eyes."""
        return self.height(FOREHEAD)

    @cached_property
    def chin(self) -> float:
        """Height of the chin; negative."""
        return self.height(CHIN)

    def height(self, point: int) -> float:
        """Height of one of the mesh's points above the line through the eyes, in eye distances."""
        return float(EYE_LINE - self.points[point, 1]) / UNIT

    def region(self, *polygons: list[int], grow: int = 0) -> NDArray[np.bool_]:
        """The pixels inside polygons of the mesh's points, grown (or, below zero, shrunk) by some pixels."""
        mask = np.zeros((SIZE, SIZE), np.uint8)
        for polygon in polygons:
            cv2.fillPoly(mask, [np.round(self.points[polygon, :2]).astype(np.int32)], 1)
        if grow:
            kernel = np.ones((2 * abs(grow) + 1, 2 * abs(grow) + 1), np.uint8)
            mask = cv2.dilate(mask, kernel) if grow > 0 else cv2.erode(mask, kernel)
        return mask.astype(bool)

    @cached_property
    def middle(self) -> float:
        """The column in the middle between the ends of the face."""
        return float(self.points[LEFT, 0] + self.points[RIGHT, 0]) / 2


def framed(pixels: NDArray[np.uint8], mesh: Mesh) -> Frame:
    """Cuts a face out of a photo: (height, width, 3) uint8 RGB."""
    left, right = mesh.eyes
    apart = right - left
    # The distance in space: seen from the side, eyes come together and nothing else gets smaller.
    scale = UNIT / float(np.linalg.norm(apart))
    upright = mesh.points[CHIN] - mesh.points[FOREHEAD]
    # Where a head is turned and nods at once, eyes and nose do not say the same; both are half right.
    angle = _mean_angle(math.atan2(apart[1], apart[0]), math.atan2(-upright[0], upright[1]))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = ((left + right) / 2)[:2]
    centre = middle + np.array([0, SIZE / 2 - EYE_LINE]) / scale @ turn
    crop, back = cut(pixels, centre, SIZE / scale, angle, SIZE, cv2.BORDER_REPLICATE)
    there = cv2.invertAffineTransform(back)
    flat = mesh.points[:, :2] @ there[:, :2].T + there[:, 2]
    points = np.column_stack([flat, mesh.points[:, 2] * scale])
    white = np.full(pixels.shape[:2], 255, np.uint8)
    inside = cv2.warpAffine(white, there, (SIZE, SIZE), flags=cv2.INTER_NEAREST) > 0
    ends, height = points[RIGHT] - points[LEFT], points[CHIN] - points[FOREHEAD]
    yaw = math.atan2(float(ends[2]), float(ends[0]))
    pitch = math.atan2(-float(height[2]), float(height[1]))
    return Frame(crop, points, inside, yaw, pitch, scale)


def _mean_angle(first: float, second: float) -> float:
    return math.atan2(math.sin(first) + math.sin(second), math.cos(first) + math.cos(second))
