"""The sizes of every part of the starter model, and how each is built with fresh weights.

Each part is the class that loads the real checkpoint, only smaller. This module knows no training and no files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, DDIMScheduler, UNet2DConditionModel
from torch import nn
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from tools.starter.vocabulary import END, LENGTH, START, vocabulary

SIZE = 256
STEPS = 4
TEXT_WIDTHS = (32, 64)
POOLED_WIDTH = TEXT_WIDTHS[1]
CROSS_WIDTH = sum(TEXT_WIDTHS)
TIME_WIDTH = 16
VISION_WIDTH = 64
LORA_RANK = 8
LATENTS = 8
EMBEDDING = 512
RECOGNISER_WIDTHS = (16, 32, 64, 96)

SCHEDULER: dict[str, Any] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
    "timestep_spacing": "leading",
}


def scheduler(prediction: str = "epsilon") -> DDIMScheduler:
    """SDXL's noise schedule."""
    config: dict[str, Any] = {**SCHEDULER, "prediction_type": prediction}
    return DDIMScheduler(**config)


def unet() -> UNet2DConditionModel:
    """SDXL's UNet in small: no attention at full resolution, text and time in the added embedding."""
    # In dictionaries, since diffusers takes tuples of any length and says that it takes those of one.
    config: dict[str, Any] = {
        "sample_size": SIZE // 8,
        "in_channels": LATENTS,
        "out_channels": LATENTS,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "block_out_channels": (32, 96, 160),
        "layers_per_block": 1,
        "transformer_layers_per_block": (1, 1, 1),
        "attention_head_dim": (1, 3, 5),
        "cross_attention_dim": CROSS_WIDTH,
        "use_linear_projection": True,
        "norm_num_groups": 4,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": TIME_WIDTH,
        "projection_class_embeddings_input_dim": POOLED_WIDTH + 6 * TIME_WIDTH,
    }
    return UNet2DConditionModel(**config)


def vae() -> AutoencoderKL:
    """SDXL's VAE in small: factor 8. Eight channels where SDXL has four: lines and colours both fit into them."""
    config: dict[str, Any] = {
        "in_channels": 3,
        "out_channels": 3,
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "block_out_channels": (16, 32, 64, 64),
        "layers_per_block": 1,
        "latent_channels": LATENTS,
        # One group: with few channels a group, norms would take the absolute colours out of plain pictures.
        "norm_num_groups": 1,
        "sample_size": SIZE,
        "scaling_factor": 1.0,
        "mid_block_add_attention": False,
        "force_upcast": False,
    }
    return AutoencoderKL(**config)


def preview() -> AutoencoderTiny:
    """The preview decoder, in TAESD's form."""
    return AutoencoderTiny(
        encoder_block_out_channels=(16, 16, 16, 16),
        decoder_block_out_channels=(16, 16, 16, 16),
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(2, 2, 1, 1),
        latent_channels=LATENTS,
    )


def _text_config(width: int) -> CLIPTextConfig:
    numbers = vocabulary()
    return CLIPTextConfig(
        vocab_size=len(numbers),
        hidden_size=width,
        intermediate_size=4 * width,
        projection_dim=width,
        # The UNet reads the last but one layer, as in SDXL; the last one serves the pooled text alone.
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=LENGTH,
        hidden_act="gelu",
        bos_token_id=numbers[START],
        eos_token_id=numbers[END],
        pad_token_id=numbers[END],
    )


def text_encoders() -> tuple[CLIPTextModel, CLIPTextModelWithProjection]:
    """The two text encoders; the second gives the pooled text."""
    first, second = TEXT_WIDTHS
    return CLIPTextModel(_text_config(first)), CLIPTextModelWithProjection(_text_config(second))


def vision_tower() -> CLIPVisionModelWithProjection:
    """The CLIP vision encoder: 49 patches of 32 pixels and the class token.

    A patch begins with its sum over 3072 pixels made small, and its place made large: as CLIP begins them, the place is
    a thousandth of the sum, and a short training never learns where in the face a colour is.
    """
    tower = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=VISION_WIDTH,
            intermediate_size=4 * VISION_WIDTH,
            projection_dim=VISION_WIDTH,
            num_hidden_layers=5,
            num_attention_heads=4,
            image_size=224,
            patch_size=32,
            hidden_act="gelu",
        )
    )
    embeddings = tower.vision_model.embeddings
    with torch.no_grad():
        embeddings.patch_embedding.weight.mul_(0.05)
        embeddings.position_embedding.weight.normal_(0, 0.3)
    return tower


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.second(torch.relu(self.first(x))))


class Recogniser(nn.Module):
    """A small ArcFace: 3x112x112 in [-1, 1] to 512 numbers, not normalised (insightface normalises)."""

    def __init__(self, widths: tuple[int, ...] = RECOGNISER_WIDTHS) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        before = 3
        for index, width in enumerate(widths):
            down = nn.Sequential(nn.Conv2d(before, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width))
            # The first stage has the most pixels and the least to say: no residual block there.
            self.stages.append(nn.ModuleList([down, _Residual(width)] if index else [down]))
            before = width
        # ArcFace flattens 7x7 maps into a large linear layer; one weight per place and channel does the same job.
        self.pool = nn.Conv2d(before, before, 7, groups=before, bias=True)
        self.head = nn.Linear(before, EMBEDDING)

    def blocks(self) -> Iterator[tuple[nn.Sequential, _Residual | None]]:
        """Of each stage what makes the maps smaller, and its residual block; the first has none."""
        for stage in self.stages:
            assert isinstance(stage, nn.ModuleList)
            down, *residual = stage
            assert isinstance(down, nn.Sequential)
            yield down, next((block for block in residual if isinstance(block, _Residual)), None)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        for down, residual in self.blocks():
            x = torch.relu(down(x))
            if residual is not None:
                x = residual(x)
        return self.pool(x).flatten(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(x))
