"""One job in the engine's thread: from its photos to pictures on the disk."""

import time
from datetime import datetime

from fastface_core.checkpoints import Checkpoint
from fastface_core.errors import FastFaceError
from fastface_core.files import writable
from fastface_core.library.pictures import month_folder, save
from fastface_core.progress import Cancelled, Notice, Stage, StepDone
from fastface_core.request import Picture, PictureDone
from fastface_desktop.values import (
    EndNews,
    JobNews,
    JobStatus,
    NoticeNews,
    PictureNews,
    SavedPicture,
    StageNews,
    StepNews,
)
from fastface_desktop.worker.images import from_picture, from_preview, thumbnail
from fastface_desktop.worker.inbox import JobTask
from fastface_desktop.worker.unexpected import unexpected
from fastface_desktop.worker.work import Work


class JobRun:
    """Runs a job once."""

    def __init__(self, work: Work, task: JobTask) -> None:
        self._work = work
        self._task = task
        self._loading: float | None = None
        self._began = 0.0
        self._held = 0.0
        self._making = 0.0
        self._made = 0
        self._device = ""
        self._checkpoint: Checkpoint | None = None

    def run(self) -> None:
        """Does the job, and says how it ended; raises nothing."""
        status, known = JobStatus.done, None
        try:
            self._make()
        except Cancelled:
            status = JobStatus.cancelled
        except FastFaceError as error:
            status, known = JobStatus.failed, error
        except Exception as error:
            status, known = JobStatus.failed, unexpected(error)
        self._tell(EndNews(status, known, self._loading, self._making, self._made, self._device))
        self._work.tell_idle()

    def _make(self) -> None:
        task, work, order = self._task, self._work, self._task.order
        task.cancel.check()
        self._tell(StageNews("Starting", None))
        writable(task.folder or month_folder(datetime.now()))
        self._checkpoint, self._loading = work.load(order.checkpoint, self._report, task.cancel)
        engine = work.engine()
        self._device = engine.device.name
        identity = engine.identify(order.photos, self._report, task.cancel)
        self._began = time.perf_counter()
        engine.generate(order.request, identity, self._report, task.cancel, previews=True)

    def _report(self, event: object) -> None:
        match event:
            case Stage(text, fraction):
                self._tell(StageNews(text, fraction))
                if self._checkpoint is not None:
                    self._work.tell("working", text)
            case Notice(text):
                self._tell(NoticeNews(text))
            case StepDone():
                self._step(event)
            case PictureDone(picture):
                self._save(picture)
            case _:
                pass

    def _step(self, event: StepDone) -> None:
        images = tuple(self._task.first + index for index in event.images)
        previews = tuple(from_preview(one) for one in event.previews)
        self._tell(StepNews(images, event.step, event.steps, previews))
        self._work.tell("working", "Making pictures")
        start = time.perf_counter()
        self._work.serve(self._task.cancel)
        self._held += time.perf_counter() - start

    def _save(self, picture: Picture) -> None:
        now = datetime.now()
        path = save(picture, self._task.folder or month_folder(now), now)
        image = from_picture(picture.image)
        assert self._checkpoint is not None
        saved = SavedPicture(
            path=path,
            seed=picture.seed,
            likeness=picture.likeness,
            likeness_word=(
                None if picture.likeness is None else self._checkpoint.faces.likeness.word(picture.likeness)
            ),
            likeness_reason=picture.likeness_reason,
            width=picture.recipe.width,
            height=picture.recipe.height,
            seconds=picture.seconds,
            recipe=picture.recipe,
            thumbnail=thumbnail(image),
        )
        self._made += 1
        self._making = time.perf_counter() - self._began - self._held
        self._tell(PictureNews(self._task.first + picture.index, saved, image))

    def _tell(self, news: JobNews) -> None:
        self._work.outlet.job_news.emit(self._task.id, news)
