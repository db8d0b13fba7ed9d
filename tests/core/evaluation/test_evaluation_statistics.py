"""What the numbers of an evaluation can bear: against scipy, published tables, and cases worked out by hand."""

import numpy as np
import pytest
from scipy import stats

from fastface_core.evaluation import comparing, intervals, power, summary

LOT = np.random.default_rng(5)


def cells(people: int, prompts: int, seeds: int) -> np.ndarray:
    """Pictures of which people explain most, as they do."""
    return LOT.normal(0, 1, (people, 1, 1)) + LOT.normal(0, 0.3, (people, prompts, seeds))


def test_the_interval_of_a_mean_is_scipy_s() -> None:
    values = LOT.normal(2, 3, 17)
    expected = stats.t.interval(0.95, 16, values.mean(), stats.sem(values))
    assert intervals.mean(values) == pytest.approx(expected, abs=1e-9)


def test_the_bootstrap_over_people_is_that_of_their_means() -> None:
    values = cells(25, 4, 1)
    found = stats.bootstrap(
        (values.mean((1, 2)),), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(3)
    )
    assert intervals.bootstrap(values) == pytest.approx(found.confidence_interval, abs=0.04)
    # Pictures of the same people are no further people: an interval that takes them so is far too narrow.
    low, high = intervals.bootstrap(values.reshape(100, 1, 1))
    assert high - low < 0.7 * (found.confidence_interval.high - found.confidence_interval.low)


def test_seeds_are_drawn_within_each_person_and_prompt() -> None:
    """One person, whose seeds are 0 and 1: the mean of two draws is 0, 0.5 or 1, with chances 1/4, 1/2 and 1/4."""
    means = intervals.resampled_means(np.array([[[0.0, 1.0]]]))
    shares = [float((means == value).mean()) for value in (0, 0.5, 1)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_cells_without_a_number_are_left_out() -> None:
    values = cells(12, 3, 2)
    values[0] = values[3, 1] = np.nan
    low, high = intervals.bootstrap(values)
    assert low < np.nanmean(values) < high
    assert np.isnan(intervals.bootstrap(np.full((2, 1, 1), np.nan))).all()


@pytest.mark.parametrize("people", [8, 40])
def test_the_sign_flip_test_is_scipy_s(people: int) -> None:
    apart = LOT.normal(0.4, 1, people)
    theirs = stats.permutation_test(
        (apart, np.zeros(people)), lambda x, y: np.mean(x - y), permutation_type="samples",
        n_resamples=20_000, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert comparing.sign_flips(apart) == pytest.approx(theirs.pvalue, abs=1e-9 if people == 8 else 0.02)


def test_three_people_can_prove_nothing() -> None:
    """Of the eight signs, two give as much as was seen."""
    assert comparing.sign_flips(np.array([1.0, 2.0, 3.0])) == 0.25


def test_a_share_of_all_or_none_is_not_certain() -> None:
    """Of twenty people nobody failed: by Wilson's interval up to 16 % might (see the starter's measures)."""
    found = summary.mean(np.ones((20, 3, 2)), share=True)
    assert found is not None
    assert (found.mean, found.high, found.count) == (1, 1, 120)
    assert found.low == pytest.approx(1 - 0.1611, abs=1e-4)
    none = summary.mean(np.zeros((20, 3, 2)))
    assert none is not None
    assert (none.low, none.high) == (0, 0)


def test_holm_by_hand() -> None:
    """0.01 x 4, 0.02 x 3, 0.03 x 2, and none below the one before."""
    assert comparing.holm([0.03, 0.01, None, 0.02, 0.9]) == pytest.approx((0.06, 0.04, None, 0.06, 0.9))
    assert comparing.holm([]) == ()


def test_a_difference_is_of_what_both_have() -> None:
    one, other = cells(6, 2, 2), np.zeros((6, 2, 2))
    other[1, 0, 0] = one[0] = np.nan
    found = comparing.difference(one, other)
    assert found is not None
    assert (found.people, found.cells) == (5, 19)
    assert found.mean == pytest.approx(np.nanmean(one - other))
    assert found.interval[0] < found.mean < found.interval[1]
    assert comparing.difference(one, np.full_like(one, np.nan)) is None


@pytest.mark.parametrize(("effect", "people"), [(0.2, 199), (0.5, 34), (0.8, 15)])
def test_people_needed_as_in_cohen_s_tables(effect: float, people: int) -> None:
    assert power.people_needed(effect, 1.0) == people
    assert power.power(people, effect) >= 0.8 > power.power(people - 1, effect)
    assert power.smallest_difference(people, 2.0) == pytest.approx(2 * effect, rel=0.03)


def test_power_is_how_often_the_difference_is_found() -> None:
    """Against 4000 experiments."""
    values = LOT.normal(0.4, 1, (4000, 30))
    _, chance = stats.ttest_1samp(values, 0, axis=1)
    found = np.asarray(chance) < 0.05
    assert power.power(30, 0.4) == pytest.approx(found.mean(), abs=0.025)
