"""The people of an evaluation: photos in folders, and what the user wrote down of them."""

import csv
import errno
import hashlib
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.bounded import opened, read_bytes
from fastface_core.errors import SettingsError
from fastface_core.pictures.names import PHOTO_SUFFIXES
from fastface_core.validation import FilePath

PHOTOS = "id_photos"
"""The folder of photos in the published data."""
LABELS = "labels.csv"
"""Strata: a column `person`, and one for each of the user's own labels. Nothing is ever guessed from a face."""

MOST = 5000
_OTHERS = 8
"""Further photos of a person that are looked at."""
_LARGEST = 16 << 20


class Subject(BaseModel):
    """One person.

    Attributes:
        name: of the file without its ending, or of the folder.
        photo: the one that the model is given of the person.
        sha256: of its content.
        others: further photos of the same person; they tell nothing, and judge whether the photo was copied.
        labels: the user's own, by column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=300)]
    photo: FilePath
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    others: tuple[FilePath, ...] = ()
    labels: dict[str, str] = {}


def in_folder(folder: Path) -> tuple[Subject, ...]:
    """The people of a data folder, by name.

    Three forms: `id_photos` with one photo a person (as published), a folder of photos, and a folder of folders, one a
    person, whose first photo by name tells who it is.

    Raises:
        SettingsError: there is no photo, or too many people, or labels that cannot be understood.
    """
    place = folder / PHOTOS if (folder / PHOTOS).is_dir() else folder
    try:
        entries = sorted(place.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} cannot be read.",
            "Give a folder with id_photos, with photos, or with folders of them.",
        ) from error
    found: dict[str, list[Path]] = {}
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            photos = sorted((one for one in entry.iterdir() if _is_photo(one)), key=lambda path: path.name)
            if photos:
                found[entry.name] = photos
        elif _is_photo(entry):
            found.setdefault(entry.stem, []).append(entry)
    if not found:
        raise SettingsError(f"There are no photos in {place}.", "Put one photo or folder of each person there.")
    if len(found) > MOST:
        raise SettingsError(f"There are {len(found)} people in {place}.", f"Take {MOST} at most.")
    labels = _labels(folder / LABELS)
    if unknown := sorted(set(labels) - set(found)):
        raise SettingsError(f"{LABELS} names {unknown[0]}, of whom there is no photo.", "Correct the name there.")
    return tuple(
        Subject(
            name=name,
            photo=photos[0].absolute(),
            sha256=digest(photos[0]),
            others=tuple(path.absolute() for path in photos[1 : _OTHERS + 1]),
            labels=dict(labels.get(name, {})),
        )
        for name, photos in found.items()
    )


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in PHOTO_SUFFIXES and not path.name.startswith(".") and path.is_file()


def digest(file: Path) -> str:
    """The hash of a file's content.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        with opened(file) as content:
            return hashlib.file_digest(cast("BufferedReader", content), "sha256").hexdigest()
    except OSError as error:
        raise SettingsError(f"{file.name} cannot be read.", "Check that it is there and may be read.") from error


def _labels(file: Path) -> Mapping[str, Mapping[str, str]]:
    """By person, then by label."""
    if not file.is_file():
        return {}
    hint = 'Begin it with a line like "person,group" and write a person on each further line.'
    try:
        rows = list(csv.DictReader(read_bytes(file, _LARGEST).decode("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            raise SettingsError(f"{LABELS} is too large.", hint) from error
        raise SettingsError(f"{LABELS} cannot be read.", hint) from error
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        name = row.pop("person", None)
        if not name:
            raise SettingsError(f"A line of {LABELS} names no person.", hint)
        found[name.strip()] = {
            str(label).strip(): value.strip()
            for label, value in row.items()
            if isinstance(value, str) and value.strip()
        }
    return found
