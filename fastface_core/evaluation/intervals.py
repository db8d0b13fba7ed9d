"""95 % intervals: Wilson's for shares, Student's for means, and bootstraps over people and their seeds."""

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

LEVEL = 0.95
DRAWS = 4000
_Z = 1.959964

Interval = tuple[float, float]
Values = NDArray[np.float64]


def share(right: Values) -> Interval:
    """Wilson's score interval for the share of ones among zeros and ones."""
    n = len(right)
    p = float(right.mean())
    middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def mean(values: Values) -> Interval:
    """Student's interval for the mean of two values or more."""
    n = len(values)
    t = float(stdtrit(n - 1, (1 + LEVEL) / 2))
    half = t * float(values.std(ddof=1)) / math.sqrt(n)
    return float(values.mean()) - half, float(values.mean()) + half


def of(values: Values) -> Interval:
    """A share's interval where all values are 0 or 1, else a mean's."""
    return share(values) if set(np.unique(values).tolist()) <= {0.0, 1.0} else mean(values)


def difference(one: Values, other: Values) -> Interval:
    """Bootstrap interval of the mean of `one` minus `other`, the same people in both drawn together."""
    values = np.asarray(one, np.float64) - other
    return bootstrap(values[:, None, None])


def bootstrap(cells: Values, draws: int = DRAWS) -> Interval:
    """Interval of the mean over all cells that hold a number, by the percentiles of a bootstrap in two stages.

    People are drawn with replacement, and then, for each drawn person and prompt, seeds (Davison and Hinkley, Bootstrap
    Methods and their Application, 3.8). Prompts are the protocol's own and stay. Drawn by a fixed seed, so that the
    same numbers give the same interval.

    Args:
        cells: (people, prompts, seeds); NaN where there is nothing to measure.

    Returns:
        NaN twice where no cell holds a number.
    """
    means = resampled_means(cells, draws)
    means = means[np.isfinite(means)]
    if not len(means):
        return math.nan, math.nan
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def resampled_means(cells: Values, draws: int = DRAWS) -> Values:
    """The means of `bootstrap`'s draws, (draws,); NaN for a draw without a number."""
    people, prompts, seeds = cells.shape
    rng = np.random.default_rng(0)
    held = np.isfinite(cells)
    sums, counts = np.where(held, cells, 0.0), held.astype(np.float64)
    means = np.empty(draws)
    for start in range(0, draws, 500):
        many = min(500, draws - start)
        who = rng.integers(0, people, (many, people))
        if seeds == 1:
            total, count = (part.sum((1, 2))[who].sum(1) for part in (sums, counts))
        else:
            total, count = np.zeros(many), np.zeros(many)
            for draw in range(many):
                which = rng.integers(0, seeds, (people, prompts, seeds))
                for part, into in ((sums, total), (counts, count)):
                    into[draw] = np.take_along_axis(part[who[draw]], which, 2).sum()
        with np.errstate(invalid="ignore", divide="ignore"):
            means[start : start + many] = total / count
    return cast(Values, means)
