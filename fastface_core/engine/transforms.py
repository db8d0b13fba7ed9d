"""What is done to identity attention maps: pure functions.

An attention map has the shape (image, branch, head, query, token), float32. Several images are never mixed: each is
normalised with its own branches. Equations: arXiv 2505.21144, "attention manipulation".
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from fastface_core.domain.presets import Attention, Part, Power, Scale, Softmask, Transform, value_at

TOGETHER = (1, 2, 3)
"""Axes of a normalisation over all branches of an image in common."""
INDEPENDENT = (2, 3)
"""Axes of a normalisation of each branch by itself."""

_QUERY, _TOKEN = 3, 4
_SMALLEST_THRESHOLD = 1e-6
_SMALLEST_SPAN = 1e-37
_EPSILON = 1e-6


def _range(values: Tensor, axes: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The least value over `axes`, and the distance of the largest from it, which is more than 0 where all are equal:
    what is divided by it is 0 there."""
    low = values.amin(axes, keepdim=True)
    return low, values.amax(axes, keepdim=True).sub_(low).clamp_(min=_SMALLEST_SPAN)


def power(attention: Tensor, exponent: float) -> Tensor:
    return attention.pow(exponent)


def scale(attention: Tensor, factor: float, maximum: float) -> Tensor:
    return (attention * factor).clamp_(max=maximum)


def softmask(
    attention: Tensor, sharpness: float, quantile: float | None, threshold: float, axes: tuple[int, ...]
) -> Tensor:
    """N(sigmoid(s (N(A) - m))) with m = max(quantile of A over the queries, 1e-6), or `threshold`."""
    middle: Tensor | float = threshold
    if quantile is not None:
        middle = _quantile_over_queries(attention, quantile).clamp_(min=_SMALLEST_THRESHOLD)
    low, span = _range(attention, axes)
    # One new map, and the rest within it: reading and writing a map takes longer than computing with it.
    result = (attention - low).div_(span).sub_(middle).mul_(sharpness).sigmoid_()
    low, span = _range(result, axes)
    return result.sub_(low).div_(span)


def _quantile_over_queries(attention: Tensor, quantile: float) -> Tensor:
    """The quantile, linear between neighbours, over the queries, whose axis stays with length 1.

    As `torch.quantile`, which sorts everything and refuses more than 16 million entries.
    """
    by_query = attention.transpose(_QUERY, _TOKEN).contiguous()
    position = quantile * (by_query.shape[-1] - 1)
    lower = int(position)
    low = by_query.kthvalue(lower + 1, keepdim=True).values
    # The next one up is the least of the larger ones, or the same again: quicker than selecting a second time.
    below = by_query <= low
    again = below.sum(-1, keepdim=True) > lower + 1
    above = by_query.masked_fill(below, torch.inf).amin(-1, keepdim=True)
    last = lower + 1 == by_query.shape[-1]
    high = low if last else torch.where(again, low, above)
    return low.lerp(high, position - lower).transpose(_QUERY, _TOKEN)


def adain(values: Tensor, original: Tensor, weight: float, axis: int) -> Tensor:
    """w x + (1 - w) (x with the mean and deviation of `original` along `axis`)."""
    factor, summand = _restyling(*_moments(values, axis), *_moments(original, axis), weight)
    return torch.addcmul(summand, values, factor)


