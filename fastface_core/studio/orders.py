"""The studio's orders, and its events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Union

from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import Picture, PictureWithheld, PortraitRequest
from fastface_core.errors import FastFaceError
from fastface_core.progress import Notice, Stage, StepDone

if TYPE_CHECKING:  # they bring NumPy, which the window does not wait for
    from fastface_core.domain.attention_maps import MapsDone
    from fastface_core.domain.checkpoints import Checkpoint
    from fastface_core.library.metadata import FileContent


Weights = tuple[float, ...] | Literal["quality"] | None
"""How much each photo counts beside the others, 0 and above and not all 0; "quality" goes by their quality, and None
lets all count alike."""


@dataclass(frozen=True, slots=True)
class Photos:
    """Somebody in photo files.

    Attributes:
        choices: at least one; all of one person.
        person: the uid of whose photos they are, where that is known; the pictures are recorded as theirs.
    """

    choices: tuple[PhotoChoice, ...]
    person: str | None = None
    weights: Weights = None


@dataclass(frozen=True, slots=True)
class LibraryPerson:
    """A person of the library, by the photos that count.

    Attributes:
        permitted: True where the caller has checked the permission. Otherwise an order without a
            permission that holds fails.
    """

    uid: str
    permitted: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Several people in one picture, in the order of the request's `people`.

    Attributes:
        people: at least two.
    """

    people: tuple[Photos | LibraryPerson, ...]


Subject = Photos | LibraryPerson | Together
"""Who a picture is of."""


def people_of(subject: Subject) -> tuple[Photos | LibraryPerson, ...]:
    return subject.people if isinstance(subject, Together) else (subject,)


@dataclass(frozen=True, slots=True)
class Keep:
    """Where the pictures of an order go, and where an earlier run may have left some of them.

    Attributes:
        folder: None takes that of the month, in the pictures folder.
        names: a file name for each seed of the request, without its ending; empty names them by time and seed. A
            picture of that name that is just what would be made is taken instead of making it again; another file of
            that name is left alone, and the picture gets a number behind its name.
        since: for pictures named by time: the order may have been begun then. What was saved since in the pictures
            folder, and is just what would be made, is taken.
        known: files that belong to others and are never taken.
        record: whether the pictures appear in the library; without it the files alone are written.
        stack: see `Marks`; "" for pictures that belong to no others.
        comparison: whether they are cells of a comparison.
    """

    folder: Path | None = None
    names: tuple[str, ...] = ()
    since: datetime | None = None
    known: frozenset[Path] = frozenset()
    record: bool = True
    stack: str = ""
    comparison: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Pictures of one person, or of several together, by one checkpoint.

    Attributes:
        request: how many, of which seeds, and until which goal.
        checkpoint: the name of an installed one.
        keep: None makes pictures that are only shown: nothing is stored.
        previews, attention_maps: as in `Engine.generate`.
    """

    request: PortraitRequest
    subject: Subject
    checkpoint: str
    keep: Keep | None = None
    previews: bool = False
    attention_maps: bool = False


@dataclass(frozen=True, slots=True)
class Loading:
    """A checkpoint is about to be loaded; `Stage` events follow, then `Loaded`."""

    checkpoint: "Checkpoint"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checkpoint was loaded; not emitted again for one that stays loaded.

    Attributes:
        device: for people, for example "NVIDIA H200".
        seconds: that loading took.
    """

    checkpoint: "Checkpoint"
    device: str
    seconds: float


@dataclass(frozen=True, eq=False, slots=True)
class Identified:
    """Who an order is of, by the checkpoint's face models; comes before the long loading.

    Attributes:
        people: one for each of the order's subject.
    """

    people: tuple[Identity, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Making:
    """Everything is ready: sampling begins.

    Attributes:
        checkpoint: the one that is loaded.
        device: for people.
        left: what is still to be made.
        timings: seconds by stage so far: "import", "identify" and "load".
    """

    checkpoint: "Checkpoint"
    device: str
    left: PortraitRequest
    timings: dict[str, float]


@dataclass(frozen=True, eq=False, slots=True)
class PictureMade:
    """A picture is finished, and kept where the order says so.

    Attributes:
        index: 0 to count - 1 of the order's request.
        picture: with its scores; its own index counts from where an interrupted order goes on.
        path: where it lies; None where nothing is kept.
        id: its number in the library; None where it is not recorded.
    """

    index: int
    picture: Picture
    path: Path | None = None
    id: int | None = None

    @property
    def score(self) -> float | None:
        return self.picture.score


@dataclass(frozen=True, eq=False, slots=True)
class PictureFound:
    """A picture that an earlier run of the same order has kept.

    Attributes:
        index: as in `PictureMade`.
        checkpoint: that made it.
        content: what its file says, with a recipe.
    """

    index: int
    checkpoint: "Checkpoint"
    path: Path
    content: "FileContent"

    @property
    def score(self) -> float | None:
        note = self.content.note
        if note is None:
            return None
        return note.twin_match if note.likeness is None else note.likeness


@dataclass(frozen=True, eq=False, slots=True)
class OrderDone:
    """Everything of an order is made, or was there.

    Attributes:
        people: of whom.
        made, found, withheld: how many pictures.
        timings: seconds by stage: "import", "identify", "load", and those of `request.Result`.
    """

    people: tuple[Identity, ...]
    made: int
    found: int
    withheld: int
    device: str
    timings: dict[str, float]


@dataclass(frozen=True, eq=False, slots=True)
class OrderFailed:
    """An order ended early; pictures that were reported before are good.

    Attributes:
        error: `ContentWithheldError` where the content filter holds back all of them. After a `DeviceLostError` the
            engine is of no more use.
    """

    error: FastFaceError
    made: int = 0
    withheld: int = 0


Event = Union[
    Stage,
    Notice,
    StepDone,
    "MapsDone",
    PictureWithheld,
    Loading,
    Loaded,
    Identified,
    Making,
    PictureMade,
    PictureFound,
    OrderDone,
    OrderFailed,
]
"""Those of the engine travel as they are, with indices into the order's request. Each order ends with `OrderDone` or
`OrderFailed`."""

Listener = Callable[[Order, Event], None]
"""Called in the working thread. What it raises ends the work, but for a `FastFaceError` before an order's end: that is
the order's failure, and is reported as such."""


def unheard(order: Order, event: Event) -> None:
    """A `Listener` that nobody listens with."""
