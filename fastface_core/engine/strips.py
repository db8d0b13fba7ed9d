"""Decoding in strips: the same picture with less memory, and no seams.

Within the decoder every layer is local but the normalisations and one attention. So a resnet computes its
normalisations' means and deviations over the whole picture first, and then goes through it in strips of rows, each with
the adjacent rows that its convolutions need. The result differs from decoding as a whole by rounding only.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

import torch
import torch.nn.functional as F
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.vae import Decoder
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.upsampling import Upsample2D
from torch import Tensor

_STRIP_BYTES = 32 << 20
"""The size of a strip in float32, roughly."""

Rows = Callable[[Tensor], Tensor]


def set_strips(vae: AutoencoderKL, on: bool) -> None:
    """Switches decoding in strips on or off."""
    for module in vae.decoder.modules():
        if isinstance(module, ResnetBlock2D | Upsample2D):
            vars(module).pop("forward", None)
            if on:
                module.forward = partial(_resnet if isinstance(module, ResnetBlock2D) else _upsampled, module)  # type: ignore[reportAttributeAccessIssue]
    decoder = vae.decoder
    for layer in (decoder.conv_norm_out, decoder.conv_act, decoder.conv_out):
        vars(layer).pop("forward", None)
    if on:
        # The last three layers are called one after the other: the last one does the work of all.
        for layer in (decoder.conv_norm_out, decoder.conv_act):
            layer.forward = _as_it_is  # type: ignore[reportAttributeAccessIssue]
        decoder.conv_out.forward = partial(_last, decoder)  # type: ignore[reportAttributeAccessIssue]


def _as_it_is(states: Tensor) -> Tensor:
    return states


def _resnet(block: ResnetBlock2D, states: Tensor, temb: Tensor | None = None) -> Tensor:
    assert temb is None, "a decoder has no time"
    first = partial(_activated, block, block.norm1, *_moments(block.norm1, states))
    between = _convolved(block.conv1, states, first)
    second = partial(_activated, block, block.norm2, *_moments(block.norm2, between))
    if block.conv_shortcut is None and block.output_scale_factor == 1:
        # What came in is not needed again: the sum takes its place.
        return _convolved(block.conv2, between, second, states)
    output = _convolved(block.conv2, between, second)
    for begin, end in _strips(states):
        rows = states[..., begin:end, :]
        output[..., begin:end, :] += rows if block.conv_shortcut is None else block.conv_shortcut(rows)
    return output.div_(block.output_scale_factor)


def _upsampled(layer: Upsample2D, states: Tensor, _size: int | None = None) -> Tensor:
    if not (layer.use_conv and layer.interpolate) or layer.norm is not None:
        return type(layer).forward(layer, states)
    convolution = cast(torch.nn.Conv2d, layer.conv)
    batch, _, height, width = states.shape
    output = states.new_empty(batch, convolution.out_channels, 2 * height, 2 * width)
    for begin, end in _strips(states, 4):
        above, below = min(begin, 1), min(height - end, 1)
        rows = F.interpolate(states[..., begin - above : end + below, :], scale_factor=2.0, mode="nearest")
        # Of the doubled rows beside a strip, the convolution sees one.
        rows = rows[..., above : rows.shape[-2] - below, :]
        output[..., 2 * begin : 2 * end, :] = _without(convolution, rows, above, below)
    return output


def _last(decoder: Decoder, states: Tensor) -> Tensor:
    norm = cast(torch.nn.GroupNorm, decoder.conv_norm_out)
    mean, deviation = _moments(norm, states)

    def prepared(rows: Tensor) -> Tensor:
        return decoder_activation(_normalised(norm, mean, deviation, rows))

    decoder_activation = cast(Rows, partial(type(decoder.conv_act).forward, decoder.conv_act))
    return _convolved(decoder.conv_out, states, prepared)


def _activated(block: ResnetBlock2D, norm: torch.nn.GroupNorm, mean: Tensor, factor: Tensor, rows: Tensor) -> Tensor:
    return cast(Tensor, block.nonlinearity(_normalised(norm, mean, factor, rows)))


def _normalised(norm: torch.nn.GroupNorm, mean: Tensor, factor: Tensor, rows: Tensor) -> Tensor:
    groups = rows.float().unflatten(1, (norm.num_groups, -1))
    found = groups.sub(mean).mul_(factor).flatten(1, 2)
    weight, bias = (cast(Tensor, one).float()[:, None, None] for one in (norm.weight, norm.bias))
    return found.mul_(weight).add_(bias).to(rows.dtype)


def _moments(norm: torch.nn.GroupNorm, states: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and inverse deviation of each group, (batch, group, 1, 1, 1), in float32 over strips: two passes, since the
    mean of the squares alone would lose digits."""
    count = states[0].numel() // norm.num_groups

    def total(of: Rows) -> Tensor:
        sums = [
            of(states[..., begin:end, :].float().unflatten(1, (norm.num_groups, -1))).sum((2, 3, 4), keepdim=True)
            for begin, end in _strips(states)
        ]
        return cast(Tensor, sum(sums)) / count

    mean = total(_as_it_is)
    return mean, (total(lambda rows: (rows - mean).square_()) + norm.eps).rsqrt()


def _convolved(convolution: torch.nn.Conv2d, states: Tensor, prepare: Rows, onto: Tensor | None = None) -> Tensor:
    """A convolution of 3 x 3 over what `prepare` makes of the rows; added to `onto` where that is given."""
    batch, _, height, width = states.shape
    output = states.new_empty(batch, convolution.out_channels, height, width) if onto is None else onto
    for begin, end in _strips(states):
        above, below = min(begin, 1), min(height - end, 1)
        rows = _without(convolution, prepare(states[..., begin - above : end + below, :]), above, below)
        if onto is None:
            output[..., begin:end, :] = rows
        else:
            output[..., begin:end, :] += rows
    return output


def _without(convolution: torch.nn.Conv2d, rows: Tensor, above: int, below: int) -> Tensor:
    """The convolution of a strip, without the output for the adjacent rows, which serve as its input only."""
    found = F.conv2d(rows, convolution.weight, convolution.bias, padding=1)
    return found[..., above : found.shape[-2] - below, :]


def _strips(states: Tensor, times: int = 1) -> Iterator[tuple[int, int]]:
    """First row and end of each strip, for work that takes `times` the memory of the rows themselves."""
    height = states.shape[-2]
    rows = max(1, _STRIP_BYTES // (times * 4 * max(1, states[..., 0, :].numel())))
    for begin in range(0, height, rows):
        yield begin, min(begin + rows, height)
