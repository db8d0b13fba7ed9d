"""The photo coach: whether a photo serves as a reference for a person, and why not."""

from dataclasses import dataclass, replace
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
        word, reason: of what weighs most; for a good photo, what is good.
        also: what else is wrong.
    """

    word: Word
    reason: str
    also: "tuple[Verdict, ...]" = ()

    @property
    def good(self) -> bool:
        return self.word == "good"

    @property
    def all(self) -> "tuple[Verdict, ...]":
        """Everything that is said, what weighs most first."""
        return (self, *self.also)


def of_quality(quality: FaceQuality) -> Verdict:
    """A verdict on one face by itself, which tells everything that is wrong."""
    found = _faults(quality)
    if not found:
        return Verdict("good", "The face is large, sharp and well lit.")
    return replace(found[0], also=tuple(found[1:]))


def _faults(quality: FaceQuality) -> list[Verdict]:
    found: list[Verdict] = []
    if quality.size < SMALLEST:
        text = f"The face is only {quality.size:.0f} pixels wide; {SMALLEST:.0f} or more are better."
        found.append(Verdict("small", text))
    if quality.sharpness < LEAST_SHARP:
        found.append(Verdict("blurred", "The face is blurred."))
    if abs(quality.yaw) > LARGEST_YAW:
        found.append(Verdict("side", "The face is turned to the side."))
    elif abs(quality.pitch) > LARGEST_PITCH:
        found.append(Verdict("side", "The face looks far up or down."))
    if abs(quality.roll) > LARGEST_ROLL:
        found.append(Verdict("tilted", "The head leans to the side."))
    if quality.brightness is not None and quality.brightness < DARKEST:
        found.append(Verdict("dark", "The face is too dark."))
    if quality.brightness is not None and quality.brightness > BRIGHTEST:
        found.append(Verdict("bright", "The face is too bright."))
    return found


def of_agreement(agreement: float, several: bool) -> Verdict:
    """The verdict on a photo that agrees too little with the others."""
    if several:
        reason = f"This seems to be someone else than in the other photos: they agree at {agreement:.2f}."
    else:
        reason = f"This seems to be someone else than in the first photo: they agree at {agreement:.2f}."
    return Verdict("other-person", reason)
