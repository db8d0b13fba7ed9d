"""Backups that the program makes by itself, since people exist once: where they lie, and how they are erased.

At most one a day, when people have changed; the last two are kept. They are like those that are asked for
(`backup`), without pictures. Whatever takes something of somebody away for good, or exchanges the key, erases them
(`erase_all`), and the next look makes a new one: what is forgotten is in none, what is locked is readable in none.
"""

import contextlib
import hashlib
import logging
import os
import secrets
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, make_folder, storage_error

if TYPE_CHECKING:
    from fastface_core.library.library import Library

logger = logging.getLogger(__name__)

_NAMES = "people-*.zip"
_ERASED = "people-erased"
_KEPT = 2
_BETWEEN = 24 * 3600.0
"""Seconds."""


def all_of(people: Path) -> list[Path]:
    """The backups of the people in a folder, the oldest first."""
    return sorted(_place(people).glob(_NAMES))


def erase_all(people: Path) -> None:
    """Overwrites and removes them; a thread that is making one discards it. To be called under the library's lock.

    Raises:
        StorageError: one cannot be removed.
    """
    if not _place(people).is_dir():
        return  # the first one that is made creates it
    with atomic_write(_place(people) / _ERASED) as file:
        file.write(secrets.token_bytes(16))
    for backup in all_of(people):
        erase(backup)


def keep(library: "Library") -> Path | None:
    """Makes one where it is time to; for the background.

    Returns:
        The file; None where none was made. That there is no room for it keeps nobody from anything.
    """
    people = paths.people_folder()
    if library.folder != paths.library_folder() or not library.people.store.uids():
        return None
    before, state = all_of(people), _state(people)
    if before and (before[-1].stem.endswith(state) or abs(time.time() - _time(before[-1])) < _BETWEEN):
        return None
    try:
        return _made(library, people, state)
    except StorageError as error:
        logger.warning("The people are not backed up: %s", error.message)
        return None


def _made(library: "Library", people: Path, state: str) -> Path | None:
    from fastface_core.library.backup import backup
    from fastface_core.scraps import scratch

    place = _place(people)
    make_folder(place)
    erased = _erased(place)
    target = place / f"people-{datetime.now():%Y%m%d-%H%M%S-%f}-{state}.zip"
    with scratch(library.folder, "backup") as folder:
        file = folder / target.name
        backup(library, file, pictures=False)
        with library.database.change():
            if _erased(place) != erased:
                return None
            try:
                file.rename(target)
            except OSError as error:
                raise storage_error(error, place) from error
            for old in all_of(people)[:-_KEPT]:
                erase(old)
    return target


def _place(people: Path) -> Path:
    return people.parent / "library" / "backups"


def _erased(place: Path) -> bytes:
    try:
        return read_bytes(place / _ERASED)
    except OSError:
        return b""


def _state(people: Path) -> str:
    """Differs once a file of the people was written."""
    found: list[tuple[str, int, int]] = []
    for parent, _, names in os.walk(people):
        for path in (Path(parent, name) for name in names):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((str(path.relative_to(people)), status.st_size, status.st_mtime_ns))
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()[:12]


def _time(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
