"""The three branches of a latent under decoupled guidance, their weights, and which of them a step needs.

| branch | text | face |
|-|-|-|
| u | negative | none |
| i | negative | yes |
| t | positive | yes |

Equations: arXiv 2505.21144, "decoupled classifier-free guidance".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from fastface_core.domain.presets import Guidance, Preset, at_step

Branch = Literal["u", "i", "t"]
BRANCHES: tuple[Branch, ...] = ("u", "i", "t")


@dataclass(frozen=True, slots=True)
class StepWeights:
    """The weights of one step.

    Attributes:
        identity_weight: a.
        text_weight: b.
        rescale: phi, 0 to 1.
    """

    identity_weight: float
    text_weight: float
    rescale: float = 0.0

    @classmethod
    def at(cls, guidance: Guidance, own_scale: float, step: int, steps: int) -> Self:
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
        """The branches that the result depends on."""
        coefficients = self.coefficients
        return tuple(
            branch for branch in BRANCHES if coefficients[branch] != 0 or (self.rescale > 0 and branch in ("i", "t"))
        )


def branches_at(preset: Preset, own_scale: float, step: int, steps: int) -> tuple[Branch, ...]:
    """The branches that a step (from 0) of `steps` has to evaluate."""
    attention = preset.attention_at(step, steps)
    if attention is not None and attention.couples_branches():
        return BRANCHES
    if preset.guidance.adaptive is not None and step > 0:
        # The weight may then be anything.
        return BRANCHES
    return StepWeights.at(preset.guidance, own_scale, step, steps).needed


def evaluations(preset: Preset, own_scale: float, steps: int) -> int:
    """How many times a picture sends a branch through the UNet; its time is proportional to that."""
    return sum(len(branches_at(preset, own_scale, step, steps)) for step in range(steps))
