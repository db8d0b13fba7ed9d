"""Rows side by side: a process for each device, all from one queue. One that dies loses no row."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import cast

from fastface_core.batch.outcomes import Collector, Outcome
from fastface_core.batch.planning import Planned
from fastface_core.batch.running import TRIES, Done, Here
from fastface_core.errors import DeviceLostError, FastFaceError, StorageError
from fastface_core.library.library import Library
from fastface_core.progress import Cancelled, CancelToken
from fastface_core.studio.make import Studio, filter_as_set
from fastface_core.studio.orders import Event as StudioEvent
from fastface_core.studio.resident import ResidentEngine

_LOOK_SECONDS = 0.2
"""How often it is looked whether the work is to stop."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a process needs besides rows.

    Attributes:
        passphrase: of the people, where they have one.
    """

    out: Path
    content_filter: bool = True
    passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class _Ended:
    """A process's last word: why it can make nothing more."""

    message: str
    hint: str
    device_lost: bool


class Processes:
    """A `Crew` of processes of this computer."""

    def __init__(self, devices: tuple[str, ...], setting: Setting) -> None:
        """`devices`: one for each process; the same one may stand several times."""
        self._devices = devices
        self._setting = setting
        self._context = multiprocessing.get_context("spawn")

    def run(self, rows: Iterable[Planned], done: Done, cancel: CancelToken) -> None:
        waiting, again = iter(rows), deque[Planned]()
        deaths: dict[str, int] = {}
        stop = self._context.Event()
        workers = [self._start(device, stop) for device in self._devices]
        try:
            while True:
                for worker in workers:
                    if worker.row is None and not cancel.cancelled:
                        worker.give(again.popleft() if again else next(waiting, None))
                busy = {worker.connection: worker for worker in workers if worker.row is not None}
                if not busy:
                    break
                for connection in wait(list(busy), _LOOK_SECONDS):
                    worker = busy[cast(Connection, connection)]
                    row, word = worker.row, worker.word()
                    assert row is not None
                    worker.row = None
                    if isinstance(word, Outcome):
                        done(word)
                        continue
                    if isinstance(word, _Ended) and not word.device_lost:
                        raise StorageError(word.message, word.hint)
                    workers[workers.index(worker)] = self._start(worker.device, stop)
                    worker.end()
                    if cancel.cancelled:
                        continue
                    # The row goes on in another process from the last picture that was kept.
                    deaths[row.key] = deaths.get(row.key, 0) + 1
                    if deaths[row.key] < TRIES:
                        again.append(row)
                    else:
                        done(Collector(row, self._setting.out).outcome(_reason(word)))
                if cancel.cancelled:
                    stop.set()
            cancel.check()
        finally:
            stop.set()
            for worker in workers:
                worker.end()

    def _start(self, device: str, stop: Event) -> "_Worker":
        here, there = cast("tuple[Connection, Connection]", self._context.Pipe())
        threads = max((os.cpu_count() or 1) // len(self._devices), 1)
        process = self._context.Process(
            target=_work, args=(there, stop, device, self._setting, threads), name=f"fastface {device}", daemon=True
        )
        return _Worker(process, here, there, device)


class _Worker:
    """A process as its parent sees it; it starts with its first row."""

    def __init__(self, process: SpawnProcess, here: Connection, there: Connection, device: str) -> None:
        self.connection = here
        self.device = device
        self.row: Planned | None = None
        self._process = process
        self._there: Connection | None = there

    def give(self, row: Planned | None) -> None:
        """A row to make; None is none."""
        if row is None:
            return
        self.row = row
        if self._there is not None:
            self._process.start()
            # Its end of the pipe is its own now: when it dies, our end is closed.
            self._there.close()
            self._there = None
        with suppress(OSError):  # it died; that is read as its last word
            self.connection.send(row)

    def word(self) -> Outcome | _Ended | None:
        """What it says of its row; None where it died without a word."""
        try:
            return cast("Outcome | _Ended", self.connection.recv())
        except (EOFError, OSError):
            return None

    def end(self) -> None:
        """Lets it end after its step, and waits for that."""
        self.connection.close()
        if self._there is None:
            self._process.join()


def _reason(word: _Ended | None) -> FastFaceError:
    if word is not None:
        return DeviceLostError(word.message, word.hint)
    return FastFaceError(
        "The process that made it ended without a word.",
        "There may be too little memory: close other programs, or use fewer processes.",
    )


class _Shared(CancelToken):
    """A token that another process sets."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self._shared = event

    @property
    def cancelled(self) -> bool:
        return self._shared.is_set()

    def check(self) -> None:
        if self._shared.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        if self._shared.wait(seconds):
            raise Cancelled


def _work(connection: Connection, stop: Event, device: str, setting: Setting, threads: int) -> None:
    """What a process does: rows from the pipe, outcomes into it."""
    # Ctrl-C in a terminal goes to every process; the parent says what is to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    with Library(recover=False) as library, suppress(Cancelled, OSError):
        if setting.passphrase is not None and library.people.store.locked:
            library.people.store.unlock(setting.passphrase)
        studio = Studio(ResidentEngine(device), lambda: library, lambda: setting.content_filter and filter_as_set())
        try:
            Here(studio, setting.out, _unheard).run(_received(connection), connection.send, _Shared(stop))
        except FastFaceError as error:
            connection.send(_Ended(error.message, error.hint, isinstance(error, DeviceLostError)))


def _received(connection: Connection) -> Iterator[Planned]:
    while True:
        try:
            yield cast(Planned, connection.recv())
        except EOFError:  # the parent needs nothing more, or is gone
            return


def _unheard(_row: Planned, _event: StudioEvent) -> None:
    """Only whole rows are reported to the parent."""
