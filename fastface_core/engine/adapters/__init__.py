"""Face adapters: from an identity to the tokens that the identity attention looks at. One file or folder each."""

from collections.abc import Generator
from contextlib import contextmanager

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from fastface_core.domain.checkpoints import AdapterFiles, AdapterKind
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters.faceid import FaceId, FaceIdPortrait
from fastface_core.engine.adapters.faceid_plus import FaceIdPlusV2
from fastface_core.engine.adapters.files import AdapterFile
from fastface_core.engine.adapters.instantid import InstantId
from fastface_core.engine.adapters.interface import Control, FaceAdapter
from fastface_core.engine.adapters.plus_face import PlusFace
from fastface_core.engine.adapters.pulid import PulidV1, PulidV11
from fastface_core.engine.attention import InstalledAttention, installed
from fastface_core.engine.lora import add_to_unet, loras_at
from fastface_core.engine.own_loras import strengths_of

__all__ = ["ADAPTERS", "FACE_LORA", "Control", "FaceAdapter", "FaceIdPlusV2", "PlusFace", "in_unet", "load_adapter"]

FACE_LORA = "face"
"""The name of the adapter's LoRA in the UNet."""

_CLASSES: tuple[type[FaceAdapter], ...] = (
    FaceIdPlusV2,
    FaceId,
    FaceIdPortrait,
    PlusFace,
    InstantId,
    PulidV1,
    PulidV11,
)
ADAPTERS: dict[AdapterKind, type[FaceAdapter]] = {one.kind: one for one in _CLASSES}


def load_adapter(files: AdapterFiles, unet: UNet2DConditionModel, encoder_dtype: torch.dtype) -> FaceAdapter:
    """A face adapter for this UNet; its LoRA, if it has one, is added to the UNet's adjustable ones.

    Raises:
        ModelError: a file is missing or damaged, or was made for another architecture.
    """
    file = AdapterFile(files, unet)
    adapter = ADAPTERS[files.kind].load(file, encoder_dtype)
    lora = file.lora(file.below("ip_adapter."))
    if lora is not None:
        add_to_unet(unet, lora, FACE_LORA, files.lora or files.weights)
    adapter.has_lora = lora is not None
    return adapter


@contextmanager
def in_unet(unet: UNet2DConditionModel, adapter: FaceAdapter, preset: Preset) -> Generator[InstalledAttention]:
    """The adapter's attention and LoRA in the UNet, and the user's own LoRAs, as the preset wants them; all taken out
    however the block ends."""
    own = {FACE_LORA: preset.lora_strength} if adapter.has_lora else {}
    with (
        installed(unet, adapter.processors, preset.adapter_strength, adapter.joining(preset)) as attention,
        loras_at(unet, own | strengths_of(preset)),
    ):
        yield attention
