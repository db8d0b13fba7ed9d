"""Writing files so that a crash leaves the old one or the new one, never half of one."""

import contextlib
import errno
import os
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from fastface_core.errors import StorageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def storage_error(error: OSError, folder: Path) -> StorageError:
    """The sentence for an `OSError` met while writing into `folder`."""
    if error.errno in _FULL:
        return StorageError(f"The disk that holds {folder} is full.", "Free some space or choose another folder.")
    if error.errno in _FORBIDDEN:
        return StorageError(
            f"The folder {folder} cannot be written to.", "Choose another folder or allow writing to it."
        )
    reason = error.strerror or type(error).__name__
    return StorageError(f"Writing to {folder} failed: {reason}.", "Choose another folder.")


def make_folder(folder: Path) -> None:
    """Makes `folder` and its parents.

    Raises:
        StorageError: it cannot be made, or a file stands in its place.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise StorageError(f"{folder} is not a folder.", "Choose another folder.") from error
    except OSError as error:
        raise storage_error(error, folder) from error


def writable(folder: Path) -> None:
    """Makes `folder` and writes a small file into it, which is removed again.

    Raises:
        StorageError: the folder cannot be made or written to, or the disk is full.
    """
    probe = folder / f".{uuid.uuid4().hex}.probe"
    with atomic_write(probe) as file:
        file.write(b"FastFace")
    probe.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_write(path: Path, *, replace: bool = True, durable: bool = True) -> Generator[BinaryIO]:
    """A file to write into that takes the name `path` only once it is complete and on the disk.

    Args:
        replace: False refuses to overwrite a file that came to be in the meantime.
        durable: False does not wait for the disk, for what can be made again.

    Raises:
        StorageError: the disk is full or the folder cannot be written to; nothing is left behind.
        FileExistsError: `path` exists and `replace` is False.
    """
    folder = path.parent
    make_folder(folder)
    temporary: Path | None = None
    try:
        temporary = folder / f".{uuid.uuid4().hex}.part"
        # Not tempfile: its files are private, a finished one should have what the user's umask gives to others.
        with temporary.open("xb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if replace:
            temporary.replace(path)
        else:
            _rename_new(temporary, path)
        temporary = None
        if durable:
            _sync(folder)
    except FileExistsError:
        raise
    except OSError as error:
        raise storage_error(error, folder) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _sync(folder: Path) -> None:
    """Waits until the new name is on the disk too. Windows does that by itself, and some network shares cannot."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _rename_new(temporary: Path, path: Path) -> None:
    """Rename that fails where `path` exists: by hard link where the file system has them."""
    if os.name == "nt":
        temporary.rename(path)  # fails on Windows where the target exists
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:
        # exFAT and some network shares have no hard links: the check and the rename are then two steps.
        if path.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from None
        temporary.replace(path)
    else:
        temporary.unlink()
