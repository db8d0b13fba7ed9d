"""What is installed and what is being fetched, as the Models page shows it: everything that takes time runs in threads.

One piece of work at a time changes the models folder, the others wait in order. Looking at the folder has a thread of
its own, so that a page is up to date while a download goes on.
"""

import queue
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot

from fastface_core.errors import FastFaceError
from fastface_core.models import licences, network_settings, offline, upkeep
from fastface_core.models.catalogue import Bundle, Licence
from fastface_core.models.store import State, Store, Transferred
from fastface_core.models.upkeep import Removal
from fastface_core.progress import Cancelled, CancelToken, Notice, Stage

Work = Literal["download", "verify", "repair", "remove"]


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file of a component; `size` in bytes."""

    path: str
    size: int
    state: State


@dataclass(frozen=True, slots=True)
class ComponentSeen:
    """A component of a bundle. `licence` is the title of its terms."""

    name: str
    title: str
    licence: str
    files: tuple[FileSeen, ...]


@dataclass(frozen=True, slots=True)
class BundleSeen:
    """A bundle as it lies on the disk.

    Attributes:
        begun: some of what it alone needs was fetched already, be it the first bytes.
        missing: bytes that are still to be fetched of `size`.
        size: bytes of all its files.
        terms: all that apply; `open_terms` those that were not accepted yet.
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
    components: tuple[ComponentSeen, ...]


@dataclass(frozen=True, slots=True)
class ModelsSeen:
    """The models folder, and the drive it lies on, in bytes. `offline_forced` names the variable that keeps it so."""

    folder: Path
    used: int
    free: int
    drive: int
    offline: bool
    offline_forced: str | None
    bundles: tuple[BundleSeen, ...]


@dataclass(frozen=True, slots=True)
class WorkSeen:
    """A piece of work on a bundle.

    Attributes:
        running: it has begun; else others come first.
        stopping: it was told to stop and ends in a moment.
        done, total: bytes; 0 of 0 until that is known.
        speed: bytes a second. seconds_left: None while unknown.
        text: what is being done, in English; empty where the numbers say it.
    """

    bundle: str
    kind: Work
    running: bool = False
    stopping: bool = False
    done: int = 0
    total: int = 0
    speed: float = 0.0
    seconds_left: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Task:
    bundle: str
    kind: Work
    accept: tuple[Licence, ...] = ()
    removal: Removal | None = None
    cancel: CancelToken = field(default_factory=CancelToken)


class _Thread:
    """Does one thing after the other; starts with the first."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, work: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name)
            self._thread.start()
        self._waiting.put(work)

    def close(self) -> None:
        """Waits for the end of what runs; nothing may be put afterwards."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()


