"""Work that is killed at a certain change of files: what a power cut or a user's patience does, but countable.

Each change counts: a file opened for writing, a rename, a removal, a folder made or removed. POSIX only (fork).
"""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class _Counter:
    """Counts the changes below a folder, and kills this process before a certain one."""

    def __init__(self, folder: Path, last: int | None) -> None:
        self._folder, self._last = os.fsencode(folder), last
        self.count = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            flags = arguments[2]
            if not isinstance(flags, int) or not flags & _WRITING:
                return
        elif event not in _CHANGES:
            return
        path = arguments[0]
        if isinstance(path, int) or not os.fsencode(path).startswith(self._folder):
            return
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def changes(work: Callable[[], object], folder: Path) -> int:
    """How many changes below `folder` some work makes; it is done in a child, so that what it holds ends with it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        counter = _Counter(folder, None)
        sys.addaudithook(counter)
        code = 1
        try:
            work()
            os.write(writing, str(counter.count).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        said = file.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise RuntimeError(f"The work failed with {status}.")
    return int(said)


def killed(work: Callable[[], object], folder: Path, at: int) -> bool:
    """Does some work in a child that is killed before its change number `at`; False where it ended before that."""
    child = os.fork()
    if child == 0:
        sys.addaudithook(_Counter(folder, at))
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if status != 0:
        raise RuntimeError(f"The work failed with {status}.")
    return False


def killed_when(work: Callable[[], object], ready: Callable[[], bool]) -> bool:
    """Does some work in a child that is killed as soon as `ready` says so; False where it ended before that."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            if status != 0:
                raise RuntimeError(f"The work failed with {status}.")
            return False
        if ready():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True


def bytes_in(folder: Path) -> int:
    """Of all files of a folder in which others work; what goes away meanwhile counts nothing."""
    total = 0
    for path in folder.glob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total
