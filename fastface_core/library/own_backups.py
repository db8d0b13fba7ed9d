"""Where the backups lie that the program makes by itself (`daily_backup`), and how they are erased.

Whatever takes something of somebody away for good, or exchanges the key, erases them, and the next look makes a new
one: what is forgotten is in none, what is locked is readable in none.
"""

import secrets
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase
from fastface_core.files import atomic_write

_NAMES = "people-*.zip"
_ERASED = "people-erased"


def all_of(people: Path) -> list[Path]:
    """The backups of the people in a folder, the oldest first."""
    return sorted(place_of(people).glob(_NAMES))


def erase_all(people: Path) -> None:
    """Overwrites and removes them; a thread that is making one discards it. To be called under the library's lock.

    Raises:
        StorageError: one cannot be removed.
    """
    if not place_of(people).is_dir():
        return  # the first one that is made creates it
    with atomic_write(place_of(people) / _ERASED) as file:
        file.write(secrets.token_bytes(16))
    for backup in all_of(people):
        erase(backup)


def place_of(people: Path) -> Path:
    """The folder of the backups of the people in a folder."""
    return people.parent / "library" / "backups"


def erasure(place: Path) -> bytes:
    """Another one after each `erase_all`; empty before the first."""
    try:
        return read_bytes(place / _ERASED)
    except OSError:
        return b""