class Downloads(QObject):
    """Bundles, and the work on them. All methods return at once."""

    seen = Signal()
    """`models` is new."""
    work_changed = Signal(str)
    """The work on a bundle began, went on or ended."""
    failed = Signal(str, object)
    """A bundle, or "" for the folder as a whole, and the `FastFaceError`."""
    verified = Signal(str, int, int)
    """A bundle; how many of its files were looked at, and how many are damaged or missing."""
    removal_planned = Signal(str, object)
    """A bundle, and what removing it means: a `Removal`."""
    installed = Signal(str)
    """A bundle that was asked for has become usable."""
    checkpoints_changed = Signal()
    """There are other checkpoints than before."""

    _back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models: ModelsSeen | None = None
        self._works, self._looks = _Thread("models"), _Thread("models-look")
        self._tasks: dict[str, _Task] = {}
        self._shown: dict[str, WorkSeen] = {}
        self._usable: set[str] | None = None
        self._wanted: set[str] = set()
        self._stopped: set[str] = set()
        self._closed = False
        self._look_waits = False
        self._back.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def work(self, bundle: str) -> WorkSeen | None:
        """The work on a bundle, also while it waits for others."""
        return self._shown.get(bundle)

    def stopped(self, bundle: str) -> bool:
        """Whether a download of it was paused since the program was started."""
        return bundle in self._stopped

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    # ---- What the user asks for

    def look(self) -> None:
        """Brings `models` up to date."""
        if not self._closed and not self._look_waits:
            self._look_waits = True
            self._looks.put(self._look)

    def download(self, bundle: str, accept: tuple[Licence, ...] = ()) -> None:
        """Fetches what is missing of a bundle; goes on where an earlier download was stopped.

        Args:
            accept: terms that the user has just accepted.
        """
        self._begin(bundle, "download", accept=accept)

    def verify(self, bundle: str) -> None:
        """Reads every file and compares it with its checksum."""
        self._begin(bundle, "verify")

    def repair(self, bundle: str, accept: tuple[Licence, ...] = ()) -> None:
        """Verifies, and fetches again what is damaged or missing. `accept`: as for `download`."""
        self._begin(bundle, "repair", accept=accept)

    def plan_removal(self, bundle: str) -> None:
        """Finds out what removing it means; `removal_planned` tells."""
        if not self._closed:
            self._looks.put(lambda: self._plan(bundle))

    def remove(self, bundle: str, removal: Removal) -> None:
        """Removes what was planned."""
        self._begin(bundle, "remove", removal=removal)

    def pause(self, bundle: str) -> None:
        """Stops the work on a bundle within a second. What has arrived stays, and `download` goes on from there."""
        task = self._tasks.get(bundle)
        if task is not None and not task.cancel.cancelled:
            task.cancel.cancel()
            self._wanted.discard(bundle)
            if task.kind == "download" and self._shown[bundle].running:
                self._stopped.add(bundle)
            self._show(bundle, stopping=True)

    def set_offline(self, on: bool) -> None:
        """Forbids or allows any use of the network."""
        if not self._closed:
            self._looks.put(lambda: self._switch(on))
            self.look()

    def close(self) -> None:
        """Stops everything and waits for the threads; what has arrived stays."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel.cancel()
        self._works.close()
        self._looks.close()

    def _begin(
        self, bundle: str, kind: Work, *, accept: tuple[Licence, ...] = (), removal: Removal | None = None
    ) -> None:
        if self._closed or bundle in self._tasks:
            return
        task = _Task(bundle, kind, accept, removal)
        self._tasks[bundle] = task
        self._stopped.discard(bundle)
        if kind in ("download", "repair"):
            self._wanted.add(bundle)
        self._shown[bundle] = WorkSeen(bundle, kind)
        self._works.put(lambda: self._do(task))
        self.work_changed.emit(bundle)

    # ---- In the threads

    def _do(self, task: _Task) -> None:
        def report(event: object) -> None:
            self._tell(lambda: self._progress(task, event))

        self._tell(lambda: self._show(task.bundle, running=True))
        error: Exception | None = None
        try:
            task.cancel.check()
            self._act(task, report)
        except Cancelled:
            pass
        except Exception as met:  # told in the window's thread, where what is no FastFaceError is a bug
            error = met
        self._tell(lambda: self._ended(task, error))

    def _act(self, task: _Task, report: Callable[[object], None]) -> None:
        store = Store()
        components = store.catalogue.of(store.catalogue.bundle(task.bundle))
        match task.kind:
            case "remove":
                assert task.removal is not None
                with store.lock():
                    upkeep.remove(store, task.removal)
            case "verify":
                with store.lock():
                    checked = upkeep.verify(store, components, report, task.cancel)
                wrong = sum(one.verdict in ("damaged", "missing") for one in checked)
                self._tell(lambda: self.verified.emit(task.bundle, len(checked), wrong))
            case "download" | "repair":
                from fastface_core.models.install import install  # its libraries are not needed to open the window

                terms = store.catalogue.terms(components)
                licences.accept([one for one in terms if one in task.accept])
                licences.require(terms)
                if task.kind == "repair":
                    with store.lock():
                        upkeep.verify(store, components, report, task.cancel)
                        for component in components:
                            upkeep.drop_damaged_copies(store, component)
                title = store.catalogue.bundle(task.bundle).title
                install(components, store, report, task.cancel, why=f"{task.kind.capitalize()} of {title}")

    def _look(self) -> None:
        self._look_waits = False
        try:
            found = look_at_models()
        except FastFaceError as error:
            refused = error
            self._tell(lambda: self.failed.emit("", refused))
            return
        self._tell(lambda: self._take(found))

    def _plan(self, bundle: str) -> None:
        try:
            removal = upkeep.plan_removal(Store(), bundle)
        except FastFaceError as error:
            refused = error
            self._tell(lambda: self.failed.emit(bundle, refused))
            return
        self._tell(lambda: self.removal_planned.emit(bundle, removal))

    def _switch(self, on: bool) -> None:
        try:
            network_settings.change_settings(offline=on)
        except FastFaceError as error:
            refused = error
            self._tell(lambda: self.failed.emit("", refused))

    def _tell(self, then: Callable[[], None]) -> None:
        """Has something done in the window's thread."""
        self._back.emit(then)

    # ---- In the window's thread

    @Slot(object)
    def _arrived(self, then: Callable[[], None]) -> None:
        if not self._closed:
            then()

    def _progress(self, task: _Task, event: object) -> None:
        from fastface_core.models.download import DownloadProgress, FileReady  # imported by the thread that reports

        match event:
            case DownloadProgress():
                self._show(
                    task.bundle,
                    done=event.done,
                    total=event.total,
                    speed=event.speed,
                    seconds_left=event.seconds_left,
                    text="",
                )
            case Transferred():
                self._show(task.bundle, done=event.done, total=event.total, speed=0.0, seconds_left=None, text="")
            case Stage() | Notice():
                self._show(task.bundle, text=event.text)
            case FileReady():
                self.look()
            case _:
                pass

    def _show(self, bundle: str, **changes: Any) -> None:
        before = self._shown.get(bundle)
        if before is not None:
            self._shown[bundle] = replace(before, **changes)
            self.work_changed.emit(bundle)

    def _ended(self, task: _Task, error: Exception | None) -> None:
        del self._tasks[task.bundle]
        del self._shown[task.bundle]
        self.work_changed.emit(task.bundle)
        self.look()
        if isinstance(error, FastFaceError):
            self.failed.emit(task.bundle, error)
        elif error is not None:
            raise error

    def _take(self, found: ModelsSeen) -> None:
        # What was fetched may still have to be converted.
        fetched = {name for name, task in self._tasks.items() if task.kind == "download"}
        usable = {bundle.name for bundle in found.bundles if bundle.state in ("ready", "unverified")} - fetched
        before, self._usable = self._usable, usable
        self.models = found
        self.seen.emit()
        if before is None or before == usable:
            return
        self.checkpoints_changed.emit()
        for bundle in found.bundles:
            if bundle.name in (usable - before) & self._wanted:
                self._wanted.discard(bundle.name)
                self.installed.emit(bundle.name)


