"""New versions of the program: checked for only when the user asks, installed beside the one in use."""

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
        has_server: an address for updates was built into it.
        can_install: it can install them itself.
        pending: the version that the next start uses; empty for none.
        failed: a version that did not open its window; empty for none.
    """

    has_server: bool
    can_install: bool
    pending: str = ""
    failed: str = ""


class Updates(Works):
    seen = Signal()
    """`installed` was determined."""
    checked = Signal()
    """`newest` was fetched."""
    staged = Signal()
    """A version was installed, which the next start uses."""

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
        """Finds out how this copy was installed; does not use the network."""
        self.ask("", self._look, self._take)

    def _look(self) -> Installed:
        try:
            self._own_server()
        except FastFaceError:
            has_server = False
        else:
            has_server = True
        place = self._own_place()
        if place is None:
            return Installed(has_server, can_install=False)
        return Installed(has_server, can_install=True, pending=place.next, failed=place.failed)

    def _take(self, found: Installed) -> None:
        self.installed = found
        self.seen.emit()

    def check(self) -> None:
        """Asks the server for the newest version; `checked` follows."""
        self.start(_KEY, "search", self._check, self._checked)

    def _check(self, report: Report, cancel: CancelToken) -> "Manifest":
        from fastface_core.updates.manifest import check

        return check(self._own_server())

    def _checked(self, found: "Manifest") -> None:
        self.newest = found
        self.checked.emit()

    def install(self) -> None:
        """Installs the newest version beside this one; `staged` follows."""
        self.start(_KEY, "download", self._install, lambda _: self.staged.emit())

    def _install(self, report: Report, cancel: CancelToken) -> None:
        from fastface_core.updates.install import install

        place, newest = self._own_place(), self.newest
        assert place is not None
        assert newest is not None
        install(newest, place, report, cancel)

    def pause(self) -> None:
        """Stops a running download within a second; what was received is kept."""
        self.stop(_KEY)

    def _work_ended(self) -> None:
        self.look()

    def _own_server(self) -> "Server":
        from fastface_core.updates.manifest import Server

        return self._server or Server.of_program()

    def _own_place(self) -> "Place | None":
        from fastface_core.updates.place import Place

        return self._place or Place.of_program()
