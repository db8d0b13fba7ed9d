"""How many operations a picture takes: `python benchmarks/picture_work.py`.

Counts the floating point operations of SDXL's UNet for one branch and of its decoder, both at 1024 x 1024, and of the
starter's at its own size, on tensors without content. `fastface_core.domain.speed` estimates times from these numbers.
"""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch.utils.flop_counter import FlopCounterMode

from fastface_core.models import installed

SDXL: dict[str, Any] = {
    "sample_size": 128,
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "block_out_channels": (320, 640, 1280),
    "transformer_layers_per_block": (1, 2, 10),
    "cross_attention_dim": 2048,
    "attention_head_dim": (5, 10, 20),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
DECODER: dict[str, Any] = {
    "in_channels": 3,
    "out_channels": 3,
    "latent_channels": 4,
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
}


def unet(model: UNet2DConditionModel, side: int) -> int:
    config: Any = model.config
    added = {
        "text_embeds": torch.empty(
            1, config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
        ),
        "time_ids": torch.empty(1, 6),
    }
    words = torch.empty(1, 77, config.cross_attention_dim)
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        model(
            torch.empty(1, config.in_channels, side, side),
            torch.empty(1),
            words.to("meta"),
            added_cond_kwargs={name: one.to("meta") for name, one in added.items()},
        )
    return counter.get_total_flops()


def decoder(model: AutoencoderKL, side: int) -> int:
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        latents: Any = torch.empty(1, model.config["latent_channels"], side, side)
        model.decode(latents)
    return counter.get_total_flops()


def _config(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "config.json").read_bytes())


def main() -> None:
    with torch.device("meta"):
        print(f"SDXL, a branch: {unet(UNet2DConditionModel(**SDXL), 128) / 1e9:.0f} GFLOP")
        print(f"SDXL, the decoder: {decoder(AutoencoderKL(**DECODER), 128) / 1e9:.0f} GFLOP")
    starter = installed.starter()
    side = starter.sampling.size
    with torch.device("meta"):
        small: Any = UNet2DConditionModel.from_config(_config(starter.base / "unet"))
        eyes: Any = AutoencoderKL.from_config(_config(starter.base / "vae"))
        scale = 2 ** (len(eyes.config["block_out_channels"]) - 1)
        print(f"starter, a branch: {unet(small, side // scale) / 1e9:.1f} GFLOP")
        print(f"starter, the decoder: {decoder(eyes, side // scale) / 1e9:.1f} GFLOP")


if __name__ == "__main__":
    main()
