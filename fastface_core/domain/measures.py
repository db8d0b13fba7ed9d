"""What a photo says of a person in numbers, and the drawing that comes of it. Plain values: `engine/twin` measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastface_core.domain.twin import Twin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEASURING = 1
"""Counts the ways in which faces were measured: what another one measured is measured again."""

SKIN_TOLERANCE, HAIR_TOLERANCE = 10.0, 15.0
"""CIEDE2000 up to which a colour counts as taken over: it has the same name then, though it is not the same."""

_FRONTAL = 0.4
"""Radians. A head turned farther shows the width of face and hair only on one side."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What one photo says of a person.

    Attributes:
        twin: all numbers; those that could not be told are plausible ones.
        sure: the names of the twin's attributes that could be told; those of its hair as "hair.length".
        notes: what is wrong with the photo's light, as sentences with a next step.
        yaw, pitch: radians, how far the head is turned to the picture's right, and up.
    """

    twin: Twin
    sure: frozenset[str]
    notes: tuple[str, ...]
    yaw: float
    pitch: float

    @property
    def frontal(self) -> bool:
        """Whether the face is seen from the front."""
        return abs(self.yaw) < _FRONTAL and abs(self.pitch) < _FRONTAL + 0.1


@dataclass(frozen=True, eq=False, slots=True)
class DrawnTwin:
    """A person as they are drawn.

    Attributes:
        twin: with the user's corrections.
        measured: as the photos say.
        sure: the names of the twin's attributes that a photo shows clearly or the user said, as in `Measures`.
        notes: what is wrong with the photos' light, as sentences with a next step; empty where one photo is good.
        image: (size, size, 3) uint8 RGB.
    """

    twin: Twin
    measured: Twin
    sure: frozenset[str]
    notes: tuple[str, ...]
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What of the twin a finished picture shows: True, False, or None where it cannot be told."""

    skin: bool | None = None
    hair_colour: bool | None = None
    hair_length: bool | None = None
    glasses: bool | None = None
    beard: bool | None = None
