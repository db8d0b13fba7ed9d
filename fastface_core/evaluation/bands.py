"""From which similarity on a recogniser's answer may be called good or strong: fitted to pairs of people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.likeness import Fit, LikenessScale, MatchScale
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.evaluation.intervals import LEVEL, Values
from fastface_core.evaluation.people import Subject

if TYPE_CHECKING:
    from fastface_core.engine.judging.views import FaceReader

GOOD, STRONG = 0.99, 0.999
"""Shares of pairs of different people that stay below."""
DRAWS = 300
_DIGITS = 2
LEAST = 1000
"""Pairs of different people below which one in a thousand cannot be told."""

_Scale = TypeVar("_Scale", LikenessScale, MatchScale)


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """Similarities of pictures with one another, and of whom they are.

    Attributes:
        similarity: (n,) of each pair.
        first, second: (n,) the people's numbers, from 0.
    """

    similarity: Values
    first: NDArray[np.intp]
    second: NDArray[np.intp]

    @classmethod
    def across(cls, similarity: Values) -> "Pairs":
        """One picture and one reference of each person: (people, people), the same person on the diagonal."""
        first, second = np.indices(similarity.shape)
        return cls(similarity.ravel().astype(np.float64), first.ravel(), second.ravel())

    @classmethod
    def among(cls, embeddings: NDArray[np.floating], people: NDArray[np.intp]) -> "Pairs":
        """All pairs of several people's pictures.

        Args:
            embeddings: (pictures, numbers), of length 1.
            people: (pictures,) whose they are.
        """
        first, second = np.triu_indices(len(people), 1)
        similarity = (embeddings @ embeddings.T)[first, second].astype(np.float64)
        return cls(similarity, people[first], people[second])


def fit(kind: type[_Scale], pairs: Pairs, source: str) -> _Scale:
    """A scale by what different people exceed: good in 1 of 100 pairs, strong in 1 of 1000.

    Each number has its 95 % interval from a bootstrap over people, whose pairs are not independent of one another.

    Args:
        source: of the people, in a few words.

    Raises:
        SettingsError: there are too few pairs of different people, or none of the same.
    """
    different = pairs.first != pairs.second
    if different.sum() < LEAST or different.all():
        raise SettingsError(
            f"There are {int(different.sum())} pairs of different people and {int((~different).sum())} of the same.",
            f"Give at least {LEAST} pairs of different people, and two photos of some of them.",
        )
    people = int(max(pairs.first.max(), pairs.second.max())) + 1
    rng = np.random.default_rng(0)
    counts = rng.multinomial(people, np.full(people, 1 / people), DRAWS)
    strangers = _Sorted(pairs, different)
    good, strong = (strangers.quantile(share, None) for share in (GOOD, STRONG))
    drawn = np.array([[strangers.quantile(share, one) for share in (GOOD, STRONG)] for one in counts])
    same = _Sorted(pairs, ~different)
    good, strong = round(good, _DIGITS), round(strong, _DIGITS)
    return kind(
        good=good,
        strong=strong,
        fit=Fit(
            people=people,
            same=int((~different).sum()),
            different=int(different.sum()),
            good=_interval(drawn[:, 0]),
            strong=_interval(drawn[:, 1]),
            same_good=_reached(same, good, counts),
            same_strong=_reached(same, strong, counts),
            source=source,
        ),
    )


class _Sorted:
    """Some of the pairs, the least similar first."""

    def __init__(self, pairs: Pairs, chosen: NDArray[np.bool_]) -> None:
        order = np.argsort(pairs.similarity[chosen], kind="stable")
        self.similarity = pairs.similarity[chosen][order]
        self._first, self._second = pairs.first[chosen][order], pairs.second[chosen][order]

    def weights(self, counts: NDArray[np.intp]) -> Values:
        """How often each pair is drawn where each person is drawn so often."""
        same = self._first == self._second
        return np.where(same, counts[self._first], counts[self._first] * counts[self._second]).astype(np.float64)

    def quantile(self, share: float, counts: NDArray[np.intp] | None) -> float:
        """The similarity that this share of the pairs stays below."""
        if counts is None:
            return float(np.quantile(self.similarity, share))
        reached = np.cumsum(self.weights(counts))
        place = int(np.searchsorted(reached, share * float(reached[-1])))
        return float(self.similarity[min(place, len(reached) - 1)])

    def share(self, least: float, counts: NDArray[np.intp] | None) -> float:
        """The share of pairs of at least so much similarity; NaN where none is drawn."""
        weights = np.ones(len(self.similarity)) if counts is None else self.weights(counts)
        return float(weights[self.similarity >= least].sum() / weights.sum()) if weights.sum() else float("nan")


def _reached(same: _Sorted, least: float, counts: NDArray[np.intp]) -> tuple[float, float, float]:
    low, high = _interval(np.array([same.share(least, one) for one in counts]))
    return round(same.share(least, None), 4), low, high


def _interval(values: Values) -> tuple[float, float]:
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return round(float(low), 4), round(float(high), 4)


def of_people(people: Sequence[Subject], reader: "FaceReader", report: Callable[[int], None]) -> LikenessScale:
    """A recogniser's scale, by photos of several people; those without a face are passed over.

    Args:
        report: gets how many photos are looked at.

    Raises:
        SettingsError: there are too few pairs.
    """
    from fastface_core.engine.judging.views import View
    from fastface_core.engine.photos import read_photo

    embeddings: list[NDArray[np.float32]] = []
    owners: list[int] = []
    looked = 0
    for number, person in enumerate(people):
        for path in (person.photo, *person.others):
            looked += 1
            report(looked)
            try:
                photo = read_photo(path)
                face = reader.face(View(photo.sha256, photo.pixels))
            except FastFaceError:
                continue
            if face is not None:
                embeddings.append(face.embedding)
                owners.append(number)
    numbers = np.unique(owners, return_inverse=True)[1].astype(np.intp)
    shape = (len(embeddings), embeddings[0].size if embeddings else 1)
    pairs = Pairs.among(np.array(embeddings, np.float32).reshape(shape), numbers)
    return fit(LikenessScale, pairs, f"photos of {len(set(owners))} people on this computer")
