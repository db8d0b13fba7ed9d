"""What a finished picture is worth: its likeness to the person, or its match with the drawing that it was made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastface_core.checkpoints import Checkpoint
from fastface_core.engine.detectors import FaceDetector
from fastface_core.engine.drawing.picture import usual_points
from fastface_core.engine.faces import cosine, largest, likeness
from fastface_core.identity import Identity
from fastface_core.measures import TakenOver
from fastface_core.twin import Twin


@dataclass(frozen=True, slots=True)
class Score:
    """See the attributes of `Picture`; `reason` is why there is no likeness."""

    likeness: float | None = None
    reason: str | None = None
    twin_match: float | None = None
    taken_over: TakenOver | None = None


def scored(
    pixels: NDArray[np.uint8], identity: Identity, twin: Twin | None, checkpoint: Checkpoint, detector: FaceDetector
) -> Score:
    """Looks at a finished picture.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        identity: the person as the checkpoint was told of them.
        twin: whom it was told to draw; None for a checkpoint that is told by photos.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    if checkpoint.match is not None:
        return _against_the_drawing(pixels, identity, twin, checkpoint.likeness_reason, detector)
    if checkpoint.likeness_reason is not None:
        return Score(reason=checkpoint.likeness_reason)
    value = likeness(pixels, identity.embedding, detector)
    return Score(value, None if value is not None else "No face was found in the picture.")


def _against_the_drawing(
    pixels: NDArray[np.uint8], identity: Identity, twin: Twin | None, reason: str | None, detector: FaceDetector
) -> Score:
    points = largest(pixels, detector)
    # In a picture in which no face is made out there is one nevertheless, where they always are.
    place = _usual(pixels) if points is None else points
    match = cosine(pixels, place, identity.embedding, detector)
    return Score(reason=reason, twin_match=match)


def _usual(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Where a face lies in a picture that was asked for without naming a place."""
    height, width = pixels.shape[:2]
    side = min(width, height)
    return usual_points(side) + np.array([(width - side) / 2, (height - side) / 2], np.float32)
