"""The folder of an evaluation: its plan, its pictures, what is known of them, and the lock of who works on it.

plan.json               what is asked for
pictures/CONTENDER/     PERSON-PROMPT-SEED.png, numbers from 1
journal.jsonl           measures and failures, a line each
report/                 index.html, report.json, pictures.csv
"""

import contextlib
import errno
from collections.abc import Generator
from pathlib import Path

from pydantic import ValidationError

from fastface_core.bounded import read_bytes
from fastface_core.errors import SettingsError
from fastface_core.evaluation.journal import Journal
from fastface_core.evaluation.plan import Cell, Plan
from fastface_core.files import atomic_write, exclusive, make_folder
from fastface_core.library import evaluations
from fastface_core.library.evaluations import JOURNAL, LOCK, PICTURES, PLAN, REPORT
from fastface_core.validation import parse_json, settings_error

_LARGEST_PLAN = 256 << 20


class RunFolder:
    """An evaluation on the disk."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan

    @classmethod
    def open(cls, folder: Path) -> "RunFolder":
        """One that was begun.

        Raises:
            SettingsError: there is none, or its plan is damaged.
        """
        file = folder / PLAN
        try:
            content = read_bytes(file, _LARGEST_PLAN)
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise SettingsError(
                    f"{file} is too large for a plan.", "Begin the evaluation in another folder."
                ) from error
            raise SettingsError(
                f"There is no evaluation in {folder}.", "Begin one with `fastface evaluate run`, or name its folder."
            ) from error
        return cls(folder, parse_json(Plan, content, f"The plan in {folder}"))

    @classmethod
    def begin(cls, folder: Path, plan: Plan) -> "RunFolder":
        """A new one, or the one that was begun there: contenders that are new to it are added.

        Raises:
            SettingsError: another evaluation was begun there.
            StorageError: the folder cannot be written to.
        """
        if (folder / PLAN).exists():
            plan = _joined(cls.open(folder).plan, plan, folder)
        evaluations.remember(folder)
        make_folder(folder)
        with atomic_write(folder / PLAN) as file:
            file.write(plan.model_dump_json(indent=1, exclude_none=True).encode())
        return cls(folder, plan)

    @contextlib.contextmanager
    def journal(self) -> Generator[Journal]:
        """What is known, to be added to; nobody else can meanwhile.

        Raises:
            StorageError: somebody else works on it, or the folder cannot be written to.
        """
        with (
            exclusive(self.folder / LOCK, f"Another FastFace is working on {self.folder}."),
            Journal(self.folder / JOURNAL) as journal,
        ):
            yield journal

    def known(self) -> Journal:
        """What is known, to be read.

        Raises:
            StorageError: it cannot be read.
        """
        return Journal(self.folder / JOURNAL)

    def pictures_of(self, contender: str) -> Path:
        return self.folder / PICTURES / contender

    def picture(self, cell: Cell) -> Path:
        return self.pictures_of(cell.contender) / f"{cell.name}.png"

    @property
    def report(self) -> Path:
        return self.folder / REPORT


def _joined(before: Plan, now: Plan, folder: Path) -> Plan:
    hint = "Choose another folder with --out."
    if before.protocol != now.protocol or before.drawn != now.drawn:
        raise SettingsError(f"In {folder} an evaluation of other people, prompts or seeds was begun.", hint)
    known = {one.name: one for one in before.contenders}
    for one in now.contenders:
        if known.setdefault(one.name, one) != one:
            raise SettingsError(f"In {folder} the settings {one.name} were begun with other values.", hint)
    try:
        return Plan.model_validate({**before.model_dump(), "contenders": tuple(known.values())})
    except ValidationError as error:
        raise settings_error(error, "The evaluation") from error
