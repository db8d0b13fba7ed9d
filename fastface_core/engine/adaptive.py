"""A weight of the face that follows the measured likeness: what the scheduler guesses of the finished picture after a
step is decoded small and scored, and the next step follows the face more, or less.

The rule is a proportional controller on the weight a of decoupled guidance (arXiv 2505.21144). It is computed for each
picture by itself, so that a picture is the same alone and among others.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.presets import AdaptiveWeight
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import SettingsError
from fastface_core.progress import Preview


def target_of(request: PortraitRequest, checkpoint: Checkpoint) -> float | None:
    """The score that is wanted; None where the weight does not follow it.

    Raises:
        SettingsError: there is no score, nobody knows from where on it is good, or several people are in the picture.
    """
    wanted = request.preset.guidance.adaptive
    if wanted is None:
        return None
    if request.people is not None:
        raise SettingsError(
            "The weight of the face follows the likeness of one person alone.", "Choose another preset for several."
        )
    if checkpoint.scale is None:
        raise SettingsError(
            f"The weight of the face cannot follow a likeness: {checkpoint.likeness_reason}",
            "Choose another preset, or another model.",
        )
    return checkpoint.scale.goal() if wanted.target is None else wanted.target


class FollowingWeight:
    """The factors of the pictures that are sampled together; in each step by what the one before came to."""

    def __init__(
        self,
        wanted: AdaptiveWeight,
        target: float,
        previews: Callable[[Tensor], Sequence[Preview]],
        score: Callable[[NDArray[np.uint8]], float | None],
    ) -> None:
        """
        Args:
            previews: small pictures of finished latents, (image, channel, height, width).
            score: of pixels, (height, width, 3) uint8 RGB; None where no face is found.
        """
        self._wanted, self._target, self._previews, self._score = wanted, target, previews, score
        self.factors: list[float] = []
        """Of the step that comes next; where no face was found, as before."""

    def __call__(self, finished: Tensor) -> Tensor:
        scores = [self._score(_pixels(one)) for one in self._previews(finished)]
        before = self.factors or [1.0] * len(scores)
        self.factors = [
            kept if score is None else self._wanted.factor(self._target, score)
            for score, kept in zip(scores, before, strict=True)
        ]
        return torch.tensor(self.factors, dtype=torch.float32, device=finished.device).view(-1, 1, 1, 1)


def _pixels(preview: Preview) -> NDArray[np.uint8]:
    return np.frombuffer(preview.rgb, np.uint8).reshape(preview.height, preview.width, 3)
