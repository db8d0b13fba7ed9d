"""The whole library in one file, and back: database, people, presets, and the pictures on request.

A ZIP archive whose last entry lists the hash of every other one. Nothing in it is run, and nothing is written outside
the library's own folders.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, cast

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, make_folder, storage_error
from fastface_core.library.forgetting import BEFORE_RESTORE
from fastface_core.library.library import Library
from fastface_core.library.metadata import PICTURE_SUFFIXES
from fastface_core.library.scanning import below
from fastface_core.library.sessions import Session
from fastface_core.progress import CancelToken, Report, Stage, silent

_VERSION = 1
_CONTENTS = "contents.json"
_BLOCK = 1 << 20
_PLACE = re.compile(r"(library/library\.db|library/folders\.json|(people|presets|pictures)/[^\\:\x00-\x1f]+)")
_HINT = "Choose a file that `fastface library backup` made, or another copy of it."


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes:
        size: bytes of the file.
    """

    people: int
    pictures: int
    size: int


def backup(
    library: Library, file: Path, *, pictures: bool, report: Report = silent, cancel: CancelToken | None = None
) -> Backup:
    """Writes a backup; a file of that name is replaced only once the new one is whole.

    Args:
        pictures: takes the picture files too. Without them the database alone says what they were.

    Raises:
        StorageError: the disk is full or cannot be written to.
        Cancelled: nothing is left behind.
    """
    cancel = cancel or CancelToken()
    library.marks.write_pending()
    sums: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=library.folder, prefix=".backup-") as scratch:
        copy = Path(scratch) / "library.db"
        library.database.copy_to(copy)
        entries = [("library/library.db", copy), *_entries(library, pictures)]
        with atomic_write(file) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for number, (name, path) in enumerate(entries, start=1):
                cancel.check()
                report(Stage(f"Backing up: {number} of {len(entries)}", number / len(entries)))
                # A picture that is deleted in this moment is not part of it.
                with contextlib.suppress(FileNotFoundError):
                    sums[name] = _put(archive, name, path)
            about = {
                "version": _VERSION,
                "created": datetime.now().astimezone().isoformat(),
                "pictures": str(paths.pictures_folder().absolute()),
                "sha256": sums,
            }
            archive.writestr(_CONTENTS, json.dumps(about, indent=1), zipfile.ZIP_DEFLATED)
    return Backup(
        people=sum(name.endswith("/person.json") for name in sums),
        pictures=sum(name.startswith("pictures/") for name in sums),
        size=file.stat().st_size,
    )


