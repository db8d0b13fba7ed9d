"""The comparisons that were begun: kept in the window as in their files, dropped, put back, forgotten with a person."""

from collections.abc import Callable, Set
from functools import partial

from PySide6.QtCore import QObject, Signal

from fastface_core.compare import records
from fastface_core.compare.records import Comparison
from fastface_core.errors import FastFaceError, PhotoError
from fastface_desktop.state.tasks import Failed, Tasks, ignore
from fastface_desktop.state.undo import Undo


class ComparisonList(QObject):
    changed = Signal()
    """Another one was begun, or one was dropped."""
    dropped = Signal(str, Undo)
    """The id of one that is not in the list any more, and what puts it back."""
    put_back = Signal(str)
    """The id of one that is in the list again."""
    failed = Signal(FastFaceError)
    """Why it is not as it was asked to be."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # One after the other: a record that is dropped, put back and read has to be so in this order.
        self._work = Tasks(self, threads=1)
        self._kept: tuple[Comparison, ...] = ()
        self._dropped: dict[str, Comparison] = {}
        self._begun: dict[str, Comparison] = {}
        """Those that are being written."""
        self._forgotten: set[str] = set()

    @property
    def kept(self) -> tuple[Comparison, ...]:
        """Those that were begun, the newest first."""
        return self._kept

    def find(self, number: str) -> Comparison | None:
        return next((one for one in self._kept if one.id == number), None)

    def look(self, then: Callable[[], None]) -> None:
        """Reads the list."""

        def read(found: tuple[Comparison, ...]) -> None:
            self._kept = tuple(one for one in found if one.person not in self._forgotten)
            self.changed.emit()
            then()

        self._work.run(self, records.kept, read, self.failed.emit)

    def add(self, comparison: Comparison, done: Callable[[], object], failed: Failed) -> None:
        """Writes one down; `failed` gets why it could not."""
        if comparison.person in self._forgotten:
            failed(_forgotten_with_person())
            return

        def written(_: None) -> None:
            if self._begun.pop(comparison.id, None) is None:
                failed(_forgotten_with_person())
                return
            self._kept = (comparison, *(one for one in self._kept if one.id != comparison.id))
            self.changed.emit()
            done()

        def not_written(error: FastFaceError) -> None:
            self._begun.pop(comparison.id, None)
            failed(error)

        self._begun[comparison.id] = comparison
        self._work.run(self, lambda: records.keep(comparison), written, not_written)

    def drop(self, number: str) -> None:
        """Takes one out of the list; its pictures stay in the gallery."""
        found = self.find(number)
        if found is None:
            return
        self._dropped[number] = found
        self._kept = tuple(one for one in self._kept if one.id != number)
        self._work.run(self, lambda: records.forget(number), ignore, self.failed.emit)
        self.changed.emit()
        self.dropped.emit(number, partial(self._put_back, number))

    def _put_back(self, number: str) -> None:
        found = self._dropped.pop(number, None)
        if self.find(number) is None:  # else the same one was begun again
            if found is None:
                self.failed.emit(_forgotten_with_person())
                return
            self._kept = tuple(sorted((*self._kept, found), key=lambda one: one.created, reverse=True))
            self._work.run(self, lambda: records.keep(found), ignore, self.failed.emit)
            self.changed.emit()
        self.put_back.emit(number)

    def forget(self, person: str, hashes: Set[str]) -> None:
        """Drops what was compared of a person; the files are erased by who forgets them.

        Args:
            hashes: of the person's photos.
        """
        self._forgotten.add(person)
        self._kept = tuple(one for one in self._kept if not records.of_person(one, person, hashes))
        for those in (self._dropped, self._begun):
            for number in [one.id for one in those.values() if records.of_person(one, person, hashes)]:
                del those[number]
        # After what is still to be written: a record of the person may be among it.
        traces = frozenset(hashes)
        self._work.run(self, lambda: records.forget_person(person, traces), ignore, self.failed.emit)
        self.changed.emit()

    def close(self) -> None:
        """Waits for what is to be written."""
        self._work.finish()


def _forgotten_with_person() -> PhotoError:
    return PhotoError("The person of this comparison was forgotten, and it with them.", "Begin a new comparison.")
