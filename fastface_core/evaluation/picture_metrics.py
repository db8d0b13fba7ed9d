"""Metrics that look at whole pictures: prompt, style, aesthetics, variety."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fastface_core.evaluation.journal import Measures
from fastface_core.evaluation.metrics import Shown

if TYPE_CHECKING:
    from fastface_core.engine.judging.aesthetics import AestheticHead
    from fastface_core.engine.judging.clip import Clip
    from fastface_core.engine.judging.image_reward import ImageReward
    from fastface_core.engine.judging.views import FaceReader, View


class PromptFit:
    """CLIP's cosine of picture and whole prompt (Hessel et al., CLIPScore, arXiv 2104.08718, without its scaling)."""

    compares = False

    def __init__(self, clip: "Clip", measure: str, by: str) -> None:
        """`measure`: the name of what it gives."""
        self.name, self.by = measure, by
        self._clip = clip

    def measure(self, shown: Shown) -> Measures:
        return {self.name: self._clip.fit(shown.picture, shown.prompt.text)}


class FaceStyle:
    """CLIP's cosine of the cut-out face and the prompt's style. The photo must show a face too."""

    name, compares = "face_style", False

    def __init__(self, clip: "Clip", reader: "FaceReader", by: str, *, published: bool = False) -> None:
        """
        Args:
            published: the pixels go in as the published code's do, 0 to 255 where -1 to 1 is expected.
        """
        self.by = by
        self._clip, self._reader, self._published = clip, reader, published

    def measure(self, shown: Shown) -> Measures:
        from fastface_core.engine.judging.clip import prepared

        face = self._reader.face(shown.picture)
        if face is None or self._reader.face(shown.photo) is None:
            return {self.name: None}
        height, width = shown.picture.pixels.shape[:2]
        left, top, right, bottom = (max(0, int(edge)) for edge in face.found.box)
        crop = shown.picture.pixels[top : min(bottom, height), left : min(right, width)]
        if not crop.size:
            return {self.name: None}
        pixels = prepared(np.ascontiguousarray(crop), self._clip.size)
        if self._published:
            pixels = (pixels * 255 + 1) / 2
        return {self.name: float(np.dot(self._clip.features(pixels), self._clip.text(shown.prompt.style)))}


class Aesthetics:
    """LAION's head on CLIP L/14's features."""

    name, compares = "aesthetics", False

    def __init__(self, clip: "Clip", head: "AestheticHead", by: str) -> None:
        self.by = by
        self._clip, self._head = clip, head

    def measure(self, shown: Shown) -> Measures:
        return {self.name: self._head.score(self._clip.image(shown.picture))}


class Reward:
    """ImageReward's rating of picture and whole prompt."""

    name, compares = "image_reward", False

    def __init__(self, model: "ImageReward", by: str) -> None:
        self.by = by
        self._model = model

    def measure(self, shown: Shown) -> Measures:
        return {self.name: self._model.score(shown.picture, shown.prompt.text)}


class Variety:
    """How far pictures that may differ do differ: of one prompt over seeds, and of one person over prompts."""

    compares = True

    def __init__(self, apart: "Callable[[View, View], float]", by: str, suffix: str = "") -> None:
        """
        Args:
            apart: how far two pictures are from one another, 0 for the same.
            suffix: of the values' names.
        """
        self.name, self.by = f"variety{suffix}", by
        self._apart, self._suffix = apart, suffix

    def measure(self, shown: Shown) -> Measures:
        def mean(others: "Sequence[View]") -> float | None:
            return float(np.mean([self._apart(shown.picture, other) for other in others])) if others else None

        return {
            f"variety_seeds{self._suffix}": mean(shown.seeds),
            f"variety_prompts{self._suffix}": mean(shown.neighbours),
        }


GRID = 16
"""Cells along each side in which colours are compared."""


def colours_apart(one: "View", other: "View") -> float:
    """Mean absolute difference of the mean colours in a grid of cells, 0 to 1. It needs no model."""
    return float(np.abs(_cells(one) - _cells(other)).mean()) / 255


def _cells(view: "View") -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    # Sides are at least 64: no cell is empty.
    height, width = view.pixels.shape[:2]
    rows, columns = (np.arange(GRID + 1) * side // GRID for side in (height, width))
    sums = np.add.reduceat(view.pixels.astype(np.float64), rows[:-1], axis=0)
    sums = np.add.reduceat(sums, columns[:-1], axis=1)
    return sums / (np.diff(rows)[:, None, None] * np.diff(columns)[None, :, None])


def clip_apart(clip: "Clip") -> "Callable[[View, View], float]":
    """One minus the cosine of CLIP's features."""
    return lambda one, other: 1 - float(np.dot(clip.image(one), clip.image(other)))
