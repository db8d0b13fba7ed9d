"""Pictures in full size for the viewer and for comparing: read in the background, few kept, neighbours ahead."""

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fastface_core.library.gallery import PictureRow
from fastface_desktop.reading import read_image
from fastface_desktop.state.tasks import Tasks

_KEPT = 10

Key = tuple[int, str]


class FullImages(QObject):
    """An image belongs to a picture's number and file: one that moved is read again."""

    came = Signal(int)
    """The number of a picture that was read; `find` has it, or a null image where it cannot be read."""

    def __init__(self, background: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._images: OrderedDict[Key, QImage] = OrderedDict()
        self._asked: set[Key] = set()

    def find(self, row: PictureRow) -> QImage | None:
        """The picture; None until it was read, and null where that is impossible."""
        key = row.id, str(row.path)
        if (found := self._images.get(key)) is not None:
            self._images.move_to_end(key)
            return found
        if key not in self._asked:
            self._asked.add(key)
            self._background.run(self, lambda: read_image(row.path), partial(self._read, key))
        return None

    def forget(self, number: int) -> None:
        """Drops a picture, which is read again when it is next shown: its file may be back, or changed."""
        for key in [key for key in self._images if key[0] == number]:
            del self._images[key]

    def _read(self, key: Key, image: QImage) -> None:
        self._asked.discard(key)
        self._images[key] = image
        while len(self._images) > _KEPT:
            self._images.popitem(last=False)
        self.came.emit(key[0])
