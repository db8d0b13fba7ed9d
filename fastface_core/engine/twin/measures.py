"""A photo of a person -> the numbers from which they are drawn."""

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.twin import features, light
from fastface_core.engine.twin.colours import colour_of
from fastface_core.engine.twin.combining import Measures, combined
from fastface_core.engine.twin.frame import framed
from fastface_core.engine.twin.hair import hair
from fastface_core.engine.twin.hair_mask import hair_mask
from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.person_mask import person_mask
from fastface_core.engine.twin.shape import shape
from fastface_core.twin import Twin

__all__ = ["Measures", "combined", "measure"]


def measure(
    pixels: NDArray[np.uint8], points: NDArray[np.float32], box: tuple[float, float, float, float]
) -> Measures | None:
    """Measures the face that a detector found; None where the mesh sees no face.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        points: (5, 2) in pixels: eyes, nose, corners of the mouth.
        box: left, top, right, bottom in pixels.

    Raises:
        ModelError: a file of resources/face is missing or damaged.
    """
    found = mesh(pixels, points, box)
    if found is None:
        return None
    frame = framed(pixels, found)
    person = person_mask(frame.pixels)
    skin = features.skin(frame)
    hairs = hair(frame, hair_mask(frame, person), skin.colour)
    brow, thickness, brow_sure = features.brows(frame, skin.colour)
    iris, iris_sure = features.eyes(frame)
    twin = Twin(
        shape=shape(found),
        skin=colour_of(skin.colour),
        lips=colour_of(features.lips(frame)),
        eyes=colour_of(iris),
        brows=colour_of(brow),
        brow_thickness=round(thickness, 3),
        eye_opening=round(features.eye_opening(frame), 3),
        hair=hairs.hair,
    )
    sure = {f"hair.{name}" for name in hairs.sure} | {"shape", "skin", "lips", "eye_opening"}
    if brow_sure:
        sure |= {"brows", "brow_thickness"}
    if iris_sure:
        sure.add("eyes")
    return Measures(twin, frozenset(sure), light.notes(frame, skin, person), frame.yaw, frame.pitch)
