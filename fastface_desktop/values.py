"""What crosses between the engine's thread and the window: frozen values, and nothing that belongs to a thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from fastface_core.domain.identity import Companion, FaceQuality, PersonPhoto, PhotoChoice
from fastface_core.domain.likeness import DRAWN, LikenessScale, LikenessWord, MatchScale, MatchWord
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.request import PortraitRequest, Recipe
from fastface_core.domain.twin import Corrections, Twin
from fastface_core.errors import FastFaceError
from fastface_core.models.installed import STARTER
from fastface_core.progress import Notice, Stage

if TYPE_CHECKING:  # they bring NumPy, which the window is not to wait for
    from fastface_core.batch.outcomes import Outcome
    from fastface_core.domain.attention_maps import AttentionMaps

THUMBNAIL = 256
"""The longer side of thumbnails, in pixels."""


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What is asked for: pictures of one person, or of several together, by one checkpoint.

    Attributes:
        photos, person: of the first, as in `Companion`.
        checkpoint: the name of an installed one.
        others: the further ones, in the order of the request's `people`.
    """

    request: PortraitRequest
    photos: tuple[PhotoChoice, ...]
    checkpoint: str
    person: str | None = None
    others: tuple[Companion, ...] = ()

    @property
    def people(self) -> tuple[Companion, ...]:
        """Everybody, the first included."""
        return (Companion(self.photos, self.person), *self.others)

    @property
    def uids(self) -> tuple[str, ...]:
        """Those of the library."""
        return tuple(one.person for one in self.people if one.person is not None)

    @property
    def files(self) -> tuple[Path, ...]:
        """The photos of everybody who is not of the library."""
        return tuple(photo.path for one in self.people for photo in one.photos)


class JobStatus(StrEnum):
    """The state of a job.

    `paused` is a job that is held after a step, or one of an earlier start of the program that is offered again.
    """

    waiting = "waiting"
    running = "running"
    paused = "paused"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


@dataclass(frozen=True, slots=True)
class Worth:
    """How near a picture came, as far as that was measured.

    Attributes:
        drawn: the starter drew it. No number of such a picture is a likeness to the person, whatever its file says.
        likeness: to the person, -1 to 1; None with `reason`.
        likeness_word: by the recogniser's own thresholds; None where there is no likeness, or no thresholds.
        match: of a drawn one with the drawing that it was made from, -1 to 1. It says nothing of the person.
        taken_over: what of that drawing it shows.
        of_each: of several people in their order the likeness, or the match; None for somebody who is not found.
    """

    drawn: bool = False
    likeness: float | None = None
    likeness_word: LikenessWord | None = None
    reason: str | None = None
    match: float | None = None
    match_word: MatchWord | None = None
    taken_over: TakenOver | None = None
    of_each: tuple[float | None, ...] = ()

    @classmethod
    def of(
        cls,
        checkpoint: str | None,
        scale: LikenessScale | MatchScale | None = None,
        *,
        likeness: float | None,
        reason: str | None,
        match: float | None = None,
        taken_over: TakenOver | None = None,
        of_each: tuple[float | None, ...] = (),
    ) -> "Worth":
        """Args:
        checkpoint: the name of the one that made the picture.
        scale: its own; without one nothing is put in words.
        """
        if checkpoint == STARTER:
            said = scale.word(match) if match is not None and isinstance(scale, MatchScale) else None
            return cls(True, reason=DRAWN, match=match, match_word=said, taken_over=taken_over, of_each=of_each)
        word = scale.word(likeness) if likeness is not None and isinstance(scale, LikenessScale) else None
        return cls(likeness=likeness, likeness_word=word, reason=reason, of_each=of_each)

    @property
    def score(self) -> float | None:
        """What pictures are ordered by; see `Picture.score`."""
        return self.match if self.likeness is None else self.likeness


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """A picture that lies on the disk.

    Attributes:
        width, height: pixels.
        seconds: from the first sampling step to the decoded picture.
        thumbnail: `THUMBNAIL` pixels at most; null until it was read, for a picture of an earlier start.
    """

    path: Path
    seed: int
    worth: Worth
    width: int
    height: int
    seconds: float
    recipe: Recipe
    thumbnail: QImage = field(compare=False)


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how far it is.

    Attributes:
        since: when it was asked for.
        stage_text: what is being done, in English; empty while nothing is.
        fraction: of the stage, 0 to 1; None where it is unknown.
        pictures_done: how many of `order.request.count` are finished.
        step, steps: of the picture that is being sampled; 0 before its first step.
        notices: what the person should know, a sentence each.
        error: why it failed.
        stopping: it was cancelled, and the engine is still busy with its last step.
    """

    id: str
    order: JobOrder
    since: datetime
    status: JobStatus = JobStatus.waiting
    stage_text: str = ""
    fraction: float | None = None
    step: int = 0
    steps: int = 0
    pictures: tuple[SavedPicture, ...] = ()
    notices: tuple[str, ...] = ()
    error: FastFaceError | None = None
    stopping: bool = False

    @property
    def pictures_done(self) -> int:
        return len(self.pictures)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to be made of it."""
        return self.order.request.complete(self.scores)

    @property
    def scores(self) -> tuple[float | None, ...]:
        """Of its finished pictures."""
        return tuple(picture.worth.score for picture in self.pictures)

    @property
    def ended(self) -> bool:
        return self.status in (JobStatus.done, JobStatus.failed, JobStatus.cancelled)

    @property
    def movable(self) -> bool:
        """Whether its place in the queue can be changed."""
        return self.status in (JobStatus.waiting, JobStatus.paused)


