"""One job in the engine's thread: from its photos to pictures on the disk."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QImage

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.request import Picture, PictureWithheld, Recipe
from fastface_core.errors import DeviceLostError
from fastface_core.library.metadata import Note
from fastface_core.library.xmp import STACK_FORM
from fastface_core.progress import Notice, Stage, StepDone
from fastface_core.studio.orders import (
    Event,
    Keep,
    LibraryPerson,
    Making,
    Order,
    Photos,
    PictureFound,
    PictureMade,
    Together,
)
from fastface_desktop.reading import read_image
from fastface_desktop.values import (
    JobEvent,
    JobFinished,
    JobOrder,
    JobPicture,
    JobStep,
    SavedPicture,
    Worth,
)
from fastface_desktop.worker.images import from_picture, from_preview, thumbnail
from fastface_desktop.worker.inbox import JobTask
from fastface_desktop.worker.work import EngineHost, MakeRoom


class JobRun:
    """Runs a job once, and makes room for trials between two of its pictures."""

    def __init__(self, work: EngineHost, task: JobTask, make_room: Callable[[], None]) -> None:
        """
        Args:
            make_room: does the trials that wait.
        """
        self._work = work
        self._task = task
        self._make_room = make_room
        self._rest = task
        self._scores: list[float | None] = []
        """Of the pictures of `_rest` that are there."""
        self._withheld = False
        self._checkpoint: Checkpoint | None = None
        self._began = 0.0
        self._held = 0.0
        self._earlier = 0.0
        self._making = 0.0
        self._made = 0
        self._device = ""

    def run(self) -> None:
        """Does the job, and says how it ended; raises nothing that a job can meet."""
        while True:
            task, self._scores, self._withheld = self._rest, [], False
            keep = Keep(
                folder=task.folder,
                since=task.since,
                known=task.known,
                # A job's number is its stack's, also when it goes on after a restart.
                stack=task.id if STACK_FORM.fullmatch(task.id) else "",
                # Comparisons alone have a folder of their own.
                comparison=task.folder is not None,
            )
            try:
                status, error = self._work.make(studio_order(task.order, keep), self._hear, task.cancel)
                break
            except MakeRoom:
                self._make_room()
                self._rest = _after(task, self._scores)
        self._tell(JobFinished(status, error, self._making, self._made, self._device))
        self._work.tell_idle(error if isinstance(error, DeviceLostError) else None)

    def _hear(self, event: Event) -> None:
        match event:
            case Stage() | Notice():
                self._tell(event)
            case Making(checkpoint, device):
                self._checkpoint, self._device = checkpoint, device
                # Again where trials went between: what was made before counts, the time between does not.
                self._began, self._held, self._earlier = time.perf_counter(), 0.0, self._making
            case StepDone():
                self._step(event)
            case PictureFound():
                self._scores.append(event.score)
                self._tell_found(event)
            case PictureMade():
                self._scores.append(event.picture.score)
                self._tell_made(event)
            case PictureWithheld():
                self._withheld = True
            case _:
                pass

    def _step(self, event: StepDone) -> None:
        if event.step == 1 and self._work.trial_waits and self._between(event):
            raise MakeRoom
        images = tuple(self._rest.first + index for index in event.images)
        previews = tuple(from_preview(one) for one in event.previews)
        self._tell(JobStep(images, event.step, event.steps, previews))
        start = time.perf_counter()
        self._work.serve(self._task.cancel)
        self._held += time.perf_counter() - start

    def _between(self, event: StepDone) -> bool:
        """Whether the pictures before are all there; what the content filter held back is not looked for again."""
        return bool(self._scores) and min(event.images) == len(self._scores) and not self._withheld

    def _tell_made(self, made: PictureMade) -> None:
        picture = made.picture
        assert self._checkpoint is not None
        assert made.path is not None
        self._made += 1
        self._making = self._earlier + time.perf_counter() - self._began - self._held
        worth, image = worth_of(picture, self._checkpoint), from_picture(picture.image)
        self._tell_picture(made.index, made.path, picture.recipe, image, worth, picture.seconds)

    def _tell_found(self, found: PictureFound) -> None:
        """Of a picture that an interrupted run saved and could not tell of."""
        assert found.content.recipe is not None
        note = found.content.note or Note()
        worth = Worth.of(
            found.checkpoint.name,
            found.checkpoint.scale,
            likeness=note.likeness,
            reason=note.likeness_reason,
            match=note.twin_match,
            taken_over=note.taken_over,
            of_each=note.of_each,
        )
        image = read_image(found.path)
        self._tell_picture(found.index, found.path, found.content.recipe, image, worth, note.seconds or 0.0)

    def _tell_picture(
        self, index: int, path: Path, recipe: Recipe, image: QImage, worth: Worth, seconds: float
    ) -> None:
        """`index`: among those of the order."""
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
        self._tell(JobPicture(self._rest.first + index, saved, image))

    def _tell(self, news: JobEvent) -> None:
        self._work.outlet.job_event.emit(self._task.id, news)


def _after(task: JobTask, scores: list[float | None]) -> JobTask:
    """What of a job is left once pictures of these scores are there."""
    order = replace(task.order, request=task.order.request.after(scores))
    return replace(task, order=order, first=task.first + len(scores))


def studio_order(order: JobOrder, keep: Keep | None, *, attention_maps: bool = False) -> Order:
    """What the window asks for, in the studio's words."""
    people = tuple(Photos(one.photos) if one.person is None else LibraryPerson(one.person) for one in order.people)
    return Order(
        request=order.request,
        subject=Together(people) if order.others else people[0],
        checkpoint=order.checkpoint,
        keep=keep,
        previews=True,
        attention_maps=attention_maps,
    )


def worth_of(picture: Picture, checkpoint: Checkpoint) -> Worth:
    """What the engine measured of a picture, in the checkpoint's words."""
    return Worth.of(
        checkpoint.name,
        checkpoint.scale,
        likeness=picture.likeness,
        reason=picture.likeness_reason,
        match=picture.twin_match,
        taken_over=picture.taken_over,
        of_each=picture.of_each,
    )
