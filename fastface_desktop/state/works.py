"""Work that takes long: one piece after the other, each with how far it is, stopped within a second.

What only looks something up does not wait for it, so that a page is up to date while work goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeVar

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.models.store import Transferred
from fastface_core.progress import CancelToken, Notice, Report, Stage
from fastface_desktop.state.tasks import Tasks, ignore

Work = Literal["download", "verify", "repair", "remove", "search", "import", "export", "move"]
T = TypeVar("T")
_BEGUN = "begun"
"""The event of work whose turn it is."""


@dataclass(frozen=True, slots=True)
class WorkInfo:
    """A piece of work.

    Attributes:
        key: what it belongs to: a bundle's name, or another.
        running: it has begun; else others come first.
        stopping: it was told to stop and ends in a moment.
        done, total: bytes; 0 of 0 until that is known.
        speed: bytes a second. seconds_left: None while unknown.
        text: what is being done, in English; empty where the numbers say it.
    """

    key: str
    kind: Work
    running: bool = False
    stopping: bool = False
    done: int = 0
    total: int = 0
    speed: float = 0.0
    seconds_left: float | None = None
    text: str = ""


class Works(QObject):
    """A queue of work. All methods return at once."""

    work_changed = Signal(str)
    """The work of this key began, went on or ended."""
    failed = Signal(str, FastFaceError)
    """A key, or "" for what belongs to none, and why it was not done."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._works, self._looks = Tasks(self, threads=1), Tasks(self, threads=1)
        self._tokens: dict[str, CancelToken] = {}
        self._shown: dict[str, WorkInfo] = {}
        self._closed = False

    def work(self, key: str) -> WorkInfo | None:
        """The work of a key, also while it waits for others."""
        return self._shown.get(key)

    def works(self) -> tuple[WorkInfo, ...]:
        """All work, in its order."""
        return tuple(self._shown.values())

    @property
    def busy(self) -> bool:
        return bool(self._tokens)

    def start(
        self, key: str, kind: Work, act: Callable[[Report, CancelToken], T], done: Callable[[T], object] = ignore
    ) -> bool:
        """Puts work behind what waits. A key has one piece of work at a time.

        Args:
            act: is called in a thread; `failed` reports what it raises.
            done: takes what `act` returned, when the work is over.
        """
        if self._closed or key in self._tokens:
            return False

        def work(report: Report, cancel: CancelToken) -> T:
            report(_BEGUN)
            return act(report, cancel)

        def succeeded(result: T) -> None:
            self._end(key)
            done(result)

        def failed(error: FastFaceError) -> None:
            self._end(key)
            self.failed.emit(key, error)

        self._shown[key] = WorkInfo(key, kind)
        self._tokens[key] = self._works.start(
            self, work, succeeded, failed, cancelled=partial(self._end, key), reported=partial(self._progress, key)
        )
        self.work_changed.emit(key)
        return True

    def ask(self, key: str, question: Callable[[], T], done: Callable[[T], object]) -> None:
        """Runs a query, which changes nothing, in parallel to the work. `failed` reports what it raises."""
        if not self._closed:
            self._looks.run(self, question, done, partial(self.failed.emit, key))

    def stop(self, key: str) -> bool:
        """Stops work within a second; False where there is none, or it was stopped before."""
        token = self._tokens.get(key)
        if token is None or token.cancelled:
            return False
        token.cancel()
        self._show(key, stopping=True)
        return True

    def close(self) -> None:
        """Stops everything and waits for the threads; what has arrived stays."""
        self._closed = True
        self._works.close()
        self._looks.close()

    def _progress(self, key: str, event: object) -> None:
        if event is _BEGUN:
            self._show(key, running=True)
            return
        from fastface_core.models.hub.download import DownloadProgress, FileReady  # imported by the thread that reports

        match event:
            case DownloadProgress():
                self._show(
                    key,
                    done=event.done,
                    total=event.total,
                    speed=event.speed,
                    seconds_left=event.seconds_left,
                    text="",
                )
            case Transferred():
                self._show(key, done=event.done, total=event.total, speed=0.0, seconds_left=None, text="")
            case Stage() | Notice():
                self._show(key, text=event.text)
            case FileReady():
                self._file_arrived()
            case _:
                pass

    def _file_arrived(self) -> None:
        """For who shows the files; small ones come many at a time."""

    def _work_ended(self) -> None:
        """For who shows what the work has changed; comes before the work's own result."""

    def _show(self, key: str, **changes: Any) -> None:
        before = self._shown.get(key)
        if before is not None:
            self._shown[key] = replace(before, **changes)
            self.work_changed.emit(key)

    def _end(self, key: str) -> None:
        del self._tokens[key]
        del self._shown[key]
        self.work_changed.emit(key)
        self._work_ended()
