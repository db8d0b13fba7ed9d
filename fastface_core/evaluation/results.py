"""The numbers of one evaluation, or of several of the same protocol, as arrays over people, prompts and seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from fastface_core.errors import SettingsError
from fastface_core.evaluation.intervals import Values
from fastface_core.evaluation.measures import MEASURES
from fastface_core.evaluation.plan import Cell, Contender, Plan
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.files import atomic_write
from fastface_core.library.evaluations import JUDGES
from fastface_core.validation import parse_json

EVERYTHING = "all"


class Judged(BaseModel):
    """By whom a run was measured last.

    Attributes:
        skipped: by contender, then by what is not measured: why.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    skipped: dict[str, dict[str, str]] = {}

    @classmethod
    def of(cls, run: RunFolder) -> "Judged":
        """Nothing where it was never measured."""
        file = run.folder / JUDGES
        return parse_json(cls, file.read_bytes(), f"{JUDGES} in {run.folder}") if file.is_file() else cls()

    def keep(self, run: RunFolder) -> None:
        """
        Raises:
            StorageError: the disk is full.
        """
        with atomic_write(run.folder / JUDGES) as file:
            file.write(self.model_dump_json(indent=1).encode())


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """What is known of one contender.

    Attributes:
        name: unique among all that are shown together.
        values: by measure: (people, prompts, seeds), NaN where there is nothing.
        files: (people, prompts, seeds) of paths, None where there is no picture.
        failed: why there is none, by the picture's or the order's key.
        skipped: what is not measured, and why.
    """

    name: str
    contender: Contender
    values: Mapping[str, Values]
    files: NDArray[np.object_]
    failed: Mapping[str, str]
    skipped: Mapping[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Results:
    """Contenders that were judged by the same protocol, whose cells therefore stand for the same question."""

    plan: Plan
    entries: tuple[Entry, ...] = field(default=())

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that somebody has, in the order of tables."""
        found = {name for entry in self.entries for name in entry.values}
        return (*(name for name in MEASURES if name in found), *sorted(found - set(MEASURES)))

    def subsets(self) -> dict[str, NDArray[np.bool_]]:
        """By name, which prompts belong to it: all, and where both occur, realistic and stylistic."""
        kinds = np.array([prompt.kind for prompt in self.plan.prompts])
        found = {EVERYTHING: np.ones(len(kinds), bool)}
        if len(set(kinds.tolist())) > 1:
            found |= {kind: kinds == kind for kind in ("realistic", "stylistic")}
        return found


def of_run(run: RunFolder, prefix: str = "") -> Results:
    """What is known of a run.

    Raises:
        StorageError: its journal cannot be read.
    """
    journal, judged, plan = run.known(), Judged.of(run), run.plan
    # A cell's number is in its key: none is looked up twice.
    places = {
        cell.key: cell
        for one in plan.contenders
        for person in range(len(plan.people))
        for prompt in range(len(plan.prompts))
        for cell in plan.cells(one, person, prompt)
    }
    values: dict[str, dict[str, Values]] = {one.name: {} for one in plan.contenders}
    for (key, _), measured in journal.measured.items():
        cell = places.get(key)
        if cell is None:
            continue
        for name, value in measured.values.items():
            array = values[cell.contender].setdefault(name, np.full(plan.shape, np.nan))
            if value is not None:
                array[_index(cell)] = value
    entries: list[Entry] = []
    for one in plan.contenders:
        files = np.full(plan.shape, None, dtype=object)
        for cell in places.values():
            if cell.contender == one.name and (path := run.picture(cell)).exists():
                files[_index(cell)] = path
        failed = {key: why for key, why in journal.failed.items() if key.startswith(f"{one.name}/")}
        skipped = judged.skipped.get(one.name, {})
        entries.append(Entry(f"{prefix}{one.name}", one, values[one.name], files, failed, skipped))
    return Results(plan, tuple(entries))


def _index(cell: Cell) -> tuple[int, int, int]:
    return cell.person, cell.prompt, cell.seed


def merged(folders: Sequence[Path]) -> tuple[Results, ...]:
    """Several runs: those of the same protocol together, each of the others by itself.

    Raises:
        SettingsError: a folder holds no evaluation.
    """
    runs = [RunFolder.open(folder) for folder in folders]
    if not runs:
        raise SettingsError("No evaluation is named.", "Name the folder of one.")
    taken: dict[str, int] = {}
    for run in runs:
        for one in run.plan.contenders:
            taken[one.name] = taken.get(one.name, 0) + 1
    groups: dict[tuple[str, bool], list[Results]] = {}
    for run in runs:
        clash = any(taken[one.name] > 1 for one in run.plan.contenders)
        prefix = f"{run.folder.resolve().name}: " if clash else ""
        groups.setdefault((run.plan.protocol, run.plan.drawn), []).append(of_run(run, prefix))
    return tuple(
        Results(group[0].plan, tuple(entry for one in group for entry in one.entries)) for group in groups.values()
    )
