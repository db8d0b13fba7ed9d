"""LoRA files of every form that is about (kohya with alphas, diffusers, peft) in the UNet: fused, or adjustable."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import Tensor

from fastface_core.engine.weights import read_state
from fastface_core.errors import ModelError

# kohya: "lora_unet_LAYER.lora_down.weight"; diffusers: "unet.LAYER.lora.down.weight", and of old
# "unet.ATTENTION.processor.to_q_lora.down.weight"; peft: "LAYER.lora_A.weight", also with the adapter's name in it.
_MATRIX = re.compile(r"(?P<layer>.+)[._]lora[._](?P<part>down|up|A|B)(\.\w+)?\.weight")
_ALPHA = re.compile(r"(?P<layer>.+)\.alpha")
_PREFIXES = re.compile(r"(base_model\.model\.)?(unet\.|lora_unet_)?")
_TEXT_ENCODERS = ("lora_te", "text_encoder")

# kohya trains SDXL on its original code, whose names go into some files.
_BLOCK = re.compile(
    r"(?P<side>down_blocks|mid_block|up_blocks)(\.(?P<block>\d+))?"
    r"\.(?P<kind>resnets|attentions|downsamplers|upsamplers)\.(?P<number>\d+)\.(?P<inner>.+)"
)
_ORIGINAL_NAMES = {
    "conv_in": "input_blocks_0_0",
    "conv_out": "out_2",
    "time_embedding.linear_1": "time_embed_0",
    "time_embedding.linear_2": "time_embed_2",
    "add_embedding.linear_1": "label_emb_0_0",
    "add_embedding.linear_2": "label_emb_0_2",
    # Within a resnet.
    "conv1": "in_layers_2",
    "conv2": "out_layers_3",
    "time_emb_proj": "emb_layers_1",
    "conv_shortcut": "skip_connection",
}


@dataclass(frozen=True, eq=False, slots=True)
class LoraLayer:
    """What a LoRA adds to one layer's weight: scale * up @ down.

    Attributes:
        down: (rank, in), or (rank, in, height, width) of a convolution.
        up: (out, rank), or (out, rank, 1, 1).
        scale: alpha / rank.
    """

    down: Tensor
    up: Tensor
    scale: float = 1.0


Lora = Mapping[str, LoraLayer]
"""By the name of the layer in the UNet."""


def read_lora(path: Path, unet: UNet2DConditionModel) -> Lora:
    """A LoRA file; layers for the text encoders, which no distillation has, are left out.

    Raises:
        ModelError: the file is missing, damaged, or not a LoRA for this UNet.
    """
    names = _names_in_files(unet)
    matrices: dict[str, dict[str, Tensor]] = {}
    alphas: dict[str, float] = {}
    for key, value in read_state(path).items():
        if key.startswith(_TEXT_ENCODERS):
            continue
        match = _MATRIX.fullmatch(key) or _ALPHA.fullmatch(key)
        layer = names.get(_plain(match["layer"])) if match else None
        if match is None or layer is None:
            raise _not_for_this(path)
        if match.re is _ALPHA:
            alphas[layer] = float(value)
        else:
            matrices.setdefault(layer, {})["down" if match["part"] in ("down", "A") else "up"] = value
    lora: dict[str, LoraLayer] = {}
    for layer, parts in matrices.items():
        if len(parts) != 2 or parts["down"].ndim < 2:
            raise _not_for_this(path)
        rank = parts["down"].shape[0]
        lora[layer] = LoraLayer(**parts, scale=alphas.get(layer, rank) / rank)
    return lora


def add_to_unet(unet: UNet2DConditionModel, lora: Lora, name: str, path: Path) -> None:
    """Adds a LoRA, which came from `path`, to the UNet under `name`, switched on at strength 1.

    Raises:
        ModelError: it was made for another architecture.
    """
    state: dict[str, Tensor] = {}
    for layer, part in _fitted(unet, lora, path).items():
        # The scale goes into the weights: diffusers loses the alphas of attention layers where they differ.
        state[f"{layer}.lora_A.weight"] = part.down.to(unet.dtype)
        state[f"{layer}.lora_B.weight"] = (part.up.float() * part.scale).to(unet.dtype)
    unet.load_lora_adapter(state, prefix=cast(Any, None), adapter_name=name)


def fuse(unet: UNet2DConditionModel, lora: Lora, path: Path) -> None:
    """Adds a LoRA, which came from `path`, to the weights themselves, in float32 and rounded once.

    Raises:
        ModelError: it was made for another architecture; the UNet is as before then.
    """
    modules = dict(unet.named_modules())
    for name, layer in _fitted(unet, lora, path).items():
        weight = _weight(modules[name])
        up, down = (matrix.flatten(1).to(weight.device, torch.float32) for matrix in (layer.up, layer.down))
        change = layer.scale * (up @ down)
        weight.data = (weight.data.float() + change.view_as(weight)).to(weight.dtype)


def _fitted(unet: UNet2DConditionModel, lora: Lora, path: Path) -> Lora:
    """The same layers in the shape of the UNet's, as a 1 x 1 convolution may stand for a linear layer."""
    modules = dict(unet.named_modules())
    fitted: dict[str, LoraLayer] = {}
    for name, layer in lora.items():
        shape, rank = _weight(modules[name]).shape, layer.down.shape[0]
        if layer.down[0].numel() != shape[1:].numel() or layer.up.flatten(1).shape != (shape[0], rank):
            raise _not_for_this(path)
        down = layer.down.reshape(rank, *shape[1:])
        up = layer.up.reshape(shape[0], rank, *(1 for _ in shape[2:]))
        fitted[name] = LoraLayer(down, up, layer.scale)
    if not fitted:
        raise _not_for_this(path)
    return fitted


