"""The photo coach: whether a photo serves as a reference for a person, and why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from fastface_core.domain.face_limits import (
    BRIGHTEST,
    DARKEST,
    LARGEST_PITCH,
    LARGEST_ROLL,
    LARGEST_YAW,
    LEAST_SHARP,
    SMALLEST,
)
from fastface_core.domain.identity import FaceQuality

Word = Literal["good", "small", "blurred", "side", "tilted", "dark", "bright", "other-person"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the coach says of one photo.

    Attributes:
        reason: one sentence; for a good photo, what is good.
    """

    word: Word
    reason: str

    @property
    def good(self) -> bool:
        return self.word == "good"


def of_quality(quality: FaceQuality) -> Verdict:
    """A verdict on one face by itself. The first thing that is wrong is told."""
    if quality.size < SMALLEST:
        return Verdict("small", f"The face is only {quality.size:.0f} pixels wide; {SMALLEST:.0f} or more are better.")
    if quality.sharpness < LEAST_SHARP:
        return Verdict("blurred", "The face is blurred.")
    if abs(quality.yaw) > LARGEST_YAW:
        return Verdict("side", "The face is turned to the side.")
    if abs(quality.pitch) > LARGEST_PITCH:
        return Verdict("side", "The face looks far up or down.")
    if abs(quality.roll) > LARGEST_ROLL:
        return Verdict("tilted", "The head leans to the side.")
    if quality.brightness is not None and quality.brightness < DARKEST:
        return Verdict("dark", "The face is too dark.")
    if quality.brightness is not None and quality.brightness > BRIGHTEST:
        return Verdict("bright", "The face is too bright.")
    return Verdict("good", "The face is large, sharp and well lit.")


def of_agreement(agreement: float, several: bool) -> Verdict:
    """The verdict on a photo that agrees too little with the others."""
    if several:
        reason = f"This seems to be someone else than in the other photos: they agree at {agreement:.2f}."
    else:
        reason = f"This seems to be someone else than in the first photo: they agree at {agreement:.2f}."
    return Verdict("other-person", reason)


def odd_ones(
    agreements: Callable[[Sequence[int]], Sequence[float]], count: int, same_person: float | None
) -> dict[int, float]:
    """Which of `count` photos show someone else, each with its agreement with the others.

    The one that agrees least goes first, then those that are left are looked at again; of two that disagree, the later
    one goes.

    Args:
        agreements: of some photos, by their indices: the cosine of each to the mean of the others.
    """
    odd: dict[int, float] = {}
    left = list(range(count))
    while same_person is not None and len(left) > 1:
        each = agreements(left)
        least = min(range(len(left)), key=lambda index: (each[index], -left[index]))
        if each[least] >= same_person:
            break
        odd[left.pop(least)] = each[least]
    return odd
