"""A picture for each job: what it made last, how it looks so far, or whom it shows."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fastface_desktop.reading import read_image
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.values import THUMBNAIL, Job


class JobImages(QObject):
    came = Signal(str)
    """There is another picture for this job."""

    def __init__(self, queue: JobQueue, people: PeopleState, background: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._people, self._background = queue, people, background
        self._previews: dict[str, QImage] = {}
        self._photos: dict[Path, QImage] = {}
        queue.preview.connect(self._preview)
        queue.removed.connect(self._removed)
        people.changed.connect(self._people_changed)

    def person(self, job: Job) -> str:
        """The names of whom it shows; empty for photos that are kept with nobody, and while the people are locked."""
        return ", ".join(filter(None, self.names(job)))

    def names(self, job: Job) -> list[str]:
        """Of everybody in a job's pictures, in their order; empty as for `person`."""
        seen = (self._people.person(one.person) for one in job.order.people)
        return [one.name if one is not None else "" for one in seen]

    def image(self, job: Job) -> QImage:
        """Null while there is none."""
        if job.id in self._previews:
            return self._previews[job.id]
        for picture in reversed(job.pictures):
            if not picture.thumbnail.isNull():
                return picture.thumbnail
        seen = self._people.person(job.order.person)
        if seen is not None:
            return seen.cover
        return self._photo(job) if job.order.photos else QImage()

    def reference(self, job: Job) -> QImage:
        """The photo that it was made from; null while it is not read."""
        seen = self._people.person(job.order.person)
        if seen is not None:
            return seen.cover
        return self._photo(job) if job.order.photos else QImage()

    def _photo(self, job: Job) -> QImage:
        path = job.order.photos[0].path
        if path not in self._photos:
            self._photos[path] = QImage()
            self._background.run(self, lambda: read_image(path, THUMBNAIL), partial(self._read, path))
        return self._photos[path]

    def _read(self, path: Path, image: QImage) -> None:
        self._photos[path] = image
        for job in self._queue.jobs():
            if job.order.photos and job.order.photos[0].path == path:
                self.came.emit(job.id)

    def _preview(self, job: str, index: int, image: QImage) -> None:
        self._previews[job] = image
        self.came.emit(job)

    def _removed(self, job: str) -> None:
        self._previews.pop(job, None)

    def _people_changed(self) -> None:
        for job in self._queue.jobs():
            if job.order.uids:
                self.came.emit(job.id)
