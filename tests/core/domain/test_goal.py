"""Stopping once enough pictures are like enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastface_core.domain.goal import Goal
from fastface_core.domain.request import PortraitRequest
from fastface_core.presets import files as preset_files

BASELINE = preset_files.find("baseline")


def request(count: int, goal: Goal | None = None) -> PortraitRequest:
    return PortraitRequest(prompt="x", preset=BASELINE, seed=5, count=count, goal=goal)


@pytest.mark.parametrize(
    ("likenesses", "complete"),
    [([], False), ([0.7, 0.59], False), ([0.7, None, 0.6], True), ([0.1, 0.2, 0.3, 0.4], True), ([0.6, 0.6], True)],
)
def test_complete_at_the_goal_or_at_the_count(likenesses: list[float | None], complete: bool) -> None:
    assert request(4, Goal(pictures=2, score=0.6)).complete(likenesses) is complete


def test_without_a_goal_only_the_count_counts() -> None:
    assert not request(2).complete([0.99])
    assert request(2).complete([None, None])


@given(st.lists(st.one_of(st.none(), st.floats(-1, 1)), min_size=1, max_size=8), st.integers(1, 8), st.integers(0, 8))
def test_what_is_left_after_some_ends_where_the_whole_would_have(
    likenesses: list[float | None], pictures: int, first: int
) -> None:
    whole = request(len(likenesses), Goal(pictures=pictures, score=0.5))
    end = next(n for n in range(len(likenesses) + 1) if whole.complete(likenesses[:n]))
    first = min(first, end - 1)
    rest = whole.after(likenesses[:first])
    assert rest.seeds == whole.seeds[first:]
    assert first + next(n for n in range(rest.count + 1) if rest.complete(likenesses[first : first + n])) == end
