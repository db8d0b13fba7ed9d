"""Long work on the whole library: check, rebuild, back up, move the pictures; one at a time, with progress and Cancel.

A backup is brought back at the next start, before anything has the library open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state import restoring
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.long_task import LongTask
from fastface_desktop.state.tasks import Failed

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library

T = TypeVar("T")
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


class LibraryCare(QObject):
    changed = Signal()
    """Something began, went on or ended."""
    checked = Signal(Checked)
    rebuilt = Signal(Rebuilt)
    backed_up = Signal(BackedUp)
    moved = Signal(int)
    """How many files lie in the new folder."""
    failed = Signal(str, FastFaceError)
    """Which `Care` did not end well, and why."""

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._kind: Care = "check"
        self.task = LongTask(library, self)
        self.task.changed.connect(self.changed)
        self.task.failed.connect(self._failed)

    @property
    def running(self) -> Care | None:
        return self._kind if self.task.running else None

    @property
    def ready(self) -> bool:
        """Whether something can be begun."""
        return self._library.library is not None and self.running is None

    def check(self) -> None:
        """Compares files and database; changes nothing."""
        self._begin("check", lambda library, report, cancel: _check(library), self.checked.emit)

    def rebuild(self) -> None:
        """Makes the database say what the files say."""
        self._begin("rebuild", _rebuild, self.rebuilt.emit)

    def back_up(self, file: Path, *, pictures: bool) -> None:
        """Writes everything into one file."""
        self._begin(
            "backup",
            lambda library, report, cancel: _back_up(library, file, pictures, report, cancel),
            self.backed_up.emit,
        )

    def move_pictures(self, folder: Path) -> None:
        """Makes `folder` the pictures folder, and moves all that is in the old one."""
        self._begin("move", lambda library, report, cancel: _move(library, folder, report, cancel), self.moved.emit)

    def use_folder(self, owner: QObject, folder: Path, done: Callable[[None], object], failed: Failed) -> None:
        """Makes `folder` the pictures folder for new pictures; the callbacks as of `Tasks.run`."""

        def work(library: "Library") -> None:
            from fastface_core.library.pictures_folder import choose

            choose(library, folder)

        self._library.change(owner, work, done, failed)

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

    def _begin(
        self, kind: Care, work: "Callable[[Library, Report, CancelToken], T]", done: Callable[[T], object]
    ) -> None:
        if self.ready:
            self._kind = kind
            self.task.run(work, done)

    def _failed(self, error: FastFaceError) -> None:
        self.failed.emit(self._kind, error)


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
