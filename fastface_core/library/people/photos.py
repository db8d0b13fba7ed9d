"""A person's photos together: which of them count, how well they agree, and whom they show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain import photo_weights
from fastface_core.domain.identity import Identity, PersonPhoto
from fastface_core.domain.odd_photos import odd_ones
from fastface_core.library.people import verdicts
from fastface_core.library.people.files import PhotoEntry, Reading
from fastface_core.library.people.verdicts import Verdict


@dataclass(frozen=True, eq=False, slots=True)
class ReferencePhoto:
    """One photo of a person, with what the coach says of it.

    Attributes:
        face: which face in it, counted from the left, from 1.
        measured: what the newest recogniser made of it; None where none has measured it yet.
        verdict: None with `measured`.
        counts: whether it is part of the person's embedding.
        by_hand: whether the user decided that.
        weight: its weight among the photos.
        share: what it makes up of the person, 0 to 1; 0 where it does not count.
    """

    sha256: str
    face: int
    measured: PersonPhoto | None
    verdict: Verdict | None
    counts: bool
    by_hand: bool
    weight: float = 1.0
    share: float = 0.0


def judged(
    entries: Sequence[PhotoEntry], reading: Reading | None, *, by_quality: bool = False
) -> tuple[ReferencePhoto, ...]:
    """Each photo with its verdict: first by itself, then against the others that may count.

    Where no photo is good by itself, all may count: a poor likeness is better than none.
    """
    faces = [reading.faces.get((entry.sha256, entry.face)) if reading else None for entry in entries]
    said = [verdicts.of_quality(face.face.quality) if face else None for face in faces]
    good = {index for index, verdict in enumerate(said) if verdict is not None and verdict.good}
    chosen = {index for index, entry in enumerate(entries) if entry.taken and faces[index]}
    if not good and not chosen:
        good = {index for index, face in enumerate(faces) if face is not None}
    counting = sorted(chosen | {index for index in good if entries[index].taken is None})
    measured = [face for index in counting if (face := faces[index]) is not None]
    embeddings = _stacked(measured)
    odd = odd_ones(
        lambda indices: _agreements(embeddings[list(indices)]),
        len(counting),
        reading.same_person if reading else None,
    )
    for place, agreement in odd.items():
        before = said[counting[place]]
        also = () if before is None or before.good else before.all
        said[counting[place]] = replace(verdicts.of_agreement(agreement, len(counting) > 2), also=also)
    counts = {index for place, index in enumerate(counting) if place not in odd} | chosen
    qualities = [face.face.quality if face else None for face in faces]
    weights = photo_weights.in_effect([entry.weight for entry in entries], qualities, weigh=by_quality)
    total = sum(weights[index] for index in counts)
    return tuple(
        ReferencePhoto(
            sha256=entry.sha256,
            face=entry.face,
            measured=face,
            verdict=verdict,
            counts=index in counts,
            by_hand=entry.taken is not None,
            weight=weights[index],
            share=weights[index] / total if index in counts else 0.0,
        )
        for index, (entry, face, verdict) in enumerate(zip(entries, faces, said, strict=True))
    )


def merged(photos: Sequence[PersonPhoto], weights: Sequence[float] = ()) -> Identity:
    """The person in photos of whom there is at least one: the normalised mean, each photo with its agreement.

    Args:
        weights: of each photo; without them all count alike.
    """
    embeddings = _stacked(photos)
    mean = _normalised(embeddings.sum(axis=0))
    nearest = int(np.argmax(embeddings @ mean))
    agreements: Sequence[float | None] = _agreements(embeddings) if len(photos) > 1 else [None]
    described = tuple(
        replace(photo, face=replace(photo.face, quality=replace(photo.face.quality, agreement=agreement)))
        for photo, agreement in zip(photos, agreements, strict=True)
    )
    identity = Identity(mean, photos[nearest].face.crop, described)
    return identity if len(set(weights)) < 2 else photo_weights.weighed(identity, weights)


def agreement(photos: Sequence[ReferencePhoto]) -> dict[str, float]:
    """By hash, the cosine (-1 to 1) of each measured photo to the mean of the others that count.

    Without another one that counts there is nothing to agree with, and the photo is left out.
    """
    measured = {photo.sha256: photo.measured.face.embedding for photo in photos if photo.measured}
    counting = {photo.sha256 for photo in photos if photo.counts and photo.measured}
    found: dict[str, float] = {}
    for sha256, embedding in measured.items():
        others = [measured[other] for other in counting if other != sha256]
        if others:
            found[sha256] = float(np.dot(embedding, _normalised(np.sum(others, axis=0))))
    return found


def _stacked(photos: Sequence[PersonPhoto]) -> NDArray[np.float32]:
    if not photos:
        return np.zeros((0, 512), np.float32)
    return np.stack([photo.face.embedding for photo in photos])


def _agreements(embeddings: NDArray[np.float32]) -> list[float]:
    """The cosine of each to the mean of the others."""
    others = embeddings.sum(axis=0) - embeddings
    return [float(np.dot(one, _normalised(rest))) for one, rest in zip(embeddings, others, strict=True)]


def _normalised(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 1e-6 else np.zeros_like(vector)).astype(np.float32)
