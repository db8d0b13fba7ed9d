"""A database that a backup brings is a stranger's: it may hold anything, and says which files are moved and erased.

It is taken where it has the form that this program gives to it. What it says of places outside the pictures folder is
taken out, but for pictures by this program that lie there with the very pixels that it names.
"""

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from fastface_core.errors import FastFaceError, StorageError
from fastface_core.library.archive import damaged
from fastface_core.library.database import Database
from fastface_core.library.database_errors import DamagedLibraryError, NewerLibraryError
from fastface_core.library.gallery import file_path
from fastface_core.library.metadata import read
from fastface_core.library.schema import migrations
from fastface_core.scraps import scratch

_ALIKE = ("trigger", "view")
"""What could change rows by itself has to be the same letter by letter."""
_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999
"""Milliseconds: the years 1 to 9999."""


def take_in(file: Path, old: Path | None, new: Path) -> int:
    """Makes a backup's database one of this library; it has the newest form then.

    Args:
        old: where the pictures folder was when the backup was made.
        new: where it is; pictures below `old` are below it from now on.

    Returns:
        How many pictures are said to lie elsewhere, and do not: they are taken out.

    Raises:
        StorageError: it is damaged, or a newer version made it.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")  # nothing in it may run
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            form = _form(connection)
        with scratch(file.parent, "backup") as place:
            scripts = {number: script for number, script in migrations().items() if number <= version}
            if version in migrations() and form != _form_of(place / "plain.db", scripts):
                raise damaged("its database has another form")
        database = Database(file)
        try:
            if database.problems(full=True):
                raise damaged("its database")
            with database.change() as connection:
                _check_values(connection)
                return _keep_inside(connection, old, new)
        finally:
            database.close()
    except NewerLibraryError as error:
        raise StorageError(
            "The backup was made by a newer version of FastFace.", "Install that version, or a newer one."
        ) from error
    except (sqlite3.Error, DamagedLibraryError) as error:
        raise damaged("its database") from error


def _form_of(file: Path, scripts: dict[int, str]) -> object:
    database = Database(file, scripts)
    try:
        return _form(database.connection())
    finally:
        database.close()


def _form(connection: sqlite3.Connection) -> object:
    things = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    # Statistics come with use, and how an index is written changed with SQLite's versions.
    named = {
        (kind, name, table, sql if kind in _ALIKE else None)
        for kind, name, table, sql in things
        if not name.startswith("sqlite_")
    }
    columns = {
        (table, name, kind, hidden)
        for thing, table, *_ in things
        if thing == "table" and not table.startswith("sqlite_")
        for _, name, kind, _, _, _, hidden in connection.execute("SELECT * FROM pragma_table_xinfo(?)", (table,))
    }
    return named, columns


def _check_values(connection: sqlite3.Connection) -> None:
    """Columns of numbers hold numbers, and times those of a calendar."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for (table,) in tables.fetchall():
        for column, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall():
            wanted = {"INTEGER": "'integer'", "REAL": "'real', 'integer'", "TEXT": "'text'"}.get(kind)
            if (
                wanted
                and connection.execute(
                    f'SELECT 1 FROM "{table}" WHERE typeof("{column}") NOT IN ({wanted}, \'null\') LIMIT 1'
                ).fetchone()
            ):
                raise damaged("its database holds values that are not possible")
    if connection.execute(
        "SELECT 1 FROM pictures WHERE created NOT BETWEEN ? AND ? LIMIT 1", (_FIRST, _LAST)
    ).fetchone():
        raise damaged("its database holds values that are not possible")


def _keep_inside(connection: sqlite3.Connection, old: Path | None, new: Path) -> int:
    """Takes out what names a place outside the pictures folder, and gives the others their place in the new one."""
    gone: list[int] = []
    for number, text in connection.execute("SELECT id, path FROM folders").fetchall():
        place = _moved(text, old, new)
        taken = (
            place
            and connection.execute("SELECT id FROM folders WHERE path = ? AND id <> ?", (str(place), number)).fetchone()
        )
        if place is None or taken:
            gone += [
                one
                for one, name, in_trash, pixels in connection.execute(
                    "SELECT id, name, in_trash, pixels FROM pictures WHERE folder_id = ?", (number,)
                ).fetchall()
                if place is not None or not _is_there(text, name, bool(in_trash), pixels)
            ]
        else:
            connection.execute("UPDATE folders SET path = ? WHERE id = ?", (str(place), number))
    gone += [
        one
        for one, name in connection.execute("SELECT id, name FROM pictures").fetchall()
        if name in ("", ".", "..") or any(letter in name for letter in "/\\\0")
    ]
    connection.executemany("DELETE FROM pictures WHERE id = ?", [(one,) for one in set(gone)])
    connection.execute("DELETE FROM folders WHERE id NOT IN (SELECT folder_id FROM pictures)")
    # What is in the trash has its thirty days again: nothing is deleted because a backup says that it is long due.
    now = round(time.time() * 1000)
    connection.execute("UPDATE pictures SET trashed = ? WHERE in_trash = 1", (now,))
    return len(set(gone))


def _is_there(folder: str, name: str, in_trash: bool, pixels: bytes) -> bool:
    """Whether a file outside the pictures folder is a picture by this program, and the very one."""
    path = file_path(folder, name, in_trash)
    if "\0" in folder + name or not os.path.isabs(folder) or os.path.normpath(folder) != folder:  # noqa: PTH117
        return False
    try:
        if path.is_symlink() or not path.is_file():
            return False
        content = read(path)
    except (OSError, ValueError, FastFaceError):
        return False
    return (content.recipe is not None or content.note is not None) and content.pixels == pixels


def _moved(text: str, old: Path | None, new: Path) -> Path | None:
    """Where a folder of the backup is now; None where that is outside the pictures folder."""
    if "\0" in text:
        return None
    folder = Path(os.path.normpath(text))
    if old is not None and folder.is_relative_to(old):
        return new / folder.relative_to(old)
    return folder if folder.is_relative_to(new) else None
