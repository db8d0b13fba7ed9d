"""Whether two settings differ: paired by person, prompt and seed, tested over people, corrected for many questions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from fastface_core.evaluation.intervals import Interval, Values, bootstrap

FLIPS = 9999
_ALL_UP_TO = 13
"""People up to whom all signs are tried: 2^13 = 8192."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting minus another.

    Attributes:
        mean: over the cells that both have.
        interval: 95 %, by the bootstrap over people and seeds.
        p: of the sign-flip test; None where fewer than two people have both.
        people, cells: how many have a number in both.
        spread: standard deviation of the people's own differences; None for fewer than two.
    """

    mean: float
    interval: Interval
    p: float | None
    people: int
    cells: int
    spread: float | None


def difference(one: Values, other: Values) -> Difference | None:
    """The mean of `one` minus `other` where both hold a number.

    Args:
        one, other: (people, prompts, seeds), the same in both; NaN where there is nothing.

    Returns:
        None where no cell holds a number in both.
    """
    apart = one - other
    held = np.isfinite(apart)
    if not held.any():
        return None
    seen = held.any((1, 2))
    apart = apart[seen]
    sums, counts = np.nansum(apart, (1, 2)), np.isfinite(apart).sum((1, 2))
    each = sums / counts
    return Difference(
        mean=float(sums.sum() / counts.sum()),
        interval=bootstrap(apart),
        p=sign_flips(sums) if len(sums) > 1 else None,
        people=len(sums),
        cells=int(counts.sum()),
        spread=float(each.std(ddof=1)) if len(sums) > 1 else None,
    )


def sign_flips(sums: Values) -> float:
    """Two-sided p of the paired permutation test: if neither setting were better, each difference could as well
    have the other sign (Good, Permutation, Parametric, and Bootstrap Tests of Hypotheses, 3).

    All signs are tried for few people, else 9999 by lot, whose own count is added once (Phipson and Smyth 2010).

    Args:
        sums: (people,) each person's sum of differences.
    """
    people = len(sums)
    seen = abs(float(sums.sum())) * (1 - 1e-12)
    if people <= _ALL_UP_TO:
        signs = np.array(list(product((1.0, -1.0), repeat=people)))
        return float((np.abs(signs @ sums) >= seen).mean())
    signs = np.random.default_rng(0).choice([1.0, -1.0], (FLIPS, people))
    return float(((np.abs(signs @ sums) >= seen).sum() + 1) / (FLIPS + 1))


def holm(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """The p values of several questions, corrected so that the chance of any wrong yes stays below the level (Holm,
    A Simple Sequentially Rejective Multiple Test Procedure, 1979). None stays None and counts as no question."""
    asked = sorted((value, place) for place, value in enumerate(values) if value is not None)
    corrected: dict[int, float] = {}
    least = 0.0
    for rank, (value, place) in enumerate(asked):
        least = max(least, min(1.0, (len(asked) - rank) * value))
        corrected[place] = least
    return tuple(corrected.get(place) for place in range(len(values)))


def finite(value: float | None) -> float | None:
    """None for what is no number, as JSON has none for it."""
    return None if value is None or not math.isfinite(value) else value