def restore(
    file: Path, *, replace: bool, report: Report = silent, cancel: CancelToken | None = None
) -> tuple[Backup, Path | None]:
    """Brings a backup back. Pictures that are there are never written over.

    The whole file is looked through before anything is changed. A library that is there is moved aside as a whole.

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
    aside = _look_at_what_is_there(replace)
    try:
        with zipfile.ZipFile(file) as archive:
            sums, root = _contents(archive)
            make_folder(paths.data_folder())
            with tempfile.TemporaryDirectory(dir=paths.data_folder(), prefix=".restore-") as scratch:
                staged = Path(scratch)
                for number, (name, digest) in enumerate(sums.items(), start=1):
                    cancel.check()
                    report(Stage(f"Reading the backup: {number} of {len(sums)}", number / len(sums)))
                    _take(archive, name, digest, staged)
                _install(staged, aside)
    except FileNotFoundError as error:
        raise StorageError(f"There is no file {file.name}.", _HINT) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        raise StorageError(f"{file.name} is not a backup, or it is damaged.", _HINT) from error
    except OSError as error:
        raise storage_error(error, paths.data_folder()) from error
    found = Backup(
        people=sum(name.endswith("/person.json") for name in sums),
        pictures=sum(name.startswith("pictures/") for name in sums),
        size=file.stat().st_size,
    )
    with Library(recover=False) as library:
        if root is not None:
            library.move_folders(root, paths.pictures_folder().absolute(), always=found.pictures > 0)
        library.recover(report)
    return found, aside


def _entries(library: Library, pictures: bool) -> Iterator[tuple[str, Path]]:
    roots = [(paths.people_folder(), "people"), (paths.presets_folder(), "presets")]
    for folder, name in roots:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.name.endswith((".part", ".probe")):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path
    folders_file = library.folder / "folders.json"
    if folders_file.is_file():
        yield "library/folders.json", folders_file
    if not pictures:
        return
    root = paths.pictures_folder().absolute()
    for folder in below(root):
        for path in sorted((*folder.glob("*"), *folder.glob(".trash/*"))):
            if path.is_file() and path.suffix.lower() in PICTURE_SUFFIXES:
                yield f"pictures/{path.relative_to(root).as_posix()}", path


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


def _contents(archive: zipfile.ZipFile) -> tuple[dict[str, str], Path | None]:
    """The hashes by name, each name looked at; and where the pictures folder was."""
    damaged = StorageError("The backup is damaged.", _HINT)
    try:
        about: object = json.loads(archive.read(_CONTENTS))
    except (KeyError, ValueError) as error:
        raise StorageError("The file is not a backup of FastFace.", _HINT) from error
    if not isinstance(about, dict):
        raise damaged
    content = cast(dict[str, object], about)
    if content.get("version") != _VERSION:
        raise StorageError(
            "The backup was made by a newer version of FastFace.", "Install that version, or a newer one."
        )
    sums = content.get("sha256")
    if not isinstance(sums, dict):
        raise damaged
    for name, digest in cast(dict[object, object], sums).items():
        if not (isinstance(name, str) and isinstance(digest, str) and _PLACE.fullmatch(name)):
            raise damaged
        if ".." in PurePosixPath(name).parts:
            raise damaged
    root = content.get("pictures")
    return cast(dict[str, str], sums), Path(root) if isinstance(root, str) else None


def _take(archive: zipfile.ZipFile, name: str, digest: str, staged: Path) -> None:
    path = staged / name
    path.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    try:
        with archive.open(name) as source, path.open("xb") as target:
            while block := source.read(_BLOCK):
                found.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
    except KeyError as error:
        raise StorageError("The backup is damaged: a part of it is missing.", _HINT) from error
    if found.hexdigest() != digest:
        raise StorageError("The backup is damaged: a part of it was changed.", _HINT)


def _look_at_what_is_there(replace: bool) -> Path | None:
    """Where the library that is there goes; None where there is none."""
    if not any(folder.exists() for folder in (paths.library_folder() / "library.db", paths.people_folder())):
        return None
    session = Session(paths.library_folder() / "open")
    in_use = session.others()
    session.close()
    if in_use:
        raise StorageError("Another program has the library open.", "Close it and try again.")
    if not replace:
        raise StorageError(
            "There is a library already.",
            "Use --replace: it is then moved aside as a whole, and the backup put in place.",
        )
    return paths.data_folder() / f"{BEFORE_RESTORE}{datetime.now():%Y%m%d-%H%M%S}"


def _install(staged: Path, aside: Path | None) -> None:
    """Folder by folder; each is a rename on the same drive."""
    places = [("library", paths.library_folder()), ("people", paths.people_folder())]
    for name, target in places:
        if target.exists() and aside is not None:
            make_folder(aside)
            target.rename(aside / name)
        if (staged / name).is_dir():
            (staged / name).rename(target)
    _copy_missing(staged / "presets", paths.presets_folder())
    _copy_missing(staged / "pictures", paths.pictures_folder())


def _copy_missing(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        place = target / path.relative_to(source)
        if path.is_file() and not place.exists():
            with path.open("rb") as content, atomic_write(place) as file:
                shutil.copyfileobj(cast(IO[bytes], content), file)
