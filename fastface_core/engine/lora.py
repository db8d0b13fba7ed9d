"""LoRA files of every form that is about (kohya with alphas, diffusers, peft) in the UNet: fused, or adjustable."""

import re
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

import torch
import torch.nn.functional as F
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from torch.utils.hooks import RemovableHandle

from fastface_core.domain.lora_names import ALPHA, MATRIX, is_beside, plain
from fastface_core.engine import lora_scales
from fastface_core.engine.device import free_on
from fastface_core.engine.weights import read_state
from fastface_core.errors import ModelError

# What a picture takes on a GPU beside the weights: sampling, and decoding as a whole.
_WORK_ON_GPU = 2 * 1024**3

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
    names = names_in_files(unet)
    matrices: dict[str, dict[str, Tensor]] = {}
    alphas: dict[str, float] = {}
    for key, value in read_state(path).items():
        if is_beside(key):
            continue
        match = MATRIX.fullmatch(key) or ALPHA.fullmatch(key)
        layer = names.get(plain(match["layer"])) if match else None
        if match is None or layer is None:
            raise _not_for_this(path)
        if match.re is ALPHA:
            if value.numel() != 1 or not value.isfinite().all():
                raise _not_for_this(path)
            alphas[layer] = float(value)
        else:
            matrices.setdefault(layer, {})["down" if match["part"] in ("down", "A") else "up"] = value
    lora: dict[str, LoraLayer] = {}
    meant = lora_scales.said(path)
    for layer, parts in matrices.items():
        if len(parts) != 2 or parts["down"].ndim < 2 or 0 in parts["down"].shape:
            raise _not_for_this(path)
        rank = parts["down"].shape[0]
        scale = alphas[layer] / rank if layer in alphas else meant(layer, rank)
        lora[layer] = LoraLayer(**parts, scale=scale)
    return lora


def fuse(unet: UNet2DConditionModel, lora: Lora, path: Path) -> None:
    """Adds a LoRA, which came from `path`, to the weights themselves, in float32 and rounded once.

    Raises:
        ModelError: it was made for another architecture; the UNet is as before then.
    """
    modules = dict(unet.named_modules())
    for name, layer in _fitted(unet, lora, path).items():
        weight = _weight(modules[name])
        weight.data = _with(weight.data, [(layer, 1.0)])


def add_to_unet(unet: UNet2DConditionModel, lora: Lora, name: str, path: Path) -> None:
    """Makes a LoRA, which came from `path`, adjustable under `name`; the UNet is as it was until `loras_at`.

    Raises:
        ModelError: it was made for another architecture.
    """
    layers = _fitted(unet, lora, path)
    _ADJUSTABLE.setdefault(unet, AdjustableLoras(unet)).loras[name] = layers


def loras_of(unet: UNet2DConditionModel) -> Mapping[str, Lora]:
    """The adjustable LoRAs that were added to a UNet, by their names."""
    found = _ADJUSTABLE.get(unet)
    return {} if found is None else found.loras


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
    with _ADJUSTABLE[unet].at(strengths):
        yield


def give_up_room(unet: UNet2DConditionModel) -> None:
    """Frees the second weights of a UNet's adjustable LoRAs; these go on adding the same, more slowly."""
    if (found := _ADJUSTABLE.get(unet)) is not None:
        found.give_up_room()


