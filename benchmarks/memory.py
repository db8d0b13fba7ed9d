"""Counts the peak of a GPU's memory under each plan, for a picture at SDXL's real size: on fake tensors.

    python benchmarks/memory.py [--size 1024] [--rooms 6,8,12,16,24] [--presets NAMES] [--check]

The product's own modules do the work of a picture (both texts, the face, a step of the sampler, decoding) in float16;
nothing is computed and nothing takes memory, so that any computer can count. What lives on the device at each moment is
added up: the weights that stay, and every tensor from its making until nothing holds it. The face's LoRA is computed
beside its layers, as where memory is short. Libraries' workspaces are not in it.

Prints a JSON line for each plan with its peaks by stage, and what a picture takes that is decoded while the next one is
sampled, which is done where there is room for it; and one for each size of card: which plan it gets and what is
left. `--check` runs the decoder in earnest, whole and in strips, at a small size on the CPU, and compares what the
process took with what is counted. Exits with 1 if a plan's peak is above what `fastface_core.memory_plans` promises.
"""

import argparse
import gc
import json
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import random_sdxl
from fastface_core import memory_plans
from fastface_core.domain.branches import BRANCHES
from fastface_core.engine import decoding, device, lora
from fastface_core.engine.adapters import in_unet
from fastface_core.engine.conditioning import condition, face_tokens
from fastface_core.engine.loading import Parts
from fastface_core.engine.sampler import Sampling, _predict
from fastface_core.engine.strips import set_strips
from fastface_core.footprint import Footprint
from fastface_core.memory_plans import MemoryPlan
from fastface_core.presets.files import find

_GIB = 1 << 30
_PRESET = "fastface-scheduled-softmask"
# What a card of so many GB has left with a desktop on it and a context of CUDA.
_TAKEN = 0.7


