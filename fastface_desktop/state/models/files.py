"""Models that come from and go to other places on this computer: import, packs, the folder's own place."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fastface_core.models import base_files, licences, own
from fastface_core.models.catalogue import Catalogue, Component, Licence
from fastface_core.models.disk import importing, moving, own_import, packing, packs
from fastface_core.models.disk.importing import Findings
from fastface_core.models.disk.moving import Moved, MovePlan
from fastface_core.models.store import Store
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state.models.downloads import Downloads

IMPORT = ":import"
MOVE = ":move"
"""The keys of this work."""


@dataclass(frozen=True, slots=True)
class PartInfo:
    """A component of which files were found: how many, of how many."""

    title: str
    found: int
    files: int


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A pack that can be imported; `size` in bytes."""

    path: Path
    title: str
    size: int
    terms: tuple[Licence, ...]
    open_terms: tuple[Licence, ...]


@dataclass(frozen=True, slots=True)
class FilesInfo:
    """Files of the catalogue in a folder or a hub cache.

    Attributes:
        size: bytes of what was found.
        lacking: titles of what the bundle that comes nearest still needs; `nearest` is its title.
        damaged: names of files that are left out; others: of those whose content is not what their names say.
    """

    path: Path
    findings: Findings
    parts: tuple[PartInfo, ...]
    size: int
    nearest: str
    lacking: tuple[str, ...]
    damaged: tuple[str, ...]
    others: tuple[str, ...]
    terms: tuple[Licence, ...]
    open_terms: tuple[Licence, ...]


@dataclass(frozen=True, slots=True)
class BaseInfo:
    """A checkpoint of the user's own; `size` in bytes, `like` the bundle that it is best used with."""

    path: Path
    size: int
    like: str = ""


