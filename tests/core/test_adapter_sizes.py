"""The adapters in their real sizes, without memory: what is built from a file's shapes takes all of the file."""

import math
from collections.abc import Callable

import pytest
import torch
from accelerate import init_empty_weights
from torch import Tensor

from fastface_core.engine.adapters.instantid.adapter import Resampler
from fastface_core.engine.adapters.pulid.encoders import IdEncoder, IdFormer
from fastface_core.engine.adapters.pulid.tower import EvaTower
from fastface_core.models.catalogue import Catalogue
from tests.core.tiny_models import State, real_unet

WIDTH = 2048
"""Of SDXL's cross-attention."""


def empty(**shapes: tuple[int, ...]) -> State:
    return {name.replace("__", "."): torch.empty(shape, device="meta") for name, shape in shapes.items()}


def linear(name: str, out: int, taken: int, bias: bool = True) -> State:
    state: dict[str, Tensor] = {f"{name}.weight": torch.empty(out, taken, device="meta")}
    return state | ({f"{name}.bias": torch.empty(out, device="meta")} if bias else {})


def norm(name: str, size: int) -> State:
    return {f"{name}.{kind}": torch.empty(size, device="meta") for kind in ("weight", "bias")}


def perceiver(depth: int, size: int, heads: int) -> State:
    state: State = {}
    for number in range(depth):
        attention, forward = f"layers.{number}.0", f"layers.{number}.1"
        for name in (f"{attention}.norm1", f"{attention}.norm2", f"{forward}.0"):
            state |= norm(name, size)
        state |= linear(f"{attention}.to_q", 64 * heads, size, bias=False)
        state |= linear(f"{attention}.to_kv", 128 * heads, size, bias=False)
        state |= linear(f"{attention}.to_out", size, 64 * heads, bias=False)
        state |= linear(f"{forward}.1", 4 * size, size, bias=False) | linear(f"{forward}.3", size, 4 * size, bias=False)
    return state


def mapping(name: str, taken: int, out: int, size: int = 1024) -> State:
    state = linear(f"{name}.0", size, taken) | norm(f"{name}.1", size)
    return state | linear(f"{name}.3", size, size) | norm(f"{name}.4", size) | linear(f"{name}.6", out, size)


def instantid() -> State:
    state = empty(latents=(1, 16, 1280)) | linear("proj_in", 1280, 512) | perceiver(4, 1280, 20)
    return state | linear("proj_out", WIDTH, 1280) | norm("norm_out", WIDTH)


def id_encoder() -> State:
    state = mapping("body", 1280, 5 * WIDTH)
    for level in range(5):
        state |= mapping(f"mapping_{level}", 1024, WIDTH) | mapping(f"mapping_patch_{level}", 1024, WIDTH)
    return state


def id_former() -> State:
    state = empty(latents=(1, 32, 1024), proj_out=(1024, WIDTH)) | perceiver(10, 1024, 16)
    state |= mapping("id_embedding_mapping", 1280, 5 * 1024)
    for level in range(5):
        state |= mapping(f"mapping_{level}", 1024, 1024)
    return state


def attention() -> int:
    """Numbers of keys and values of all cross-attention."""
    layers = real_unet().named_modules()
    keys = [layer for name, layer in layers if name.endswith("attn2.to_k") and isinstance(layer, torch.nn.Linear)]
    assert len(keys) == 70
    return 2 * sum(layer.weight.numel() for layer in keys)


@pytest.mark.parametrize(
    ("make", "shapes", "tokens", "component", "bytes_each"),
    [
        (Resampler, instantid, 16, "instantid", 4),
        (IdEncoder, id_encoder, 10, "pulid-v1", 4),
        (IdFormer, id_former, 32, "pulid-v1-1", 2),
    ],
)
def test_an_encoder_is_that_of_the_published_file(
    make: Callable[[State], torch.nn.Module], shapes: Callable[[], State], tokens: int, component: str, bytes_each: int
) -> None:
    state = shapes()
    with init_empty_weights():
        module = make(state)
    module.load_state_dict(state, assign=True)
    assert all(parameter.is_meta for parameter in module.parameters())
    found = module.latents.shape[1] if isinstance(module, Resampler) else module.tokens
    assert found == tokens
    numbers = sum(value.numel() for value in state.values()) + attention()
    (size,) = (file.size for file in Catalogue.load().component(component).files)
    assert numbers * bytes_each == pytest.approx(size, rel=2e-3)


def test_the_tower_is_that_of_the_published_file() -> None:
    state = empty(cls_token=(1, 1, 1024), pos_embed=(1, 577, 1024), patch_embed__proj__weight=(1024, 3, 14, 14))
    state |= empty(patch_embed__proj__bias=(1024,)) | norm("norm", 1024) | linear("head", 768, 1024)
    for number in range(24):
        block = f"blocks.{number}"
        for name, size in (("norm1", 1024), ("norm2", 1024), ("attn.inner_attn_ln", 1024), ("mlp.ffn_ln", 2730)):
            state |= norm(f"{block}.{name}", size)
        for name in ("q_proj", "k_proj", "v_proj"):
            state |= linear(f"{block}.attn.{name}", 1024, 1024, bias=False)
        state |= {f"{block}.attn.{name}": torch.empty(1024, device="meta") for name in ("q_bias", "v_bias")}
        state |= linear(f"{block}.attn.proj", 1024, 1024)
        state |= linear(f"{block}.mlp.w1", 2730, 1024) | linear(f"{block}.mlp.w2", 2730, 1024)
        state |= linear(f"{block}.mlp.w3", 1024, 2730)
    tower = EvaTower.of(state)
    assert (tower.side, tower.grid, tower.head_size) == (336, 24, 64)
    assert sum(math.prod(one.shape) for one in tower.parameters()) == pytest.approx(304.4e6, rel=1e-3)
