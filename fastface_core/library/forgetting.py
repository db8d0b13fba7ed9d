"""Forgetting a person: nothing of them stays on this computer that this program put there.

A note in the person's folder is written first and removed last, so that what was interrupted is finished at the next
start. Erased are the folder (photos, crops, embeddings), thumbnails, the links from pictures, free pages of the
database, its WAL and its older copies, and on request the pictures that were made, in the trash or not.
"""

from collections.abc import Callable
from pathlib import Path

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.library.database import Database
from fastface_core.library.gallery import file_path
from fastface_core.library.marks import Marker, mark_pending
from fastface_core.library.person_store import PersonStore, erase, erase_folder

BEFORE_RESTORE = "before-restore-"
"""How the folder is called that holds the library from before a restore, but for the time."""

_INTENT = "forget"
_WITH_PICTURES, _KEEP_PICTURES = b"with pictures", b"keep pictures"


def copies_aside() -> list[Path]:
    """Libraries that were moved aside when a backup was restored."""
    return sorted(paths.data_folder().glob(f"{BEFORE_RESTORE}*"))


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
        """Finishes what was interrupted."""
        for uid in self._store.with_file(_INTENT):
            self._finish(uid, self._store.read_plain(uid, _INTENT) == _WITH_PICTURES)

    def _finish(self, uid: str, pictures: bool) -> int:
        erased = self._erase_pictures(uid) if pictures else 0
        with self._database.change() as connection:
            found = connection.execute(
                "UPDATE details SET note = json_remove(note, '$.person') WHERE json_extract(note, '$.person') = ?"
                " RETURNING picture_id",
                (uid,),
            ).fetchall()
            mark_pending(connection, [number for (number,) in found])
            connection.execute("INSERT INTO changes (kind, item) SELECT 'people', id FROM people WHERE uid = ?", (uid,))
            connection.execute("DELETE FROM people WHERE uid = ?", (uid,))
            connection.execute("DELETE FROM folders WHERE id NOT IN (SELECT folder_id FROM pictures)")
        while found and self._marks.write_pending().written:
            pass
        for copy in copies_aside():
            erase_folder(copy / "people" / uid)
            erase_folder(copy / "library")
        self._store.empty_person(uid, keep=_INTENT)
        self._database.erase_free_space()
        self._store.remove_person(uid)
        return erased

    def _erase_pictures(self, uid: str) -> int:
        """File by file, each before its row: what is left after a crash is found again by its row."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT p.id, p.pixels, f.path, p.name, p.in_trash FROM pictures AS p"
                " JOIN folders AS f ON f.id = p.folder_id JOIN people ON people.id = p.person_id"
                " WHERE people.uid = ?",
                (uid,),
            ).fetchall()
        self._drop_thumbnails([pixels for _, pixels, *_ in found])
        problems: list[StorageError] = []
        for number, _, folder, name, in_trash in found:
            try:
                erase(file_path(folder, name, bool(in_trash)))
            except StorageError as error:
                problems.append(error)
                continue
            with self._database.change() as connection:
                connection.execute("DELETE FROM pictures WHERE id = ?", (number,))
        if problems:
            raise problems[0]
        return len(found)
