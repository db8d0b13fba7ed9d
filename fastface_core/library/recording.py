"""From a finished picture to a file and its row, and from a file to its row."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastface_core.domain.checkpoints import STARTER
from fastface_core.domain.request import Picture, Recipe
from fastface_core.erasing import erase
from fastface_core.errors import SettingsError, StorageError
from fastface_core.library import labels, seen
from fastface_core.library.database import Database
from fastface_core.library.gallery import TRASH
from fastface_core.library.metadata import FileContent, Marks, Note, named, read
from fastface_core.library.moments import file_time, milliseconds
from fastface_core.library.pictures import save
from fastface_core.library.pixels import pixel_hash
from fastface_core.library.queries import album_id, searchable, tag_id
from fastface_core.library.sheets import is_comparison
from fastface_core.library.sidecars import stamp_of
from fastface_core.library.thrown_out import with_what_was_thrown_out


@dataclass(frozen=True, slots=True)
class Recorded:
    """A picture that is on the disk and in the library."""

    id: int
    path: Path


def note_of(
    picture: Picture,
    now: datetime,
    person: str | None = None,
    *,
    others: Sequence[str] = (),
    comparison: bool = False,
) -> Note:
    """The note in the file of a finished picture; `person` and `others` are uids."""
    return Note(
        created=now if now.tzinfo else now.astimezone(),
        person=person,
        others=tuple(others),
        likeness=picture.likeness,
        likeness_reason=picture.likeness_reason,
        twin_match=picture.twin_match,
        taken_over=picture.taken_over,
        of_each=picture.of_each,
        seconds=round(picture.seconds, 3),
        comparison=comparison,
    )


class Recorder:
    """Puts pictures into the library."""

    def __init__(self, database: Database, unfinished: Callable[[], None]) -> None:
        """`unfinished` is called where a file is there and could not be recorded, so that it is at the next start."""
        self._database = database
        self._unfinished = unfinished

    def save(
        self,
        picture: Picture,
        folder: Path,
        now: datetime,
        *,
        person: str | None = None,
        others: Sequence[str] = (),
        name: str | None = None,
        stack: str = "",
        comparison: bool = False,
        plain: bytes | None = None,
    ) -> Recorded:
        """Writes a finished picture into `folder` and records it.

        Killed in between, the file is there and is recorded at the next start: its folder is known beforehand.

        Args:
            person: the uid of the person that it shows.
            others: those of the further ones, in a picture of several.
            name: as in `pictures.save`.
            stack: see `Marks`.
            comparison: see `Note`.
            plain: as in `encoding.png`.

        Raises:
            SettingsError: the name of the folder cannot be kept, or the person was forgotten meanwhile; nothing of
                the picture stays then.
            StorageError: the disk is full, or a folder cannot be written to. A file that was written stays, and is
                recorded at the next start.
        """
        folder = folder.absolute()
        check_name(folder)
        with self._database.change() as connection:
            _check_known(connection, person, *others)
            folder_id(connection, folder)
        note, marks = note_of(picture, now, person, others=others, comparison=comparison), Marks(stack=stack)
        path = save(picture, folder, now, note, name=name, marks=marks, plain=plain)
        content = FileContent(
            width=picture.image.width,
            height=picture.image.height,
            recipe=picture.recipe,
            prompt=picture.recipe.prompt,
            note=note,
            marks=marks,
            pixels=pixel_hash(picture.image),
        )
        try:
            with self._database.change() as connection:
                try:
                    _check_known(connection, person, *others)
                except SettingsError:
                    erase(path)
                    raise
                number = insert(connection, path, content)
                seen.put(connection, number, stamp_of(path), content.marks)
                return Recorded(number, path)
        except StorageError:
            self._unfinished()
            raise

    def record(self, path: Path) -> Recorded:
        """Records a picture file where it lies; one that is recorded already keeps its row.

        Raises:
            PhotoError: it is no picture.
            SettingsError: its name cannot be kept.
            StorageError: the disk is full.
        """
        path = path.absolute()
        content = read(path)
        with self._database.change() as connection:
            return Recorded(insert(connection, path, content), path)


def likeness(content: FileContent) -> float | None:
    """A picture's likeness; None by the starter, whose first version gave a number that says nothing of the person."""
    if content.note is None or (content.recipe is not None and content.recipe.checkpoint == STARTER):
        return None
    return content.note.likeness


