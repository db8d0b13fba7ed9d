"""Copies of large files: without a second copy where the disk can share one, resumable where it cannot."""

import contextlib
import ctypes
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fastface_core.errors import ModelError, StorageError
from fastface_core.files import make_folder, storage_error
from fastface_core.models.store import Transferred
from fastface_core.progress import CancelToken, Report

PIECE = 4 << 20
_REPORT_EVERY = 0.1
# Linux: ioctl(target, FICLONE, source) lets two files share their blocks until one is written to.
_FICLONE = 0x40049409


class Meter:
    """Counts the bytes of long work, reports them now and then, and stops it when it is cancelled."""

    def __init__(self, total: int, report: Report, cancel: CancelToken) -> None:
        self.total = total
        self.done = 0
        self._report = report
        self._cancel = cancel
        self._what = ""
        self._told = 0.0

    def at(self, what: str) -> None:
        """The work comes to another file."""
        self._what = what
        self._told = 0.0
        self.add(0)

    def add(self, count: int) -> None:
        """More bytes are done. Raises Cancelled once the token is set."""
        self._cancel.check()
        self.done += count
        now = time.monotonic()
        if now - self._told >= _REPORT_EVERY or self.done >= self.total:
            self._told = now
            self._report(Transferred(self._what, self.done, max(self.total, self.done)))


def pieces(path: Path, meter: Meter | None = None) -> Iterator[bytes]:
    """The content of a file, piece by piece.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                if meter is not None:
                    meter.add(len(piece))
                yield piece
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> ModelError:
    reason = error.strerror or type(error).__name__
    return ModelError(f"{path.name} cannot be read: {reason}.", "Check the drive it lies on, and try again.")


def sha256_of(path: Path, meter: Meter | None = None) -> str:
    """Hex digest of a file's content.

    Raises:
        ModelError: it cannot be read.
    """
    digest = hashlib.sha256()
    for piece in pieces(path, meter):
        digest.update(piece)
    return digest.hexdigest()


def resume_into(part: Path, content: Iterable[bytes]) -> str:
    """Writes `content` into `part`, and keeps what of it an earlier attempt has written there.

    The old bytes are compared with the new ones and not trusted; from the first difference on they are replaced. Ends
    with everything on the disk.

    Returns:
        The sha256 of the content, hex.

    Raises:
        StorageError: the disk is full or the folder cannot be written to; what was written stays for the next attempt.
    """
    make_folder(part.parent)
    digest = hashlib.sha256()
    try:
        file = part.open("r+b") if part.exists() else part.open("x+b")
    except OSError as error:
        raise storage_error(error, part.parent) from error
    # What `content` raises while it is read is not about this folder, so that only the calls here are looked at.
    with contextlib.ExitStack() as stack:
        stack.callback(_close, file)
        old, size, place = True, os.fstat(file.fileno()).st_size, 0
        for piece in content:
            digest.update(piece)
            try:
                if old:
                    old = place + len(piece) <= size and file.read(len(piece)) == piece
                    if not old:
                        file.seek(place)
                        file.truncate()
                if not old:
                    file.write(piece)
            except OSError as error:
                raise storage_error(error, part.parent) from error
            place += len(piece)
        try:
            file.truncate(place)
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            raise storage_error(error, part.parent) from error
    return digest.hexdigest()


def _close(file: object) -> None:
    # A disk that is full says so again when the buffer is flushed on closing; it was said already.
    with contextlib.suppress(OSError):
        file.close()  # type: ignore[reportAttributeAccessIssue]


def share(source: Path, target: Path, *, links: bool = True) -> bool:
    """Makes `target` the same content as `source` without a second copy; False where the disk cannot.

    Shared blocks (reflink) are tried first: then changing one file does not change the other. A hard link comes next,
    unless `links` is False. `target` appears at once and whole, and replaces what was there. One process at a time.
    """
    source = source.resolve()
    temporary = target.with_name(f".{target.name}.share")
    with contextlib.suppress(OSError):
        temporary.unlink()
    make_folder(target.parent)
    try:
        if not _reflink(source, temporary):
            if not links:
                return False
            temporary.hardlink_to(source)
        else:
            status = source.stat()
            os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))
        temporary.replace(target)
        return True
    except OSError:
        return False
    finally:
        # Renaming one hard link of a file over another leaves both.
        with contextlib.suppress(OSError):
            temporary.unlink()


def _reflink(source: Path, target: Path) -> bool:
    try:
        if sys.platform == "linux":
            import fcntl

            with source.open("rb") as old, target.open("xb") as new:
                fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
            return True
        if sys.platform == "darwin":
            library = ctypes.CDLL(None, use_errno=True)
            clone: Callable[[bytes, bytes, int], int] = library.clonefile
            return clone(os.fsencode(source), os.fsencode(target), 0) == 0
    except (OSError, AttributeError):
        with contextlib.suppress(OSError):
            target.unlink()
    return False


def copy(source: Path, target: Path, part: Path, meter: Meter, *, expected: str | None = None) -> str:
    """Copies a file by way of `part`, reads the copy again from the disk, and renames it.

    Returns:
        The sha256 of the content, hex.

    Raises:
        ModelError: the source cannot be read, or does not have the content `expected`; nothing has changed.
        StorageError: the disk is full, cannot be written to, or gives back other bytes than were written.
    """
    digest = resume_into(part, pieces(source, meter))
    if expected is not None and digest != expected:
        part.unlink(missing_ok=True)
        raise ModelError(
            f"The file {source.name} is damaged: its content is not what it should be.",
            "Get it again, or repair it with: fastface models repair.",
        )
    _drop_cache(part)
    if sha256_of(part) != digest:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"The drive of {target.parent} does not keep what is written to it: {target.name} came back different.",
            "Choose another drive, and have this one checked.",
        )
    status = source.stat()
    try:
        os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
        part.replace(target)
    except OSError as error:
        raise storage_error(error, target.parent) from error
    return digest


def _drop_cache(path: Path) -> None:
    """So that reading it again asks the disk, where the system can be told."""
    if sys.platform == "linux":
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
