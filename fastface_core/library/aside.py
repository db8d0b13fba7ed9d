"""What was put aside and is not erased: libraries from before a restore, and folders among the people of nobody.

They stay until the user removes them. Forgetting looks through them, and the lock closes them too.
"""

import contextlib
import os
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from fastface_core import paths
from fastface_core.bounded import opened
from fastface_core.erasing import erase, erase_folder
from fastface_core.files import make_folder, storage_error
from fastface_core.library.people.files import PHOTOS
from fastface_core.library.recipe_photos import content_hash

_BEFORE_RESTORE = "before-restore-"
_SQLITE, _BLOCK = b"SQLite format 3\0", 1 << 20
_UID = re.compile("[0-9a-f]{32}")
PUT_ASIDE = ".put-aside"
"""The folder, in that of the people, of folders that were nobody's."""


def new_place() -> Path:
    """Where a library goes that a restore moves aside: a name that nothing has."""
    return free(paths.data_folder() / f"{_BEFORE_RESTORE}{datetime.now():%Y%m%d-%H%M%S}")


def libraries() -> list[Path]:
    """Libraries that were moved aside when a backup was restored."""
    return sorted(paths.data_folder().glob(f"{_BEFORE_RESTORE}*"))


def put_aside(path: Path) -> Path:
    """Moves a folder of the people away that is nobody's; returns where it lies now. It is encrypted like theirs.

    Raises:
        StorageError: it cannot be moved.
    """
    place = path.parent / PUT_ASIDE
    make_folder(place)
    target = free(place / path.name)
    try:
        path.rename(target)
    except OSError as error:
        raise storage_error(error, place) from error
    return target


def erase_person(uid: str, hashes: Collection[str]) -> None:
    """Erases what lies aside of a person: whole people by number or by a photo, databases, and single photos. A folder
    among the people whose name is no number lies aside, too: synchronisations make such copies.

    Args:
        hashes: of the content of the person's photos.

    Raises:
        StorageError: something cannot be removed.
    """
    for library in libraries():
        erase_folder(library / "library")
        _erase_from([*_in(library / "people"), *_in(library / "people" / PUT_ASIDE)], uid, hashes)
    people = paths.people_folder()
    place = people / PUT_ASIDE
    strange = [one for one in _in(people) if not _UID.fullmatch(one.name) and one != place]
    _erase_from([*_in(place), *strange], uid, hashes)
    with contextlib.suppress(OSError):
        place.rmdir()


def erase_databases(beside: Path, uid: str) -> None:
    """Erases copies of the database that a person or another program has put next to it and that name somebody.

    Args:
        beside: the database itself, which stays.

    Raises:
        StorageError: one cannot be removed.
    """
    own = {beside.name, *(f"{beside.name}{end}" for end in ("-wal", "-shm", "-journal"))}
    for file in _in(beside.parent):
        if file.name not in own and file.is_file() and not file.is_symlink() and _names(file, uid.encode()):
            erase(file)


def _names(file: Path, word: bytes) -> bool:
    """Whether a database holds a word."""
    before = b""
    try:
        with opened(file) as database:
            if not database.read(len(_SQLITE)).startswith(_SQLITE):
                return False
            while block := database.read(_BLOCK):
                if word in before + block:
                    return True
                before = block[-len(word) :]
    except OSError:
        pass
    return False


def _in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _erase_from(entries: Iterable[Path], uid: str, hashes: Collection[str]) -> None:
    for one in entries:
        photos = one / PHOTOS
        known = {photo.name.partition(".")[0] for photo in photos.iterdir()} if photos.is_dir() else set[str]()
        if uid in one.name or not known.isdisjoint(hashes):
            erase_folder(one) if one.is_dir() else erase(one)
            continue
        # A folder that somebody put there: any names.
        for parent, _, names in os.walk(one):
            for file in (Path(parent, name) for name in names):
                if content_hash(file) in hashes:
                    erase(file)


def free(path: Path) -> Path:
    """A name that nothing has: this one, or with a number."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found
