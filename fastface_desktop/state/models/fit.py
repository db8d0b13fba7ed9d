"""How a model fits this computer: what it takes of memory and time, before anything of it is fetched."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastface_core.domain.branches import evaluations
from fastface_core.domain.presets import Preset
from fastface_core.domain.speed import FULL_SIZE
from fastface_desktop.state.models.views import BundleSeen

Group = Literal["fits", "slow", "no", "beside"]
"""Well, slowly, not at all; and what makes no pictures."""

SLOW = 60.0
"""Seconds of a picture from which on a model is slow."""
_GB = 1_000_000_000
_WORK = 4.5 * _GB
"""Bytes beside the weights that a picture of 1024 pixels takes on a processor; see `fastface_core.footprint`."""
_RESIDENT = frozenset({"unet", "own-unet", "vae", "adapter", "control", "preview"})
_ENCODERS = frozenset({"base", "image-encoder"})
"""Roles of parts that every step needs, and of those that are needed between pictures alone."""
_SIDE = 1024

Measured = Callable[[str], float | None]
"""Seconds that a picture of a model took here; None before the first."""


@dataclass(frozen=True, slots=True)
class Means:
    """What this computer has.

    Attributes:
        graphics: whether there is a GPU to compute on; its memory in bytes, 0 where that is not known.
        memory: bytes of main memory, 0 where that is not known.
        free: bytes on the drive of the models.
        speed: operations a second of the processor; None while that is not known.
    """

    graphics: bool = False
    graphics_memory: int = 0
    memory: int = 0
    free: int = 0
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """
    Attributes:
        seconds: of a picture; None where nothing says.
        measured: whether that was measured here.
        needs: bytes of memory; of the GPU's for the weights alone.
        has: bytes of that memory that there are; 0 where that is not known.
        lacks: "memory" or "disk" where there is too little of it.
    """

    group: Group
    seconds: float | None
    measured: bool
    needs: int
    has: int
    lacks: Literal["", "memory", "disk"] = ""


def fit(bundle: BundleSeen, means: Means, preset: Preset, measured: Measured) -> Fit:
    """How a bundle fits.

    Args:
        preset: what pictures are usually made with.
    """
    if bundle.sampling is None:
        return Fit("beside", None, measured=False, needs=0, has=0)
    seconds = measured(bundle.name)
    known = seconds is not None
    if seconds is None and not means.graphics and means.speed is not None:
        seconds = _estimated(bundle, means.speed, preset)
    needs, has = _memory(bundle, means)
    lacks: Literal["", "memory", "disk"] = ""
    if has and needs > has:
        lacks = "memory"
    elif means.free and bundle.missing > means.free:
        lacks = "disk"
    slow = not means.graphics if seconds is None else seconds > SLOW
    return Fit("no" if lacks else "slow" if slow else "fits", seconds, known, needs, has, lacks)


def _estimated(bundle: BundleSeen, speed: float, preset: Preset) -> float:
    sampling = bundle.sampling
    assert sampling is not None
    branches = evaluations(preset, sampling.guidance_scale, sampling.steps)
    return FULL_SIZE.seconds(speed, branches) * (sampling.size / _SIDE) ** 2


def _memory(bundle: BundleSeen, means: Means) -> tuple[int, int]:
    """Bytes that it needs, and that there are. Files hold half precision, in which it is computed where memory asks
    for it."""
    resident = sum(part.size for part in bundle.components if part.role in _RESIDENT)
    if means.graphics:
        return resident, means.graphics_memory
    encoders = sum(part.size for part in bundle.components if part.role in _ENCODERS)
    side = bundle.sampling.size if bundle.sampling is not None else _SIDE
    return resident + encoders + round(_WORK * (side / _SIDE) ** 2), means.memory
