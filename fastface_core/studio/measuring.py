"""Has the engine measure photos of people for the library: neither imports the other."""

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity, PersonPhoto, PhotoChoice
from fastface_core.domain.measures import MEASURING
from fastface_core.domain.photo_weights import weighed
from fastface_core.errors import PhotoError
from fastface_core.fingerprints import fingerprint, fingerprint_of
from fastface_core.library.library import Library
from fastface_core.library.people.person import Person
from fastface_core.models import installed
from fastface_core.progress import CancelToken, Report, Stage, silent
from fastface_core.studio.orders import Photos

if TYPE_CHECKING:
    from fastface_core.engine.engine import Engine


class Measurer:
    """The face models of the best installed checkpoint, loaded when the first photo comes."""

    def __init__(self, checkpoint: Checkpoint | None = None) -> None:
        self._checkpoint = checkpoint or installed.best()
        self.model = model_of(self._checkpoint)

    @cached_property
    def _engine(self) -> "Engine":
        from fastface_core.engine.engine import Engine

        engine = Engine("cpu")
        engine.load_faces(self._checkpoint)
        return engine

    @property
    def same_person(self) -> float | None:
        """The least agreement that means the same person."""
        return self._engine.same_person

    def measure(self, choice: PhotoChoice) -> PersonPhoto:
        """The chosen face of one photo.

        Raises:
            PhotoError: the photo cannot be read, or shows no face, or not the one that was asked for.
        """
        (photo,) = self._engine.identify([choice]).photos
        return photo


def identity_of(
    person: Person,
    library: Library,
    engine: "Engine",
    checkpoint: Checkpoint,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Identity:
    """A person of the library, measured by a checkpoint's face models; where that was not done yet, it is done now.

    Args:
        engine: with the checkpoint's face models loaded.

    Raises:
        PhotoError: none of the photos can be used.
        Cancelled: between two photos.
    """
    model = model_of(checkpoint)
    if (known := library.people.identity(person.uid, model)) is not None:
        return known
    report(Stage(f"Looking at the photos of {person.name}"))
    measured: list[PersonPhoto] = []
    problem: PhotoError | None = None
    for photo in person.photos:
        if cancel is not None:
            cancel.check()
        with library.people.photo_file(person.uid, photo.sha256) as file:
            try:
                (seen,) = engine.identify([PhotoChoice(file, photo.face)]).photos
            except PhotoError as error:
                problem = error  # these models see no face where others did
                continue
        measured.append(seen)
    library.people.put_faces(person.uid, measured, model, engine.same_person)
    if not measured and problem is not None:
        raise problem
    identity = library.people.identity(person.uid, model, partial=True)
    assert identity is not None
    return identity


def weighed_as(photos: Photos, identity: Identity) -> Identity:
    """Somebody in photo files, each counting as much as is said.

    Raises:
        PhotoError: there is not one weight for each photo.
    """
    if photos.weights is None:
        return identity
    if photos.weights == "quality":
        return weighed(identity)
    if len(photos.weights) != len(identity.photos):
        raise PhotoError(
            f"There are not as many weights as different photos: {len(photos.weights)} for {len(identity.photos)}.",
            "Give one for each photo, and each photo once.",
        )
    return weighed(identity, photos.weights)


def model_of(checkpoint: Checkpoint) -> str:
    """A name for the way of measuring, which changes with the weights of the recogniser and with what is measured."""
    path = checkpoint.faces.path
    files = [path] if path.is_file() else sorted(path.glob("*.onnx"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(fingerprint(file))
    measured = f"+measures{MEASURING}" if checkpoint.identity == "twin" else ""
    return f"{checkpoint.faces.kind}:{digest.hexdigest()[:16]}{measured}{_material(checkpoint)}"


def _material(checkpoint: Checkpoint) -> str:
    """What the checkpoint's face adapter needs of photos in addition to what all of them need."""
    traits = TRAITS[checkpoint.adapter.kind]
    wanted = ["raw"] if traits.embedding == "raw" else []
    wanted += [traits.picture] if traits.picture in ("head", "cut-out") else []
    if (parser := checkpoint.adapter.parser) is not None:
        wanted.append(f"parser-{fingerprint_of(parser)}")
    return "".join(f"+{name}" for name in wanted)