Seen = PackInfo | FilesInfo | BaseInfo


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did.

    Attributes:
        title: of the bundle or base; empty for files.
        files: how many were imported; `shared` of them take no additional space on the disk.
        unverified: how many of them are known by their name alone.
    """

    title: str = ""
    files: int = 0
    shared: int = 0
    unverified: int = 0


class ModelFiles(QObject):
    """Operations on model files elsewhere: import, export, move. Errors are emitted by `Downloads.failed`."""

    found = Signal(object)
    """What can be imported: a `Seen`."""
    taken = Signal(Taken)
    """An import is done."""
    exported = Signal(str, Path, int)
    """A bundle, the pack's path, and its bytes."""
    move_planned = Signal(MovePlan)
    moved = Signal(Moved)

    def __init__(self, downloads: Downloads, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._downloads = downloads

    def look_into(self, path: Path) -> None:
        """Finds out what a file or folder contains; emits `found`."""
        self._downloads.start(IMPORT, "search", partial(_look_into, path), self.found.emit)

    def take(
        self, seen: Seen, accept: tuple[Licence, ...] = (), *, like: str = "", commercial_use: bool | None = None
    ) -> None:
        """Imports what was found; emits `taken`.

        Args:
            accept: terms that the user has just accepted.
            like, commercial_use: of an own base: the bundle whose other parts it is used with, and what its own terms
                say, as far as the user knows.
        """
        match seen:
            case PackInfo():
                act = partial(_take_pack, seen, accept)
            case FilesInfo():
                act = partial(_take_files, seen, accept)
            case BaseInfo():
                act = partial(_take_base, seen, like, commercial_use)
        self._downloads.start(IMPORT, "import", act, self.taken.emit)

    def export(self, bundle: str, target: Path) -> None:
        """Writes a bundle as a pack; an existing file is replaced once the new one is complete. Emits `exported`."""

        def done(size: int) -> None:
            self.exported.emit(bundle, target, size)

        self._downloads.start(bundle, "export", partial(_export, bundle, target), done)

    def plan_move(self, target: Path) -> None:
        """Plans moving the models to another folder; emits `move_planned`."""
        self._downloads.ask(MOVE, lambda: moving.plan(Store(), target), self.move_planned.emit)

    def move(self, plan: MovePlan) -> None:
        """Moves the models; the folder in use stays complete until the end. Emits `moved`."""
        self._downloads.start(
            MOVE, "move", lambda report, cancel: moving.move(Store(), plan.target, report, cancel), self.moved.emit
        )

    def stop(self, key: str) -> None:
        """Stops an import or a move; what was begun is gone on with the next time."""
        self._downloads.stop(key)


def _look_into(path: Path, report: Report, cancel: CancelToken) -> Seen:
    store = Store()
    catalogue = store.catalogue
    if path.is_file() and packs.is_pack(path):
        manifest = packs.read_manifest(path)
        terms = catalogue.terms(packs.components_of(manifest, catalogue))
        return PackInfo(path, manifest.title, manifest.size, terms, licences.open_terms(terms))
    findings = importing.search(path, catalogue, report, cancel, store=store)
    if findings.found:
        return _files_seen(path, findings, store)
    if path.is_file() and not findings.damaged:
        like = own.suited(base_files.check(path, store), catalogue)
        return BaseInfo(path, path.stat().st_size, like.name)
    raise importing.nothing_found(
        path, findings, "Choose a folder with model files, a hub cache, a pack, or an SDXL checkpoint."
    )


def _files_seen(path: Path, findings: Findings, store: Store) -> FilesInfo:
    catalogue = store.catalogue
    components = {one.component.name: one.component for one in findings.found}
    parts = tuple(
        PartInfo(component.title, sum(one.component.name == name for one in findings.found), len(component.files))
        for name, component in components.items()
    )
    nearest, lacking = _nearest(catalogue, components, store)
    terms = catalogue.terms(components.values())
    return FilesInfo(
        path=path,
        findings=findings,
        parts=parts,
        size=sum(one.source.stat().st_size for one in findings.found),
        nearest=nearest,
        lacking=lacking,
        damaged=tuple(one.name for one in findings.damaged),
        others=tuple(one.name for one in findings.others),
        terms=terms,
        open_terms=licences.open_terms(terms),
    )


def _nearest(catalogue: Catalogue, found: dict[str, Component], store: Store) -> tuple[str, tuple[str, ...]]:
    """The bundle of checkpoints of which most was found, the recommended one first; and what it then still lacks."""
    nearest: tuple[tuple[int, bool, int], str, tuple[str, ...]] | None = None
    for bundle in catalogue.bundles:
        components = catalogue.of(bundle)
        here = sum(one.bytes_total for one in components if one.name in found)
        if bundle.checkpoint is None or not here:
            continue
        lacking = [
            one for one in components if one.name not in found and store.state(one) not in ("ready", "unverified")
        ]
        order = -here, not bundle.recommended, sum(one.bytes_total for one in lacking)
        if nearest is None or order < nearest[0]:
            nearest = order, bundle.title, tuple(one.title for one in lacking)
    return ("", ()) if nearest is None else nearest[1:]


def _agree(terms: tuple[Licence, ...], accept: tuple[Licence, ...]) -> None:
    licences.accept([one for one in terms if one in accept])
    licences.require(terms)


def _take_pack(seen: PackInfo, accept: tuple[Licence, ...], report: Report, cancel: CancelToken) -> Taken:
    _agree(seen.terms, accept)
    store = Store()
    with store.lock():
        packs.import_pack(seen.path, store, report, cancel)
    return Taken(seen.title)


def _take_files(seen: FilesInfo, accept: tuple[Licence, ...], report: Report, cancel: CancelToken) -> Taken:
    _agree(seen.terms, accept)
    store = Store()
    with store.lock():
        done = importing.take_over(seen.findings, store, report, cancel)
    return Taken("", done.taken, done.shared, done.unverified)


def _take_base(seen: BaseInfo, like: str, commercial_use: bool | None, report: Report, cancel: CancelToken) -> Taken:
    store = Store()
    bundle = store.catalogue.bundle(like)
    with store.lock():
        base, shared = own_import.take(
            seen.path, store, like=bundle, commercial_use=commercial_use, report=report, cancel=cancel
        )
    return Taken(base.title, 1, int(shared))


def _export(bundle: str, target: Path, report: Report, cancel: CancelToken) -> int:
    store = Store()
    with store.lock():
        packing.export(store, store.catalogue.bundle(bundle), target, report, cancel)
    return target.stat().st_size