def _check_known(connection: sqlite3.Connection, *people: str | None) -> None:
    if any(person is not None and person_id(connection, person) is None for person in people):
        raise SettingsError("The person was forgotten while the picture was being made.", "Choose another person.")


def insert(connection: sqlite3.Connection, path: Path, content: FileContent) -> int:
    """The row of a picture file, made where there is none; returns its number.

    Raises:
        SettingsError: the name of the file, or of a folder that it lies in, cannot be kept.
    """
    check_name(path)
    in_trash = path.parent.name == TRASH
    folder = folder_id(connection, path.parent.parent if in_trash else path.parent)
    found = connection.execute(
        "SELECT id FROM pictures WHERE folder_id = ? AND name = ? AND in_trash = ?", (folder, path.name, int(in_trash))
    ).fetchone()
    if found:
        return int(found[0])
    note, recipe = content.note or Note(), content.recipe
    created = milliseconds(note.created or file_time(path))
    number = connection.execute(
        "INSERT INTO pictures (folder_id, name, in_trash, trashed, pixels, width, height, created, person_id,"
        " preset_id, checkpoint_id, seed, likeness, twin_match, rating, rejected, commercial, label, stack_id,"
        " comparison) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            folder,
            path.name,
            int(in_trash),
            milliseconds(datetime.now(UTC)) if in_trash else None,
            content.pixels,
            content.width,
            content.height,
            created,
            person_id(connection, note.person),
            _name_id(connection, "presets", recipe.preset.name) if recipe else None,
            _name_id(connection, "checkpoints", recipe.checkpoint) if recipe else None,
            recipe.seed if recipe else None,
            likeness(content),
            note.twin_match,
            content.marks.rating,
            int(content.marks.rejected),
            _commercial(recipe),
            labels.number_of(content.marks.label),
            stack_id(connection, content.marks.stack),
            int(note.comparison or is_comparison(path.parent)),
        ),
    ).lastrowid
    assert number is not None
    tags = content.marks.tags
    connection.execute(
        "INSERT INTO details (picture_id, prompt, recipe, note, search) VALUES (?, ?, ?, ?, ?)",
        (
            number,
            content.prompt,
            recipe.model_dump_json(exclude_none=True) if recipe else None,
            note.model_dump_json(exclude_defaults=True),
            searchable(content.prompt, path.name, *tags),
        ),
    )
    for tag in tags:
        add_tag(connection, number, tag)
    for album in content.marks.albums:
        add_to_album(connection, number, album)
    _put_others(connection, number, note)
    return number


def update_from_file(connection: sqlite3.Connection, number: int, content: FileContent) -> bool:
    """Takes over what a file says of itself; marks that the file does not say yet stay as they are.

    Returns:
        Whether the row keeps what another program has thrown out of the file, so that it has to be written again.
    """
    content, lacks = with_what_was_thrown_out(connection, number, content)
    note, recipe = content.note or Note(), content.recipe
    connection.execute(
        "UPDATE pictures SET pixels = ?, width = ?, height = ?, preset_id = ?, checkpoint_id = ?, seed = ?,"
        " likeness = ?, twin_match = ?, person_id = ifnull(?, person_id), commercial = ? WHERE id = ?",
        (
            content.pixels,
            content.width,
            content.height,
            _name_id(connection, "presets", recipe.preset.name) if recipe else None,
            _name_id(connection, "checkpoints", recipe.checkpoint) if recipe else None,
            recipe.seed if recipe else None,
            likeness(content),
            note.twin_match,
            person_id(connection, note.person),
            _commercial(recipe),
            number,
        ),
    )
    recipe_json = recipe.model_dump_json(exclude_none=True) if recipe else None
    connection.execute(
        "UPDATE details SET prompt = ?, recipe = ?, note = ? WHERE picture_id = ?",
        (content.prompt, recipe_json, note.model_dump_json(exclude_defaults=True), number),
    )
    _put_others(connection, number, note)
    if connection.execute("SELECT 1 FROM pending_writes WHERE picture_id = ?", (number,)).fetchone():
        return lacks
    (name,) = connection.execute("SELECT name FROM pictures WHERE id = ?", (number,)).fetchone()
    marks = content.marks
    connection.execute(
        "UPDATE pictures SET rating = ?, rejected = ?, label = ?, stack_id = ? WHERE id = ?",
        (
            marks.rating,
            int(marks.rejected),
            labels.number_of(marks.label),
            stack_id(connection, marks.stack),
            number,
        ),
    )
    for album in marks.albums:
        add_to_album(connection, number, album)
    connection.execute("DELETE FROM picture_tags WHERE picture_id = ?", (number,))
    for tag in marks.tags:
        add_tag(connection, number, tag)
    connection.execute(
        "UPDATE details SET search = ? WHERE picture_id = ?", (searchable(content.prompt, name, *marks.tags), number)
    )
    return lacks


