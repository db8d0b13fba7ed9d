"""LoRA files of every form that is about (kohya with alphas, diffusers, peft) in the UNet: fused, or adjustable."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from diffusers.loaders.lora_pipeline import StableDiffusionXLLoraLoaderMixin
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import Tensor

from fastface_core.engine.weights import read_state
from fastface_core.errors import ModelError

_DISTILLATION = "distillation"


@dataclass(frozen=True, eq=False, slots=True)
class Lora:
    """A LoRA for the UNet.

    Attributes:
        state: with names that begin with "unet.".
        alphas: kohya's alphas by layer, or None where the strength is in the weights.
    """

    state: dict[str, Tensor]
    alphas: dict[str, float] | None


def read_lora(path: Path, unet: UNet2DConditionModel) -> Lora:
    """A LoRA file; layers for the text encoders, which no distillation has, are left out.

    Raises:
        ModelError: the file is missing, damaged, or not a LoRA for SDXL.
    """
    state = read_state(path)
    try:
        converted, alphas = cast(
            tuple[dict[str, Tensor], dict[str, float] | None],
            StableDiffusionXLLoraLoaderMixin.lora_state_dict(state, unet_config=unet.config),
        )
    except (ValueError, KeyError, IndexError) as error:
        raise _not_for_this(path) from error
    # Files made for a UNet alone may name its layers without the prefix.
    if not any(name.startswith(("unet.", "text_encoder")) for name in converted):
        converted = {f"unet.{name}": value for name, value in converted.items()}
    layers = {name: value for name, value in converted.items() if name.startswith("unet.")}
    if not layers or not all("lora" in name for name in layers):
        raise _not_for_this(path)
    return Lora(layers, alphas or None)


def add_to_unet(unet: UNet2DConditionModel, lora: Lora, name: str, path: Path) -> None:
    """Adds a LoRA to the UNet under `name`, switched on at strength 1.

    Raises:
        ModelError: it was made for another architecture.
    """
    state = {key: value.to(unet.dtype) if value.is_floating_point() else value for key, value in lora.state.items()}
    try:
        unet.load_lora_adapter(state, prefix="unet", network_alphas=lora.alphas, adapter_name=name)
    except (ValueError, RuntimeError, KeyError) as error:
        raise _not_for_this(path) from error
    # Layers that do not fit are passed over with a mere warning: a LoRA that is half in is worse than none.
    wanted = sum(key.endswith((".lora_A.weight", "lora.down.weight", "_lora.down.weight")) for key in state)
    found = sum(isinstance(module, BaseTunerLayer) and name in module.lora_A for module in unet.modules())  # type: ignore[reportUnknownMemberType]
    if found != wanted or not found:
        raise _not_for_this(path)


def fuse(unet: UNet2DConditionModel, lora: Lora, path: Path) -> None:
    """Adds a LoRA to the weights themselves, at strength 1: afterwards the UNet is a plain one again.

    Raises:
        ModelError: it was made for another architecture.
    """
    add_to_unet(unet, lora, _DISTILLATION, path)
    unet.fuse_lora(adapter_names=[_DISTILLATION])
    unet.unload_lora()


@contextmanager
def lora_at(unet: UNet2DConditionModel, name: str, strength: float) -> Iterator[None]:
    """The LoRA `name` at `strength` within the block, and off after it."""
    if strength == 0:
        yield
        return
    unet.enable_lora()
    unet.set_adapters([name], weights=cast(Any, [strength]))
    try:
        yield
    finally:
        unet.disable_lora()


def _not_for_this(path: Path) -> ModelError:
    return ModelError(
        f"The LoRA {path.name} does not fit this checkpoint: it was made for another architecture, or is no LoRA.",
        "Choose a LoRA made for SDXL.",
    )
