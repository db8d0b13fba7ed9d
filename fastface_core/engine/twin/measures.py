"""A photo of a person -> the numbers from which they are drawn."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastface_core.domain.measures import Measures
from fastface_core.domain.twin import Colour, Twin
from fastface_core.engine.twin import features
from fastface_core.engine.twin.beard import beard
from fastface_core.engine.twin.colours import colour_of, lab_of
from fastface_core.engine.twin.combining import combined
from fastface_core.engine.twin.frame import framed
from fastface_core.engine.twin.glasses import glasses
from fastface_core.engine.twin.hair import hair
from fastface_core.engine.twin.hair_mask import hair_mask
from fastface_core.engine.twin.light import light
from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.person_mask import person_mask
from fastface_core.engine.twin.shape import shape

__all__ = ["Measures", "combined", "measure"]

_FRAMES = (0.1, 0.1, 0.11)
"""What frames are drawn in where the user says glasses that were not seen."""
_FAR_TURNED = 0.75
"""Radians. Beyond it one half of the face is guessed by the mesh."""


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
    lamp = light(frame, skin, person)
    hairs = hair(frame, hair_mask(frame, person), skin.colour)
    spectacles = glasses(frame)
    whiskers = beard(frame, lamp.even)
    brow = features.brows(frame, skin.colour)
    iris = features.eyes(frame)
    age = features.lines(frame)

    def colour(values: ArrayLike) -> Colour:
        return colour_of(lamp.put_right(values))

    found_hair = hairs.hair.model_copy(update={"colour": colour(lab_of(hairs.hair.colour))})
    twin = Twin(
        shape=shape(found),
        skin=colour(skin.colour),
        lips=colour(features.lips(frame)),
        eyes=colour(iris.value),
        brows=colour(brow.value),
        brow_thickness=brow.thickness,
        eye_opening=features.eye_opening(frame),
        hair=found_hair,
        glasses=spectacles.kind,
        glasses_colour=colour_of(spectacles.colour) if spectacles.kind != "none" else _FRAMES,
        beard=whiskers.kind,
        beard_colour=None if whiskers.colour is None else colour(whiskers.colour),
        lines=age.amount,
    )
    turned = abs(frame.yaw) > _FAR_TURNED
    sure = {
        "skin": lamp.true_colours,
        "lips": lamp.true_colours,
        "eyes": iris.sure and lamp.true_colours and spectacles.kind == "none",
        "brows": brow.sure,
        "brow_thickness": brow.sure,
        "eye_opening": not turned,
        "shape": not turned,
        "glasses": spectacles.sure and not turned,
        "beard": whiskers.sure and not turned,
        "lines": age.sure,
    }
    sure |= {f"hair.{name}": name != "colour" or lamp.true_colours for name in hairs.sure}
    names = frozenset(name for name, is_sure in sure.items() if is_sure)
    return Measures(twin, names, lamp.notes, frame.yaw, frame.pitch)
