"""What the library's SQLite file is made of: its connections, its migrations, and the form that these give it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from fastface_core import paths
from fastface_core.files import make_private

_WAIT_FOR_OTHERS = 10.0
"""Seconds to wait while another program changes the library."""


FILES = ("", "-journal", "-wal", "-shm")
"""What SQLite adds to the name of a database for its files."""


def odd_ones(path: Path) -> tuple[str, ...]:
    """Endings of the files beside it that are something else than a regular one: SQLite would wait for a pipe."""
    files = {ending: path.with_name(path.name + ending) for ending in FILES[1:]}
    return tuple(ending for ending, file in files.items() if os.path.lexists(file) and not file.is_file())


def connect(path: Path) -> sqlite3.Connection:
    """A connection with everything set that holds for each of them."""
    # SQLite gives the files beside it the permissions of this one.
    with contextlib.suppress(OSError):  # it says itself what is wrong
        if not path.exists():
            path.touch(0o600)
    make_private(path)
    # Statements are prepared once and kept; the driver's own transactions are off.
    connection = sqlite3.connect(
        path, timeout=_WAIT_FOR_OTHERS, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        for setting in (
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",
            "cache_size = -32000",
        ):
            connection.execute(f"PRAGMA {setting}")
    except BaseException:
        connection.close()
        raise
    return connection


def migrations() -> dict[int, str]:
    """The SQL scripts by the version that each makes, from 1."""
    return {int(file.stem): file.read_text(encoding="utf-8") for file in paths.resource("schema").glob("[0-9]*.sql")}


def statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger with all its statements is one."""
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
    if gathered.strip():
        yield gathered


def version_of(connection: sqlite3.Connection) -> int:
    """How many migrations were applied to the file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


Form = set[tuple[str, str, str | None]]
"""Kind, name and text of every table, index, trigger and view that SQLite did not make for itself."""


def form_of(connection: sqlite3.Connection) -> Form:
    """The form that the file has."""
    return set(
        connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    )


def form_after(scripts: Mapping[int, str], version: int) -> Form:
    """The form that the migrations up to a version give."""
    with contextlib.closing(sqlite3.connect(":memory:")) as made:
        for number in sorted(scripts):
            if number <= version:
                made.executescript(scripts[number])
        return form_of(made)
