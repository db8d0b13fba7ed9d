"""Files beside a picture in which other programs keep marks (`x.jpg.xmp`, `x.xmp`), and when either was last written.

Both suffixes are met in capitals as well. `x.xmp` belongs to a picture where no other picture has that name.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastface_core.pictures.names import GALLERY_SUFFIXES

_SUFFIXES = (".xmp", ".XMP", ".Xmp")
LARGEST = 4 << 20
"""Bytes of one that is read."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a change of a file, or of one beside it, is noticed: bytes of all, and when the last of them was written."""

    size: int
    changed: int

    @classmethod
    def of(cls, *statuses: os.stat_result) -> "Stamp":
        # Some file systems keep times that no database does.
        changed = max(status.st_mtime_ns for status in statuses)
        return cls(sum(status.st_size for status in statuses), min(max(changed, -(1 << 63)), (1 << 63) - 1))


class Folders:
    """Looks once into each folder, for many pictures of it."""

    def __init__(self) -> None:
        self._with_sidecars: dict[Path, bool] = {}

    def found(self, picture: Path) -> Sequence[Path]:
        """As `found`."""
        folder = picture.parent
        if folder not in self._with_sidecars:
            self._with_sidecars[folder] = any(name.lower().endswith(".xmp") for name in _names(folder))
        return found(picture) if self._with_sidecars[folder] else ()


def found(picture: Path) -> Sequence[Path]:
    """Those that a picture has, the one that says least of whom it belongs to first."""
    folder, name, stem = picture.parent, picture.name, picture.stem
    if not (beside := _there(folder, stem)):
        return _there(folder, name)
    others = (Path(other) for other in _names(folder) if other != name)
    alone = not any(other.stem == stem and other.suffix.lower() in GALLERY_SUFFIXES for other in others)
    return [*(beside if alone else ()), *_there(folder, name)]


def left_by(picture: Path, folder: Path) -> list[Path]:
    """Those that nobody needs once a picture is deleted, with whatever they say of whom it shows.

    Args:
        folder: where it lay before it went to the trash; they stay there.
    """
    before = folder / picture.name
    return [*found(picture), *(found(before) if before != picture and not before.exists() else ())]


def stamp_of(
    picture: Path, sidecars: Sequence[Path] | None = None, status: os.stat_result | None = None
) -> Stamp | None:
    """None where there is no such file.

    Args:
        sidecars: where they are known already.
        status: the picture's own, where it is known already.
    """
    try:
        statuses = [status or picture.stat()]
    except OSError:
        return None
    for beside in found(picture) if sidecars is None else sidecars:
        try:
            statuses.append(beside.stat())
        except OSError:
            continue
    return Stamp.of(*statuses)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except OSError:
        return []


def _there(folder: Path, name: str) -> list[Path]:
    """Where capitals make no difference, one file answers to all names."""
    files: dict[tuple[int, int], Path] = {}
    for suffix in _SUFFIXES:
        path = folder / (name + suffix)
        try:
            status = path.stat()
        except (OSError, ValueError):
            continue
        files.setdefault((status.st_dev, status.st_ino), path)
    return list(files.values())
