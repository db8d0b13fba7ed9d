"""What of a checkpoint stays on a GPU while pictures are made: the largest plan that fits what is free.

Peaks are worked out from the headers of the files and from what a picture takes beside them, which
`benchmarks/memory.py` counts operation by operation. No plan changes a picture by more than the last digits.
"""

from dataclasses import dataclass
from typing import Final

from fastface_core.domain.memory_use import PlanName
from fastface_core.footprint import Footprint
from fastface_core.settings import Memory

_MIB = 1 << 20
_GIB = 1 << 30
# What a picture of 1024 pixels takes beside the weights in half precision, as benchmarks/memory.py counts it: three
# branches of one image in the UNet, and the decoder as a whole or in strips.
_SAMPLING = 520 * _MIB
_DECODING = 1600 * _MIB
_IN_STRIPS = 1120 * _MIB
# A text encoder at work, beside its weights.
_ENCODING = 40 * _MIB
# Of the blocks that are streamed, one computes while the next one comes: the largest have 35 million weights.
_STREAMED_WEIGHTS = 2 * 36_000_000
FULL_SIZE: Final = Footprint(
    unet=2_567_000_000,
    decoder=84_000_000,
    adapter=341_000_000,
    lora=186_000_000,
    encoders=(123_000_000, 695_000_000, 632_000_000, 217_000_000),
    work=0,
    side=1024,
)
"""SDXL with FaceID-Plus-v2."""
MARGIN: Final = _GIB // 2
"""For what libraries take beside tensors (workspaces, gaps), and other programs on the same GPU."""

_WORDS: dict[PlanName, str] = {
    "resident": "Everything stays on the GPU.",
    "apart": "Encoders wait in main memory, and come to the GPU one at a time.",
    "strips": "Encoders wait in main memory, and the picture is decoded in strips.",
    "streamed": "Parts of the UNet wait in main memory, and come while others compute; encoders wait too, and the"
    " picture is decoded in strips.",
}


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """
    Attributes:
        needed: bytes of the GPU's memory at the peak of a picture of the checkpoint's own size.
        unet_stays: bytes of the UNet that stay where the others are streamed; None keeps all of it.
    """

    name: PlanName
    needed: int
    unet_stays: int | None = None

    @property
    def encoders_stay(self) -> bool:
        return self.name == "resident"

    @property
    def in_strips(self) -> bool:
        return self.name in ("strips", "streamed")

    @property
    def words(self) -> str:
        """One sentence for people."""
        return _WORDS[self.name]


def plans(size: Footprint, item: int, room: int) -> tuple[MemoryPlan, ...]:
    """All plans, from the largest to the smallest.

    Args:
        item: bytes of a weight.
        room: bytes that are free. Of the two streamed plans one keeps of the UNet what they leave, the last nothing.
    """
    scale = item / 2 * (size.side / 1024) ** 2
    sampling = round(_SAMPLING * scale) + size.lora * item
    whole, strips = round(_DECODING * scale), round(_IN_STRIPS * scale)
    encoders = size.encoder_bytes(item)
    visiting = max(encoders) + _ENCODING
    rest = size.decoder * item + size.adapter_bytes(item)
    base = rest + size.unet * item
    resident = base + sum(encoders) + max(sampling, whole, _ENCODING)
    least = rest + min(size.unet, _STREAMED_WEIGHTS) * item + max(sampling, strips, visiting)
    stays = min(size.unet * item, max(0, room - MARGIN - least))
    return (
        MemoryPlan("resident", resident),
        MemoryPlan("apart", base + max(sampling, whole, visiting)),
        MemoryPlan("strips", base + max(sampling, strips, visiting)),
        MemoryPlan("streamed", least + stays, unet_stays=stays),
        MemoryPlan("streamed", least, unet_stays=0),
    )


def allowed(memory: Memory) -> frozenset[PlanName]:
    """The plans that a setting leaves to choose from."""
    match memory:
        case "automatic":
            return frozenset(_WORDS)
        case "fast":
            return frozenset({"resident"})
        case "saving":
            return frozenset({"strips", "streamed"})


def fitting(size: Footprint, item: int, room: int, memory: Memory = "automatic") -> tuple[MemoryPlan, ...]:
    """The plans that fit, from the largest to the smallest; empty where none does. A plan that the setting names
    by itself is taken at its word."""
    found = [plan for plan in plans(size, item, room) if plan.name in allowed(memory)]
    if memory != "fast":
        found = [plan for plan in found if plan.needed + MARGIN <= room]
    # One that needs no less than the one before it is of no use.
    return tuple(plan for index, plan in enumerate(found) if not index or plan.needed < found[index - 1].needed)


def sampling_and_decoding(width: int, height: int, at_once: int, item: int) -> int:
    """Bytes beside the weights at the peak where a picture is decoded while the next ones are sampled.

    Args:
        width, height: pixels.
        at_once: images that are sampled together.
        item: bytes of a weight.
    """
    scale = item / 2 * width * height / 1024**2
    return round((at_once * _SAMPLING + _DECODING) * scale) + MARGIN


def least_of(size: Footprint, item: int) -> int:
    """Bytes of a GPU's memory below which no plan fits."""
    return plans(size, item, 0)[-1].needed + MARGIN
