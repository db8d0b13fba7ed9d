"""Rows of a batch become orders for the studio: everything that can be said before a model is loaded."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from fastface_core.batch.names import DEFAULT, Names, short
from fastface_core.batch.reading import Written
from fastface_core.batch.rows import MOST_ROWS, Entry, Refused, Row, expand
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.goal import Goal
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import MAX_SEED, RANDOM_SEEDS, PortraitRequest
from fastface_core.errors import FastFaceError, PhotoError, SettingsError
from fastface_core.library.library import Library
from fastface_core.library.people.person import Person
from fastface_core.library.recipe_photos import photo_files
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.studio import consent
from fastface_core.studio.orders import Keep, LibraryPerson, Order, Photos
from fastface_core.validation import settings_error


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that can be made.

    Attributes:
        number: of its line, from 1; several rows may come from one line.
        who: for people.
        order: with a name for each picture, so that it goes on where it was.
        key: another one as soon as anything of the row or its photos is.
    """

    number: int
    who: str
    client: str
    order: Order
    key: str


def plan(written: Written, library: Library, out: Path, *, record: bool = True) -> tuple[Planned | Refused, ...]:
    """All rows, checkpoint by checkpoint so that none is loaded twice, else in the order of their lines.

    Args:
        out: the folder below which the pictures go.
        record: whether they appear in the library.

    Raises:
        SettingsError: the lists of the batch make too many rows.
    """
    planner = _Planner(library, Names(out), record)
    rows: list[Planned | Refused] = []
    for entry in written.entries:
        for row in planner.rows(entry, written.defaults):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise SettingsError(f"The batch has more than {MOST_ROWS} rows.", "Divide it into several.")
    first: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Planned):
            first.setdefault(row.order.checkpoint, len(first))
    return tuple(sorted(rows, key=lambda row: first[row.order.checkpoint] if isinstance(row, Planned) else -1))


class _Planner:
    def __init__(self, library: Library, names: Names, record: bool) -> None:
        self._names = names
        self._record = record
        self._preset = cache(_preset)
        self._checkpoint = cache(_checkpoint)
        self._person = cache(library.people.find)

    def rows(self, entry: Entry, defaults: Mapping[str, object]) -> Iterator[Planned | Refused]:
        for row in expand(entry, defaults):
            if isinstance(row, Refused):
                yield row
                continue
            try:
                yield self._planned(entry, row)
            except FastFaceError as error:
                yield Refused(entry.number, row.person or row.photos[0], error)

    def _planned(self, entry: Entry, row: Row) -> Planned:
        preset = self._preset(row.preset)
        checkpoint = self._checkpoint(row.checkpoint or preset.checkpoint)
        person = self._person_of(row)
        subject, stamp = _subject(row, entry.base, person)
        who = person.name if person else row.person or Path(row.photos[0]).stem
        request = _request(row, preset, checkpoint, person, who)
        values = {
            "client": row.client,
            "person": who,
            "prompt": short(row.prompt),
            "preset": preset.name,
            "checkpoint": checkpoint.name,
            "row": f"{entry.number:04}",
            "width": str(request.width or ""),
            "height": str(request.height or ""),
        }
        folder, names = self._names.take(row.name or DEFAULT, values, request.seeds)
        content = (request.model_dump_json(), checkpoint.name, str(subject), stamp, str(folder), *names)
        digest = hashlib.sha256("\0".join(content).encode()).hexdigest()
        keep = Keep(folder=folder, names=names, record=self._record, stack=digest[:32])
        return Planned(entry.number, who, row.client, Order(request, subject, checkpoint.name, keep), digest)

    def _person_of(self, row: Row) -> Person | None:
        """Of the library, where no photos are given."""
        if row.photos or row.person is None:
            return None
        person = self._person(row.person)
        if error := consent.missing(person.name, person.consent):
            raise error
        return person


def _preset(name: str | None) -> Preset:
    return preset_files.find(name or preset_files.default_name())


def _checkpoint(name: str | None) -> Checkpoint:
    return installed.find(name) if name else installed.best()


def _subject(row: Row, base: Path, person: Person | None) -> tuple[Photos | LibraryPerson, str]:
    """Who it is of, and what changes with their photos."""
    if person is not None:
        photos = (f"{one.sha256}:{one.face}:{one.counts if one.by_hand else ''}" for one in person.photos)
        return LibraryPerson(person.uid), ",".join(photos)
    files = [file for name in row.photos for file in _files(base / name)]
    if len(row.faces) > len(files):
        raise SettingsError(
            f"More faces are given than photos: {len(row.faces)} for {len(files)}.", "Give one for each at most."
        )
    faces = [*row.faces, *[0] * (len(files) - len(row.faces))]
    choices = tuple(PhotoChoice(file, face or None) for file, face in zip(files, faces, strict=True))
    return Photos(choices), ",".join(_stamp(file) for file in files)


def _files(path: Path) -> Iterable[Path]:
    if path.is_dir():
        if found := photo_files(path):
            return found
        raise PhotoError(f"There are no photos in {path.name}.", "Put photos of one person into it.")
    if not path.is_file():
        raise PhotoError(f"{path.name} is not there.", "Check where the photo lies, seen from the batch.")
    return [path]


def _stamp(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}"


def _request(row: Row, preset: Preset, checkpoint: Checkpoint, person: Person | None, who: str) -> PortraitRequest:
    seed = row.seed if row.seed is not None else _seed(who, row.prompt, preset.name, checkpoint.name)
    if seed + row.count - 1 > MAX_SEED:
        raise SettingsError(f"The last picture's seed would be beyond {MAX_SEED}.", "Use a smaller seed.")
    width, height = row.size or (None, None)
    try:
        return PortraitRequest(
            prompt=row.prompt,
            negative_prompt=row.negative_prompt,
            preset=preset,
            steps=row.steps,
            seed=seed,
            count=row.count,
            goal=_goal(row, checkpoint),
            width=width,
            height=height,
            scheduler=row.scheduler,
            corrections=person.corrections if person and checkpoint.identity == "twin" else None,
        )
    except ValidationError as error:
        raise settings_error(error, "The row") from error


def _seed(*said: str) -> int:
    """The same for the same row, so that a batch that is run again makes nothing new."""
    return int.from_bytes(hashlib.sha256("\0".join(said).encode()).digest()[:8], "big") % RANDOM_SEEDS


def _goal(row: Row, checkpoint: Checkpoint) -> Goal | None:
    if row.good is None:
        return None
    scale = checkpoint.scale
    if not isinstance(row.above, str):
        score = row.above
    elif scale is None:
        raise SettingsError(
            f"The row asks for a likeness, and there is none: {checkpoint.likeness_reason}", "Leave out good and above."
        )
    else:
        score = scale.goal(row.above)
    return Goal(pictures=row.good, score=score)
