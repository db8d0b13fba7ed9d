"""What a crash leaves behind while something is written, told from what is being written now.

The writer holds the file (`files.hold`) until it has its final name; a file that no process holds is left over.
"""

import contextlib
import os
import re
import secrets
import time
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

from fastface_core.erasing import erase, erase_folder
from fastface_core.errors import StorageError
from fastface_core.files import hold, make_folder, storage_error

_FILE = re.compile(r"\.[0-9a-f]{32}\.(part|probe)")
_FOLDER = re.compile(r"\.(backup|restore|node)-\w+")
_HELD = ".held"
_OLD = 3600.0
"""Seconds after which something is nobody's, where the file system cannot tell."""
_NEW = 60.0
"""Seconds for which a folder may not be held yet."""


def sweep(folders: Iterable[Path]) -> None:
    """Erases the unfinished files in these folders (not below them) that nobody is writing."""
    for folder in folders:
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):
                if _FILE.fullmatch(entry.name) and abandoned(Path(entry.path)):
                    with contextlib.suppress(StorageError):
                        erase(Path(entry.path))


def sweep_scratch(folder: Path, *, new: bool = False) -> None:
    """Erases the folders of `scratch` in `folder` whose process is gone.

    Args:
        new: also those that were made just now and that nobody holds, where nothing may be left. Whoever is making one
            in this moment is told that the folder cannot be written to.

    Raises:
        StorageError: one cannot be removed.
    """
    for entry in folder.iterdir() if folder.is_dir() else ():
        if not _FOLDER.fullmatch(entry.name) or not entry.is_dir() or entry.is_symlink() or is_held(entry):
            continue
        if new or (entry / _HELD).exists() or _age(entry) > _NEW:
            erase_folder(entry)


@contextlib.contextmanager
def scratch(folder: Path, kind: str, kept: Callable[[], bool] = lambda: False) -> Generator[Path]:
    """A folder for the user alone, in `folder`, that is erased in the end, or by `sweep_scratch` after a crash.

    Args:
        kind: "backup", "restore" or "node".
        kept: whether it is needed further, asked in the end.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    made = folder / f".{kind}-{secrets.token_hex(8)}"
    make_folder(folder)
    try:
        made.mkdir(0o700)
        with (made / _HELD).open("xb") as file:
            hold(file)
            yield made
    except OSError as error:
        raise storage_error(error, folder) from error
    finally:
        if not kept():
            erase_folder(made)


def is_held(folder: Path) -> bool:
    """Whether somebody works in a folder of `scratch`."""
    held = folder / _HELD
    return held.exists() and not abandoned(held)


def abandoned(file: Path) -> bool:
    """Whether nobody is writing a file."""
    if os.name == "nt":
        # The writer holds it, so that it cannot be renamed.
        try:
            file.rename(file)
        except OSError:
            return False
        return True
    import fcntl

    try:
        number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False  # it got its name just now
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return _age(file) > _OLD
    finally:
        os.close(number)
    return True


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
