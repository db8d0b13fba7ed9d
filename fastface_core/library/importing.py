"""Taking pictures of other folders into the library."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fastface_core import absent
from fastface_core.bounded import opened, shortened
from fastface_core.errors import PhotoError, SettingsError, StorageError
from fastface_core.files import atomic_write
from fastface_core.library.library import Library
from fastface_core.library.marks import mark_pending
from fastface_core.library.metadata import Note, named, read
from fastface_core.library.moments import file_time
from fastface_core.library.pictures import month_folder
from fastface_core.library.recording import insert
from fastface_core.library.scanning import Scan, below, problem_with
from fastface_core.progress import CancelToken, Report, silent

_LONGEST_STEM = 120
"""Bytes of the name of a copy."""


def import_pictures(
    library: Library,
    folder: Path,
    *,
    everything: bool = False,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Scan:
    """Takes the pictures of a folder, and of those in it, into the library.

    Pictures of this program stay where they are. What the library misses is found again, by its pixels. Pictures of
    others are copied into the pictures folder, so that ratings and tags are written into the copies. Whatever the
    folder, what other programs changed in pictures of the library is taken over: stars, tags, pixels.

    Args:
        everything: takes pictures of others too, but for those whose pixels are in the library already.

    Raises:
        SettingsError: it is no folder.
        StorageError: the disk is full or cannot be written to.
        Cancelled: between two files; what is done is good.
    """
    other = absent.meant(folder)
    folder = folder.absolute()
    if not os.path.isdir(folder):  # noqa: PTH112 (a name may be too long to ask for)
        raise SettingsError(
            *(other or (f"{shortened(str(folder), 200)} is not a folder.", "Choose a folder with pictures."))
        )
    # Whatever is missing has to be known as such before it can be found again elsewhere.
    known = library.scanner.scan(library.scanner.known_folders(), cancel=cancel)
    result = library.scanner.scan(below(folder), report=report, cancel=cancel)
    result.add(known)
    if everything:
        for path in result.passed_over:
            if cancel is not None:
                cancel.check()
            try:
                _take_copy(library, path, result)
            except StorageError:
                raise
            except Exception as error:
                result.problems[path] = problem_with(path, error).message
        result.passed_over.clear()
    library.marks.write_pending()
    return result


def _take_copy(library: Library, path: Path, result: Scan) -> None:
    content = read(path)
    if library.gallery.has(content.pixels):
        return
    created = file_time(path)
    copy = _copied(path, month_folder(created) / path.name)
    # The note in the copy is what a rebuild knows it by.
    try:
        with library.database.change() as connection:
            number = insert(connection, copy, replace(content, note=Note(created=created)))
            mark_pending(connection, [number])
    except StorageError:
        copy.unlink(missing_ok=True)
        raise
    result.recorded.append(copy)


def _copied(source: Path, wanted: Path) -> Path:
    """Copies a file under the wanted name, or one like it where that is taken."""
    # Room for a number, and for file systems that take fewer letters.
    stem = wanted.stem.encode()[:_LONGEST_STEM].decode(errors="ignore")
    number = 1
    while True:
        path = wanted.with_name(f"{stem}{'' if number == 1 else f'-{number}'}{wanted.suffix}")
        try:
            with atomic_write(path, replace=False) as file:
                for piece in _pieces(source):
                    file.write(piece)
            return path
        except FileExistsError:
            number += 1


def _pieces(source: Path) -> Iterator[bytes]:
    try:
        with opened(source) as file:
            while piece := file.read(1 << 20):
                yield piece
    except OSError as error:
        raise PhotoError(f"{named(source)} cannot be read.", "Check that its drive is connected.") from error
