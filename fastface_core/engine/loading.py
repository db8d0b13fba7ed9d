"""From a checkpoint's files to the parts of a pipeline, ready to sample."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
from accelerate import init_empty_weights
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from fastface_core.domain.checkpoints import Checkpoint, Prediction
from fastface_core.engine import lora, single_file
from fastface_core.engine.adapters import FaceAdapter, load_adapter
from fastface_core.engine.device import Device
from fastface_core.engine.libraries import quieten
from fastface_core.engine.residence import Residence, moved_to
from fastface_core.engine.weights import (
    GET_IT,
    Stem,
    check_file,
    find_weights,
    is_weights_file,
    load_model,
    loading_errors,
    read_json,
    read_state,
)
from fastface_core.errors import ModelError
from fastface_core.progress import CancelToken, Report, Stage

_DIFFUSION: Stem = "diffusion_pytorch_model"
_TRANSFORMER: Stem = "model"


@dataclass(frozen=True, eq=False, slots=True)
class Remembered:
    """What a checkpoint's encoders said, which is the same in every job.

    Attributes:
        texts: states and pooled states of the last prompts.
        nobody: the tokens of no face, by the number of photos.
    """

    texts: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict[str, tuple[Tensor, Tensor]])
    nobody: dict[int, Tensor] = field(default_factory=dict[int, Tensor])


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """A loaded checkpoint.

    Attributes:
        scheduler_config: of the base checkpoint, or the checkpoint's own.
        vae: in float32 where half precision overflows in it.
        preview: a small decoder, or None.
        residence: where they are.
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
    residence: Residence
    zero_empty_prompt: bool
    remembered: Remembered = field(default_factory=Remembered)

    @property
    def vae_factor(self) -> int:
        """Pixels per latent along one side."""
        return 2 ** (len(cast(Any, self.vae.config).block_out_channels) - 1)


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
    index = read_json(base / "model_index.json")
    scheduler_config = _predicting(
        checkpoint.prediction,
        read_json((checkpoint.scheduler_folder or base / "scheduler") / "scheduler_config.json"),
    )
    _check_files(checkpoint)
    begin("Loading the text encoders")
    tokenizers = (_tokenizer(base / "tokenizer"), _tokenizer(base / "tokenizer_2"))
    if checkpoint.weights is not None:
        text_encoders = single_file.load_text_encoders(checkpoint.weights, base, dtype)
    else:
        text_encoders = (
            load_model(CLIPTextModel, base / "text_encoder", _TRANSFORMER, dtype),
            load_model(CLIPTextModelWithProjection, base / "text_encoder_2", _TRANSFORMER, dtype),
        )
    for tokenizer, encoder in zip(tokenizers, text_encoders, strict=True):
        if len(tokenizer) > encoder.config.vocab_size:
            raise ModelError("The tokenizers do not fit the text encoders beside them.", GET_IT)
    begin("Loading the UNet")
    unet = _load_unet(checkpoint, dtype)
    if device.plan.unet_stays is None:
        # Before the LoRA is fused: a GPU does in an instant what takes a CPU many seconds.
        torch.nn.Module.to(unet, target)
    if checkpoint.lora is not None:
        lora.fuse(unet, lora.read_lora(checkpoint.lora, unet), checkpoint.lora)
    begin("Loading the face adapter")
    adapter = load_adapter(checkpoint.adapter, unet, dtype)
    begin("Loading the decoder")
    vae = _load_vae(checkpoint.vae or base / "vae", dtype)
    preview = None
    if checkpoint.preview is not None:
        preview = load_model(AutoencoderTiny, checkpoint.preview, _DIFFUSION, dtype)
    begin(f"Moving the model to {device.name}")
    adapter.to(target)
    moved_to(vae, target)
    if preview is not None:
        moved_to(preview, target)
    residence = Residence(target, unet, vae, (*text_encoders, *adapter.before_pictures))
    residence.follow(device.plan)
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
        residence=residence,
        zero_empty_prompt=bool(index.get("force_zeros_for_empty_prompt", True)),
    )


def _predicting(prediction: Prediction | None, config: dict[str, Any]) -> dict[str, Any]:
    """A scheduler's configuration for a UNet that predicts so."""
    match prediction:
        case None:
            return config
        case "epsilon" | "v":
            return {**config, "prediction_type": "epsilon" if prediction == "epsilon" else "v_prediction"}
        case "v-zero-snr":
            # What it learned of pure noise counts only where sampling begins at the very last timestep.
            zero = {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
            return {**config, "prediction_type": "v_prediction", **zero}


def _check_files(checkpoint: Checkpoint) -> None:
    """Checks that all files are there, and complete as far as that shows, before anything long begins."""
    base, adapter = checkpoint.base, checkpoint.adapter
    unet = checkpoint.unet or base / "unet"
    files = [checkpoint.lora, checkpoint.weights, adapter.weights, adapter.lora]
    folders: list[tuple[Path | None, Stem]] = [
        (checkpoint.vae or base / "vae", _DIFFUSION),
        (checkpoint.preview, _DIFFUSION),
        (adapter.control, _DIFFUSION),
    ]
    if adapter.image_encoder is not None and is_weights_file(adapter.image_encoder):
        files.append(adapter.image_encoder)
    else:
        folders.append((adapter.image_encoder, _TRANSFORMER))
    if checkpoint.weights is not None:
        files.append(base / "unet" / "config.json")
    else:
        folders.append((base / "text_encoder", _TRANSFORMER))
        folders.append((base / "text_encoder_2", _TRANSFORMER))
        if unet.is_file():
            files += [unet, base / "unet" / "config.json"]
        else:
            folders.append((unet, _DIFFUSION))
    for folder, stem in folders:
        if folder is not None:
            check_file(folder / "config.json")
            find_weights(folder, stem)
    for file in files:
        if file is not None:
            check_file(file)


def _tokenizer(folder: Path) -> CLIPTokenizer:
    # The hub's SDXL folders hold vocab.json and merges.txt; newer ones a tokenizer.json instead.
    if not (folder / "tokenizer.json").is_file():
        check_file(folder / "vocab.json")
        check_file(folder / "merges.txt")
    with loading_errors(folder):
        return CLIPTokenizer.from_pretrained(folder, local_files_only=True)


def _load_unet(checkpoint: Checkpoint, dtype: torch.dtype) -> UNet2DConditionModel:
    own = checkpoint.unet
    if checkpoint.weights is not None:
        unet = single_file.load_unet(checkpoint.weights, checkpoint.base, dtype)
    elif own is None or own.is_dir():
        unet = load_model(UNet2DConditionModel, own or checkpoint.base / "unet", _DIFFUSION, dtype)
    else:
        unet = _unet_from_file(own, checkpoint.base / "unet", dtype)
    if cast(Any, unet.config).addition_embed_type != "text_time":
        raise ModelError(
            f"The checkpoint {checkpoint.title} is not an SDXL model.", "Choose a checkpoint made for SDXL."
        )
    return unet


def _unet_from_file(path: Path, config_folder: Path, dtype: torch.dtype) -> UNet2DConditionModel:
    """UNet weights in one file, as SDXL-Lightning has them, for the configuration of the base."""
    config = read_json(config_folder / "config.json")
    state: dict[str, Tensor] = {name: value.to(dtype) for name, value in read_state(path).items()}
    with loading_errors(config_folder), init_empty_weights():
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
    upcast = dtype == torch.float16 and read_json(folder / "config.json").get("force_upcast", True)
    return load_model(AutoencoderKL, folder, _DIFFUSION, torch.float32 if upcast else dtype)
