"""From photos to a person: which face is meant, how good it is, and what several photos say together."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.adapter_traits import AdapterTraits
from fastface_core.domain.identity import Face, Identity, PersonPhoto, PhotoChoice
from fastface_core.domain.odd_photos import odd_ones
from fastface_core.engine.alignment import aligned
from fastface_core.engine.cut_out import cut_out
from fastface_core.engine.detectors import Detection, FaceDetector
from fastface_core.engine.face_quality import measured
from fastface_core.engine.head_crop import head_crop
from fastface_core.engine.photos import Photo, read_photo, shown_name
from fastface_core.engine.recogniser import length_of, normalised
from fastface_core.engine.twin.measures import measure
from fastface_core.errors import DifferentPeopleError, PhotoError
from fastface_core.progress import CancelToken

if TYPE_CHECKING:  # photos are looked at before torch is there
    from fastface_core.engine.face_parser import FaceParser

CROP_SIZE = 224
"""Side of `Face.crop`: what the adapters' image encoder takes."""


def faces_in(photo: Photo, detector: FaceDetector) -> tuple[Face, ...]:
    """All faces in a photo, from left to right; empty where there is none.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    return tuple(described(photo.pixels, found, detector) for found in usable(detector.detect(photo.pixels)))


def person_photo(choice: PhotoChoice, detector: FaceDetector) -> PersonPhoto:
    """Reads one photo and takes the face that is meant.

    Raises:
        PhotoError: the photo cannot be read, shows no face, or not the one that was asked for.
        ModelError: the recogniser gives no usable answer.
    """
    photo = read_photo(choice.path)
    found = usable(detector.detect(photo.pixels))
    index = chosen_face(found, choice)
    face = described(photo.pixels, found[index], detector)
    return PersonPhoto(photo.path, photo.sha256, index + 1, len(found), face)


def identify(photos: Sequence[PhotoChoice], detector: FaceDetector, cancel: CancelToken | None = None) -> Identity:
    """Who the photos show.

    A face that is given twice, by the same file or a copy of it, counts once.

    Args:
        cancel: checked before each photo.

    Raises:
        PhotoError: no photo is given, or one cannot be read, shows no face, or not the one that was asked for.
        DifferentPeopleError: see `merged`.
        ModelError: the recogniser gives no usable answer.
        Cancelled: `cancel` was set.
    """
    taken: dict[tuple[str, int], PersonPhoto] = {}
    for choice in photos:
        if cancel is not None:
            cancel.check()
        one = person_photo(choice, detector)
        taken.setdefault((one.sha256, one.face_index), one)
    return merged(tuple(taken.values()), detector.same_person)


def merged(photos: Sequence[PersonPhoto], same_person: float | None) -> Identity:
    """One person from the faces taken from several photos.

    The embedding is the normalised mean of theirs, the crop that of the photo nearest to it. Each photo's quality gets
    its agreement: the cosine to the normalised mean of the others.

    Args:
        same_person: the least agreement; None accepts any.

    Raises:
        PhotoError: there is no photo.
        DifferentPeopleError: a photo agrees less with the others; names the one that agrees least.
    """
    if not photos:
        raise PhotoError("There is no photo to take the face from.", "Choose at least one photo.")
    embeddings = np.stack([photo.face.embedding for photo in photos])
    agreements = _agreements(embeddings)
    if same_person is not None and agreements and min(agreements) < same_person:
        error = _different_people(photos, agreements)
        error.odd = tuple(odd_ones(lambda some: _agreements(embeddings[list(some)]), len(photos), same_person))
        raise error
    mean = _normalised(embeddings.sum(axis=0))
    nearest = int(np.argmax(embeddings @ mean))
    described = tuple(
        replace(photo, face=replace(photo.face, quality=replace(photo.face.quality, agreement=agreement)))
        for photo, agreement in zip(photos, agreements or [None], strict=True)
    )
    return Identity(mean, photos[nearest].face.crop, described)


def likeness(pixels: NDArray[np.uint8], embedding: NDArray[np.float32], detector: FaceDetector) -> float | None:
    """How much the largest face in a picture looks like a person: cosine similarity, -1 to 1.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        embedding: (512,) float32, L2-normalised, from the same recogniser.

    Returns:
        None where no face is found.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    points = largest(pixels, detector)
    return None if points is None else cosine(pixels, points, embedding, detector)


