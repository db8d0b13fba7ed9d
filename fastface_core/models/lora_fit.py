"""Whether a LoRA fits a UNet: told from the names and shapes of its tensors, without torch."""

import math
import re
from collections.abc import Iterator
from functools import cache

from fastface_core import paths
from fastface_core.domain.lora_names import ALPHA, MATRIX, is_beside, plain
from fastface_core.models import sdxl
from fastface_core.models.sdxl import Shapes, UNetSizes

_BLOCK = re.compile(r"(input_blocks|output_blocks)\.(\d+)\.(\d+)\.(.+)|(middle_block)\.(\d+)\.(.+)")
_RESNET = {
    "in_layers.2": "conv1",
    "out_layers.3": "conv2",
    "emb_layers.1": "time_emb_proj",
    "skip_connection": "conv_shortcut",
}
_ENDS = {
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "label_emb.0.0": "add_embedding.linear_1",
    "label_emb.0.2": "add_embedding.linear_2",
    "input_blocks.0.0": "conv_in",
    "out.2": "conv_out",
}


def fits_one(shapes: Shapes) -> bool:
    """Whether a LoRA fits SDXL's UNet or the starter's: every layer that it changes is there, in its size."""
    return any(_fits(shapes, sizes) for sizes in _unets())


@cache
def _unets() -> tuple[UNetSizes, ...]:
    starter = sdxl.Sizes.of(paths.resource("starter", "sdxl"))
    return (UNetSizes(), *([starter.unet] if starter is not None else []))


def _fits(shapes: Shapes, sizes: UNetSizes) -> bool:
    layers = layers_of(sizes)
    parts: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, shape in shapes.items():
        if is_beside(name):
            continue
        found = MATRIX.fullmatch(name) or ALPHA.fullmatch(name)
        layer = layers.get(plain(found["layer"])) if found else None
        if found is None or layer is None:
            return False
        if found.re is MATRIX:
            part = "down" if found["part"] in ("down", "A") else "up"
            outside = math.prod(shape[1:]) if part == "down" else shape[0] if shape else 0
            if len(shape) < 2 or outside != (math.prod(layer[1:]) if part == "down" else layer[0]):
                return False
            parts.setdefault(plain(found["layer"]), {})[part] = shape
    if not parts or any(0 in shape for one in parts.values() for shape in one.values()):
        return False
    return all(len(one) == 2 and math.prod(one["up"][1:]) == one["down"][0] for one in parts.values())


@cache
def layers_of(sizes: UNetSizes) -> Shapes:
    """The UNet's layers with weights of two dimensions or more, by both the names that files have for them."""
    found: dict[str, tuple[int, ...]] = {}
    for name, shape in sdxl.unet(sizes).items():
        if name.endswith(".weight") and len(shape) > 1:
            layer = name.removesuffix(".weight")
            for one in (layer, *_in_diffusers(layer, sizes)):
                found[one.replace(".", "_")] = shape
    return found


def _in_diffusers(layer: str, sizes: UNetSizes) -> Iterator[str]:
    """A layer of the original code as diffusers calls it."""
    if layer in _ENDS:
        yield _ENDS[layer]
        return
    found = _BLOCK.fullmatch(layer)
    if found is None:
        return
    side, number, place = found[1] or found[5], int(found[2] or found[6]), int(found[3] or 0)
    each, inner = sizes.layers + 1, _RESNET.get(found[4] or found[7], found[4] or found[7])
    if side == "middle_block":  # resnet, attention, resnet
        yield f"mid_block.attentions.0.{inner}" if number == 1 else f"mid_block.resnets.{number // 2}.{inner}"
    elif side == "input_blocks":
        block, index = divmod(number - 1, each)
        if inner == "op":
            yield f"down_blocks.{block}.downsamplers.0.conv"
        else:
            yield f"down_blocks.{block}.{'attentions' if place else 'resnets'}.{index}.{inner}"
    else:
        block, index = divmod(number, each)
        if inner == "conv" and place:
            yield f"up_blocks.{block}.upsamplers.0.conv"
        else:
            yield f"up_blocks.{block}.{'attentions' if place else 'resnets'}.{index}.{inner}"
