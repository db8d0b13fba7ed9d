"""The jobs that are still to be done, as a file: a crash or a restart loses none of them, nor what they have made."""

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core import bounded
from fastface_core.domain.identity import Companion, PhotoChoice
from fastface_core.domain.likeness import LikenessWord, MatchWord
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.places import MOST_PEOPLE
from fastface_core.domain.request import PortraitRequest, Recipe
from fastface_core.validation import FilePath, Moment

logger = logging.getLogger(__name__)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StoredPicture(_Model):
    """A picture that a job has made."""

    path: FilePath
    seed: int
    likeness: float | None = None
    likeness_word: LikenessWord | None = None
    likeness_reason: str | None = None
    twin_match: float | None = None
    match_word: MatchWord | None = None
    taken_over: TakenOver | None = None
    of_each: Annotated[tuple[float | None, ...], Field(max_length=8)] = ()
    width: int
    height: int
    seconds: float
    recipe: Recipe

    @property
    def score(self) -> float | None:
        """As `Picture.score`."""
        return self.twin_match if self.likeness is None else self.likeness


class StoredError(_Model):
    """Why a job failed."""

    message: str
    hint: str


class StoredJob(_Model):
    """A job that is not done.

    Attributes:
        since: when it was asked for.
        person: the uid of a person of the library, instead of photos.
        others: of a picture of several people the further ones.
        error: None for one that did not fail.
    """

    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    since: Moment
    request: PortraitRequest
    photos: tuple[PhotoChoice, ...]
    checkpoint: str
    person: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    others: Annotated[tuple[Companion, ...], Field(max_length=MOST_PEOPLE - 1)] = ()
    pictures: tuple[StoredPicture, ...] = ()
    error: StoredError | None = None


class StoredQueue(_Model):
    """Jobs in the order in which they are done."""

    version: Literal[1] = 1
    jobs: tuple[StoredJob, ...] = ()


def to_json(queue: StoredQueue) -> bytes:
    # Not pydantic's own JSON: a file's name may hold bytes that are no text, which it refuses.
    return json.dumps(queue.model_dump(), default=_special, indent=1).encode()


def _special(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def read_queue(file: Path) -> StoredQueue:
    """The jobs in a file. A job that cannot be understood is left out; the file is then kept under another name, and
    the log says so."""
    try:
        text = bounded.read_bytes(file)
    except OSError:
        return StoredQueue()
    jobs: list[StoredJob] = []
    whole = True
    seen: set[str] = set()
    for content in _contents(text):
        try:
            job = StoredJob.model_validate(content)
        except ValidationError:
            whole = False
            continue
        if job.id not in seen and not job.request.complete([one.score for one in job.pictures]):
            seen.add(job.id)
            jobs.append(job)
    if not whole:
        _keep_aside(file, text)
    return StoredQueue(jobs=tuple(jobs))


def _contents(text: bytes) -> list[object]:
    """One for each job; a single None where the file is no queue."""
    try:
        content = bounded.parsed(text)
    except ValueError:
        return [None]
    jobs: object = cast("dict[str, object]", content).get("jobs") if isinstance(content, dict) else None
    return cast("list[object]", jobs) if isinstance(jobs, list) else [None]


def _keep_aside(file: Path, text: bytes) -> None:
    aside = file.with_suffix(".damaged.json")
    logger.warning("%s has jobs that cannot be understood; it is kept as %s", file.name, aside.name)
    try:
        aside.write_bytes(text)
    except OSError:
        logger.warning("%s could not be kept", aside.name)
