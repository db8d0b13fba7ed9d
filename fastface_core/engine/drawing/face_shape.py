"""Where the 468 points of a drawn person's face lie: shape, expression and pose, in eye distances."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fastface_core import paths

Points = NDArray[np.float64]

# Contours by the mesh's numbering (MediaPipe's canonical face); "left" is the picture's left.
OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)  # fmt: skip
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
MOUTH = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
UPPER_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
LOWER_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
EYES = (
    ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133), 33, 133),
    ((263, 466, 388, 387, 386, 385, 384, 398, 362), (263, 249, 390, 373, 374, 380, 381, 382, 362), 263, 362),
)
"""Of each eye: upper lid and lower lid from the outer to the inner corner, and these two corners."""
BROWS = (
    ((70, 63, 105, 66, 107), (46, 53, 52, 65, 55)),
    ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285)),
)
"""Of each brow: upper and lower edge, from the outer end to the inner one."""
CHEEKS = ((50, 101, 205), (280, 330, 425))
NOSE_TIP, CHIN, FOREHEAD, LEFT_SIDE, RIGHT_SIDE = 4, 152, 10, 234, 454

AXIS = 0.5
"""How far behind the eyes' plane the axis lies around which the head turns."""


@dataclass(frozen=True, eq=False)
class ShapeBasis:
    """The shapes of faces that occur, from `resources/face/shape.npz`; see there how it was measured.

    Attributes:
        mean: (468, 3) the mean face: right, down, away from the viewer; in eye distances, between the eyes.
        components: (14, 468, 3), of unit length over right and down.
        deviations: (14,) how far people spread along each.
        expressions: by name, (468, 3) what the expression adds.
    """

    mean: Points
    components: Points
    deviations: Points
    expressions: dict[str, Points]


@cache
def basis() -> ShapeBasis:
    """The basis that ships with the program."""
    with np.load(paths.resource("face") / "shape.npz", allow_pickle=False) as file:
        names = [str(name) for name in file["expression_names"]]
        moves = file["expressions"].astype(np.float64)
        return ShapeBasis(
            file["mean"].astype(np.float64),
            file["components"].astype(np.float64),
            file["deviations"].astype(np.float64),
            dict(zip(names, moves, strict=True)),
        )


_EXPRESSIONS: dict[str, dict[str, float]] = {
    "neutral": {},
    "gentle": {"smile": 1.0},
    "smile": {"smile": 1.3, "laugh": 0.6},
    "laugh": {"laugh": 1.0},
    "surprised": {"surprised": 1.0},
    "sad": {"sad": 1.0},
}


_LEAST_OPEN = {"smile": 0.16, "laugh": 0.24, "surprised": 0.26}
"""How far lips are apart at least, in eye distances: thin lips would not show that they open."""


@dataclass(frozen=True, eq=False)
class Face:
    """A face in the head's frame: origin between the eyes, unit the eye distance, right and down.

    Attributes:
        points: (468, 2) as seen.
        depth: (468,) towards the viewer, from the axis around which the head turns.
        half_width: of the head at the height of the eyes, before it turned.
        chin: height of the chin below the eyes, before the head nodded.
    """

    points: Points
    depth: Points
    half_width: float
    chin: float
    yaw: float
    pitch: float

    def of(self, numbers: tuple[int, ...]) -> Points:
        """These points, (n, 2)."""
        return self.points[list(numbers)]

    def turned(self, flat: Points, depth: Points | float) -> Points:
        """Points of the head's surface that are not the mesh's, as the turned head shows them.

        Args:
            flat: (n, 2) seen from the front.
            depth: towards the viewer, from the head's axis.
        """
        return _turn(flat, np.broadcast_to(np.asarray(depth, np.float64), (len(flat),)), self.yaw, self.pitch)[0]

    def on_head(self, flat: Points) -> Points:
        """`turned`, for points on the round of the head."""
        part = np.clip(flat[:, 0] / (self.half_width * 1.06), -1, 1)
        return self.turned(flat, 0.85 * np.sqrt(1 - part**2))


def _turn(flat: Points, depth: Points, yaw: float, pitch: float) -> tuple[Points, Points]:
    x = flat[:, 0] * np.cos(yaw) + depth * np.sin(yaw)
    deep = depth * np.cos(yaw) - flat[:, 0] * np.sin(yaw)
    y = flat[:, 1] * np.cos(pitch) - deep * np.sin(pitch)
    return np.stack([x, y], 1), deep * np.cos(pitch) + flat[:, 1] * np.sin(pitch)


def _opened(points: Points, least: float) -> Points:
    """With lips at least so far apart in the middle, (468, 3): teeth show in a smile whatever the shape of the lips."""
    upper, lower = list(UPPER_INNER), list(LOWER_INNER)
    missing = least - float((points[lower, 1] - points[upper, 1]).max())
    if missing <= 0:
        return points
    opened = points.copy()
    for numbers in (LOWER_INNER, LOWER_OUTER):
        arch = np.sin(np.linspace(0, np.pi, len(numbers)))
        opened[list(numbers), 1] += missing * arch
    return opened


def face(shape: tuple[float, ...], expression: str, yaw: float = 0.0, pitch: float = 0.0) -> Face:
    """The face of these coefficients (standard deviations), with an expression of `scene.EXPRESSIONS`.

    The eyes stay where they are as the head turns, but for half of what it carries them aside.
    """
    known = basis()
    moved = known.mean + np.tensordot(np.asarray(shape) * known.deviations, known.components, axes=1)
    half_width = float(moved[RIGHT_SIDE, 0] - moved[LEFT_SIDE, 0]) / 2
    chin = float(moved[CHIN, 1])
    for name, amount in _EXPRESSIONS[expression].items():
        moved = moved + amount * known.expressions[name]
    if expression in _LEAST_OPEN:
        moved = _opened(moved, _LEAST_OPEN[expression])
    points, depth = _turn(moved[:, :2], AXIS - moved[:, 2], yaw, pitch)
    return Face(points, depth, half_width, chin, yaw, pitch)
