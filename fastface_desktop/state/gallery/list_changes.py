"""The fewest steps from one list of numbers to another, so that a view keeps its place and its selection."""

from collections.abc import Sequence
from dataclasses import dataclass

_MOST = 200
"""More steps take longer than resetting the list."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do, in this order.

    Attributes:
        removals: first and last place in the old list, the last run first.
        insertions: first and last place in the new list, the first run first.
    """

    removals: tuple[tuple[int, int], ...]
    insertions: tuple[tuple[int, int], ...]


def steps(old: Sequence[int], new: Sequence[int]) -> Steps | None:
    """From `old` to `new`, in each of which a number is once; None where they differ in order or in too much."""
    staying, known = set(new), set(old)
    gone = [place for place, number in enumerate(old) if number not in staying]
    come = [place for place, number in enumerate(new) if number not in known]
    if [number for number in old if number in staying] != [number for number in new if number in known]:
        return None
    removals, insertions = runs(gone), runs(come)
    if len(removals) + len(insertions) > _MOST:
        return None
    return Steps(tuple(reversed(removals)), tuple(insertions))


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers that follow one another."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
