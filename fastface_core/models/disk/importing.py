"""Taking over models that are on this computer already: a hub cache, or a folder with files under any name.

A file is known by its size and its content. Where the catalogue has no checksum, it is known by its place in a hub
cache of the catalogue's commit, or else by its name, and then counts as unverified. One of another content under the
name of the catalogue's is another file, such as a finetune: it is called damaged only where something vouches for what
it should be, a hub cache's place or an earlier verification.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fastface_core import absent
from fastface_core.errors import ModelError
from fastface_core.models import base_files
from fastface_core.models.catalogue import Catalogue, Component, RemoteFile
from fastface_core.models.conversion import after_download
from fastface_core.models.disk.copying import Meter, copy, sha256_of, share
from fastface_core.models.store import KNOWLEDGE, PART, Store
from fastface_core.progress import CancelToken, Report, silent

_BLOB = re.compile("[0-9a-f]{64}")
# How far the catalogue's estimate of a size may be off.
_ABOUT = 0.02
_SMALL = 100_000
"""Files below this size, in bytes, are recognised by their path, not their content: every repository has a
config.json."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the catalogue among those that were checked.

    Attributes:
        sha256: of its content; None where it is known by its name alone.
    """

    component: Component
    file: RemoteFile
    source: Path
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a folder holds of the catalogue.

    Attributes:
        damaged: files that should be the catalogue's, by their place, and have another content.
        others: files that are named and sized as one of the catalogue's, with another content.
    """

    found: tuple[Found, ...]
    damaged: tuple[Path, ...]
    others: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Search:
    found: dict[tuple[str, str], Found] = field(default_factory=dict[tuple[str, str], Found])
    damaged: list[Path] = field(default_factory=list[Path])
    others: list[Path] = field(default_factory=list[Path])

    def take(self, component: Component, file: RemoteFile, source: Path, sha256: str | None) -> None:
        key = (component.name, file.path)
        if key not in self.found or (self.found[key].sha256 is None and sha256 is not None):
            self.found[key] = Found(component, file, source, sha256)


def search(
    place: Path,
    catalogue: Catalogue,
    report: Report = silent,
    cancel: CancelToken | None = None,
    *,
    store: Store | None = None,
) -> Findings:
    """Searches a folder and those below it, or one file. Nothing is changed; links are followed to files alone.

    Args:
        store: where a file of it lies in `place`, its earlier verification is known.

    Raises:
        ModelError: it does not exist or cannot be read.
        Cancelled: between two pieces.
    """
    if not place.exists():
        if (other := absent.meant(place)) is not None:
            raise ModelError(*other)
        raise ModelError(f"There is no {place}.", "Choose the folder or the file that holds the models.")
    try:
        if not place.is_dir() and not place.is_file():
            raise ModelError(
                f"{place} is no folder and no file.", "Choose the folder or the file that holds the models."
            )
        if place.is_dir():
            next(place.iterdir(), None)
    except OSError as error:
        raise ModelError(f"The folder {place} cannot be read.", "Choose another folder or allow reading it.") from error
    wanted = [(component, file) for component in catalogue.components for file in component.files]
    by_size: dict[int, list[tuple[Component, RemoteFile]]] = {}
    for component, file in wanted:
        if file.exact and file.sha256:
            by_size.setdefault(file.size, []).append((component, file))
    without_sum = [(component, file) for component, file in wanted if not file.sha256]
    names = _distinct_names(wanted)
    search = _Search()
    to_hash: list[tuple[Path, int]] = []
    for path, size in _files(place):
        cached = [one for one in without_sum if _in_hub_cache(path, *one)]
        if size in by_size or cached or (size >= _SMALL and path.name in names):
            to_hash.append((path, size))
        for component, file in without_sum:
            if not _near(file, size):
                continue
            tail = "/".join((component.repo.split("/")[1], file.path))
            if _ends_with(path, tail) or (size >= _SMALL and path.name == names.get(file.path.split("/")[-1])):
                search.take(component, file, path, None)
    meter = Meter(sum(size for _, size in to_hash), report, cancel or CancelToken())
    for path, size in to_hash:
        meter.at(path.name)
        _recognise(path, size, by_size.get(size, []), without_sum, search, meter, store)
    return Findings(tuple(search.found.values()), tuple(search.damaged), tuple(search.others))


def nothing_found(place: Path, findings: Findings, catalogue_hint: str) -> ModelError:
    """The error for a folder from which nothing can be imported.

    Args:
        catalogue_hint: the next step where it holds no model at all.
    """
    if findings.damaged:
        names = ", ".join(path.name for path in findings.damaged[:5])
        return ModelError(
            f"Nothing can be imported, because what was found is damaged: {names}.",
            "Get the files from their source again, and import them then.",
        )
    for folder in (place, *sorted(place.glob("*"))[:200]):
        if (folder / "model_index.json").is_file():
            return ModelError(
                f"{folder.name} holds a checkpoint in diffusers' form, in several files, which cannot be used.",
                "Choose the same checkpoint as one .safetensors file that has all its parts.",
            )
    models = [path for path, _ in _files(place) if path.suffix.lower() in _MODELS]
    for path in models[:_LOOKED_AT]:
        try:
            base_files.check(path)
        except ModelError as error:
            if (said := base_files.reason_in(error)) is not None:
                return ModelError(f"Nothing in {place} can be taken over; {path.name}, for one: {said}.", error.hint)
        else:
            return ModelError(
                f"Nothing that this program knows was found in {place}, but {path.name} is a checkpoint.",
                f"Choose that file itself: {path}.",
            )
    return ModelError(f"Nothing that this program knows was found in {place}.", catalogue_hint)


