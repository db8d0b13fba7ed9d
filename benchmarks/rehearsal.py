"""Loads every face adapter from files of real size, for an SDXL of real size without weights.

    python benchmarks/rehearsal.py [--adapters faceid,instantid] [--precision float16] [--zeros]

The files have the names, shapes and types of the published ones and random numbers in them, by which states keep their
size. Checked is that all of a file is taken, how much memory it comes to, that this is what was worked out from the
headers before, and that two faces come out as different, finite tokens of the right shape. `plans` are those that SDXL
in float16 takes with it on GPUs of so many gigabytes. With `--zeros` the files hold zeros, which take no room on the
disk, and no tokens are made: a check of seconds in place of minutes.
Prints a JSON line an adapter, and exits with 1 if one of them cannot be loaded, takes more than was worked out, or
makes no such tokens.
"""

import argparse
import json
import math
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, BinaryIO, cast, get_args

import numpy as np
import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import adapter_shapes, random_sdxl
from fastface_core import footprint, memory_plans
from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.checkpoints import AdapterFiles, AdapterKind, Checkpoint, FaceModels, sampling_of
from fastface_core.domain.identity import FaceView
from fastface_core.engine.adapters import ADAPTERS, FaceAdapter
from fastface_core.engine.adapters.files import AdapterFile
from fastface_core.engine.libraries import quieten
from fastface_core.errors import FastFaceError

KINDS: tuple[AdapterKind, ...] = get_args(AdapterKind)
_SHARED = {
    *("act_fn", "addition_embed_type", "addition_embed_type_num_heads", "addition_time_embed_dim"),
    *("attention_head_dim", "block_out_channels", "cross_attention_dim", "down_block_types", "in_channels"),
    *("layers_per_block", "norm_eps", "norm_num_groups", "projection_class_embeddings_input_dim"),
    *("transformer_layers_per_block", "use_linear_projection"),
}
"""What of a UNet's configuration a control network for it has too."""
_ROOMS = (6, 8, 12, 16, 24)
"""Gigabytes of GPUs."""
_TYPES = {torch.float16: "F16", torch.float32: "F32"}


_PIECE = 1 << 22
"""Numbers that are drawn once, and written over and over: as many random ones as a file has would take minutes."""


@cache
def _noise(dtype: torch.dtype, halvings: int) -> bytes:
    """Normal numbers, their deviation halved so often."""
    lot = torch.randn(_PIECE, generator=torch.Generator().manual_seed(1)) * 0.5**halvings
    return lot.to(dtype).numpy().tobytes()


@cache
def _ones(dtype: torch.dtype) -> bytes:
    return torch.ones(_PIECE, dtype=dtype).numpy().tobytes()


def _random(file: BinaryIO, name: str, value: Tensor, dtype: torch.dtype) -> None:
    """Writes a tensor's numbers: of a norm ones, of anything else normal ones that keep the size of what they are
    multiplied with."""
    if value.ndim < 2 and name.endswith("weight"):
        piece = _ones(dtype)
    else:
        fan_in = 1 if value.ndim < 2 or value.shape[0] == 1 else value[0].numel()
        piece = _noise(dtype, 6 if value.ndim < 2 else round(math.log2(fan_in) / 2))
    left = value.numel() * dtype.itemsize
    # Each tensor begins elsewhere, so that no two are the same.
    begin = zlib.crc32(name.encode()) % _PIECE * dtype.itemsize
    while left:
        part = piece[begin : begin + left]
        file.write(part)
        left, begin = left - len(part), 0


