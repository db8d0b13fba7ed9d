"""From the numbers of single pictures to what a report says: means, intervals, differences, bins, strata."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.evaluation import measures, power
from fastface_core.evaluation.comparing import Difference, difference, finite, holm
from fastface_core.evaluation.intervals import Values, bootstrap
from fastface_core.evaluation.intervals import share as wilson
from fastface_core.evaluation.results import EVERYTHING, Entry, Results

BIN = 50
"""Pictures in a bin of face sizes, as published."""
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its 95 % interval.

    Attributes:
        count: pictures that have a number.
    """

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One contender minus another in one measure and subset.

    Attributes:
        corrected: p after Holm's correction over all differences of the report.
        needed: people with whom half of what was seen, all of it, would be found, by "half" and "all"; None for more
            than 100,000.
        smallest: the smallest difference that so many people find in 4 of 5 evaluations.
    """

    one: str
    other: str
    subset: str
    measure: str
    difference: Difference
    corrected: float | None
    needed: dict[str, int | None]
    smallest: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Pictures of similar face size. `missing`: how many of them have no likeness."""

    ratio: float
    likeness: float | None
    missing: int
    count: int


def mean(cells: Values, share: bool = False) -> Mean | None:
    """Over all cells that hold a number; None where none does.

    Args:
        share: every number is 0 or 1. Where all are the same a bootstrap would know no doubt: then the interval is
            Wilson's, with as many answers as there are people.
    """
    held = np.isfinite(cells)
    if not held.any():
        return None
    seen = held.any((1, 2))
    if share and np.ptp(cells[held]) == 0:
        low, high = wilson(np.full(int(seen.sum()), cells[held][0]))
    else:
        low, high = bootstrap(cells[seen])
    return Mean(float(cells[held].mean()), low, high, int(held.sum()))


def means(results: Results) -> dict[str, dict[str, dict[str, Mean]]]:
    """By subset, entry and measure."""
    return {
        subset: {
            entry.name: {name: found for name in results.measures if (found := _mean(entry, name, prompts)) is not None}
            for entry in results.entries
        }
        for subset, prompts in results.subsets().items()
    }


def _mean(
    entry: Entry, measure: str, prompts: NDArray[np.bool_], people: NDArray[np.bool_] | None = None
) -> Mean | None:
    values = entry.values.get(measure)
    if values is None:
        return None
    return mean((values if people is None else values[people])[:, prompts], measures.of(measure).share)


def compared(results: Results, against: str | None = None) -> list[Compared]:
    """Every contender minus one of them, in every measure of which more or less is wanted, and every subset.

    Args:
        against: the name of an entry; None takes the first.
    """
    if len(results.entries) < 2:
        return []
    base = next((one for one in results.entries if one.name == against), results.entries[0])
    wanted = [name for name in results.measures if measures.of(name).better != "none"]
    found: list[tuple[str, str, str, Difference]] = []
    for subset, prompts in results.subsets().items():
        for entry in results.entries:
            for name in wanted if entry is not base else ():
                if name not in entry.values or name not in base.values:
                    continue
                one = difference(entry.values[name][:, prompts], base.values[name][:, prompts])
                if one is not None:
                    found.append((entry.name, subset, name, one))
    corrected = holm([one.p for *_, one in found])
    tests = max(1, sum(one.p is not None for *_, one in found))
    return [
        _compared(name, base.name, subset, measure, one, p, power.ALPHA / tests)
        for (name, subset, measure, one), p in zip(found, corrected, strict=True)
    ]


def _compared(
    name: str, other: str, subset: str, measure: str, one: Difference, corrected: float | None, alpha: float
) -> Compared:
    needed: dict[str, int | None] = {}
    smallest = None
    if one.spread and one.mean:
        needed = {
            "all": power.people_needed(one.mean, one.spread, alpha),
            "half": power.people_needed(one.mean / 2, one.spread, alpha),
        }
    if one.spread is not None:
        smallest = power.smallest_difference(one.people, one.spread, alpha)
    return Compared(name, other, subset, measure, one, corrected, needed, smallest)


