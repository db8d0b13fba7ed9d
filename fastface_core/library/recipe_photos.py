"""Finding the photos that a recipe names: it knows nothing of them but the hash of their content."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from fastface_core.bounded import opened
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import RecipePhoto
from fastface_core.pictures.names import PHOTO_SUFFIXES

_MOST_FILES = 500
"""A folder may hold anything."""
LARGEST_PHOTO = 200 << 20
"""The largest file that is read as a photo, in bytes."""
_BLOCK = 1 << 20


def find_photos(wanted: Sequence[RecipePhoto], files: Iterable[Path]) -> tuple[PhotoChoice, ...] | None:
    """The photos from among `files`, in the recipe's order; None where one of them is not there.

    Reads the files, up to the one with which all are found.
    """
    missing = {photo.sha256 for photo in wanted}
    found: dict[str, Path] = {}
    for file in files:
        if not missing:
            break
        if (digest := content_hash(file)) in missing:
            assert digest is not None
            found[digest] = file
            missing.remove(digest)
    return None if missing else tuple(PhotoChoice(found[photo.sha256], photo.face) for photo in wanted)


def photo_files(folder: Path) -> Sequence[Path]:
    """The files of a folder that may be photos, by their names; none where it cannot be read."""
    try:
        files = [file for file in folder.iterdir() if file.suffix.lower() in PHOTO_SUFFIXES and file.is_file()]
    except OSError:
        return []
    return sorted(files)[:_MOST_FILES]


def content_hash(path: Path) -> str | None:
    """Of the file's bytes, as hex digits; None where it cannot be read, which is said when it is opened as a photo."""
    try:
        with opened(path) as file:
            if os.fstat(file.fileno()).st_size > LARGEST_PHOTO:
                return None
            digest = hashlib.sha256()
            while block := file.read(_BLOCK):
                digest.update(block)
            return digest.hexdigest()
    except OSError:
        return None
