"""Stars, flag and trash of one picture that is known by its file, and the pictures of the last session."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_desktop.reading import read_image
from fastface_desktop.state.gallery.marking import Marking
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.undo import Undo
from fastface_desktop.values import THUMBNAIL, SavedPicture, Worth

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library

_EARLIER = 12


class PictureMarks(QObject):
    """Says nothing of pictures that are not in the library yet; it asks again once something changes there."""

    seen = Signal(Path, int, bool)
    """A file, its stars, and whether it is rejected."""
    gone = Signal(Path)
    """A file that is in the trash."""
    back = Signal(Path)
    """A file that is out of the trash again."""
    marked = Signal(str, Undo)
    """What was noted without a word in the window, and what takes it back."""
    said = Signal(str, Undo)
    failed = Signal(FastFaceError)
    earlier = Signal(tuple)
    """Tuple of `SavedPicture`: the newest of those that were there when the program was started, the newest last."""

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._marking = Marking(library, self)
        self._marking.marked.connect(self.marked)
        self._marking.failed.connect(self.failed)
        self._asked: Path | None = None
        self.pictures: tuple[SavedPicture, ...] = ()
        """Those that were in `earlier`."""
        library.opened.connect(self._opened)
        library.changed.connect(self._changed)

    @property
    def ready(self) -> bool:
        return self._library.library is not None

    def look(self, path: Path) -> None:
        """Emits `seen`, now and after each change."""
        self._asked = path
        if not self.ready:
            return

        def find(library: "Library") -> tuple[Path, int, bool]:
            (row,) = library.gallery.rows([library.gallery.find(str(path))])
            return path, row.rating, row.rejected

        self._library.run(self, find, self._found, self._not_found)

    def rate(self, path: Path, stars: int) -> None:
        self._with(path, lambda number: self._marking.rate([number], stars))

    def reject(self, path: Path, rejected: bool) -> None:
        self._with(path, lambda number: self._marking.reject([number], rejected))

    def to_trash(self, path: Path) -> None:
        self._with(path, lambda number: self._marking.to_trash([number], partial(self._trashed, path)))

    def _with(self, path: Path, act: Callable[[int], None]) -> None:
        if self.ready:
            # In the lane of the changes, so that they stay in their order.
            self._library.change(self, lambda library: library.gallery.find(str(path)), act, self.failed.emit)

    def _found(self, found: tuple[Path, int, bool]) -> None:
        path, stars, rejected = found
        if path == self._asked:
            self.seen.emit(path, stars, rejected)

    def _not_found(self, error: FastFaceError) -> None:
        """A picture that was just made may not be in the library yet."""

    def _trashed(self, path: Path, text: str, undo: Callable[[], None]) -> None:
        self.gone.emit(path)

        def bring_back() -> None:
            undo()
            self.back.emit(path)

        self.said.emit(text, bring_back)

    def _changed(self, changes: object) -> None:
        if self._asked is not None:
            self.look(self._asked)

    def _opened(self) -> None:
        self._library.run(self, _newest, self._read, self._not_found)

    def _read(self, pictures: tuple[SavedPicture, ...]) -> None:
        self.pictures = pictures
        self.earlier.emit(pictures)


def _newest(library: "Library") -> tuple[SavedPicture, ...]:
    """The newest pictures, with what made them; cells of comparisons are shown in their comparison."""
    from fastface_core.library.queries import Query

    page = library.gallery.page(Query(missing=False, comparison=False), limit=_EARLIER)
    made: list[SavedPicture] = []
    for row in reversed(page.rows):
        details = library.gallery.details(row.id)
        image = read_image(row.path, THUMBNAIL)
        if details.recipe is None or image.isNull():
            continue
        note = details.note
        worth = Worth.of(
            details.recipe.checkpoint,
            likeness=note.likeness,
            reason=note.likeness_reason,
            match=note.twin_match,
            taken_over=note.taken_over,
        )
        seed, seconds = details.recipe.seed, details.seconds or 0.0
        made.append(SavedPicture(row.path, seed, worth, row.width, row.height, seconds, details.recipe, image))
    return tuple(made)
