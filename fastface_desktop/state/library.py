"""The library as the window sees it: opened, put in order and watched without holding up the window."""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from fastface_core.errors import FastFaceError
from fastface_core.library.changes import Changes
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state import restoring
from fastface_desktop.state.tasks import Failed, Tasks

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library

logger = logging.getLogger(__name__)

T = TypeVar("T")

_LOOK_EVERY = 1000
"""Milliseconds between two checks for changes by other programs."""

_REST, _REST_SHARE = 10.0, 50
"""Seconds, and times that the last look took, before the files are looked at again: after a minute's work in another
program at once, of a hundred thousand pictures on a slow drive seldom."""


class LibraryState(QObject):
    """The one library of this window. `library` is None until `opened`; any thread may use it.

    What shows something of it follows `changed` and looks it up with `run`; what changes something uses `change`.
    """

    opened = Signal()

    failed = Signal(FastFaceError)
    """It cannot be opened, or it is damaged. Pictures and people are files and are still there."""

    changed = Signal(Changes)
    """By this window or any other program."""

    noticed = Signal(FastFaceError)
    """What has to be said: a backup that could not be brought back, what was put in order."""

    _written = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library: Library | None = None
        self.error: FastFaceError | None = None
        self._opening = False
        self._closed = False
        self._seen = 0
        self._work = Tasks(self, threads=2)
        # One after the other: of two changes of one thing the later one is what stays.
        self._changes = Tasks(self, threads=1)
        # What takes long has a thread of its own, so that a star is never behind a scan of all folders.
        self._care = Tasks(self, threads=1)
        self._written.connect(self.look, Qt.ConnectionType.QueuedConnection)
        self._files_seen = 0.0
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY)
        self._timer.timeout.connect(self.look)

    def open(self) -> None:
        """Opens the library in the background; `opened` or `failed` follows. Again after `failed`: another try."""
        if self.library is None and not self._opening and not self._closed:
            self._opening = True
            self.error = None
            self._work.run(self, _open, self._opened, self._not_opened)

    def run(self, owner: QObject, work: "Callable[[Library], T]", done: Callable[[T], object], failed: Failed) -> None:
        """Looks something up in the library; see `Tasks.run`.

        Raises:
            RuntimeError: the library is not open.
        """
        library = self._open_library()
        self._work.run(owner, lambda: work(library), done, failed)

    def change(
        self, owner: QObject, work: "Callable[[Library], T]", done: Callable[[T], object], failed: Failed
    ) -> None:
        """As `run`, for what changes something: in the order in which it is asked for, and done though the window
        closes at once."""
        library = self._open_library()
        self._changes.run(owner, lambda: work(library), done, failed)

    @property
    def busy(self) -> bool:
        """Whether a query runs or waits."""
        return self._work.busy

    @property
    def changing(self) -> bool:
        """Whether a change runs or waits."""
        return self._changes.busy

    def run_long(
        self,
        owner: QObject,
        work: "Callable[[Library, Report, CancelToken], T]",
        done: Callable[[T], object],
        failed: Failed,
        *,
        cancelled: Callable[[], object] | None = None,
        reported: Callable[[object], object] | None = None,
    ) -> CancelToken:
        """As `run`, for what may take minutes: one after the other, and stopped when the window closes; see
        `Tasks.start`."""
        library = self._open_library()
        return self._care.start(
            owner,
            lambda report, cancel: work(library, report, cancel),
            done,
            failed,
            cancelled=cancelled,
            reported=reported,
        )

    @Slot()
    def look(self) -> None:
        """Checks for changes now."""
        if self.library is None or self._closed:
            return
        try:
            changes = self.library.changes.since(self._seen)
        except FastFaceError as error:
            self._timer.stop()
            self._fail(error)
            return
        self._seen = changes.number
        if changes:
            self.changed.emit(changes)

    def close(self) -> None:
        """Does the changes that wait, stops long work, closes the library."""
        self._closed = True
        self._timer.stop()
        self._care.close()
        self._changes.finish()
        self._work.close()
        if self.library is not None:
            self.library.close()
            self.library = None

    def _open_library(self) -> "Library":
        if self.library is None:
            raise RuntimeError("the library is not open")
        return self.library

    def _not_opened(self, error: FastFaceError) -> None:
        self._opening = False
        self._fail(error)

    def _opened(self, result: "tuple[Library, int, FastFaceError | None]") -> None:
        self._opening = False
        library, self._seen, refused = result
        self.library = library
        library.database.listen(self._written.emit)
        self._timer.start()
        self.opened.emit()
        if refused is not None:
            self.noticed.emit(refused)
        self._tell()
        self.run_long(self, _care_for, self._cared, self._care_failed)
        self._files_seen = time.monotonic() + _REST
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self.look_at_files)

    @Slot(Qt.ApplicationState)
    def look_at_files(self, state: Qt.ApplicationState = Qt.ApplicationState.ApplicationActive) -> None:
        """Takes over what another program wrote into pictures: when the window is come back to."""
        active = state == Qt.ApplicationState.ApplicationActive
        if not active or self.library is None or self._closed or self._looking or time.monotonic() < self._files_seen:
            return
        self._looking = True
        self.run_long(self, _take_over, self._took_over, self._took_nothing, cancelled=self._took_nothing)

    def _took_over(self, seconds: float) -> None:
        self._looking = False
        self._files_seen = time.monotonic() + max(_REST, _REST_SHARE * seconds)

    def _took_nothing(self, error: FastFaceError | None = None) -> None:
        self._took_over(0.0)
        if error is not None:
            logger.warning("library: %s", error.message)

    def _tell(self) -> None:
        while self.library is not None and self.library.notices:
            self.noticed.emit(self.library.notices.pop(0))

    def _cared(self, _: None) -> None:
        self._tell()

    def _care_failed(self, error: FastFaceError) -> None:
        self._tell()
        self._fail(error)

    def _fail(self, error: FastFaceError) -> None:
        logger.warning("library: %s", error.message)
        self.error = error
        self.failed.emit(error)


def _open() -> "tuple[Library, int, FastFaceError | None]":
    from fastface_core.library.library import Library

    refused = restoring.bring_back()
    library = Library(recover=False)
    return library, library.changes.newest(), refused


def _take_over(library: "Library", report: Report, cancel: CancelToken) -> float:
    """How long it took, in seconds."""
    start = time.monotonic()
    if library.scanner.take_over(cancel):
        library.marks.write_pending()  # what the other program has thrown out
    return time.monotonic() - start


def _care_for(library: "Library", report: Report, cancel: CancelToken) -> None:
    from fastface_core.library import daily_backup

    if library.crashed:
        library.recover(cancel=cancel)
    if not cancel.cancelled and (problems := library.verify()):
        from fastface_core.library.database_errors import DamagedLibraryError

        logger.warning("library: %s", "; ".join(problems))
        raise DamagedLibraryError(
            "The library is damaged, your pictures are not.",
            "Run `fastface library rebuild`, which makes its database again from them.",
        )
    if not cancel.cancelled:
        library.maintain()
        daily_backup.keep(library)
