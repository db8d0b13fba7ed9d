"""The intervals of the numbers in docs/starter-model.md."""

import numpy as np
import pytest

from tools.starter import intervals


@pytest.mark.parametrize(
    ("right", "of", "expected"), [(5, 10, (0.2366, 0.7634)), (0, 20, (0.0, 0.1611)), (81, 100, (0.7222, 0.8749))]
)
def test_wilson_s_interval(right: int, of: int, expected: tuple[float, float]) -> None:
    """Against values worked out by hand from the formula."""
    answers = np.array([1.0] * right + [0.0] * (of - right))
    assert intervals.of(answers) == pytest.approx(expected, abs=1e-4)


def test_student_s_interval() -> None:
    """The quantile for 9 degrees of freedom is 2.262, for 199 it is 1.972."""
    for count, quantile in ((10, 2.262), (200, 1.972)):
        values = np.linspace(0, 1, count)
        low, high = intervals.mean(values)
        half = quantile * values.std(ddof=1) / np.sqrt(count)
        assert (low, high) == pytest.approx((0.5 - half, 0.5 + half), abs=2e-3)


def test_pairs_are_compared_person_by_person() -> None:
    """People differ far more than the two settings do: only the paired difference sees it."""
    base = np.random.default_rng(1).normal(0, 1, 200)
    low, high = intervals.difference(base + 0.05, base)
    assert (low, high) == pytest.approx((0.05, 0.05), abs=1e-9)
    low, high = intervals.difference(base, base[::-1].copy())
    assert low < 0 < high
