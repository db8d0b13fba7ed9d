"""The archive that a version travels in: a compressed tar with the list of all files of the version first.

A whole package holds every file. A smaller one, for those who have a certain older version, holds only what is new;
the rest is taken from the installed version, each file by its hash.
"""

import gzip
import hashlib
import io
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fastface_core.errors import ModelError
from fastface_core.files import make_folder, storage_error
from fastface_core.models.catalogue import Sha256
from fastface_core.models.disk.copying import PIECE, Meter, sha256_of

LIST = "fastface-files.json"
_LARGEST_LIST = 16 << 20


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in path or "\0" in path:
        raise ValueError("a path that leads elsewhere")
    return path


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Model):
    """A file of a version."""

    path: str
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256
    executable: bool = False

    _stays_inside = field_validator("path")(_inside)


class Link(_Model):
    """A symbolic link of a version, to something beside or below it."""

    path: str
    target: str

    _stays_inside = field_validator("path", "target")(_inside)


class FileList(_Model):
    """All files of a version, whether or not they are in the package."""

    format: Literal["fastface-version"] = "fastface-version"
    release: str
    files: tuple[File, ...]
    links: tuple[Link, ...] = ()

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class BaseDiffersError(ModelError):
    """The installed version is not as it was delivered, so that a smaller package does not do."""


def list_of(folder: Path, release: str) -> FileList:
    """What lies in a bundle's folder."""
    files: list[File] = []
    links: list[Link] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            links.append(Link(path=name, target=path.readlink().as_posix()))
        elif path.is_file():
            status = path.stat()
            executable = bool(status.st_mode & 0o100)
            files.append(File(path=name, size=status.st_size, sha256=sha256_of(path), executable=executable))
    return FileList(release=release, files=tuple(files), links=tuple(links))


def write(folder: Path, files: FileList, target: Path, without: Iterable[str] = (), level: int = 6) -> None:
    """Writes a package; the same bytes for the same content.

    Args:
        without: the sha256 of files that the receiver has already.
        level: of gzip's compression, 1 to 9.
    """
    known = set(without)
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=level, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        text = files.model_dump_json().encode()
        archive.addfile(_member(LIST, len(text)), io.BytesIO(text))
        for file in files.files:
            if file.sha256 not in known:
                known.add(file.sha256)
                with (folder / file.path).open("rb") as content:
                    archive.addfile(_member(file.path, file.size), content)


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    return info


def unpack(package: Path, release: str, target: Path, base: Path | None, meter: Meter) -> FileList:
    """Makes a version's folder from a package, and from the installed version what is not in it.

    Args:
        target: the folder, which does not exist yet.
        base: the installed version's folder.

    Raises:
        ModelError: the package is damaged, or of another version.
        BaseDiffersError: a file that is not in the package is not in the installed version either.
        StorageError: the disk is full or the folder cannot be written to.
        Cancelled: between two pieces.
    """
    try:
        with tarfile.open(package, "r|gz") as archive:
            files = _list(archive, release)
            meter.total = files.size
            _write_all(archive, files, target, meter)
    except (tarfile.TarError, zlib.error, EOFError, ValidationError) as error:
        raise _damaged(package) from error
    except OSError as error:
        # gzip says so of what is no gzip.
        raise _damaged(package) if error.errno is None else storage_error(error, target) from error
    try:
        _complete(files, target, base, meter)
    except OSError as error:
        raise storage_error(error, target) from error
    return files


def _damaged(package: Path) -> ModelError:
    return ModelError(f"The update {package.name} is damaged.", "Install the update again, which fetches it again.")


def _list(archive: tarfile.TarFile, release: str) -> FileList:
    first = archive.next()
    if first is None or first.name != LIST or not first.isreg() or first.size > _LARGEST_LIST:
        raise tarfile.TarError("no list")
    content = archive.extractfile(first)
    assert content is not None
    files = FileList.model_validate_json(content.read())
    if files.release != release:
        raise tarfile.TarError("another version")
    return files


def _write_all(archive: tarfile.TarFile, files: FileList, target: Path, meter: Meter) -> None:
    wanted = {file.path: file for file in files.files}
    make_folder(target)
    while (member := archive.next()) is not None:
        file = wanted.get(member.name)
        if file is None or not member.isreg() or member.size != file.size:
            raise tarfile.TarError("something that is not on the list")
        content = archive.extractfile(member)
        assert content is not None
        path = target / file.path
        make_folder(path.parent)
        meter.at(path.name)
        digest = hashlib.sha256()
        with path.open("wb") as written:
            while piece := content.read(PIECE):
                written.write(piece)
                digest.update(piece)
                meter.add(len(piece))
        if digest.hexdigest() != file.sha256:
            raise tarfile.TarError("another content")


def _complete(files: FileList, target: Path, base: Path | None, meter: Meter) -> None:
    """Files that the package does not bring, permissions and links; then all of it is on the disk."""
    there = {file.sha256: target / file.path for file in files.files if (target / file.path).is_file()}
    old = _by_hash(files, there.keys(), base, meter) if base is not None else {}
    for file in files.files:
        path = target / file.path
        if not path.exists():
            source = there.get(file.sha256) or old.get(file.sha256)
            if source is None:
                raise BaseDiffersError(
                    f"The installed version is not as it was delivered: {file.path}.", "Install FastFace again."
                )
            make_folder(path.parent)
            meter.at(path.name)
            shutil.copyfile(source, path)
            meter.add(file.size)
        path.chmod(0o755 if file.executable else 0o644)
    for link in files.links:
        path = target / link.path
        make_folder(path.parent)
        path.symlink_to(link.target)
    if hasattr(os, "sync"):
        os.sync()


def _by_hash(files: FileList, there: Iterable[str], base: Path, meter: Meter) -> dict[str, Path]:
    """The files of the installed version that are missing in the package: looked for at their old places first."""
    missing = {file.sha256: file for file in files.files if file.sha256 not in set(there)}
    sizes = {file.size for file in missing.values()}
    found: dict[str, Path] = {}
    for path in base.rglob("*") if missing else ():
        if path.is_symlink() or not path.is_file() or path.stat().st_size not in sizes:
            continue
        meter.at(path.name)
        digest = sha256_of(path)
        if digest in missing:
            found[digest] = path
    return found
