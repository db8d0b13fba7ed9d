"""Begins a training with the weights of a pack that there is, as far as they fit, instead of chance."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from tools.starter import faceid
from tools.starter.parts import Parts
from tools.starter.vocabulary import vocabulary


def take_over(model: nn.Module, pack: Path | None, part: str) -> None:
    """Copies every tensor of the same name and shape from a part of a pack ("sdxl/vae", "sdxl/unet")."""
    if pack is None:
        return
    (file,) = (pack / part).glob("*.safetensors")
    _copy(model, {name: tensor.float() for name, tensor in load_file(file).items()})


def take_over_text(model: nn.Module, pack: Path | None, part: str, tokenizer: str) -> None:
    """The same for a text encoder: a word that both vocabularies have keeps what it means."""
    if pack is None:
        return
    (file,) = (pack / part).glob("*.safetensors")
    state = {name: tensor.float() for name, tensor in load_file(file).items()}
    old = json.loads((pack / tokenizer / "vocab.json").read_text(encoding="utf-8"))
    name = next(name for name in state if name.endswith("token_embedding.weight"))
    known = state.pop(name)
    _copy(model, state)
    words = dict(model.named_parameters())[name]
    with torch.no_grad():
        for word, number in vocabulary().items():
            if word in old:
                words[number] = known[old[word]]


def take_over_parts(parts: Parts, pack: Path | None) -> None:
    """UNet, text encoders and adapter of a pack."""
    if pack is None:
        return
    (file,) = (pack / "sdxl" / "unet").glob("*.safetensors")
    state = {name: tensor.float() for name, tensor in load_file(file).items()}
    own = parts.unet.state_dict()
    # While training, a weight with a LoRA has another name.
    with torch.no_grad():
        for name, tensor in own.items():
            plain = name.replace(".parametrizations.weight.original", ".weight")
            if plain in state and state[plain].shape == tensor.shape:
                tensor.copy_(state[plain])
    take_over_text(parts.text, pack, "sdxl/text_encoder", "sdxl/tokenizer")
    take_over_text(parts.text_2, pack, "sdxl/text_encoder_2", "sdxl/tokenizer_2")
    (adapter,) = (pack / "faceid").glob("*.safetensors")
    known = load_file(adapter)
    wanted = faceid.original_state(parts.projection, parts.unet)
    with torch.no_grad():
        for group, tensors in wanted.items():
            for name, tensor in tensors.items():
                found = known.get(f"{group}.{name}")
                if found is not None and found.shape == tensor.shape:
                    tensor.copy_(found.float())


def _copy(model: nn.Module, state: dict[str, torch.Tensor]) -> None:
    own = model.state_dict()
    fitting = {name: tensor for name, tensor in state.items() if name in own and own[name].shape == tensor.shape}
    model.load_state_dict(own | fitting)
