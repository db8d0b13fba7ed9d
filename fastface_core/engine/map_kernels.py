# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownParameterType=false
# pyright: reportMissingParameterType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUntypedFunctionDecorator=false, reportIndexIssue=false
# pyright: reportPossiblyUnboundVariable=false
"""The identity attention with its map's transforms in three kernels instead of some eighty operators.

Written for Triton, which comes with torch for NVIDIA GPUs on Linux. What is computed is what `transforms` computes step
by step, the reference that this is compared with. Two facts save the passes over the map: sigmoid, power and scale are
monotonic, so that the ranges of what they give follow from the ranges of the rows; and a row's quantile is found by
bisection on the bits of its numbers, which for numbers from 0 on have the same order.

A row is the map of one token in one head of one batch entry: one number for each query.
"""

import triton
import triton.language as tl
from torch import Tensor

_LARGEST_BLOCK = 4096
"""Numbers of a row that are processed together."""
_ELEMENTS = 8192
"""Of (query, token, channel) in one program."""


@triton.jit
def _map(
    query, key, out, queries, heads, of_batch, of_head, of_query,
    TOKENS: tl.constexpr, CHANNELS: tl.constexpr, ALL_TOKENS: tl.constexpr, ALL_CHANNELS: tl.constexpr,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """The softmax over the tokens of query times key, for a block of one head's queries."""
    entry = tl.program_id(0)
    place = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    channel = tl.arange(0, ALL_CHANNELS)
    token = tl.arange(0, ALL_TOKENS)
    start = (entry // heads).to(tl.int64) * of_batch + (entry % heads) * of_head
    inside = (place[:, None] < queries) & (channel[None, :] < CHANNELS)
    q = tl.load(query + start + place[:, None] * of_query + channel[None, :], mask=inside, other=0.0).to(tl.float32)
    inside = (token[:, None] < TOKENS) & (channel[None, :] < CHANNELS)
    k = tl.load(key + (entry * TOKENS + token[:, None]) * CHANNELS + channel[None, :], mask=inside, other=0.0)
    logits = tl.sum(q[:, None, :] * k[None, :, :], axis=2)
    logits = tl.where(token[None, :] < TOKENS, logits, float("-inf"))
    shares = tl.exp(logits - tl.max(logits, axis=1)[:, None])
    shares = shares / tl.sum(shares, axis=1)[:, None]
    inside = (place[:, None] < queries) & (token[None, :] < TOKENS)
    tl.store(out + (entry * TOKENS + token[None, :]) * queries + place[:, None], shares, mask=inside)


@triton.jit
def _row(map_, row, start, queries, inverted, other, BLOCK: tl.constexpr):
    """A part of a row, turned over where it is the inverted token's; `other` where the row has ended."""
    place = start + tl.arange(0, BLOCK)
    values = tl.load(map_ + row * queries + place, mask=place < queries, other=0.0)
    return tl.where(place < queries, tl.where(inverted, 1.0 - values, values), other)


@triton.jit
def _rows(
    map_, out, queries, rank, fraction, TOKENS: tl.constexpr, INVERT: tl.constexpr, QUANTILE: tl.constexpr,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """The least number of a row, its largest, and its quantile: between the one at `rank` (from 0) and the next."""
    row = tl.program_id(0)
    inverted = (row % TOKENS == 0) & INVERT
    low = tl.full([BLOCK], float("inf"), tl.float32)
    high = tl.full([BLOCK], float("-inf"), tl.float32)
    for start in range(0, queries, BLOCK):
        low = tl.minimum(low, _row(map_, row, start, queries, inverted, float("inf"), BLOCK))
        high = tl.maximum(high, _row(map_, row, start, queries, inverted, float("-inf"), BLOCK))
    tl.store(out + row * 3, tl.min(low, axis=0))
    tl.store(out + row * 3 + 1, tl.max(high, axis=0))
    if QUANTILE:
        # The least number that has more than `rank` numbers up to it; all lie between 0 and 1.
        least = tl.program_id(0) * 0
        most = least + 0x3F800000
        for _ in range(31):
            middle = least + (most - least) // 2
            found = tl.zeros([BLOCK], tl.int32)
            for start in range(0, queries, BLOCK):
                values = _row(map_, row, start, queries, inverted, float("inf"), BLOCK)
                found += (values.to(tl.int32, bitcast=True) <= middle).to(tl.int32)
            enough = tl.sum(found, axis=0) > rank
            most = tl.where(enough, middle, most)
            least = tl.where(enough, least, tl.minimum(middle + 1, most))
        value = most.to(tl.float32, bitcast=True)
        found = tl.zeros([BLOCK], tl.int32)
        above = tl.full([BLOCK], float("inf"), tl.float32)
        for start in range(0, queries, BLOCK):
            values = _row(map_, row, start, queries, inverted, float("inf"), BLOCK)
            found += (values <= value).to(tl.int32)
            above = tl.minimum(above, tl.where(values > value, values, float("inf")))
        again = (tl.sum(found, axis=0) > rank + 1) | (rank + 1 >= queries)
        following = tl.where(again, value, tl.min(above, axis=0))
        tl.store(out + row * 3 + 2, value + fraction * (following - value))


@triton.jit
def _sigmoid(x):
    return 1.0 / (1.0 + tl.exp(-x))


@triton.jit
def _raised(x, exponent, factor, maximum, POWER: tl.constexpr):
    if POWER:
        x = tl.where(x > 0, tl.exp2(exponent * tl.log2(tl.maximum(x, 1e-38))), 0.0)
    return tl.minimum(x * factor, maximum)


@triton.jit
def _restyled(x, original, weight, axis: tl.constexpr, COUNT: tl.constexpr, inside):
    """AdaIN along an axis, of which what is not `inside` does not count."""
    x, original = tl.where(inside, x, 0.0), tl.where(inside, original, 0.0)
    mean = tl.expand_dims(tl.sum(x, axis=axis) / COUNT, axis)
    mean0 = tl.expand_dims(tl.sum(original, axis=axis) / COUNT, axis)
    centred, centred0 = tl.where(inside, x - mean, 0.0), tl.where(inside, original - mean0, 0.0)
    deviation = tl.expand_dims(tl.sqrt(tl.sum(centred * centred, axis=axis) / (COUNT - 1)), axis)
    deviation0 = tl.expand_dims(tl.sqrt(tl.sum(centred0 * centred0, axis=axis) / (COUNT - 1)), axis)
    return weight * x + (1.0 - weight) * (centred * (deviation0 / (deviation + 1e-6)) + mean0)


@triton.jit
def _output(
    text, map_, rows, value, out, queries, heads, of_batch, of_head, of_query, group, strength,
    sharpness, threshold, exponent, factor, maximum, weight,
    TOKENS: tl.constexpr, CHANNELS: tl.constexpr, ALL_TOKENS: tl.constexpr, ALL_CHANNELS: tl.constexpr,
    ALL_ROWS: tl.constexpr, BLOCK: tl.constexpr,
    INVERT: tl.constexpr, SOFTMASK: tl.constexpr, QUANTILE: tl.constexpr, POWER: tl.constexpr, ADAIN: tl.constexpr,
):  # fmt: skip
    """The text's output plus `strength` times that of the transformed map, for a block of one head's queries."""
    entry = tl.program_id(0)
    place = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    channel = tl.arange(0, ALL_CHANNELS)
    token = tl.arange(0, ALL_TOKENS)
    there = (place[:, None] < queries) & (token[None, :] < TOKENS)
    plain = tl.load(map_ + (entry * TOKENS + token[None, :]) * queries + place[:, None], mask=there, other=0.0)
    first = (token == 0) & INVERT
    x = tl.where(first[None, :], 1.0 - plain, plain)
    own = rows + (entry * TOKENS + token) * 3
    known = token < TOKENS
    if SOFTMASK:
        # Over all rows with which this one is normalised: what the first sigmoid gives lies within what it gives at
        # the ends of the rows.
        member = tl.arange(0, ALL_ROWS)
        each = rows + (((entry // group) * group + member[:, None]) * TOKENS + token[None, :]) * 3
        counts = (member[:, None] < group) & known[None, :]
        lows = tl.load(each, mask=counts, other=float("inf"))
        highs = tl.load(each + 1, mask=counts, other=float("-inf"))
        low = tl.where(known, tl.min(lows, axis=0), 0.0)
        span = tl.maximum(tl.where(known, tl.max(highs, axis=0), 0.0) - low, 1e-37)
        if QUANTILE:
            middles = tl.maximum(tl.load(each + 2, mask=counts, other=0.0), 1e-6)
            middle = tl.maximum(tl.load(own + 2, mask=known, other=0.0), 1e-6)
        else:
            middles = threshold + tl.zeros([ALL_ROWS, ALL_TOKENS], tl.float32)
            middle = threshold + tl.zeros([ALL_TOKENS], tl.float32)
        at_low = _sigmoid(sharpness * ((tl.where(counts, lows, 0.0) - low[None, :]) / span[None, :] - middles))
        at_high = _sigmoid(sharpness * ((tl.where(counts, highs, 0.0) - low[None, :]) / span[None, :] - middles))
        least = tl.min(tl.where(counts, at_low, float("inf")), axis=0)
        most = tl.max(tl.where(counts, at_high, float("-inf")), axis=0)
        least, most = tl.where(known, least, 0.0), tl.where(known, most, 0.0)
        narrow = most <= least
        reach = tl.where(narrow, 1.0, most - least)
        x = _sigmoid(sharpness * ((x - low[None, :]) / span[None, :] - middle[None, :]))
        x = tl.where(narrow[None, :], 0.0, (x - least[None, :]) / reach[None, :])
        x = tl.minimum(tl.maximum(x, 0.0), 1.0)
    x = _raised(x, exponent, factor, maximum, POWER)
    if INVERT:
        top = tl.load(own + 1, mask=known, other=0.0)
        if SOFTMASK:
            top = _sigmoid(sharpness * ((top - low) / span - middle))
            top = tl.minimum(tl.maximum(tl.where(narrow, 0.0, (top - least) / reach), 0.0), 1.0)
        top = _raised(top, exponent, factor, maximum, POWER)
        x = tl.where(first[None, :], tl.maximum(top[None, :] - x, 0.0), x)
    inside = (token[:, None] < TOKENS) & (channel[None, :] < CHANNELS)
    v = tl.load(value + (entry * TOKENS + token[:, None]) * CHANNELS + channel[None, :], mask=inside, other=0.0)
    x = tl.where(known[None, :], x, 0.0)
    face = tl.sum(x[:, :, None] * v[None, :, :], axis=1)
    if ADAIN:
        x = _restyled(x, plain, weight, 1, TOKENS, known[None, :])
        x = tl.where(known[None, :], x, 0.0)
        changed = tl.sum(x[:, :, None] * v[None, :, :], axis=1)
        original = tl.sum(plain[:, :, None] * v[None, :, :], axis=1)
        changed = _restyled(changed, original, weight, 1, CHANNELS, (channel < CHANNELS)[None, :])
        # A place whose correction is no number keeps what it has without it.
        face = tl.where(changed - changed == 0, changed, face)
    start = (entry // heads).to(tl.int64) * of_batch + (entry % heads) * of_head
    inside = (place[:, None] < queries) & (channel[None, :] < CHANNELS)
    states = tl.load(text + start + place[:, None] * of_query + channel[None, :], mask=inside, other=0.0)
    joined = states.to(tl.float32) + strength * face.to(states.dtype).to(tl.float32)
    start = (entry // heads).to(tl.int64) * queries * heads * CHANNELS + (entry % heads) * CHANNELS
    tl.store(out + start + place[:, None] * heads * CHANNELS + channel[None, :], joined.to(states.dtype), mask=inside)


def _sizes(tokens: int, channels: int) -> dict[str, int]:
    all_tokens, all_channels = triton.next_power_of_2(tokens), triton.next_power_of_2(channels)
    block = max(16, min(128, _ELEMENTS // (all_tokens * all_channels)))
    return {
        "TOKENS": tokens,
        "CHANNELS": channels,
        "ALL_TOKENS": all_tokens,
        "ALL_CHANNELS": all_channels,
        "BLOCK": block,
    }


def map_of(query: Tensor, key: Tensor) -> Tensor:
    """The map, (batch, head, token, query), float32.

    Args:
        query: (batch, head, query, channel), the channels side by side.
        key: (batch, head, token, channel), float32, divided by the root of the number of channels; contiguous.
    """
    assert key.is_contiguous()
    batch, heads, queries, channels = query.shape
    tokens = key.shape[2]
    out = query.new_empty((batch, heads, tokens, queries), dtype=key.dtype)
    sizes = _sizes(tokens, channels)
    grid = (batch * heads, triton.cdiv(queries, sizes["BLOCK"]))
    _map[grid](query, key, out, queries, heads, *query.stride()[:3], **sizes)
    return out


def rows_of(map_: Tensor, quantile: float | None, invert: bool) -> Tensor:
    """Of each row of a map the least, the largest and the quantile, (batch, head, token, 3).

    Args:
        quantile: None leaves it open.
        invert: token 0 is turned over first.
    """
    batch, heads, tokens, queries = map_.shape
    out = map_.new_empty((batch, heads, tokens, 3))
    position = (quantile or 0.0) * (queries - 1)
    rank = int(position)
    block = min(_LARGEST_BLOCK, triton.next_power_of_2(queries))
    _rows[(batch * heads * tokens,)](
        map_, out, queries, rank, position - rank,
        TOKENS=tokens, INVERT=invert, QUANTILE=quantile is not None, BLOCK=block,
        num_warps=max(1, min(8, block // 256)),
    )  # fmt: skip
    return out


def output_of(
    text: Tensor, map_: Tensor, rows: Tensor, value: Tensor, strength: float, group: int, sharpness: float | None,
    quantile: bool, threshold: float, exponent: float | None, factor: float, maximum: float, weight: float,
    invert: bool,
) -> Tensor:  # fmt: skip
    """The text's output with the identity's, (batch, head, query, channel).

    Args:
        text: (batch, head, query, channel), the channels side by side.
        map_: of `map_of`.
        rows: of `rows_of`.
        value: (batch, head, token, channel), float32, contiguous.
        group: so many rows of a token, one after the other, are normalised together.
        sharpness, quantile, threshold: of a softmask; None leaves it out.
        exponent, factor, maximum: of what follows.
        weight: of AdaIN; 0 leaves it out.
    """
    assert value.is_contiguous()
    batch, heads, queries, channels = text.shape
    tokens = map_.shape[2]
    out = text.new_empty((batch, queries, heads, channels))
    sizes = _sizes(tokens, channels)
    grid = (batch * heads, triton.cdiv(queries, sizes["BLOCK"]))
    _output[grid](
        text, map_, rows, value, out, queries, heads, *text.stride()[:3], group, strength,
        sharpness or 0.0, threshold, exponent or 1.0, factor, maximum, weight,
        **sizes, ALL_ROWS=triton.next_power_of_2(group), INVERT=invert, SOFTMASK=sharpness is not None,
        QUANTILE=quantile, POWER=exponent is not None, ADAIN=weight > 0,
    )  # fmt: skip
    return out.transpose(1, 2)
