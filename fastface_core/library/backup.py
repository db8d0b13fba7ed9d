"""The whole library in one file, and back: database, people, presets, and the pictures on request.

A ZIP archive whose last entry lists the hash of every other one. Nothing in it is run, and nothing is written outside
the library's own folders.
"""

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, make_folder
from fastface_core.library import aside, switching
from fastface_core.library.archive import CONTENTS, DATABASE, VERSION, open_archive
from fastface_core.library.library import Library
from fastface_core.library.metadata import PICTURE_SUFFIXES
from fastface_core.library.people.strangers import take_in
from fastface_core.library.scanning import below
from fastface_core.progress import CancelToken, Report, Stage, silent
from fastface_core.scraps import scratch, sweep_scratch

_BLOCK = 1 << 20
_FOLDERS = "library/folders.json"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes:
        size: bytes of the file.
        outside: pictures that lay in folders outside the pictures folder, and are not taken in.
    """

    people: int
    pictures: int
    size: int
    outside: int = 0


def backup(
    library: Library, file: Path, *, pictures: bool, report: Report = silent, cancel: CancelToken | None = None
) -> Backup:
    """Writes a backup; a file of that name is replaced only once the new one is complete.

    Args:
        pictures: takes the picture files too. Without them the database alone says what they were.

    Raises:
        StorageError: the disk is full or cannot be written to.
        Cancelled: nothing is left behind.
    """
    cancel = cancel or CancelToken()
    library.marks.write_pending()
    library.writes_to(file.parent)
    sums: dict[str, str] = {}
    with scratch(library.folder, "backup") as place:
        copy = place / "library.db"
        library.database.copy_to(copy)
        with (
            atomic_write(file, private=True) as out,
            zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
        ):
            done = count(1)

            def put(some: Iterable[tuple[str, Path]]) -> None:
                for (name, path), number in zip(some, done, strict=False):
                    cancel.check()
                    report(Stage(f"Backing up: {number} of {number_of_all}", number / number_of_all))
                    # A picture that is deleted in this moment is not part of it.
                    with contextlib.suppress(FileNotFoundError):
                        sums[name] = _put(archive, name, path)

            # As they are at one moment: a key, what is sealed with it, and the photos that a person's file names.
            with library.database.change():
                people = list(_people())
                others = [(DATABASE, copy), *_others(pictures)]
                number_of_all = len(people) + len(others)
                put(people)
            put(others)
            about = {
                "version": VERSION,
                "created": datetime.now().astimezone().isoformat(),
                "pictures": str(paths.pictures_folder().absolute()),
                "sha256": sums,
            }
            archive.writestr(CONTENTS, json.dumps(about, indent=1), zipfile.ZIP_DEFLATED)
    return Backup(
        people=sum(name.endswith("/person.json") for name in sums),
        pictures=sum(name.startswith("pictures/") for name in sums),
        size=file.stat().st_size,
    )


def restore(
    file: Path, *, replace: bool, report: Report = silent, cancel: CancelToken | None = None
) -> tuple[Backup, Path | None]:
    """Brings a backup back: all of it, or nothing. Pictures that are there are never written over.

    The whole file is checked before anything is changed. An existing library is moved aside as a whole.
    Of files outside the pictures folder only this program's own pictures that lie there are taken in; see `strangers`.

    Args:
        replace: allows that there is a library already.

    Returns:
        What was brought back, and where the library that was there lies now.

    Raises:
        StorageError: the file is no backup or damaged, there is a library already, another program has it open, or the
            disk is full.
        Cancelled: nothing was changed.
    """
    cancel = cancel or CancelToken()
    data = paths.data_folder()
    make_folder(data)
    switching.finish()
    size = _size(file)  # one of the program's own is moved aside with the library
    sweep_scratch(data)
    there = _look_at_what_is_there(replace)
    place = aside.new_place()
    with open_archive(file, data) as archive, scratch(data, "restore", switching.is_pending) as staged:
        # Who is being forgotten stays so, and a note that says it is no part of a backup.
        left_out = {name.rpartition("/")[0] + "/" for name in archive.sums if name.endswith("/forget")}
        names = [name for name in archive.sums if not name.startswith(tuple(left_out)) and name != _FOLDERS]
        for number, name in enumerate(names, start=1):
            cancel.check()
            report(Stage(f"Reading the backup: {number} of {len(names)}", number / len(names)))
            archive.take(name, staged)
        outside = take_in(staged / DATABASE, archive.pictures, paths.pictures_folder().absolute())
        cancel.check()
        switching.install(staged, place, keep=there)
    found = Backup(
        people=sum(name.endswith("/person.json") for name in names),
        pictures=sum(name.startswith("pictures/") for name in names),
        size=size,
        outside=outside,
    )
    with Library(recover=False) as library:
        library.recover(report)
    return found, place if there else None


def _people() -> Iterator[tuple[str, Path]]:
    folder = paths.people_folder()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        being_forgotten = folder / path.relative_to(folder).parts[0] / "forget"
        if path.is_file() and not path.name.startswith(".") and not being_forgotten.exists():
            yield f"people/{path.relative_to(folder).as_posix()}", path


def _others(pictures: bool) -> Iterator[tuple[str, Path]]:
    for part, folder in (("presets", paths.presets_folder()), ("styles", paths.styles_folder())):
        for path in sorted(folder.rglob("*.json")) if folder.is_dir() else ():
            yield f"{part}/{path.relative_to(folder).as_posix()}", path
    if not pictures:
        return
    root = paths.pictures_folder().absolute()
    for folder in below(root):
        for path in sorted((*folder.glob("*"), *folder.glob(".trash/*"))):
            if path.is_file() and path.suffix.lower() in PICTURE_SUFFIXES:
                yield f"pictures/{path.relative_to(root).as_posix()}", path


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # opening it gives the error


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        about = zipfile.ZipInfo.from_file(path, name)
        # Pictures and photos are compressed already.
        about.compress_type = zipfile.ZIP_DEFLATED if path.suffix in (".db", ".json") else zipfile.ZIP_STORED
        with archive.open(about, "w", force_zip64=True) as target:
            while block := source.read(_BLOCK):
                digest.update(block)
                target.write(block)
    return digest.hexdigest()


def _look_at_what_is_there(replace: bool) -> bool:
    """Whether there is a library already."""
    if not any(folder.exists() for folder in (paths.library_folder() / "library.db", paths.people_folder())):
        return False
    if switching.in_use():
        raise StorageError("Another program has the library open.", "Close it and try again.")
    if not replace:
        raise StorageError(
            "There is a library already.",
            "Use --replace: it is then moved aside as a whole, and the backup put in place.",
        )
    return True
