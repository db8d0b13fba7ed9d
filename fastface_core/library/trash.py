"""The trash: a hidden folder beside the pictures, so that going there and back is a rename on the same drive.

Rows and files change in one transaction. Killed in between, the file tells: what lies in a trash folder is in the
trash (`scanning`).
"""

import contextlib
import math
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, make_folder, storage_error
from fastface_core.library import sidecars
from fastface_core.library.database import Database
from fastface_core.library.gallery import file_path, no_picture
from fastface_core.library.queries import milliseconds

KEPT = timedelta(days=30)
"""How long pictures stay in the trash."""
_BETWEEN_LOOKS = timedelta(days=1)


class Trash:
    """Moves pictures to the trash and back, and empties it."""

    def __init__(self, database: Database, drop_thumbnails: Callable[[list[bytes]], None], looked: Path) -> None:
        """
        Args:
            drop_thumbnails: erases the thumbnails of these pixel hashes.
            looked: the file that says when `tend` looked last.
        """
        self._database = database
        self._looked = looked
        self._drop_thumbnails = drop_thumbnails

    def put(self, ids: Iterable[int], now: datetime | None = None) -> None:
        """Moves pictures to the trash; `restore` is its undo. All of them or none.

        Raises:
            SettingsError: there is no picture of a number.
            StorageError: a file cannot be moved.
        """
        moment = milliseconds(now or datetime.now(UTC))
        self._move(ids, to_trash=True, moment=moment)

    def restore(self, ids: Iterable[int]) -> None:
        """Brings pictures back, under another name where theirs is taken. All of them or none; raises as `put`."""
        self._move(ids, to_trash=False, moment=None)

    def erase(self, ids: Iterable[int]) -> int:
        """Deletes pictures that are in the trash, for good.

        Returns:
            How many; pictures that are not in the trash are left alone.

        Raises:
            StorageError: a file cannot be removed; those before it are gone.
        """
        erased = 0
        for number in dict.fromkeys(ids):
            with self._database.change() as connection:
                row = connection.execute(
                    "SELECT f.path, p.name, p.pixels FROM pictures AS p JOIN folders AS f ON f.id = p.folder_id"
                    " WHERE p.id = ? AND p.in_trash = 1",
                    (number,),
                ).fetchone()
                if row is None:
                    continue
                path = file_path(row[0], row[1], in_trash=True)
                try:
                    for beside in sidecars.left_by(path, Path(row[0])):
                        beside.unlink(missing_ok=True)
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise storage_error(error, path.parent) from error
                connection.execute("DELETE FROM pictures WHERE id = ?", (number,))
                (others,) = connection.execute("SELECT count(*) FROM pictures WHERE pixels = ?", (row[2],)).fetchone()
            if not others:
                self._drop_thumbnails([row[2]])
            with contextlib.suppress(OSError):
                path.parent.rmdir()  # only when it is empty
            erased += 1
        return erased

    def empty(self, before: datetime | None = None) -> int:
        """Deletes what is in the trash, for good: all of it, or what went there before a moment; see `erase`."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT id FROM pictures WHERE in_trash = 1 AND (? IS NULL OR trashed < ?)",
                (None, None) if before is None else (milliseconds(before),) * 2,
            ).fetchall()
        return self.erase(number for (number,) in found)

    def tend(self, now: datetime | None = None) -> int:
        """Deletes what has been in the trash for longer than `KEPT`, as two looks a day or more apart agree: a clock
        that is wrong for an hour, or a year, deletes nothing. See `erase`."""
        moment = (now or datetime.now(UTC)).timestamp()
        try:
            before, last = (float(word) for word in read_bytes(self._looked).split())
        except (OSError, ValueError):
            before = last = moment
        if moment < last or not math.isfinite(before):
            before = last = moment  # the clock was set back: the time starts here
        elif moment >= last + _BETWEEN_LOOKS.total_seconds():
            before, last = last, moment
        with atomic_write(self._looked) as file:
            file.write(f"{before} {last}\n".encode())
        return 0 if before == last else self.empty(datetime.fromtimestamp(before, UTC) - KEPT)

    def _move(self, ids: Iterable[int], *, to_trash: bool, moment: int | None) -> None:
        moved: list[tuple[Path, Path]] = []
        try:
            with self._database.change() as connection:
                try:
                    for number in dict.fromkeys(ids):
                        self._move_one(connection, number, to_trash, moment, moved)
                except BaseException:
                    _move_back(moved)  # while nobody else can move them
                    raise
        except BaseException:
            _move_back(moved)  # what was done could not be kept
            raise

    def _move_one(
        self,
        connection: sqlite3.Connection,
        number: int,
        to_trash: bool,
        moment: int | None,
        moved: list[tuple[Path, Path]],
    ) -> None:
        row = connection.execute(
            "SELECT f.path, p.name, p.in_trash, p.folder_id, p.missing FROM pictures AS p"
            " JOIN folders AS f ON f.id = p.folder_id WHERE p.id = ?",
            (number,),
        ).fetchone()
        if row is None:
            raise no_picture(number)
        folder, name, in_trash, folder_id, missing = row
        if bool(in_trash) == to_trash:
            return
        source = file_path(folder, name, not to_trash)
        target = _free(connection, file_path(folder, name, to_trash), folder_id, to_trash)
        connection.execute(
            "UPDATE pictures SET in_trash = ?, trashed = ?, name = ? WHERE id = ?",
            (int(to_trash), moment, target.name, number),
        )
        try:
            make_folder(target.parent)
            source.rename(target)
        except FileNotFoundError as error:
            if not missing:
                raise StorageError(
                    f"The file {source.name} is not where it was.", "Run `fastface library check`."
                ) from error
        except OSError as error:
            raise storage_error(error, target.parent) from error
        else:
            moved.append((source, target))


def _move_back(moved: list[tuple[Path, Path]]) -> None:
    while moved:
        source, target = moved.pop()
        with contextlib.suppress(OSError):
            target.rename(source)


def _free(connection: sqlite3.Connection, wanted: Path, folder: int, in_trash: bool) -> Path:
    """A name that neither a file nor a row has."""
    path, number = wanted, 1
    while (
        path.exists()
        or connection.execute(
            "SELECT 1 FROM pictures WHERE folder_id = ? AND name = ? AND in_trash = ?",
            (folder, path.name, int(in_trash)),
        ).fetchone()
    ):
        number += 1
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return path
