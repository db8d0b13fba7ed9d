"""The queue of jobs: what waits, what runs, what came of it. Only the queue says that something changed."""

import uuid
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from fastface_desktop.values import (
    EndNews,
    Job,
    JobNews,
    JobOrder,
    JobStatus,
    NoticeNews,
    PictureNews,
    SavedPicture,
    StageNews,
    StepNews,
)
from fastface_desktop.worker import EngineThread

__all__ = ["Job", "JobOrder", "JobQueue", "JobStatus", "SavedPicture"]


class JobQueue(QObject):
    """Jobs in the order in which they are done, one at a time."""

    added = Signal(str)
    changed = Signal(str)
    removed = Signal(str)
    order_changed = Signal()
    preview = Signal(str, int, QImage)
    """A job, the index of its picture, and how that looks now; the last one is the finished picture in full size."""
    picture_done = Signal(str, object)
    """A job, and its `SavedPicture`."""
    paused_changed = Signal(bool)

    def __init__(self, thread: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._jobs: dict[str, Job] = {}
        self._order: list[str] = []
        self._running: str | None = None
        self._paused = False
        thread.job_news.connect(self._take)

    @property
    def paused(self) -> bool:
        return self._paused

    def jobs(self) -> tuple[Job, ...]:
        return tuple(self._jobs[job] for job in self._order)

    def job(self, job: str) -> Job | None:
        return self._jobs.get(job)

    def unfinished(self) -> tuple[Job, ...]:
        """Jobs of an earlier start, to be offered again: `retry` goes on with one, `remove` drops it."""
        return tuple(job for job in self.jobs() if job.status == JobStatus.paused and job.id != self._running)

    def add(self, order: JobOrder) -> str:
        """Puts a job at the end, and returns its id."""
        job = Job(uuid.uuid4().hex, order)
        self._insert(job, len(self._order))
        return job.id

    def cancel(self, job: str) -> None:
        """Takes a job back: it is cancelled at once, the engine stops after its current step.

        Finished pictures stay.
        """
        found = self._jobs[job]
        if found.ended:
            return
        running = job == self._running
        self._change(job, status=JobStatus.cancelled, stage_text="", fraction=None, stopping=running)
        if running:
            self._thread.cancel_job(job)

    def retry(self, job: str) -> None:
        """Does again, or goes on with, what failed, was cancelled, or is of an earlier start. Finished pictures are
        not made again."""
        found = self._jobs[job]
        if found.status in (JobStatus.failed, JobStatus.cancelled, JobStatus.paused) and job != self._running:
            self._change(job, status=JobStatus.waiting, error=None, step=0, steps=0, notices=())
            self._start_next()

    def move(self, job: str, index: int) -> None:
        """Puts a job at another place, from 0."""
        before = list(self._order)
        self._order.remove(job)
        self._order.insert(max(0, index), job)
        if self._order != before:
            self.order_changed.emit()

    def remove(self, job: str) -> Job:
        """Takes a job out of the list; one that runs is cancelled. Pictures stay on the disk. `put_back` undoes it."""
        self.cancel(job)
        found = self._jobs.pop(job)
        self._order.remove(job)
        self.removed.emit(job)
        return found

    def put_back(self, job: Job, index: int) -> None:
        """Puts a removed job back into the list, as it was; one that was waiting waits again."""
        self._insert(job, index)

    def pause(self) -> None:
        """Holds the running job after its current step, and starts no other."""
        self._set_paused(True)

    def resume(self) -> None:
        self._set_paused(False)
        self._start_next()

    def seconds_left(self) -> float | None:
        """Until all waiting and running jobs are done; None where nothing is known about one of them."""
        return None

    def expected_seconds(self, order: JobOrder) -> float | None:
        """How long an order will take, from what was learned of such ones; None before anything was learned."""
        return None

    def _insert(self, job: Job, index: int) -> None:
        self._jobs[job.id] = job
        self._order.insert(index, job.id)
        self.added.emit(job.id)
        self._start_next()

    def _start_next(self) -> None:
        if self._running is not None or self._paused:
            return
        waiting = (job for job in self.jobs() if job.status == JobStatus.waiting)
        if (job := next(waiting, None)) is None:
            return
        self._running = job.id
        self._change(job.id, status=JobStatus.running)
        self._thread.run_job(job.id, _rest(job), first=job.pictures_done)

    def _set_paused(self, paused: bool) -> None:
        if paused == self._paused:
            return
        self._paused = paused
        self._thread.hold(paused)
        if self._running and self._jobs[self._running].status in (JobStatus.running, JobStatus.paused):
            self._change(self._running, status=JobStatus.paused if paused else JobStatus.running)
        self.paused_changed.emit(paused)

    def _change(self, job: str, **values: object) -> None:
        self._jobs[job] = replace(self._jobs[job], **values)
        self.changed.emit(job)

    @Slot(str, object)
    def _take(self, job: str, news: JobNews) -> None:
        match news:
            case StageNews(text, fraction):
                if self._is_wanted(job):
                    self._change(job, stage_text=text, fraction=fraction)
            case NoticeNews(text):
                self._change(job, notices=(*self._jobs[job].notices, text))
            case StepNews():
                self._step(job, news)
            case PictureNews():
                self._picture(job, news)
            case EndNews():
                self._end(job, news)

    def _is_wanted(self, job: str) -> bool:
        found = self._jobs.get(job)
        return found is not None and not found.ended

    def _step(self, job: str, news: StepNews) -> None:
        if not self._is_wanted(job):
            return
        self._change(job, stage_text="", fraction=None, step=news.step, steps=news.steps)
        for index, image in zip(news.images, news.previews, strict=False):
            self.preview.emit(job, index, image)

    def _picture(self, job: str, news: PictureNews) -> None:
        if job not in self._jobs:
            return
        self._change(job, pictures=(*self._jobs[job].pictures, news.picture))
        self.preview.emit(job, news.index, news.image)
        self.picture_done.emit(job, news.picture)

    def _end(self, job: str, news: EndNews) -> None:
        self._thread.forget_job(job)
        self._running = None
        if self._is_wanted(job):
            self._change(job, status=news.status, error=news.error, stage_text="", fraction=None)
        elif job in self._jobs:
            self._change(job, stopping=False)
        self._start_next()


def _rest(job: Job) -> JobOrder:
    """What of a job is still to be made."""
    request = job.order.request
    done = job.pictures_done
    if not done:
        return job.order
    rest = request.model_copy(update={"seed": request.seeds[done], "count": request.count - done})
    return replace(job.order, request=rest)