@contextmanager
def lora_at(unet: UNet2DConditionModel, name: str, strength: float) -> Generator[None]:
    """The LoRA `name` at `strength` within the block, and off after it."""
    with loras_at(unet, {name: strength}):
        yield


@contextmanager
def loras_at(unet: UNet2DConditionModel, strengths: Mapping[str, float]) -> Generator[None]:
    """Several LoRAs on top of one another, each at its strength, within the block, and all off after it."""
    strengths = {name: strength for name, strength in strengths.items() if strength != 0}
    if not strengths:
        yield
        return
    # One walk through the modules; the UNet's own methods make three, which cost as much as a sampling step.
    layers = [cast(Any, module) for module in unet.modules() if isinstance(module, BaseTunerLayer)]
    for layer in layers:
        layer.set_adapter(list(strengths))
        for name, strength in strengths.items():
            layer.set_scale(name, strength)
        layer.enable_adapters(True)
    try:
        yield
    finally:
        for layer in layers:
            layer.enable_adapters(False)


def _weight(module: torch.nn.Module) -> Tensor:
    return cast(Tensor, module.weight)


def _plain(name: str) -> str:
    """A layer's name in a file without prefixes, and every dot an underscore, as kohya has them."""
    plain = _PREFIXES.sub("", name, count=1).replace(".processor.", ".").replace(".", "_")
    # Of old, diffusers left out the output projection's place in its list.
    return f"{plain}_0" if plain.endswith("to_out") else plain


def _names_in_files(unet: UNet2DConditionModel) -> dict[str, str]:
    """The names of the UNet's layers by those that files may have for them, as `_plain` makes them."""
    # A layer that has a LoRA already stands within it, beside the LoRA's own.
    layers = [
        name.removesuffix(".base_layer")
        for name, module in unet.named_modules()
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d) and ".lora_" not in name
    ]
    names = {_original_name(unet, name): name for name in layers}
    return names | {name.replace(".", "_"): name for name in layers}


def _original_name(unet: UNet2DConditionModel, name: str) -> str:
    """A layer's name in the original SDXL code, which counts the blocks through; "" where it has none."""
    match = _BLOCK.fullmatch(name)
    if match is None:
        return _ORIGINAL_NAMES.get(name, "")
    side, kind, inner = match["side"], match["kind"], match["inner"].replace(".", "_")
    block, number = int(match["block"] or 0), int(match["number"])
    each = cast(int, cast(Any, unet.config).layers_per_block) + 1
    if kind == "downsamplers":
        return f"input_blocks_{(block + 1) * each}_0_op"
    if kind == "upsamplers":
        place = 2 if hasattr(unet.up_blocks[block], "attentions") else 1
        return f"output_blocks_{block * each + each - 1}_{place}_conv"
    if kind == "resnets":
        inner = _ORIGINAL_NAMES.get(inner, inner)
    place = 0 if kind == "resnets" else 1
    match side:
        case "down_blocks":
            return f"input_blocks_{1 + block * each + number}_{place}_{inner}"
        case "up_blocks":
            return f"output_blocks_{block * each + number}_{place}_{inner}"
        case _:
            return f"middle_block_{2 * number + place}_{inner}"


def _not_for_this(path: Path) -> ModelError:
    return ModelError(
        f"The LoRA {path.name} does not fit this checkpoint: it was made for another architecture, or is no LoRA.",
        "Choose a LoRA made for SDXL.",
    )
