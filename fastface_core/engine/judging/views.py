"""A picture or photo that is looked at, and what a recogniser and the face mesh see in it; each is looked at once."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.alignment import TEMPLATE, TEMPLATE_SIZE
from fastface_core.engine.detectors import Detection, FaceDetector
from fastface_core.engine.faces import usable

_T = TypeVar("_T")
_KEPT = 4096


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """Pixels that are looked at.

    Attributes:
        sha256: of the file that they come from: by it is remembered what was seen.
        pixels: (height, width, 3) uint8 RGB.
    """

    sha256: str
    pixels: NDArray[np.uint8]


class Memory(Generic[_T]):
    """What was found in the newest few thousand views."""

    def __init__(self, look: Callable[[View], _T]) -> None:
        self._look = look
        self._found: OrderedDict[str, _T] = OrderedDict()

    def __call__(self, view: View) -> _T:
        if view.sha256 not in self._found:
            self._found[view.sha256] = self._look(view)
            if len(self._found) > _KEPT:
                self._found.popitem(last=False)
        self._found.move_to_end(view.sha256)
        return self._found[view.sha256]


@dataclass(frozen=True, eq=False, slots=True)
class SeenFace:
    """The face that counts in a view.

    Attributes:
        ratio: the area of its box over that of the view.
        embedding: (512,) float32, L2-normalised.
    """

    found: Detection
    ratio: float
    embedding: NDArray[np.float32]


class FaceReader:
    """A detector and a recogniser that judge.

    Attributes:
        name: of the recogniser, for people.
    """

    def __init__(self, detector: FaceDetector, name: str, *, first: bool = False) -> None:
        """
        Args:
            first: takes the surest face, as the published protocol does, instead of the largest.
        """
        self.name = name
        self._detector = detector
        self._first = first
        self.face = Memory(self._see)

    def _see(self, view: View) -> SeenFace | None:
        found = usable(self._detector.detect(view.pixels))
        if not found:
            return None
        best = max(found, key=lambda one: one.score if self._first else one.area)
        height, width = view.pixels.shape[:2]
        return SeenFace(best, best.area / (height * width), self._detector.embed(view.pixels, best.points))

    def probe(self) -> NDArray[np.float32]:
        """(512,) the embedding of a fixed picture that shows nothing: the same for the same recogniser."""
        pixels = np.random.default_rng(0).integers(0, 256, (TEMPLATE_SIZE, TEMPLATE_SIZE, 3), np.uint8)
        return self._detector.embed(pixels, TEMPLATE)

    def likeness(self, one: View, other: View) -> float | None:
        """Cosine similarity, -1 to 1, of the two faces; None where one of them shows none."""
        return cosine(self.face(one), self.face(other))


def cosine(one: SeenFace | None, other: SeenFace | None) -> float | None:
    if one is None or other is None:
        return None
    return float(np.clip(np.dot(one.embedding, other.embedding), -1, 1))