@dataclass(frozen=True, slots=True)
class FaceInfo:
    """A face in a photo.

    Attributes:
        index: from the left, from 1: what `PhotoChoice.face` takes.
        box: left, top, right, bottom, each 0 to 1 of the upright photo's width or height.
        advice: sentences on what would make it a better reference; empty for a good one.
    """

    index: int
    box: tuple[float, float, float, float]
    quality: FaceQuality
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhotoReport:
    """What was seen in a dropped file.

    Attributes:
        thumbnail: upright; null where the file is no photo.
        width, height: pixels of the upright photo; 0 where the file is no photo.
        faces: from left to right.
        suggested: the `index` of the face that is most likely meant; None where there is none.
        error: why it cannot be used.
        sha256: hex digest of the file's content; empty where it could not be read.
    """

    path: Path
    thumbnail: QImage = field(compare=False)
    width: int = 0
    height: int = 0
    faces: tuple[FaceInfo, ...] = ()
    suggested: int | None = None
    error: FastFaceError | None = None
    sha256: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """A photo for the library.

    Attributes:
        report: all faces in it.
        photo: the face that is meant, described; None with `error`.
        model, same_person: of the recogniser, as the library keeps them.
    """

    report: PhotoReport
    photo: PersonPhoto | None = None
    model: str = ""
    same_person: float | None = None
    error: FastFaceError | None = None


