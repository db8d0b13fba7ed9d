"""The GPU's runtime of this user: what there is, what fits, and everything that is done with it.

The command line and the window both ask here.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fastface_core import overlay, paths
from fastface_core.errors import FastFaceError
from fastface_core.overlay import Computed, State
from fastface_core.progress import CancelToken, Report, silent
from fastface_core.runtime import gpus
from fastface_core.runtime import trial as trials
from fastface_core.runtime.folder import RuntimeFolder, use_folder
from fastface_core.runtime.gpus import Gpu
from fastface_core.runtime.install import Installer, of_chosen
from fastface_core.runtime.lanes import Build, Lanes, Offer, buildable, offer
from fastface_core.runtime.sources import FromNetwork, Source, write_pack


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is on this computer.

    Attributes:
        missing: bytes of what fits that are still to be fetched; all of them where nothing was begun.
        folder: where runtimes lie; `free`: bytes free there.
        state: what is installed; None for nothing.
        fits: whether that is what would be installed now.
        at_work: whether this process computes with it.
    """

    gpus: tuple[Gpu, ...]
    offer: Offer
    missing: int
    folder: Path
    free: int
    state: State | None
    fits: bool
    at_work: bool


@dataclass(frozen=True)
class UserRuntime:
    """Everything that is done with it.

    Attributes:
        find, load, trial: what this computer has, the list of lanes, and what tries a runtime.
    """

    find: Callable[[], tuple[Gpu, ...]] = lambda: gpus.find()
    load: Callable[[], Lanes] = Lanes.load
    trial: trials.Trial = trials.run

    def look(self) -> Seen:
        """Looks at GPUs, driver and folder; starts a program of the driver's, and reads no large file.

        Raises:
            DeviceError: the list of lanes is damaged.
        """
        found, lanes = self.find(), self.load()
        fitting, folder = offer(found, lanes), paths.runtime_folder()
        missing, name = 0, ""
        if fitting.lane is not None and fitting.build is not None:
            made = Installer(lanes, fitting.lane, fitting.build, RuntimeFolder(folder))
            missing, name = made.bytes_missing(), made.name
        state = overlay.look(folder)
        return Seen(
            gpus=found,
            offer=fitting,
            missing=missing,
            folder=folder,
            free=_free(folder),
            state=state,
            fits=state is not None and state.folder.name == name,
            at_work=state is not None and overlay.in_effect() == state.folder,
        )

    def installer(self, source: Source | None = None, folder: Path | None = None, lane: str = "") -> Installer:
        """What installs the lane of a name, or what fits.

        Args:
            source: the network, where none is given.
            folder: the user's, where none is given.

        Raises:
            FastFaceError: nothing fits, or its files are not known.
        """
        lanes = self.load()
        if not lane:
            chosen, build = buildable(offer(self.find(), lanes))
        else:
            chosen, build = lanes.named(lane), self.build(lane)
        return Installer(
            lanes, chosen, build, RuntimeFolder(folder or paths.runtime_folder()), source or FromNetwork(), self.trial
        )

    def build(self, lane: str, system: str = "") -> Build:
        """A lane's files for a system, this one where none is given.

        Raises:
            FastFaceError: there is no such lane, or its files are not known.
        """
        named = self.load().named(lane)
        found = named.build(system)
        if found is None:
            raise FastFaceError(
                f"This copy of FastFace does not know the files of {named.title} for that system.",
                "Look for a newer version of FastFace.",
            )
        return found

    def install(self, installer: Installer, report: Report = silent, cancel: CancelToken | None = None) -> Computed:
        """Installs, and from then on looks into the installer's folder; what another one held goes.

        Raises: as `Installer.install`.
        """
        before = paths.runtime_folder()
        computed = installer.install(report, cancel)
        folder = installer.folder.root
        if folder.absolute() != before.absolute():
            use_folder(folder)
            self._empty(before)
        return computed

    def chosen(self, source: Source | None = None) -> Installer:
        """The installer of what is in use.

        Raises:
            FastFaceError: there is none, or it is of another version of FastFace.
        """
        return replace(of_chosen(self.load(), RuntimeFolder(), source or FromNetwork()), trial=self.trial)

    def remove(self) -> bool:
        """Removes every runtime; False where a process works with one, whose files go at the next change.

        Raises:
            StorageError: somebody else changes the folder, or it cannot be written to.
        """
        return self._empty(paths.runtime_folder())

    def _empty(self, folder: Path) -> bool:
        if not folder.is_dir():
            return True
        runtimes = RuntimeFolder(folder)
        with runtimes.lock():
            return runtimes.remove_all()

    def pack(self, build: Build, target: Path, source: Source, report: Report, cancel: CancelToken) -> None:
        """Fetches a lane's files into one, for a computer without network; goes on where it was broken off.

        Raises: as `bring` of the source and `write_pack`.
        """
        wheels = target.with_name(f"{target.name}.wheels")
        source.bring(build.wheels, wheels, report, cancel)
        write_pack(build.wheels, wheels, target, report, cancel)
        shutil.rmtree(wheels, ignore_errors=True)


def _free(folder: Path) -> int:
    """Bytes free where a folder lies, or would; 0 where the drive is not there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
