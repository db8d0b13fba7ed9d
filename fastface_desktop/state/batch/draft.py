"""A batch as it is put together: people in rows, looks in columns, and how many pictures in each cell."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from fastface_core.batch.reading import Written
from fastface_core.batch.rows import SEPARATOR, Entry
from fastface_core.domain import styles
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.plan import Aspect, size_of
from fastface_core.domain.request import PortraitRequest, random_seed
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.files import atomic_write
from fastface_core.library.recipe_photos import photo_files
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import PORTRAIT, Session
from fastface_desktop.values import JobOrder

MOST_IN_A_CELL = 99
TRIES = 3
"""How many pictures are tried for each good one, where only good ones are wanted."""


@dataclass(frozen=True, slots=True)
class DraftPerson:
    """A row.

    Attributes:
        uid: of a person of the library; None for one in photos.
        photos: of one person; empty for one of the library.
    """

    name: str
    uid: str | None = None
    photos: tuple[Path, ...] = ()

    @property
    def key(self) -> str:
        return self.uid or "\0".join(map(str, self.photos))


@dataclass(frozen=True, slots=True)
class DraftLook:
    """A column.

    Attributes:
        style: the name of a prompt style; None for none.
        text: what the picture shows; empty for a portrait.
    """

    style: str | None
    text: str


class Draft(QObject):
    """Kept while the window is open. Everything that is asked for before is still there."""

    changed = Signal()

    def __init__(self, session: Session, queue: JobQueue, people: PeopleState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._queue, self._people = session, queue, people
        self._rows: list[DraftPerson] = []
        self._looks: list[DraftLook] = []
        self._counts: dict[tuple[str, DraftLook], int] = {}
        self._found: dict[str | None, Checkpoint] = {}
        self.preset = session.values.preset
        self.aspect: Aspect = "portrait"
        self.only_good = False

    # ---- What there is

    @property
    def people(self) -> tuple[DraftPerson, ...]:
        return tuple(self._rows)

    @property
    def looks(self) -> tuple[DraftLook, ...]:
        return tuple(self._looks)

    def count(self, person: DraftPerson, look: DraftLook) -> int:
        return self._counts.get((person.key, look), 0)

    @property
    def total(self) -> int:
        """Pictures of all cells."""
        return sum(self.count(person, look) for person in self._rows for look in self._looks)

    @property
    def waiting(self) -> int:
        """Those of people without a permission that holds, which are not begun."""
        return sum(
            self.count(person, look) for person in self._rows for look in self._looks if not self.permitted(person)
        )

    def permitted(self, person: DraftPerson) -> bool:
        """Whether the library has a permission that holds; of photos it knows nothing, and they are asked for."""
        known = self._people.person(person.uid)
        return person.uid is None or (known is not None and known.permission == "holds")

    @property
    def checkpoint(self) -> Checkpoint:
        """Raises:
        ModelError: the one that is chosen on Create is not installed.
        """
        # Kept, because looking through the models folder takes longer than a click may.
        name = self._session.checkpoint
        if name not in self._found:
            self._found[name] = installed.find(name) if name else installed.best()
        return self._found[name]

    def look_again(self) -> None:
        """Models may have come and gone."""
        self._found.clear()
        self.changed.emit()

    @property
    def seconds(self) -> float | None:
        """How long all pictures that begin take; None where nothing like them was ever made."""
        count = self.total - self.waiting
        try:
            checkpoint = self.checkpoint
            preset, (width, height) = preset_files.find(self.preset), self._size(checkpoint)
            request = PortraitRequest(prompt=PORTRAIT, preset=preset, seed=0, width=width, height=height)
        except FastFaceError:
            return None
        each = self._queue.expected_seconds(JobOrder(request, (), checkpoint.name), loading=False)
        return each and each * count

    # ---- What changes it

    def add_people(self, uids: Iterable[str]) -> None:
        """People of the library; those that are there already stay as they are."""
        for uid in uids:
            if (known := self._people.person(uid)) is not None:
                self._add(DraftPerson(known.name, uid))
        self.changed.emit()

    def add_folders(self, folders: Sequence[Path]) -> None:
        """Folders with the photos of one person each; a photo is one person.

        Raises:
            SettingsError: one has no photos; the others are taken.
        """
        empty = ""
        for one in folders:
            photos = tuple(photo_files(one)) if one.is_dir() else (one,)
            if photos:
                self._add(DraftPerson(one.name if one.is_dir() else one.stem, photos=photos))
            else:
                empty = empty or one.name
        self.changed.emit()
        if empty:
            raise SettingsError(f"There are no photos in the folder {empty}.", "Put photos of one person into it.")

    def _add(self, person: DraftPerson) -> None:
        if all(one.key != person.key for one in self._rows):
            self._rows.append(person)
            for look in self._looks:
                self._counts[person.key, look] = 1

    def remove_person(self, person: DraftPerson) -> None:
        self._rows = [one for one in self._rows if one.key != person.key]
        self.changed.emit()

    def add_look(self, look: DraftLook) -> None:
        if look not in self._looks:
            self._looks.append(look)
            for person in self._rows:
                self._counts[person.key, look] = 1
        self.changed.emit()

    def remove_look(self, look: DraftLook) -> None:
        self._looks = [one for one in self._looks if one != look]
        self.changed.emit()

    def set_count(self, person: DraftPerson, look: DraftLook, count: int) -> None:
        self._counts[person.key, look] = min(max(count, 0), MOST_IN_A_CELL)
        self.changed.emit()

    def fill_row(self, person: DraftPerson) -> None:
        """One picture in each empty cell of a row; where none is empty, all are emptied."""
        self._fill([(person.key, look) for look in self._looks])

    def fill_column(self, look: DraftLook) -> None:
        self._fill([(person.key, look) for person in self._rows])

    def _fill(self, cells: list[tuple[str, DraftLook]]) -> None:
        empty = [cell for cell in cells if not self._counts.get(cell)]
        for cell in empty or cells:
            self._counts[cell] = 1 if empty else 0
        self.changed.emit()

    @property
    def good(self) -> float | None:
        """From which score a picture is good; None where there is none, or nobody knows."""
        try:
            scale = self.checkpoint.scale
        except FastFaceError:
            return None
        return None if scale is None else scale.known_good

    def choose(self, *, preset: str | None = None, aspect: Aspect | None = None, only_good: bool | None = None) -> None:
        """What is the same for all pictures."""
        self.preset = self.preset if preset is None else preset
        self.aspect = self.aspect if aspect is None else aspect
        self.only_good = self.only_good if only_good is None else only_good
        self.changed.emit()

    def clear(self) -> None:
        """Nobody, and no look."""
        self._rows, self._looks, self._counts = [], [], {}
        self.changed.emit()

    def forget(self, person: str) -> None:
        """Somebody is not in the library any more."""
        self._rows = [one for one in self._rows if one.uid != person]
        self.changed.emit()

    # ---- What comes of it

    def written(self, name: str) -> Written:
        """The batch.

        Raises:
            FastFaceError: no cell has a picture, or a preset or model is not there.
        """
        checkpoint = self.checkpoint
        plain = checkpoint.name == installed.STARTER
        width, height = self._size(checkpoint)
        only_good = self.only_good and self.good is not None
        entries: list[Entry] = []
        for person in self._rows:
            for look in self._looks:
                if count := self.count(person, look):
                    values = self._cell(person, look, count, plain=plain, only_good=only_good)
                    entries.append(Entry(len(entries) + 1, values, Path.cwd()))
        if not entries:
            raise SettingsError("There is nothing in the batch.", "Add people and looks, and say how many pictures.")
        common: dict[str, object] = {"preset": self.preset, "checkpoint": checkpoint.name}
        common["size"] = f"{width}x{height}"
        return Written(name, tuple(entries), common)

    def save_table(self, file: Path) -> None:
        """Writes it as a table that `fastface batch` and this sheet read.

        Raises:
            FastFaceError: as `written`, or the disk is full.
        """
        written = self.written(file.stem)
        columns = [*dict.fromkeys(name for one in written.entries for name in one.values), *written.defaults]
        text = io.StringIO()
        table = csv.DictWriter(text, columns, lineterminator="\n")
        table.writeheader()
        for one in written.entries:
            table.writerow({name: _cell_text(value) for name, value in {**written.defaults, **one.values}.items()})
        with atomic_write(file) as out:
            out.write(text.getvalue().encode("utf-8", "surrogateescape"))

    def _cell(
        self, person: DraftPerson, look: DraftLook, count: int, *, plain: bool, only_good: bool
    ) -> dict[str, object]:
        style = styles.find(look.style)
        prompt, negative = look.text.strip() or PORTRAIT, ""
        if style is not None:
            prompt, negative = style.apply(prompt, "", plain=plain)
        values: dict[str, object] = {"person": person.uid or person.name}
        if person.photos:
            values["photos"] = [str(photo) for photo in person.photos]
        values |= {"prompt": prompt, "seed": random_seed(), "count": count * TRIES if only_good else count}
        if negative:
            values["negative_prompt"] = negative
        if only_good:
            values["good"] = count
        return values

    def _size(self, checkpoint: Checkpoint) -> tuple[int, int]:
        aspect = "square" if checkpoint.name == installed.STARTER else self.aspect
        return size_of(aspect, checkpoint.sampling.size)


def _cell_text(value: object) -> str:
    return SEPARATOR.join(cast("list[str]", value)) if isinstance(value, list) else str(value)
