"""Loads every face adapter from files of real size, for an SDXL of real size without weights.

    python benchmarks/rehearsal.py [--adapters faceid,instantid] [--precision float16]

The files have the names, shapes and types of the published ones and nothing but zeros in them, most of which take no
room on the disk: what is checked is that all of a file is taken, how much memory it comes to, and that this is what was
worked out from the headers before. `plans` are those that SDXL in float16 takes with it on GPUs of so many gigabytes.
Prints a JSON line an adapter, and exits with 1 if one of them cannot be loaded, or takes more than was worked out.
"""

import argparse
import json
import struct
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import adapter_shapes, random_sdxl
from fastface_core import footprint, memory_plans
from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.checkpoints import AdapterFiles, AdapterKind, Checkpoint, FaceModels, sampling_of
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


def hollow(path: Path, state: Mapping[str, Tensor], dtype: torch.dtype) -> int:
    """Writes a safetensors file of zeros, and gives back its bytes."""
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
        file.truncate(8 + len(text) + end)
    return path.stat().st_size


def files_of(kind: AdapterKind, folder: Path, unet: UNet2DConditionModel) -> tuple[AdapterFiles, int]:
    """Files of real size, and the bytes of the adapter's own."""
    weights = folder / f"{kind}.safetensors"
    size = hollow(weights, *adapter_shapes.file_of(kind, unet))
    encoder: Path | None = None
    if TRAITS[kind].picture == "cut-out":
        encoder = folder / "EVA02_CLIP_L_336_psz14_s6B.safetensors"
        hollow(encoder, {f"visual.{name}": value for name, value in adapter_shapes.tower().items()}, torch.float16)
    elif TRAITS[kind].picture is not None:
        encoder = folder / "image_encoder"
        config = CLIPVisionConfig(**random_sdxl.REAL.vision)
        _model(encoder, random_sdxl.empty(lambda: CLIPVisionModelWithProjection(config)), "model", config.to_dict())
    control: Path | None = None
    if TRAITS[kind].pose:
        control = folder / "ControlNetModel"
        model = random_sdxl.empty(lambda: cast(ControlNetModel, ControlNetModel.from_config(control_config(unet))))
        _model(control, model, "diffusion_pytorch_model", dict(model.config))
    return AdapterFiles(kind=kind, weights=weights, image_encoder=encoder, control=control), size


def control_config(unet: UNet2DConditionModel) -> dict[str, Any]:
    """A control network's for this UNet: a copy of its way down and middle."""
    return {name: value for name, value in dict(cast(Any, unet.config)).items() if name in _SHARED}


def _model(folder: Path, model: torch.nn.Module, stem: str, config: Mapping[str, Any]) -> None:
    hollow(folder / f"{stem}.safetensors", model.state_dict(), torch.float16)
    (folder / "config.json").write_text(json.dumps(dict(config), default=list), encoding="utf-8")


def rehearsed(kind: AdapterKind, folder: Path, unet: UNet2DConditionModel) -> dict[str, Any]:
    """Loads an adapter, and says what it comes to.

    Raises:
        ModelError: it cannot be loaded.
    """
    files, size = files_of(kind, folder, unet)
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
    return {
        "adapter": kind,
        "file_bytes": size,
        "tokens": adapter.tokens,
        "layers": len(adapter.processors),
        "gpu_bytes": gpu,
        "waiting_bytes": waiting,
        "worked_out": worked_out,
        "plans": {room: _plan(size_of, room) for room in _ROOMS},
        "seconds": round(time.perf_counter() - start, 1),
        "passed": as_planned and adapter.tokens == TRAITS[kind].tokens and (lora is not None) == TRAITS[kind].lora,
    }


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
                line = rehearsed(kind, Path(folder), unet)
            except FastFaceError as error:
                line = {"adapter": kind, "passed": False, "error": f"{error.message} {error.hint}"}
        passed = passed and bool(line["passed"])
        print(json.dumps(line), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
