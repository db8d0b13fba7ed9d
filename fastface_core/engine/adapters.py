"""Face adapters: from an identity to the tokens that the identity attention looks at.

FaceID-Plus-v2 (h94/IP-Adapter-FaceID) makes 4 tokens from the recogniser's embedding and the CLIP states of the
aligned face; IP-Adapter Plus-Face (h94/IP-Adapter) makes 16 from the CLIP states alone.
"""

import re
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import torch
from diffusers.models.embeddings import IPAdapterFaceIDPlusImageProjection, IPAdapterPlusImageProjection
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from transformers import CLIPVisionModelWithProjection

from fastface_core.checkpoints import AdapterFiles
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.lora import Lora, LoraLayer, add_to_unet, read_lora
from fastface_core.engine.weights import GET_IT, load_model, read_state
from fastface_core.errors import ModelError
from fastface_core.identity import Identity
from fastface_core.presets import Part

FACE_LORA = "face"
"""The name of the adapter's LoRA in the UNet."""

# OpenAI's CLIP preprocessing.
_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
_PARTS: tuple[Part, ...] = ("down", "mid", "up")
_LORA_DOWN = re.compile(r"(\d+)\.(to_q|to_k|to_v|to_out)_lora\.down\.weight")


class FaceAdapter(Protocol):
    """What the method needs of an adapter.

    Attributes:
        tokens: how many identity tokens it makes.
        processors: its attention, by the UNet's name of the processor it replaces.
        has_lora: whether it brought a LoRA, which is then in the UNet under the name `FACE_LORA`.
        encoder: the image encoder, to be moved between devices.
    """

    tokens: int
    processors: dict[str, FaceAttention]
    has_lora: bool
    encoder: CLIPVisionModelWithProjection

    def project(self, identity: Identity) -> Tensor:
        """Identity tokens, (1, tokens, cross-attention size), in the UNet's dtype."""
        ...

    def nobody(self) -> Tensor:
        """The tokens of no face, of the same shape."""
        ...

    def to(self, device: torch.device) -> None:
        """Moves everything but the encoder."""
        ...


class _ClipAdapter:
    """What both adapters share: the image encoder, and the processors."""

    def __init__(
        self,
        projection: torch.nn.Module,
        processors: dict[str, FaceAttention],
        encoder: CLIPVisionModelWithProjection,
        has_lora: bool,
    ) -> None:
        self.processors = processors
        self.encoder = encoder
        self.has_lora = has_lora
        self._projection = projection.eval().requires_grad_(False)

    def to(self, device: torch.device) -> None:
        self._projection.to(device)
        for processor in self.processors.values():
            processor.to(device)

    @property
    def _dtype(self) -> torch.dtype:
        return next(self._projection.parameters()).dtype

    @property
    def _device(self) -> torch.device:
        return next(self._projection.parameters()).device

    def _states(self, pixels: Tensor) -> Tensor:
        """Penultimate hidden states, (1, tokens, size), of preprocessed pixels (1, 3, side, side)."""
        pixels = pixels.to(self.encoder.device, self.encoder.dtype)
        output = self.encoder(pixels, output_hidden_states=True)
        return cast(Tensor, output.hidden_states[-2]).to(self._device, self._dtype)

    def _no_pixels(self) -> Tensor:
        # Zero after preprocessing, which is a mid grey and not a black photo: so the adapters were trained.
        side = cast(int, self.encoder.config.image_size)
        return torch.zeros(1, 3, side, side)

    def _pixels(self, crop: NDArray[np.uint8]) -> Tensor:
        """(1, 3, side, side) for CLIP, from (height, width, 3)."""
        side = cast(int, self.encoder.config.image_size)
        if crop.shape[:2] != (side, side):
            crop = np.asarray(Image.fromarray(crop).resize((side, side), Image.Resampling.BICUBIC))
        pixels = torch.from_numpy(np.array(crop, dtype=np.float32)) / 255
        pixels = (pixels - torch.tensor(_CLIP_MEAN)) / torch.tensor(_CLIP_STD)
        return pixels.permute(2, 0, 1)[None]


