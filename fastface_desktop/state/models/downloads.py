"""Operations on bundles: download, pause, verify, repair, remove; and the switch for working offline."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from fastface_core.models import licences, own
from fastface_core.models.catalogue import Licence
from fastface_core.models.disk import maintenance
from fastface_core.models.disk.maintenance import Removal
from fastface_core.models.hub import settings as network_settings
from fastface_core.models.store import Store
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state.models.folder import ModelsFolder
from fastface_desktop.state.models.views import ModelsInfo

EVERYTHING = ":all"
"""The key of the work on everything that is installed; no bundle or base has this name."""


class Downloads(ModelsFolder):
    """Bundles, and the work on them; the key of the work is the bundle's name, or that of an own base."""

    verified = Signal(str, int, int)
    """A bundle, or `EVERYTHING`; how many of its files were checked, and how many are damaged or missing."""
    removal_planned = Signal(str, Removal)
    """A bundle, and what removing it means."""
    installed = Signal(str)
    """A bundle that was asked for has become usable."""
    checkpoints_changed = Signal()
    """The set of usable checkpoints changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._usable: set[str] | None = None
        self._wanted: set[str] = set()
        self._stopped: set[str] = set()

    def stopped(self, bundle: str) -> bool:
        """Whether a download of it was paused since the program was started."""
        return bundle in self._stopped

    def wanted(self, bundle: str) -> bool:
        """Whether it was asked for and is not usable yet."""
        return bundle in self._wanted

    def download(self, bundle: str, accept: tuple[Licence, ...] = ()) -> None:
        """Fetches what is missing of a bundle; resumes an earlier download.

        Args:
            accept: terms that the user has just accepted.
        """
        if self.start(bundle, "download", partial(_fetch, bundle, accept, False)):
            self._stopped.discard(bundle)
            self._wanted.add(bundle)

    def repair(self, bundle: str, accept: tuple[Licence, ...] = ()) -> None:
        """Verifies, and fetches again what is damaged or missing. `accept`: as for `download`."""
        if self.start(bundle, "repair", partial(_fetch, bundle, accept, True)):
            self._stopped.discard(bundle)
            self._wanted.add(bundle)

    def verify(self, bundle: str) -> None:
        """Reads every file and compares it with its checksum."""
        self.start(bundle, "verify", partial(_verify, bundle), lambda found: self.verified.emit(bundle, *found))

    def verify_all(self) -> None:
        """Verifies everything that is installed, the user's own bases included."""
        self.start(EVERYTHING, "verify", _verify_all, lambda found: self.verified.emit(EVERYTHING, *found))

    def plan_removal(self, name: str) -> None:
        """Finds out what removing a bundle or a base of the user's own frees; `removal_planned` follows."""
        self.ask(
            name,
            lambda: maintenance.plan_removal(Store(), name),
            lambda removal: self.removal_planned.emit(name, removal),
        )

    def remove(self, name: str, removal: Removal) -> None:
        """Removes what was planned."""
        self.start(name, "remove", partial(_remove, removal))

    def pause(self, key: str) -> None:
        """Stops the work of a key within a second. What was received is kept, and `download` resumes from there."""
        before = self.work(key)
        if self.stop(key):
            assert before is not None
            self._wanted.discard(key)
            if before.kind == "download" and before.running:
                self._stopped.add(key)

    def set_offline(self, on: bool) -> None:
        """Forbids or allows any use of the network."""
        self.ask("", lambda: network_settings.change_settings(offline=on), lambda _: self.look())
        self.look()  # also where it could not be kept

    def _take(self, found: ModelsInfo) -> None:
        # What was fetched may still have to be converted.
        fetched = {work.key for work in self.works() if work.kind == "download"}
        usable = found.usable - fetched
        before, self._usable = self._usable, usable
        super()._take(found)
        if before is None or before == usable:
            return
        self.checkpoints_changed.emit()
        for name in (usable - before) & self._wanted:
            self._wanted.discard(name)
            self.installed.emit(name)


def _fetch(bundle: str, accept: tuple[Licence, ...], repair: bool, report: Report, cancel: CancelToken) -> None:
    from fastface_core.models.install import install  # its libraries are not needed to open the window

    store = Store()
    components = store.catalogue.of(store.catalogue.bundle(bundle))
    terms = store.catalogue.terms(components)
    licences.accept([one for one in terms if one in accept])
    licences.require(terms)
    if repair:
        with store.lock():
            maintenance.verify(store, components, report, cancel)
            for component in components:
                maintenance.drop_damaged_copies(store, component)
    title = store.catalogue.bundle(bundle).title
    why = f"Repair of {title}" if repair else f"Download of {title}"
    install(components, store, report, cancel, why=why)


def _verify(bundle: str, report: Report, cancel: CancelToken) -> tuple[int, int]:
    store = Store()
    with store.lock():
        checked = maintenance.verify(store, store.catalogue.of(store.catalogue.bundle(bundle)), report, cancel)
    return len(checked), sum(one.verdict in ("damaged", "missing") for one in checked)


def _verify_all(report: Report, cancel: CancelToken) -> tuple[int, int]:
    store = Store()
    # What is half fetched is not damaged.
    whole = [one for one in store.catalogue.components if store.state(one) in ("ready", "unverified", "damaged")]
    with store.lock():
        checked = maintenance.verify(store, whole, report, cancel)
        checked += maintenance.verify_own(store, own.bases(store), report, cancel)
    return len(checked), sum(one.verdict in ("damaged", "missing") for one in checked)


def _remove(removal: Removal, report: Report, cancel: CancelToken) -> None:
    store = Store()
    with store.lock():
        maintenance.remove(store, removal)
