"""Decoupled guidance: the predictions of a latent's branches combined, with a weight for the face and one for the text.

Equations: arXiv 2505.21144, "decoupled classifier-free guidance".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from fastface_core.domain.branches import BRANCHES, Branch, StepWeights


@dataclass(frozen=True, slots=True)
class StepGuidance(StepWeights):
    """The guidance of one step."""

    def combine(self, predictions: Mapping[Branch, Tensor], faces: Tensor | None = None) -> Tensor:
        """The guided noise prediction.

        Args:
            predictions: eps of each needed branch (others may be there), (image, channel, height, width), float32.
            faces: factors of the weight of the face, (height, width) or (image, 1, 1, 1); all three branches are
                needed then.
        """
        coefficients = self.coefficients
        # One sum over the coefficients, not nested differences: a branch that is not needed need not be there.
        terms = [predictions[branch] * coefficients[branch] for branch in BRANCHES if coefficients[branch] != 0]
        guided = sum(terms[1:], start=terms[0])
        if faces is not None:
            guided = guided + self.identity_weight * (faces - 1) * (predictions["i"] - predictions["u"])
        if self.rescale > 0:
            target = (_deviation(predictions["i"]) + _deviation(predictions["t"])) / 2
            guided = guided * (self.rescale * target / _deviation(guided) + (1 - self.rescale))
        return guided


def _deviation(values: Tensor) -> Tensor:
    return values.std(dim=(1, 2, 3), keepdim=True)
