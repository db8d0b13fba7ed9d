"""Puts a library that a backup brings in the place of the one that is there: whole, or not at all.

What is to be done is written down before the first rename and crossed out after the last, so that the next start, after
a crash, goes on or goes back; and so that nobody opens the library in between.
"""

import contextlib
import shutil
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase_folder
from fastface_core.errors import SettingsError, StorageError
from fastface_core.files import atomic_write, make_folder, storage_error, sync
from fastface_core.library import aside
from fastface_core.library.sessions import Session, leave_unfinished
from fastface_core.scraps import is_held
from fastface_core.validation import parse_json

_PARTS = ("library", "people")
"""Folders in the data folder that are exchanged, in this order."""

_Name = Annotated[str, Field(pattern=r"^[^/\\\x00]{1,255}$")]


class _Note(BaseModel):
    """What is being done.

    Attributes:
        staged: the folder, in the data folder, that holds what comes.
        aside: the one that gets what is there.
        keep: whether that is a library, and not only a folder that a start has made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    staged: _Name
    aside: _Name
    keep: bool


def in_use() -> bool:
    """Whether another program has the library open."""
    session = Session(paths.library_folder() / "open")
    try:
        return session.others()
    finally:
        session.close()


def install(staged: Path, place: Path, *, keep: bool) -> None:
    """Puts what lies in `staged` (see `scraps.scratch`) in its places.

    Presets and pictures are added to those that are there; library and people are exchanged as a whole.

    Args:
        place: where the library goes that is there.
        keep: it stays there.

    Raises:
        StorageError: it is not possible; everything is then as it was.
    """
    for part in _PARTS:
        make_folder(staged / part)
    # The next time it is opened, pictures that the backup does not know are looked for.
    leave_unfinished(staged / "library" / "open")
    note = _Note(staged=staged.name, aside=place.name, keep=keep)
    with atomic_write(_note()) as file:
        file.write(note.model_dump_json().encode())
    copies: list[Path] = []
    try:
        if in_use():
            raise StorageError("Another program has the library open.", "Close it and try again.")
        _forward(note, copies)
    except BaseException as error:
        for copy in copies:
            with contextlib.suppress(OSError):
                copy.unlink(missing_ok=True)
        try:
            _back(note)
        except OSError as reason:
            raise StorageError(
                f"Restoring the backup stopped half-way ({storage_error(reason, paths.data_folder()).message})",
                "Start FastFace again: it then goes on, or takes it back.",
            ) from error
        if isinstance(error, OSError):
            raise storage_error(error, paths.data_folder()) from error
        raise


def is_pending() -> bool:
    """Whether a restore is not finished: what it has read is needed further."""
    return _note().exists()


def finish() -> StorageError | None:
    """Goes on with what a crash interrupted, or takes it back where that is not possible.

    Returns:
        What is to be said of it; None where nothing was interrupted.

    Raises:
        StorageError: another program is at it, or it can neither be finished nor taken back now.
    """
    try:
        text = read_bytes(_note())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, paths.data_folder()) from error
    try:
        note = parse_json(_Note, text, "The note of a restore")
    except SettingsError as error:
        raise StorageError(
            f"{_note()} says that a backup was being restored, and cannot be read.",
            "Look into the folders before-restore-* beside it for your library, and delete the file.",
        ) from error
    staged = paths.data_folder() / note.staged
    if is_held(staged):
        raise StorageError("Another program is restoring a backup.", "Wait until it is done, and try again.")
    try:
        _forward(note, [])
    except (OSError, StorageError):
        try:
            _back(note)
        except OSError as error:
            raise storage_error(error, paths.data_folder()) from error
        return StorageError(
            "Restoring a backup was interrupted and could not be finished; the library is as it was before.",
            "Restore the backup again.",
        )
    finally:
        if not _note().exists():
            erase_folder(staged)
    kept = f" The library that was there lies in {paths.data_folder() / note.aside}." if note.keep else ""
    return StorageError(
        f"Restoring a backup was interrupted; it is finished now.{kept}", "Look whether everything is there."
    )


def _forward(note: _Note, copies: list[Path]) -> None:
    data = paths.data_folder()
    staged, place = data / note.staged, data / note.aside
    _copy_missing(staged / "presets", paths.presets_folder(), copies)
    _copy_missing(staged / "styles", paths.styles_folder(), copies)
    _copy_missing(staged / "pictures", paths.pictures_folder(), copies)
    make_folder(place)
    for part in _PARTS:
        source, target = staged / part, data / part
        if not source.exists():
            continue  # it is in its place
        if target.exists():
            target.rename(aside.free(place / part))
        sync(place)
        source.rename(target)
        sync(data)
    _done(note)


def _back(note: _Note) -> None:
    data = paths.data_folder()
    staged, place = data / note.staged, data / note.aside
    for part in reversed(_PARTS):
        target, kept = data / part, place / part
        if not (staged / part).exists() and target.exists():
            target.rename(staged / part)
        if kept.exists() and not target.exists():
            kept.rename(target)
    sync(data)
    if place.is_dir() and not any(place.iterdir()):
        place.rmdir()
    _note().unlink(missing_ok=True)
    sync(data)


def _done(note: _Note) -> None:
    place = paths.data_folder() / note.aside
    if not note.keep:
        erase_folder(place)
    _note().unlink(missing_ok=True)
    sync(paths.data_folder())


def _copy_missing(source: Path, target: Path, copies: list[Path]) -> None:
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        place = target / path.relative_to(source)
        if not path.is_file() or place.exists():
            continue
        try:
            with path.open("rb") as content, atomic_write(place, replace=False) as file:
                shutil.copyfileobj(content, file)
        except FileExistsError:
            continue  # it came to be just now
        copies.append(place)


def _note() -> Path:
    return paths.data_folder() / "restoring.json"
