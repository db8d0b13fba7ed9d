"""Stacks: the pictures of one request lie on one another, the best on top, where a view wants them so.

A stack is what its pictures say of themselves (`Marks.stack`); a view folds those of them that it shows.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Stacked(NamedTuple):
    """A picture of a view.

    Attributes:
        stack: a number, or None.
        score: as `PictureRow.score`; -2 without one.
    """

    id: int
    stack: int | None
    rejected: int
    rating: int
    score: float


@dataclass(frozen=True, slots=True)
class Folded:
    """A view with its stacks.

    Attributes:
        ids: what is shown, in order.
        stacks: by the picture on top, all of its stack with it, the best first; only of stacks of at least two.
        unfolded: the pictures on top of those that lie open: the others follow them in `ids`.
    """

    ids: list[int]
    stacks: Mapping[int, tuple[int, ...]]
    unfolded: frozenset[int]


def fold(pictures: Iterable[Stacked], unfolded: Collection[int] = ()) -> Folded:
    """Folds stacks at the place of their first picture: what has most stars is on top, then what came nearest.

    Args:
        pictures: in the view's order.
        unfolded: the numbers of stacks that lie open.
    """
    every = list(pictures)
    members: dict[int, list[Stacked]] = {}
    for one in every:
        if one.stack is not None:
            members.setdefault(one.stack, []).append(one)
    ids: list[int] = []
    stacks: dict[int, tuple[int, ...]] = {}
    is_open: set[int] = set()
    for one in every:
        if one.stack is None:
            ids.append(one.id)
        # Where the first of them stood; the others are taken along.
        elif (of_stack := members.pop(one.stack, None)) is not None:
            # Sorted stably: of equally good ones the first in the view.
            of_stack.sort(key=lambda each: (each.rejected, -each.rating, -each.score))
            if len(of_stack) > 1:
                stacks[of_stack[0].id] = tuple(each.id for each in of_stack)
            if one.stack in unfolded:
                is_open.add(of_stack[0].id)
                ids += [each.id for each in of_stack]
            else:
                ids.append(of_stack[0].id)
    return Folded(ids, stacks, frozenset(is_open & stacks.keys()))
