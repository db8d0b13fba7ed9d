"""Between the queue's jobs and what is kept of them in its file."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtGui import QImage

from fastface_core.errors import FastFaceError
from fastface_core.studio.queue_file import (
    StoredError,
    StoredJob,
    StoredPicture,
    StoredQueue,
)
from fastface_desktop.values import Job, JobOrder, JobStatus, SavedPicture, Worth


def to_file(jobs: Iterable[Job]) -> StoredQueue:
    """What is stored: every job that is neither done nor cancelled."""
    left = (job for job in jobs if job.status not in (JobStatus.done, JobStatus.cancelled))
    return StoredQueue(jobs=tuple(_stored(job) for job in left))


def from_file(stored: StoredJob) -> Job:
    """A job of an earlier start: it failed, or is paused until the person says that it goes on."""
    error = FastFaceError(stored.error.message, stored.error.hint) if stored.error else None
    return Job(
        id=stored.id,
        order=JobOrder(
            stored.request,
            stored.photos,
            stored.checkpoint,
            stored.person,
            stored.others,
        ),
        since=stored.since,
        status=JobStatus.failed if error else JobStatus.paused,
        pictures=tuple(
            SavedPicture(
                path=one.path,
                seed=one.seed,
                worth=_worth(one),
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


def _worth(stored: StoredPicture) -> Worth:
    found = Worth.of(
        stored.recipe.checkpoint,
        likeness=stored.likeness,
        reason=stored.likeness_reason,
        match=stored.twin_match,
        taken_over=stored.taken_over,
        of_each=stored.of_each,
    )
    # The words are kept: their thresholds are those of the day.
    return replace(
        found,
        likeness_word=stored.likeness_word if found.likeness is not None else None,
        match_word=stored.match_word if found.match is not None else None,
    )


def _stored(job: Job) -> StoredJob:
    order = job.order
    return StoredJob(
        id=job.id,
        since=job.since,
        request=order.request,
        photos=order.photos,
        checkpoint=order.checkpoint,
        person=order.person,
        others=order.others,
        pictures=tuple(
            StoredPicture(
                path=one.path,
                seed=one.seed,
                likeness=one.worth.likeness,
                likeness_word=one.worth.likeness_word,
                likeness_reason=one.worth.reason,
                twin_match=one.worth.match,
                match_word=one.worth.match_word,
                taken_over=one.worth.taken_over,
                of_each=one.worth.of_each,
                width=one.width,
                height=one.height,
                seconds=one.seconds,
                recipe=one.recipe,
            )
            for one in job.pictures
        ),
        error=StoredError(message=job.error.message, hint=job.error.hint) if job.error else None,
    )
