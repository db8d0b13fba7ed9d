"""How a model fits this computer: what it takes of memory and time, before anything of it is fetched."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastface_core import memory_plans
from fastface_core.domain.branches import evaluations
from fastface_core.domain.presets import Preset
from fastface_core.domain.speed import FULL_SIZE
from fastface_core.footprint import Footprint
from fastface_desktop.state.models.views import BundleInfo

Group = Literal["fits", "slow", "no", "beside"]
"""Well, slowly, not at all; and what makes no pictures."""

SLOW = 60.0
"""Seconds of a picture from which on a model is slow."""
_GB = 1_000_000_000
_WORK = 4.5 * _GB
"""Bytes without the weights that a picture of 1024 pixels takes on a processor; see `fastface_core.footprint`."""
_HALF, _SIDE = 2, 1024
"""Bytes of a weight in the catalogue's files, in which it is computed too where memory asks for it."""
_ANY_ROOM = 1 << 36
"""Bytes: more than any plan needs, where the memory of a GPU is not known yet."""

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
        needs: bytes of memory; of a GPU's with the largest plan that fits it.
        has: bytes of that memory that there are; 0 where that is not known.
        lacks: "memory" or "disk" where there is too little of it.
    """

    group: Group
    seconds: float | None
    measured: bool
    needs: int
    has: int
    lacks: Literal["", "memory", "disk"] = ""


def fit(bundle: BundleInfo, means: Means, preset: Preset, measured: Measured) -> Fit:
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
    size, streamed = _footprint(bundle), False
    lacks: Literal["", "memory", "disk"] = ""
    if means.graphics:
        has = means.graphics_memory
        found = memory_plans.fitting(size, _HALF, has or _ANY_ROOM)
        if found:
            # Where it is not known how much there is, encoders are counted as waiting in main memory.
            plan = found[0] if has else next(one for one in found if one.name != "resident")
            needs, streamed = plan.needed, plan.name == "streamed"
        else:
            needs, lacks = memory_plans.least_of(size, _HALF), "memory"
    else:
        needs, has = size.main_memory(_HALF), means.memory
        if has and needs > has:
            lacks = "memory"
    if not lacks and means.free and bundle.missing > means.free:
        lacks = "disk"
    slow = not means.graphics or streamed if seconds is None else seconds > SLOW
    return Fit("no" if lacks else "slow" if slow else "fits", seconds, known, needs, has, lacks)


def _estimated(bundle: BundleInfo, speed: float, preset: Preset) -> float:
    sampling = bundle.sampling
    assert sampling is not None
    branches = evaluations(preset, sampling.guidance_scale, sampling.steps)
    return FULL_SIZE.seconds(speed, branches) * (sampling.size / _SIDE) ** 2


def _footprint(bundle: BundleInfo) -> Footprint:
    """From the sizes of its files, before any of them is here."""
    weights = dict.fromkeys(("unet", "own-unet", "vae", "preview", "adapter", "control", "base", "image-encoder"), 0)
    for part in bundle.components:
        if part.role in weights:
            weights[part.role] += part.size // _HALF
    side = bundle.sampling.size if bundle.sampling is not None else _SIDE
    return Footprint(
        unet=weights["unet"] + weights["own-unet"],
        decoder=weights["vae"] + weights["preview"],
        adapter=weights["adapter"] + weights["control"],
        lora=0,
        encoders=(weights["base"], weights["image-encoder"]),
        work=round(_WORK * (side / _SIDE) ** 2),
        side=side,
    )
