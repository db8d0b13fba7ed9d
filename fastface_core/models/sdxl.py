"""What SDXL's original form in one file holds: the name and shape of every weight of its UNet and text encoders.

Worked out from the configurations in diffusers' form, so that a file's header can be compared without torch.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

Shapes = Mapping[str, tuple[int, ...]]

UNET = "model.diffusion_model."
FIRST_TEXT = "conditioner.embedders.0.transformer."
SECOND_TEXT = "conditioner.embedders.1.model."


@dataclass(frozen=True, slots=True)
class UNetSizes:
    """A UNet of SDXL's kind.

    Attributes:
        channels: of each level.
        depths: transformer blocks of each level.
        attends: whether a level's blocks have attention, going down.
        text: of the text's states; `added`: of what is added to the time.
    """

    channels: tuple[int, ...] = (320, 640, 1280)
    depths: tuple[int, ...] = (1, 2, 10)
    attends: tuple[bool, ...] = (False, True, True)
    layers: int = 2
    inputs: int = 4
    outputs: int = 4
    text: int = 2048
    added: int = 2816


@dataclass(frozen=True, slots=True)
class TextSizes:
    """A text encoder of CLIP's kind."""

    width: int
    inner: int
    layers: int
    words: int = 49408
    length: int = 77
    projection: int = 1280


@dataclass(frozen=True, slots=True)
class Sizes:
    unet: UNetSizes = UNetSizes()
    first: TextSizes = TextSizes(width=768, inner=3072, layers=12)
    second: TextSizes = TextSizes(width=1280, inner=5120, layers=32)

    @classmethod
    def of(cls, folder: Path) -> "Sizes | None":
        """Of a diffusers folder; None where its configurations cannot be read."""
        try:
            unet, first, second = (_config(folder / part) for part in ("unet", "text_encoder", "text_encoder_2"))
            channels = tuple(int(one) for one in unet["block_out_channels"])
            depth = unet["transformer_layers_per_block"]
            attends = tuple("CrossAttn" in str(one) for one in unet["down_block_types"])
            listed = cast(list[int], depth) if isinstance(depth, list) else [depth] * len(channels)
            depths = tuple(int(one) for one in listed)
            return cls(
                UNetSizes(
                    channels=channels,
                    depths=depths,
                    attends=attends,
                    layers=int(unet["layers_per_block"]),
                    inputs=int(unet["in_channels"]),
                    outputs=int(unet["out_channels"]),
                    text=int(unet["cross_attention_dim"]),
                    added=int(unet["projection_class_embeddings_input_dim"]),
                ),
                _text_sizes(first),
                _text_sizes(second),
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None


def _config(folder: Path) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((folder / "config.json").read_bytes()))


def _text_sizes(config: Mapping[str, Any]) -> TextSizes:
    return TextSizes(
        width=int(config["hidden_size"]),
        inner=int(config["intermediate_size"]),
        layers=int(config["num_hidden_layers"]),
        words=int(config["vocab_size"]),
        length=int(config["max_position_embeddings"]),
        projection=int(config["projection_dim"]),
    )


def unet(sizes: UNetSizes) -> Shapes:
    """The UNet's weights under the names of the original code, without the prefix that they have in a file."""
    return dict(_unet(sizes))


def first_text(sizes: TextSizes) -> Shapes:
    """The first text encoder's weights, without the prefix; a file may hold others of it besides."""
    return dict(_clip(sizes))


def second_text(sizes: TextSizes) -> Shapes:
    """The second text encoder's weights under OpenCLIP's names, without the prefix."""
    return dict(_open_clip(sizes))


_Found = Iterator[tuple[str, tuple[int, ...]]]


def _linear(name: str, inputs: int, outputs: int, *, bias: bool = True) -> _Found:
    yield f"{name}.weight", (outputs, inputs)
    if bias:
        yield f"{name}.bias", (outputs,)


def _convolution(name: str, inputs: int, outputs: int, side: int = 3) -> _Found:
    yield f"{name}.weight", (outputs, inputs, side, side)
    yield f"{name}.bias", (outputs,)


def _norm(name: str, width: int) -> _Found:
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def _resnet(name: str, inputs: int, outputs: int, time: int) -> _Found:
    yield from _norm(f"{name}.in_layers.0", inputs)
    yield from _convolution(f"{name}.in_layers.2", inputs, outputs)
    yield from _linear(f"{name}.emb_layers.1", time, outputs)
    yield from _norm(f"{name}.out_layers.0", outputs)
    yield from _convolution(f"{name}.out_layers.3", outputs, outputs)
    if inputs != outputs:
        yield from _convolution(f"{name}.skip_connection", inputs, outputs, 1)


