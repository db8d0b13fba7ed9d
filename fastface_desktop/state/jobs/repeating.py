"""Making a picture of the library once more with another seed, of the same person."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from fastface_core.domain.identity import Companion, PhotoChoice
from fastface_core.domain.request import PortraitRequest, Recipe, random_seed
from fastface_core.errors import PhotoError
from fastface_core.library.gallery import PictureDetails
from fastface_core.library.recipe_photos import find_photos
from fastface_core.models import installed
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.session import Session
from fastface_desktop.state.tasks import Failed, Tasks, while_alive
from fastface_desktop.values import JobOrder


class Repeating(QObject):
    """Puts a job into the queue. The person is the library's, or else known by photos that Create or a job has."""

    def __init__(self, queue: JobQueue, session: Session, background: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._session, self._background = queue, session, background

    def repeat(self, owner: QObject, details: PictureDetails, done: Callable[[str], object], failed: Failed) -> None:
        """
        Args:
            done: gets the job's id.
            failed: gets why there is no job.
        """
        recipe = details.recipe
        if recipe is None:
            return
        person = details.row.person
        files = () if person is not None else self.files()

        def order() -> JobOrder:
            installed.find(recipe.checkpoint)
            if recipe.people is not None:
                return _together(recipe, person, details.note.others)
            return JobOrder(_request(recipe), _photos(recipe, person, files), recipe.checkpoint, person)

        told, refused = while_alive(owner, done), while_alive(owner, failed)
        self._background.run(self, order, lambda order: told(self._queue.add(order)), refused)

    def files(self) -> tuple[Path, ...]:
        """The photos that Create and the jobs have."""
        of_jobs = (path for job in self._queue.jobs() for path in job.order.files)
        return tuple(dict.fromkeys((*(photo.path for photo in self._session.values.photos), *of_jobs)))


def _together(recipe: Recipe, first: str | None, others: Sequence[str]) -> JobOrder:
    """
    Raises:
        PhotoError: not all of a picture's people are of the library.
    """
    assert recipe.people is not None
    if first is None or len(others) + 1 < len(recipe.people):
        raise PhotoError(
            "This picture shows several people, and not all of them are in the library.",
            "Choose Vary, and add the others on Create.",
        )
    request = _request(recipe).model_copy(update={"people": recipe.people})
    return JobOrder(request, (), recipe.checkpoint, first, tuple(Companion(person=uid) for uid in others))


def _photos(recipe: Recipe, person: str | None, files: Sequence[Path]) -> tuple[PhotoChoice, ...]:
    if person is not None:
        return ()
    found = find_photos(recipe.photos, files)
    if not found:
        raise PhotoError(
            "The photo that this picture was made from is not at hand.",
            "Choose Vary, and add a photo of the person on Create.",
        )
    return found


def _request(recipe: Recipe) -> PortraitRequest:
    return PortraitRequest(
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        preset=recipe.preset,
        steps=recipe.steps,
        seed=random_seed(),
        width=recipe.width,
        height=recipe.height,
        scheduler=recipe.scheduler,
        corrections=recipe.corrections,
    )
