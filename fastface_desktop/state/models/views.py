"""The models folder as the window shows it: bundles, bases of the user's own, and the drive they lie on."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastface_core.domain.checkpoints import Sampling, sampling_of
from fastface_core.models import licences, own
from fastface_core.models.catalogue import Bundle, Component, Licence
from fastface_core.models.disk import maintenance
from fastface_core.models.hub import offline
from fastface_core.models.store import State, Store, together
from fastface_core.paths import resource


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file of a component; `size` in bytes."""

    path: str
    size: int
    state: State


@dataclass(frozen=True, slots=True)
class ComponentInfo:
    """A component of a bundle. `licence` is the title of its terms; `role` is that of the catalogue."""

    name: str
    title: str
    licence: str
    files: tuple[FileInfo, ...]
    role: str = ""

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """A bundle as it lies on the disk.

    Attributes:
        begun: some of what it alone needs was fetched already, be it the first bytes.
        missing: bytes that are still to be fetched of `size`.
        size: bytes of all its files.
        terms: all that apply; `open_terms` those that were not accepted yet.
        sampling: of one that pictures are made with; None of others.
    """

    name: str
    title: str
    purpose: str
    recommended: bool
    checkpoint: bool
    state: State
    begun: bool
    size: int
    missing: int
    commercial_use: bool
    terms: tuple[Licence, ...]
    open_terms: tuple[Licence, ...]
    components: tuple[ComponentInfo, ...]
    sampling: Sampling | None = None

    @property
    def usable(self) -> bool:
        """All of it is here, verified or not."""
        return self.state in ("ready", "unverified")


@dataclass(frozen=True, slots=True)
class OwnInfo:
    """A base of the user's own.

    Attributes:
        size: bytes. like: the title of the bundle whose other parts it is used with, `complete` whether they are here.
        there: its file is.
        commercial_use: what the person said of its terms; None for not known.
    """

    name: str
    title: str
    size: int
    like: str
    complete: bool
    there: bool
    commercial_use: bool | None


@dataclass(frozen=True, slots=True)
class ModelsInfo:
    """The models folder, and the drive it lies on, in bytes. `offline_forced` names the variable that keeps it so."""

    folder: Path
    used: int
    free: int
    drive: int
    offline: bool
    offline_forced: str | None
    bundles: tuple[BundleInfo, ...]
    own: tuple[OwnInfo, ...]

    @property
    def usable(self) -> set[str]:
        """Names of the bundles and own bases that can be worked with."""
        bases = {base.name for base in self.own if base.there and base.complete}
        return bases | {bundle.name for bundle in self.bundles if bundle.usable}


def look_at_models() -> ModelsInfo:
    """What is in the models folder, by the sizes and times of the catalogue's files; none is read.

    Raises:
        SettingsError: the catalogue cannot be read.
    """
    store = Store()
    forced = offline.asked_by_environment()
    free, drive = room_at(store.folder)
    # Bundles share most of their parts: each is looked at once.
    parts = {component.name: _part(store, component) for component in store.catalogue.components}
    bundles = tuple(_bundle(store, bundle, parts) for bundle in store.catalogue.bundles)
    bases = tuple(_own(store, base, bundles) for base in own.bases(store))
    used = sum(part.used for part in parts.values())
    used += sum(base.size for base in bases if base.there)
    return ModelsInfo(store.folder, used, free, drive, offline.is_on(), forced, bundles, bases)


def starter_size() -> int:
    """Bytes of the starter model, which is on board."""
    folder = resource("starter")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def room_at(folder: Path) -> tuple[int, int]:
    """Bytes free and bytes in all of the drive that a folder lies on, or would; 0 and 0 where that is not there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return 0, 0
    return disk.free, disk.total


def _own(store: Store, base: own.CustomCheckpoint, bundles: tuple[BundleInfo, ...]) -> OwnInfo:
    like = next((bundle for bundle in bundles if bundle.name == base.like), None)
    return OwnInfo(
        name=base.name,
        title=base.title,
        size=base.size,
        like=like.title if like else base.like,
        complete=like is not None and like.usable,
        there=base.path(store).is_file(),
        commercial_use=base.terms.commercial_use,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A component as it lies on the disk; `missing` and `used` in bytes."""

    seen: ComponentInfo
    state: State
    missing: int
    used: int
    began: bool


def _part(store: Store, component: Component) -> _Part:
    record = store.record(component)
    files = tuple(FileInfo(file.path, file.size, store.file_state(component, file, record)) for file in component.files)
    licence = store.catalogue.licence(component.licence)
    state = together(file.state for file in files)
    began = bool(record.files) or store.began(component)
    return _Part(
        seen=ComponentInfo(component.name, component.title, licence.title, files, component.role),
        state=state,
        missing=store.component_bytes_missing(component) if state in ("absent", "partial", "damaged") else 0,
        used=maintenance.size_of(store, component) if state != "absent" or began else 0,
        began=began,
    )


def _bundle(store: Store, bundle: Bundle, parts: Mapping[str, _Part]) -> BundleInfo:
    catalogue = store.catalogue
    components = catalogue.of(bundle)
    terms = catalogue.terms(components)
    mine = [parts[component.name] for component in components]
    return BundleInfo(
        name=bundle.name,
        title=bundle.title,
        purpose=bundle.purpose,
        recommended=bundle.recommended,
        checkpoint=bundle.checkpoint is not None,
        state=together(part.state for part in mine),
        begun=any(parts[one.name].began for one in components if catalogue.using(one) == (bundle,)),
        size=sum(component.bytes_total for component in components),
        missing=sum(part.missing for part in mine),
        commercial_use=catalogue.commercial_use(components),
        terms=terms,
        open_terms=licences.open_terms(terms),
        components=tuple(part.seen for part in mine),
        sampling=sampling_of(made.family, made.steps) if (made := bundle.checkpoint) is not None else None,
    )