def look_at_models() -> ModelsSeen:
    """What lies in the models folder. Looks at each file of the catalogue, and reads none.

    Raises:
        SettingsError: the catalogue cannot be read.
    """
    store = Store()
    forced = offline.asked_by_environment()
    folder = store.folder
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        disk = shutil.disk_usage(folder)
        free, drive = disk.free, disk.total
    except OSError:
        free, drive = 0, 0  # a drive that is not there; the page says so
    bundles = tuple(_bundle(store, bundle) for bundle in store.catalogue.bundles)
    used = sum(upkeep.size_of(store, component) for component in store.catalogue.components)
    return ModelsSeen(store.folder, used, free, drive, offline.is_on(), forced, bundles)


def _bundle(store: Store, bundle: Bundle) -> BundleSeen:
    catalogue = store.catalogue
    components = catalogue.of(bundle)
    terms = catalogue.terms(components)
    seen: list[ComponentSeen] = []
    for component in components:
        record = store.record(component)
        files = tuple(
            FileSeen(file.path, file.size, store.file_state(component, file, record)) for file in component.files
        )
        licence = catalogue.licence(component.licence)
        seen.append(ComponentSeen(component.name, component.title, licence.title, files))
    return BundleSeen(
        name=bundle.name,
        title=bundle.title,
        purpose=bundle.purpose,
        recommended=bundle.recommended,
        checkpoint=bundle.checkpoint is not None,
        state=store.bundle_state(bundle),
        begun=any(store.began(component) for component in components if catalogue.using(component) == (bundle,)),
        size=sum(component.bytes_total for component in components),
        missing=store.bytes_missing(bundle),
        commercial_use=catalogue.commercial_use(components),
        terms=terms,
        open_terms=licences.open_terms(terms),
        components=tuple(seen),
    )