class Live(TorchDispatchMode):
    """Bytes of the tensors that were made within the block and that something still holds; their peak."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._known: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = {one.untyped_storage()._cdata for one in tree_leaves((args, kwargs)) if isinstance(one, Tensor)}
        output = func(*args, **(kwargs or {}))
        for one in tree_leaves(output):
            if isinstance(one, Tensor):
                storage = one.untyped_storage()
                if storage._cdata not in given and storage._cdata not in self._known:
                    self._note(storage)
        return output

    def _note(self, storage: torch.UntypedStorage) -> None:
        key, size = storage._cdata, storage.nbytes()
        self._known.add(key)
        self.now += size
        self.peak = max(self.peak, self.now)

        def gone() -> None:
            self._known.discard(key)
            self.now -= size

        weakref.finalize(storage, gone)


def peak_of(call: Callable[[], object]) -> int:
    gc.collect()
    with Live() as live:
        call()
    return live.peak


@contextmanager
def _no_room() -> Any:
    """No room for weights with LoRAs beside those without."""
    before, lora._room_for = lora._room_for, lambda _weights: False
    try:
        yield
    finally:
        lora._room_for = before


def stages(parts: Parts, side: int, preset_name: str, plan: MemoryPlan) -> dict[str, int]:
    """Bytes on the device at the peak of each stage of a picture."""
    parts.residence.follow(plan)
    preset = find(preset_name)
    staying = parts.residence.staying() + sum(
        tensor.nbytes for processor in parts.adapter.processors.values() for tensor in processor.parameters()
    )
    parts.remembered.texts.clear()
    parts.remembered.nobody.clear()
    found: dict[str, int] = {}
    made: list[Any] = []
    found["face"] = peak_of(lambda: made.append(face_tokens(parts, random_sdxl.somebody())))
    found["texts"] = peak_of(lambda: made.append(condition(parts, "a portrait", "blurry", made[0])))
    latents = torch.empty(1, 4, side // 8, side // 8)
    with _no_room(), in_unet(parts.unet, parts.adapter, preset) as attention:
        attention.set_step(preset, 1, 4, len(BRANCHES))
        job = Sampling(
            unet=parts.unet,
            attention=attention,
            conditioning=made[1],
            preset=preset,
            own_scale=1.0,
            steps=4,
            width=side,
            height=side,
            latent_shape=(4, side // 8, side // 8),
        )

        def step() -> None:
            _predict(job, latents, torch.tensor(500), BRANCHES)
            _predict(job, latents, torch.tensor(250), BRANCHES)  # streamed blocks know their order now

        lora_bytes = sum(
            matrix.numel() * parts.device.dtype.itemsize
            for layers in lora.loras_of(parts.unet).values()
            for layer in layers.values()
            for matrix in (layer.down, layer.up)
        )
        found["sample"] = peak_of(step) + lora_bytes
    found["decode"] = peak_of(lambda: decoding._decode(parts, latents))
    found["staying"] = 0
    return {stage: staying + peak for stage, peak in found.items()}


def size_of(parts: Parts, side: int) -> Footprint:
    counts = random_sdxl.parameters(parts)
    projection = sum(weight.numel() for weight in parts.adapter.before_pictures[-1].parameters())
    encoders = ("first text encoder", "second text encoder", "image encoder")
    return Footprint(
        unet=counts["unet"],
        decoder=counts["vae"],
        adapter=counts["face attention"],
        lora=counts["face lora"],
        encoders=(*(counts[name] for name in encoders), projection),
        work=0,
        side=side,
    )


def counted(side: int, rooms: Sequence[float], preset: str, tiny: bool = False) -> bool:
    """Prints the lines; whether every plan keeps what it promises."""
    kept = True
    half = replace(device.choose("cpu"), dtype=torch.float16)
    with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
        parts = random_sdxl.build(random_sdxl.TINY if tiny else random_sdxl.REAL, half)
        size = size_of(parts, side)
        six = next((room for room in rooms if room <= 6), 6.0)
        for plan in memory_plans.plans(size, 2, round((six - _TAKEN) * _GIB)):
            peaks = stages(parts, side, preset, plan)
            kept = kept and max(peaks.values()) <= plan.needed
            line = {"plan": plan.name, "promised": plan.needed, "peak": max(peaks.values()), **peaks}
            if not plan.in_strips:
                line["decoding beside sampling"] = peaks["sample"] + peaks["decode"] - peaks["staying"]
            print(json.dumps({name: _shown(value) for name, value in line.items()}), flush=True)
        for room in rooms:
            free = round((room - _TAKEN) * _GIB)
            found = memory_plans.fitting(size, 2, free)
            best = found[0] if found else None
            line = {"card": room, "free": free, "plan": best and best.name, "needed": best and best.needed}
            print(json.dumps({name: _shown(value) for name, value in line.items()}), flush=True)
    return kept


def _shown(value: object) -> object:
    """Bytes as GiB."""
    return round(value / _GIB, 2) if isinstance(value, int) else value


def _decoded(side: int, in_strips: bool) -> int:
    """Bytes that decoding in earnest takes at its peak, beside what the process had before: in float32, on the CPU."""
    import resource

    vae = random_sdxl.build_decoder(torch.float32)
    set_strips(vae, in_strips)
    latents = torch.zeros(1, 4, side // 8, side // 8)
    unit = 1 if sys.platform == "darwin" else 1024
    with torch.inference_mode():
        vae.decode(latents[..., :8, :8], return_dict=False)  # type: ignore[reportArgumentType]  # libraries wake up
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
        vae.decode(latents, return_dict=False)  # type: ignore[reportArgumentType]
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before


def checked(side: int) -> None:
    """What is counted beside what a process of its own took."""
    for in_strips in (False, True):
        with FakeTensorMode(), torch.no_grad():
            vae = random_sdxl.build_decoder(torch.float32)
            set_strips(vae, in_strips)
            latents = torch.empty(1, 4, side // 8, side // 8)
            count = peak_of(lambda: vae.decode(latents, return_dict=False))  # type: ignore[reportArgumentType]  # noqa: B023
        code = f"from benchmarks import memory; print(memory._decoded({side}, {in_strips}))"
        root = Path(__file__).resolve().parents[1]
        took = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root).stdout)
        line = {"decode": side, "in_strips": in_strips, "counted_mib": count >> 20, "took_mib": took >> 20}
        print(json.dumps(line), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=1024, help="pixels along a side (default 1024)")
    parser.add_argument("--rooms", default="6,8,12,16,24", help="cards, in GB (default 6,8,12,16,24)")
    parser.add_argument("--preset", default=_PRESET, help=f"default {_PRESET}")
    parser.add_argument("--check", action="store_true", help="decode in earnest too, at 512 pixels")
    parser.add_argument("--check-size", type=int, default=512, help="pixels of that (default 512)")
    parser.add_argument("--tiny", action="store_true", help="a small model, to try the form of it")
    parsed = parser.parse_args(arguments)
    rooms = [float(room) for room in cast(str, parsed.rooms).split(",")]
    kept = counted(parsed.size, rooms, parsed.preset, parsed.tiny)
    if parsed.check:
        checked(parsed.check_size)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
