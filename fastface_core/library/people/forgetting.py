"""Forgetting a person: nothing of them stays on this computer that this program put there.

A note in the person's folder is written first and removed last, so that what was interrupted is finished at the next
start. Erased are the folder (photos, crops, embeddings), thumbnails, the links from pictures, free pages of the
database, its WAL and its older copies, backups of the program's own, what lies aside, what the window keeps beside the
library, scraps of writes that were interrupted, and on request the pictures that were made, in the trash or not, with
the sheets that show them.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from fastface_core import paths
from fastface_core.erasing import erase
from fastface_core.errors import FastFaceError, StorageError
from fastface_core.library import aside, evaluations, own_backups, sidecars
from fastface_core.library.database import Database
from fastface_core.library.gallery import TRASH, file_path
from fastface_core.library.marks import Marker, mark_pending
from fastface_core.library.mentions import erase_mentions
from fastface_core.library.people.store import PersonStore
from fastface_core.library.scanning import below
from fastface_core.library.sheets import erase_of_batches, erase_sheets
from fastface_core.scraps import sweep, sweep_scratch

_INTENT = "forget"
_WITH_PICTURES, _KEEP_PICTURES = b"with pictures", b"keep pictures"


class Forgetting:
    """Erases people. What was interrupted is finished by `resume`."""

    def __init__(
        self, database: Database, store: PersonStore, marks: Marker, drop_thumbnails: Callable[[list[bytes]], None]
    ) -> None:
        """`drop_thumbnails` erases the thumbnails of these pixel hashes."""
        self._database = database
        self._store = store
        self._marks = marks
        self._drop_thumbnails = drop_thumbnails

    def forget(self, uid: str, *, pictures: bool) -> int:
        """Erases a person.

        Args:
            pictures: erases every picture made of them too.

        Returns:
            How many pictures were erased.

        Raises:
            StorageError: something could not be erased; it is tried again at the next start, or when asked again.
        """
        self._store.write_plain(uid, _INTENT, _WITH_PICTURES if pictures else _KEEP_PICTURES)
        return self._finish(uid, pictures)

    def resume(self) -> None:
        """Finishes what was interrupted.

        Raises:
            StorageError: as `forget`; the others are finished.
        """
        problems: list[StorageError] = []
        for uid in self._store.with_file(_INTENT):
            try:
                self._finish(uid, self._store.read_plain(uid, _INTENT) == _WITH_PICTURES)
            except StorageError as error:
                problems.append(error)
        if problems:
            raise problems[0]

    def _finish(self, uid: str, pictures: bool) -> int:
        hashes, name = self._store.photo_hashes(uid), self._name(uid)
        with self._database.reading() as connection:
            folders = [Path(path) for (path,) in connection.execute("SELECT path FROM folders")]
        erased = 0
        while True:
            # First, as long as it is known which pictures they show.
            self._erase_sheets(uid, pictures)
            if pictures:
                erased += self._erase_pictures(uid)
            with self._database.change() as connection:
                if pictures and _pictures_of(connection, uid):
                    continue  # another program has just made one
                changed = _take_out(connection, uid)
            break
        while changed and self._marks.write_pending().written:
            pass
        self._sweep(folders)
        aside.erase_person(uid, hashes)
        aside.erase_databases(self._database.path, uid)
        erase_mentions(uid, hashes, name)
        places = [*below(paths.pictures_folder().absolute()), *folders]
        evaluations.erase_person(hashes, name, places, pictures=pictures)
        self._store.empty_person(uid, keep=_INTENT)
        self._database.erase_free_space()
        with self._database.change():
            own_backups.erase_all(self._store.folder)
        self._store.remove_person(uid)
        return erased

    def _name(self, uid: str) -> str | None:
        """While the people are locked nobody knows it."""
        try:
            person = self._store.person(uid)
        except FastFaceError:
            return None
        return person.name if person is not None else None

    def _erase_sheets(self, uid: str, pictures: bool) -> None:
        shown: dict[Path, set[str]] = defaultdict(set)
        with self._database.reading() as connection:
            for number in _pictures_of(connection, uid):
                folder, name = connection.execute(
                    "SELECT f.path, p.name FROM pictures AS p JOIN folders AS f ON f.id = p.folder_id WHERE p.id = ?",
                    (number,),
                ).fetchone()
                shown[Path(folder)].add(name)
        for folder, names in shown.items():
            if pictures:
                erase_sheets(folder, names)
            erase_of_batches(folder, names)  # in which the person's name stands

    def _erase_pictures(self, uid: str) -> int:
        """File by file, each before its row: what is left after a crash is found again by its row."""
        with self._database.reading() as connection:
            found = _pictures_of(connection, uid)
        problems: list[StorageError] = []
        for number in found:
            try:
                # Under the lock: nobody writes a star into the file, or moves it, in between.
                with self._database.change() as connection:
                    row = connection.execute(
                        "SELECT p.pixels, f.path, p.name, p.in_trash FROM pictures AS p"
                        " JOIN folders AS f ON f.id = p.folder_id WHERE p.id = ?",
                        (number,),
                    ).fetchone()
                    if row is None:
                        continue
                    pixels, folder, name, in_trash = row
                    path = file_path(folder, name, bool(in_trash))
                    for file in (*sidecars.left_by(path, Path(folder)), path):
                        erase(file)
                    self._drop_thumbnails([pixels])  # a thread that makes one now finds the file gone
                    connection.execute("DELETE FROM pictures WHERE id = ?", (number,))
            except StorageError as error:
                problems.append(error)
        if problems:
            raise problems[0]
        return len(found)

    def _sweep(self, folders: Iterable[Path]) -> None:
        """What an interrupted write left may hold a photo or a picture of the person."""
        pictures = [*below(paths.pictures_folder().absolute()), *folders]
        data = paths.data_folder()
        own = [data, *(folder for folder in data.iterdir() if folder.is_dir()), *below(self._store.folder)]
        sweep([*pictures, *(folder / TRASH for folder in pictures), *own])
        for folder in (data, self._database.path.parent):
            sweep_scratch(folder, new=True)


def _pictures_of(connection: sqlite3.Connection, uid: str) -> list[int]:
    found: Iterable[tuple[int]] = connection.execute(
        "SELECT p.id FROM pictures AS p JOIN people ON people.id = p.person_id WHERE people.uid = ?"
        " UNION SELECT a.picture_id FROM also_shown AS a JOIN people ON people.id = a.person_id WHERE people.uid = ?",
        (uid, uid),
    )
    return [number for (number,) in found]


def _take_out(connection: sqlite3.Connection, uid: str) -> bool:
    """The person's row, and what other rows say of it; returns whether files have to be rewritten."""
    # A damaged note says nothing any more; the file's own would stay in its place.
    damaged = [
        (number,)
        for number in _pictures_of(connection, uid)
        if not connection.execute("SELECT json_valid(note) FROM details WHERE picture_id = ?", (number,)).fetchone()[0]
    ]
    connection.executemany("UPDATE details SET note = '{}' WHERE picture_id = ?", damaged)
    found = (
        damaged
        + connection.execute(
            "UPDATE details SET note = json_remove(note, '$.person')"
            " WHERE CASE WHEN json_valid(note) THEN json_extract(note, '$.person') END = ? RETURNING picture_id",
            (uid,),
        ).fetchall()
    )
    found += connection.execute(
        "UPDATE details SET note = json_set(note, '$.others',"
        " (SELECT json_group_array(value) FROM json_each(note, '$.others') WHERE value <> ?))"
        " WHERE EXISTS (SELECT 1 FROM json_each(iif(json_valid(note), note, '{}'), '$.others') WHERE value = ?)"
        " RETURNING picture_id",
        (uid, uid),
    ).fetchall()
    mark_pending(connection, [number for (number,) in found])
    # Of copies, too, that synchronisations make of a person's folder.
    connection.execute("INSERT INTO changes (kind, item) SELECT 'people', id FROM people WHERE instr(uid, ?)", (uid,))
    connection.execute("DELETE FROM people WHERE instr(uid, ?)", (uid,))
    connection.execute("DELETE FROM folders WHERE id NOT IN (SELECT folder_id FROM pictures)")
    return bool(found)
