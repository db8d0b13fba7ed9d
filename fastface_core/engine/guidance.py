"""Decoupled guidance: three branches of one latent, combined with a weight for the face and one for the text.

| branch | text | face |
|-|-|-|
| u | negative | none |
| i | negative | yes |
| t | positive | yes |

Equations: arXiv 2505.21144, "decoupled classifier-free guidance".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from fastface_core.presets import Guidance, at_step

Branch = Literal["u", "i", "t"]
BRANCHES: tuple[Branch, ...] = ("u", "i", "t")


@dataclass(frozen=True, slots=True)
class StepGuidance:
    """The guidance of one step.

    Attributes:
        identity_weight: a.
        text_weight: b.
        rescale: phi, 0 to 1.
    """

    identity_weight: float
    text_weight: float
    rescale: float = 0.0

    @classmethod
    def at(cls, guidance: Guidance, own_scale: float, step: int, steps: int) -> "StepGuidance":
        """The weights at `step` (from 0) of `steps`; `own_scale` is the checkpoint's, where the preset has none."""
        if guidance.identity_weight is None or guidance.text_weight is None:
            return cls(own_scale, own_scale, guidance.rescale)
        return cls(
            at_step(guidance.identity_weight, step, steps),
            at_step(guidance.text_weight, step, steps),
            guidance.rescale,
        )

    @property
    def coefficients(self) -> Mapping[Branch, float]:
        """u + a (i - u) + b (t - i), sorted by branch."""
        a, b = self.identity_weight, self.text_weight
        return {"u": 1 - a, "i": a - b, "t": b}

    @property
    def needed(self) -> tuple[Branch, ...]:
        """The branches without which the result would be another."""
        coefficients = self.coefficients
        return tuple(
            branch for branch in BRANCHES if coefficients[branch] != 0 or (self.rescale > 0 and branch in ("i", "t"))
        )

    def combine(self, predictions: Mapping[Branch, Tensor]) -> Tensor:
        """The guided noise prediction.

        Args:
            predictions: eps of each needed branch (others may be there), (image, channel, height, width), float32.
        """
        coefficients = self.coefficients
        # One sum over the coefficients, not nested differences: a branch that is not needed need not be there.
        terms = [predictions[branch] * coefficients[branch] for branch in BRANCHES if coefficients[branch] != 0]
        guided = sum(terms[1:], start=terms[0])
        if self.rescale > 0:
            target = (_deviation(predictions["i"]) + _deviation(predictions["t"])) / 2
            guided = guided * (self.rescale * target / _deviation(guided) + (1 - self.rescale))
        return guided


def _deviation(values: Tensor) -> Tensor:
    return values.std(dim=(1, 2, 3), keepdim=True)
