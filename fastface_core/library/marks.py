"""Stars, flags, labels, tags, albums, stacks: first in the row, where a change is durable at once, then in the file.

What is not in its file yet is in a list that survives a crash. Every change returns what was before, for Undo.
"""

import sqlite3
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from fastface_core.bounded import read_bytes
from fastface_core.errors import FastFaceError, SettingsError, StorageError
from fastface_core.files import atomic_write
from fastface_core.library import labels, seen, sidecars
from fastface_core.library.album_names import AlbumNames
from fastface_core.library.containers import ContainerError
from fastface_core.library.database import Database
from fastface_core.library.encoding import LARGEST_FILE, sidecar_with_marks, with_marks
from fastface_core.library.gallery import albums_of, file_path, no_picture, tags_of
from fastface_core.library.labels import Label
from fastface_core.library.metadata import Marks, Note, marks_in, note_in, with_sidecars
from fastface_core.library.queries import searchable
from fastface_core.library.recording import add_tag, add_to_album, stack_id

LONGEST_TAG = 64


@dataclass(frozen=True, slots=True)
class PendingResult:
    """What became of pending writes.

    Attributes:
        written: files that now say what their rows say.
        problems: sentences by picture; those stay pending.
    """

    written: int
    problems: Mapping[int, str]


class Marker:
    """Changes what a person says about pictures."""

    def __init__(self, database: Database, albums: AlbumNames) -> None:
        self._database, self._albums = database, albums

    def rate(self, ids: Iterable[int], rating: int) -> dict[int, Marks]:
        """Gives stars, 0 to 5.

        Returns:
            What each picture had before, for `put`.

        Raises:
            SettingsError: a rating that does not exist, or a picture that is not there; nothing is changed then.
            StorageError: the disk is full.
        """
        if not 0 <= rating <= 5:
            raise SettingsError(f"A rating of {rating} does not exist.", "Choose one from 0 to 5.")
        return self._change(ids, lambda marks: replace(marks, rating=rating))

    def reject(self, ids: Iterable[int], rejected: bool = True) -> dict[int, Marks]:
        """Sets or takes back the reject flag; returns and raises as `rate`."""
        return self._change(ids, lambda marks: replace(marks, rejected=rejected))

    def tag(self, ids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> dict[int, Marks]:
        """Gives and takes tags; returns and raises as `rate`."""
        added = [clean_tag(tag) for tag in add]
        removed = {tag.casefold() for tag in remove}

        def change(marks: Marks) -> Marks:
            kept = {tag.casefold(): tag for tag in marks.tags if tag.casefold() not in removed}
            for tag in added:
                kept.setdefault(tag.casefold(), tag)
            return replace(marks, tags=tuple(kept.values()))

        return self._change(ids, change)

    def label(self, ids: Iterable[int], label: Label | None) -> dict[int, Marks]:
        """Gives a colour label, or takes it away; returns and raises as `rate`."""
        return self._change(ids, lambda marks: replace(marks, label=label))

    def collect(self, ids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> dict[int, Marks]:
        """Puts pictures into albums, which are made where there are none, and takes them out; returns and raises as
        `rate`."""
        added = [clean_album(album) for album in add]
        removed = {album.casefold() for album in remove}

        def change(marks: Marks) -> Marks:
            kept = [album for album in marks.albums if album.casefold() not in removed]
            return replace(marks, albums=seen.together(kept, added))

        return self._change(ids, change)

    def stack(self, ids: Iterable[int]) -> dict[int, Marks]:
        """Makes one stack of pictures; returns and raises as `rate`."""
        stack = uuid.uuid4().hex
        return self._change(ids, lambda marks: replace(marks, stack=stack))

    def unstack(self, ids: Iterable[int]) -> dict[int, Marks]:
        """Takes pictures out of their stacks; returns and raises as `rate`."""
        return self._change(ids, lambda marks: replace(marks, stack=""))

    def put(self, marks: Mapping[int, Marks]) -> dict[int, Marks]:
        """Sets each picture's marks: takes back what another method did. Pictures that are gone are passed over."""
        with self._database.change() as connection:
            there = [number for number in marks if _exists(connection, number)]
            before = {number: _marks_of(connection, number) for number in there}
            for number in there:
                _set_marks(connection, number, before[number], marks[number])
            self._keep_names(connection, marks.values(), before.values())
        return before

    def pending(self) -> int:
        """How many files do not say yet what their rows say."""
        with self._database.reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM pending_writes").fetchone()
        return int(count)

    def write_pending(self, limit: int = 1000) -> PendingResult:
        """Writes what is pending into the files, those that failed before last.

        Raises:
            StorageError: the database's disk is full.
        """
        with self._database.reading() as connection:
            listed = connection.execute(
                "SELECT picture_id FROM pending_writes ORDER BY problem IS NOT NULL, number LIMIT ?", (limit,)
            ).fetchall()
        written = 0
        problems: dict[int, str] = {}
        for (number,) in listed:
            # Under the lock from reading to writing: nobody trashes, moves or erases the file in between, and nobody
            # else writes it.
            with self._database.change() as connection:
                if not is_pending(connection, number):
                    continue
                try:
                    self._write(connection, number)
                except FastFaceError as error:
                    problems[number] = error.message
                    connection.execute(
                        "UPDATE pending_writes SET problem = ? WHERE picture_id = ?", (error.message, number)
                    )
                else:
                    connection.execute("DELETE FROM pending_writes WHERE picture_id = ?", (number,))
                    written += 1
        return PendingResult(written, problems)

    def _write(self, connection: sqlite3.Connection, number: int) -> None:
        row = connection.execute(
            "SELECT f.path, p.name, p.in_trash, d.note FROM pictures AS p"
            " JOIN folders AS f ON f.id = p.folder_id JOIN details AS d ON d.picture_id = p.id WHERE p.id = ?",
            (number,),
        ).fetchone()
        if row is None:
            return
        marks = _marks_of(connection, number)
        known = seen.get(connection, number)
        path = file_path(row[0], row[1], bool(row[2]))
        try:
            note = Note.model_validate_json(row[3])
        except ValidationError:
            note = None  # damaged: the file's own stays
        try:
            was = sidecars.stamp_of(path)
            before = read_bytes(path, LARGEST_FILE)
            foreign = known is not None and known.stamp != was
            if known is not None and foreign:
                # Another program changed the file since it was last read: what it changed stays.
                marks = seen.merged(known.marks, marks, with_sidecars(path, marks_in(before), follow=True))
                take_marks(connection, number, marks)
            after = with_marks(before, note or note_in(before), marks)
        except OSError as error:
            raise StorageError(f"{path.name} cannot be read.", "Check that its drive is connected.") from error
        except ContainerError as error:
            raise StorageError(f"{path.name} is damaged.", "Restore it from a backup.") from error
        if after != before:
            with atomic_write(path) as file:
                file.write(after)
        _write_sidecars(path, marks)
        # Where it was changed by others, its pixels may be others, too.
        seen.put(connection, number, None if foreign else sidecars.stamp_of(path), marks)

    def _change(self, ids: Iterable[int], change: Callable[[Marks], Marks]) -> dict[int, Marks]:
        before: dict[int, Marks] = {}
        after: dict[int, Marks] = {}
        with self._database.change() as connection:
            for number in dict.fromkeys(ids):
                if not _exists(connection, number):
                    raise no_picture(number)
                before[number] = _marks_of(connection, number)
                after[number] = change(before[number])
                _set_marks(connection, number, before[number], after[number])
            self._keep_names(connection, after.values(), before.values())
        return before

    def _keep_names(self, connection: sqlite3.Connection, after: Iterable[Marks], before: Iterable[Marks]) -> None:
        """Where pictures came into albums, one may be new."""
        if {album for marks in after for album in marks.albums} - {album for marks in before for album in marks.albums}:
            self._albums.keep(connection)


def clean_tag(tag: str) -> str:
    """A tag as it is kept.

    Raises:
        SettingsError: it is empty or too long.
    """
    return _one_line(tag, "A tag has 1 to 64 letters.", "Choose another tag.")


def clean_album(name: str) -> str:
    """The name of an album as it is kept.

    Raises:
        SettingsError: it is empty or too long.
    """
    return _one_line(name, "The name of an album has 1 to 64 letters.", "Choose another name.")


def _one_line(text: str, message: str, hint: str) -> str:
    normal = unicodedata.normalize("NFC", text[: 4 * LONGEST_TAG])
    words = " ".join("".join(c if c.isprintable() else " " for c in normal).split())
    if not words or len(words) > LONGEST_TAG:
        raise SettingsError(message, hint)
    return words


def mark_pending(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """The files of these pictures no longer say what their rows say."""
    # The number of the newest change: grows with each, so that a later change can be distinguished from the one that
    # was written.
    connection.executemany(
        "INSERT OR REPLACE INTO pending_writes (picture_id, number)"
        " VALUES (?, (SELECT ifnull(max(number), 0) FROM changes))",
        [(number,) for number in numbers],
    )


def is_pending(connection: sqlite3.Connection, number: int) -> bool:
    """Whether a picture's row has marks that its file does not have yet."""
    return connection.execute("SELECT 1 FROM pending_writes WHERE picture_id = ?", (number,)).fetchone() is not None


def take_marks(connection: sqlite3.Connection, number: int, marks: Marks) -> bool:
    """Gives a row the marks that its file has; returns whether they are others."""
    before = _marks_of(connection, number)
    # What a file does not say of albums and stacks is no wish of anybody's.
    said = marks
    marks = replace(marks, albums=seen.together(before.albums, marks.albums), stack=marks.stack or before.stack)
    if len(marks.albums) > len(said.albums) or marks.stack != said.stack:
        mark_pending(connection, [number])
    if replace(before, tags=()) == replace(marks, tags=()) and set(before.tags) == set(marks.tags):
        return False
    _set_marks(connection, number, before, marks, pending=False)
    return True


def _write_sidecars(path: Path, marks: Marks) -> None:
    """Files beside the picture say the same, and are written after it, so that they are not older."""
    for beside in sidecars.found(path):
        try:
            before = read_bytes(beside, sidecars.LARGEST)
        except OSError as error:
            raise StorageError(f"{beside.name} cannot be read.", "Check that its drive is connected.") from error
        if (after := sidecar_with_marks(before, marks)) != before:
            with atomic_write(beside) as file:
                file.write(after)


def _exists(connection: sqlite3.Connection, number: int) -> bool:
    return connection.execute("SELECT 1 FROM pictures WHERE id = ?", (number,)).fetchone() is not None


def _marks_of(connection: sqlite3.Connection, number: int) -> Marks:
    rating, rejected, label, stack = connection.execute(
        "SELECT p.rating, p.rejected, p.label, s.uid FROM pictures AS p LEFT JOIN stacks AS s ON s.id = p.stack_id"
        " WHERE p.id = ?",
        (number,),
    ).fetchone()
    tags, albums = tags_of(connection, number), albums_of(connection, number)
    return Marks(int(rating), bool(rejected), tags, labels.of_number(label), albums, stack or "")


def _set_marks(
    connection: sqlite3.Connection, number: int, before: Marks, after: Marks, *, pending: bool = True
) -> None:
    if before == after:
        return
    connection.execute(
        "UPDATE pictures SET rating = ?, rejected = ?, label = ?, stack_id = ? WHERE id = ?",
        (
            after.rating,
            int(after.rejected),
            labels.number_of(after.label),
            stack_id(connection, after.stack),
            number,
        ),
    )
    if before.albums != after.albums:
        connection.execute("DELETE FROM picture_albums WHERE picture_id = ?", (number,))
        for album in after.albums:
            add_to_album(connection, number, album)
    if before.tags != after.tags:
        connection.execute("DELETE FROM picture_tags WHERE picture_id = ?", (number,))
        for tag in after.tags:
            add_tag(connection, number, tag)
        connection.execute("DELETE FROM tags WHERE id NOT IN (SELECT tag_id FROM picture_tags)")
        (prompt, name) = connection.execute(
            "SELECT d.prompt, p.name FROM details AS d JOIN pictures AS p ON p.id = d.picture_id WHERE p.id = ?",
            (number,),
        ).fetchone()
        connection.execute(
            "UPDATE details SET search = ? WHERE picture_id = ?", (searchable(prompt, name, *after.tags), number)
        )
    if pending:
        mark_pending(connection, [number])