_MODELS = {".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".sft"}
_LOOKED_AT = 20


def _recognise(
    path: Path,
    size: int,
    candidates: list[tuple[Component, RemoteFile]],
    without_sum: list[tuple[Component, RemoteFile]],
    search: _Search,
    meter: Meter,
    store: Store | None,
) -> None:
    digest = sha256_of(path, meter)
    known = False
    for component, file in candidates:
        if file.sha256 == digest:
            search.take(component, file, path, digest)
            known = True
    for component, file in without_sum:
        if not _in_hub_cache(path, component, file):
            continue
        # A large file's blob is named by the sha256 that the hub gave for it.
        blob = path.resolve().name
        if _BLOB.fullmatch(blob) and blob != digest:
            search.found.pop((component.name, file.path), None)
            search.damaged.append(path)
        else:
            search.take(component, file, path, digest)
        known = True
    named = [(component, file) for component, file in candidates if path.name == file.path.split("/")[-1]]
    if known or size < _SMALL or not named:
        return
    if any(_vouched(path, component, file, digest, store) for component, file in named):
        search.damaged.append(path)
    else:
        search.others.append(path)


def _vouched(path: Path, component: Component, file: RemoteFile, digest: str, store: Store | None) -> bool:
    """Whether a file with this sum should have the catalogue's: that is all that tells damage from another file."""
    if _in_hub_cache(path, component, file):
        # A large file's blob is named by its sum: where that is right, a mirror has another file there.
        return path.resolve().name != digest
    if store is None or path.resolve() != store.path(component, file).resolve():
        return False
    return file.path in store.record(component).files


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Files with their sizes, each once: a hub cache shows the same one under several names."""
    if folder.is_file():
        yield folder, folder.stat().st_size
        return
    seen: set[tuple[int, int]] = set()
    # Snapshots before blobs: their names say more.
    for place, folders, names in os.walk(folder):
        folders[:] = sorted((name for name in folders if name != KNOWLEDGE), key=lambda name: (name == "blobs", name))
        for name in sorted(names):
            path = Path(place, name)
            if name.endswith((PART, ".incomplete")):
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            key = (status.st_dev, status.st_ino)
            in_snapshot = "snapshots" in path.parts
            if not path.is_file() or (key in seen and not in_snapshot):
                continue
            seen.add(key)
            yield path, status.st_size


def _distinct_names(wanted: list[tuple[Component, RemoteFile]]) -> dict[str, str]:
    """File names that only one component has, such as Hyper-SDXL-4steps-lora.safetensors."""
    names = [file.path.split("/")[-1] for _, file in wanted]
    return {name: name for name in names if names.count(name) == 1}


def _near(file: RemoteFile, size: int) -> bool:
    if file.exact:
        return size == file.size
    return size > 0 and (file.size < _SMALL or abs(size - file.size) <= _ABOUT * file.size)


def _in_hub_cache(path: Path, component: Component, file: RemoteFile) -> bool:
    folder = f"models--{component.repo.replace('/', '--')}"
    return _ends_with(path, f"{folder}/snapshots/{component.revision}/{file.path}")


def _ends_with(path: Path, tail: str) -> bool:
    parts = tuple(tail.split("/"))
    return path.parts[-len(parts) :] == parts


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        taken: files that were not here, or not whole, before.
        shared: of those, how many take no second place on the disk.
        unverified: of those, how many are known by name alone.
        components: names of those of which a file was found.
    """

    taken: int
    shared: int
    unverified: int
    components: tuple[str, ...]


def take_over(findings: Findings, store: Store, report: Report = silent, cancel: CancelToken | None = None) -> Imported:
    """Puts what was found into the store: shared where the disk can, else copied, verified, and resumable.

    What is ready in the store already stays as it is. Call it with the lock.

    Raises:
        ModelError: a file cannot be read, or changed since it was checked.
        StorageError: too little space, or a folder that cannot be written to. What was imported until then is complete.
        Cancelled: between two pieces.
    """
    open_files = [one for one in findings.found if store.file_state(one.component, one.file) != "ready"]
    meter = Meter(sum(one.source.stat().st_size for one in open_files), report, cancel or CancelToken())
    shared = unverified = 0
    for one in open_files:
        meter.at(one.source.name)
        target, size = store.path(one.component, one.file), one.source.stat().st_size
        if one.sha256 is None and store.file_state(one.component, one.file) == "unverified":
            meter.add(size)
            continue
        if one.source.resolve() == target.resolve():
            meter.add(size)
        elif share(one.source, target):
            shared += 1
            meter.add(size)
        else:
            store.check_space(size)
            copy(one.source, target, store.part_path(one.component, one.file), meter, expected=one.sha256)
        if one.sha256 is None:
            unverified += 1
        else:
            store.record_verified(one.component, one.file, one.sha256)
        store.part_path(one.component, one.file).unlink(missing_ok=True)
    components = {one.component.name: one.component for one in findings.found}
    for component in components.values():
        after_download(store, component)
    return Imported(len(open_files), shared, unverified, tuple(components))
