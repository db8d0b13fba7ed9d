"""Packs, a bundle as one file for computers without network: their form, and how one is imported.

A pack is an uncompressed tar. Its first member is the manifest (JSON): what the pack holds, under which terms, and the
size and sha256 of every file. The files follow in that order, and then nothing. Its bytes depend on its content alone,
which is why a broken-off export (`packing.py`) can go on where it stopped. Where a file goes is decided by the
catalogue here and never by the pack.
"""

import io
import tarfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core.bounded import opened
from fastface_core.errors import ModelError
from fastface_core.files import storage_error
from fastface_core.models.catalogue import Catalogue, Component, Licence, Sha256
from fastface_core.models.conversion import after_download, made_path
from fastface_core.models.disk.copying import PIECE, Meter, resume_into, unreadable
from fastface_core.models.store import Store, gigabytes
from fastface_core.progress import CancelToken, Report, silent

MANIFEST = "fastface-models.json"
_LARGEST_MANIFEST = 4 << 20
_LARGEST_READ = max(PIECE, _LARGEST_MANIFEST)
_BAD = (tarfile.TarError, EOFError, ValueError, OverflowError)
"""What `tarfile` raises over archives that are none or damaged."""
_DAMAGED_HINT = "Copy the pack again from where it was made. What was imported until now is kept."


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PackedFile(_Model):
    """A file of a pack.

    Attributes:
        path: in its repository.
        replaces: the catalogue's file that it was made from and replaces.
    """

    path: str
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256
    replaces: str | None = None


class PackedComponent(_Model):
    name: str
    repo: str
    revision: str
    licence: str
    files: Annotated[tuple[PackedFile, ...], Field(min_length=1)]


class Manifest(_Model):
    """What a pack holds; the files in their order."""

    format: Literal["fastface-models"] = "fastface-models"
    version: Literal[1] = 1
    program: str
    bundle: str
    title: str
    licences: tuple[Licence, ...]
    components: tuple[PackedComponent, ...]

    @property
    def size(self) -> int:
        return sum(file.size for component in self.components for file in component.files)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a pack, and the component of the catalogue that it belongs to."""

    component: Component
    file: PackedFile

    @property
    def name(self) -> str:
        return f"{self.component.name}/{self.file.path}"


def is_pack(path: Path) -> bool:
    """Whether a file looks like a pack, by its first bytes."""
    try:
        with opened(path) as file:
            return file.read(tarfile.BLOCKSIZE).startswith(MANIFEST.encode() + b"\0")
    except OSError:
        return False


def read_manifest(path: Path) -> Manifest:
    """What a pack says it holds.

    Raises:
        ModelError: it is no pack, damaged, or made by a later version.
    """
    with _opened(path) as archive:
        return _manifest(archive, path)


def components_of(manifest: Manifest, catalogue: Catalogue) -> tuple[Component, ...]:
    """The catalogue's components that a pack brings.

    Raises:
        ModelError: it holds something that the catalogue does not know.
    """
    return tuple({member.component.name: member.component for member in _expected(manifest, catalogue)}.values())


def import_pack(
    path: Path, store: Store, report: Report = silent, cancel: CancelToken | None = None
) -> tuple[Component, ...]:
    """Puts the files of a pack into the store, each verified before it gets its name. Call it with the lock.

    Files that are ready in the store are passed over; a broken-off import goes on from their `.part`.

    Raises:
        ModelError: it is no pack; it holds something that the catalogue does not know; or a file in it is damaged,
            which is named. Whole files are then imported all the same.
        StorageError: too little space, or a folder that cannot be written to.
        Cancelled: between two pieces.
    """
    cancel = cancel or CancelToken()
    damaged: list[str] = []
    with _opened(path) as archive:
        manifest = _manifest(archive, path)
        members = _expected(manifest, store.catalogue)
        missing = [member for member in members if not _is_here(store, member)]
        store.check_space(sum(member.file.size - _begun(store, member) for member in missing))
        meter = Meter(sum(member.file.size for member in members), report, cancel)
        for member in members:
            meter.at(member.file.path.split("/")[-1])
            content = _next(archive, path, member)
            if member not in missing:
                meter.add(member.file.size)
            elif not _take(store, member, _read(content, path, member, meter)):
                damaged.append(member.file.path)
        try:
            more = archive.next() is not None
        except (*_BAD, OSError):
            more = True
    components = {member.component.name: member.component for member in members}
    for component in components.values():
        after_download(store, component)
    if damaged:
        raise ModelError(f"The pack {path.name} is damaged in: {', '.join(damaged)}.", _DAMAGED_HINT)
    if more:
        raise _foreign(path)
    return tuple(components.values())


@contextmanager
def _opened(path: Path) -> Generator[tarfile.TarFile]:
    no_pack = ModelError(f"{path.name} is no pack of models.", "Choose a file made with: fastface models export.")
    if not path.is_file():
        raise ModelError(f"There is no file {path.name}.", "Check its name and place.")
    with ExitStack() as stack:
        try:
            content = _Pieces(stack.enter_context(opened(path)))
            archive = stack.enter_context(tarfile.open(fileobj=cast(BinaryIO, content), mode="r:"))
        except _BAD as error:
            raise no_pack from error
        except OSError as error:
            raise unreadable(path, error) from error
        yield archive


class _Pieces:
    """A file of which nothing is read at once that is larger than a piece: `tarfile` reads headers as a whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LARGEST_READ:
            raise tarfile.ReadError("a header without end")
        return self._file.read(size)


