"""The thumbnails of pictures on the disk, read in the background when they are first looked at."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fastface_desktop.reading import read_image
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.values import THUMBNAIL


class CellImages(QObject):
    came = Signal(Path)
    """A picture whose thumbnail is there now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = Tasks(self)
        self._images: dict[Path, QImage] = {}
        self._reading: set[Path] = set()

    def keep(self, path: Path, thumbnail: QImage) -> None:
        """What need not be read any more."""
        self._images[path] = thumbnail

    def find(self, path: Path) -> QImage | None:
        """Null where the picture cannot be read; None while it is being read, for the first time from now on."""
        if path in self._images:
            return self._images[path]
        if path not in self._reading:
            self._reading.add(path)

            def read(image: QImage) -> None:
                self._reading.discard(path)
                self.keep(path, image)
                self.came.emit(path)

            self._work.run(self, lambda: read_image(path, THUMBNAIL), read)
        return None

    def close(self) -> None:
        """Reads no more."""
        self._work.close()
