"""The library's SQLite file: opening it, migrating it to the newest schema, and changing it in transactions.

WAL, so that the app and the command line work on it at once; FULL synchronisation, so that a change is on the disk
when it is done; `secure_delete`, so that nothing removed stays in free pages. One connection a thread, handed on to the
next thread when that one ends.
"""

import contextlib
import logging
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from fastface_core.erasing import erase
from fastface_core.errors import StorageError
from fastface_core.files import make_folder, storage_error
from fastface_core.library.database_errors import NewerLibraryError, damaged, said
from fastface_core.library.schema import FILES, connect, migrations, odd_ones, statements, version_of

logger = logging.getLogger(__name__)

_TRIES, _BETWEEN = 50, 0.1
"""How often the WAL is tried to be emptied, and the seconds in between."""

_BACKUPS_KEPT = 3


class _Lent:
    """A thread's connection. With the thread's last reference to it, it goes back to those that wait for a thread."""

    def __init__(self, connection: sqlite3.Connection, idle: list[sqlite3.Connection]) -> None:
        self.connection = connection
        self._idle = idle

    def __del__(self) -> None:
        self._idle.append(self.connection)


class Database:
    """One SQLite file. Usable from any thread; each has its own connection."""

    def __init__(self, path: Path, scripts: Mapping[int, str] | None = None) -> None:
        """Opens `path`, makes it where it is absent, and brings it to the newest form.

        Args:
            scripts: the migrations, see `migrations`; None takes those that ship with the program.

        Raises:
            DamagedLibraryError: it is not a database, or damaged.
            NewerLibraryError: it was made by a newer version.
            StorageError: the disk is full or cannot be written to.
        """
        self.path = path
        self._scripts = scripts or migrations()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        make_folder(path.parent)
        try:
            with self.errors():
                self._migrate(self._scripts)
        except BaseException:
            self.close()
            raise

    @property
    def backups(self) -> Path:
        """Where copies from before each migration lie."""
        return self.path.parent / "backups"

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after each change made through this object, in the thread that made it."""
        self._listeners.append(listener)

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, for reading. Outside `change` each statement sees the newest state."""
        lent: _Lent | None = getattr(self._local, "lent", None)
        if lent is None:
            lent = self._local.lent = _Lent(self._taken(), self._idle)
        return lent.connection

    def _taken(self) -> sqlite3.Connection:
        """One that waits for a thread, or a new one: there are never more than threads were at work at once."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = connect(self.path)
        with self._lock:
            self._connections.append(connection)
        return connection

    def _begun(self, how: str) -> sqlite3.Connection:
        """This thread's connection, in a transaction."""
        connection = self.connection()
        connection.execute(how)
        try:
            connection.execute("SELECT 1 FROM folders LIMIT 0")
        except sqlite3.OperationalError:
            # After the VACUUM of another program a connection may believe that there are no tables (SQLite 3.40).
            connection.execute("ROLLBACK")
            self._local.lent.connection = self._opened()
            with self._lock:
                self._connections.remove(connection)
            connection.close()
            connection = self.connection()
            connection.execute(how)
        return connection

    @contextlib.contextmanager
    def change(self) -> Generator[sqlite3.Connection]:
        """One transaction: everything within is kept together, or nothing. Within another `change`, part of that one.

        Raises:
            StorageError: the disk is full or cannot be written to, or another program keeps the library busy.
            DamagedLibraryError: the database is damaged.
        """
        with self.errors():
            connection = self.connection()
            if connection.in_transaction:
                yield connection
                return
            connection = self._begun("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        for listener in tuple(self._listeners):
            listener()

    @contextlib.contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Several reads of one and the same state.

        Raises:
            DamagedLibraryError: the database is damaged.
        """
        with self.errors():
            connection = self.connection()
            if connection.in_transaction:
                yield connection
                return
            connection = self._begun("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the connections of all threads, which must not be using them any more."""
        with self._lock:
            connections, self._connections = self._connections, []
            # What threads give back from now on is closed.
            self._idle = []
        for connection in connections:
            connection.close()
        self._local = threading.local()

    def errors(self) -> contextlib.AbstractContextManager[None]:
        """What SQLite raises over disk and file, as sentences, see `database_errors.said`."""
        return said(self.path, self._scripts)

    def problems(self, *, full: bool) -> tuple[str, ...]:
        """What is wrong inside the file, in SQLite's words; empty where nothing is.

        Args:
            full: compares the indexes with the rows too, which takes several times as long.
        """
        with self.errors():
            check = "integrity_check" if full else "quick_check"
            found = [str(text) for (text,) in self.connection().execute(f"PRAGMA {check}(20)")]
            found += [
                f"{table} {row} points to a missing row"
                for table, row, *_ in self.connection().execute("PRAGMA foreign_key_check")
            ]
        return tuple(text for text in found if text != "ok")

    def erase_free_space(self) -> None:
        """Leaves nothing of what was deleted: not in free pages, the index of words, the WAL, or older copies."""
        with self.errors():
            with self.change() as connection:
                connection.execute("INSERT INTO picture_text (picture_text) VALUES ('optimize')")
            for file in self.backups.iterdir() if self.backups.is_dir() else ():
                erase(file)
            connection = self.connection()
            try:
                connection.execute("VACUUM")
            except sqlite3.OperationalError as error:
                # It rewrites the whole file. Without room for that, `secure_delete` has overwritten it in its place.
                if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                    raise
            busy = 1
            for _ in range(_TRIES):
                busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    break
                time.sleep(_BETWEEN)  # SQLite itself does not wait for another one's checkpoint
        if busy:
            raise StorageError(
                "Another program is reading the library, so what was deleted could not be erased from it.",
                "Close it and run `fastface library clean`.",
            )

    def copy_to(self, path: Path) -> None:
        """A consistent copy at `path`, while others may go on working.

        Raises:
            StorageError: the disk is full, or the folder cannot be written to.
        """
        make_folder(path.parent)
        temporary = path.with_name(f".{uuid.uuid4().hex}.part")
        with self.errors():
            try:
                temporary.touch(0o600)
                source, target = connect(self.path), sqlite3.connect(temporary)
                with contextlib.closing(source), contextlib.closing(target):
                    source.backup(target)
                temporary.replace(path)
            except OSError as error:
                raise storage_error(error, path.parent) from error
            finally:
                temporary.unlink(missing_ok=True)

    def _migrate(self, scripts: Mapping[int, str]) -> None:
        newest = max(scripts)
        if self.path.exists() and not self.path.is_file():
            raise damaged()  # SQLite would wait for a pipe
        if odd := odd_ones(self.path):
            logger.warning("%s is not the database's: put aside", " and ".join(self.path.name + one for one in odd))
            set_aside(self.path, odd)
        is_new = version_of(self.connection()) == 0
        if version_of(self.connection()) < 0:
            raise damaged()
        while (version := version_of(self.connection())) < newest:
            with self.change() as connection:
                version = version_of(connection)  # another program may have been faster
                if version >= newest:
                    continue
                if not is_new:
                    # Other connections still read the state before this transaction, which is what is kept.
                    self.copy_to(self.backups / f"before-{version + 1:04d}-{datetime.now():%Y%m%d-%H%M%S}.db")
                for statement in statements(scripts[version + 1]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
        if version > newest:
            raise NewerLibraryError(
                "The library was made by a newer version of FastFace.",
                "Install that version, or a newer one; or run `fastface library rebuild`, which makes it again.",
            )
        for old in sorted(self.backups.glob("before-*.db"))[:-_BACKUPS_KEPT] if self.backups.is_dir() else ():
            old.unlink(missing_ok=True)


def set_aside(path: Path, endings: Sequence[str] = FILES) -> None:
    """Moves a damaged database away, so that a new one can be made; or those of its files that are named.

    Raises:
        StorageError: the folder cannot be written to.
    """
    backups = path.parent / "backups"
    make_folder(backups)
    name = f"damaged-{datetime.now():%Y%m%d-%H%M%S}.db"
    try:
        for ending in endings:
            file = path.with_name(path.name + ending)
            if os.path.lexists(file):
                file.replace(backups / (name + ending))
    except OSError as error:
        raise storage_error(error, path.parent) from error
