"""The settings of the network and the log of requests; read and changed in the background."""

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.models.hub import settings as network_settings
from fastface_core.models.hub.request_log import NetworkLog, Outbound
from fastface_desktop.state.tasks import Tasks

MOST = 2000
"""So many of the newest requests are shown."""


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """What is set. The token itself never leaves the core.

    Attributes:
        endpoint, proxy: empty where none is set.
        forced: the variables of the environment that come before what is set here.
    """

    endpoint: str
    proxy: str
    token: bool
    forced: tuple[str, ...]


class NetworkState(QObject):
    changed = Signal()
    """`seen` was updated."""
    failed = Signal(str, FastFaceError)
    """A field ("endpoint", "proxy", "token"), or "" for all, and why it was not done."""
    reached = Signal(str, bool)
    """The host that answered a test, and whether it accepted an access token."""
    not_reached = Signal(FastFaceError)
    """Why a test failed."""
    requests_read = Signal(tuple)
    """The newest requests (`Outbound`), the newest first."""

    def __init__(self, background: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.seen: NetworkInfo | None = None
        self._cleared = b""
        self._asked: deque[tuple[str, Callable[[], NetworkInfo]]] = deque()

    @property
    def changing(self) -> frozenset[str]:
        """Fields that are being saved: `seen` still has their old values."""
        return frozenset(field for field, _ in self._asked)

    def look(self) -> None:
        """Updates `seen`."""
        self._ask("", _look)

    def change(self, field: str, value: str) -> None:
        """Saves "endpoint", "proxy" or "token"; an empty one goes back to the usual."""

        def work() -> NetworkInfo:
            network_settings.change_settings(**{field: value or None})
            return _look()

        self._ask(field, work)

    def _ask(self, field: str, work: Callable[[], NetworkInfo]) -> None:
        self._asked.append((field, work))
        if len(self._asked) == 1:
            self._ask_next()

    def _ask_next(self) -> None:
        """One after the other, so that the newest answer is of what was kept last."""
        field, work = self._asked[0]

        def done(found: NetworkInfo) -> None:
            self._asked.popleft()
            self._take(found)
            if self._asked:
                self._ask_next()

        def failed(error: FastFaceError) -> None:
            self._asked.popleft()
            self.failed.emit(field, error)
            if self._asked:
                self._ask_next()

        self._background.run(self, work, done, failed)

    def test(self) -> None:
        """Sends a small request to the hub; emits `reached` or `not_reached`."""
        self._background.run(self, _test, lambda found: self.reached.emit(*found), self.not_reached.emit)

    def read_requests(self) -> None:
        """Reads the newest requests; `requests_read` brings them."""
        self._background.run(self, _requests, self.requests_read.emit, partial(self.failed.emit, ""))

    def clear_requests(self) -> None:
        """Empties the list; `put_requests_back` takes that back as long as the program runs."""

        def keep(held: bytes) -> None:
            self._cleared = held
            self.requests_read.emit(())

        self._background.run(self, NetworkLog().clear, keep, partial(self.failed.emit, ""))

    def put_requests_back(self) -> None:
        held, self._cleared = self._cleared, b""

        def work() -> tuple[Outbound, ...]:
            NetworkLog().put_back(held)
            return _requests()

        self._background.run(self, work, self.requests_read.emit, partial(self.failed.emit, ""))

    def _take(self, found: NetworkInfo) -> None:
        self.seen = found
        self.changed.emit()


def _look() -> NetworkInfo:
    settings = network_settings.read_settings()
    forced = tuple(name for name in ("HF_ENDPOINT", "HF_TOKEN") if os.environ.get(name))
    return NetworkInfo(settings.endpoint or "", settings.proxy or "", settings.token is not None, forced)


def _test() -> tuple[str, bool]:
    from fastface_core.models.hub.connection import reach  # its libraries are not needed to open the window

    found = reach()
    return found.host, found.with_token


def _requests() -> tuple[Outbound, ...]:
    return NetworkLog().read(MOST)[::-1]
