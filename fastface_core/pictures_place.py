"""Whether the folder that was chosen for the pictures is there: a drive that is away leaves an empty one in its place.

A hidden file in the folder holds a random mark, which is kept with the choice. Where it is missing nothing is written.
"""

import contextlib
import secrets
from pathlib import Path
from typing import cast

from fastface_core import paths
from fastface_core.bounded import read_bytes, read_json
from fastface_core.errors import StorageError

NAME = ".fastface-pictures"
_LARGEST = 1024


def put(folder: Path, mark: str | None = None) -> str:
    """Marks a folder that exists, or is made, as the one that is chosen; returns its mark.

    Raises:
        OSError: it cannot be written to.
    """
    mark = mark or secrets.token_hex(16)
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        if _has(folder, mark):
            return mark  # not emptied for a moment in which somebody else looks
    (folder / NAME).write_text(mark, encoding="ascii")
    return mark


def _has(folder: Path, mark: str) -> bool:
    return read_bytes(folder / NAME, _LARGEST) == mark.encode()


def expected() -> str | None:
    """The mark of the folder that was chosen; None where none was, or by an earlier version."""
    try:
        said = read_json(paths.pictures_folder_file())
    except (OSError, ValueError):
        return None
    mark = cast("dict[str, object]", said).get("mark") if isinstance(said, dict) else None
    return mark if isinstance(mark, str) else None


def check(folder: Path) -> None:
    """To be called before something is written into `folder`.

    Raises:
        StorageError: it lies in the folder of the pictures, and that is not the one that was chosen.
    """
    mark = expected()
    if mark is None:
        return
    root = paths.pictures_folder()
    if not folder.absolute().is_relative_to(root.absolute()):
        return
    try:
        there = _has(root, mark)
    except PermissionError:
        return  # it says itself what is wrong
    except OSError:
        there = False
    if not there:
        raise StorageError(
            f"The pictures folder {root} is not there: another folder is in its place, or none.",
            "Connect its drive, or choose the pictures folder again in Settings.",
        )
