"""The gallery: every picture with what is known of it, found again by any of that."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from fastface_core.domain.checkpoints import Terms
from fastface_core.domain.request import Recipe
from fastface_core.errors import SettingsError
from fastface_core.library import labels, queries
from fastface_core.library.database import Database
from fastface_core.library.labels import Label
from fastface_core.library.metadata import Note
from fastface_core.library.moments import moment_of
from fastface_core.library.queries import Cursor, Query
from fastface_core.library.stacks import Stacked

_M = TypeVar("_M", bound=BaseModel)
TRASH = ".trash"
"""The folder beside the pictures that holds those in the trash."""

_AT_ONCE = 500
"""How many numbers go into one statement."""
_MOST_ROWS = 1 << 31

_COLUMNS = (
    "p.id, f.path, p.name, p.in_trash, p.trashed, p.missing, p.pixels, p.width, p.height, p.created, people.uid,"
    " presets.name, checkpoints.name, p.seed, p.likeness, p.rating, p.rejected, p.commercial, d.prompt,"
    " p.twin_match, p.label, p.comparison, p.stack_id"
)
_KINDS = (
    int, str, str, int, int | None, int, bytes, int, int, int, str | None, str | None, str | None, int | None,
    float | None, int, int, int | None, str, float | None, int, int, int | None,
)  # fmt: skip
_JOINS = (
    "JOIN folders AS f ON f.id = p.folder_id JOIN details AS d ON d.picture_id = p.id"
    " LEFT JOIN people ON people.id = p.person_id LEFT JOIN presets ON presets.id = p.preset_id"
    " LEFT JOIN checkpoints ON checkpoints.id = p.checkpoint_id"
)


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One picture as a view shows it.

    Attributes:
        path: where its file lies now, in the trash or not.
        trashed: when it went there, or None.
        missing: its file was not found at the last scan.
        pixels: see `pixels.pixel_hash`; the key of its thumbnail.
        person: the uid of the person, or None.
        likeness: -1 to 1, or None.
        twin_match: see `Picture.twin_match`.
        commercial: whether the terms of its models allow commercial use; None where that is not known.
        comparison: whether it is a cell of a comparison.
        stack: a number that the pictures of a stack have in common, or None.
    """

    id: int
    path: Path
    trashed: datetime | None
    missing: bool
    pixels: bytes
    width: int
    height: int
    created: datetime
    person: str | None
    preset: str | None
    checkpoint: str | None
    seed: int | None
    likeness: float | None
    rating: int
    rejected: bool
    commercial: bool | None
    prompt: str
    twin_match: float | None = None
    label: Label | None = None
    comparison: bool = False
    stack: int | None = None

    @property
    def score(self) -> float | None:
        """As `Picture.score`."""
        return self.twin_match if self.likeness is None else self.likeness


