"""One job in the engine's thread: from its photos to pictures on the disk."""

import time
from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QImage

from fastface_core.checkpoints import Checkpoint
from fastface_core.errors import ContentWithheldError, DeviceLostError
from fastface_core.files import writable
from fastface_core.identity import Identity
from fastface_core.library.metadata import Note
from fastface_core.library.pictures import month_folder
from fastface_core.library.recovery import find_made
from fastface_core.plan import Plan
from fastface_core.progress import Notice, Stage, StepDone
from fastface_core.request import Picture, PictureDone, PictureWithheld, PortraitRequest, Recipe, RecipePhoto
from fastface_desktop.reading import read_image
from fastface_desktop.values import (
    EndNews,
    JobNews,
    NoticeNews,
    PictureNews,
    SavedPicture,
    StageNews,
    StepNews,
    Worth,
)
from fastface_desktop.worker.images import from_picture, from_preview, thumbnail
from fastface_desktop.worker.inbox import JobTask
from fastface_desktop.worker.work import Work


class JobRun:
    """Runs a job once."""

    def __init__(self, work: Work, task: JobTask) -> None:
        self._work = work
        self._task = task
        self._first = task.first
        self._checkpoint: Checkpoint | None = None
        self._began = 0.0
        self._held = 0.0
        self._making = 0.0
        self._made = 0
        self._withheld = 0
        self._device = ""

    def run(self) -> None:
        """Does the job, and says how it ended; raises nothing that a job can meet."""
        status, error = self._work.attempt(self._make)
        self._tell(EndNews(status, error, self._making, self._made, self._device))
        self._work.tell_idle(error if isinstance(error, DeviceLostError) else None)

    def _make(self) -> None:
        task, work, order = self._task, self._work, self._task.order
        task.cancel.check()
        writable(task.folder or month_folder(datetime.now()))
        self._checkpoint = work.load(order.checkpoint, self._report, task.cancel)
        engine = work.engine()
        self._device = engine.device.name
        identity = work.identify(order, self._checkpoint, self._report, task.cancel)
        request = self._left_to_make(identity, self._checkpoint)
        self._began = time.perf_counter()
        if request is not None:
            engine.generate(request, identity, self._report, task.cancel, previews=True)
            self._say_withheld()

    def _say_withheld(self) -> None:
        """Says that pictures were held back; raises ContentWithheldError where nothing else was made."""
        if self._withheld and not self._made:
            raise ContentWithheldError
        if self._withheld:
            self._tell(NoticeNews(ContentWithheldError.some(self._withheld)))

    def _left_to_make(self, identity: Identity, checkpoint: Checkpoint) -> PortraitRequest | None:
        """The request without what an interrupted run saved, which is told now; None where nothing is left."""
        request, since = self._task.order.request, self._task.since
        if since is None:
            return request
        plan = Plan.of(request, checkpoint.sampling)
        photos = tuple(RecipePhoto(sha256=photo.sha256, face=photo.face_index) for photo in identity.photos)
        scores: list[float | None] = []
        for index, seed in enumerate(request.seeds):
            if request.complete(scores):
                return None
            found = find_made(request, plan, seed, photos, checkpoint.name, since, self._task.known)
            if found is None:
                self._first = self._task.first + index
                return request.after(scores)
            path, content = found
            assert content.recipe is not None
            note = content.note or Note()
            worth = Worth.of(
                checkpoint.name,
                checkpoint.scale,
                likeness=note.likeness,
                reason=note.likeness_reason,
                match=note.twin_match,
                taken_over=note.taken_over,
            )
            scores.append(worth.score)
            image = read_image(path)
            self._tell_picture(self._task.first + index, path, content.recipe, image, worth, note.seconds or 0.0)
        return None

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
            case PictureWithheld():
                self._withheld += 1
            case _:
                pass

    def _step(self, event: StepDone) -> None:
        images = tuple(self._first + index for index in event.images)
        previews = tuple(from_preview(one) for one in event.previews)
        self._tell(StepNews(images, event.step, event.steps, previews))
        self._work.tell("working", "Making pictures")
        start = time.perf_counter()
        self._work.serve(self._task.cancel)
        self._held += time.perf_counter() - start

    def _save(self, picture: Picture) -> None:
        now = datetime.now().astimezone()
        path = self._work.save(picture, self._task.folder or month_folder(now), now, self._task.order.person)
        self._made += 1
        self._making = time.perf_counter() - self._began - self._held
        assert self._checkpoint is not None
        worth = worth_of(picture, self._checkpoint)
        image = from_picture(picture.image)
        self._tell_picture(self._first + picture.index, path, picture.recipe, image, worth, picture.seconds)

    def _tell_picture(
        self, index: int, path: Path, recipe: Recipe, image: QImage, worth: Worth, seconds: float
    ) -> None:
        saved = SavedPicture(
            path=path,
            seed=recipe.seed,
            worth=worth,
            width=recipe.width,
            height=recipe.height,
            seconds=seconds,
            recipe=recipe,
            thumbnail=thumbnail(image),
        )
        self._tell(PictureNews(index, saved, image))

    def _tell(self, news: JobNews) -> None:
        self._work.outlet.job_news.emit(self._task.id, news)


def worth_of(picture: Picture, checkpoint: Checkpoint) -> Worth:
    """What the engine measured of a picture, in the checkpoint's words."""
    return Worth.of(
        checkpoint.name,
        checkpoint.scale,
        likeness=picture.likeness,
        reason=picture.likeness_reason,
        match=picture.twin_match,
        taken_over=picture.taken_over,
    )
