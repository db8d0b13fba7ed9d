"""The queue of jobs: what waits, what runs, what came of it. Only the queue says that something changed."""

import time
import uuid
from collections.abc import Set
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from fastface_core.paths import data_folder
from fastface_core.progress import Notice, Stage
from fastface_core.studio.queue_file import read_queue, to_json
from fastface_desktop.state.jobs.eta import EtaEstimator
from fastface_desktop.state.jobs.stored import from_file, to_file
from fastface_desktop.state.saver import Saver
from fastface_desktop.values import (
    Job,
    JobEvent,
    JobFinished,
    JobOrder,
    JobPicture,
    JobStatus,
    JobStep,
    SavedPicture,
)
from fastface_desktop.worker import EngineThread

__all__ = ["Job", "JobOrder", "JobQueue", "JobStatus", "SavedPicture"]


class JobQueue(QObject):
    """Jobs in the order in which they are done, one at a time. What is not done is kept in `queue.json`."""

    added = Signal(str)
    changed = Signal(str)
    removed = Signal(str)
    ended = Signal(str)
    """The engine has nothing more to do with a job, be it still in the list or not."""
    order_changed = Signal()
    preview = Signal(str, int, QImage)
    """A job, the index of its picture, and how that looks now; the last one is the finished picture in full size."""
    picture_done = Signal(str, SavedPicture)
    """A job, and its `SavedPicture`."""
    paused_changed = Signal(bool)
    noticed = Signal(str, str)
    """A job, and something that the person should know of it, in English."""

    def __init__(self, thread: EngineThread, saver: Saver, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._saver = saver
        self._file = data_folder() / "queue.json"
        self._expected = EtaEstimator(saver, self)
        self._jobs: dict[str, Job] = {}
        self._order: list[str] = []
        self._interrupted: set[str] = set()
        self._running: str | None = None
        self._stopping = False
        self._paused = False
        self._last_picture = 0.0
        thread.job_event.connect(self._take)
        thread.engine_status.connect(self._expected.follow)
        thread.loaded.connect(self._expected.learn_loading)
        thread.thumbnail_read.connect(self._take_thumbnail)
        self._read()

    @property
    def paused(self) -> bool:
        return self._paused

    def jobs(self) -> tuple[Job, ...]:
        """All of this start, and what is not done of earlier ones, in their order."""
        return tuple(self._jobs[job] for job in self._order)

    def job(self, job: str) -> Job | None:
        return self._jobs.get(job)

    def unfinished(self) -> tuple[Job, ...]:
        """Jobs of an earlier start, to be offered again: `retry` goes on with one, `remove` drops it."""
        return tuple(job for job in self.jobs() if job.status == JobStatus.paused and not self._is_held(job))

    def add(self, order: JobOrder) -> str:
        """Puts a job at the end, and returns its id."""
        job = Job(uuid.uuid4().hex, order, since=datetime.now(UTC))
        self._insert(job, len(self._order))
        return job.id

    def cancel(self, job: str) -> None:
        """Takes a job back: it is cancelled at once, the engine stops after its current step.

        Finished pictures stay. `retry` undoes it.
        """
        found = self._jobs[job]
        if found.ended:
            return
        running = job == self._running
        self._change(job, status=JobStatus.cancelled, stage_text="", fraction=None, stopping=running)
        if running:
            self._stopping = True
            self._thread.cancel_job(job)

    def retry(self, job: str) -> None:
        """Goes on with what failed, was cancelled, or is of an earlier start: finished pictures are not made again."""
        found = self._jobs[job]
        if found.status not in (JobStatus.failed, JobStatus.cancelled, JobStatus.paused):
            return
        if job == self._running and not self._stopping:
            return  # held, not of an earlier start
        self._interrupted.add(job)
        self._change(job, status=JobStatus.waiting, error=None, step=0, steps=0, notices=(), stopping=False)
        self._start_next()

    def move(self, job: str, index: int) -> None:
        """Puts a job at another place, from 0."""
        before = list(self._order)
        self._order.remove(job)
        self._order.insert(max(0, index), job)
        if self._order != before:
            self._save()
            self.order_changed.emit()

    def remove(self, job: str) -> Job:
        """Takes a job out of the list, one that runs is cancelled; pictures stay on the disk.

        Returns:
            The job as it was, for `put_back`.
        """
        was = self._jobs[job]
        self.cancel(job)
        del self._jobs[job]
        self._order.remove(job)
        self._save()
        self.removed.emit(job)
        return was

    def forget(self, person: str, photos: Set[Path], hashes: Set[str], *, pictures: bool) -> str | None:
        """Takes out the jobs of a person: by uid, by the photos that they name, or by what their pictures say.

        Args:
            pictures: the finished ones too, whose pictures are going; else they stay until the window closes.

        Returns:
            The job among them that the engine has not stopped yet; `ended` is emitted when it has.
        """
        running: str | None = None
        for job in self.jobs():
            files = set(job.order.files)
            made_of = {photo.sha256 for picture in job.pictures for photo in picture.recipe.photos}
            theirs = person in job.order.uids or files & photos or made_of & hashes
            if theirs and (pictures or job.status != JobStatus.done):
                running = job.id if job.id == self._running else running
                self.remove(job.id)
        return running

    def put_back(self, job: Job, index: int, *, waits: bool = True) -> None:
        """Undoes `remove`: what was not done waits again, at its old place.

        Args:
            waits: False for a job of an earlier start that is to be offered as before.
        """
        if waits and job.status in (JobStatus.running, JobStatus.paused):
            job = replace(job, status=JobStatus.waiting, step=0, steps=0, stage_text="", fraction=None)
        self._insert(job, index)

    def pause(self) -> None:
        """Holds the running job after its current step, and starts no other."""
        self._set_paused(True)

    def resume(self) -> None:
        """Lets the held job go on, and starts others."""
        self._set_paused(False)
        self._start_next()

    def seconds_left(self) -> float | None:
        """Until all running and waiting jobs are done; None where there is one of which nothing is known."""
        total = 0.0
        for job in self.jobs():
            if job.status in (JobStatus.waiting, JobStatus.running) or self._is_held(job):
                seconds = self._left(job)
                if seconds is None:
                    return None
                total += seconds
        return total

    def expected_seconds(self, order: JobOrder, *, loading: bool = True) -> float | None:
        """How long an order takes, loading its checkpoint included unless told otherwise; None before anything like
        it was made."""
        return self._expected.seconds(order, loading=loading)

    def seconds_of_rest(self, job: Job) -> float | None:
        """How long what is left of a job takes; None before anything like it was made."""
        return self._left(job)

    def _is_held(self, job: Job) -> bool:
        return job.status == JobStatus.paused and job.id == self._running

    def _left(self, job: Job) -> float | None:
        # After its last picture a job still runs until the engine says that it ended.
        if job.stopping or job.complete:
            return 0.0
        rest = self._expected.seconds(_rest(job))
        if rest is None or job.status != JobStatus.running:
            return rest
        # The time of the picture that is under way runs down between its steps too.
        each = rest / (job.order.request.count - job.pictures_done)
        return max(rest - min(time.monotonic() - self._last_picture, each), 0.0)

    def _insert(self, job: Job, index: int) -> None:
        self._jobs[job.id] = job
        self._order.insert(index, job.id)
        self._save()
        self.added.emit(job.id)
        self._start_next()

    def _start_next(self) -> None:
        if self._running is not None or self._paused:
            return
        job = next((job for job in self.jobs() if job.status == JobStatus.waiting), None)
        if job is None:
            return
        if job.complete:
            # It was taken back, or the program was closed, after its last picture.
            self._change(job.id, status=JobStatus.done)
            self._start_next()
            return
        self._running, self._stopping = job.id, False
        self._last_picture = time.monotonic()
        self._change(job.id, status=JobStatus.running)
        known = frozenset(picture.path for one in self.jobs() for picture in one.pictures)
        since = job.since if job.id in self._interrupted else None
        self._thread.run_job(job.id, _rest(job), first=job.pictures_done, since=since, known=known)

    def _set_paused(self, paused: bool) -> None:
        if paused == self._paused:
            return
        self._paused = paused
        self._thread.hold(paused)
        if self._running in self._jobs and not self._stopping:
            self._change(self._running, status=JobStatus.paused if paused else JobStatus.running)
        self.paused_changed.emit(paused)

    def _change(self, job: str, **values: object) -> None:
        self._jobs[job] = replace(self._jobs[job], **values)
        if "status" in values or "pictures" in values:
            self._save()
        self.changed.emit(job)

    @Slot(str, object)
    def _take(self, job: str, news: JobEvent) -> None:
        """What the engine's thread says of the running job; one that was removed has nobody to tell."""
        if isinstance(news, JobFinished):
            self._end(job, news)
        elif job not in self._jobs:
            return
        elif isinstance(news, JobPicture):
            self._picture(job, news)
        elif isinstance(news, Notice):
            self._change(job, notices=(*self._jobs[job].notices, news.text))
            self.noticed.emit(job, news.text)
        elif self._stopping:
            return
        elif isinstance(news, Stage):
            self._change(job, stage_text=news.text, fraction=news.fraction)
        else:
            self._step(job, news)

    def _step(self, job: str, news: JobStep) -> None:
        self._change(job, stage_text="", fraction=None, step=news.step, steps=news.steps)
        for index, image in zip(news.images, news.previews, strict=False):
            self.preview.emit(job, index, image)

    def _picture(self, job: str, news: JobPicture) -> None:
        # Also of a job that was cancelled meanwhile: what is made is not lost.
        self._last_picture = time.monotonic()
        self._change(job, pictures=(*self._jobs[job].pictures, news.picture))
        self.preview.emit(job, news.index, news.image)
        self.picture_done.emit(job, news.picture)

    def _end(self, job: str, news: JobFinished) -> None:
        if job != self._running:
            return  # the engine also works for others, as for a comparison
        self._thread.forget_job(job)
        self._running = None
        self.ended.emit(job)
        found = self._jobs.get(job)
        if found is not None:
            self._expected.learn(found.order, news)
            if self._stopping:
                # Its status is already what the person wanted: cancelled, or waiting again.
                self._change(job, stopping=False)
            elif news.status == JobStatus.cancelled:
                # Nobody took it back: the program is being closed, and offers it again next time.
                self._change(job, status=JobStatus.paused, stage_text="", fraction=None)
            else:
                self._change(job, status=news.status, error=news.error, stage_text="", fraction=None)
        self._start_next()

    def _read(self) -> None:
        for stored in read_queue(self._file).jobs:
            job = from_file(stored)
            self._jobs[job.id] = job
            self._order.append(job.id)
            self._interrupted.add(job.id)
            for picture in job.pictures:
                self._thread.read_thumbnail(job.id, picture.path)

    def _save(self) -> None:
        self._saver.put(self._file, to_json(to_file(self.jobs())))

    @Slot(str, object, object)
    def _take_thumbnail(self, job: str, path: Path, thumbnail: QImage) -> None:
        if (found := self._jobs.get(job)) is None:
            return
        pictures = tuple(replace(one, thumbnail=thumbnail) if one.path == path else one for one in found.pictures)
        self._jobs[job] = replace(found, pictures=pictures)
        self.changed.emit(job)


def _rest(job: Job) -> JobOrder:
    """What of a job is still to be made."""
    return replace(job.order, request=job.order.request.after(job.scores))
