"""Wheels as archives: what is in one, and unpacking it without trusting its paths (PEP 427)."""

import fnmatch
import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fastface_core.errors import ModelError
from fastface_core.files import make_folder, storage_error

_PIECE = 1 << 20
_LARGEST = 12 << 30
_MOST_FILES = 60_000
_DATA = re.compile(r"[^/]+\.data/(?P<kind>[^/]+)/(?P<rest>.+)")
_FORBIDDEN = re.compile(r"[\x00-\x1f:\\]")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that was written.

    Attributes:
        path: below the runtime's folder, with forward slashes.
    """

    path: str
    size: int
    sha256: str


def members(archive: zipfile.ZipFile, skip: Sequence[str]) -> dict[str, zipfile.ZipInfo]:
    """The files of a wheel that are unpacked, by the place that each one gets.

    Raises:
        ModelError: it holds a path that leads elsewhere, or too much.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > _MOST_FILES or sum(info.file_size for info in infos) > _LARGEST:
        raise _wrong(archive)
    for info in infos:
        if info.is_dir():
            continue
        path = info.filename
        data = _DATA.fullmatch(path)
        if data is not None:
            if data["kind"] not in ("purelib", "platlib"):
                continue
            path = data["rest"]
        parts = PurePosixPath(path).parts
        if path.startswith("/") or ".." in parts or _FORBIDDEN.search(path) or not parts:
            raise _wrong(archive)
        if not any(fnmatch.fnmatchcase(path, pattern) for pattern in skip):
            found["/".join(parts)] = info
    return found


def _wrong(archive: zipfile.ZipFile) -> ModelError:
    name = Path(archive.filename or "").name
    return ModelError(f"{name} is no wheel that can be unpacked.", "Remove the runtime and install it again.")


def unpack(
    wheel: Path,
    folder: Path,
    skip: Sequence[str],
    written: Callable[[int], None],
    only: frozenset[str] | None = None,
) -> list[Unpacked]:
    """Unpacks a wheel into a folder; each file takes its name when it is whole.

    Args:
        written: takes the bytes that were written, now and then; what it raises ends the work.
        only: the places of the files that are wanted; None for all.

    Raises:
        ModelError: it is damaged, or no wheel.
        StorageError: the disk is full or the folder cannot be written to.
    """
    found: list[Unpacked] = []
    try:
        with zipfile.ZipFile(wheel) as archive:
            for path, info in members(archive, skip).items():
                if only is not None and path not in only:
                    continue
                target = folder / path
                make_folder(target.parent)
                found.append(_one(archive, info, path, target, written))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{wheel.name} is damaged.", "Install the runtime again.") from error
    except OSError as error:
        raise storage_error(error, folder) from error
    return found


def _one(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, target: Path, written: Callable[[int], None]
) -> Unpacked:
    digest, size = hashlib.sha256(), 0
    part = target.with_name(target.name + ".part")
    with archive.open(info) as source, part.open("wb") as file:
        while piece := source.read(_PIECE):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            written(len(piece))
    if os.name == "posix" and info.external_attr >> 16 & 0o111:
        part.chmod(0o755)
    part.replace(target)
    return Unpacked(path, size, digest.hexdigest())
