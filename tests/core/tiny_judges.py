"""CLIP and the aesthetic head in the real files' form, with tiny random weights."""

from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPModel

from fastface_core.engine.judging.aesthetics import SIZES
from tests.core.tiny_models import make_tokenizer

SIDE = 64


def make_clip(folder: Path, features: int = 32, *, pickle: bool = False) -> Path:
    """A folder as openai/clip-vit-*: configuration, tokenizer, weights.

    Args:
        features: of pictures and texts in common.
        pickle: the weights as pytorch_model.bin, as the smaller of the two has them.
    """
    torch.manual_seed(features)
    # As in the hub's files the end of a text is number 2, by which transformers takes the largest number of a text.
    text = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
            "vocab_size": 514, "max_position_embeddings": 77, "eos_token_id": 2, "bos_token_id": 0,
            "pad_token_id": 1}  # fmt: skip
    vision = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
              "image_size": SIDE, "patch_size": 16}  # fmt: skip
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=features)
    model = CLIPModel(config).eval()
    for weights in model.parameters():  # so far apart that pictures and texts differ
        torch.nn.init.normal_(weights, std=0.2)
    make_tokenizer(folder, "<|endoftext|>")
    model.save_pretrained(folder)
    if pickle:
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return folder


def make_head(file: Path) -> Path:
    """The aesthetic head, its layers numbered as among their dropouts."""
    torch.manual_seed(9)
    file.parent.mkdir(parents=True, exist_ok=True)
    state: dict[str, torch.Tensor] = {}
    for number, width, out in zip((0, 2, 4, 6, 7), SIZES[:-1], SIZES[1:], strict=True):
        state[f"layers.{number}.weight"] = torch.randn(out, width) / width**0.5
        state[f"layers.{number}.bias"] = torch.randn(out)
    torch.save(state, file)
    return file
