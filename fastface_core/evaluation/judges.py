"""Which judges measure the pictures of a checkpoint here, and why the others do not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fastface_core.domain.checkpoints import Checkpoint, FaceModels
from fastface_core.domain.likeness import DRAWN
from fastface_core.errors import FastFaceError
from fastface_core.evaluation.metrics import Copying, Identity, Manner, Metric, SecondIdentity, mimic_of
from fastface_core.evaluation.picture_metrics import (
    Aesthetics,
    FaceStyle,
    PromptFit,
    Reward,
    Variety,
    clip_apart,
    colours_apart,
)
from fastface_core.fingerprints import fingerprint_of
from fastface_core.models import installed

if TYPE_CHECKING:
    from fastface_core.engine.detectors import FaceDetector
    from fastface_core.engine.device import Device
    from fastface_core.engine.judging.clip import Clip
    from fastface_core.engine.judging.image_reward import ImageReward
    from fastface_core.engine.judging.views import FaceReader

SECOND = ("auraface", "buffalo-l")
"""Recognisers of the catalogue that may judge pictures that another one conditioned, the first choice first."""

_VERSION = 1
"""Goes up when a metric changes what it gives."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The judges of one checkpoint's pictures.

    Attributes:
        skipped: by what is not measured, why.
    """

    metrics: tuple[Metric, ...]
    skipped: dict[str, str] = field(default_factory=dict[str, str])


class Judges:
    """Loads each model once, when it is first needed."""

    def __init__(
        self, device: "Device", *, drawn: bool = False, published: bool = False, second: Path | None = None
    ) -> None:
        """
        Args:
            drawn: the people are drawings, which the starter's recogniser knows.
            published: with the published code's quirks.
            second: an ONNX file of ArcFace's form, or a folder of insightface's, in place of the catalogue's second
                recogniser.
        """
        self._device, self._drawn, self._published, self._second = device, drawn, published, second
        self._readers: dict[tuple[Path, bool], FaceReader] = {}
        self._clips: dict[str, Clip | None] = {}
        self._reward: ImageReward | None = None

    def panel(self, checkpoint: Checkpoint) -> Panel:
        """
        Raises:
            ModelError: a model that is installed is damaged.
        """
        skipped: dict[str, str] = {}
        metrics: list[Metric] = []
        # The starter's own recogniser knows drawings: of them it tells the likeness that the app does not give photos.
        known = checkpoint.likeness_reason is None or (self._drawn and checkpoint.likeness_reason == DRAWN)
        reader = self._reader(checkpoint.faces, conditioning=True)
        by = _by("faces", checkpoint.faces.path, self._published)
        if known:
            sizes = self._sizes(checkpoint.faces) if self._published else None
            metrics.append(Identity(reader, by, sizes))
        else:
            skipped["likeness"] = checkpoint.likeness_reason or ""
        second = self._second_faces(checkpoint, skipped)
        if second is not None:
            judge, name = self._reader(second, conditioning=False), _by("second", second.path, False)
            metrics += [SecondIdentity(judge, name), Copying(judge, name)]
        elif known:
            metrics.append(Copying(reader, by))
            skipped["copied"] = "Measured by the recogniser that conditioned: there is no second one here."
        from fastface_core.engine.judging.expressions import expressions

        metrics.append(Manner(reader, mimic_of(reader), expressions(), by))
        metrics.append(Variety(colours_apart, f"colours {_VERSION}"))
        metrics += self._clip_metrics(reader, skipped)
        metrics += self._reward_metrics(skipped)
        return Panel(tuple(metrics), skipped)

    def _clip_metrics(self, reader: "FaceReader", skipped: dict[str, str]) -> list[Metric]:
        found: list[Metric] = []
        for name, measure in (("clip-b32", "clip_b32"), ("clip-l14", "clip_l14")):
            if (clip := self._clip(name)) is None:
                skipped[measure] = _absent(name)
            else:
                found.append(PromptFit(clip, measure, self._clip_by(name)))
        large = self._clip("clip-l14")
        if large is None:
            skipped |= dict.fromkeys(("face_style", "aesthetics"), _absent("clip-l14"))
            return found
        by = self._clip_by("clip-l14")
        found.append(FaceStyle(large, reader, f"{by} {self._published}", published=self._published))
        found.append(Variety(clip_apart(large), by, "_clip"))
        head = installed.judge("aesthetic-head")
        if head is None:
            skipped["aesthetics"] = _absent("aesthetic-head")
        else:
            from fastface_core.engine.judging.aesthetics import AestheticHead

            found.append(Aesthetics(large, AestheticHead(head), f"{by} {_by('head', head, False)}"))
        return found

    def _reward_metrics(self, skipped: dict[str, str]) -> list[Metric]:
        weights, words = installed.judge("image-reward"), installed.judge("bert-words")
        if weights is None or words is None:
            skipped["image_reward"] = _absent("image-reward" if weights is None else "bert-words")
            return []
        if self._reward is None:
            from fastface_core.engine.judging.image_reward import ImageReward

            self._reward = ImageReward(weights, words, self._device)
        return [Reward(self._reward, f"image-reward {_VERSION} {fingerprint_of(weights)}")]

    def _second_faces(self, checkpoint: Checkpoint, skipped: dict[str, str]) -> FaceModels | None:
        """A recogniser that had no part in the picture; never the one that conditioned."""
        if self._second is not None:
            given = FaceModels(kind="insightface" if self._second.is_dir() else "blazeface", path=self._second)
            if not self._same(given, checkpoint.faces):
                return given
            skipped["likeness_second"] = "The second recogniser that was given is the one that conditioned."
            return None
        if checkpoint.identity == "twin" or self._drawn:
            skipped["likeness_second"] = (
                "No second recogniser that knows drawings is installed; give one with --second."
                if self._drawn
                else (checkpoint.likeness_reason or DRAWN)
            )
            return None
        for name in SECOND:
            if (place := installed.judge(name)) is not None:
                other = FaceModels(kind="insightface" if place.is_dir() else "blazeface", path=place)
                if not self._same(other, checkpoint.faces):
                    return other
        skipped["likeness_second"] = "No second recogniser is installed: `fastface models download judges`."
        return None

    def _same(self, one: FaceModels, other: FaceModels) -> bool:
        """Whether both are the same recogniser, whatever their files are called: it gives the same picture the same
        embedding."""
        if one.path == other.path:
            return True
        first, second = (self._reader(faces, conditioning=faces is other).probe() for faces in (one, other))
        return float(np.dot(first, second)) > 0.999

    def reader(self, faces: FaceModels) -> "FaceReader":
        """The reader of some face models, as it judges.

        Raises:
            ModelError: a file is missing or damaged.
        """
        return self._reader(faces, conditioning=False)

    def _reader(self, faces: FaceModels, *, conditioning: bool) -> "FaceReader":
        key = (faces.path, conditioning)
        if key not in self._readers:
            from fastface_core.engine.judging.views import FaceReader

            first = self._published and conditioning
            self._readers[key] = FaceReader(_detector(faces, framed=not first), faces.path.stem, first=first)
        return self._readers[key]

    def _sizes(self, faces: FaceModels) -> "FaceReader | None":
        """The published face sizes are those that the detector gives at its smallest input alone."""
        if faces.kind != "insightface":
            return None
        from fastface_core.engine.detectors import INPUT_SIZES, InsightFaces
        from fastface_core.engine.judging.views import FaceReader

        smallest = InsightFaces(faces.path, None, sizes=INPUT_SIZES[-1:], framed=False)
        return FaceReader(smallest, faces.path.stem, first=True)

    def _clip(self, name: str) -> "Clip | None":
        if name not in self._clips:
            folder = installed.judge(name)
            if folder is None:
                self._clips[name] = None
            else:
                from fastface_core.engine.judging.clip import Clip

                self._clips[name] = Clip(folder, self._device)
        return self._clips[name]

    def _clip_by(self, name: str) -> str:
        folder = installed.judge(name)
        assert folder is not None
        return f"{name} {_VERSION} {self._device.precision} {fingerprint_of(folder)}"


def _detector(faces: FaceModels, *, framed: bool) -> "FaceDetector":
    from fastface_core.engine.blazeface import BlazeFaces
    from fastface_core.engine.detectors import InsightFaces

    if faces.kind == "insightface":
        return InsightFaces(faces.path, None, framed=framed)
    return BlazeFaces(faces.path, None)


def _by(what: str, path: Path, published: bool) -> str:
    return f"{what} {_VERSION} {fingerprint_of(path)}{' published' if published else ''}"


def _absent(component: str) -> str:
    return f"{component} is not installed: `fastface models download judges`."


def panels(
    judges: Judges, checkpoints: Callable[[str], Checkpoint], names: tuple[str, ...]
) -> tuple[dict[str, Panel], dict[str, str]]:
    """The panel of each checkpoint by its name; and why there is none of those whose models are not here."""
    found: dict[str, Panel] = {}
    failed: dict[str, str] = {}
    for name in dict.fromkeys(names):
        try:
            found[name] = judges.panel(checkpoints(name))
        except FastFaceError as error:
            failed[name] = error.message
    return found, failed
