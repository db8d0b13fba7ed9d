"""Writing packs: the files of a bundle in one, for computers without network. Their form is in `packs.py`."""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path

from fastface_core import __version__
from fastface_core.errors import ModelError, StorageError
from fastface_core.files import storage_error
from fastface_core.models.catalogue import Bundle
from fastface_core.models.disk.copying import Meter, pieces, resume_into, sha256_of
from fastface_core.models.disk.packs import MANIFEST, Manifest, Member, PackedComponent, PackedFile
from fastface_core.models.store import PART, Store
from fastface_core.progress import CancelToken, Report, silent


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


def _to_pack(store: Store, bundle: Bundle, report: Report, cancel: CancelToken) -> list[Member]:
    """The files of a bundle. Those that were not verified yet are read for their checksum."""
    components = store.catalogue.of(bundle)
    if lacking := [one.title for one in components if store.state(one) not in ("ready", "unverified")]:
        raise ModelError(
            f"{bundle.title} is not wholly installed; what is missing or damaged: {', '.join(lacking)}.",
            f"Get it with: fastface models download {bundle.name}.",
        )
    found: list[Member] = []
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
            found.append(Member(component, PackedFile(path=name, size=size, sha256=digest, replaces=replaces)))
    return found


def _damaged(path: Path) -> ModelError:
    return ModelError(f"The file {path.name} is damaged.", "Repair it with: fastface models repair.")


def _content(store: Store, manifest: Manifest, members: list[Member], meter: Meter) -> Iterator[bytes]:
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
