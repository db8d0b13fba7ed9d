"""The shape of a face as a few numbers: how far it is from the mean person's, with its expression taken out."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.twin.mesh import Mesh
from fastface_core.errors import ModelError
from fastface_core.paths import resource

FARTHEST = 3.0
"""Standard deviations. Beyond it, it is the photo's perspective or a failure of the mesh."""

_LEFT, _RIGHT, _FOREHEAD, _CHIN = 234, 454, 10, 152


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


def shape(mesh: Mesh) -> tuple[float, ...]:
    """The coefficients of `resources/face/shape.npz`, 14 numbers of standard deviations, at most 3 either way.

    Raises:
        ModelError: the file of the basis is missing or damaged.
    """
    basis = _basis()
    points = frontal(mesh)
    # People are drawn symmetric: what is left of the photo's perspective goes with it.
    even = (points + points[basis["mirror"].astype(np.intp)] * [-1, 1, 1]) / 2
    away = (even - basis["mean"])[:, :2]
    # What the reading takes for the person is free of what expressions do, as far as the two can be told apart.
    numbers = np.tensordot(basis["reading"], away, axes=2) / basis["deviations"]
    return tuple(round(float(number), 4) for number in np.clip(numbers, -FARTHEST, FARTHEST))
