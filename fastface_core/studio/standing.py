"""Places that are where somebody stands in their photo: found once the photos are looked at."""

from collections.abc import Sequence

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity
from fastface_core.domain.plan import Plan
from fastface_core.domain.request import PortraitRequest
from fastface_core.domain.standing import Standing, as_they_stand
from fastface_core.errors import SettingsError


def with_places(request: PortraitRequest, people: Sequence[Identity], checkpoint: Checkpoint) -> PortraitRequest:
    """The request with a place for everybody of whom it says that they are where their photo has them.

    Raises:
        SettingsError: it is not known where somebody's face is in their photo.
    """
    wanting = [number for number, one in enumerate(request.people or ()) if one.as_photo]
    if request.people is None or not wanting:
        return request
    plan = Plan.of(request, checkpoint.sampling)
    standing = [_standing(people[number], number) for number in wanting]
    placed = list(request.people)
    for number, place in zip(wanting, as_they_stand(standing, plan.width / plan.height), strict=True):
        placed[number] = placed[number].model_copy(update={"place": place, "as_photo": None})
    return request.model_copy(update={"people": tuple(placed)})


def _standing(identity: Identity, number: int) -> Standing:
    """By the photo that counts most: its pose is also what a control network follows."""
    photo = max(identity.photos, key=lambda one: one.weight, default=None)
    if photo is None or photo.face.frame is None:
        raise SettingsError(
            f"It is not known where person {number + 1} stands in their photo.",
            "Say left, centre or right, or add the photo again.",
        )
    return Standing(photo.face.points.tolist(), photo.face.frame, photo.sha256)