def _manifest(archive: tarfile.TarFile, path: Path) -> Manifest:
    no_pack = ModelError(f"{path.name} is no pack of models.", "Choose a file made with: fastface models export.")
    try:
        first = archive.next()
        if first is None or first.name != MANIFEST or not first.isreg() or first.size > _LARGEST_MANIFEST:
            raise no_pack
        content = archive.extractfile(first)
        assert content is not None
        text = content.read(_LARGEST_MANIFEST)
    except _BAD as error:
        raise no_pack from error
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise ModelError(
            f"The list of contents of {path.name} cannot be read: it is damaged, or of a later version.",
            "Copy the pack again, or update FastFace.",
        ) from error


def _expected(manifest: Manifest, catalogue: Catalogue) -> list[Member]:
    """The members of a pack, each of them one of the catalogue's files.

    Raises:
        ModelError: one is not.
    """
    components = {component.name: component for component in catalogue.components}
    found: list[Member] = []
    for packed in manifest.components:
        component = components.get(packed.name)
        if component is None or component.repo != packed.repo:
            raise _unknown(manifest, packed.name)
        files = {file.path: file for file in component.files}
        for file in packed.files:
            original = files.get(file.replaces or file.path)
            made = made_path(original, component.conversion) if original and component.conversion else None
            if original is None or (file.replaces is not None and file.path != made):
                raise _unknown(manifest, f"{packed.name}/{file.path}")
            other = original.sha256 is not None and original.sha256 != file.sha256
            if file.replaces is None and (other or (original.exact and original.size != file.size)):
                raise _unknown(manifest, f"{packed.name}/{file.path}")
            found.append(Member(component, file))
    names = [member.name for member in found]
    if len(set(names)) != len(names):
        raise _unknown(manifest, next(name for name in names if names.count(name) > 1))
    return found


def _unknown(manifest: Manifest, name: str) -> ModelError:
    return ModelError(
        f"The pack holds something that this version does not know: {name[:100]}.",
        f"It was made by {manifest.program[:40]}: update FastFace on the older of the two computers.",
    )


def _foreign(path: Path) -> ModelError:
    return ModelError(f"The pack {path.name} holds something that does not belong there.", _DAMAGED_HINT)


def _next(archive: tarfile.TarFile, path: Path, member: Member) -> io.BufferedIOBase:
    """The content of the next member, which has to be the one that the manifest says."""
    try:
        info = archive.next()
    except (*_BAD, OSError) as error:
        raise _ends_early(path, member) from error
    if info is None:
        raise _ends_early(path, member)
    if info.name != member.name or not info.isreg() or info.size != member.file.size:
        raise _foreign(path)
    content = archive.extractfile(info)
    assert content is not None
    return content  # type: ignore[reportReturnType]


def _ends_early(path: Path, member: Member) -> ModelError:
    return ModelError(f"The pack {path.name} is incomplete: it ends before {member.file.path}.", _DAMAGED_HINT)


def _read(content: io.BufferedIOBase, path: Path, member: Member, meter: Meter) -> Iterator[bytes]:
    left = member.file.size
    while left:
        try:
            piece = content.read(min(PIECE, left))
        except _BAD as error:
            raise _ends_early(path, member) from error
        except OSError as error:
            raise unreadable(path, error) from error
        if not piece:
            raise _ends_early(path, member)
        left -= len(piece)
        meter.add(len(piece))
        yield piece


def _is_here(store: Store, member: Member) -> bool:
    # Also ready in another form: a pickle there that was made into safetensors here, or the other way round.
    original = member.component.file(member.file.replaces or member.file.path)
    return store.file_state(member.component, original) == "ready"


def _begun(store: Store, member: Member) -> int:
    part = store.part_path(member.component, member.file.path)
    return min(member.file.size, part.stat().st_size) if part.is_file() else 0


def _take(store: Store, member: Member, content: Iterator[bytes]) -> bool:
    """Writes one file; False where its content is not what the manifest says, and then what was there before stays."""
    target = store.path(member.component, member.file.path)
    part = store.part_path(member.component, member.file.path)
    if resume_into(part, content) != member.file.sha256:
        part.unlink(missing_ok=True)
        return False
    try:
        part.replace(target)
    except OSError as error:
        raise storage_error(error, target.parent) from error
    store.record_verified(member.component, member.file.path, member.file.sha256, replaces=member.file.replaces)
    return True


def describe(manifest: Manifest) -> str:
    """One line for people."""
    return f"{manifest.title}, {gigabytes(manifest.size)}, made by {manifest.program}"
