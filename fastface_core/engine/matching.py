"""Which of the faces in a picture is whose."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from fastface_core.domain.places import MOST_PEOPLE
from fastface_core.engine.detectors import FaceDetector
from fastface_core.engine.faces import usable

_MOST_FACES = 4 * MOST_PEOPLE
"""The largest ones; a crowd in the background is nobody who was asked for."""


def likenesses(
    pixels: NDArray[np.uint8], people: Sequence[NDArray[np.float32]], detector: FaceDetector
) -> tuple[float | None, ...]:
    """How much each of several people looks like the face in a picture that is theirs: cosine similarity, -1 to 1.

    Each face is one person's at most; who has which is so that the similarities add up to the most.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        people: embeddings, (512,) float32, L2-normalised, from the same recogniser.

    Returns:
        None for those who have no face, where there are fewer faces than people.

    Raises:
        ModelError: the recogniser gives no usable answer.
    """
    faces = sorted(usable(detector.detect(pixels)), key=lambda one: -one.area)[:_MOST_FACES]
    if not faces:
        return (None,) * len(people)
    found = np.stack([detector.embed(pixels, face.points) for face in faces])
    return assigned(np.clip(np.stack(people) @ found.T, -1, 1))


def assigned(similarity: NDArray[np.floating]) -> tuple[float | None, ...]:
    """For each row the entry that it gets where each column goes to one row at most, and the sum is the largest.

    Args:
        similarity: (person, face).
    """
    rows, columns = linear_sum_assignment(similarity, maximize=True)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    return tuple(float(similarity[row, chosen[row]]) if row in chosen else None for row in range(similarity.shape[0]))
