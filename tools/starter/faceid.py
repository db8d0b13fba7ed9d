"""The FaceID-Plus-v2 adapter of the starter: its modules while training, and its file in the original's key form.

While training, the LoRA sits in the weights themselves (`W + s B A`), which costs next to nothing; in the file it has
the original's names, so that diffusers takes it for the published adapter's.
"""

from __future__ import annotations

from typing import Any

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import Attention, AttnProcessor2_0, IPAdapterAttnProcessor2_0
from diffusers.models.embeddings import IPAdapterFaceIDPlusImageProjection
from torch import nn
from torch.nn.utils import parametrize

from tools.starter.architecture import CROSS_WIDTH, EMBEDDING, LORA_RANK, VISION_WIDTH

TOKENS = 4


class LowRank(nn.Module):
    """A LoRA as a parametrization of one weight."""

    def __init__(self, rows: int, columns: int, rank: int = LORA_RANK) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, columns) / rank)
        self.up = nn.Parameter(torch.zeros(rows, rank))
        self.strength = 1.0

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + self.strength * (self.up @ self.down)


def projection() -> IPAdapterFaceIDPlusImageProjection:
    """Embedding and crop to identity tokens, with the shortcut that makes it version 2."""
    module = IPAdapterFaceIDPlusImageProjection(
        embed_dims=CROSS_WIDTH,
        output_dims=CROSS_WIDTH,
        hidden_dims=VISION_WIDTH,
        id_embeddings_dim=EMBEDDING,
        heads=1,
        num_tokens=TOKENS,
    )
    module.shortcut = True
    return module


def tokens(
    module: IPAdapterFaceIDPlusImageProjection, embedding: torch.Tensor, crop_states: torch.Tensor
) -> torch.Tensor:
    """Identity tokens of a batch: (n, 512) and (n, 50, width) to (n, 4, cross width)."""
    handed: Any = module
    handed.clip_embeds = crop_states[:, None]
    return module(embedding)


def install(unet: UNet2DConditionModel) -> nn.ModuleList:
    """Give the UNet identity cross-attention; returns its trainable layers in the order of the file."""
    processors: dict[str, Any] = {}
    layers = nn.ModuleList()
    for name, attention in _attention_layers(unet):
        if name.endswith("attn1.processor"):
            processors[name] = AttnProcessor2_0()
            continue
        width = _linears(attention)["to_q"].out_features
        processor = IPAdapterAttnProcessor2_0(width, CROSS_WIDTH, num_tokens=(TOKENS,), scale=1.0)
        processors[name] = processor
        layers.append(processor)
    unet.set_attn_processor(processors)
    return layers


def _attention_layers(unet: UNet2DConditionModel) -> list[tuple[str, Attention]]:
    layers: list[tuple[str, Attention]] = []
    for name in unet.attn_processors:
        attention = unet.get_submodule(name.removesuffix(".processor"))
        assert isinstance(attention, Attention)
        layers.append((name, attention))
    return layers


def _linears(attention: Attention) -> dict[str, nn.Linear]:
    assert attention.to_out is not None
    found = {"to_q": attention.to_q, "to_k": attention.to_k, "to_v": attention.to_v, "to_out": attention.to_out[0]}
    return {name: _linear(module) for name, module in found.items()}


def _linear(module: nn.Module | None) -> nn.Linear:
    assert isinstance(module, nn.Linear)
    return module


def install_lora(unet: UNet2DConditionModel) -> list[LowRank]:
    """Put a LoRA into every attention weight of the UNet."""
    loras: list[LowRank] = []
    for _, attention in _attention_layers(unet):
        for linear in _linears(attention).values():
            lora = LowRank(*linear.weight.shape)
            parametrize.register_parametrization(linear, "weight", lora)
            loras.append(lora)
    return loras


def set_strength(unet: UNet2DConditionModel, adapter: float, lora: float) -> None:
    """How much of the face is added to the text's attention, and how much of the LoRA to the weights."""
    for processor in unet.attn_processors.values():
        if isinstance(processor, IPAdapterAttnProcessor2_0):
            scaled: Any = processor
            scaled.scale = [adapter]
    for module in unet.modules():
        if isinstance(module, LowRank):
            module.strength = lora


def base_state(unet: UNet2DConditionModel) -> dict[str, torch.Tensor]:
    """The UNet's own weights, without adapter and LoRA, under the names of a plain UNet."""
    state: dict[str, torch.Tensor] = {}
    for key, value in unet.state_dict().items():
        if ".processor." in key or ".parametrizations.weight.0." in key:
            continue
        state[key.replace(".parametrizations.weight.original", ".weight")] = value.detach()
    return state


def original_state(
    module: IPAdapterFaceIDPlusImageProjection, unet: UNet2DConditionModel
) -> dict[str, dict[str, torch.Tensor]]:
    """The adapter in the published file's form: `image_proj` and `ip_adapter`."""
    adapter: dict[str, torch.Tensor] = {}
    for number, (_, attention) in enumerate(_attention_layers(unet)):
        for name, linear in _linears(attention).items():
            if parametrize.is_parametrized(linear, "weight"):
                lora = linear.get_submodule("parametrizations.weight.0")
                assert isinstance(lora, LowRank)
                adapter[f"{number}.{name}_lora.down.weight"] = lora.down.detach()
                adapter[f"{number}.{name}_lora.up.weight"] = lora.up.detach()
        processor = attention.processor
        if isinstance(processor, IPAdapterAttnProcessor2_0):
            adapter[f"{number}.to_k_ip.weight"] = _linear(processor.to_k_ip[0]).weight.detach()
            adapter[f"{number}.to_v_ip.weight"] = _linear(processor.to_v_ip[0]).weight.detach()
    return {"image_proj": _original_projection(module.state_dict()), "ip_adapter": adapter}


_RENAMED = {
    "ln0": "0.norm1",
    "ln1": "0.norm2",
    "attn.to_q": "0.to_q",
    "attn.to_out.0": "0.to_out",
    "ff.0": "1.0",
    "ff.1.net.0.proj": "1.1",
    "ff.1.net.2": "1.3",
}


def _original_projection(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    result: dict[str, torch.Tensor] = {}
    for key, value in state.items():
        name, kind = key.rsplit(".", 1)
        if name.startswith("proj.net."):
            name = name.replace("proj.net.0.proj", "proj.0").replace("proj.net.2", "proj.2")
        elif name.startswith("layers."):
            _, layer, rest = name.split(".", 2)
            if rest == "attn.to_k":
                rest, value = "0.to_kv", torch.cat([value, state[key.replace("to_k", "to_v")]])
            elif rest == "attn.to_v":
                continue
            else:
                rest = _RENAMED[rest]
            name = f"perceiver_resampler.layers.{layer}.{rest}"
        elif name != "norm":
            name = f"perceiver_resampler.{name}"
        result[f"{name}.{kind}"] = value.detach()
    return result
