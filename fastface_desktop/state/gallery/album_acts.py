"""Albums as the window makes, fills and empties them, each act with what takes it back."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QLocale, QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.marking import Marking
from fastface_desktop.state.tasks import ignore
from fastface_desktop.state.undo import Undo

if TYPE_CHECKING:  # they bring NumPy, which the window is not to wait for
    from fastface_core.library.library import Library
    from fastface_core.library.metadata import Marks

_T = TypeVar("_T")


class AlbumActs(QObject):
    said = Signal(str, Undo)
    """What was done, and what takes it back or None."""
    failed = Signal(FastFaceError)
    """FastFaceError, or None before something is tried."""

    def __init__(self, gallery: Gallery, marking: Marking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery, self._marking = gallery, marking

    def names(self) -> list[str]:
        return list(self._gallery.choices.albums)

    def make(self, name: str, ids: Sequence[int] = ()) -> None:
        """A new album, and pictures in it."""

        def work(library: "Library") -> "tuple[str, dict[int, Marks]]":
            made = library.albums.make(name)
            return made, library.marks.collect(ids, [made])

        def done(result: "tuple[str, dict[int, Marks]]") -> None:
            made, before = result
            if ids:
                self._tell_put(made, before)

        self._run(work, done)

    def rename(self, old: str, new: str) -> None:
        def done(name: str) -> None:
            if self._gallery.view.album == old:
                self._gallery.set_view(album=name)
            text = self.tr("The album is now called {name}.").format(name=name)
            self.said.emit(text, lambda: self.rename(name, old))

        if new != old:
            self._run(lambda library: library.albums.rename(old, new), done)

    def delete(self, name: str) -> None:
        """Its pictures stay."""

        def work(library: "Library") -> Callable[["Library"], None]:
            before = library.albums.delete(name)
            return lambda library: library.albums.restore(name, before)

        def done(back: Callable[["Library"], None]) -> None:
            if self._gallery.view.album == name:
                self._gallery.set_view(place="pictures", album=None)
            text = self.tr("The album {name} is gone. Its pictures are still there.").format(name=name)
            self.said.emit(text, lambda: self._run(back))

        self._run(work, done)

    def put(self, ids: Sequence[int], name: str) -> None:
        """Puts pictures into an album."""
        if ids:
            self._run(lambda library: library.marks.collect(ids, [name]), lambda before: self._tell_put(name, before))

    def take_out(self, ids: Sequence[int], name: str) -> None:
        if not ids:
            return
        text = self.tr("1 taken out of {name}") if len(ids) == 1 else self.tr("{count} taken out of {name}")
        said = text.format(count=QLocale().toString(len(ids)), name=name)
        self._run(
            lambda library: library.marks.collect(ids, (), [name]),
            lambda before: self.said.emit(said, lambda: self._put_back(before)),
        )

    def _tell_put(self, name: str, before: "dict[int, Marks]") -> None:
        text = self.tr("1 put into {name}") if len(before) == 1 else self.tr("{count} put into {name}")
        said = text.format(count=QLocale().toString(len(before)), name=name)
        self.said.emit(said, lambda: self._put_back(before))

    def _put_back(self, before: "dict[int, Marks]") -> None:
        self._run(lambda library: library.marks.put(before))

    def _run(self, work: "Callable[[Library], _T]", done: Callable[[_T], object] = ignore) -> None:
        def succeeded(result: _T) -> None:
            self._settle()
            done(result)

        def failed(error: FastFaceError) -> None:
            self._settle()
            self.failed.emit(error)

        self.failed.emit(None)
        if self._gallery.library.library is not None:
            self._gallery.library.change(self, work, succeeded, failed)

    def _settle(self) -> None:
        self._marking.settle()
        self._gallery.look_for_albums()
