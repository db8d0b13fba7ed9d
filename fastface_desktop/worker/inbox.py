"""What the engine's thread is asked to do, and in which order. Put in and taken out from any thread."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core.domain.identity import PhotoChoice
from fastface_core.progress import CancelToken
from fastface_core.settings import Memory
from fastface_desktop.values import JobOrder, TwinOrder

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.batch.planning import Planned
    from fastface_core.evaluation.asking import Ask

_IDLE_SECONDS = 2.0
_TOGETHER_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class JobTask:
    """A job for the engine.

    Attributes:
        order: with the pictures that are still to be made.
        cancel: set when the job is no longer wanted.
        first: the index, among the job's pictures, of the first one that is still to be made.
        since: when the job was asked for.
        known: pictures that are accounted for.
        folder: where its pictures go; None takes that of the month.
    """

    id: str
    order: JobOrder
    cancel: CancelToken
    first: int = 0
    since: datetime | None = None
    known: frozenset[Path] = frozenset()
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class RowTask:
    """A row of a batch for the engine.

    Attributes:
        out: the folder of the batch.
        cancel: set when it is to stop after its step; `pause` when after its picture.
    """

    id: str
    row: "Planned"
    out: Path
    cancel: CancelToken
    pause: CancelToken


@dataclass(frozen=True, slots=True)
class SearchTask:
    """A search for settings, which goes on from what lies in its folder.

    Attributes:
        cancel: set when it is to stop after its step; `pause` when after its picture.
    """

    id: str
    folder: Path
    ask: "Ask"
    cancel: CancelToken
    pause: CancelToken


@dataclass(frozen=True, slots=True)
class TrialTask:
    """A picture to look at, which is not kept: the first one of the order.

    Attributes:
        attention_maps: whether they are asked for as well.
    """

    id: str
    order: JobOrder
    cancel: CancelToken
    attention_maps: bool


@dataclass(frozen=True, slots=True)
class LoadTask:
    """A checkpoint to load before anybody needs it."""

    checkpoint: str


@dataclass(frozen=True, slots=True)
class DeviceTask:
    """Another device, or another use of its memory, from now on."""

    device: str
    memory: Memory


@dataclass(frozen=True, slots=True)
class PhotoTask:
    """A file to look at."""

    path: Path


PhotoSource = Callable[[], AbstractContextManager[Path]]
"""Opens a photo as a file, for as long as it is looked at."""


@dataclass(frozen=True, slots=True)
class MeasureTask:
    """A photo of a person of the library to be measured; `face` as in `PhotoChoice`."""

    number: int
    source: PhotoSource
    face: int | None


@dataclass(frozen=True, slots=True)
class TogetherTask:
    """Photos of which is to be told whether they show one person. `number` is that of the question."""

    number: int
    photos: tuple[PhotoChoice, ...]


@dataclass(frozen=True, slots=True)
class TwinTask:
    """A person to be drawn.

    Attributes:
        place: where the drawing is shown: of several for one place, only the newest is drawn.
    """

    place: str
    number: int
    order: TwinOrder


@dataclass(frozen=True, slots=True)
class ForgetTask:
    """What is remembered of photos is to be dropped."""


@dataclass(frozen=True, slots=True)
class ComputerTask:
    """What torch and the GPU can do is to be tried."""


@dataclass(frozen=True, slots=True)
class ThumbnailTask:
    """A picture of an earlier start whose thumbnail is wanted."""

    job: str
    path: Path


SmallTask = PhotoTask | MeasureTask | TogetherTask | TwinTask | ForgetTask | ComputerTask
"""What a person waits for, and takes a moment."""
Task = JobTask | RowTask | SearchTask | TrialTask | LoadTask | DeviceTask | SmallTask | ThumbnailTask


class Inbox:
    """Small tasks come first, since a person waits for them, and are done between two steps of a job; then trials,
    for which a job makes room between two pictures; thumbnails of old pictures come last."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._small: deque[SmallTask] = deque()
        self._trials: deque[TrialTask] = deque()
        self._tasks: deque[JobTask | RowTask | SearchTask | LoadTask | DeviceTask] = deque()
        self._thumbnails: deque[ThumbnailTask] = deque()
        self._held = False
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed

    def put(self, task: Task) -> None:
        """Does nothing once the inbox is closed."""
        with self._changed:
            if self._closed:
                return
            match task:
                case TwinTask():
                    self._put_twin(task)
                case PhotoTask() | MeasureTask() | TogetherTask() | ForgetTask() | ComputerTask():
                    self._small.append(task)
                case ThumbnailTask():
                    self._thumbnails.append(task)
                case TrialTask():
                    self._trials.append(task)
                case _:
                    self._tasks.append(task)
            self._changed.notify_all()

    def _put_twin(self, task: TwinTask) -> None:
        # In the place of the one before: a colour that is dragged never waits behind its own past.
        for place, waiting in enumerate(self._small):
            if isinstance(waiting, TwinTask) and waiting.place == task.place:
                self._small[place] = task
                return
        self._small.append(task)

    def drop_photos(self) -> None:
        with self._changed:
            self._small = deque(task for task in self._small if not isinstance(task, PhotoTask))

    def hold(self, held: bool) -> None:
        with self._changed:
            self._held = held
            self._changed.notify_all()

    def wake(self) -> None:
        """Makes a thread that waits look again, after a cancel token was set."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._small.clear()
            self._trials.clear()
            self._tasks.clear()
            self._thumbnails.clear()
            self._changed.notify_all()

    def next(self) -> Task | None:
        """The next task; None when there was none for two seconds, or the inbox is closed."""
        with self._changed:
            queues = (self._small, self._trials, self._tasks, self._thumbnails)
            if not (self._closed or any(queues)):
                self._changed.wait(_IDLE_SECONDS)
            return next((queue.popleft() for queue in queues if queue), None)

    @property
    def trial_waits(self) -> bool:
        with self._changed:
            return bool(self._trials)

    @property
    def work_waits(self) -> bool:
        """Whether another task than a trial waits for what is being done to end."""
        with self._changed:
            return bool(self._tasks)

    def trial(self) -> TrialTask | None:
        """The next trial. Of two that belong together the second is asked for when the first is there: it is waited
        for a moment, so that no picture of a job comes between them."""
        with self._changed:
            self._changed.wait_for(lambda: self._trials or self._closed, _TOGETHER_SECONDS)
            return self._trials.popleft() if self._trials else None

    def small(self) -> SmallTask | None:
        """The next small task, without waiting."""
        with self._changed:
            return self._small.popleft() if self._small else None

    def small_while_held(self, cancel: CancelToken) -> SmallTask | None:
        """Waits while work is held: the next small task, or None as soon as the work goes on."""
        with self._changed:
            while self._held and not (self._small or self._closed or cancel.cancelled):
                self._changed.wait()
            return self._small.popleft() if self._held and self._small else None
