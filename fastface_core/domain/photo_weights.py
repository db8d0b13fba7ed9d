"""How much each photo of a person counts: by hand, or by its quality, which is a rule of this program."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.face_limits import LARGEST_PITCH, LARGEST_YAW, LEAST_SHARP, SMALLEST
from fastface_core.domain.identity import FaceQuality, Identity, PersonPhoto

_LEAST = 0.1
"""Of the best photo's weight: a bad photo of the right person says something still."""
_ENOUGH = 3.0
"""Above so many times the least that is asked for, a face is not any better for being larger or sharper."""


def by_quality(qualities: Sequence[FaceQuality]) -> tuple[float, ...]:
    """Weights, the largest of them 1.

    Each is the product of four shares from 0 to 1: size and sharpness (up to three times what the photo coach asks
    for), how far the head is turned (half of it at the coach's limit), and how far the photo agrees with the others.
    """
    raw = [max(_LEAST**2, _weight(one)) for one in qualities]
    largest = max(raw, default=1.0)
    return tuple(max(_LEAST, weight / largest) for weight in raw)


def _weight(quality: FaceQuality) -> float:
    large = min(1.0, quality.size / (_ENOUGH * SMALLEST))
    sharp = min(1.0, quality.sharpness / (_ENOUGH * LEAST_SHARP))
    turned = max(abs(quality.yaw) / LARGEST_YAW, abs(quality.pitch) / LARGEST_PITCH)
    frontal = 1 / (1 + turned**2)
    agreeing = 1.0 if quality.agreement is None else max(0.0, quality.agreement)
    return large * sharp * frontal * agreeing


def in_effect(
    by_hand: Sequence[float | None], qualities: Sequence[FaceQuality | None], *, weigh: bool
) -> tuple[float, ...]:
    """The weight of each photo.

    Args:
        by_hand: what was said of it; None where nothing was.
        qualities: None for a photo that was not measured.
        weigh: whether quality says what nobody said; otherwise that is 1.
    """
    measured = [one for one in qualities if one is not None]
    known = iter(by_quality(measured) if weigh else (1.0,) * len(measured))
    usual = [1.0 if one is None else next(known) for one in qualities]
    return tuple(usual[index] if one is None else one for index, one in enumerate(by_hand))


def weighed(identity: Identity, weights: Sequence[float] | None = None) -> Identity:
    """The same person, each photo counting as much as is said.

    Args:
        weights: for each photo, 0 and above; None goes by the photos' quality.

    Raises:
        ValueError: there is not one for each photo, or none counts.
    """
    if not identity.photos:
        return identity
    if weights is None:
        weights = by_quality([photo.face.quality for photo in identity.photos])
    if len(weights) != len(identity.photos) or min(weights) < 0 or not sum(weights) > 0:
        raise ValueError("each photo has a weight of 0 or above, and one has more")
    photos = tuple(replace(photo, weight=float(one)) for photo, one in zip(identity.photos, weights, strict=True))
    mean = _mean(photos)
    counting = [photo for photo in photos if photo.weight > 0]
    nearest = max(counting, key=lambda photo: float(photo.face.embedding @ mean))
    return Identity(mean, nearest.face.crop, photos)


def _mean(photos: Sequence[PersonPhoto]) -> NDArray[np.float32]:
    total = np.sum([photo.face.embedding * np.float32(photo.weight) for photo in photos], axis=0)
    length = float(np.linalg.norm(total))
    return (total / length if length > 1e-6 else np.zeros_like(total)).astype(np.float32)
