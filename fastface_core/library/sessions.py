"""Who has the library open, and whether somebody before did not close it.

Each opening leaves a small file that closing removes. One that is left by a process that is gone tells of a crash.
"""

import contextlib
import os
import secrets
import time
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.errors import StorageError
from fastface_core.files import make_folder, storage_error

_SLACK = 2.0
"""Seconds by which the clocks of file system and process table may differ."""


class Session:
    """One opening of the library."""

    def __init__(self, folder: Path) -> None:
        """Leaves its file in `folder`.

        Raises:
            StorageError: the disk is full or cannot be written to.
        """
        make_folder(folder)
        self._folder = folder
        self._file = folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self._file.touch(0o600)
        except OSError as error:
            raise storage_error(error, folder) from error

    def crashed(self) -> list[Path]:
        """The files of sessions that did not end well."""
        return [file for file in self._others() if not _alive(file)]

    def others(self) -> bool:
        """Whether another process has the library open now."""
        mine = f"{os.getpid()}-"
        return any(_alive(file) for file in self._others() if not file.name.startswith(mine))

    def leave_behind(self) -> None:
        """Leaves a file for good, so that the next opening puts in order what could not be finished now."""
        with contextlib.suppress(OSError, StorageError):
            leave_unfinished(self._folder)

    def writes_to(self, folder: Path) -> None:
        """Remembers a folder in which a crash may leave something."""
        with contextlib.suppress(OSError), self._file.open("ab") as file:
            file.write(os.fsencode(folder.absolute()) + b"\0")

    def close(self) -> None:
        """Removes the file; where that is not possible, the next opening looks whether something was left."""
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _others(self) -> list[Path]:
        return [file for file in self._folder.iterdir() if file.name != self._file.name]


def folders_of(file: Path) -> list[Path]:
    """The folders that a session wrote to; its file is one of `crashed`."""
    try:
        return [Path(os.fsdecode(name)) for name in read_bytes(file).split(b"\0") if name]
    except OSError:
        return []


def leave_unfinished(folder: Path) -> None:
    """The next opening, of which `folder` holds the files, puts in order what could not be finished now.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    make_folder(folder)
    try:
        (folder / f"unfinished-{secrets.token_hex(4)}").touch(0o600)
    except OSError as error:
        raise storage_error(error, folder) from error


def forget_crash(files: list[Path]) -> None:
    """What they left behind is put in order."""
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _alive(file: Path) -> bool:
    """Whether the process that left the file still runs, and is not another one of the same number."""
    number = file.name.partition("-")[0]
    try:
        left = file.stat().st_mtime
    except OSError:
        return True  # removed in this moment: it was closed well
    if not number.isascii() or not number.isdecimal() or len(number) > 9 or left > time.time() + 3600:
        return False
    import psutil  # takes longer to import than all the rest, and is seldom needed

    try:
        return psutil.Process(int(number)).create_time() <= left + _SLACK
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
