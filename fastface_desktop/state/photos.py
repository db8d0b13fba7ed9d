"""Inspects dropped files one after the other, however many there are."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.domain.identity import PhotoChoice
from fastface_desktop.values import FaceInfo, PhotoReport
from fastface_desktop.worker import EngineThread

__all__ = ["FaceInfo", "PhotoInspector", "PhotoReport"]


class PhotoInspector(QObject):
    """Has the engine's thread inspect files, a few at a time, so that the others can be cancelled."""

    inspected = Signal(Path, PhotoReport)
    strangers_seen = Signal(frozenset)
    """Paths of the photos, of those that were last compared, that show someone else than the others, a frozenset."""
    pending_changed = Signal(int)
    """How many files are not inspected yet."""

    def __init__(self, thread: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._waiting: deque[Path] = deque()
        self._wanted: set[Path] = set()
        self._under_way: Path | None = None
        self._numbers = count(1)
        self._compared: tuple[int, tuple[Path, ...]] = (0, ())
        thread.photo_seen.connect(self._take)
        thread.strangers_seen.connect(self._take_strangers)

    @property
    def pending(self) -> int:
        """How many files are not inspected yet."""
        return len(self._wanted)

    def inspect_all(self, paths: Iterable[Path]) -> None:
        """Looks for faces in files, in their order; `inspected` is emitted for each. Those that wait are skipped."""
        for path in paths:
            if path not in self._wanted:
                self._wanted.add(path)
                self._waiting.append(path)
        self._go_on()
        self.pending_changed.emit(self.pending)

    def compare(self, photos: Sequence[PhotoChoice]) -> None:
        """Checks whether photos show one person; `strangers_seen` is emitted for the last call."""
        number = next(self._numbers)
        self._compared = number, tuple(photo.path for photo in photos)
        self._thread.look_together(number, tuple(photos))

    @Slot(int, object)
    def _take_strangers(self, number: int, odd: tuple[int, ...]) -> None:
        asked, paths = self._compared
        if number == asked:
            self.strangers_seen.emit(frozenset(paths[index] for index in odd if index < len(paths)))

    def cancel(self, path: Path) -> None:
        """A file is no longer wanted; nothing more is said about it."""
        if path in self._wanted:
            self._wanted.remove(path)
            self.pending_changed.emit(self.pending)

    def cancel_all(self) -> None:
        """No file is wanted any more; nothing more is said about those that were asked for before."""
        self._waiting.clear()
        self._wanted.clear()
        self._thread.forget_photos()
        self._under_way = None
        self.pending_changed.emit(0)

    def _go_on(self) -> None:
        while self._under_way is None and self._waiting:
            path = self._waiting.popleft()
            if path in self._wanted:
                self._under_way = path
                self._thread.look_at(path)

    @Slot(object)
    def _take(self, report: PhotoReport) -> None:
        if report.path == self._under_way:
            self._under_way = None
        if report.path in self._wanted:
            self._wanted.remove(report.path)
            self.inspected.emit(report.path, report)
            self.pending_changed.emit(self.pending)
        self._go_on()
