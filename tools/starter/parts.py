"""All networks of the starter model together, with fresh seeded weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from diffusers.models.embeddings import IPAdapterFaceIDPlusImageProjection
from torch import nn
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPVisionModelWithProjection

from tools.starter import architecture, faceid


@dataclass
class Parts:
    """What the pack is written from. The UNet carries the adapter's attention and LoRA."""

    unet: UNet2DConditionModel
    identity_attention: nn.ModuleList
    loras: list[faceid.LowRank]
    projection: IPAdapterFaceIDPlusImageProjection
    text: CLIPTextModel
    text_2: CLIPTextModelWithProjection
    vision: CLIPVisionModelWithProjection
    vae: AutoencoderKL
    preview: AutoencoderTiny
    recogniser: architecture.Recogniser
    prediction: str = "epsilon"
    notes: dict[str, object] = field(default_factory=dict)


def fresh(seed: int = 0) -> Parts:
    """Untrained parts; the same weights for the same seed."""
    torch.manual_seed(seed)
    unet = architecture.unet()
    text, text_2 = architecture.text_encoders()
    return Parts(
        unet=unet,
        identity_attention=faceid.install(unet),
        loras=faceid.install_lora(unet),
        projection=faceid.projection(),
        text=text,
        text_2=text_2,
        vision=architecture.vision_tower(),
        vae=architecture.vae(),
        preview=architecture.preview(),
        recogniser=architecture.Recogniser().eval(),
    )
