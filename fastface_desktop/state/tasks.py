"""Background work: done in threads, with its results delivered in the window's thread.

    tasks.run(self, lambda: read_picture(path), self._show, self.error.show_error)

This is the only way to it, but for the thread that owns the engine (`worker`) and the one that writes files (`saver`).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from shiboken6 import isValid

from fastface_core.errors import FastFaceError
from fastface_core.progress import Cancelled, CancelToken, Report

T = TypeVar("T")
Failed = Callable[[FastFaceError], object]
"""Takes the error for which there is no result."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """A call in the window's thread: of which task, and whether it is the task's last call."""

    task: int
    call: Callable[[], object]
    last: bool = True


class _Outlet(QObject):
    """Lives in the window's thread; a signal is the only way back into it."""

    answered = Signal(_Answer)

    def send(self, answer: _Answer) -> None:
        # Or the window is gone.
        with suppress(RuntimeError):
            self.answered.emit(answer)


class _Runnable(QRunnable):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()


class Tasks(QObject):
    """A lane: as many tasks at a time as it has threads, the others wait in their order.

    All callbacks are called in the window's thread, and none once their owner or this object is gone.
    """

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._outlet = _Outlet()
        self._outlet.answered.connect(self._call)
        self._owners: dict[int, QObject] = {}
        self._numbers = count()
        self._closing = CancelToken()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)

    @property
    def busy(self) -> bool:
        return bool(self._owners)

    def run(
        self, owner: QObject, work: Callable[[], T], done: Callable[[T], object], failed: Failed | None = None
    ) -> None:
        """Does something short.

        Args:
            owner: whom the result is for; a page that was made again in another language is gone, and not called.
            work: is called in a thread.
            done: takes what `work` returned.
            failed: takes the `FastFaceError` that `work` raised. Without it that is a bug, as all else that is raised.
        """
        self.start(owner, lambda report, cancel: work(), done, failed)

    def start(
        self,
        owner: QObject,
        work: Callable[[Report, CancelToken], T],
        done: Callable[[T], object],
        failed: Failed | None = None,
        *,
        cancelled: Callable[[], object] | None = None,
        reported: Callable[[object], object] | None = None,
    ) -> CancelToken:
        """Does something long, as `run`.

        Args:
            work: gets what it reports its progress to, and the token that stops it.
            cancelled: is called where there is no result and nothing to say of it: `work` raised `Cancelled`, or there
                is a bug, of which the window says what is to be said.
            reported: takes the events of `work`.

        Returns:
            the token; `close` sets it, too.
        """
        task = next(self._numbers)
        token = self._closing.child()
        self._owners[task] = owner

        def report(event: object) -> None:
            if reported is not None:
                self._outlet.send(_Answer(task, partial(reported, event), last=False))

        def do() -> None:
            call: Callable[[], object]
            try:
                token.check()
                result = work(report, token)
            except Cancelled:
                call = cancelled or _nothing
            except FastFaceError as error:
                call = partial(failed or _raise, error)
            except Exception as error:
                call = partial(_bug, cancelled or _nothing, error)
            else:
                call = partial(done, result)
            self._outlet.send(_Answer(task, call))

        self._pool.start(_Runnable(do))
        return token

    def close(self) -> None:
        """Stops what can be stopped, waits for what is under way, and drops the rest."""
        self._closing.cancel()
        self._owners.clear()
        self._pool.clear()
        self._pool.waitForDone()

    def finish(self) -> None:
        """Waits for everything that was asked for; no callback is called any more."""
        self._owners.clear()
        self._pool.waitForDone()

    @Slot(_Answer)
    def _call(self, answer: _Answer) -> None:
        owner = self._owners.pop(answer.task, None) if answer.last else self._owners.get(answer.task)
        if owner is not None and isValid(owner):
            answer.call()


def while_alive(owner: QObject, call: Callable[[T], object]) -> Callable[[T], None]:
    """`call`, which does nothing once `owner` is gone: for a state object that hands a page the result of a task of its
    own."""

    def guarded(value: T) -> None:
        if isValid(owner):
            call(value)

    return guarded


def ignore(result: object) -> None:
    """`done` where only a failure is of interest."""


def _raise(error: Exception) -> None:
    """In the window's thread, where the handler of uncaught exceptions writes it down."""
    raise error


def _bug(cancelled: Callable[[], object], error: Exception) -> None:
    try:
        cancelled()
    finally:
        raise error


def _nothing() -> None:
    pass
