"""Batches that the window has begun: what they ask for and where their pictures go, a file each.

The files lie directly in the data folder, where forgetting a person takes their rows out of them
(`library.mentions`). What has been made of a batch is not in them: that is looked up where its pictures lie.
"""

import json
import logging
import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from fastface_core import paths
from fastface_core.batch.reading import Written
from fastface_core.batch.rows import MOST_ROWS, Entry
from fastface_core.bounded import read_json
from fastface_core.erasing import erase
from fastface_core.errors import SettingsError
from fastface_core.files import atomic_write
from fastface_core.naming_patterns import clean
from fastface_core.validation import FilePath, Moment

logger = logging.getLogger(__name__)

FOLDER = "Batch"
"""In the pictures folder: where batches go that were not given another place."""
_NAME = "batch-{}.json"
_LARGEST = 64 << 20
"""Bytes: each line of a table repeats the names of its columns here."""

_Day = Annotated[date, PlainSerializer(date.isoformat, return_type=str)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class KeptRow(_Model):
    """A line, as `rows.Entry`."""

    number: Annotated[int, Field(ge=1)]
    values: dict[str, object]
    base: FilePath


class KeptBatch(_Model):
    """A batch as it was begun.

    Attributes:
        name: for people; also that of its album.
        out: where its pictures go.
        numbered: whether rows are lines of a table; of people and looks, or of folders, they are not.
        defaults, rows: as in `reading.Written`.
        agreed: when it was said that everybody in its photos agreed; None where that was not asked.
        ended: whether nothing was left of it when it was looked at last.
    """

    version: Literal[1] = 1
    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    since: Moment
    name: Annotated[str, Field(min_length=1, max_length=200)]
    out: FilePath
    numbered: bool = True
    defaults: dict[str, object] = {}
    rows: Annotated[tuple[KeptRow, ...], Field(max_length=MOST_ROWS)]
    agreed: _Day | None = None
    ended: bool = False

    @property
    def written(self) -> Written:
        entries = tuple(Entry(row.number, row.values, row.base) for row in self.rows)
        return Written(self.name, entries, self.defaults)

    @property
    def of_photos(self) -> bool:
        """Whether a row names photos, of which the library knows no permission."""
        return any({**self.defaults, **row.values}.get("photos") for row in self.rows)

    def names(self, words: Collection[str]) -> bool:
        """Whether a row names a person of the library by one of these: number or name."""
        named = ({**self.defaults, **row.values}.get("person") for row in self.rows)
        return any(one in words for value in named for one in _each(value))


def _each(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def begun(written: Written, now: datetime, *, numbered: bool) -> KeptBatch:
    """A batch that was just read or put together, with a folder that none before it has.

    Args:
        now: with its time zone.

    Raises:
        SettingsError: it has too many rows.
    """
    if len(written.entries) > MOST_ROWS:
        raise SettingsError(f"The batch has more than {MOST_ROWS} rows.", "Divide it into several.")
    out = _free(paths.pictures_folder() / FOLDER / clean(written.name, "batch")).absolute()
    return KeptBatch(
        id=uuid.uuid4().hex,
        since=now,
        name=out.name,
        out=out,
        numbered=numbered,
        defaults=dict(written.defaults),
        rows=tuple(
            KeptRow(number=one.number, values=dict(one.values), base=one.base.absolute()) for one in written.entries
        ),
    )


def keep(batch: KeptBatch) -> None:
    """Writes a batch down.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    # Not pydantic's own JSON: a file's name may hold bytes that are no text, which it refuses.
    content = json.dumps(batch.model_dump() | {"since": batch.since.isoformat()})
    with atomic_write(_file(batch.id)) as file:
        file.write(content.encode())


def kept() -> tuple[KeptBatch, ...]:
    """Those that were begun, the newest first; files that cannot be understood are passed over."""
    found: list[KeptBatch] = []
    for file in _files():
        try:
            found.append(KeptBatch.model_validate(read_json(file, _LARGEST)))
        except (OSError, ValueError):
            logger.warning("the batch %s cannot be understood", file.name)
    return tuple(sorted(found, key=lambda one: one.since, reverse=True))


def drop(number: str) -> None:
    """Takes a batch off the list; its pictures stay.

    Raises:
        StorageError: its file cannot be removed.
    """
    erase(_file(number))


def _file(number: str) -> Path:
    return paths.data_folder() / _NAME.format(number)


def _files() -> Iterable[Path]:
    folder = paths.data_folder()
    return folder.glob(_NAME.format("*")) if folder.is_dir() else ()


def _free(folder: Path) -> Path:
    """A folder of this name, or with a number behind it, that is not there yet."""
    number, found = 1, folder
    while found.exists():
        number += 1
        found = folder.with_name(f"{folder.name} {number}")
    return found
