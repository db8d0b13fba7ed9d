"""A backup as a file that may come from anybody: read in bounded memory, time and depth, and nothing of it outside the
folder that it is read into."""

import hashlib
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from fastface_core import absent
from fastface_core.bounded import opened, parsed
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write

VERSION = 1
CONTENTS = "contents.json"
"""The last entry: version, and the hash of every other one."""
DATABASE = "library/library.db"
HINT = "Choose a file that `fastface library backup` made, or another copy of it."

_BLOCK = 1 << 20
_PLACE = re.compile(r"(library/library\.db|library/folders\.json|(people|presets|pictures)/[^\\:\x00-\x1f]+)")
_DIGEST = re.compile("[0-9a-f]{64}")
_PACKED = (".db", ".json")
"""What backups pack; photos and pictures are packed already, and stored as they are, or packed by others."""
_MOST_PACKING = 20
_LARGEST_DIRECTORY = _LARGEST_CONTENTS = 64 << 20
_LARGEST_JSON = 16 << 20
_LARGEST_DATABASE = 8 << 30
_MOST_PACKED = 1 << 30
"""Bytes that all packed files but the database may have."""
_DEEPEST, _LONGEST_PART, _LONGEST = 8, 255, 1000
_BAD = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)
"""What `zipfile` raises over archives that are none, damaged, encrypted, or packed in a way that it does not know."""


def is_backup(file: Path) -> bool:
    """Whether a file looks like a backup, or is none of anybody's yet."""
    try:
        with zipfile.ZipFile(file) as archive:
            return DATABASE in archive.namelist()
    except FileNotFoundError:
        return True
    except (OSError, *_BAD):
        return False


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup that was inspected.

    Attributes:
        sums: hashes by the names of the parts.
        pictures: where the pictures folder was; None where it does not say so.
        unpacked: bytes of all parts.
    """

    sums: Mapping[str, str]
    pictures: Path | None
    unpacked: int
    zip: zipfile.ZipFile

    def take(self, name: str, folder: Path) -> None:
        """Reads one part into its place below `folder`.

        Raises:
            StorageError: it is damaged or missing, or the disk is full.
        """
        found = hashlib.sha256()
        path = folder / name
        try:
            with self.zip.open(name) as source, atomic_write(path, replace=False, private=True) as target:
                while block := source.read(_BLOCK):
                    found.update(block)
                    target.write(block)
        except FileExistsError as error:
            raise damaged("two parts have one name") from error
        except (*_BAD, OSError) as error:
            raise damaged("a part of it cannot be read") from error
        if found.hexdigest() != self.sums[name]:
            raise damaged("a part of it was changed")


@contextmanager
def open_archive(file: Path, room: Path) -> Generator[Archive]:
    """Opens a backup and reads its list of contents; nothing is unpacked.

    Args:
        room: the folder on whose disk there has to be room for all of it.

    Raises:
        StorageError: there is no such file, it is no backup or damaged, a newer version made it, or the disk is full.
    """
    with ExitStack() as stack:
        try:
            content = stack.enter_context(opened(file))
            size = _check_directory(content)
            found = _look(stack.enter_context(zipfile.ZipFile(content)), size)
        except FileNotFoundError as error:
            if (other := absent.meant(file)) is not None:
                raise StorageError(*other) from error
            raise StorageError(f"There is no file {file.name}.", HINT) from error
        except OSError as error:
            raise StorageError(f"{file.name} cannot be read.", HINT) from error
        except _BAD as error:
            raise StorageError(f"{file.name} is not a backup, or it is damaged.", HINT) from error
        if shutil.disk_usage(room).free < found.unpacked:
            raise StorageError(f"The disk that holds {room} has no room for the backup.", "Free some space.")
        yield found


def damaged(what: str) -> StorageError:
    return StorageError(f"The backup is damaged: {what}.", HINT)


def _check_directory(content: BinaryIO) -> int:
    """`zipfile` reads the whole directory of an archive at once (APPNOTE.TXT 4.3.14 to 4.3.16). Returns the file's
    size."""
    size = content.seek(0, 2)
    start = max(0, size - 66_000)
    content.seek(start)
    end = content.read()
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) < place + 22:
        raise zipfile.BadZipFile
    (length,) = struct.unpack_from("<I", end, place + 12)
    big = end.rfind(b"PK\x06\x06", 0, place)
    if length == 0xFFFFFFFF and big >= 0 and len(end) >= big + 48:
        (length,) = struct.unpack_from("<Q", end, big + 40)
    if length > min(size, _LARGEST_DIRECTORY):
        raise zipfile.BadZipFile
    content.seek(0)
    return size


def _look(archive: zipfile.ZipFile, size: int) -> Archive:
    try:
        info = archive.getinfo(CONTENTS)
        _check(info, _LARGEST_CONTENTS)
        about = parsed(archive.read(info))
    except StorageError:
        raise
    except _BAD as error:
        raise StorageError("The file is not a backup of FastFace.", HINT) from error
    if not isinstance(about, dict):
        raise damaged("its list of contents is none")
    content = cast(dict[str, object], about)
    version, sums, root = content.get("version"), content.get("sha256"), content.get("pictures")
    if isinstance(version, int) and version > VERSION:
        raise StorageError(
            "The backup was made by a newer version of FastFace.", "Install that version, or a newer one."
        )
    if type(version) is not int or version != VERSION or not isinstance(sums, dict):
        raise damaged("its list of contents is none")
    total = packed = stored = 0
    for name, digest in cast(dict[str, object], sums).items():
        if not (_possible(name) and isinstance(digest, str) and _DIGEST.fullmatch(digest)):
            raise damaged("a part has a name that is not possible")
        try:
            part = archive.getinfo(name)
        except KeyError as error:
            raise damaged("a part of it is missing") from error
        _check(part, _LARGEST_DATABASE if name == DATABASE else _LARGEST_JSON)
        total += part.file_size
        stored += part.compress_size
        packed += part.file_size if name.endswith(_PACKED) and name != DATABASE else 0
    if stored > size:
        raise damaged("parts of it lie on one another")
    if packed > _MOST_PACKED:
        raise damaged("it is larger than it can be")
    if DATABASE not in sums:
        raise damaged("its database is missing")
    names = cast(dict[str, str], sums)
    if any(str(parent) in names for name in names for parent in PurePosixPath(name).parents):
        raise damaged("a part is a file and a folder")
    return Archive(names, Path(root) if isinstance(root, str) and "\0" not in root else None, total, archive)


def _possible(name: str) -> bool:
    parts = name.split("/")
    try:
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        return False
    return (
        _PLACE.fullmatch(name) is not None
        and len(parts) <= _DEEPEST
        and longest <= _LONGEST_PART
        and len(name) <= _LONGEST
        and not {"", ".", ".."} & set(parts)
    )


def _check(part: zipfile.ZipInfo, largest: int) -> None:
    """A packed part may become a thousand times as long as what is there of it; photos and pictures hardly do."""
    match part.compress_type:
        case zipfile.ZIP_STORED:
            good = part.file_size <= part.compress_size
        case zipfile.ZIP_DEFLATED if part.filename.endswith(_PACKED):
            good = part.file_size <= largest
        case zipfile.ZIP_DEFLATED:
            good = part.file_size <= _MOST_PACKING * part.compress_size
        case _:
            good = False
    if not good or part.flag_bits & 1:
        raise damaged("a part of it is not as backups have it")
