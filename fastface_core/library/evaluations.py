"""Evaluations and their reports: where they lie, and how somebody who is forgotten is taken out of them.

An evaluation (`fastface_core.evaluation.run_folder`) names its people by the path and the hash of their photos, and
lies wherever the user put it. A small file for each place, in `evaluations/` of the data folder, tells where.
"""

import contextlib
import csv
import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fastface_core import paths
from fastface_core.bounded import read_bytes, read_object
from fastface_core.erasing import erase
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, exclusive
from fastface_core.library.recipe_photos import content_hash

PLAN, JOURNAL, JUDGES, PICTURES, REPORT, LOCK = (
    "plan.json", "journal.jsonl", "judges.json", "pictures", "report", ".lock"
)  # fmt: skip
"""What lies in the folder of an evaluation."""
PAGE, NUMBERS, TABLE = "index.html", "report.json", "pictures.csv"
"""What lies in that of a report."""
PROTOCOL, PERSON = "protocol", "person"
"""Columns of the table."""
_LARGEST = 256 << 20
_NOBODY = "0" * 64
_CELL = re.compile(r"(?:[^/]*/)?(\d{4,})-")
_STEPS = 3
"""Folders above a known one in which an evaluation may lie."""


def remember(place: Path) -> None:
    """Notes that an evaluation, or a report of some, is about to be written into a folder.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    path = os.fsencode(place.absolute())
    with atomic_write(_places() / hashlib.sha256(path).hexdigest()) as file:
        file.write(path)


def erase_person(hashes: Collection[str], name: str | None, folders: Iterable[Path], *, pictures: bool) -> None:
    """Takes somebody out of all evaluations that are known of. Their numbers stay: of the person nothing is left in
    them but the place in the order. Reports that show the person are erased; they can be written again.

    Args:
        hashes: of the content of the person's photos.
        name: where it is known; reports that say it are erased.
        folders: further ones that may hold, or lie in, an evaluation.
        pictures: erases the pictures that were made of the person too.

    Raises:
        StorageError: a file cannot be written or removed, or somebody works on an evaluation of the person.
    """
    candidates = dict.fromkeys([*_remembered(), *_around(folders)])
    runs = [(run, shown) for place in candidates if (run := _Run.of(place)) and (shown := run.numbers_of(hashes))]
    about = _About.of(runs, name)
    # The plans last: they tell which reports are about somebody.
    for place in candidates:
        for report in (place, place / REPORT):
            if about.is_told_by(report / TABLE):
                _erase_report(report)
    problems: list[StorageError] = []
    for run, shown in runs:
        try:
            run.take_out(shown, pictures=pictures)
        except StorageError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    for note in _notes():
        place = _place_of(note)
        if place is None or (place.parent.is_dir() and not place.exists()):
            erase(note)


@dataclass(frozen=True, slots=True)
class _Run:
    """An evaluation: its folder, and what its plan says."""

    folder: Path
    plan: dict[str, object]
    people: list[dict[str, object]]

    @classmethod
    def of(cls, folder: Path) -> "_Run | None":
        try:
            plan = read_object(folder / PLAN, _LARGEST)
        except (OSError, ValueError):
            return None
        people = plan.get("people")
        if "contenders" not in plan or not isinstance(people, list):
            return None
        if not all(isinstance(one, dict) for one in cast("list[object]", people)):
            return None
        return cls(folder, plan, cast("list[dict[str, object]]", people))

    def numbers_of(self, hashes: Collection[str]) -> set[int]:
        """Of the people, from 1, those of whom a photo is one of these."""
        return {
            number
            for number, one in enumerate(self.people, start=1)
            if one.get("sha256") in hashes or any(content_hash(photo) in hashes for photo in _others(one))
        }

    def take_out(self, numbers: Collection[int], *, pictures: bool) -> None:
        with exclusive(self.folder / LOCK, f"Another FastFace is working on {self.folder}."):
            _erase_report(self.folder / REPORT)
            if pictures:
                for picture in self._pictures(numbers):
                    erase(picture)
            if len(numbers) == len(self.people):
                for name in (JOURNAL, JUDGES, PLAN):
                    erase(self.folder / name)
                return
            self._take_out_of_journal(numbers)
            for number in numbers:
                nobody: dict[str, object] = {
                    "name": f"forgotten {number}",
                    "photo": str(Path("/forgotten").absolute()),
                    "sha256": _NOBODY,
                }
                self.people[number - 1] = nobody
            with atomic_write(self.folder / PLAN) as file:
                file.write(json.dumps(self.plan, indent=1, ensure_ascii=False).encode())

    def _pictures(self, numbers: Collection[int]) -> Iterator[Path]:
        for file in sorted((self.folder / PICTURES).glob("*/*.*")):
            if (found := _CELL.match(file.name)) is not None and int(found[1]) in numbers:
                yield file

    def _take_out_of_journal(self, numbers: Collection[int]) -> None:
        try:
            lines = read_bytes(self.folder / JOURNAL, _LARGEST).splitlines(keepends=True)
        except OSError:
            return
        with atomic_write(self.folder / JOURNAL) as file:
            file.writelines(line for line in lines if (number := _number(line)) is not None and number not in numbers)


@dataclass(frozen=True, slots=True)
class _About:
    """What a report says that is about some evaluations, or names somebody."""

    protocols: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, runs: Iterable[tuple[_Run, set[int]]], name: str | None) -> "_About":
        protocols: set[str] = set()
        names = {name.casefold()} if name else set[str]()
        for run, shown in runs:
            found = {row.get(PROTOCOL) or "" for row in _rows(run.folder / REPORT / TABLE)} - {""}
            protocols |= found
            if not found:  # then by the names that it gives them
                names |= {str(run.people[number - 1].get("name")).casefold() for number in shown}
        return cls(frozenset(protocols), frozenset(names))

    def is_told_by(self, table: Path) -> bool:
        return any(
            row.get(PROTOCOL) in self.protocols or (row.get(PERSON) or "").casefold() in self.names
            for row in _rows(table)
        )


def _number(line: bytes) -> int | None:
    """Of whom a line of the journal speaks; None of nobody."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    said = cast("dict[str, object]", said)
    found = _CELL.match(str(said.get("picture") or said.get("group") or ""))
    return int(found[1]) if found is not None else None


def _others(one: dict[str, object]) -> Iterator[Path]:
    others = one.get("others")
    for path in cast("list[object]", others)[:100] if isinstance(others, list) else ():
        if isinstance(path, str) and Path(path).is_absolute():
            yield Path(path)


def _rows(table: Path) -> list[dict[str, str]]:
    """Of a report's table; nothing of another file of the name."""
    try:
        rows = list(csv.DictReader(read_bytes(table, _LARGEST).decode("utf-8-sig").splitlines()))
    except (OSError, ValueError, csv.Error):
        return []
    return rows if rows and PROTOCOL in rows[0] and PERSON in rows[0] else []


def _erase_report(folder: Path) -> None:
    """The table last: by it the report is found again, where this is interrupted."""
    for name in (PAGE, NUMBERS, TABLE):
        erase(folder / name)


def _places() -> Path:
    return paths.data_folder() / "evaluations"


def _notes() -> list[Path]:
    return sorted(_places().iterdir()) if _places().is_dir() else []


def _remembered() -> list[Path]:
    return [place for note in _notes() if (place := _place_of(note)) is not None]


def _place_of(note: Path) -> Path | None:
    with contextlib.suppress(OSError):
        path = read_bytes(note)
        if path and b"\0" not in path:
            return Path(os.fsdecode(path))
    return None


def _around(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield folder
        yield from list(folder.parents)[:_STEPS]
