"""Between the queue's jobs and what is kept of them in its file."""

from collections.abc import Iterable

from PySide6.QtGui import QImage

from fastface_core.errors import FastFaceError
from fastface_core.identity import PhotoChoice
from fastface_core.queue_file import StoredError, StoredJob, StoredPhoto, StoredPicture, StoredQueue
from fastface_desktop.values import Job, JobOrder, JobStatus, SavedPicture


def to_file(jobs: Iterable[Job]) -> StoredQueue:
    """What is to be kept: everything that is neither done nor was taken back."""
    left = (job for job in jobs if job.status not in (JobStatus.done, JobStatus.cancelled))
    return StoredQueue(jobs=tuple(_stored(job) for job in left))


def from_file(stored: StoredJob) -> Job:
    """A job of an earlier start: it failed, or is paused until the person says that it goes on."""
    error = FastFaceError(stored.error.message, stored.error.hint) if stored.error else None
    return Job(
        id=stored.id,
        order=JobOrder(
            stored.request,
            tuple(PhotoChoice(photo.path, photo.face) for photo in stored.photos),
            stored.checkpoint,
            stored.person,
        ),
        since=stored.since,
        status=JobStatus.failed if error else JobStatus.paused,
        pictures=tuple(
            SavedPicture(
                path=one.path,
                seed=one.seed,
                likeness=one.likeness,
                likeness_word=one.likeness_word,
                likeness_reason=one.likeness_reason,
                width=one.width,
                height=one.height,
                seconds=one.seconds,
                recipe=one.recipe,
                thumbnail=QImage(),
            )
            for one in stored.pictures
        ),
        error=error,
    )


def _stored(job: Job) -> StoredJob:
    order = job.order
    return StoredJob(
        id=job.id,
        since=job.since,
        request=order.request,
        photos=tuple(StoredPhoto(path=photo.path, face=photo.face) for photo in order.photos),
        checkpoint=order.checkpoint,
        person=order.person,
        pictures=tuple(
            StoredPicture(
                path=one.path,
                seed=one.seed,
                likeness=one.likeness,
                likeness_word=one.likeness_word,
                likeness_reason=one.likeness_reason,
                width=one.width,
                height=one.height,
                seconds=one.seconds,
                recipe=one.recipe,
            )
            for one in job.pictures
        ),
        error=StoredError(message=job.error.message, hint=job.error.hint) if job.error else None,
    )