def largest(pixels: NDArray[np.uint8], detector: FaceDetector) -> NDArray[np.float32] | None:
    """The five points of the largest face in a picture; None where no face is found."""
    found = usable(detector.detect(pixels))
    return max(found, key=lambda one: one.area).points if found else None


def cosine(
    pixels: NDArray[np.uint8], points: NDArray[np.float32], embedding: NDArray[np.float32], detector: FaceDetector
) -> float:
    """The similarity, -1 to 1, of the face with these five points to an embedding from the same recogniser.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    return float(np.clip(np.dot(detector.embed(pixels, points), embedding), -1, 1))


def usable(found: tuple[Detection, ...]) -> tuple[Detection, ...]:
    """The detections without detections whose five points fall together, from which nothing can be aligned."""
    return tuple(one for one in found if float(np.ptp(one.points, axis=0).max()) >= 1)


def chosen_face(found: Sequence[Detection], choice: PhotoChoice) -> int:
    """Index into `found` of the face that is meant.

    Raises:
        PhotoError: there is no face, or not that one.
    """
    name = shown_name(choice.path)
    if not found:
        raise no_face(choice.path)
    if choice.face is None:
        return max(range(len(found)), key=lambda index: found[index].area)
    if not 1 <= choice.face <= len(found):
        there_are = "is 1 face" if len(found) == 1 else f"are {len(found)} faces"
        raise PhotoError(
            f"There {there_are} in {name}, so face {choice.face} cannot be taken.",
            f"Choose a number from 1 to {len(found)}, counted from the left." if len(found) > 1 else "Choose face 1.",
        )
    return choice.face - 1


def no_face(path: Path) -> PhotoError:
    """The sentence for a photo without a face."""
    return PhotoError(
        f"No face was found in {shown_name(path)}.",
        "Choose a photo with a large, sharp, upright face; turn this one first if it lies on its side.",
    )


def described(
    pixels: NDArray[np.uint8],
    found: Detection,
    detector: FaceDetector,
    *,
    measures: bool = False,
    traits: AdapterTraits | None = None,
    parser: "FaceParser | None" = None,
) -> Face:
    """A detected face with who it is and how good it is.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        measures: also what it is drawn from, which takes half a second.
        traits: of the adapter that is to be told of it, for what it looks at beside the aligned face.
        parser: with which a face is cut out, where the adapter wants that.

    Raises:
        ModelError: the recogniser gives no usable answer, or a file of resources/face is missing or damaged.
    """
    length = None
    if traits is not None and traits.embedding == "raw":
        raw = detector.raw(pixels, found.points)
        embedding, length = normalised(raw), length_of(raw)
    else:
        embedding = detector.embed(pixels, found.points)
    looked_at = None if traits is None else traits.picture
    return Face(
        box=found.box,
        points=found.points,
        score=found.score,
        embedding=embedding,
        crop=aligned(pixels, found.points, CROP_SIZE),
        quality=measured(pixels, found.box, found.points),
        measures=measure(pixels, found.points, found.box) if measures else None,
        length=length,
        head=head_crop(pixels, found.points) if looked_at == "head" else None,
        cut_out=cut_out(pixels, found.points, found.box, parser) if looked_at == "cut-out" else None,
        frame=(pixels.shape[1], pixels.shape[0]),
    )


def _agreements(embeddings: NDArray[np.float32]) -> list[float]:
    """The cosine of each to the mean of the others; empty for a single one."""
    if len(embeddings) < 2:
        return []
    others = embeddings.sum(axis=0) - embeddings
    return [float(np.dot(one, _normalised(rest))) for one, rest in zip(embeddings, others, strict=True)]


def _normalised(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """With length 1; a vector without direction (embeddings that cancel out) stays zero and agrees with nothing."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 1e-6 else np.zeros_like(vector)).astype(np.float32)


def _different_people(photos: Sequence[PersonPhoto], agreements: Sequence[float]) -> DifferentPeopleError:
    if len(photos) == 2:
        first, second = (shown_name(photo.path) for photo in photos)
        return DifferentPeopleError(
            f"{first} and {second} seem to show different people.", "Remove one of them, or choose another face in it."
        )
    odd = int(np.argmin(agreements))
    return DifferentPeopleError(
        f"Photo {odd + 1}, {shown_name(photos[odd].path)}, seems to show someone else than the others.",
        "Remove it, or choose another face in it.",
    )
