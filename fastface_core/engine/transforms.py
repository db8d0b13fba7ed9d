"""What is done to identity attention maps: pure functions.

An attention map has the shape (image, branch, head, query, token), float32. Several images are never mixed: each is
normalised with its own branches. Equations: arXiv 2505.21144, "attention manipulation".
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from fastface_core.presets import Attention, Part, Power, Scale, Softmask, value_at

TOGETHER = (1, 2, 3)
"""Axes of a normalisation over all branches of an image in common."""
INDEPENDENT = (2, 3)
"""Axes of a normalisation of each branch by itself."""

_QUERY, _TOKEN = 3, 4
_SMALLEST_THRESHOLD = 1e-6
_EPSILON = 1e-6


def min_max(values: Tensor, axes: tuple[int, ...]) -> Tensor:
    """N: to 0..1 over `axes`; 0 where all values are the same."""
    low = values.amin(axes, keepdim=True)
    span = values.amax(axes, keepdim=True) - low
    return torch.where(span > 0, (values - low) / torch.where(span > 0, span, 1), 0)


def power(attention: Tensor, exponent: float) -> Tensor:
    return attention.pow(exponent)


def scale(attention: Tensor, factor: float, maximum: float) -> Tensor:
    return (attention * factor).clamp(max=maximum)


def softmask(
    attention: Tensor, sharpness: float, quantile: float | None, threshold: float, axes: tuple[int, ...]
) -> Tensor:
    """N(sigmoid(s (N(A) - m))) with m = max(quantile of A over the queries, 1e-6), or `threshold`."""
    middle: Tensor | float = threshold
    if quantile is not None:
        middle = _quantile_over_queries(attention, quantile).clamp(min=_SMALLEST_THRESHOLD)
    return min_max(torch.sigmoid(sharpness * (min_max(attention, axes) - middle)), axes)


def _quantile_over_queries(attention: Tensor, quantile: float) -> Tensor:
    """The quantile, linear between neighbours, over the queries, whose axis stays with length 1.

    As `torch.quantile`, which sorts everything and refuses more than 16 million entries; two selections are faster.
    """
    by_query = attention.transpose(_QUERY, _TOKEN).contiguous()
    position = quantile * (by_query.shape[-1] - 1)
    lower = int(position)
    upper = min(lower + 1, by_query.shape[-1] - 1)
    low, high = by_query.kthvalue(lower + 1).values, by_query.kthvalue(upper + 1).values
    return low.lerp(high, position - lower).unsqueeze(_QUERY)


def adain(values: Tensor, original: Tensor, weight: float, axis: int) -> Tensor:
    """w x + (1 - w) (x with the mean and deviation of `original` along `axis`)."""
    mean, deviation = values.mean(axis, keepdim=True), values.std(axis, keepdim=True)
    original_mean, original_deviation = original.mean(axis, keepdim=True), original.std(axis, keepdim=True)
    restyled = (values - mean) * original_deviation / (deviation + _EPSILON) + original_mean
    return weight * values + (1 - weight) * restyled


@dataclass(frozen=True, slots=True)
class MapTransform:
    """A preset's attention settings in one part of the UNet at one step.

    Attributes:
        step: from 0.
    """

    settings: Attention
    part: Part
    step: int
    steps: int

    def attend(self, attention: Tensor, values: Tensor, see: Callable[[Tensor], None] | None = None) -> Tensor:
        """The identity attention's output with the transformed map.

        Args:
            attention: (image, branch, head, query, token), softmax over the tokens, float32.
            values: (image, branch, head, token, channel), float32.
            see: is shown the map that meets the values.

        Returns:
            (image, branch, head, query, channel), float32.
        """
        changed = self.transform(attention)
        if not self.settings.adain:
            if see is not None:
                see(changed)
            return changed @ values
        corrected = adain(changed, attention, self.settings.adain, _TOKEN)
        plain = changed @ values
        output = adain(corrected @ values, attention @ values, self.settings.adain, -1)
        # A NaN spoils an image's correction in this layer, not the image. `where` and not `if`: asking would make
        # the CPU wait for the GPU in every layer.
        spoiled = output.isnan().flatten(1).any(1)[:, None, None, None, None]
        if see is not None:
            see(torch.where(spoiled, changed, corrected))
        return torch.where(spoiled, plain, output)

    def transform(self, attention: Tensor) -> Tensor:
        """The map after all transforms of the chosen tokens, the others untouched; same shape."""
        tokens = self.settings.tokens
        if tokens is None:
            return self._chain(attention, invert=self.settings.invert_first_token)
        chosen = [token for token in sorted(tokens) if token < attention.shape[_TOKEN]]
        if not chosen:
            return attention
        result = attention.clone()
        result[..., chosen] = self._chain(
            attention[..., chosen], invert=self.settings.invert_first_token and chosen[0] == 0
        )
        return result

    def _chain(self, attention: Tensor, invert: bool) -> Tensor:
        if invert:
            attention = torch.cat([1 - attention[..., :1], attention[..., 1:]], dim=_TOKEN)
        for transform in self.settings.transforms:
            attention = self._apply(transform, attention)
        if invert:
            first = attention[..., :1]
            first = first.amax(_QUERY, keepdim=True) - first
            attention = torch.cat([first, attention[..., 1:]], dim=_TOKEN)
        return attention

    def _apply(self, transform: Power | Scale | Softmask, attention: Tensor) -> Tensor:
        at = (self.part, self.step, self.steps)
        match transform:
            case Power():
                return power(attention, value_at(transform.exponent, *at))
            case Scale():
                return scale(attention, value_at(transform.factor, *at), transform.maximum)
            case Softmask():
                axes = TOGETHER if self.settings.normalization == "together" else INDEPENDENT
                quantile = None if transform.quantile is None else value_at(transform.quantile, *at)
                return softmask(attention, value_at(transform.sharpness, *at), quantile, transform.threshold, axes)
