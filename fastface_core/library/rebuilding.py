"""`library rebuild`: the database from the files, whatever the database is.

One that is sound is brought up to date in its place, so that numbers of pictures stay. Any other (garbage, of another
form, of a newer version, a folder) is moved aside and made again.
"""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.files import make_folder
from fastface_core.library.database import Database
from fastface_core.library.database_errors import BusyLibraryError, DamagedLibraryError, NewerLibraryError
from fastface_core.library.library import Library
from fastface_core.library.scanning import Scan
from fastface_core.library.schema import migrations, statements
from fastface_core.library.sessions import Session
from fastface_core.progress import CancelToken, Report, silent


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did.

    Attributes:
        aside: why the database that was there is moved into the folder `backups`, one sentence; None where it is the
            same one.
    """

    scan: Scan
    aside: str | None


def rebuild(folder: Path | None = None, report: Report = silent, cancel: CancelToken | None = None) -> Rebuilt:
    """Makes the library's database say what the files say.

    Args:
        folder: of the database; None takes the user's.

    Raises:
        StorageError: the disk is full, or another program has the library open that would have to be moved aside.
        Cancelled: what is done is good.
    """
    folder = folder or paths.library_folder()
    make_folder(folder)
    aside = _wrong(folder / "library.db")
    if aside is not None:
        with contextlib.closing(Session(folder / "open")) as session:
            if session.others():
                raise StorageError(
                    "Another program has the library open, which has to be made again.",
                    "Close it, and run `fastface library rebuild` again.",
                )
        Library.start_empty(folder)
    with Library(folder, recover=False) as library:
        return Rebuilt(library.rebuild(report, cancel), aside)


def _wrong(path: Path) -> str | None:
    """Why a database cannot be gone on with, one sentence; None where it can."""
    try:
        database = Database(path)
        with contextlib.closing(database):
            sound = not database.problems(full=True) and _form(database.connection()) == _right_form()
            return None if sound and _readable(database) else "The damaged database is moved aside."
    except DamagedLibraryError:
        return "The damaged database is moved aside."
    except NewerLibraryError:
        return "The database, which a newer version made, is moved aside."
    except BusyLibraryError:
        return "The database, which is held by nobody that is known, is moved aside."


def _right_form() -> set[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for _, script in sorted(migrations().items()):
            for statement in statements(script):
                connection.execute(statement)
        return _form(connection)


def _form(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Everything that a database is made of, but for what SQLite adds itself."""
    found = connection.execute(
        "SELECT type, name, ifnull(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(kind, name, "".join(sql.split()).lower()) for kind, name, sql in found}


def _readable(database: Database) -> bool:
    """Whether each column holds what it is made for: SQLite keeps anything anywhere."""
    with database.reading() as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE %'")
        for (table,) in tables.fetchall():
            columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            for _, column, kind, *_ in columns:
                if kind not in ("INTEGER", "TEXT"):
                    continue
                odd = f'SELECT 1 FROM "{table}" WHERE typeof("{column}") NOT IN (?, ?) LIMIT 1'
                if connection.execute(odd, (kind.lower(), "null")).fetchone() is not None:
                    return False
                if kind == "TEXT":
                    # Reading it shows whether it is text; no name has a zero in it.
                    for (text,) in connection.execute(f'SELECT "{column}" FROM "{table}"'):
                        if column in ("path", "name") and "\0" in text:
                            return False
    return True
