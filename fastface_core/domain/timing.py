"""How long pictures take on this computer, learned from those that were made.

A picture's time is proportional to its pixels and to the branches that its steps send through the UNet, so that what
was learned of one preset and size says something of others.
"""

import math
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.bounded import read_json
from fastface_core.domain.branches import evaluations
from fastface_core.domain.checkpoints import Sampling
from fastface_core.domain.plan import Plan
from fastface_core.domain.request import PortraitRequest

_KEPT = 200
_NEWEST = 0.5
"""The share of what was learned last; the rest is what was known before."""

_Seconds = Annotated[float, Field(ge=0, lt=1e7)]


class Kind(BaseModel):
    """Pictures that take equally long.

    Attributes:
        device: its name, "NVIDIA H200".
        evaluations: how many times a picture sends a branch through the UNet.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    device: str
    checkpoint: str
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]
    evaluations: Annotated[int, Field(ge=0)]

    @classmethod
    def of(cls, device: str, checkpoint: str, request: PortraitRequest, sampling: Sampling) -> "Kind":
        plan = Plan.of(request, sampling)
        return cls(
            device=device,
            checkpoint=checkpoint,
            width=plan.width,
            height=plan.height,
            evaluations=evaluations(request.preset, sampling.guidance_scale, plan.steps),
        )

    @property
    def work(self) -> float:
        """In proportion to the time; the decoder counts as one branch."""
        return (self.evaluations + 1) * self.width * self.height


class Making(BaseModel):
    """Seconds that a picture of a kind takes, saving included."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Kind
    seconds: _Seconds


class Loading(BaseModel):
    """Seconds that loading a checkpoint takes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    device: str
    checkpoint: str
    seconds: _Seconds


class Timings(BaseModel):
    """What was learned; the newest last. Frozen: learning makes a new one.

    Attributes:
        device: the last one that was used: what to expect of, before it is known which it will be.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    device: str = ""
    making: tuple[Making, ...] = ()
    loading: tuple[Loading, ...] = ()

    def learned(self, kind: Kind, seconds: float) -> "Timings":
        """With the seconds that a picture of this kind took."""
        before = next((one.seconds for one in self.making if one.kind == kind), None)
        new = seconds if before is None else _NEWEST * seconds + (1 - _NEWEST) * before
        others = tuple(one for one in self.making if one.kind != kind)
        making = (*others, Making(kind=kind, seconds=round(new, 4)))[-_KEPT:]
        return self.model_copy(update={"making": making, "device": kind.device})

    def loaded(self, device: str, checkpoint: str, seconds: float) -> "Timings":
        """With the seconds that loading a checkpoint took."""
        others = tuple(one for one in self.loading if (one.device, one.checkpoint) != (device, checkpoint))
        new = Loading(device=device, checkpoint=checkpoint, seconds=round(seconds, 4))
        return self.model_copy(update={"loading": (*others, new)[-_KEPT:], "device": device})

    def seconds(self, kind: Kind) -> float | None:
        """What a picture of this kind takes: as learned, or in proportion to the most similar kind on the same device
        with the same checkpoint; None where there is none."""
        alike = [one for one in self.making if (one.kind.device, one.kind.checkpoint) == (kind.device, kind.checkpoint)]
        nearest = min(alike, key=lambda one: abs(math.log(one.kind.work / kind.work)), default=None)
        return None if nearest is None else nearest.seconds * kind.work / nearest.kind.work

    def loading_seconds(self, device: str, checkpoint: str) -> float | None:
        """What loading a checkpoint takes; None where that is not known."""
        found = (one.seconds for one in self.loading if (one.device, one.checkpoint) == (device, checkpoint))
        return next(found, None)


def read_timings(file: Path) -> Timings:
    """What a file holds; nothing, where it is absent or cannot be understood."""
    try:
        return Timings.model_validate(read_json(file))
    except (OSError, ValueError):
        return Timings()
