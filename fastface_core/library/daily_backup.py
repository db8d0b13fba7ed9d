"""Backups of the people that the program makes by itself, since people exist once.

At most one a day, when people have changed; the last two are kept. They are like those that are asked for
(`backup`), without pictures.
"""

import contextlib
import hashlib
import logging
import os
import time
from datetime import datetime
from pathlib import Path

from fastface_core import paths
from fastface_core.erasing import erase
from fastface_core.errors import StorageError
from fastface_core.files import make_folder, storage_error
from fastface_core.library.backup import backup
from fastface_core.library.library import Library
from fastface_core.library.own_backups import all_of, erasure, place_of
from fastface_core.scraps import scratch

logger = logging.getLogger(__name__)

_KEPT = 2
_BETWEEN = 24 * 3600.0
"""Seconds."""


def keep(library: Library) -> Path | None:
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


def _made(library: Library, people: Path, state: str) -> Path | None:
    place = place_of(people)
    make_folder(place)
    erased = erasure(place)
    target = place / f"people-{datetime.now():%Y%m%d-%H%M%S-%f}-{state}.zip"
    with scratch(library.folder, "backup") as folder:
        file = folder / target.name
        backup(library, file, pictures=False)
        with library.database.change():
            if erasure(place) != erased:
                return None
            try:
                file.rename(target)
            except OSError as error:
                raise storage_error(error, place) from error
            for old in all_of(people)[:-_KEPT]:
                erase(old)
    return target


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
