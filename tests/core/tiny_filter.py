"""A content filter in the real one's layout, with tiny random weights."""

import json
from pathlib import Path
from typing import cast

import torch
from PIL import Image
from transformers import ViTConfig, ViTForImageClassification

SIDE = 32


def make_filter(folder: Path, withholds: bool | None = None) -> Path:
    """Writes one.

    Args:
        withholds: everything or nothing; None makes it tell black from white, which it withholds.
    """
    torch.manual_seed(5)
    config = ViTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=SIDE,
        patch_size=8,
        id2label={0: "normal", 1: "nsfw"},
        label2id={"normal": 0, "nsfw": 1},
    )
    model = ViTForImageClassification(config).eval()
    with torch.no_grad():
        weights = cast(torch.nn.Linear, model.classifier)
        weights.bias.zero_()
        if withholds is None:
            black, white = (
                model(pixel_values=torch.full((1, 3, SIDE, SIDE), value)).logits[0] for value in (-1.0, 1.0)
            )
            margin = (black[1] - black[0]).item(), (white[1] - white[0]).item()
            # So far apart that half precision tells them apart as well.
            factor = 20 / (margin[1] - margin[0])
            weights.weight *= factor
            weights.bias[1] = -factor * sum(margin) / 2
        else:
            weights.weight.zero_()
            weights.bias[1] = 9.0 if withholds else -9.0
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "do_normalize": True,
                "do_rescale": True,
                "do_resize": True,
                "image_mean": [0.5, 0.5, 0.5],
                "image_processor_type": "ViTImageProcessor",
                "image_std": [0.5, 0.5, 0.5],
                "resample": 2,
                "rescale_factor": 1 / 255,
                "size": {"height": SIDE, "width": SIDE},
            }
        )
    )
    return folder


def plain(value: int, size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A picture of one grey, 0 to 255."""
    return Image.new("RGB", size, (value, value, value))
