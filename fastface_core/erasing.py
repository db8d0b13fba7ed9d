"""Removing files so that what they held is not left in the blocks that they had."""

import contextlib
import os
import shutil
from pathlib import Path

from fastface_core.files import storage_error

_BLOCK = bytes(1 << 20)


def erase(path: Path) -> None:
    """Overwrites a file with zeros and removes it. On drives that write elsewhere the old bytes may still be found by
    reading the bare drive; no program can prevent that. Of a link only the link goes: what it leads to is not ours.

    Raises:
        StorageError: it cannot be removed.
    """
    try:
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(FileNotFoundError, PermissionError), path.open("r+b") as file:
                left = file.seek(0, os.SEEK_END)
                file.seek(0)
                while left > 0:
                    left -= file.write(_BLOCK[: min(left, len(_BLOCK))])
                file.flush()
                os.fsync(file.fileno())
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path.parent) from error


def erase_folder(folder: Path) -> None:
    """Overwrites and removes a folder's files, and the folder; one that is absent is no error.

    Raises:
        StorageError: a file cannot be removed; all others are.
    """
    if folder.is_symlink():
        erase(folder)
        return
    problems: list[Exception] = []
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                erase(Path(parent, name))
            except Exception as error:
                problems.append(error)
    if problems:
        raise problems[0]
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise storage_error(error, folder) from error
