"""How many people a difference needs: the power of the paired t test (Cohen, Statistical Power Analysis, 2)."""

import math

from scipy.special import nctdtr, stdtrit

WANTED = 0.8
ALPHA = 0.05
MOST = 100_000


def power(people: int, effect: float, alpha: float = ALPHA) -> float:
    """How probably a true difference is found, 0 to 1.

    Args:
        people: at least 2.
        effect: the difference over the standard deviation of people's own differences.
        alpha: two-sided level; divide it by the number of questions for Bonferroni's bound of Holm's correction.
    """
    free = people - 1
    critical = float(stdtrit(free, 1 - alpha / 2))
    shift = abs(effect) * math.sqrt(people)
    above, below = 1 - float(nctdtr(free, shift, critical)), float(nctdtr(free, shift, -critical))
    # Far out in the lower tail scipy's function has no number; what is missing is none that could be seen.
    return above + (below if math.isfinite(below) else 0.0)


def people_needed(difference: float, spread: float, alpha: float = ALPHA, wanted: float = WANTED) -> int | None:
    """The fewest people with whom a difference is found with the power wanted; None for more than 100,000.

    Args:
        difference: true mean difference, not 0.
        spread: standard deviation of people's own differences.
    """
    if spread <= 0:
        return 2
    effect = abs(difference) / spread
    low, high = 1, 2
    while power(high, effect, alpha) < wanted:
        low, high = high, high * 2
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle, effect, alpha) >= wanted else (middle, high)
    return high


def smallest_difference(people: int, spread: float, alpha: float = ALPHA, wanted: float = WANTED) -> float:
    """The smallest true difference that so many people (2 or more) find with the power wanted."""
    low, high = 0.0, 1.0
    while power(people, high, alpha) < wanted:
        high *= 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if power(people, middle, alpha) >= wanted else (middle, high)
    return high * spread
