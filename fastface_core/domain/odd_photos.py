"""Which of several photos show someone else than the others."""

from collections.abc import Callable, Sequence


def odd_ones(
    agreements: Callable[[Sequence[int]], Sequence[float]], count: int, same_person: float | None
) -> dict[int, float]:
    """Which of `count` photos show someone else, each with its agreement with the others.

    The one that agrees least goes first, then those that are left are looked at again; of two that disagree, the later
    one goes.

    Args:
        agreements: of some photos, by their indices: the cosine of each to the mean of the others.
    """
    odd: dict[int, float] = {}
    left = list(range(count))
    while same_person is not None and len(left) > 1:
        each = agreements(left)
        least = min(range(len(left)), key=lambda index: (each[index], -left[index]))
        if each[least] >= same_person:
            break
        odd[left.pop(least)] = each[least]
    return odd
