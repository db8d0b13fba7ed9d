"""What a finished picture is worth: its likeness to the person, or its match with the drawing that it was made from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.twin import Twin
from fastface_core.engine.detectors import FaceDetector
from fastface_core.engine.drawing.picture import usual_points
from fastface_core.engine.drawing.styles import COLOURLESS
from fastface_core.engine.faces import cosine, largest, likeness
from fastface_core.engine.matching import likenesses
from fastface_core.engine.twin.taken_over import taken_over

_SIGNS = {
    "watercolor": ("watercolor", "watercolour"),
    "oil": ("oil painting", "oil portrait", "oil on canvas"),
    "ink": ("ink sketch", "ink drawing", "pencil sketch"),
    "pixel": ("pixel art", "pixel portrait"),
    "pop": ("pop art", "comic art"),
}
"""The words by which the starter is asked for a style."""

_ASKED = {
    "glasses": re.compile(r"\b(sun)?glasses\b"),
    "beard": re.compile(r"\b(beard(ed)?|moustache|shaved)\b"),
    "hair_colour": re.compile(r"\b(hair(ed)?|old|older|elderly|blond|brunette)\b"),
    "hair_length": re.compile(r"\b(hair(ed)?|bald|hat)\b"),
}
"""Words that ask for something else than the person has: it is not missing then."""


@dataclass(frozen=True, slots=True)
class Score:
    """See the attributes of `Picture`; `reason` is why there is no likeness."""

    likeness: float | None = None
    reason: str | None = None
    twin_match: float | None = None
    taken_over: TakenOver | None = None
    of_each: tuple[float | None, ...] = ()


def scored(
    pixels: NDArray[np.uint8],
    prompt: str,
    identity: Identity,
    twin: Twin | None,
    checkpoint: Checkpoint,
    detector: FaceDetector,
) -> Score:
    """Scores a finished picture.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        prompt: what it was made from.
        identity: the person as the checkpoint was conditioned on them.
        twin: the drawing it was conditioned on; None for a checkpoint that is conditioned on photos.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    if checkpoint.match is not None:
        points = largest(pixels, detector)
        # Where no face is made out there is one nevertheless: where they always are.
        place = _usual(pixels) if points is None else points
        taken = None
        if twin is not None:
            style = style_in(prompt)
            taken = taken_over(pixels, twin, points, style=style, coloured=style not in COLOURLESS)
            taken = replace(taken, **{name: None for name, words in _ASKED.items() if words.search(prompt.lower())})
        match = cosine(pixels, place, identity.embedding, detector)
        return Score(reason=checkpoint.likeness_reason, twin_match=match, taken_over=taken)
    if checkpoint.likeness_reason is not None:
        return Score(reason=checkpoint.likeness_reason)
    value = likeness(pixels, identity.embedding, detector)
    return Score(value, None if value is not None else "No face was found in the picture.")


def scored_together(
    pixels: NDArray[np.uint8], people: Sequence[Identity], checkpoint: Checkpoint, detector: FaceDetector
) -> Score:
    """Scores a finished picture of several people: its score is that of the least alike.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        people: as the checkpoint was conditioned on them.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    each = likenesses(pixels, [person.embedding for person in people], detector)
    found = [one for one in each if one is not None]
    least = min(found) if len(found) == len(each) else None
    reason = None
    if least is None:
        reason = f"Only {len(found)} of {len(each)} people were found in the picture."
    if checkpoint.match is not None:
        return Score(reason=checkpoint.likeness_reason, twin_match=least, of_each=each)
    return Score(least, reason, of_each=each)


def style_in(prompt: str) -> str:
    """Which of the renderer's styles a prompt asks for; a photo where it says nothing of that."""
    words = prompt.lower()
    return next((style for style, signs in _SIGNS.items() if any(sign in words for sign in signs)), "photo")


def _usual(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Where a face lies in a picture that was asked for without naming a place."""
    height, width = pixels.shape[:2]
    side = min(width, height)
    return usual_points(side) + np.array([(width - side) / 2, (height - side) / 2], np.float32)
