"""What the published files of the face adapters hold: names and shapes, as tensors without memory."""

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterKind

State = dict[str, Tensor]
WIDTH = 2048
"""Of SDXL's cross-attention."""


def empty(**shapes: tuple[int, ...]) -> State:
    """By name, each dot written as two underscores."""
    return {name.replace("__", "."): torch.empty(shape, device="meta") for name, shape in shapes.items()}


def linear(name: str, out: int, taken: int, *, bias: bool = True) -> State:
    state: State = {f"{name}.weight": torch.empty(out, taken, device="meta")}
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


def _resampler(tokens: int, taken: int, size: int, heads: int) -> State:
    state = empty(latents=(1, tokens, size)) | linear("proj_in", size, taken) | perceiver(4, size, heads)
    return state | linear("proj_out", WIDTH, size) | norm("norm_out", WIDTH)


def instantid() -> State:
    return _resampler(16, 512, 1280, 20)


def plus_face() -> State:
    return _resampler(16, 1280, 1280, 20)


def faceid(tokens: int) -> State:
    return linear("proj.0", 1024, 512) | linear("proj.2", WIDTH * tokens, 1024) | norm("norm", WIDTH)


def faceid_plus() -> State:
    resampler = {name: value for name, value in _resampler(4, 1280, WIDTH, 32).items() if name != "latents"}
    return faceid(4) | {f"perceiver_resampler.{name}": value for name, value in resampler.items()}


def _mapping(name: str, taken: int, out: int, size: int = 1024) -> State:
    state = linear(f"{name}.0", size, taken) | norm(f"{name}.1", size)
    return state | linear(f"{name}.3", size, size) | norm(f"{name}.4", size) | linear(f"{name}.6", out, size)


def id_encoder() -> State:
    state = _mapping("body", 1280, 5 * WIDTH)
    for level in range(5):
        state |= _mapping(f"mapping_{level}", 1024, WIDTH) | _mapping(f"mapping_patch_{level}", 1024, WIDTH)
    return state


def id_former() -> State:
    state = empty(latents=(1, 32, 1024), proj_out=(1024, WIDTH)) | perceiver(10, 1024, 16)
    state |= _mapping("id_embedding_mapping", 1280, 5 * 1024)
    for level in range(5):
        state |= _mapping(f"mapping_{level}", 1024, 1024)
    return state


def tower() -> State:
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
    return state


def attention(unet: UNet2DConditionModel, names: tuple[str, str] = ("to_k_ip", "to_v_ip"), rank: int = 0) -> State:
    """Keys and values by the number of the attention layer; with a rank, a LoRA at every layer as FaceID has it."""
    state: State = {}
    for number, processor in enumerate(unet.attn_processors):
        layer = unet.get_submodule(processor.removesuffix(".processor"))
        keys = layer.get_submodule("to_k").get_parameter("weight")
        if processor.endswith("attn2.processor"):
            state |= {f"{number}.{name}.weight": torch.empty(keys.shape, device="meta") for name in names}
        hidden, attended = keys.shape
        for name, taken in (("to_q", hidden), ("to_k", attended), ("to_v", attended), ("to_out", hidden)):
            if rank:
                state |= linear(f"{number}.{name}_lora.down", rank, taken, bias=False)
                state |= linear(f"{number}.{name}_lora.up", hidden, rank, bias=False)
    return state


def file_of(kind: AdapterKind, unet: UNet2DConditionModel) -> tuple[State, torch.dtype]:
    """An adapter's whole file, and the type of its numbers."""
    if kind in ("pulid-v1", "pulid-v1.1"):
        encoder = id_encoder() if kind == "pulid-v1" else id_former()
        state = {f"id_adapter.{name}": value for name, value in encoder.items()}
        layers = attention(unet, ("id_to_k", "id_to_v"))
        state |= {f"id_adapter_attn_layers.{name}": value for name, value in layers.items()}
        return state, torch.float32 if kind == "pulid-v1" else torch.float16
    projections = {
        "faceid-plus-v2": faceid_plus(),
        "faceid": faceid(4),
        "faceid-portrait": faceid(16),
        "plus-face": plus_face(),
        "instantid": instantid(),
    }
    layers = attention(unet, rank=128 if kind in ("faceid", "faceid-plus-v2") else 0)
    state = {f"image_proj.{name}": value for name, value in projections[kind].items()}
    state |= {f"ip_adapter.{name}": value for name, value in layers.items()}
    return state, torch.float32 if kind == "instantid" else torch.float16


def face_parser(*, widths: tuple[int, ...] = (64, 128, 256, 512), width: int = 128, training: bool = True) -> State:
    """The published parser of faces (facexlib's `parsing_bisenet.pth`), or one of other widths.

    Args:
        widths: channels of the four stages of its ResNet.
        width: channels of its context.
        training: also the heads that only the training looked at.
    """
    state: State = {}

    def convolved(name: str, out: int, taken: int, side: int, normed: str | None = None) -> None:
        state[f"{name}.weight"] = torch.empty(out, taken, side, side, device="meta")
        if normed is not None:
            for kind in ("weight", "bias", "running_mean", "running_var"):
                state[f"{normed}.{kind}"] = torch.empty(out, device="meta")
            state[f"{normed}.num_batches_tracked"] = torch.empty((), dtype=torch.int64, device="meta")

    def both(name: str, out: int, taken: int, side: int) -> None:
        convolved(f"{name}.conv", out, taken, side, f"{name}.bn")

    convolved("cp.resnet.conv1", widths[0], 3, 7, "cp.resnet.bn1")
    for stage, out in enumerate(widths):
        for block in range(2):
            name, taken = f"cp.resnet.layer{stage + 1}.{block}", out if block else widths[max(0, stage - 1)]
            convolved(f"{name}.conv1", out, taken, 3, f"{name}.bn1")
            convolved(f"{name}.conv2", out, out, 3, f"{name}.bn2")
            if stage and not block:
                convolved(f"{name}.downsample.0", out, taken, 1, f"{name}.downsample.1")
    for name, taken in (("arm16", widths[2]), ("arm32", widths[3])):
        both(f"cp.{name}.conv", width, taken, 3)
        convolved(f"cp.{name}.conv_atten", width, width, 1, f"cp.{name}.bn_atten")
    both("cp.conv_head32", width, width, 3)
    both("cp.conv_head16", width, width, 3)
    both("cp.conv_avg", width, widths[3], 1)
    fused = widths[1] + width
    both("ffm.convblk", fused, fused, 1)
    convolved("ffm.conv1", fused // 4, fused, 1)
    convolved("ffm.conv2", fused, fused // 4, 1)
    heads = {"conv_out": (fused, fused), "conv_out16": (width, 64), "conv_out32": (width, 64)}
    for name, (taken, middle) in heads.items():
        if training or name == "conv_out":
            both(f"{name}.conv", middle, taken, 3)
            convolved(f"{name}.conv_out", 19, middle, 1)
    return state
