"""SDXL checkpoints in one file, in the original form: their UNet and text encoders for the configurations of a base."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import torch
from accelerate import init_empty_weights
from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint, convert_open_clip_checkpoint
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import safe_open
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from fastface_core.engine.weights import check_file, loading_errors, read_json
from fastface_core.errors import ModelError

_UNET = "model.diffusion_model."
_FIRST = "conditioner.embedders.0.transformer."
_SECOND = "conditioner.embedders.1.model."

_Text = TypeVar("_Text", CLIPTextModel, CLIPTextModelWithProjection)


def load_text_encoders(path: Path, base: Path, dtype: torch.dtype) -> tuple[CLIPTextModel, CLIPTextModelWithProjection]:
    """Both text encoders of a single-file checkpoint, on the CPU, to compute with and not to train.

    Args:
        base: diffusers folder of the checkpoint whose configurations they have.

    Raises:
        ModelError: a file is missing or damaged, or the weights do not fit the configuration.
    """
    first = {name.removeprefix(_FIRST): value for name, value in _read(path, _FIRST).items()}
    # The converter asks the model for the width of its states, where the file does not say it.
    second = _read(path, _SECOND)
    config = read_json(base / "text_encoder_2" / "config.json")
    model = SimpleNamespace(config=SimpleNamespace(hidden_size=config.get("hidden_size")))
    with loading_errors(path):
        converted = cast(dict[str, Tensor], convert_open_clip_checkpoint(model, second, prefix=_SECOND))
    return (
        _text_encoder(CLIPTextModel, path, base / "text_encoder", first, dtype),
        _text_encoder(CLIPTextModelWithProjection, path, base / "text_encoder_2", converted, dtype),
    )


def load_unet(path: Path, base: Path, dtype: torch.dtype) -> UNet2DConditionModel:
    """The UNet of a single-file checkpoint, on the CPU, to compute with and not to train.

    Raises:
        ModelError: as for the text encoders.
    """
    config = read_json(base / "unet" / "config.json")
    state = _read(path, _UNET)
    with loading_errors(path):
        converted = cast(dict[str, Tensor], convert_ldm_unet_checkpoint(state, config))
        with init_empty_weights():
            unet = cast(UNet2DConditionModel, UNet2DConditionModel.from_config(config))
    try:
        unet.load_state_dict({name: value.to(dtype) for name, value in converted.items()}, assign=True)
    except RuntimeError as error:
        raise _other(path, "UNet") from error
    return unet.eval().requires_grad_(False)


def _text_encoder(kind: type[_Text], path: Path, folder: Path, state: dict[str, Tensor], dtype: torch.dtype) -> _Text:
    read_json(folder / "config.json")
    load: Any = kind.from_pretrained
    with loading_errors(path):
        config = CLIPTextConfig.from_pretrained(folder, local_files_only=True)
        try:
            model, found = load(None, config=config, state_dict=state, dtype=dtype, output_loading_info=True)
        except RuntimeError as error:
            raise _other(path, "text encoder") from error
    # The library fills gaps with random numbers and goes on.
    if found["missing_keys"] or found["mismatched_keys"]:
        raise _other(path, "text encoder")
    return model.eval().requires_grad_(False)


def _other(path: Path, part: str) -> ModelError:
    return ModelError(
        f"The {part} in {path.name} does not fit SDXL: it was made for another architecture, or is incomplete.",
        "Choose a checkpoint made for SDXL.",
    )


def _read(path: Path, prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin so; the others are not read."""
    check_file(path)
    with loading_errors(path), safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys() if name.startswith(prefix)}  # noqa: SIM118
