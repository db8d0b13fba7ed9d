"""From a checkpoint's files to the parts of a pipeline, ready to sample."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from accelerate import init_empty_weights
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from fastface_core.checkpoints import Checkpoint
from fastface_core.engine import lora
from fastface_core.engine.adapters import FaceAdapter, load_adapter
from fastface_core.engine.device import Device
from fastface_core.engine.libraries import quieten
from fastface_core.engine.weights import GET_IT, check_file, find_weights, loading_errors, read_state
from fastface_core.errors import ModelError
from fastface_core.progress import CancelToken, Report, Stage

Model = TypeVar("Model", bound=torch.nn.Module)
_DIFFUSION = "diffusion_pytorch_model"
_TRANSFORMER = "model"


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """A loaded checkpoint.

    Attributes:
        scheduler_config: of the base checkpoint, or the checkpoint's own.
        vae: in float32 where half precision overflows in it.
        preview: a small decoder, or None.
    """

    checkpoint: Checkpoint
    device: Device
    unet: UNet2DConditionModel
    vae: AutoencoderKL
    preview: AutoencoderTiny | None
    tokenizers: tuple[CLIPTokenizer, CLIPTokenizer]
    text_encoders: tuple[CLIPTextModel, CLIPTextModelWithProjection]
    scheduler_config: dict[str, Any]
    adapter: FaceAdapter
    zero_empty_prompt: bool

    @property
    def vae_factor(self) -> int:
        """Pixels per latent along one side."""
        return 2 ** (len(cast(tuple[int, ...], self.vae.config.block_out_channels)) - 1)


def load(checkpoint: Checkpoint, device: Device, report: Report, cancel: CancelToken) -> Parts:
    """Loads everything a checkpoint is made of onto the device.

    Raises:
        ModelError: a file is missing, damaged, or made for another architecture.
        Cancelled: between two parts.
    """
    quieten()
    base, dtype = checkpoint.base, device.dtype
    target = device.torch_device
    stages = iter(range(6))

    def begin(text: str) -> None:
        cancel.check()
        report(Stage(text, next(stages) / 6))

    begin("Checking the model files")
    index = _read_json(base / "model_index.json")
    scheduler_config = _read_json((checkpoint.scheduler_folder or base / "scheduler") / "scheduler_config.json")
    begin("Loading the text encoders")
    tokenizers = (_tokenizer(base / "tokenizer"), _tokenizer(base / "tokenizer_2"))
    text_encoders = (
        _from_folder(CLIPTextModel, base / "text_encoder", _TRANSFORMER, dtype),
        _from_folder(CLIPTextModelWithProjection, base / "text_encoder_2", _TRANSFORMER, dtype),
    )
    begin("Loading the UNet")
    unet = _load_unet(checkpoint, dtype)
    if checkpoint.lora is not None:
        lora.fuse(unet, lora.read_lora(checkpoint.lora, unet), checkpoint.lora)
    begin("Loading the face adapter")
    adapter = load_adapter(checkpoint.adapter, unet, dtype)
    begin("Loading the decoder")
    vae = _load_vae(checkpoint.vae or base / "vae", dtype)
    if device.tile_decoding:
        vae.enable_tiling()
    preview = None
    if checkpoint.preview is not None:
        preview = _from_folder(AutoencoderTiny, checkpoint.preview, _DIFFUSION, dtype)
    begin(f"Moving the model to {device.name}")
    unet.to(target)
    adapter.to(target)
    vae.to(target)
    if preview is not None:
        preview.to(target)
    if device.keep_encoders:
        for encoder in (*text_encoders, adapter.encoder):
            cast(torch.nn.Module, encoder).to(target)
    return Parts(
        checkpoint=checkpoint,
        device=device,
        unet=unet,
        vae=vae,
        preview=preview,
        tokenizers=tokenizers,
        text_encoders=text_encoders,
        scheduler_config=scheduler_config,
        adapter=adapter,
        zero_empty_prompt=bool(index.get("force_zeros_for_empty_prompt", True)),
    )


def _read_json(path: Path) -> dict[str, Any]:
    check_file(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"The model file {path.parent.name}/{path.name} is damaged.", GET_IT) from error
    if not isinstance(content, dict):
        raise ModelError(f"The model file {path.parent.name}/{path.name} is damaged.", GET_IT)
    return cast(dict[str, Any], content)


def _tokenizer(folder: Path) -> CLIPTokenizer:
    # The hub's SDXL folders hold vocab.json and merges.txt; newer ones a tokenizer.json instead.
    if not (folder / "tokenizer.json").is_file():
        check_file(folder / "vocab.json")
        check_file(folder / "merges.txt")
    with loading_errors(folder):
        return CLIPTokenizer.from_pretrained(folder, local_files_only=True)


def _from_folder(kind: type[Model], folder: Path, stem: str, dtype: torch.dtype) -> Model:
    """A model of diffusers or transformers from a hub folder, in its fp16 variant where there is one."""
    check_file(folder / "config.json")
    _, variant = find_weights(folder, stem)
    load: Callable[..., Model] = kind.from_pretrained  # type: ignore[reportAttributeAccessIssue]
    with loading_errors(folder):
        model = load(folder, variant=variant, dtype=dtype, local_files_only=True)
    return model.eval().requires_grad_(False)


def _load_unet(checkpoint: Checkpoint, dtype: torch.dtype) -> UNet2DConditionModel:
    own = checkpoint.unet
    if own is None or own.is_dir():
        unet = _from_folder(UNet2DConditionModel, own or checkpoint.base / "unet", _DIFFUSION, dtype)
    else:
        unet = _unet_from_file(own, checkpoint.base / "unet", dtype)
    if unet.config.addition_embed_type != "text_time":
        raise ModelError(
            f"The checkpoint {checkpoint.title} is not an SDXL model.", "Choose a checkpoint made for SDXL."
        )
    return unet


def _unet_from_file(path: Path, config_folder: Path, dtype: torch.dtype) -> UNet2DConditionModel:
    """UNet weights in one file, as SDXL-Lightning has them, for the configuration of the base."""
    config = _read_json(config_folder / "config.json")
    state: dict[str, Tensor] = {name: value.to(dtype) for name, value in read_state(path).items()}
    with init_empty_weights():
        unet = cast(UNet2DConditionModel, UNet2DConditionModel.from_config(config))
    try:
        unet.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise ModelError(
            f"The UNet {path.name} does not fit this checkpoint: it was made for another architecture.",
            "Choose a UNet made for SDXL.",
        ) from error
    return unet.eval().requires_grad_(False)


def _load_vae(folder: Path, dtype: torch.dtype) -> AutoencoderKL:
    # SDXL's first VAE overflows in float16 and says so in its configuration; bfloat16 has the range.
    upcast = dtype == torch.float16 and _read_json(folder / "config.json").get("force_upcast", True)
    return _from_folder(AutoencoderKL, folder, _DIFFUSION, torch.float32 if upcast else dtype)
