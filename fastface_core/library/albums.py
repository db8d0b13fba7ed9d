"""Albums: pictures that somebody gathered under a name. A picture may be in several; none is moved or copied for it.

Each file says which albums its picture is in, so that a rebuild finds them again; the names alone stand in a small file
beside the database, for albums without a picture.
"""

import sqlite3

from fastface_core.errors import SettingsError
from fastface_core.library.album_names import AlbumNames
from fastface_core.library.database import Database
from fastface_core.library.marks import Marker, clean_album, mark_pending
from fastface_core.library.metadata import Marks
from fastface_core.library.queries import album_id


class Albums:
    """Makes, renames and deletes albums. `Marker.collect` fills them."""

    def __init__(self, database: Database, marks: Marker, names: AlbumNames) -> None:
        self._database, self._marks, self._names = database, marks, names

    def all(self) -> dict[str, int]:
        """All albums in alphabetical order, each with the number of its pictures outside the trash."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT a.name, count(p.id) FROM albums AS a LEFT JOIN picture_albums AS pa ON pa.album_id = a.id"
                " LEFT JOIN pictures AS p ON p.id = pa.picture_id AND p.in_trash = 0"
                " GROUP BY a.id ORDER BY a.name COLLATE NOCASE"
            )
            return {str(name): int(count) for name, count in found}

    def make(self, name: str) -> str:
        """A new album without a picture; returns its name as it is kept.

        Raises:
            SettingsError: the name is not allowed, or taken.
            StorageError: the disk is full.
        """
        name = clean_album(name)
        with self._database.change() as connection:
            if album_id(connection, name) is not None:
                raise _taken(name)
            connection.execute("INSERT INTO albums (name) VALUES (?)", (name,))
            self._names.keep(connection)
        return name

    def rename(self, old: str, new: str) -> str:
        """Gives an album another name, in its pictures too; returns it as it is kept.

        Raises:
            SettingsError: there is no such album, or the name is not allowed, or taken.
            StorageError: the disk is full.
        """
        new = clean_album(new)
        with self._database.change() as connection:
            number = _known(connection, old)
            if album_id(connection, new) not in (None, number):
                raise _taken(new)
            connection.execute("UPDATE albums SET name = ? WHERE id = ?", (new, number))
            _touch(connection, number)
            self._names.keep(connection)
        return new

    def delete(self, name: str) -> dict[int, Marks]:
        """Takes an album away; its pictures stay.

        Returns:
            What each of its pictures had before, for `restore`.

        Raises:
            SettingsError: there is no such album.
            StorageError: the disk is full.
        """
        with self._database.change() as connection:
            number = _known(connection, name)
            listed = connection.execute("SELECT picture_id FROM picture_albums WHERE album_id = ?", (number,))
            before = self._marks.collect([int(one) for (one,) in listed.fetchall()], remove=[name])
            connection.execute("DELETE FROM albums WHERE id = ?", (number,))
            self._names.keep(connection)
        return before

    def restore(self, name: str, before: dict[int, Marks]) -> None:
        """Takes back what `delete` did.

        Raises:
            StorageError: the disk is full.
        """
        with self._database.change() as connection:
            if album_id(connection, name) is None:
                connection.execute("INSERT INTO albums (name) VALUES (?)", (name,))
            self._marks.put(before)
            self._names.keep(connection)

    def take_up_names(self) -> None:
        """After the database was rebuilt: albums without a picture are there again.

        Raises:
            StorageError: the disk is full.
        """
        with self._database.change() as connection:
            for kept in self._names.kept():
                try:
                    name = clean_album(kept)
                except SettingsError:
                    continue
                if album_id(connection, name) is None:
                    connection.execute("INSERT INTO albums (name) VALUES (?)", (name,))


def _known(connection: sqlite3.Connection, name: str) -> int:
    number = album_id(connection, name)
    if number is None:
        raise SettingsError(f'There is no album "{name}".', "See `fastface gallery albums`.")
    return number


def _touch(connection: sqlite3.Connection, album: int) -> None:
    """Marks the album's pictures as changed, so that their files get the new name."""
    connection.execute(
        "UPDATE pictures SET label = label WHERE id IN (SELECT picture_id FROM picture_albums WHERE album_id = ?)",
        (album,),
    )
    listed = connection.execute("SELECT picture_id FROM picture_albums WHERE album_id = ?", (album,)).fetchall()
    mark_pending(connection, [int(number) for (number,) in listed])


def _taken(name: str) -> SettingsError:
    return SettingsError(f'There is an album "{name}" already.', "Choose another name.")
