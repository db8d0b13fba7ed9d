"""Long work on the whole library: check, rebuild, back up, move the pictures; one at a time, with progress and Cancel.

A backup is brought back at the next start, before anything has the library open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot

from fastface_core.errors import FastFaceError
from fastface_core.progress import Cancelled, CancelToken, Report, Stage
from fastface_desktop.state import restoring
from fastface_desktop.state.library import LibraryState

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library

Care = Literal["check", "rebuild", "backup", "move"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: how many pictures have no file, how many files the library does not know, what is damaged."""

    without_file: int
    without_row: int
    damaged: bool

    @property
    def good(self) -> bool:
        return not (self.without_file or self.without_row or self.damaged)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many pictures are new in the library, found again, or missing."""

    new: int
    found: int
    missing: int


@dataclass(frozen=True, slots=True)
class BackedUp:
    """How much a backup holds; `size` in bytes."""

    people: int
    pictures: int
    size: int
    file: Path


class _Either(CancelToken):
    """Set when one of two is."""

    def __init__(self, other: CancelToken) -> None:
        super().__init__()
        self._other = other

    @property
    def cancelled(self) -> bool:
        return super().cancelled or self._other.cancelled

    def check(self) -> None:
        self._other.check()
        super().check()


class LibraryCare(QObject):
    changed = Signal()
    """Something began, went on or ended."""
    done = Signal(str, object)
    """What ended well, and `Checked`, `Rebuilt`, `BackedUp` or how many files were moved."""
    failed = Signal(str, object)
    """What did not, and its `FastFaceError`."""

    _told = Signal(object)

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._cancel: _Either | None = None
        self.running: Care | None = None
        self.stopping = False
        self.stage = Stage("")
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def ready(self) -> bool:
        """Whether something can be begun."""
        return self._library.library is not None and self.running is None

    def check(self) -> None:
        """Compares files and database; changes nothing."""
        self._begin("check", lambda library, report, cancel: _check(library))

    def rebuild(self) -> None:
        """Makes the database say what the files say."""
        self._begin("rebuild", _rebuild)

    def back_up(self, file: Path, *, pictures: bool) -> None:
        """Writes everything into one file."""
        self._begin("backup", lambda library, report, cancel: _back_up(library, file, pictures, report, cancel))

    def move_pictures(self, folder: Path) -> None:
        """Makes `folder` the pictures folder, and moves all that is in the old one."""
        self._begin("move", lambda library, report, cancel: _move(library, folder, report, cancel))

    def use_folder(self, folder: Path, then: Callable[[object], None]) -> None:
        """Makes `folder` the pictures folder for new pictures; `then` gets None or the `FastFaceError`."""

        def work(library: "Library") -> None:
            from fastface_core.library.pictures_folder import choose

            choose(library, folder)

        self._library.run(work, then)

    def cancel(self) -> None:
        if self._cancel is not None:
            self.stopping = True
            self._cancel.cancel()
            self.changed.emit()

    # ---- A backup that is to be brought back

    def restore_next_time(self, file: Path | None) -> None:
        """Brings a backup back at the next start; None takes that back.

        Raises:
            StorageError: the disk is full.
        """
        restoring.ask_for(file)
        self.changed.emit()

    @property
    def waiting_backup(self) -> Path | None:
        """The backup that the next start brings back."""
        return restoring.waiting()

    def _begin(self, kind: Care, work: "Callable[[Library, Report, CancelToken], object]") -> None:
        if not self.ready:
            return
        self.running, self.stopping, self.stage = kind, False, Stage("")

        def run(library: "Library", closing: CancelToken) -> object:
            self._cancel = _Either(closing)
            if self.stopping:
                raise Cancelled
            return work(library, self._told.emit, self._cancel)

        self._library.run_long(run, self._ended)
        self.changed.emit()

    @Slot(object)
    def _tell(self, event: object) -> None:
        if isinstance(event, Stage) and self.running is not None:
            self.stage = event
            self.changed.emit()

    def _ended(self, result: object) -> None:
        kind, self.running, self._cancel = self.running, None, None
        self.changed.emit()
        if isinstance(result, FastFaceError):
            self.failed.emit(kind, result)
        elif not isinstance(result, Cancelled):
            self.done.emit(kind, result)


def _check(library: "Library") -> Checked:
    found = library.check()
    return Checked(len(found.without_file), len(found.without_row), bool(found.database))


def _rebuild(library: "Library", report: Report, cancel: CancelToken) -> Rebuilt:
    scan = library.rebuild(report, cancel)
    return Rebuilt(len(scan.recorded), len(scan.relinked) + len(scan.found_again), len(scan.missing))


def _back_up(library: "Library", file: Path, pictures: bool, report: Report, cancel: CancelToken) -> BackedUp:
    from fastface_core.library.backup import backup

    made = backup(library, file, pictures=pictures, report=report, cancel=cancel)
    return BackedUp(made.people, made.pictures, made.size, file)


def _move(library: "Library", folder: Path, report: Report, cancel: CancelToken) -> int:
    from fastface_core.library.pictures_folder import move

    return move(library, folder, report, cancel)