def _moments(values: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Mean and deviation along an axis that stays with length 1; of a single value, that is not a number."""
    count, mean = values.shape[axis], values.mean(axis, keepdim=True)
    if count == 1:
        return mean, torch.full_like(mean, torch.nan)
    # Several passes over the few values of a place are faster than torch's single one, which takes them one by one.
    return mean, (values - mean).square_().sum(axis, keepdim=True).div_(count - 1).sqrt_()


def _restyling(
    mean: Tensor, deviation: Tensor, original_mean: Tensor, original_deviation: Tensor, weight: float
) -> tuple[Tensor, Tensor]:
    """f and c with which AdaIN gives f x + c."""
    ratio = (original_deviation / (deviation + _EPSILON)).mul_(1 - weight)
    summand = torch.addcmul(original_mean * (1 - weight), ratio, mean, value=-1)
    return ratio.add_(weight), summand


class Values:
    """The values that a map meets, and what AdaIN has to know of them.

    Along the channels, the output A V of a map has the mean A v, with v the tokens' means, and the variance A C A^T,
    with C their covariance. So its correction, which is f A V + c with two numbers a query, needs no output to look at,
    but one column beside the map's.

    Attributes:
        tokens: V, (image, branch, head, token, channel), float32.
    """

    def __init__(self, tokens: Tensor) -> None:
        self.tokens = tokens
        self._kept: tuple[Tensor, Tensor] | None = None

    def corrected(self, attention: Tensor, original: Tensor, weight: float) -> Tensor:
        """(image, branch, head, query, token + 1): the map and the summand whose product with `with_ones` is the
        output of `attention`, with AdaIN along the channels to that of `original`.
        """
        factor, summand = _restyling(*self._moments(attention), *self._moments(original), weight)
        by_token = torch.cat([attention.transpose(-2, -1) * factor, summand], dim=-2)
        return by_token.transpose(-2, -1)

    def with_ones(self) -> Tensor:
        """V, and a further token of ones."""
        return self._prepared()[1]

    def _moments(self, attention: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation along the channels of what a map gives, (image, branch, head, 1, query) each."""
        by_token = attention.transpose(-2, -1)
        found = self._prepared()[0] @ by_token
        variance = (found[..., 1:, :] * by_token).sum(-2, keepdim=True)
        return found[..., :1, :], variance.clamp_(min=0).sqrt_()

    def _prepared(self) -> tuple[Tensor, Tensor]:
        """v above C, (…, 1 + token, token), and V with the ones."""
        if self._kept is None:
            means = self.tokens.mean(-1, keepdim=True)
            centred = self.tokens - means
            covariance = centred @ centred.transpose(-2, -1) / (self.tokens.shape[-1] - 1)
            ones = torch.ones_like(self.tokens[..., :1, :])
            moments = torch.cat([means.transpose(-2, -1), covariance], dim=-2)
            self._kept = moments, torch.cat([self.tokens, ones], dim=-2)
        return self._kept


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

    def attend(self, attention: Tensor, values: Values, see: Callable[[Tensor], None] | None = None) -> Tensor:
        """The identity attention's output with the transformed map.

        Args:
            attention: (image, branch, head, query, token), softmax over the tokens, float32.
            see: is shown the map that meets the values.

        Returns:
            (image, branch, head, query, channel), float32.
        """
        changed = self.transform(attention)
        if not self.settings.adain:
            if see is not None:
                see(changed)
            return changed.contiguous() @ values.tokens
        restyled = adain(changed, attention, self.settings.adain, _TOKEN)
        corrected = values.corrected(restyled, attention, self.settings.adain)
        # A NaN spoils an image's correction in this layer, not the image. `where` and not `if`: asking would make
        # the CPU wait for the GPU in every layer.
        total = corrected.sum((1, 2, 3, 4), keepdim=True)
        spoiled = total - total != 0  # of a number that is not finite, that is none
        if see is not None:
            see(torch.where(spoiled, changed, restyled))
        plain = F.pad(changed.transpose(-2, -1), (0, 0, 0, 1)).transpose(-2, -1)
        return torch.where(spoiled, plain, corrected).contiguous() @ values.with_ones()

    def transform(self, attention: Tensor) -> Tensor:
        """The map after all transforms of the chosen tokens, the others untouched; same shape."""
        tokens = self.settings.tokens
        if tokens is None:
            return self._chain(attention, invert=self.settings.invert_first_token)
        chosen = [token for token in sorted(tokens) if token < attention.shape[_TOKEN]]
        if not chosen:
            return attention
        # Taken apart and put together by slices: a list as an index is copied to the GPU, which waits for it.
        columns = list(attention.split(1, _TOKEN))
        changed = self._chain(
            torch.cat([columns[token] for token in chosen], _TOKEN),
            invert=self.settings.invert_first_token and chosen[0] == 0,
        )
        for token, column in zip(chosen, changed.split(1, _TOKEN), strict=True):
            columns[token] = column
        return torch.cat(columns, _TOKEN)

    def _chain(self, attention: Tensor, invert: bool) -> Tensor:
        if not invert:
            for transform in self.settings.transforms:
                attention = self._apply(transform, attention)
            return attention
        attention = attention.clone()
        first = attention[..., 0]
        first.neg_().add_(1)
        for transform in self.settings.transforms:
            attention = self._apply(transform, attention)
        first = attention[..., 0]
        torch.sub(first.amax(-1, keepdim=True), first, out=first)
        return attention

    def _apply(self, transform: Transform, attention: Tensor) -> Tensor:
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