@dataclass(frozen=True, slots=True)
class PictureDetails:
    """What is asked for one picture at a time."""

    row: PictureRow
    recipe: Recipe | None
    note: Note
    tags: tuple[str, ...]
    albums: tuple[str, ...]
    likeness_reason: str | None
    seconds: float | None
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some pictures in order.

    Attributes:
        next: where the next page begins; None after the last.
        problems: sentences by the picture's number, of rows in which something cannot be.
    """

    rows: tuple[PictureRow, ...]
    next: Cursor | None
    problems: Mapping[int, str] = field(default_factory=dict[int, str])


class Gallery:
    """Questions about pictures. All methods may be called from any thread."""

    def __init__(self, database: Database, named: Callable[[Sequence[str]], Mapping[str, Sequence[str]]]) -> None:
        """`named` gives, for words, the uids of the people whose name has a word that begins so."""
        self._database = database
        self._named = named

    def page(self, query: Query, after: Cursor | None = None, limit: int = 200) -> Page:
        """The next `limit` pictures after a cursor, or the first.

        Raises:
            SettingsError: a rating or sort that does not exist.
        """
        with self._database.reading() as connection:
            statement = self._statement(connection, query, after)
            keys = ", ".join(statement.keys)
            found = connection.execute(
                f"SELECT {keys} FROM {statement.source} WHERE {statement.where} ORDER BY {statement.order} LIMIT ?",
                (*statement.values, min(limit, _MOST_ROWS) + 1),
            ).fetchall()
            problems: dict[int, str] = {}
            rows = _rows(connection, [int(keys[-1]) for keys in found[:limit]], problems)
        return Page(rows, tuple(found[limit - 1]) if len(found) > limit else None, problems)

    def ids(self, query: Query) -> list[int]:
        """The numbers of all pictures of a query, in its order: what a view with a scroll bar keeps."""
        with self._database.reading() as connection:
            statement = self._statement(connection, query, None)
            found = connection.execute(
                f"SELECT p.id FROM {statement.source} WHERE {statement.where} ORDER BY {statement.order}",
                statement.values,
            )
            return [int(number) for (number,) in found]

    def stacked(self, query: Query) -> list[Stacked]:
        """As `ids`, with what tells which picture lies on top of its stack."""
        with self._database.reading() as connection:
            statement = self._statement(connection, query, None)
            found = connection.execute(
                "SELECT p.id, p.stack_id, p.rejected, p.rating, coalesce(p.likeness, p.twin_match, -2)"
                f" FROM {statement.source} WHERE {statement.where} ORDER BY {statement.order}",
                statement.values,
            )
            return [Stacked(*row) for row in found]

    def count(self, query: Query) -> int:
        """How many pictures a query has."""
        with self._database.reading() as connection:
            statement = self._statement(connection, query, None)
            (count,) = connection.execute(
                f"SELECT count(*) FROM {statement.source} WHERE {statement.where}", statement.values
            ).fetchone()
        return int(count)

    def rows(self, ids: Sequence[int]) -> tuple[PictureRow, ...]:
        """The pictures of these numbers, in this order; those that are gone are left out, and those of whom the
        database says what cannot be."""
        with self._database.reading() as connection:
            return _rows(connection, ids)

    def details(self, number: int) -> PictureDetails:
        """Everything about one picture.

        Raises:
            SettingsError: there is no picture of that number, or what the database says of it cannot be.
        """
        with self._database.reading() as connection:
            problems: dict[int, str] = {}
            rows = _rows(connection, [number], problems)
            if not rows:
                raise no_picture(number) if number not in problems else SettingsError(problems[number], _REBUILD)
            try:
                recipe, note_text = connection.execute(
                    "SELECT recipe, note FROM details WHERE picture_id = ?", (number,)
                ).fetchone()
                tags, albums = tags_of(connection, number), albums_of(connection, number)
            except sqlite3.OperationalError as error:
                if not _is_odd(error):
                    raise
                raise SettingsError(_odd_row(number), _REBUILD) from error
        note = _model(Note, note_text) or Note()
        parsed = _model(Recipe, recipe)
        return PictureDetails(
            row=rows[0],
            recipe=parsed,
            note=note,
            tags=tags,
            albums=albums,
            likeness_reason=note.likeness_reason,
            seconds=note.seconds,
            terms=parsed.terms if parsed else None,
        )

    def find(self, name: str) -> int:
        """The number of the picture with this number or path, written as text.

        Raises:
            SettingsError: there is none.
        """
        with self._database.reading() as connection:
            if name.isdecimal() and len(name) < 16:
                if _rows(connection, [int(name)]):
                    return int(name)
                raise no_picture(int(name))
            path = Path(name).absolute()
            in_trash = path.parent.name == TRASH
            folder = path.parent.parent if in_trash else path.parent
            row = connection.execute(
                "SELECT p.id FROM pictures AS p JOIN folders AS f ON f.id = p.folder_id"
                " WHERE f.path = ? AND p.name = ? AND p.in_trash = ?",
                (str(folder), path.name, int(in_trash)),
            ).fetchone()
        if row is None:
            raise SettingsError(
                f"{path.name} is not in the library.",
                "Give a picture's number from `fastface gallery list`, or its path.",
            )
        return int(row[0])

    def has(self, pixels: bytes) -> bool:
        """Whether a picture with these pixels is in the library, and its file there; see `pixels.pixel_hash`."""
        with self._database.reading() as connection:
            query = "SELECT 1 FROM pictures WHERE pixels = ? AND missing = 0 AND in_trash = 0"
            return connection.execute(query, (pixels,)).fetchone() is not None

    def tags(self) -> dict[str, int]:
        """All tags in use, each with the number of its pictures, in alphabetical order."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT t.name, count(*) FROM tags AS t JOIN picture_tags AS pt ON pt.tag_id = t.id"
                " GROUP BY t.id ORDER BY t.name COLLATE NOCASE"
            )
            return {str(name): int(count) for name, count in found}

    def presets(self) -> tuple[str, ...]:
        """The presets that pictures were made with."""
        return self._names("presets")

    def checkpoints(self) -> tuple[str, ...]:
        """The checkpoints that pictures were made with."""
        return self._names("checkpoints")

    def duplicates(self) -> list[tuple[int, ...]]:
        """Pictures outside the trash whose pixels are the same, each group with the oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT group_concat(id) FROM (SELECT id, pixels FROM pictures WHERE in_trash = 0 AND missing = 0"
                " ORDER BY pixels, created, id) GROUP BY pixels HAVING count(*) > 1"
            ).fetchall()
        groups = [tuple(int(number) for number in str(text).split(",")) for (text,) in found]
        return sorted(groups)

    def _statement(self, connection: sqlite3.Connection, query: Query, after: Cursor | None) -> queries.Statement:
        terms = queries.terms_of(query.text)
        return queries.build(connection, query, after, self._named(terms) if terms else {})

    def _names(self, table: str) -> tuple[str, ...]:
        with self._database.reading() as connection:
            found = connection.execute(f"SELECT name FROM {table} ORDER BY name")
            return tuple(str(name) for (name,) in found)


def tags_of(connection: sqlite3.Connection, number: int) -> tuple[str, ...]:
    """A picture's tags, in alphabetical order."""
    found = connection.execute(
        "SELECT t.name FROM picture_tags AS pt JOIN tags AS t ON t.id = pt.tag_id WHERE pt.picture_id = ?"
        " ORDER BY t.name COLLATE NOCASE",
        (number,),
    )
    return tuple(str(name) for (name,) in found)


