"""Announces the progress of jobs to screen readers, whichever page is in view."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.jobs.queue import JobQueue, JobStatus
from fastface_desktop.translation import translated


class Announcer(QObject):
    """Says when a job begins, how many of its pictures are there, and when it failed."""

    def __init__(self, queue: JobQueue, window: QWidget) -> None:
        super().__init__(window)
        self._queue, self._window = queue, window
        self._begun: set[str] = set()
        self._failed: set[str] = set()
        self.last = ""
        queue.changed.connect(self._changed)
        queue.picture_done.connect(self._made)
        queue.removed.connect(self._forget)

    def say(self, text: str) -> None:
        """Politely: what is being read is read to its end."""
        self.last = text
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, text))

    def _changed(self, job: str) -> None:
        found = self._queue.job(job)
        if found is None:
            return
        count = found.order.request.count
        if found.status == JobStatus.running and job not in self._begun:
            self._begun.add(job)
            self.say(
                self.tr("Making the picture")
                if count == 1
                else self.tr("Making {count} pictures").format(count=self._window.locale().toString(count))
            )
        elif found.status == JobStatus.failed and job not in self._failed and isinstance(found.error, FastFaceError):
            self._failed.add(job)
            self.say(translated(found.error.message))

    def _made(self, job: str, picture: object) -> None:
        found = self._queue.job(job)
        if found is None:
            return
        count, number = found.order.request.count, self._window.locale().toString
        self.say(
            self.tr("The picture is made")
            if count == 1
            else self.tr("Picture {number} of {count} is made").format(
                number=number(found.pictures_done), count=number(count)
            )
        )

    def _forget(self, job: str) -> None:
        self._begun.discard(job)
        self._failed.discard(job)