def written(path: Path, state: Mapping[str, Tensor], dtype: torch.dtype, *, random: bool) -> int:
    """Writes a safetensors file of random numbers or of zeros, and gives back its bytes."""
    header: dict[str, Any] = {}
    end = 0
    for name, value in state.items():
        begin, end = end, end + value.numel() * dtype.itemsize
        header[name] = {"dtype": _TYPES[dtype], "shape": list(value.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        if random:
            for name, value in state.items():
                _random(file, name, value, dtype)
        file.truncate(8 + len(text) + end)
    return path.stat().st_size


def files_of(
    kind: AdapterKind, folder: Path, unet: UNet2DConditionModel, *, random: bool = False
) -> tuple[AdapterFiles, int]:
    """Files of real size, and the bytes of the adapter's own."""
    weights = folder / f"{kind}.safetensors"
    size = written(weights, *adapter_shapes.file_of(kind, unet), random=random)
    encoder: Path | None = None
    if TRAITS[kind].picture == "cut-out":
        encoder = folder / "EVA02_CLIP_L_336_psz14_s6B.safetensors"
        tower = {f"visual.{name}": value for name, value in adapter_shapes.tower().items()}
        written(encoder, tower, torch.float16, random=random)
    elif TRAITS[kind].picture is not None:
        encoder = folder / "image_encoder"
        config = CLIPVisionConfig(**random_sdxl.REAL.vision)
        vision = random_sdxl.empty(lambda: CLIPVisionModelWithProjection(config))
        _model(encoder, vision, "model", config.to_dict(), random=random)
    control: Path | None = None
    if TRAITS[kind].pose:
        control = folder / "ControlNetModel"
        model = random_sdxl.empty(lambda: cast(ControlNetModel, ControlNetModel.from_config(control_config(unet))))
        _model(control, model, "diffusion_pytorch_model", dict(model.config), random=random)
    return AdapterFiles(kind=kind, weights=weights, image_encoder=encoder, control=control), size


def control_config(unet: UNet2DConditionModel) -> dict[str, Any]:
    """A control network's for this UNet: a copy of its way down and middle."""
    return {name: value for name, value in dict(cast(Any, unet.config)).items() if name in _SHARED}


def _model(folder: Path, model: torch.nn.Module, stem: str, config: Mapping[str, Any], *, random: bool) -> None:
    written(folder / f"{stem}.safetensors", model.state_dict(), torch.float16, random=random)
    (folder / "config.json").write_text(json.dumps(dict(config), default=list), encoding="utf-8")


def somebody(seed: int) -> FaceView:
    """A face by lot, with all that adapters look at."""
    random = np.random.default_rng(seed)
    raw = random.standard_normal(512).astype(np.float32)

    def picture(side: int, channels: int) -> NDArray[np.uint8]:
        return random.integers(0, 256, (side, side, channels), dtype=np.uint8)

    embedding = (raw / np.linalg.norm(raw)).astype(np.float32)
    return FaceView(embedding, picture(224, 3), raw, head=picture(224, 3), cut_out=picture(512, 4))


@torch.inference_mode()
def tokens_are_right(adapter: FaceAdapter) -> bool:
    """Whether two faces and nobody come out as different, finite tokens of one shape."""
    made = [adapter.project(somebody(seed)) for seed in (1, 2)] + [adapter.nobody()]
    shape = (1, adapter.tokens, adapter_shapes.WIDTH)
    right = all(tuple(one.shape) == shape and bool(one.isfinite().all()) for one in made)
    return right and not any(a.equal(b) for a, b in combinations(made, 2))


def rehearsed(kind: AdapterKind, folder: Path, unet: UNet2DConditionModel, *, random: bool = False) -> dict[str, Any]:
    """Loads an adapter, and says what it comes to.

    Raises:
        ModelError: it cannot be loaded.
    """
    files, size = files_of(kind, folder, unet, random=random)
    start = time.perf_counter()
    file = AdapterFile(files, unet)
    adapter = ADAPTERS[kind].load(file, unet.dtype)
    lora = file.lora(file.below("ip_adapter."))
    item = unet.dtype.itemsize
    size_of = planned(files)
    worked_out = size_of.adapter_bytes(item) + size_of.lora * item, sum(size_of.encoder_bytes(item)[2:])
    lora_bytes = sum((part.down.numel() + part.up.numel()) * unet.dtype.itemsize for part in (lora or {}).values())
    gpu, waiting = _staying(adapter) + lora_bytes, sum(_bytes(module) for module in adapter.before_pictures)
    # Beside the weights of the published files the parts hold a few numbers of their own.
    as_planned = gpu <= 1.01 * worked_out[0] and waiting <= 1.01 * worked_out[1]
    found = {
        "adapter": kind,
        "file_bytes": size,
        "tokens": adapter.tokens,
        "layers": len(adapter.processors),
        "gpu_bytes": gpu,
        "waiting_bytes": waiting,
        "worked_out": worked_out,
        "plans": {room: _plan(size_of, room) for room in _ROOMS},
        "seconds": round(time.perf_counter() - start, 1),
        "tokens_right": tokens_are_right(adapter) if random else None,
    }
    as_said = adapter.tokens == TRAITS[kind].tokens and (lora is not None) == TRAITS[kind].lora
    return found | {"passed": as_planned and as_said and found["tokens_right"] is not False}


def planned(files: AdapterFiles) -> footprint.Footprint:
    """What SDXL takes with an adapter, worked out from the headers of the adapter's files."""
    folder = files.weights.parent
    checkpoint = Checkpoint(
        name=files.kind,
        title=files.kind,
        sampling=sampling_of("hyper"),
        base=folder,
        adapter=files,
        faces=FaceModels(kind="insightface", path=folder),
    )
    found, sdxl = footprint.of(checkpoint), memory_plans.FULL_SIZE
    encoders = (*sdxl.encoders[:2], *found.encoders[2:])
    return replace(found, unet=sdxl.unet, decoder=sdxl.decoder, encoders=encoders)


def _plan(size: footprint.Footprint, gigabytes: int) -> str | None:
    """The largest plan that fits a GPU; None where none does."""
    plans = memory_plans.fitting(size, 2, gigabytes << 30)
    return plans[0].name if plans else None


def _staying(adapter: FaceAdapter) -> int:
    """Bytes of what stays where the UNet is."""
    modules: list[torch.nn.Module] = [*adapter.processors.values()]
    modules += [part for part in vars(adapter).values() if isinstance(part, torch.nn.Module)]
    waiting = {id(module) for module in adapter.before_pictures}
    once = {id(module): module for module in modules if id(module) not in waiting}
    return sum(_bytes(module) for module in once.values())


def _bytes(module: torch.nn.Module) -> int:
    return sum(weight.numel() * weight.element_size() for weight in module.parameters())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--adapters", default=",".join(KINDS), help="which, with commas between them")
    parser.add_argument("--precision", choices=["float16", "float32"], default="float16")
    parser.add_argument("--zeros", action="store_true", help="files of zeros, and no tokens")
    parsed = parser.parse_args(arguments)
    quieten()
    dtype = torch.float16 if parsed.precision == "float16" else torch.float32
    unet = random_sdxl.empty(lambda: UNet2DConditionModel(**random_sdxl.REAL.unet))
    torch.nn.Module.to(unet, dtype)
    # diffusers puts a projection where the UNet's first weight is.
    unet.conv_in.to_empty(device="cpu")
    passed = True
    for kind in parsed.adapters.split(","):
        with tempfile.TemporaryDirectory() as folder:
            try:
                line = rehearsed(kind, Path(folder), unet, random=not parsed.zeros)
            except FastFaceError as error:
                line = {"adapter": kind, "passed": False, "error": f"{error.message} {error.hint}"}
        passed = passed and bool(line["passed"])
        print(json.dumps(line), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
