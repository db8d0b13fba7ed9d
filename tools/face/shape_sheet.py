"""Draws the lines of random faces, and of the expressions, to look at what resources/face/shape.npz holds."""

from __future__ import annotations

import cv2
import numpy as np

CELL, UNIT = 200, 44
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
LEFT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
RIGHT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
LEFT_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
RIGHT_BROW = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
MOUTH = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
NOSE = (129, 98, 97, 2, 326, 327, 358)
BRIDGE = (168, 6, 197, 195, 5, 4)
CLOSED = (OVAL, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LIPS, MOUTH)
OPEN = (NOSE, BRIDGE)


def sheet(basis: dict[str, np.ndarray]) -> np.ndarray:
    """24 random people; the mean, turned; the expressions, on two people; each component, both ways."""
    mean, parts, spread = (basis[key].astype(float) for key in ("mean", "components", "deviations"))
    rng = np.random.default_rng(0)
    people = [mean + np.tensordot(rng.normal(0, spread), parts, 1) for _ in range(24)]
    cells = [drawing(face, "") for face in people]
    for yaw, pitch in ((-30, 0), (-15, 0), (15, 0), (30, 0), (0, -20), (0, 20), (30, 20), (-30, -20)):
        cells.append(drawing(turned(mean, yaw, pitch), f"{yaw} {pitch}"))
    for face in (mean, people[0]):
        cells.append(drawing(face, "neutral"))
        for name, change in zip(basis["expression_names"], basis["expressions"].astype(float), strict=True):
            cells.append(drawing(face + change, str(name)))
        cells += [drawing(turned(face + basis["expressions"][1], yaw, 0), "laugh") for yaw in (-30, 20)]
        cells.append(np.full((CELL, CELL, 3), 255, np.uint8))
    for index, (part, deviation) in enumerate(zip(parts, spread, strict=True)):
        cells += [drawing(mean + sign * 2 * deviation * part, f"{index} {sign:+d}") for sign in (-1, 1)]
    cells += [np.full((CELL, CELL, 3), 255, np.uint8)] * (-len(cells) % 8)
    return np.concatenate([np.concatenate(cells[start : start + 8], 1) for start in range(0, len(cells), 8)])


def turned(face: np.ndarray, yaw: float, pitch: float) -> np.ndarray:
    """A face turned to its left and downwards, in degrees, about a point half an eye distance behind the eyes."""
    yaw, pitch = np.deg2rad([yaw, pitch])
    sideways = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    return (face - [0, 0, 0.5]) @ (nod @ sideways).T + [0, 0, 0.5]


def drawing(face: np.ndarray, title: str) -> np.ndarray:
    canvas = np.full((CELL, CELL, 3), 255, np.uint8)
    flat = np.rint((face[:, :2] * UNIT + [CELL / 2, CELL * 0.43]) * 8).astype(np.int32)
    for lines, closed in ((CLOSED, True), (OPEN, False)):
        for line in lines:
            cv2.polylines(canvas, [flat[list(line)]], closed, (40, 40, 40), 1, cv2.LINE_AA, 3)
    cv2.putText(canvas, title, (4, CELL - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (160, 60, 0), 1, cv2.LINE_AA)
    return canvas
