"""Another folder for the pictures: for new ones alone, or with all that are there moved along.

Nothing is lost, whenever the program ends: files are copied first, then everything says where they are now, and only
then the old ones go.
"""

import contextlib
import filecmp
import json
import os
import shutil
from collections.abc import Iterator, Set
from pathlib import Path
from typing import IO, cast

from fastface_core import paths, pictures_place
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, make_folder, storage_error, writable
from fastface_core.library.library import Library
from fastface_core.progress import CancelToken, Report, Stage, silent

_ANOTHER = "Choose another folder."


def choose(library: Library, folder: Path) -> None:
    """From now on new pictures go into `folder`; those that are there stay where they are, and in the gallery.

    Raises:
        StorageError: the folder cannot be written to.
    """
    root, folder = paths.pictures_folder().absolute(), folder.absolute()
    mark = pictures_place.expected() if folder.is_relative_to(root) else None
    if mark is not None:
        # Chosen again, or a folder in it: what is there now is meant.
        _marked(root, mark)
    folder = _looked_at(folder)
    library.keep_folders()
    # The same folder keeps its mark: somebody may be writing into it.
    _keep(folder, mark if folder == root else None)


def move(library: Library, folder: Path, report: Report = silent, cancel: CancelToken | None = None) -> int:
    """Moves everything in the pictures folder into `folder`, which becomes the pictures folder.

    Returns:
        How many files were moved.

    Raises:
        StorageError: the folder cannot be written to, one of the two lies in the other, a file of the same name and
            another content lies there, or the disk is full. The pictures folder is then the old one, unchanged.
        Cancelled: likewise.
    """
    cancel = cancel or CancelToken()
    old, folder = paths.pictures_folder().absolute(), _looked_at(folder)
    pictures_place.check(old)
    if old == folder:
        return 0
    if old.is_relative_to(folder) or folder.is_relative_to(old):
        raise StorageError("The new pictures folder and the old one lie in one another.", _ANOTHER)
    made: list[Path] = []
    try:
        moved = _copy(old, folder, made, report, cancel)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    library.keep_folders()
    # Under the lock: nobody gives a star to a file, trashes or erases it, while it is in two places.
    try:
        with library.database.change():
            _drop_gone(old, folder, made)
            moved |= _copy(old, folder, made, silent, CancelToken(), again=frozenset(made))
            _keep(folder)
            library.move_folders(old, folder, always=True)
    except BaseException:
        if paths.pictures_folder().absolute() != folder:
            for path in made:
                path.unlink(missing_ok=True)
        raise
    (old / pictures_place.NAME).unlink(missing_ok=True)
    for path in moved:
        with contextlib.suppress(OSError):
            path.unlink()
    for parent, _, _ in os.walk(old, topdown=False):
        with contextlib.suppress(OSError):
            Path(parent).rmdir()
    return len(moved)


def _looked_at(folder: Path) -> Path:
    folder = folder.absolute()
    writable(folder)
    return folder


def _marked(folder: Path, mark: str | None) -> str:
    try:
        return pictures_place.put(folder, mark)
    except OSError as error:
        raise storage_error(error, folder) from error


def _keep(folder: Path, mark: str | None = None) -> None:
    mark = _marked(folder, mark)
    with atomic_write(paths.pictures_folder_file()) as file:
        file.write(json.dumps({"folder": str(folder), "mark": mark}, indent=2).encode() + b"\n")


def _drop_gone(old: Path, new: Path, made: list[Path]) -> None:
    """What was erased, or went to the trash, since it was copied."""
    for path in list(made):
        if not (old / path.relative_to(new)).exists():
            path.unlink(missing_ok=True)
            made.remove(path)


def _copy(
    old: Path, new: Path, made: list[Path], report: Report, cancel: CancelToken, again: Set[Path] = frozenset()
) -> set[Path]:
    """Copies what is not there; of `again`, what was changed since it was copied too."""
    files = sorted(_files(old))
    for number, path in enumerate(files, start=1):
        cancel.check()
        report(Stage(f"Moving pictures: {number} of {len(files)}", number / len(files)))
        target = new / path.relative_to(old)
        if target.exists():
            if target in again and not _unchanged(path, target):
                target.unlink()
            elif target in again or _same(path, target):
                continue
            else:
                raise StorageError(f"{target.name} lies in the new folder already, and is another picture.", _ANOTHER)
        make_folder(target.parent)
        try:
            _put(path, target)
        except OSError as error:
            raise storage_error(error, target.parent) from error
        made.append(target)
    return set(files)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        # Unfinished files are somebody's who writes them now.
        if path.is_file() and path.suffix not in (".part", ".probe") and path.name != pictures_place.NAME:
            yield path


def _put(path: Path, target: Path) -> None:
    try:
        # On the same drive nothing has to be copied.
        target.hardlink_to(path)
    except OSError:
        with path.open("rb") as content, atomic_write(target, replace=False) as file:
            shutil.copyfileobj(cast(IO[bytes], content), file)
        shutil.copystat(path, target)


def _unchanged(path: Path, copy: Path) -> bool:
    """Whether a file is as it was when it was copied."""
    if path.samefile(copy):
        return True
    now, then = path.stat(), copy.stat()
    return now.st_size == then.st_size and now.st_mtime_ns == then.st_mtime_ns


def _same(one: Path, other: Path) -> bool:
    if one.samefile(other):
        return True
    if one.stat().st_size != other.stat().st_size:
        return False
    return filecmp.cmp(one, other, shallow=False)