class FaceIdPlusV2(_ClipAdapter):
    """IP-Adapter FaceID-Plus-v2: 4 tokens from embedding and aligned face."""

    def __init__(
        self,
        projection: IPAdapterFaceIDPlusImageProjection,
        processors: dict[str, FaceAttention],
        encoder: CLIPVisionModelWithProjection,
        has_lora: bool,
    ) -> None:
        super().__init__(projection, processors, encoder, has_lora)
        self._layer = projection
        # v2 adds the projected embedding to the resampled face; the loader cannot see the version in the weights.
        self._layer.shortcut = True
        self.tokens = projection.num_tokens

    def project(self, identity: Identity) -> Tensor:
        # The published code hands the crop to CLIP in blue-green-red order, and its results were obtained so.
        states = self._states(self._pixels(identity.crop[..., ::-1]))
        return self._tokens(torch.from_numpy(identity.embedding)[None], states)

    def nobody(self) -> Tensor:
        size = self._layer.proj.net[0].proj.in_features  # type: ignore[reportUnknownMemberType]
        return self._tokens(torch.zeros(1, cast(int, size)), self._states(self._no_pixels()))

    def _tokens(self, embedding: Tensor, states: Tensor) -> Tensor:
        self._layer.clip_embeds = cast(Any, states[:, None])
        try:
            return self._layer(embedding.to(self._device))
        finally:
            self._layer.clip_embeds = None


class PlusFace(_ClipAdapter):
    """IP-Adapter Plus-Face: 16 tokens from the aligned face alone."""

    def __init__(
        self,
        projection: IPAdapterPlusImageProjection,
        processors: dict[str, FaceAttention],
        encoder: CLIPVisionModelWithProjection,
        has_lora: bool,
    ) -> None:
        super().__init__(projection, processors, encoder, has_lora)
        self.tokens = projection.latents.shape[1]

    def project(self, identity: Identity) -> Tensor:
        return self._projection(self._states(self._pixels(identity.crop)))

    def nobody(self) -> Tensor:
        return self._projection(self._states(self._no_pixels()))


def load_adapter(files: AdapterFiles, unet: UNet2DConditionModel, encoder_dtype: torch.dtype) -> FaceAdapter:
    """A face adapter for this UNet; its LoRA, if it has one, is added to the UNet and switched off.

    Raises:
        ModelError: a file is missing or damaged, or was made for another architecture.
    """
    state = read_state(files.weights)
    projection_state = _below(state, "image_proj.")
    attention_state = _below(state, "ip_adapter.")
    key = "perceiver_resampler.proj_in.weight" if files.kind == "faceid-plus-v2" else "latents"
    if key not in projection_state or not attention_state:
        raise _another(files.weights, "it is not an adapter of the kind expected here")
    names = list(cast(dict[str, Any], unet.attn_processors))
    projection = _projection(files.weights, projection_state, unet)
    is_faceid = isinstance(projection, IPAdapterFaceIDPlusImageProjection)
    tokens = projection.num_tokens if is_faceid else cast(Tensor, projection.latents).shape[1]
    processors = _processors(files.weights, attention_state, unet, names, tokens)
    lora = _read_lora(files, attention_state, names, unet)
    encoder = load_model(CLIPVisionModelWithProjection, files.image_encoder, "model", encoder_dtype)
    _check_encoder(files, projection, encoder)
    if lora is not None:
        add_to_unet(unet, lora, FACE_LORA, files.lora or files.weights)
        unet.disable_lora()
    if is_faceid:
        return FaceIdPlusV2(projection, processors, encoder, lora is not None)
    return PlusFace(cast(IPAdapterPlusImageProjection, projection), processors, encoder, lora is not None)