def _put_others(connection: sqlite3.Connection, number: int, note: Note) -> None:
    """The further people in a picture, as far as the library knows them."""
    found = [person_id(connection, uid) for uid in note.others]
    connection.executemany(
        "INSERT OR IGNORE INTO also_shown (person_id, picture_id) VALUES (?, ?)",
        [(person, number) for person in found if person is not None],
    )


def check_name(path: Path) -> None:
    """
    Raises:
        SettingsError: the name of a file, or of a folder that it lies in, is no text, so that the database cannot
            keep it.
    """
    for part in (path, *path.parents):
        try:
            part.name.encode()
        except UnicodeEncodeError as error:
            raise SettingsError(
                f"The name {named(part)} is no text in UTF-8, so that the library cannot keep it.",
                "Give it another name, and import it then.",
            ) from error


def folder_id(connection: sqlite3.Connection, folder: Path) -> int:
    """The row number of a folder."""
    row = connection.execute("SELECT id FROM folders WHERE path = ?", (str(folder),)).fetchone()
    if row is None:
        row = connection.execute("INSERT INTO folders (path) VALUES (?) RETURNING id", (str(folder),)).fetchone()
    return int(row[0])


def person_id(connection: sqlite3.Connection, uid: str | None) -> int | None:
    """The number of the person whom a picture shows, where the library still knows that person."""
    if uid is None:
        return None
    row = connection.execute("SELECT id FROM people WHERE uid = ?", (uid,)).fetchone()
    return int(row[0]) if row else None


def add_tag(connection: sqlite3.Connection, number: int, tag: str) -> None:
    """Gives a picture a tag, in the writing that the tag already has."""
    known = tag_id(connection, tag)
    if known is None:
        (known,) = connection.execute("INSERT INTO tags (name) VALUES (?) RETURNING id", (tag,)).fetchone()
    connection.execute("INSERT OR IGNORE INTO picture_tags (tag_id, picture_id) VALUES (?, ?)", (known, number))


def add_to_album(connection: sqlite3.Connection, number: int, album: str) -> None:
    """Puts a picture into an album, which is made where there is none."""
    known = album_id(connection, album)
    if known is None:
        (known,) = connection.execute("INSERT INTO albums (name) VALUES (?) RETURNING id", (album,)).fetchone()
    connection.execute("INSERT OR IGNORE INTO picture_albums (album_id, picture_id) VALUES (?, ?)", (known, number))


def stack_id(connection: sqlite3.Connection, uid: str) -> int | None:
    """The row number of a stack; None for no stack."""
    return _name_id(connection, "stacks", uid, "uid") if uid else None


def _commercial(recipe: Recipe | None) -> int | None:
    """Whether the models' terms allow commercial use, where that is known."""
    if recipe is None or recipe.terms is None or recipe.terms.commercial_use is None:
        return None
    return int(recipe.terms.commercial_use)


def _name_id(connection: sqlite3.Connection, table: str, name: str, column: str = "name") -> int:
    row = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (name,)).fetchone()
    if row is None:
        row = connection.execute(f"INSERT INTO {table} ({column}) VALUES (?) RETURNING id", (name,)).fetchone()
    return int(row[0])
