"""The GPU's runtime as the window shows it, and what is done with it: download, pause, verify, repair, remove, pack."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state.works import WorkInfo, Works

if TYPE_CHECKING:  # its libraries are not needed to open the window
    from fastface_core.overlay import Computed
    from fastface_core.runtime.users import Seen, UserRuntime

_KEY = "runtime"


class GpuRuntime(Works):
    """One piece of work at a time; while it goes on, nothing else is taken."""

    seen = Signal()
    """`now` is new."""
    installed = Signal()
    """It was installed, or repaired, and has computed something; the next start of the program takes it."""
    verified = Signal(int)
    """How many files are damaged or missing."""
    removed = Signal(bool)
    """Whether all of it is gone; where a program still works with it, its files go at the next change."""
    packed = Signal(Path)
    """The `Path` of the pack that was written."""

    def __init__(self, user: "Callable[[], UserRuntime] | None" = None, parent: QObject | None = None) -> None:
        """`user`: makes what does the work, in the thread; this user's, where none is given."""
        super().__init__(parent)
        self._user = user or _of_user
        self.now: Seen | None = None
        self.paused = False
        """Whether a download was stopped since the program was started."""

    @property
    def doing(self) -> WorkInfo | None:
        return self.work(_KEY)

    def look(self) -> None:
        """Brings `now` up to date."""
        self.ask("", lambda: self._user().look(), self._take)

    def _take(self, found: "Seen") -> None:
        self.now = found
        self.seen.emit()

    def install(self, pack: Path | None = None, folder: Path | None = None) -> None:
        """Fetches what fits, tries it, and puts it into effect for the next start; goes on where it was paused.

        Args:
            pack: a file with all of it, instead of the network.
            folder: where it is to lie from then on.
        """
        if self.start(_KEY, "download", partial(_install, self._user, pack, folder), self._installed):
            self.paused = False

    def _installed(self, computed: "Computed") -> None:
        self.installed.emit()

    def pause(self) -> None:
        """Stops what runs within a second; what has arrived stays."""
        before = self.doing
        if self.stop(_KEY) and before is not None and before.kind == "download":
            self.paused = True

    def verify(self) -> None:
        """Reads every file and compares it with what was unpacked; emits `verified`."""
        self.start(_KEY, "verify", partial(_verify, self._user), self.verified.emit)

    def repair(self) -> None:
        """Replaces what is damaged, or all of it where it is of another version of the program; tries it again."""
        self.start(_KEY, "repair", partial(_repair, self._user), lambda _: self.installed.emit())

    def remove(self) -> None:
        """Removes it; emits `removed`."""
        self.start(_KEY, "remove", partial(_remove, self._user), self.removed.emit)

    def write_pack(self, target: Path) -> None:
        """Fetches what fits this computer's GPU into one file, for a computer like it without network."""
        self.start(_KEY, "export", partial(_write_pack, self._user, target), self.packed.emit)

    def _work_ended(self) -> None:
        self.look()


def _of_user() -> "UserRuntime":
    from fastface_core.runtime.users import UserRuntime

    return UserRuntime()


def _install(
    user: "Callable[[], UserRuntime]", pack: Path | None, folder: Path | None, report: Report, cancel: CancelToken
) -> "Computed":
    from fastface_core.runtime.sources import FromNetwork, FromPack

    made = user()
    source = FromPack(pack) if pack else FromNetwork()
    return made.install(made.installer(source, folder), report, cancel)


def _verify(user: "Callable[[], UserRuntime]", report: Report, cancel: CancelToken) -> int:
    return len(user().chosen().verify(report, cancel))


def _repair(user: "Callable[[], UserRuntime]", report: Report, cancel: CancelToken) -> None:
    made = user()
    try:
        installer = made.chosen()
    except FastFaceError:  # of another version of the program
        made.install(made.installer(), report, cancel)
    else:
        installer.repair(report, cancel)


def _remove(user: "Callable[[], UserRuntime]", report: Report, cancel: CancelToken) -> bool:
    return user().remove()


def _write_pack(user: "Callable[[], UserRuntime]", target: Path, report: Report, cancel: CancelToken) -> Path:
    from fastface_core.runtime.sources import FromNetwork

    made = user()
    made.pack(made.installer().build, target, FromNetwork(), report, cancel)
    return target
