"""Writing files so that a crash leaves the old one or the new one, never half of one.

What lies in the data and the cache folder is for its user alone; elsewhere the user's umask says who may read it.
"""

import contextlib
import errno
import os
import stat
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, cast

from fastface_core import paths, pictures_place
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


def is_private(path: Path) -> bool:
    """Whether what lies there is for its user alone: data and caches, not pictures and exports."""
    path = path.absolute()
    return path.is_relative_to(paths.data_folder().absolute()) or path.is_relative_to(paths.cache_folder().absolute())


def make_folder(folder: Path) -> None:
    """Makes `folder` and its parents.

    Raises:
        StorageError: it cannot be made, a file has its name, or its drive is not connected
            (`pictures_place`).
    """
    pictures_place.check(folder)
    try:
        missing = [folder]
        while not missing[-1].exists() and missing[-1].parent != missing[-1]:
            missing.append(missing[-1].parent)
        for one in reversed(missing):
            # That of the pictures is the user's to share: it is only made so.
            own = is_private(one) or one.absolute() == paths.pictures_folder().absolute()
            one.mkdir(0o700 if own else 0o777, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise StorageError(f"{folder} is not a folder.", "Choose another folder.") from error
    except OSError as error:
        raise storage_error(error, folder) from error


def make_private(path: Path) -> None:
    """Takes from everybody but the user what earlier versions, or another program, allowed; as far as possible."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & 0o700)


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
def atomic_write(
    path: Path, *, replace: bool = True, durable: bool = True, private: bool | None = None
) -> Generator[BinaryIO]:
    """A file to write into that takes the name `path` only once it is complete and on the disk.

    Args:
        replace: False refuses to overwrite a file that came to be in the meantime.
        durable: False does not wait for the disk, for what can be made again.
        private: for its user alone; None: where its place says so (`is_private`). A file that is replaced hands its
            permissions on.

    Raises:
        StorageError: the disk is full, the folder cannot be written to, or `path` is a device, a pipe or a folder;
            nothing is left behind.
        FileExistsError: `path` exists and `replace` is False.
    """
    folder = path.parent
    make_folder(folder)
    temporary: Path | None = None
    try:
        mode = _mode(path, is_private(path) if private is None else private, replace)
        temporary, opened = _unfinished(folder, mode)
        with opened as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
            # Held until it has its name; Windows gives no file that is open another one, and removes none.
            if os.name != "nt":
                _take_name(temporary, path, replace)
        if os.name == "nt":
            _take_name(temporary, path, replace)
        temporary = None
        if durable:
            sync(folder)
    except FileExistsError:
        raise
    except OSError as error:
        raise storage_error(error, folder) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _mode(path: Path, private: bool, replace: bool) -> int | None:
    """The permissions of the file that is there; None where there is none and the umask decides."""
    try:
        there = path.stat().st_mode
    except OSError:
        return 0o600 if private else None
    if replace and not stat.S_ISREG(there):
        raise StorageError(f"{path} is not a file that can be replaced.", "Choose another name.")
    return 0o600 if private else stat.S_IMODE(there)


def _unfinished(folder: Path, mode: int | None) -> tuple[Path, BinaryIO]:
    """A new file in which something is being written; held, so that it can be told from what a crash left."""
    while True:
        path = folder / f".{uuid.uuid4().hex}.part"
        number = os.open(
            path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666 if mode is None else 0o600
        )
        file = cast(BinaryIO, os.fdopen(number, "w+b"))
        if hold(file):
            if mode is not None and os.name != "nt":
                os.fchmod(number, mode)
            return path, file
        file.close()


def hold(file: BinaryIO) -> bool:
    """Holds a file until it is closed, be it by the end of the process: `is_held` tells others.

    Returns:
        False where somebody else holds it, or has removed it.
    """
    if os.name == "nt":
        return True  # nobody removes a file that is open
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # the file system has no locks
    return os.fstat(file.fileno()).st_nlink > 0


def _take_name(temporary: Path, path: Path, replace: bool) -> None:
    if replace:
        temporary.replace(path)
    else:
        _rename_new(temporary, path)


def sync(folder: Path) -> None:
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


@contextlib.contextmanager
def exclusive(file: Path, busy: str, wait: float = 0.0) -> Generator[None]:
    """Keeps other processes, and other threads of this one, out, as long as they ask for the same lock file.

    Args:
        busy: the sentence for who comes second.
        wait: seconds that they wait before that.

    Raises:
        StorageError: somebody else holds it, or the file cannot be written.
    """
    import filelock

    make_folder(file.parent)
    lock = filelock.FileLock(file, timeout=wait)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise StorageError(busy, "Wait until it is done, or stop it, and try again.") from error
    except OSError as error:
        raise storage_error(error, file.parent) from error
    try:
        yield
    finally:
        lock.release()
