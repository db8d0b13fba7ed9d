"""How much each photo of a person counts, by its quality. A rule of this program, no published one."""

from collections.abc import Sequence

from fastface_core.domain.face_limits import LARGEST_PITCH, LARGEST_YAW, LEAST_SHARP, SMALLEST
from fastface_core.domain.identity import FaceQuality

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
