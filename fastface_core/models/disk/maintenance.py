"""Keeping what is installed in order: verify it, plan its repair, remove what nobody needs."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastface_core.errors import ModelError, StorageError
from fastface_core.files import storage_error
from fastface_core.models import own
from fastface_core.models.catalogue import Component, RemoteFile
from fastface_core.models.conversion import made_path
from fastface_core.models.disk.copying import Meter, sha256_of
from fastface_core.models.store import Record, Store
from fastface_core.progress import CancelToken, Report, silent

Verdict = Literal["ok", "damaged", "missing", "unknown"]
"""unknown: there is no checksum yet to compare with; the hub tells it when the file is next downloaded or repaired."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One file that was checked; `component` is None for a base of the user's own."""

    component: str | None
    file: str
    path: Path
    verdict: Verdict


def verify(
    store: Store, components: Iterable[Component], report: Report = silent, cancel: CancelToken | None = None
) -> tuple[Checked, ...]:
    """Reads every file of the components and compares it with its checksum: the catalogue's, else the recorded one.

    What is found is recorded, so that the states are right afterwards. Call it with the lock.

    Raises:
        ModelError: a file cannot be read.
        StorageError: the record cannot be written.
        Cancelled: between two pieces; what was found until then is recorded.
    """
    work = [(component, name, expected) for component in components for name, expected in _to_check(store, component)]
    paths = [store.path(component, name) for component, name, _ in work]
    meter = Meter(sum(path.stat().st_size for path in paths if path.is_file()), report, cancel or CancelToken())
    found: list[Checked] = []
    for (component, name, expected), path in zip(work, paths, strict=True):
        if not path.is_file():
            found.append(Checked(component.name, name, path, "missing"))
            continue
        meter.at(path.name)
        digest = sha256_of(path, meter)
        known = store.record(component).files.get(name)
        if expected is None:
            verdict = "unknown"
        elif digest == expected:
            verdict = "ok"
            store.record_verified(
                component,
                name,
                digest,
                replaces=known.replaces if known else None,
                made_from=known.made_from if known else None,
            )
        else:
            verdict = "damaged"
            store.record_damaged(component, name, expected)
        found.append(Checked(component.name, name, path, verdict))
    return tuple(found)


def verify_own(
    store: Store, bases: Sequence[own.CustomCheckpoint], report: Report = silent, cancel: CancelToken | None = None
) -> tuple[Checked, ...]:
    """The same for bases of the user's own, whose checksums were taken when they were imported."""
    meter = Meter(sum(base.size for base in bases), report, cancel or CancelToken())
    found: list[Checked] = []
    for base in bases:
        path = base.path(store)
        verdict: Verdict = "missing"
        if path.is_file():
            meter.at(path.name)
            verdict = "ok" if sha256_of(path, meter) == base.sha256 else "damaged"
        found.append(Checked(None, base.file, path, verdict))
    return tuple(found)


def _to_check(store: Store, component: Component) -> list[tuple[str, str | None]]:
    """The files of a component that should be here, with their checksums: what replaces a file stands for it."""
    record = store.record(component)
    found: list[tuple[str, str | None]] = []
    for file in component.files:
        if (replacement := _replacement(store, component, record, file)) is not None:
            found.append((replacement, record.files[replacement].sha256))
            continue
        known = record.files.get(file.path)
        found.append((file.path, file.sha256 or (known.sha256 if known else None)))
    found += [(name, known.sha256) for name, known in record.files.items() if known.made_from is not None]
    return found


def _replacement(store: Store, component: Component, record: Record, file: RemoteFile) -> str | None:
    if store.path(component, file).exists():
        return None
    return next((name for name, known in record.files.items() if known.replaces == file.path), None)