def albums_of(connection: sqlite3.Connection, number: int) -> tuple[str, ...]:
    """The albums that a picture is in, in alphabetical order."""
    found = connection.execute(
        "SELECT a.name FROM picture_albums AS pa JOIN albums AS a ON a.id = pa.album_id WHERE pa.picture_id = ?"
        " ORDER BY a.name COLLATE NOCASE",
        (number,),
    )
    return tuple(str(name) for (name,) in found)


def no_picture(number: int) -> SettingsError:
    return SettingsError(f"There is no picture {number} in the library.", "See `fastface gallery list`.")


def file_path(folder: str, name: str, in_trash: bool) -> Path:
    """Where the file of a row lies."""
    return Path(folder) / TRASH / name if in_trash else Path(folder) / name


def chunks(numbers: Iterable[int]) -> Iterable[list[int]]:
    """In pieces of a size that goes into one statement."""
    every = list(numbers)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


def _model(kind: type[_M], text: object) -> _M | None:
    """What a text of the database says; None where it says nothing, or what this version does not understand."""
    try:
        return kind.model_validate_json(text) if isinstance(text, str) and text else None
    except ValidationError:
        return None


def _rows(
    connection: sqlite3.Connection, ids: Sequence[int], problems: dict[int, str] | None = None
) -> tuple[PictureRow, ...]:
    found: dict[int, PictureRow] = {}
    for some in chunks(ids):
        try:
            found |= _read_rows(connection, some)
        except Exception as error:
            if not _is_odd(error):
                raise
            found |= _read_one_by_one(connection, some, problems if problems is not None else {})
    return tuple(found[number] for number in ids if number in found)


def _read_one_by_one(
    connection: sqlite3.Connection, ids: Sequence[int], problems: dict[int, str]
) -> dict[int, PictureRow]:
    """The odd one keeps nobody from the others."""
    found: dict[int, PictureRow] = {}
    for number in ids:
        try:
            found |= _read_rows(connection, [number])
        except Exception as error:
            if not _is_odd(error):
                raise
            problems[number] = _odd_row(number)
    return found


def _odd_row(number: int) -> str:
    return f"What the library says of picture {number} is damaged."


_REBUILD = "Run `fastface library rebuild`, which makes it again from the file."


def _is_odd(error: Exception) -> bool:
    """Whether it is about the content of a row: over a text that is none, sqlite3 raises an error without a code."""
    return isinstance(error, TypeError) or (
        isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", None) is None
    )


def _read_rows(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, PictureRow]:
    marks = ", ".join("?" * len(ids))
    found = connection.execute(f"SELECT {_COLUMNS} FROM pictures AS p {_JOINS} WHERE p.id IN ({marks})", ids)
    return {row[0]: _row(row) for row in found}


def _row(row: tuple[Any, ...]) -> PictureRow:
    # SQLite keeps anything in any column, and a bit that has turned over makes a text of a number.
    if not all(map(isinstance, row, _KINDS)):
        raise TypeError("a column of another kind")
    return PictureRow(
        id=row[0],
        path=file_path(row[1], row[2], bool(row[3])),
        trashed=moment_of(row[4]) if row[4] is not None else None,
        missing=bool(row[5]),
        pixels=row[6],
        width=row[7],
        height=row[8],
        created=moment_of(row[9]),
        person=row[10],
        preset=row[11],
        checkpoint=row[12],
        seed=row[13],
        likeness=row[14],
        rating=row[15],
        rejected=bool(row[16]),
        commercial=bool(row[17]) if row[17] is not None else None,
        prompt=row[18],
        twin_match=row[19],
        label=labels.of_number(row[20]),
        comparison=bool(row[21]),
        stack=row[22],
    )
