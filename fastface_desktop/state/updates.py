"""New versions as the window shows them: asked for only when the user does, installed beside the one in use."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state.works import WorkInfo, Works

if TYPE_CHECKING:  # its libraries are not needed to open the window
    from fastface_core.updates.manifest import Manifest, Server
    from fastface_core.updates.place import Place

_KEY = "update"


@dataclass(frozen=True, slots=True)
class Installed:
    """How this copy was installed.

    Attributes:
        knows: an address at which newer versions are was built into it.
        itself: it can install them.
        waiting: the version that the next start takes; empty for none. failed: one that did not open its window.
    """

    knows: bool
    itself: bool
    waiting: str = ""
    failed: str = ""


class Updates(Works):
    seen = Signal()
    """`installed` is new."""
    checked = Signal()
    """`newest` is new."""
    staged = Signal()
    """A version was installed, which the next start takes."""

    def __init__(
        self, server: "Server | None" = None, place: "Place | None" = None, parent: QObject | None = None
    ) -> None:
        """`server`, `place`: those of this copy, where none is given."""
        super().__init__(parent)
        self._server, self._place = server, place
        self.installed: Installed | None = None
        self.newest: Manifest | None = None

    @property
    def doing(self) -> WorkInfo | None:
        return self.work(_KEY)

    @property
    def size(self) -> int:
        """Bytes that `install` would fetch; 0 where it cannot."""
        if self.newest is None or not self.newest.is_newer:
            return 0
        place = self._own_place()
        package = self.newest.package(place.current) if place is not None else None
        return package.size if package is not None else 0

    def look(self) -> None:
        """Looks how this copy was installed; nothing is asked of the network."""
        self.ask("", self._look, self._take)

    def _look(self) -> Installed:
        try:
            self._own_server()
        except FastFaceError:
            knows = False
        else:
            knows = True
        place = self._own_place()
        if place is None:
            return Installed(knows, itself=False)
        return Installed(knows, itself=True, waiting=place.next, failed=place.failed)

    def _take(self, found: Installed) -> None:
        self.installed = found
        self.seen.emit()

    def check(self) -> None:
        """Asks for the newest version; `checked` tells."""
        self.start(_KEY, "search", self._check, self._checked)

    def _check(self, report: Report, cancel: CancelToken) -> "Manifest":
        from fastface_core.updates.manifest import check

        return check(self._own_server())

    def _checked(self, found: "Manifest") -> None:
        self.newest = found
        self.checked.emit()

    def install(self) -> None:
        """Installs the newest version beside this one; `staged` tells."""
        self.start(_KEY, "download", self._install, lambda _: self.staged.emit())

    def _install(self, report: Report, cancel: CancelToken) -> None:
        from fastface_core.updates.install import install

        place, newest = self._own_place(), self.newest
        assert place is not None
        assert newest is not None
        install(newest, place, report, cancel)

    def pause(self) -> None:
        """Stops what runs within a second; what has arrived stays."""
        self.stop(_KEY)

    def _work_ended(self) -> None:
        self.look()

    def _own_server(self) -> "Server":
        from fastface_core.updates.manifest import Server

        return self._server or Server.of_program()

    def _own_place(self) -> "Place | None":
        from fastface_core.updates.place import Place

        return self._place or Place.of_program()
