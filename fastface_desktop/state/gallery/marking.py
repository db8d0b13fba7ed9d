"""Stars, flags, labels, tags, stacks and the trash for many pictures at once, each act with what takes it back."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.library.labels import Label
from fastface_core.progress import CancelToken, Report
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.tasks import ignore
from fastface_desktop.state.undo import Undo

if TYPE_CHECKING:  # they bring NumPy, which the window is not to wait for
    from fastface_core.library.library import Library
    from fastface_core.library.metadata import Marks

Said = Callable[[str, Callable[[], None]], object]
"""Takes what was done, and what takes it back."""
_SETTLE = 1500
"""Milliseconds without another mark after which the files are written."""


class Marking(QObject):
    """Acts on pictures by their numbers. The views follow the library, and learn of it from there."""

    said = Signal(str, Undo)
    """What was done, and what takes it back or None."""
    marked = Signal(str, Undo)
    """The same of stars, flags and tags, which are visible in place and need no message."""
    failed = Signal(FastFaceError)
    """FastFaceError, or None before something is tried."""

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._writing = Debounce(_SETTLE, self._write, self)

    def rate(self, ids: Sequence[int], stars: int) -> None:
        """0 to 5 stars."""
        text = {0: self.tr("No stars."), 1: self.tr("1 star.")}.get(
            stars, self.tr("{count} stars.").format(count=stars)
        )
        self._mark(ids, lambda library: library.marks.rate(ids, stars), text)

    def reject(self, ids: Sequence[int], rejected: bool) -> None:
        text = self.tr("Rejected.") if rejected else self.tr("No longer rejected.")
        self._mark(ids, lambda library: library.marks.reject(ids, rejected), text)

    def tag(self, ids: Sequence[int], add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        text = self.tr("Tagged {tag}.") if add else self.tr("The tag {tag} is gone.")
        text = text.format(tag=", ".join(add or remove))
        self._mark(ids, lambda library: library.marks.tag(ids, add, remove), text)

    def label(self, ids: Sequence[int], label: Label | None) -> None:
        text = self.tr("Labelled.") if label is not None else self.tr("No label.")
        self._mark(ids, lambda library: library.marks.label(ids, label), text)

    def stack(self, ids: Sequence[int]) -> None:
        """Makes one stack of them."""
        self._mark(ids, lambda library: library.marks.stack(ids), self.tr("Now a stack."))

    def unstack(self, ids: Sequence[int]) -> None:
        self._mark(ids, lambda library: library.marks.unstack(ids), self.tr("No longer a stack."))

    def settle(self) -> None:
        """Somebody else has changed what the files are to say: they are written once that rests."""
        self._writing.start()

    def to_trash(self, ids: Sequence[int], said: Said | None = None) -> None:
        """`said`: hears of it instead of the signal."""
        text = self.tr("In the trash.") if len(ids) == 1 else self.tr("{count} pictures are in the trash.")
        self._move(ids, lambda library: library.trash.put(ids), lambda library: library.trash.restore(ids), text, said)

    def restore(self, ids: Sequence[int]) -> None:
        """Out of the trash."""
        text = (
            self.tr("Back in the gallery.") if len(ids) == 1 else self.tr("{count} pictures are back in the gallery.")
        )
        self._move(ids, lambda library: library.trash.restore(ids), lambda library: library.trash.put(ids), text)

    def erase(self, ids: Sequence[int] | None = None) -> None:
        """Deletes pictures in the trash for good, all of them without `ids`. Nothing takes it back."""

        def done(count: int) -> None:
            text = self.tr("1 picture is deleted.") if count == 1 else self.tr("{count} pictures are deleted.")
            self.said.emit(text.format(count=QLocale().toString(count)), None)

        self.failed.emit(None)
        self._library.run_long(
            self,
            lambda library, report, cancel: library.trash.empty() if ids is None else library.trash.erase(ids),
            done,
            self.failed.emit,
        )

    # ---- How

    def _mark(self, ids: Sequence[int], work: "Callable[[Library], dict[int, Marks]]", text: str) -> None:
        if not ids or self._library.library is None:
            return

        def done(before: "dict[int, Marks]") -> None:
            self._writing.start()
            counted = text if len(before) == 1 else f"{self._counted(len(before))} {text}"
            self.marked.emit(counted, lambda: self._put_back(before))

        self.failed.emit(None)
        self._library.change(self, work, done, self.failed.emit)

    def _counted(self, number: int) -> str:
        return self.tr("{count} pictures:").format(count=QLocale().toString(number))

    def _put_back(self, before: "Mapping[int, Marks]") -> None:
        self._run(lambda library: library.marks.put(before))
        self._writing.start()

    def _move(
        self,
        ids: Sequence[int],
        work: "Callable[[Library], None]",
        back: "Callable[[Library], None]",
        text: str,
        said: Said | None = None,
    ) -> None:
        if not ids or self._library.library is None:
            return

        def done(_: None) -> None:
            (said or self.said.emit)(text.format(count=QLocale().toString(len(ids))), lambda: self._run(back))

        self.failed.emit(None)
        self._library.change(self, work, done, self.failed.emit)

    def _run(self, work: "Callable[[Library], object]") -> None:
        if self._library.library is not None:
            self._library.change(self, work, ignore, self.failed.emit)

    def _write(self) -> None:
        """Into the files, for other programs and for a rebuild; what fails stays pending, as everything would."""

        def write(library: "Library", report: Report, cancel: CancelToken) -> None:
            while not cancel.cancelled and library.marks.write_pending(50).written:
                pass

        if self._library.library is not None:
            self._library.run_long(self, write, ignore, self.failed.emit)