def drop_damaged_copies(store: Store, component: Component) -> None:
    """Forgets and removes damaged files that were made here from others, so that they are made again."""
    for name, known in store.record(component).files.items():
        if known.made_from is not None and not store.unchanged(component, name):
            store.path(component, name).unlink(missing_ok=True)
            store.forget(component, name)


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing something means.

    Attributes:
        components: whose files go.
        kept: names of components that stay, with those of the installed bundles that need them.
        needed_by: names of the installed bundles that lose a component.
        size: bytes that become free.
    """

    components: tuple[Component, ...]
    own_bases: tuple[own.CustomCheckpoint, ...]
    kept: dict[str, tuple[str, ...]]
    needed_by: tuple[str, ...]
    size: int


def plan_removal(store: Store, name: str) -> Removal:
    """What removing a bundle, a component or a base of the user's own means. Nothing is changed.

    A bundle's components stay where another installed bundle needs them that is more than a part of this one.

    Raises:
        ModelError: there is nothing of that name, or nothing of it is installed.
    """
    catalogue = store.catalogue
    bases = {base.name: base for base in own.bases(store)}
    whole = [bundle for bundle in catalogue.bundles if store.bundle_state(bundle) in ("ready", "unverified")]
    components: list[Component] = []
    kept: dict[str, tuple[str, ...]] = {}
    needed_by: tuple[str, ...] = ()
    removed_bases: tuple[own.CustomCheckpoint, ...] = ()
    if name in {bundle.name for bundle in catalogue.bundles}:
        bundle = catalogue.bundle(name)
        # What is wholly contained in this one (as the undistilled base is) is not known to have been wished for.
        contained = [other for other in whole if other != bundle and set(other.components) <= set(bundle.components)]
        for component in catalogue.of(bundle):
            using = [other for other in catalogue.using(component) if other in whole and other not in contained]
            others = tuple(other.name for other in using if other != bundle)
            if others and store.state(component) != "absent":
                kept[component.name] = others
            else:
                components.append(component)
        going = {component.name for component in components}
        needed_by = tuple(other.name for other in contained if going & set(other.components))
    elif name in {component.name for component in catalogue.components}:
        components.append(catalogue.component(name))
        needed_by = tuple(bundle.name for bundle in catalogue.using(components[0]) if bundle in whole)
    elif name in bases:
        removed_bases = (bases[name],)
    else:
        names = [*(bundle.name for bundle in catalogue.bundles), *bases]
        raise ModelError(f'Nothing is named "{name}".', f"Choose one of: {', '.join(names)}.")
    size = sum(size_of(store, component) for component in components)
    for base in removed_bases:
        with contextlib.suppress(OSError):
            size += base.path(store).stat().st_size
    if not removed_bases and not any(_files(store, component) for component in components):
        raise ModelError(f"Nothing of {name} can be removed: it is not installed, or all of it is needed.", _hint(kept))
    return Removal(tuple(components), removed_bases, kept, needed_by, size)


def _hint(kept: dict[str, tuple[str, ...]]) -> str:
    if not kept:
        return "See what is installed with: fastface models list."
    others = dict.fromkeys(name for names in kept.values() for name in names)
    return f"Remove first what needs it: {', '.join(others)}."


def remove(store: Store, removal: Removal) -> None:
    """Removes what was planned. Call it with the lock. Files that this program does not know stay.

    Raises:
        StorageError: a file cannot be removed.
    """
    for component in removal.components:
        for path in _files(store, component):
            _unlink(path)
            _prune(path.parent, store.folder)
        store.forget(component)
    for base in removal.own_bases:
        # The description first: without it the file is only a file, and not a base that is missing its weights.
        _unlink(store.folder / own.FOLDER / f"{base.name}.json")
        _unlink(base.path(store))
        _prune(store.folder / own.FOLDER, store.folder)


def size_of(store: Store, component: Component) -> int:
    """Bytes that a component takes up, parts and what was made of it included."""
    total = 0
    for path in _files(store, component):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def _files(store: Store, component: Component) -> list[Path]:
    """The files of a component that exist."""
    names = dict.fromkeys(file.path for file in component.files)
    for file in component.files:
        if component.conversion is not None and (made := made_path(file, component.conversion)):
            names[made] = None
    names |= dict.fromkeys(store.record(component).files)
    found = [path for name in names for path in (store.path(component, name), store.part_path(component, name))]
    return [path for path in found if path.exists() or path.is_symlink()]


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        error = storage_error(error, path.parent)
        raise StorageError(f"{path.name} cannot be removed.", error.hint) from error


def _prune(folder: Path, top: Path) -> None:
    """Removes folders that have become empty, up to `top`."""
    while folder != top and folder.is_relative_to(top):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