def _transformer(name: str, width: int, depth: int, text: int) -> _Found:
    yield from _norm(f"{name}.norm", width)
    yield from _linear(f"{name}.proj_in", width, width)
    for number in range(depth):
        block = f"{name}.transformer_blocks.{number}"
        for attention, source in (("attn1", width), ("attn2", text)):
            yield from _linear(f"{block}.{attention}.to_q", width, width, bias=False)
            yield from _linear(f"{block}.{attention}.to_k", source, width, bias=False)
            yield from _linear(f"{block}.{attention}.to_v", source, width, bias=False)
            yield from _linear(f"{block}.{attention}.to_out.0", width, width)
        yield from _linear(f"{block}.ff.net.0.proj", width, 8 * width)
        yield from _linear(f"{block}.ff.net.2", 4 * width, width)
        for norm in ("norm1", "norm2", "norm3"):
            yield from _norm(f"{block}.{norm}", width)
    yield from _linear(f"{name}.proj_out", width, width)


def _unet(sizes: UNetSizes) -> _Found:
    channels, time = sizes.channels, 4 * sizes.channels[0]
    yield from _linear("time_embed.0", channels[0], time)
    yield from _linear("time_embed.2", time, time)
    yield from _linear("label_emb.0.0", sizes.added, time)
    yield from _linear("label_emb.0.2", time, time)
    yield from _convolution("input_blocks.0.0", sizes.inputs, channels[0])
    width, number, skips = channels[0], 1, [channels[0]]
    for level, outputs in enumerate(channels):
        for _ in range(sizes.layers):
            yield from _resnet(f"input_blocks.{number}.0", width, outputs, time)
            width = outputs
            if sizes.attends[level]:
                yield from _transformer(f"input_blocks.{number}.1", width, sizes.depths[level], sizes.text)
            skips.append(width)
            number += 1
        if level < len(channels) - 1:
            yield from _convolution(f"input_blocks.{number}.0.op", width, width)
            skips.append(width)
            number += 1
    yield from _resnet("middle_block.0", width, width, time)
    yield from _transformer("middle_block.1", width, sizes.depths[-1], sizes.text)
    yield from _resnet("middle_block.2", width, width, time)
    number = 0
    for level in reversed(range(len(channels))):
        for layer in range(sizes.layers + 1):
            yield from _resnet(f"output_blocks.{number}.0", width + skips.pop(), channels[level], time)
            width, place = channels[level], 1
            if sizes.attends[level]:
                yield from _transformer(f"output_blocks.{number}.1", width, sizes.depths[level], sizes.text)
                place = 2
            if level and layer == sizes.layers:
                yield from _convolution(f"output_blocks.{number}.{place}.conv", width, width)
            number += 1
    yield from _norm("out.0", channels[0])
    yield from _convolution("out.2", channels[0], sizes.outputs)


def _clip(sizes: TextSizes) -> _Found:
    yield "text_model.embeddings.token_embedding.weight", (sizes.words, sizes.width)
    yield "text_model.embeddings.position_embedding.weight", (sizes.length, sizes.width)
    for number in range(sizes.layers):
        layer = f"text_model.encoder.layers.{number}"
        for part in ("k_proj", "v_proj", "q_proj", "out_proj"):
            yield from _linear(f"{layer}.self_attn.{part}", sizes.width, sizes.width)
        yield from _linear(f"{layer}.mlp.fc1", sizes.width, sizes.inner)
        yield from _linear(f"{layer}.mlp.fc2", sizes.inner, sizes.width)
        yield from _norm(f"{layer}.layer_norm1", sizes.width)
        yield from _norm(f"{layer}.layer_norm2", sizes.width)
    yield from _norm("text_model.final_layer_norm", sizes.width)


def _open_clip(sizes: TextSizes) -> _Found:
    width = sizes.width
    yield "token_embedding.weight", (sizes.words, width)
    yield "positional_embedding", (sizes.length, width)
    yield "text_projection", (width, sizes.projection)
    for number in range(sizes.layers):
        block = f"transformer.resblocks.{number}"
        yield f"{block}.attn.in_proj_weight", (3 * width, width)
        yield f"{block}.attn.in_proj_bias", (3 * width,)
        yield from _linear(f"{block}.attn.out_proj", width, width)
        yield from _linear(f"{block}.mlp.c_fc", width, sizes.inner)
        yield from _linear(f"{block}.mlp.c_proj", sizes.inner, width)
        yield from _norm(f"{block}.ln_1", width)
        yield from _norm(f"{block}.ln_2", width)
    yield from _norm("ln_final", width)
