"""Comparisons that were begun: what they ask for, from whom, and where their pictures lie. One small file each."""

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastface_core import paths
from fastface_core.bounded import read_json
from fastface_core.compare.grid import Grid
from fastface_core.domain.identity import PhotoChoice
from fastface_core.erasing import erase
from fastface_core.errors import PhotoError
from fastface_core.files import atomic_write
from fastface_core.library.recipe_photos import content_hash
from fastface_core.library.sheets import PLACE
from fastface_core.validation import FilePath, Moment

logger = logging.getLogger(__name__)


class Comparison(BaseModel):
    """A comparison.

    Attributes:
        id: the same for the same grid of the same photos, so that asking for it again continues it.
        photos: empty where `person` is given.
        person: the uid of a person of the library.
        hashes: of the photos' content, or of the content of all photos of the person, as they were when it was begun.
        folder: where its pictures go.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    created: Moment
    grid: Grid
    photos: tuple[PhotoChoice, ...] = ()
    person: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    hashes: tuple[str, ...]
    folder: FilePath


def begun(
    grid: Grid,
    photos: Sequence[PhotoChoice],
    person: str | None,
    hashes: Sequence[str],
    now: datetime,
    folder: Path | None = None,
) -> Comparison:
    """The comparison of this grid and these photos.

    Args:
        hashes: as in `Comparison`.
        now: with its time zone.
        folder: None takes one of its own below the pictures.
    """
    faces = [photo.face for photo in photos]
    # Comparisons that were begun before there were corrections keep their number.
    left_out = {"corrections"} if grid.corrections is None else None
    asked = grid.model_dump(mode="json", exclude=left_out)
    subject = json.dumps([asked, list(hashes), faces, person], sort_keys=True)
    number = hashlib.sha256(subject.encode()).hexdigest()[:16]
    return Comparison(
        id=number,
        created=now,
        grid=grid,
        photos=tuple(PhotoChoice(photo.path.absolute(), photo.face) for photo in photos),
        person=person,
        hashes=tuple(hashes),
        folder=(folder or paths.pictures_folder() / PLACE / number).absolute(),
    )


def hashes_of(photos: Sequence[PhotoChoice]) -> tuple[str, ...]:
    """The hashes of photo files.

    Raises:
        PhotoError: one cannot be read.
    """
    found: list[str] = []
    for photo in photos:
        digest = content_hash(photo.path)
        if digest is None:
            raise PhotoError(f"The photo {photo.path.name} cannot be read.", "Check that it is there, or give another.")
        found.append(digest)
    return tuple(found)


def records_folder() -> Path:
    return paths.data_folder() / "comparisons"


def keep(comparison: Comparison) -> None:
    """Writes a comparison down.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    # Not pydantic's own JSON: a file's name may hold bytes that are no text, which it refuses.
    content = json.dumps(comparison.model_dump(exclude={"created"}) | {"created": comparison.created.isoformat()})
    with atomic_write(records_folder() / f"{comparison.id}.json") as file:
        file.write(content.encode())


def forget(number: str) -> None:
    """Drops a comparison; its pictures stay."""
    (records_folder() / f"{number}.json").unlink(missing_ok=True)


def of_person(comparison: Comparison, person: str, hashes: Collection[str]) -> bool:
    """Whether a comparison shows a person of the library: by uid, or by the content of a photo."""
    return comparison.person == person or not set(hashes).isdisjoint(comparison.hashes)


def forget_person(person: str, hashes: Collection[str]) -> None:
    """Erases the comparisons of a person, one that cannot be understood too where it names them; pictures stay.

    Args:
        hashes: of the person's photos.

    Raises:
        StorageError: a file cannot be removed.
    """
    folder = records_folder()
    words = [word.encode() for word in (person, *hashes)]
    for file in folder.glob("*.json") if folder.is_dir() else ():
        content = file.read_bytes()
        if any(word in content for word in words):
            erase(file)


def kept() -> tuple[Comparison, ...]:
    """Those that were begun, the newest first; files that cannot be understood are passed over."""
    found: list[Comparison] = []
    folder = records_folder()
    for file in folder.glob("*.json") if folder.is_dir() else ():
        try:
            found.append(Comparison.model_validate(read_json(file)))
        except (OSError, ValueError):
            logger.warning("the comparison %s cannot be understood", file.name)
    return tuple(sorted(found, key=lambda one: one.created, reverse=True))
