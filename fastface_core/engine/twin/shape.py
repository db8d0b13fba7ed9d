"""The shape of a face as a few numbers: how far it is from the mean person's, with its expression taken out."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.twin.mesh import Mesh
from fastface_core.errors import ModelError
from fastface_core.paths import resource

FARTHEST = 3.0
"""Standard deviations. Beyond it, it is the photo's perspective or a failure of the mesh."""

_LEFT, _RIGHT, _FOREHEAD, _CHIN = 234, 454, 10, 152

_HELD = -0.15
_DRIFT = (
    (-0.06, 3.11, -0.11, -1.07, 0.8, -2.66, -10.45, -3.31, 1.9, 0.87, -1.85, 1.76, 0.05, -0.08),
    (2.67, 3.23, 0.63, -1.77, 3.38, 0.96, -3.13, 1.73, -0.83, -3.45, 11.28, -13.1, -4.2, 10.64),
    (-0.57, 0.14, -1.67, 1.59, -1.95, 2.87, -2.24, -3.84, -1.92, -0.92, 1.15, -1.03, 9.04, 6.16),
)
"""The pitch of a head that is held straight, and how much is added to the coefficients by a radian of nodding from
there, by its square, and by the square of a radian of turning; made by `tools/face/pose.py`."""


@cache
def _basis() -> dict[str, NDArray[np.float64]]:
    try:
        with np.load(resource("face") / "shape.npz", allow_pickle=False) as file:
            names = ("mean", "reading", "deviations", "mirror")
            return {name: file[name].astype(np.float64) for name in names}
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            "The file shape.npz, with which faces are measured, is missing or damaged.", "Install FastFace again."
        ) from error


def frontal(mesh: Mesh) -> NDArray[np.float64]:
    """The points as they are when the face looks straight ahead, (468, 3).

    The origin is between the eyes, the unit the distance of their middles; x to the right, y down, z away from the
    viewer. x runs from one end of the face to the other, y from the forehead to the chin as far as that is across x.
    """
    points = mesh.points
    across = points[_RIGHT] - points[_LEFT]
    across = across / np.linalg.norm(across)
    down = points[_CHIN] - points[_FOREHEAD]
    down = down - across * (across @ down)
    down = down / np.linalg.norm(down)
    left, right = mesh.eyes
    turned = (points - (left + right) / 2) @ np.stack([across, down, np.cross(across, down)]).T
    return turned / np.linalg.norm(right - left)


def pose(mesh: Mesh) -> tuple[float, float]:
    """Yaw and pitch in radians: positive where the person turns to the picture's right, and looks up.

    By the lines from one end of the face to the other and from forehead to chin; a head that is held straight seems
    to look down a little.
    """
    across = mesh.points[_RIGHT] - mesh.points[_LEFT]
    down = mesh.points[_CHIN] - mesh.points[_FOREHEAD]
    return math.atan2(float(across[2]), float(across[0])), math.atan2(-float(down[2]), float(down[1]))


def raw(mesh: Mesh) -> NDArray[np.float64]:
    """The coefficients, (14,), with what the pose adds to them."""
    basis = _basis()
    points = frontal(mesh)
    # People are drawn symmetric: what is left of the photo's perspective is removed by that.
    even = (points + points[basis["mirror"].astype(np.intp)] * [-1, 1, 1]) / 2
    # What the reading takes for the person is free of what expressions do, as far as the two can be told apart.
    return np.tensordot(basis["reading"], (even - basis["mean"])[:, :2], axes=2) / basis["deviations"]


def shape(mesh: Mesh) -> tuple[float, ...]:
    """The coefficients of `resources/face/shape.npz`, 14 numbers of standard deviations, at most 3 either way.

    Raises:
        ModelError: the file of the basis is missing or damaged.
    """
    # Upright in the picture, or nodding could not be told from leaning.
    left, right = mesh.eyes
    lean = math.atan2(float(right[1] - left[1]), float(right[0] - left[0]))
    turn = np.array([[math.cos(lean), math.sin(lean), 0], [-math.sin(lean), math.cos(lean), 0], [0, 0, 1]])
    yaw, pitch = pose(Mesh(mesh.points @ turn.T, mesh.score))
    nod, side = float(np.clip(pitch - _HELD, -0.45, 0.45)), float(np.clip(yaw, -0.7, 0.7))
    numbers = raw(mesh) - np.array([nod, nod**2, side**2]) @ np.array(_DRIFT)
    return tuple(round(float(number), 4) for number in np.clip(numbers, -FARTHEST, FARTHEST))
