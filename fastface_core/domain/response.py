"""What a preset's transforms make of an attention map whose entries are spread evenly: the response curve.

The same arithmetic as `engine.transforms`, without torch: the window draws it while a value is being dragged. Some of
the transforms look at the whole map (its range, a quantile), so a curve needs a map to be about: one token's entries
from 0 to 1, evenly. The AdaIN correction, which mixes tokens, is left out.
"""

import math
from collections.abc import Sequence

from fastface_core.domain.presets import Attention, Part, Power, Preset, Scale, Softmask, Transform, value_at

ENTRIES = 101
_SMALLEST_THRESHOLD = 1e-6


def ramp(entries: int = ENTRIES) -> tuple[float, ...]:
    """The attention that goes in: evenly from 0 to 1."""
    return tuple(index / (entries - 1) for index in range(entries))


def response(
    preset: Preset, part: Part, step: int, steps: int, token: int, attention: Sequence[float]
) -> tuple[float, ...]:
    """The attention that comes out, for one token's entries over the queries.

    Args:
        step: from 0.
        token: from 0. The first one may be turned over.
        attention: the entries that go in, 0 to 1.

    Returns:
        as many entries; the same ones where nothing is transformed at this step, in this part, or for this token.
    """
    settings = preset.attention_at(step, steps)
    if settings is None or part not in settings.parts:
        return tuple(attention)
    if settings.tokens is not None and token not in settings.tokens:
        return tuple(attention)
    invert = settings.invert_first_token and token == 0
    entries = [1 - entry for entry in attention] if invert else list(attention)
    for transform in settings.transforms:
        entries = _apply(settings, transform, entries, part, step, steps)
    if invert:
        _, largest = _range(entries)
        entries = [largest - entry for entry in entries]
    return tuple(entries)


def _apply(
    settings: Attention, transform: Transform, entries: list[float], part: Part, step: int, steps: int
) -> list[float]:
    match transform:
        case Power():
            exponent = value_at(transform.exponent, part, step, steps)
            return [_power(entry, exponent) for entry in entries]
        case Scale():
            factor = value_at(transform.factor, part, step, steps)
            return [min(entry * factor, transform.maximum) for entry in entries]
        case Softmask():
            middle = transform.threshold
            if transform.quantile is not None:
                quantile = value_at(transform.quantile, part, step, steps)
                middle = max(_quantile(entries, quantile), _SMALLEST_THRESHOLD)
            sharpness = value_at(transform.sharpness, part, step, steps)
            return _min_max([_sigmoid(sharpness * (entry - middle)) for entry in _min_max(entries)])


def _power(entry: float, exponent: float) -> float:
    """As tensors do it: 0 to a negative power is infinite, and a root of a negative number is none."""
    if entry == 0 and exponent < 0:
        return math.inf
    try:
        return math.pow(entry, exponent)
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


def _sigmoid(value: float) -> float:
    # In either form the exponential cannot overflow.
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)


def _range(entries: list[float]) -> tuple[float, float]:
    """The smallest and the largest; as tensors do it, neither is a number where one entry is none."""
    if any(math.isnan(entry) for entry in entries):
        return math.nan, math.nan
    return min(entries), max(entries)


def _min_max(entries: list[float]) -> list[float]:
    low, high = _range(entries)
    span = high - low
    return [0.0 if span == 0 else (entry - low) / span for entry in entries]


def _quantile(entries: list[float], quantile: float) -> float:
    """Linear between neighbours."""
    ordered = sorted(entries)
    position = quantile * (len(ordered) - 1)
    lower = int(position)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (position - lower) * (ordered[upper] - ordered[lower])
