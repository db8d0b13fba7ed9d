"""A person's photos -> the drawing that a checkpoint of drawn people is conditioned on."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.identity import Identity
from fastface_core.domain.measures import DrawnTwin, Measures
from fastface_core.domain.twin import Corrections, Twin, corrected
from fastface_core.engine.detectors import FaceDetector
from fastface_core.engine.drawing.picture import draw, reference
from fastface_core.engine.drawing.scene import EXPRESSIONS, STYLES, Scene
from fastface_core.engine.faces import CROP_SIZE
from fastface_core.engine.photos import shown_name
from fastface_core.engine.twin.combining import combined
from fastface_core.errors import PhotoError

_STYLES = {"pop-art": "pop", "pixel-art": "pixel"}
"""What the renderer calls the program's styles, where it has another word."""

_FRAMES, _DARK = 0.4, 0.09
"""How much of a frame's own colour the reference has, the rest is nearly black: the starter draws light frames so
faintly that glasses are gone (`tests/core/starter/test_starter_behaviour.py`, `keeps_light_frames`)."""

_CORRECTED = {"hair_colour": "hair.colour", "hair_length": "hair.length", "curl": "hair.curl"}
"""Which attribute of the twin a correction is of, where it has another name."""


def twin_of(
    identity: Identity,
    corrections: Corrections | None = None,
    *,
    size: int = 256,
    style: str | None = None,
    expression: str = "gentle",
) -> DrawnTwin:
    """A person's drawing, within a few hundredths of a second.

    Args:
        identity: whose photos were measured.
        size, style, expression: of the picture, as for `drawn`.

    Raises:
        PhotoError: no photo's face could be measured.
    """
    photos = _measures(identity)
    measured = combined(photos)
    corrections = corrections or Corrections()
    twin = corrected(measured, corrections)
    said = {_CORRECTED.get(name, name) for name, value in corrections if value is not None}
    return DrawnTwin(
        twin=twin,
        measured=measured,
        sure=frozenset(said).union(*(one.sure for one in photos)),
        notes=_notes(photos),
        image=drawn(twin, size, style, expression),
    )


def drawn(twin: Twin, size: int = 256, style: str | None = None, expression: str = "gentle") -> NDArray[np.uint8]:
    """A picture of the twin in front of something plain.

    Args:
        size: its side in pixels.
        style: the name of one of the program's styles; those that the renderer lacks, and None, are drawn as a photo.
        expression: one of `scene.EXPRESSIONS`; others are drawn as a gentle one.

    Returns:
        (size, size, 3) uint8 RGB.
    """
    manner = _STYLES.get(style or "", style or "")
    scene = Scene(
        style=manner if manner in STYLES else "photo", expression=expression if expression in EXPRESSIONS else "gentle"
    )
    return draw(twin, scene, size).image


def as_drawn(
    identity: Identity, corrections: Corrections | None, detector: FaceDetector
) -> tuple[Twin | None, Identity]:
    """The twin, and the person with the twin's embedding and reference picture instead of the photo's.

    A person who was given as numbers, without photos, stays as they are and has no twin.

    Args:
        detector: with the checkpoint's own recogniser.

    Raises:
        PhotoError: no photo's face could be measured.
        ModelError: the recogniser gives no usable answer.
    """
    if not identity.photos:
        return None, identity
    twin = corrected(combined(_measures(identity)), corrections or Corrections())
    embedding, crop = conditioning(twin, detector)
    return twin, replace(identity, embedding=embedding, crop=crop)


def conditioning(twin: Twin, detector: FaceDetector) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """What a checkpoint of drawn people is conditioned on: the embedding of the twin's reference, and its picture.

    Frames of glasses are shown darker than they are, see `_FRAMES`.

    Args:
        detector: with the checkpoint's own recogniser.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    frames = tuple(_FRAMES * own + (1 - _FRAMES) * _DARK for own in twin.glasses_colour)
    twin = twin.model_copy(update={"glasses_colour": frames})
    drawing = reference(twin)
    return detector.embed(drawing.image, drawing.points), reference(twin, CROP_SIZE).image


def _measures(identity: Identity) -> list[Measures]:
    found = [photo.face.measures for photo in identity.photos if photo.face.measures is not None]
    if not found:
        first = identity.photos[0]
        sentence = f"The face in {shown_name(first.path)} cannot be measured, so it cannot be drawn."
        # Photos of the library have lost their names.
        if len(identity.photos) > 1 or first.path.name == first.sha256:
            sentence = "The face cannot be measured in any of the photos, so it cannot be drawn."
        raise PhotoError(sentence, "Choose a photo that shows eyes, nose and mouth, sharp and from the front.")
    return found


def _notes(photos: list[Measures]) -> tuple[str, ...]:
    """What is wrong with the light, where it is wrong in all photos: otherwise colours come from the good ones."""
    if any(not one.notes for one in photos):
        return ()
    return tuple(dict.fromkeys(note for one in photos for note in one.notes))
