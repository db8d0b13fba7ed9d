"""Finding faces in pictures: what a detector is, and insightface's models. Nothing is ever fetched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.alignment import reduced
from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.recogniser import (
    REPAIR,
    SAME_PERSON,
    OnnxModel,
    Recogniser,
    load_onnx,
    normalised,
    session_settings,
)
from fastface_core.errors import ModelError

with qt_environment_kept():
    import cv2

INPUT_SIZES = (640, 576, 512, 448, 384, 320)
"""What pictures are fitted into for SCRFD, until it finds a face: as IP-Adapter-FaceID and FastFace publish it. It
misses faces larger than those it was trained with; smaller inputs make them smaller."""

_SCRFD_LONGEST = 2048
"""Larger pictures are averaged down before SCRFD scales them by bilinear sampling, which would skip pixels."""

_SCRFD_SCORE = 0.5

_FLATTEST = 16
"""Pictures with a longer side of more than this many shorter ones are strips, and not searched for faces."""


@dataclass(frozen=True, eq=False, slots=True)
class Detection:
    """Where a face is.

    Attributes:
        box: left, top, right, bottom in pixels, inside the picture.
        points: (5, 2) float32 in pixels, in `Face.points`' order; may lie outside the picture.
        score: the detector's confidence, 0 to 1.
    """

    box: tuple[float, float, float, float]
    points: NDArray[np.float32]
    score: float

    @property
    def area(self) -> float:
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


class FaceDetector(Protocol):
    """A face detector and the recogniser that it is used with. Used from one thread at a time."""

    @property
    def same_person(self) -> float | None:
        """The least cosine between a photo's embedding and the other photos' mean that still means the same person.

        A property of the recogniser; None where its scores mean nothing, because it is untrained.
        """
        ...

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[Detection, ...]:
        """The faces in a picture, from left to right by their boxes' left sides.

        Args:
            pixels: (height, width, 3) uint8 RGB, of any size.
        """
        ...

    def embed(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Who the face with these five points is: (512,) float32, L2-normalised.

        Raises:
            ModelError: the recogniser gives no usable answer.
        """
        ...

    def raw(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same before it is normalised."""
        ...


class InsightFaces:
    """A folder of insightface's form, as `buffalo_l` or AuraFace: SCRFD for detection, ArcFace for recognition.

    Loaded by `insightface.app.FaceAnalysis`, which fetches a model whose folder is missing and does not say which
    file is damaged: both are checked before and after it.
    """

    def __init__(
        self,
        folder: Path,
        same_person: float | None = SAME_PERSON,
        *,
        sizes: Sequence[int] = INPUT_SIZES,
        framed: bool = True,
    ) -> None:
        """Loads the first detector and the first recogniser among the folder's ONNX files.

        Args:
            same_person: see `FaceDetector`; None switches the check off.
            sizes: what pictures are fitted into, until a face is found.
            framed: looks again with a border where no face is found.

        Raises:
            ModelError: the folder or one of the two models is missing, or a file is damaged.
        """
        self.same_person = same_person
        self._sizes, self._framed = tuple(sizes), framed
        models = _analysis_models(folder)
        for task, what in (("detection", "face detector"), ("recognition", "face recogniser")):
            if task not in models:
                raise ModelError(f"The {what} is missing from the model folder {folder.name}.", REPAIR)
        self._detector = cast(_Scrfd, models["detection"])
        if not self._detector.use_kps:
            raise ModelError(
                f"The face detector {Path(self._detector.model_file).name} finds boxes without eyes and mouth.", REPAIR
            )
        self._detector.prepare(0, det_thresh=_SCRFD_SCORE)
        self._recogniser = Recogniser(models["recognition"], Path(models["recognition"].model_file).name)

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[Detection, ...]:
        # Black around a tight crop is what SCRFD sees beside every picture that is not square.
        return _found(pixels, _SCRFD_LONGEST, 0 if self._framed else None, self._ladder)

    def embed(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        return normalised(self.raw(pixels, points))

    def raw(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._recogniser.raw(pixels, points)

    def _ladder(self, pixels: NDArray[np.uint8]) -> list[Detection]:
        bgr = np.ascontiguousarray(pixels[:, :, ::-1])
        for size in self._sizes:
            boxes, points = self._detector.detect(bgr, input_size=(size, size))
            if len(boxes) and points is not None:
                return [
                    Detection((float(b[0]), float(b[1]), float(b[2]), float(b[3])), five, float(b[4]))
                    for b, five in zip(boxes, points, strict=True)
                ]
        return []


def _analysis_models(folder: Path) -> dict[str, OnnxModel]:
    """What `FaceAnalysis` finds in a folder, by task.

    Raises:
        ModelError: there is no ONNX file, or one is damaged.
    """
    files = sorted(folder.glob("*.onnx")) if folder.is_dir() else []
    if not files:
        raise ModelError(f"The face detector is missing from the model folder {folder.name}.", REPAIR)
    from insightface.app import FaceAnalysis

    try:
        analysis = FaceAnalysis(name=str(folder), allowed_modules=["detection", "recognition"], **session_settings())
    except MemoryError:
        raise
    except Exception:
        found = {model.taskname: model for model in map(load_onnx, files) if model is not None}
        if "detection" in found:
            raise  # every file loads by itself: nothing that the user could mend
        return found
    return cast("dict[str, OnnxModel]", analysis.models)


class _Scrfd(OnnxModel, Protocol):
    """insightface's `SCRFD`."""

    use_kps: bool

    def prepare(self, ctx_id: int, *, det_thresh: float) -> None: ...

    def detect(
        self, img: NDArray[np.uint8], input_size: tuple[int, int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]: ...


def is_strip(pixels: NDArray[np.uint8]) -> bool:
    """Whether a picture is too long and narrow for a search."""
    height, width = pixels.shape[:2]
    return max(height, width) > _FLATTEST * min(height, width)


def _found(
    pixels: NDArray[np.uint8],
    longest: int,
    border: int | None,
    search: Callable[[NDArray[np.uint8]], Sequence[Detection]],
) -> tuple[Detection, ...]:
    """What `search` finds in the picture, or else in the picture with a wide border.

    Detectors know faces with something around them; the border makes up for it where the face fills the frame.

    Args:
        longest: larger pictures are searched at this size.
        border: the border's grey; None looks without one alone.
    """
    if is_strip(pixels):
        return ()
    height, width = pixels.shape[:2]
    small, factor = reduced(pixels, longest)
    found = search(small)
    shift = 0
    if not found and border is not None:
        small, factor = reduced(pixels, longest // 2)
        shift = max(small.shape[:2]) // 2
        grey = (float(border), float(border), float(border))
        framed = cv2.copyMakeBorder(small, shift, shift, shift, shift, cv2.BORDER_CONSTANT, value=grey)
        found = search(cast("NDArray[np.uint8]", framed))
    placed = (moved(one, shift, factor, (width, height)) for one in found)
    return tuple(sorted((one for one in placed if one.area > 0), key=lambda one: one.box[:2]))


def moved(found: Detection, shift: int, factor: float, size: tuple[int, int]) -> Detection:
    """A detection in the searched picture, in the whole one's pixels, its box cut at the whole one's edges.

    Args:
        shift: the border around the searched picture.
        factor: by which the whole one was made smaller.
        size: width and height of the whole one.
    """
    width, height = size
    left, top, right, bottom = ((value - shift) / factor for value in found.box)
    box = (max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom))
    points = ((found.points - shift) / factor).astype(np.float32)
    return Detection(box, points, found.score)
