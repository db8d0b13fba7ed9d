"""A row of a batch in the engine's thread, by the same runner as on the command line."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QImage

from fastface_core.batch.outcomes import Journal, Outcome
from fastface_core.batch.planning import Planned
from fastface_core.batch.running import Here
from fastface_core.domain.request import PictureWithheld
from fastface_core.errors import DeviceLostError
from fastface_core.progress import Cancelled, Notice, Stage, StepDone
from fastface_core.studio.orders import Event, PictureFound, PictureMade
from fastface_desktop.values import (
    JobFinished,
    JobStatus,
    JobStep,
    RowEnded,
    RowEvent,
    RowPicture,
)
from fastface_desktop.worker.images import from_picture, from_preview, thumbnail
from fastface_desktop.worker.inbox import RowTask
from fastface_desktop.worker.work import Ended, EngineHost, MakeRoom


class _Paused(Cancelled):
    """The user wants a pause, and the pictures that were begun are done."""


class RowRun:
    """Runs a row once, and makes room for trials between two of its pictures."""

    def __init__(self, work: EngineHost, task: RowTask, make_room: Callable[[], None]) -> None:
        """
        Args:
            make_room: does the trials that wait.
        """
        self._work, self._task, self._make_room = work, task, make_room
        order = replace(task.row.order, previews=True)
        self._row = replace(task.row, order=order)
        self._there = 0
        """Pictures of the row that are there."""
        self._withheld = False

    def run(self) -> None:
        """Makes it, and says how that ended; raises nothing that a row can meet."""
        while True:
            self._there, self._withheld = 0, False
            try:
                status, error = self._made()
                break
            except MakeRoom:
                self._make_room()
        self._tell(JobFinished(status, error))
        self._work.tell_idle(error if isinstance(error, DeviceLostError) else None)

    def _made(self) -> Ended:
        crew = Here(self._work.studio, self._task.out, self._hear)
        try:
            return self._work.attempt(lambda: crew.run([self._row], self._ended, self._task.cancel), self._task.cancel)
        except _Paused:
            return JobStatus.cancelled, None

    def _ended(self, outcome: Outcome) -> None:
        Journal(self._task.out).add(outcome)
        self._tell(RowEnded(outcome))

    def _hear(self, _row: Planned, event: Event) -> None:
        self._work.hear(event)
        match event:
            case Stage() | Notice():
                self._tell(event)
            case StepDone():
                self._step(event)
            case PictureFound():
                self._there += 1
                self._tell(RowPicture(event.path, None, event.score, QImage()))
            case PictureMade():
                self._there += 1
                assert event.path is not None
                image = thumbnail(from_picture(event.picture.image))
                self._tell(RowPicture(event.path, event.id, event.score, image))
            case PictureWithheld():
                self._withheld = True
            case _:
                pass

    def _step(self, event: StepDone) -> None:
        if event.step == 1 and self._between(event):
            if self._task.pause.cancelled:
                raise _Paused
            if self._work.trial_waits:
                raise MakeRoom
        self._tell(JobStep(event.images, event.step, event.steps, tuple(from_preview(one) for one in event.previews)))
        self._work.serve(self._task.cancel)

    def _between(self, event: StepDone) -> bool:
        """Whether the pictures before are all there; what the content filter held back is not looked for again."""
        return self._there > 0 and min(event.images) == self._there and not self._withheld

    def _tell(self, news: RowEvent) -> None:
        self._work.outlet.row_event.emit(self._task.id, news)
