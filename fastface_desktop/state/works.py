"""Work that takes long, in threads: one piece after the other, each with how far it is, stopped within a second.

What only looks something up has a thread of its own, so that a page is up to date while work goes on.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from fastface_core.errors import FastFaceError
from fastface_core.models.store import Transferred
from fastface_core.progress import Cancelled, CancelToken, Notice, Report, Stage

Work = Literal["download", "verify", "repair", "remove", "search", "import", "export", "move"]
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class WorkSeen:
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


@dataclass(frozen=True, slots=True)
class Task:
    """What is done in a thread, and what the window then does with its result."""

    key: str
    kind: Work
    act: Callable[[Report, CancelToken], Any]
    then: Callable[[Any], None] | None = None
    cancel: CancelToken = field(default_factory=CancelToken)


class _Thread:
    """Does one thing after the other; starts with the first."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, work: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name)
            self._thread.start()
        self._waiting.put(work)

    def close(self) -> None:
        """Waits for the end of what runs; nothing may be put afterwards."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()


class Works(QObject):
    """A queue of work. All methods return at once."""

    work_changed = Signal(str)
    """The work of this key began, went on or ended."""
    failed = Signal(str, object)
    """A key, or "" for what belongs to none, and the `FastFaceError`."""

    _back = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """`name`: of the threads."""
        super().__init__(parent)
        self._works, self._looks = _Thread(name), _Thread(f"{name}-look")
        self._tasks: dict[str, Task] = {}
        self._shown: dict[str, WorkSeen] = {}
        self._closed = False
        self._back.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def work(self, key: str) -> WorkSeen | None:
        """The work of a key, also while it waits for others."""
        return self._shown.get(key)

    def works(self) -> tuple[WorkSeen, ...]:
        """All work, in its order."""
        return tuple(self._shown.values())

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def start(
        self,
        key: str,
        kind: Work,
        act: Callable[[Report, CancelToken], _Result],
        then: Callable[[_Result], None] | None = None,
    ) -> bool:
        """Puts work behind what waits. A key has one piece of work at a time.

        Args:
            act: is called in a thread; what it raises is told by `failed`.
            then: is called in the window's thread with what `act` returned, when the work is over.
        """
        if self._closed or key in self._tasks:
            return False
        task = Task(key, kind, act, then)
        self._tasks[key] = task
        self._shown[key] = WorkSeen(key, kind)
        self._works.put(lambda: self._do(task))
        self.work_changed.emit(key)
        return True

    def ask(self, key: str, question: Callable[[], _Result], then: Callable[[_Result], None]) -> None:
        """Looks something up that changes nothing, beside the work. What it raises is told by `failed`.

        `then` is called in the window's thread.
        """
        if not self._closed:
            self._looks.put(lambda: self._answer(key, question, then))

    def stop(self, key: str) -> bool:
        """Stops work within a second; False where there is none, or it was stopped before."""
        task = self._tasks.get(key)
        if task is None or task.cancel.cancelled:
            return False
        task.cancel.cancel()
        self._show(key, stopping=True)
        return True

    def close(self) -> None:
        """Stops everything and waits for the threads; what has arrived stays."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel.cancel()
        self._works.close()
        self._looks.close()

    # ---- In the threads

    def _do(self, task: Task) -> None:
        def report(event: object) -> None:
            self._tell(lambda: self._progress(task, event))

        self._tell(lambda: self._show(task.key, running=True))
        error: Exception | None = None
        result: Any = None
        try:
            task.cancel.check()
            result = task.act(report, task.cancel)
        except Exception as met:  # told in the window's thread, where what is no FastFaceError is a bug
            error = met
        self._tell(lambda: self._ended(task, result, error))

    def _answer(self, key: str, question: Callable[[], _Result], then: Callable[[_Result], None]) -> None:
        try:
            found = question()
        except FastFaceError as error:
            refused = error
            self._tell(lambda: self.failed.emit(key, refused))
            return
        self._tell(lambda: then(found))

    def _tell(self, then: Callable[[], None]) -> None:
        """Has something done in the window's thread."""
        self._back.emit(then)

    # ---- In the window's thread

    @Slot(object)
    def _arrived(self, then: Callable[[], None]) -> None:
        if not self._closed:
            then()

    def _progress(self, task: Task, event: object) -> None:
        from fastface_core.models.hub.download import DownloadProgress, FileReady  # imported by the thread that reports

        match event:
            case DownloadProgress():
                self._show(
                    task.key,
                    done=event.done,
                    total=event.total,
                    speed=event.speed,
                    seconds_left=event.seconds_left,
                    text="",
                )
            case Transferred():
                self._show(task.key, done=event.done, total=event.total, speed=0.0, seconds_left=None, text="")
            case Stage() | Notice():
                self._show(task.key, text=event.text)
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

    def _ended(self, task: Task, result: Any, error: Exception | None) -> None:
        del self._tasks[task.key]
        del self._shown[task.key]
        self.work_changed.emit(task.key)
        self._work_ended()
        if isinstance(error, FastFaceError):
            self.failed.emit(task.key, error)
        elif error is not None and not isinstance(error, Cancelled):
            raise error
        elif error is None and task.then is not None:
            task.then(result)
