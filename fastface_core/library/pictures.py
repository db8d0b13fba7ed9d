"""Writing finished pictures: complete or not at all, and never over one another."""

from datetime import datetime
from pathlib import Path

from fastface_core import paths
from fastface_core.files import atomic_write
from fastface_core.library.metadata import Note, png
from fastface_core.request import Picture


def month_folder(now: datetime) -> Path:
    """Where a picture made at `now` goes: `Pictures/FastFace/YYYY-MM`."""
    return paths.pictures_folder() / f"{now:%Y-%m}"


def save(picture: Picture, folder: Path, now: datetime, note: Note | None = None) -> Path:
    """Writes a picture as PNG under a name of time and seed, and returns where it lies.

    Raises:
        StorageError: the disk is full, or the folder cannot be written to.
    """
    content = png(picture, note)
    stem = f"{now:%Y%m%d-%H%M%S}-{picture.seed}"
    number = 1
    while True:
        path = folder / (f"{stem}.png" if number == 1 else f"{stem}-{number}.png")
        try:
            with atomic_write(path, replace=False) as file:
                file.write(content)
            return path
        except FileExistsError:
            number += 1
