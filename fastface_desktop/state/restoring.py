"""A backup that is restored at the next start, before anything opens the library."""

import json
from pathlib import Path

from fastface_core import paths
from fastface_core.bounded import read_object
from fastface_core.errors import FastFaceError
from fastface_core.files import atomic_write


def ask_for(file: Path | None) -> None:
    """Has a backup brought back at the next start; None takes that back.

    Raises:
        StorageError: the disk is full.
    """
    if file is None:
        note_file().unlink(missing_ok=True)
        return
    with atomic_write(note_file()) as out:
        out.write(json.dumps({"file": str(file)}).encode())


def waiting() -> Path | None:
    """The backup that waits."""
    try:
        found = read_object(note_file()).get("file")
    except (OSError, ValueError):
        return None
    return Path(found) if isinstance(found, str) else None


def bring_back() -> FastFaceError | None:
    """Brings the backup back that waits. It is tried once.

    Returns:
        Why that was not possible; the library is then as it was.
    """
    file = waiting()
    if file is None:
        return None
    from fastface_core.library.backup import restore

    note_file().unlink(missing_ok=True)
    try:
        restore(file, replace=True)
    except FastFaceError as error:
        return error
    return None


def note_file() -> Path:
    return paths.data_folder() / "restore.json"
