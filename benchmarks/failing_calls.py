"""Commands that are killed, or whose calls fail, at one call; and files that may not grow."""

import errno
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from benchmarks.commands_in_forks import Command, command, forked, fresh, look, wrong_end

_EVENTS = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "shutil.move"}
_WRITES = os.O_WRONLY | os.O_RDWR


class _Fault:
    """Ends this process, or fails, at the call of a number; without one it counts them."""

    def __init__(self, at: int | None, kill: bool) -> None:
        self.seen, self._at, self._kill = 0, at, kill

    def happens(self) -> None:
        self.seen += 1
        if self.seen == self._at:
            if self._kill:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def watch(self) -> None:
        """From now on, for the rest of this process."""
        flush = os.fsync

        def failing(number: int) -> None:
            self.happens()
            flush(number)

        os.fsync = failing  # type: ignore[assignment]
        sys.addaudithook(self._hear)

    def _hear(self, event: str, about: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(about[2], int) and bool(about[2] & _WRITES)
        if event in _EVENTS or (written and isinstance(about[0], str)):
            self.happens()


def calls_of(one: Command, template: Path, folder: Path) -> int:
    """How many calls of a command can fail."""
    home = fresh(template, folder, one)
    count = folder / "count"

    def work() -> int:
        fault = _Fault(None, kill=False)
        fault.watch()
        try:
            return command(one.words, home)
        finally:
            seen = fault.seen
            os.write(os.open(count, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), str(seen).encode())

    forked(work, folder / "said")
    return int(count.read_text() or 0)


def fault_in(one: Command, at: int, kill: bool, template: Path, folder: Path, pictures: dict[str, int]) -> list[str]:
    """Runs a command with one fault; what is wrong then, in sentences."""
    home = fresh(template, folder, one)

    def work() -> int:
        _Fault(at, kill).watch()
        return command(one.words, home)

    said = folder / "said"
    code, hung = forked(work, said)
    wrong = [] if kill else wrong_end(one.words, code, hung, said.read_text(errors="replace"))
    wrong += look(home, one, pictures)
    return [f"{' '.join(one.words)}, {'killed' if kill else 'failing'} at call {at}: {text}" for text in wrong]


def writes_in(one: Command, largest: int, template: Path, folder: Path, pictures: dict[str, int]) -> list[str]:
    """Runs a command while no file may grow beyond `largest` bytes; what is wrong then, in sentences."""
    home = fresh(template, folder, one)

    def work() -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails then, instead of ending the process
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        try:
            return command(one.words, home)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    said = folder / "said"
    code, hung = forked(work, said)
    wrong = wrong_end(one.words, code, hung, said.read_text(errors="replace"))
    wrong += look(home, one, pictures)
    return [f"{' '.join(one.words)}, files of at most {largest} bytes: {text}" for text in wrong]
