"""Searches settings on some people and verifies on others: the settings of which none is better in both likeness and
following the prompt."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from fastface_core.compare.axes import Axis, Draft, NumberAxis, PresetAxis
from fastface_core.domain.checkpoints import Sampling
from fastface_core.domain.presets import Preset
from fastface_core.errors import SettingsError
from fastface_core.evaluation.asking import MOST
from fastface_core.evaluation.plan import Contender
from fastface_core.evaluation.results import EVERYTHING, Results
from fastface_core.evaluation.summary import Mean, means
from fastface_core.validation import settings_error

LIKENESS = ("likeness_second", "likeness")
"""What is searched for, the first that is measured: a recogniser that conditions flatters what is tuned to it."""


@dataclass(frozen=True, slots=True)
class Point:
    """Settings on the curve.

    Attributes:
        name: of the contender.
        like, follow: verified on people that the search did not see.
    """

    name: str
    contender: Contender
    like: Mean
    follow: Mean


def candidates(
    base: Contender, axes: Sequence[Axis], tries: int, sampling: Sampling, seed: int = 0
) -> tuple[Contender, ...]:
    """The base first, and then every combination of the axes' values, or so many of them by lot.

    Args:
        tries: combinations that are tried at most.
        sampling: of the base's checkpoint.

    Raises:
        SettingsError: an axis varies what is no setting of a preset, or a value is not allowed.
    """
    for axis in axes:
        if not isinstance(axis, NumberAxis | PresetAxis):
            raise SettingsError(f"{axis.title} cannot be tuned.", "Vary a number of the preset, or the preset itself.")
    if not axes:
        raise SettingsError("Nothing is varied.", "Say what with --vary, for example identity_weight=1..2/5.")
    places = [axis.values for axis in axes]
    total = int(np.prod([len(values) for values in places]))
    wanted = min(tries, MOST)
    chosen = set(range(total))
    if total > wanted:
        chosen = set(np.random.default_rng(seed).choice(total, wanted, replace=False).tolist())
    # Presets bring their numbers, which the other axes then change.
    order = sorted(range(len(axes)), key=lambda number: not isinstance(axes[number], PresetAxis))
    found = [base]
    for number, places_of in enumerate(itertools.product(*(range(len(values)) for values in places))):
        if number not in chosen:
            continue
        draft = Draft(base.preset, base.checkpoint, "-", "", base.steps, base.width, base.height, None)
        for axis in order:
            draft = axes[axis].apply(draft, places_of[axis], lambda _: sampling.guidance_scale)
        labels = [f"{axes[axis].title} {axes[axis].labels[places_of[axis]]}" for axis in range(len(axes))]
        found.append(_contender(base, draft, f"c{number + 1:03}", ", ".join(labels)))
    return tuple(found)


def _contender(base: Contender, draft: Draft, name: str, said: str) -> Contender:
    preset = draft.preset.model_copy(update={"title": said[:80], "description": f"Tuned: {said}"[:500]})
    try:
        return Contender(
            name=name,
            preset=Preset.model_validate(preset.model_dump()),
            checkpoint=base.checkpoint,
            steps=draft.steps,
            width=base.width,
            height=base.height,
        )
    except ValidationError as error:
        raise settings_error(error, "What is to be tuned") from error


def measure_of(results: Results, wanted: Sequence[str], what: str) -> str:
    """The first of several measures that is there.

    Raises:
        SettingsError: none is.
    """
    for name in wanted:
        if any(np.isfinite(entry.values[name]).any() for entry in results.entries if name in entry.values):
            return name
    raise SettingsError(
        f"There is nothing that measures {what}.",
        "Get the judges with `fastface models download judges`, or name a measure that is there.",
    )


def front(results: Results, like: str, follow: str) -> tuple[str, ...]:
    """The names of the entries that no other one beats in both measures (Pareto), by how well they follow."""
    found = means(results)[EVERYTHING]
    points = {
        entry.name: (found[entry.name][follow].mean, found[entry.name][like].mean)
        for entry in results.entries
        if follow in found[entry.name] and like in found[entry.name]
    }
    kept = [name for name, here in points.items() if not any(_beats(other, here) for other in points.values())]
    return tuple(sorted(kept, key=lambda name: points[name]))


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one != other


def points(results: Results, names: Sequence[str], like: str, follow: str) -> tuple[Point, ...]:
    """The verified curve: those of the names that both measures are known of, by how well they follow."""
    found = means(results)[EVERYTHING]
    known = [
        Point(entry.name, entry.contender, found[entry.name][like], found[entry.name][follow])
        for entry in results.entries
        if entry.name in names and like in found[entry.name] and follow in found[entry.name]
    ]
    return tuple(sorted(known, key=lambda point: (point.follow.mean, point.like.mean)))


def presets(curve: Sequence[Point], name_for: Callable[[str], str], *, drawn: bool = False) -> tuple[Preset, ...]:
    """A preset for each point; its description says what was verified.

    Args:
        name_for: gives a preset's name from its title.
        drawn: the people are drawings, which pictures match and are no likeness of.
    """
    made: list[Preset] = []
    what = "Match with the drawing" if drawn else "Likeness"
    for number, point in enumerate(curve):
        title = f"Tuned {number + 1}"
        said = (
            f"{point.contender.preset.description} {what} {point.like.mean:.3f} ({point.like.low:.3f} to"
            f" {point.like.high:.3f}), following the prompt {point.follow.mean:.3f} ({point.follow.low:.3f} to"
            f" {point.follow.high:.3f})."
        )
        update = {"name": name_for(title), "title": title, "description": said[:500]}
        made.append(Preset.model_validate({**point.contender.preset.model_dump(), **update}))
    return tuple(made)