def _below(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def _another(path: Path, reason: str) -> ModelError:
    return ModelError(
        f"The face adapter {path.name} does not fit this checkpoint: {reason}.",
        "Choose an adapter made for SDXL, of the kind that the checkpoint asks for.",
    )


def _incomplete(path: Path) -> ModelError:
    return ModelError(f"The face adapter {path.name} is incomplete.", GET_IT)


def _processors(
    path: Path, state: dict[str, Tensor], unet: UNet2DConditionModel, names: list[str], tokens: int
) -> dict[str, FaceAttention]:
    """The adapter's attention by processor name.

    The file numbers the UNet's attention layers in their order, self-attention included; the face's keys stand at
    those of the cross-attention.
    """
    modules = dict(unet.named_modules())
    processors: dict[str, FaceAttention] = {}
    for number, name in enumerate(names):
        if name.endswith("attn1.processor"):
            continue
        key, value = state.get(f"{number}.to_k_ip.weight"), state.get(f"{number}.to_v_ip.weight")
        if key is None or value is None:
            raise _another(path, f"it has nothing for the attention layer {name.removesuffix('.processor')}")
        expected = cast(torch.nn.Linear, modules[name.removesuffix(".processor") + ".to_k"]).weight.shape
        if key.shape != expected or value.shape != expected:
            raise _another(path, f"its layers have the size {tuple(key.shape)} instead of {tuple(expected)}")
        part: Part = next(part for part in _PARTS if name.startswith(part))
        processors[name] = FaceAttention(key.to(unet.dtype), value.to(unet.dtype), tokens, part)
    if len(processors) != sum(key.endswith("to_k_ip.weight") for key in state):
        raise _another(path, "it has more attention layers than the checkpoint")
    return processors


def _projection(path: Path, state: dict[str, Tensor], unet: UNet2DConditionModel) -> torch.nn.Module:
    try:
        projection = cast(
            torch.nn.Module,
            unet._convert_ip_adapter_image_proj_to_diffusers(state),  # type: ignore[reportPrivateUsage]
        )
    except (KeyError, ValueError, RuntimeError) as error:
        raise _another(path, "its projection is not of the form expected") from error
    if any(parameter.is_meta for parameter in projection.parameters()):
        raise _incomplete(path)
    # The library passes over what it does not know, such as more layers than the adapters have.
    taken = sum(parameter.numel() for parameter in projection.parameters())
    if taken != sum(value.numel() for value in state.values()):
        raise _another(path, "its projection is not of the form expected")
    return projection.to(unet.dtype)


def _check_encoder(files: AdapterFiles, projection: torch.nn.Module, encoder: CLIPVisionModelWithProjection) -> None:
    expected = cast(torch.nn.Linear, projection.proj_in).in_features
    if encoder.config.hidden_size != expected:
        raise _another(
            files.weights,
            f"it expects an image encoder of size {expected}, and {files.image_encoder.name} has"
            f" {encoder.config.hidden_size}",
        )


def _read_lora(
    files: AdapterFiles, attention_state: dict[str, Tensor], names: list[str], unet: UNet2DConditionModel
) -> Lora | None:
    """The adapter's LoRA: from its own file, or from among the adapter's attention keys."""
    if files.lora is not None:
        return read_lora(files.lora, unet)
    lora: dict[str, LoraLayer] = {}
    for key, down in attention_state.items():
        match = _LORA_DOWN.fullmatch(key)
        if match is None:
            continue
        number, projection = int(match[1]), match[2]
        up = attention_state.get(f"{number}.{projection}_lora.up.weight")
        if up is None or number >= len(names):
            raise _incomplete(files.weights)
        place = f"{projection}.0" if projection == "to_out" else projection
        lora[f"{names[number].removesuffix('.processor')}.{place}"] = LoraLayer(down, up)
    if 2 * len(lora) != sum("_lora." in key for key in attention_state):
        raise _incomplete(files.weights)
    return lora or None
