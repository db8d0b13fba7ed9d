"""Measures every picture that is there and not measured yet, person by person, and writes each answer down at once."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core.errors import FastFaceError, StorageError
from fastface_core.evaluation.journal import Journal, Measured
from fastface_core.evaluation.metrics import Metric, Shown
from fastface_core.evaluation.plan import Cell, Plan
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.progress import CancelToken

if TYPE_CHECKING:
    from fastface_core.engine.judging.views import View

NEIGHBOURS = 3
"""Prompts that follow, with whose pictures one is compared."""


def score(
    run: RunFolder,
    journal: Journal,
    metrics: Mapping[str, Sequence[Metric]],
    report: Callable[[int, int], None],
    cancel: CancelToken,
) -> int:
    """Measures what is missing, and returns how many pictures were looked at.

    A picture that cannot be read or measured is written down as failed, and the others are measured.

    Args:
        metrics: by contender.
        report: gets how many pictures are done, of how many.

    Raises:
        StorageError: the disk is full.
        Cancelled: between two pictures.
    """
    looked, done, plan = 0, 0, run.plan
    for person in range(len(plan.people)):
        photos: tuple[View, ...] | None = None
        for contender in plan.contenders:
            folder = _Pictures(run, contender.name, person)
            for cell in folder.cells:
                cancel.check()
                done += 1
                digest = folder.digest(cell)
                if digest is None:
                    continue
                missing = [
                    one
                    for one in metrics.get(contender.name, ())
                    if not _known(journal, cell, one, folder.digest_of(cell, compares=one.compares))
                ]
                if not missing:
                    continue
                try:
                    photos = photos or _photos(plan, person)
                    shown = folder.shown(cell, photos)
                    for metric in missing:
                        seen = folder.digest_of(cell, compares=metric.compares)
                        journal.put(cell.key, metric.name, Measured(seen, metric.by, metric.measure(shown)))
                except StorageError:
                    raise
                except FastFaceError as error:
                    journal.fail(cell.key, error.message)
                    continue
                if cell.key in journal.failed:
                    journal.fail(cell.key, None)
                looked += 1
                report(done, plan.pictures)
    return looked


def _known(journal: Journal, cell: Cell, metric: Metric, digest: str) -> bool:
    found = journal.measured.get((cell.key, metric.name))
    return found is not None and (found.sha256, found.by) == (digest, metric.by)


def _photos(plan: Plan, person: int) -> "tuple[View, ...]":
    """The photo that tells who it is, and the others."""
    subject = plan.people[person]
    return tuple(_view(path) for path in (subject.photo, *subject.others))


def _view(path: Path) -> "View":
    from fastface_core.engine.judging.views import View
    from fastface_core.engine.photos import read_photo

    photo = read_photo(path)
    return View(photo.sha256, photo.pixels)


class _Pictures:
    """One person's pictures by one contender; read when they are first needed."""

    def __init__(self, run: RunFolder, contender: str, person: int) -> None:
        self._run, self._plan = run, run.plan
        one = run.plan.contender(contender)
        self._by_prompt = [run.plan.cells(one, person, prompt) for prompt in range(len(run.plan.prompts))]
        self.cells = [cell for cells in self._by_prompt for cell in cells]
        self.digest = cache(self._digest)
        self._read = cache(_view)

    def _digest(self, cell: Cell) -> str | None:
        """Hash of the picture's file; None where there is none."""
        try:
            with self._run.picture(cell).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None

    def digest_of(self, cell: Cell, *, compares: bool) -> str:
        """Hash of what a metric looks at: the picture, and where it compares, those beside it."""
        cells = [cell, *self._seeds(cell), *self._neighbours(cell)] if compares else [cell]
        found = [digest for one in cells if (digest := self.digest(one)) is not None]
        return found[0] if len(cells) == 1 else hashlib.sha256("\n".join(found).encode()).hexdigest()

    def _seeds(self, cell: Cell) -> list[Cell]:
        return [one for one in self._by_prompt[cell.prompt] if one != cell]

    def _neighbours(self, cell: Cell) -> list[Cell]:
        """The same seed of the prompts that follow, of the same kind, round and round."""
        prompts = self._plan.prompts
        kind = [number for number, one in enumerate(prompts) if one.kind == prompts[cell.prompt].kind]
        place = kind.index(cell.prompt)
        following = [kind[(place + step) % len(kind)] for step in range(1, min(NEIGHBOURS + 1, len(kind)))]
        return [self._by_prompt[number][cell.seed] for number in following]

    def shown(self, cell: Cell, photos: "Sequence[View]") -> Shown:
        """
        Raises:
            PhotoError: a picture cannot be read.
        """

        def views(cells: Sequence[Cell]) -> "list[View]":
            return [self._read(self._run.picture(one)) for one in cells if self.digest(one) is not None]

        return Shown(
            photo=photos[0],
            others=photos[1:],
            picture=self._read(self._run.picture(cell)),
            prompt=self._plan.prompts[cell.prompt],
            seeds=views(self._seeds(cell)),
            neighbours=views(self._neighbours(cell)),
        )
