"""Stars, rejection and the trash, for the picture that Create has in view."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fastface_desktop.state.gallery.picture_marks import PictureMarks
from fastface_desktop.state.jobs.queue import SavedPicture
from fastface_desktop.ui.create.picture_bar import PictureBar
from fastface_desktop.ui.create.strip_model import StripModel, Tile


class PictureMarking(QObject):
    """A picture in the trash leaves the strip, until it is restored."""

    removed = Signal(Tile, int)
    """A tile left the strip, at this row."""
    restored = Signal(Tile)

    def __init__(
        self,
        bar: PictureBar,
        strip: StripModel,
        marks: PictureMarks,
        picture: Callable[[], SavedPicture | None],
        parent: QObject,
    ) -> None:
        """`picture`: the finished picture in view."""
        super().__init__(parent)
        self._bar, self._strip, self._marks, self._picture = bar, strip, marks, picture
        self._trashed: dict[Path, Tile] = {}
        bar.rated.connect(self._rate)
        bar.reject_wanted.connect(self._reject)
        bar.trash_wanted.connect(self.to_trash)
        marks.seen.connect(self._show)
        marks.gone.connect(self._remove)
        marks.back.connect(self._restore)

    def to_trash(self) -> None:
        """Moves the picture in view into the trash, from which it can be restored."""
        if (picture := self._picture()) is not None:
            self._marks.to_trash(picture.path)

    def _rate(self, stars: int) -> None:
        if (picture := self._picture()) is not None:
            self._bar.show_marks(stars, rejected=self._bar.reject_button.isChecked())
            self._marks.rate(picture.path, stars)

    def _reject(self, rejected: bool) -> None:
        if (picture := self._picture()) is not None:
            self._bar.show_marks(self._bar.stars.rating or 0, rejected=rejected)
            self._marks.reject(picture.path, rejected)

    def _show(self, path: Path, stars: int, rejected: bool) -> None:
        if (picture := self._picture()) is not None and picture.path == path:
            self._bar.show_marks(stars, rejected=rejected)

    def _remove(self, path: Path) -> None:
        tile = next((one for one in self._strip.tiles() if one.picture is not None and one.picture.path == path), None)
        if tile is not None:
            self._trashed[path] = tile
            row = self._strip.row_of(tile.key)
            self._strip.remove(tile.key)
            self.removed.emit(tile, row)

    def _restore(self, path: Path) -> None:
        if (tile := self._trashed.pop(path, None)) is not None:
            self._strip.put(tile)
            self.restored.emit(tile)