class AdjustableLoras:
    """LoRAs whose strengths change from job to job, in the weights themselves: a step costs no more than without them.

    The weights without them stay beside those with them, and are put back as they were. Those with them stay as well,
    for the next job with the same strengths. Where there is no room for both, be it on the device or in main memory,
    what the LoRAs add is computed beside the layers: slower, and the same up to rounding.

    Attributes:
        loras: by their names.
    """

    def __init__(self, unet: UNet2DConditionModel) -> None:
        # Without the UNet itself, which would live as long as it is remembered by.
        self._modules = {name: module for name, module in unet.named_modules() if module is not unet}
        self.loras: dict[str, Lora] = {}
        self._changed: tuple[dict[str, float], dict[str, Tensor]] | None = None
        self._strengths: Mapping[str, float] = {}
        self._plain: dict[str, Tensor] = {}
        """The weights without them, of the layers that have those with them within the block."""
        self._hooks: list[RemovableHandle] = []

    @contextmanager
    def at(self, strengths: Mapping[str, float]) -> Generator[None]:
        changed = self._weights(dict(strengths))
        self._strengths = strengths
        self._plain = {layer: _weight(self._modules[layer]).data for layer in changed}
        try:
            for layer, weight in changed.items():
                _weight(self._modules[layer]).data = weight
            self._put_beside(lambda layer: layer not in changed)
            yield
        finally:
            self._put_back()
            for hook in self._hooks:
                hook.remove()
            self._hooks = []

    def give_up_room(self) -> None:
        """Gives up the second weights: for the rest of the block what the LoRAs add is computed beside the layers."""
        layers = set(self._plain)
        self._put_back()
        self._changed = None
        self._put_beside(lambda layer: layer in layers)

    def _put_back(self) -> None:
        for layer, weight in self._plain.items():
            _weight(self._modules[layer]).data = weight
        self._plain = {}

    def _weights(self, strengths: dict[str, float]) -> dict[str, Tensor]:
        """The weights of all layers that change and that there is room for, by their names."""
        if self._changed is not None and self._changed[0] == strengths:
            return self._changed[1]
        self._changed = None
        layers: dict[str, list[tuple[LoraLayer, float]]] = {}
        for name, strength in strengths.items():
            for layer, part in self.loras[name].items():
                layers.setdefault(layer, []).append((part, strength))
        changed: dict[str, Tensor] = {}
        # Parts of the UNet may wait in main memory.
        by_device: dict[torch.device, dict[str, Tensor]] = {}
        for layer in layers:
            weight = _weight(self._modules[layer]).data
            by_device.setdefault(weight.device, {})[layer] = weight
        for weights in by_device.values():
            if _room_for(weights.values()):
                changed |= {layer: _with(weight, layers[layer]) for layer, weight in weights.items()}
        self._changed = strengths, changed
        return changed

    def _put_beside(self, wanted: Callable[[str], bool]) -> None:
        """Has what the LoRAs add computed separately from these layers, until the block ends."""
        for name, strength in self._strengths.items():
            for layer, part in self.loras[name].items():
                if wanted(layer):
                    module = self._modules[layer]
                    weight = _weight(module)
                    down, up = part.down.to(weight), (strength * part.scale * part.up.float()).to(weight)
                    self._hooks.append(module.register_forward_hook(partial(_and_beside, down, up)))


_ADJUSTABLE: WeakKeyDictionary[UNet2DConditionModel, AdjustableLoras] = WeakKeyDictionary()
"""By the UNet they were added to, as long as it lives."""


def _with(weight: Tensor, parts: Iterable[tuple[LoraLayer, float]]) -> Tensor:
    """A weight with LoRAs at their strengths, in float32 and rounded once."""
    changed = weight.float()
    for layer, strength in parts:
        up, down = (matrix.flatten(1).to(weight.device, torch.float32) for matrix in (layer.up, layer.down))
        changed = changed + (strength * layer.scale * (up @ down)).view_as(weight)
    changed = changed.to(weight.dtype)
    return changed.pin_memory() if weight.is_pinned() else changed


def _room_for(weights: Collection[Tensor]) -> bool:
    """Whether as much again as these weights take is free where they are, beside what a picture takes."""
    size, device = sum(weight.nbytes for weight in weights), next(iter(weights)).device
    # On a CPU in proportion: the 4.5 GB of a full-size picture are less than three times its attention's weights.
    work = 3 * size if device.type == "cpu" else _WORK_ON_GPU
    return size + work <= free_on(device)


def _and_beside(down: Tensor, up: Tensor, module: torch.nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
    """A layer's output with what a LoRA adds to it."""
    down, up = down.to(inputs[0].device), up.to(inputs[0].device)
    if isinstance(module, torch.nn.Conv2d):
        between = F.conv2d(inputs[0], down, None, module.stride, cast("tuple[int, int]", module.padding))
        return output + F.conv2d(between, up)
    return output + F.linear(F.linear(inputs[0], down), up)


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


def _weight(module: torch.nn.Module) -> Tensor:
    return cast(Tensor, module.weight)


def names_in_files(unet: UNet2DConditionModel) -> dict[str, str]:
    """The names of the UNet's layers by those that files may have for them, as `lora_names.plain` makes them."""
    # A layer that has a LoRA already is wrapped by it, beside the LoRA's own.
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
