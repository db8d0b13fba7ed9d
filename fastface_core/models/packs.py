"""Packs: a bundle as one file, for computers without network.

A pack is an uncompressed tar. Its first member is the manifest (JSON): what the pack holds, under which terms, and the
size and sha256 of every file. The files follow in that order, and then nothing. Its bytes depend on its content alone,
which is why a broken-off export can go on where it stopped. Where a file goes is decided by the catalogue here and
never by the pack.
"""

import hashlib
import io
import tarfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core import __version__
from fastface_core.errors import ModelError, StorageError
from fastface_core.files import storage_error
from fastface_core.models.catalogue import Bundle, Catalogue, Component, Licence, Sha256
from fastface_core.models.conversion import after_download, made_path
from fastface_core.models.copying import PIECE, Meter, pieces, resume_into, sha256_of, unreadable
from fastface_core.models.store import PART, Store, gigabytes
from fastface_core.progress import CancelToken, Report, silent

MANIFEST = "fastface-models.json"
_LARGEST_MANIFEST = 4 << 20
_DAMAGED_HINT = "Copy the pack again from where it was made. What was imported until now is kept."


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PackedFile(_Model):
    """A file of a pack.

    Attributes:
        path: in its repository.
        replaces: the catalogue's file that it was made from and stands for.
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
class _Member:
    component: Component
    file: PackedFile

    @property
    def name(self) -> str:
        return f"{self.component.name}/{self.file.path}"


# Export


def export(
    store: Store, bundle: Bundle, target: Path, report: Report = silent, cancel: CancelToken | None = None
) -> Manifest:
    """Writes a pack. A file of that name is replaced, once the new one is whole. Call it with the lock.

    A broken-off export goes on from its `.part` beside the target.

    Raises:
        ModelError: a component is not installed, or one of its files is damaged; the sentence names it.
        StorageError: too little space, or a folder that cannot be written to.
        Cancelled: between two pieces.
    """
    cancel = cancel or CancelToken()
    members = _to_pack(store, bundle, report, cancel)
    catalogue = store.catalogue
    components = catalogue.of(bundle)
    manifest = Manifest(
        program=f"FastFace {__version__}",
        bundle=bundle.name,
        title=bundle.title,
        licences=catalogue.terms(components),
        components=tuple(
            PackedComponent(
                name=component.name,
                repo=component.repo,
                revision=component.revision,
                licence=component.licence,
                files=tuple(member.file for member in members if member.component == component),
            )
            for component in components
        ),
    )
    part = target.with_name(target.name + PART)
    _check_target(target, store, manifest.size - (part.stat().st_size if part.is_file() else 0))
    meter = Meter(2 * manifest.size, report, cancel)
    digest = resume_into(part, _content(store, manifest, members, meter))
    meter.at(target.name)
    if sha256_of(part, meter) != digest:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"The drive of {target.parent} does not keep what is written to it.", "Choose another drive for the pack."
        )
    try:
        part.replace(target)
    except OSError as error:
        raise storage_error(error, target.parent) from error
    return manifest


def _check_target(target: Path, store: Store, wanted: int) -> None:
    if target.is_dir():
        raise StorageError(f"{target} is a folder.", "Give the name of a file for the pack.")
    if not target.parent.is_dir():
        raise StorageError(f"There is no folder {target.parent}.", "Make it, or choose another one.")
    Store(target.parent, store.catalogue).check_space(max(0, wanted), what="pack")


def _to_pack(store: Store, bundle: Bundle, report: Report, cancel: CancelToken) -> list[_Member]:
    """The files of a bundle. Those that were not verified yet are read for their checksum."""
    components = store.catalogue.of(bundle)
    if lacking := [one.title for one in components if store.state(one) not in ("ready", "unverified")]:
        raise ModelError(
            f"{bundle.title} is not wholly installed; what is missing or damaged: {', '.join(lacking)}.",
            f"Get it with: fastface models download {bundle.name}.",
        )
    found: list[_Member] = []
    for component in components:
        record = store.record(component)
        for file in component.files:
            path, name, replaces = store.path(component, file), file.path, None
            if not path.exists():
                name = next(made for made, known in record.files.items() if known.replaces == file.path)
                path, replaces = store.path(component, name), file.path
            size = path.stat().st_size
            if store.unchanged(component, name):
                digest = record.files[name].sha256
            else:
                meter = Meter(size, report, cancel)
                meter.at(path.name)
                digest = sha256_of(path, meter)
                expected = record.files[name].sha256 if replaces else file.sha256
                if expected is not None and digest != expected:
                    store.record_damaged(component, name, expected)
                    raise _damaged(path)
            found.append(_Member(component, PackedFile(path=name, size=size, sha256=digest, replaces=replaces)))
    return found


def _damaged(path: Path) -> ModelError:
    return ModelError(f"The file {path.name} is damaged.", "Repair it with: fastface models repair.")


def _content(store: Store, manifest: Manifest, members: list[_Member], meter: Meter) -> Iterator[bytes]:
    """The bytes of a pack."""
    text = manifest.model_dump_json(indent=1, exclude_none=True).encode()
    yield _head(MANIFEST, len(text)) + text + _filling(len(text))
    for member in members:
        path = store.path(member.component, member.file.path)
        meter.at(path.name)
        yield _head(member.name, member.file.size)
        digest, size = hashlib.sha256(), 0
        for piece in pieces(path, meter):
            digest.update(piece)
            size += len(piece)
            if size > member.file.size:
                break
            yield piece
        if digest.hexdigest() != member.file.sha256:
            store.record_damaged(member.component, member.file.path, member.file.sha256)
            raise _damaged(path)
        yield _filling(member.file.size)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _head(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.PAX_FORMAT)


def _filling(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


# Import


def is_pack(path: Path) -> bool:
    """Whether a file looks like a pack, by its first bytes."""
    try:
        with path.open("rb") as file:
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
        more = archive.next() is not None
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
    try:
        archive = tarfile.open(path, "r:")  # noqa: SIM115 (closed below; only opening it says whether it is one)
    except (tarfile.TarError, EOFError) as error:
        raise no_pack from error
    except OSError as error:
        raise unreadable(path, error) from error
    with archive:
        yield archive


def _manifest(archive: tarfile.TarFile, path: Path) -> Manifest:
    no_pack = ModelError(f"{path.name} is no pack of models.", "Choose a file made with: fastface models export.")
    try:
        first = archive.next()
        if first is None or first.name != MANIFEST or not first.isreg() or first.size > _LARGEST_MANIFEST:
            raise no_pack
        content = archive.extractfile(first)
        assert content is not None
        text = content.read()
    except (tarfile.TarError, EOFError) as error:
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


def _expected(manifest: Manifest, catalogue: Catalogue) -> list[_Member]:
    """The members of a pack, each of them one of the catalogue's files.

    Raises:
        ModelError: one is not.
    """
    components = {component.name: component for component in catalogue.components}
    found: list[_Member] = []
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
            found.append(_Member(component, file))
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


def _next(archive: tarfile.TarFile, path: Path, member: _Member) -> io.BufferedIOBase:
    """The content of the next member, which has to be the one that the manifest says."""
    try:
        info = archive.next()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise _ends_early(path, member) from error
    if info is None:
        raise _ends_early(path, member)
    if info.name != member.name or not info.isreg() or info.size != member.file.size:
        raise _foreign(path)
    content = archive.extractfile(info)
    assert content is not None
    return content  # type: ignore[reportReturnType]


def _ends_early(path: Path, member: _Member) -> ModelError:
    return ModelError(f"The pack {path.name} is incomplete: it ends before {member.file.path}.", _DAMAGED_HINT)


def _read(content: io.BufferedIOBase, path: Path, member: _Member, meter: Meter) -> Iterator[bytes]:
    left = member.file.size
    while left:
        try:
            piece = content.read(min(PIECE, left))
        except (tarfile.TarError, EOFError) as error:
            raise _ends_early(path, member) from error
        except OSError as error:
            raise unreadable(path, error) from error
        if not piece:
            raise _ends_early(path, member)
        left -= len(piece)
        meter.add(len(piece))
        yield piece


def _is_here(store: Store, member: _Member) -> bool:
    # Also ready in another form: a pickle there that was made into safetensors here, or the other way round.
    original = member.component.file(member.file.replaces or member.file.path)
    return store.file_state(member.component, original) == "ready"


def _begun(store: Store, member: _Member) -> int:
    part = store.part_path(member.component, member.file.path)
    return min(member.file.size, part.stat().st_size) if part.is_file() else 0


def _take(store: Store, member: _Member, content: Iterator[bytes]) -> bool:
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