def bins(entry: Entry, size: int = BIN) -> list[Bin]:
    """Likeness by face size: pictures sorted by the size of the face, so many in each bin, as published."""
    ratios, likeness = entry.values.get("face_ratio"), entry.values.get("likeness")
    if ratios is None or likeness is None:
        return []
    seen = np.isfinite(ratios)
    sizes, likes = ratios[seen], likeness[seen]
    order = np.argsort(sizes, kind="stable")
    found: list[Bin] = []
    for first in range(0, len(order), size):
        some = order[first : first + size]
        known = likes[some][np.isfinite(likes[some])]
        found.append(
            Bin(
                ratio=float(sizes[some].mean()),
                likeness=float(known.mean()) if len(known) else None,
                missing=len(some) - len(known),
                count=len(some),
            )
        )
    return found


def strata(results: Results, names: Sequence[str]) -> dict[str, dict[str, dict[str, dict[str, Mean]]]]:
    """By the user's own label and its value, entry and measure; only where the user gave labels."""
    people = results.plan.people
    labels = dict.fromkeys(label for one in people for label in one.labels)
    everything = results.subsets()[EVERYTHING]
    found: dict[str, dict[str, dict[str, dict[str, Mean]]]] = {}
    for label in labels:
        for value in sorted({one.labels[label] for one in people if label in one.labels}):
            chosen = np.array([one.labels.get(label) == value for one in people])
            found.setdefault(label, {})[value] = {
                entry.name: {name: one for name in names if (one := _mean(entry, name, everything, chosen)) is not None}
                for entry in results.entries
            }
    return found


def as_json(results: Results, against: str | None = None) -> dict[str, Any]:
    """Everything of a report as plain values. The same pictures give the same bytes."""
    plan = results.plan
    content = {
        "protocol": plan.protocol,
        "drawn": plan.drawn,
        "published": plan.published,
        "people": len(plan.people),
        "prompts": {kind: sum(one.kind == kind for one in plan.prompts) for kind in ("realistic", "stylistic")},
        "seeds": plan.seeds,
        "contenders": [
            {
                "name": entry.name,
                "checkpoint": entry.contender.checkpoint,
                "preset": entry.contender.preset.model_dump(mode="json", exclude_none=True),
                "steps": entry.contender.steps,
                "width": entry.contender.width,
                "height": entry.contender.height,
                "pictures": int(sum(one is not None for one in entry.files.ravel())),
                "without_face": without_face(entry),
                "failed": dict(entry.failed),
                "skipped": dict(entry.skipped),
                "bins": [asdict(one) for one in bins(entry)],
            }
            for entry in results.entries
        ],
        "means": {
            subset: {name: {measure: asdict(one) for measure, one in of.items()} for name, of in entries.items()}
            for subset, entries in means(results).items()
        },
        "differences": [asdict(one) for one in compared(results, against)],
        "strata": {
            label: {
                value: {name: {m: asdict(one) for m, one in of.items()} for name, of in entries.items()}
                for value, entries in values.items()
            }
            for label, values in strata(results, results.measures).items()
        },
    }
    return cast(dict[str, Any], _plain(content))


def without_face(entry: Entry, prompts: NDArray[np.bool_] | None = None) -> int | None:
    """Pictures that were looked at and have no likeness: counted apart, and in no mean. None where likeness is not
    measured."""
    likeness, found = entry.values.get("likeness"), entry.values.get("face_found")
    if likeness is None or found is None:
        return None
    missing = np.isfinite(found) & ~np.isfinite(likeness)
    return int((missing if prompts is None else missing[:, prompts]).sum())


def _plain(value: object) -> object:
    """Numbers rounded, what is no number as None."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in cast("dict[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in cast("list[object]", value)]
    if isinstance(value, float):
        known = finite(value)
        return None if known is None else round(known, _DIGITS) + 0.0
    return value


def score_of(entries: dict[str, dict[str, Mean]], name: str, measure: str) -> float:
    """By which a leaderboard is sorted: more is better; what has no number comes last."""
    found = entries[name].get(measure)
    if found is None:
        return -math.inf
    return -found.mean if measures.of(measure).better == "less" else found.mean
