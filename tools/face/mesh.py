"""Reads a face with the networks of resources/face: the crop, the points, and the frame in which faces are compared."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import cv2
import numpy as np
import onnxruntime

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "face"
SIZE = 192  # of the crop that the mesh reads
MARGIN = 1.5  # the crop's side, measured by the larger side of the points' box
PASSES = 3
LEFT_EYE, RIGHT_EYE = (33, 133), (362, 263)  # the outer and inner corners, seen from in front


def arrays(session: onnxruntime.InferenceSession, given: dict[str, np.ndarray]) -> list[np.ndarray]:
    """All outputs of a network that has only tensors; onnxruntime allows for more."""
    return cast("list[np.ndarray]", session.run(None, given))


class Mesh:
    def __init__(self, file: Path = FOLDER / "mesh.onnx") -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

    def raw(self, crop: np.ndarray) -> tuple[np.ndarray, float]:
        """The points in a crop of 192 x 192 in RGB, in its pixels, and how sure it is that they are a face."""
        points, score = arrays(self.session, {"crop": crop[None].astype(np.float32) / 255})
        return points[0], float(score[0])

    def read(self, picture: np.ndarray, centre: np.ndarray, side: float, angle: float = 0) -> tuple[np.ndarray, float]:
        """The 468 points (x right, y down, z away from the viewer) in a picture's pixels, and the score.

        Centre, side and angle say roughly where the face is. Each pass cuts the crop again around the points of the one
        before: in the middle of their box, 1.5 times as large as it, and turned so that the eyes are level.
        """
        points, score = np.empty((0, 3)), 0.0
        for _ in range(PASSES):
            crop, back = crop_of(picture, centre, side, angle)
            points, score = self.raw(crop)
            places = points[:, :2] @ back[:, :2].T + back[:, 2]
            points = np.column_stack([places, points[:, 2] * np.hypot(back[0, 0], back[1, 0])])
            centre, side, angle = around(points)
        return points, score


def around(points: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Centre, side and angle of the crop around points."""
    across = points[RIGHT_EYE[1], :2] - points[LEFT_EYE[0], :2]
    angle = float(np.arctan2(across[1], across[0]))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    level = points[:, :2] @ turn.T
    low, high = level.min(0), level.max(0)
    return (low + high) / 2 @ turn, MARGIN * float((high - low).max()), angle


def crop_of(picture: np.ndarray, centre: np.ndarray, side: float, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """The square crop, and the matrix that takes its pixels back to the picture's. Beyond the picture it is black."""
    scale = SIZE / side
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack([turn, SIZE / 2 - turn @ np.asarray(centre, float)])
    if scale < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.25 / scale)
    return cv2.warpAffine(picture, matrix, (SIZE, SIZE)), cv2.invertAffineTransform(matrix)


def eyes(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The centres of the eyes, each the mean of its two corners; the one on the left of the picture first."""
    return points[list(LEFT_EYE)].mean(0), points[list(RIGHT_EYE)].mean(0)
