"""A request with everything filled in that it leaves to its preset and to the checkpoint."""

from dataclasses import dataclass
from typing import Literal

from fastface_core.domain.checkpoints import Sampling, SchedulerName
from fastface_core.domain.request import PortraitRequest

Aspect = Literal["portrait", "square", "landscape"]
ASPECTS: tuple[Aspect, ...] = ("portrait", "square", "landscape")
_RATIOS: dict[Aspect, float] = {"portrait": 3 / 4, "square": 1.0, "landscape": 4 / 3}


@dataclass(frozen=True, slots=True)
class Plan:
    """How the pictures of a request are sampled.

    Attributes:
        width, height: pixels.
    """

    steps: int
    scheduler: SchedulerName
    width: int
    height: int

    @classmethod
    def of(cls, request: PortraitRequest, sampling: Sampling) -> "Plan":
        preset = request.preset
        # The preset's own count where the checkpoint was made for it, so that its lists are taken as written.
        fitting = sampling.fewest <= preset.steps <= sampling.most
        return cls(
            steps=request.steps or (preset.steps if fitting else sampling.steps),
            scheduler=request.scheduler or preset.scheduler or sampling.scheduler,
            width=request.width or preset.width or sampling.size,
            height=request.height or preset.height or sampling.size,
        )


def size_of(aspect: Aspect, side: int) -> tuple[int, int]:
    """Width and height, in pixels, of a picture with about as many pixels as a square of `side`.

    Multiples of 64, or of 32 for small models, as SDXL was trained with: 896 x 1152 for 1024.
    """
    grain = 64 if side >= 512 else 32
    ratio = _RATIOS[aspect]
    narrow = round(side * min(ratio, 1 / ratio) ** 0.5 / grain) * grain
    wide = int(side * side / narrow / grain) * grain
    if ratio == 1:
        return side, side
    return (narrow, wide) if ratio < 1 else (wide, narrow)