@dataclass(frozen=True, slots=True)
class TwinOrder:
    """A person who is to be drawn.

    Attributes:
        photos: empty where `person` is given.
        checkpoint: the name of an installed one that is conditioned on a drawing of people.
        person: the uid of a person of the library, whose photos that count are taken.
        styles: names of styles to draw the person in as well.
    """

    photos: tuple[PhotoChoice, ...]
    checkpoint: str
    person: str | None = None
    corrections: Corrections | None = None
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TwinInfo:
    """A drawn person.

    Attributes:
        image: square.
        twin: with the corrections; None with `error`.
        measured: as the photos say; None with `error`.
        sure: the names of what could be told or was corrected, as in `Measures`.
        notes: what is wrong with the photos' light, in English, as sentences with a next step.
        error: why nobody can be drawn.
        styles: square, by the names that were asked for.
    """

    image: QImage = field(compare=False)
    twin: Twin | None = None
    measured: Twin | None = None
    sure: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    error: FastFaceError | None = None
    styles: Mapping[str, QImage] = field(default_factory=dict[str, QImage], compare=False)


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """What is computed with: "NVIDIA H200" of the kind "cuda", "CPU" of the kind "cpu".

    Attributes:
        memory: how a GPU's memory is used for the loaded checkpoint, a sentence in English; empty elsewhere.
        speed: of a CPU, operations a second; None where it was not measured.
    """

    name: str
    kind: str
    memory: str = ""
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device that can be asked for: "cuda:0" is "NVIDIA H200"."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Of the GPU, or of the computer where it computes on the CPU, in bytes."""

    used: int
    total: int


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The state of the engine.

    Attributes:
        status: "starting", "importing", "loading", "ready", "working" or "failed".
        text: what is being done, in English.
        fraction: 0 to 1; None where it is unknown.
        checkpoint: the name of the one that is loaded.
        devices: those there are; empty until the libraries are imported.
    """

    status: str = "starting"
    text: str = ""
    fraction: float | None = None
    device: DeviceInfo | None = None
    memory: MemoryUse | None = None
    checkpoint: str | None = None
    checkpoint_title: str = ""
    error: FastFaceError | None = None
    devices: tuple[DeviceChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class JobStep:
    """A sampling step of a job is done.

    Attributes:
        images: indices into the job's pictures.
        step: 1 to `steps`.
        previews: one for each of `images`.
    """

    images: tuple[int, ...]
    step: int
    steps: int
    previews: tuple[QImage, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class JobPicture:
    """A picture of a job is on the disk.

    Attributes:
        image: in full size.
    """

    index: int
    picture: SavedPicture
    image: QImage = field(compare=False)


@dataclass(frozen=True, slots=True)
class JobFinished:
    """A job ended, and the engine is free.

    Attributes:
        status: done, failed or cancelled.
        making: seconds from the first sampling step to the last saved picture, of `made` pictures.
        device: what it was made with; empty where nothing was.
    """

    status: JobStatus
    error: FastFaceError | None = None
    making: float = 0.0
    made: int = 0
    device: str = ""


@dataclass(frozen=True, slots=True)
class TrialPicture:
    """A picture that was made to be looked at: it lies nowhere.

    Attributes:
        image: in full size.
        maps: the identity attention maps, where they were asked for.
    """

    image: QImage = field(compare=False)
    worth: Worth
    seconds: float
    recipe: Recipe
    maps: "AttentionMaps | None" = field(compare=False)


@dataclass(frozen=True, slots=True)
class RowPicture:
    """A picture of a batch's row is on the disk.

    Attributes:
        id: its number in the library; None where it was there before.
        thumbnail: null for one that was there before.
    """

    path: Path
    id: int | None
    score: float | None
    thumbnail: QImage = field(compare=False)


@dataclass(frozen=True, slots=True)
class RowEnded:
    """A row of a batch came to its end, made or failed, and is in the batch's journal."""

    outcome: "Outcome"


@dataclass(frozen=True, slots=True)
class SearchStep:
    """How far a search for settings is.

    Attributes:
        verifying: on other people than those that were searched on.
        measuring: the pictures are there and are looked at.
        done: pictures that are made, or measured, of `total`.
        step, steps: of the picture that is being made; 0 of 0 between two.
    """

    verifying: bool
    measuring: bool
    done: int
    total: int
    step: int = 0
    steps: int = 0


SearchEvent = Stage | SearchStep | JobFinished

TrialEvent = Stage | JobStep | TrialPicture | JobFinished

JobEvent = Stage | Notice | JobStep | JobPicture | JobFinished

RowEvent = Stage | Notice | JobStep | RowPicture | RowEnded | JobFinished
