"""The score of a picture that is not finished, on the scale of the finished ones."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core.domain.checkpoints import Checkpoint, FaceModelsKind
from fastface_core.domain.identity import Identity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fastface_core.engine.detectors import FaceDetector


def score_of_unfinished(checkpoint: Checkpoint, pixels: "NDArray[np.uint8]", identity: Identity) -> float | None:
    """As `Picture.score` tells of a finished one; None where there is nothing to tell.

    Args:
        pixels: (height, width, 3) uint8 RGB, of any size.

    Raises:
        ModelError: the face models are missing or damaged.
        PhotoError: the person cannot be drawn.
    """
    from fastface_core.engine.drawn_twin import as_drawn
    from fastface_core.engine.scoring import scored

    detector = _detector(checkpoint.faces.kind, checkpoint.faces.path)
    told = as_drawn(identity, None, detector)[1] if checkpoint.identity == "twin" else identity
    score = scored(pixels, "", told, None, checkpoint, detector)
    return score.twin_match if score.likeness is None else score.likeness


@lru_cache(maxsize=1)
def _detector(kind: FaceModelsKind, path: Path) -> "FaceDetector":
    from fastface_core.engine.blazeface import BlazeFaces
    from fastface_core.engine.detectors import InsightFaces

    return InsightFaces(path, None) if kind == "insightface" else BlazeFaces(path, None)
