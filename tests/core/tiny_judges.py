"""CLIP, the aesthetic head and ImageReward in the real files' form, with tiny random weights."""

import json
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


WORDS = ("[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "cat", "##s", "person", "sad", ",", ";")
WIDE, NARROW, LAYERS = 128, 48, 2
"""Widths of ImageReward's vision and text encoder, and layers of each."""


def make_words(file: Path) -> Path:
    """BERT's vocabulary, a word a line; without the two that ImageReward adds."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{word}\n" for word in WORDS), encoding="utf-8")
    return file


def make_image_reward(file: Path) -> Path:
    """ImageReward.pt with the published names, and med_config.json beside it: 5 x 5 patches of 16 pixels."""
    drawn = torch.Generator().manual_seed(7)
    state: dict[str, torch.Tensor] = {}

    def matrix(name: str, out: int, into: int) -> None:
        state[f"{name}.weight"] = torch.randn(out, into, generator=drawn) * 1.5 / into**0.5
        state[f"{name}.bias"] = torch.randn(out, generator=drawn) * 0.3

    def norm(name: str, width: int) -> None:
        state[f"{name}.weight"] = 1 + torch.randn(width, generator=drawn) * 0.3
        state[f"{name}.bias"] = torch.randn(width, generator=drawn) * 0.3

    seeing = "blip.visual_encoder"
    state[f"{seeing}.cls_token"] = torch.randn(1, 1, WIDE, generator=drawn)
    state[f"{seeing}.pos_embed"] = torch.randn(1, 26, WIDE, generator=drawn)
    matrix(f"{seeing}.patch_embed.proj", WIDE, 3 * 16 * 16)
    state[f"{seeing}.patch_embed.proj.weight"] = state[f"{seeing}.patch_embed.proj.weight"].reshape(WIDE, 3, 16, 16)
    for number in range(LAYERS):
        block = f"{seeing}.blocks.{number}"
        for name in ("norm1", "norm2"):
            norm(f"{block}.{name}", WIDE)
        for name, out, into in (("attn.qkv", 3 * WIDE, WIDE), ("attn.proj", WIDE, WIDE), ("mlp.fc1", 2 * WIDE, WIDE),
                                ("mlp.fc2", WIDE, 2 * WIDE)):  # fmt: skip
            matrix(f"{block}.{name}", out, into)
    norm(f"{seeing}.norm", WIDE)
    reading = "blip.text_encoder"
    state[f"{reading}.embeddings.position_ids"] = torch.arange(40)[None]
    for name, count in (("word_embeddings", len(WORDS) + 2), ("position_embeddings", 40)):
        state[f"{reading}.embeddings.{name}.weight"] = torch.randn(count, NARROW, generator=drawn)
    norm(f"{reading}.embeddings.LayerNorm", NARROW)
    for number in range(LAYERS):
        layer = f"{reading}.encoder.layer.{number}"
        for kind, seen in (("attention", NARROW), ("crossattention", WIDE)):
            for name, into in (("self.query", NARROW), ("self.key", seen), ("self.value", seen),
                               ("output.dense", NARROW)):  # fmt: skip
                matrix(f"{layer}.{kind}.{name}", NARROW, into)
            norm(f"{layer}.{kind}.output.LayerNorm", NARROW)
        matrix(f"{layer}.intermediate.dense", 2 * NARROW, NARROW)
        matrix(f"{layer}.output.dense", NARROW, 2 * NARROW)
        norm(f"{layer}.output.LayerNorm", NARROW)
    for number, into, out in zip((0, 2, 4, 6, 7), (NARROW, *SIZES[1:-1]), SIZES[1:], strict=True):
        matrix(f"mlp.layers.{number}", out, into)
    form = {"architectures": ["BertModel"], "attention_probs_dropout_prob": 0.1, "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1, "hidden_size": NARROW, "initializer_range": 0.02,
            "intermediate_size": 2 * NARROW, "layer_norm_eps": 1e-12, "max_position_embeddings": 40,
            "model_type": "bert", "num_attention_heads": 3, "num_hidden_layers": LAYERS, "pad_token_id": 0,
            "type_vocab_size": 2, "vocab_size": len(WORDS) + 2, "encoder_width": 768,
            "add_cross_attention": True}  # fmt: skip
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, file)
    (file.parent / "med_config.json").write_text(json.dumps(form), encoding="utf-8")
    return file
