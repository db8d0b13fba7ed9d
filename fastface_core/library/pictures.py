"""Writing finished pictures: complete or not at all, and never over one another."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from fastface_core import paths
from fastface_core.domain.request import Picture
from fastface_core.files import atomic_write
from fastface_core.library.encoding import png
from fastface_core.library.metadata import Marks, Note


def month_folder(now: datetime) -> Path:
    """Where a picture made at `now` goes: `Pictures/FastFace/YYYY-MM`."""
    return paths.pictures_folder() / f"{now:%Y-%m}"


def save(
    picture: Picture,
    folder: Path,
    now: datetime,
    note: Note | None = None,
    *,
    name: str | None = None,
    marks: Marks | None = None,
    plain: bytes | None = None,
) -> Path:
    """Writes a picture as PNG and returns where it lies.

    Args:
        name: without its ending; None takes time and seed. Where it is taken, a number follows it.
        plain: as in `encoding.png`.

    Raises:
        StorageError: the disk is full, or the folder cannot be written to.
    """
    content = png(picture, note, marks, plain)
    for path in places(folder, name or f"{now:%Y%m%d-%H%M%S}-{picture.seed}"):
        try:
            with atomic_write(path, replace=False) as file:
                file.write(content)
            return path
        except FileExistsError:
            continue
    raise AssertionError("there is always another number")


def places(folder: Path, name: str) -> Iterator[Path]:
    """Where a picture of a name may lie, the first one that is free."""
    yield folder / f"{name}.png"
    yield from (folder / f"{name}-{number}.png" for number in count(2))
