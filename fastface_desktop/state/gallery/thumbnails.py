"""Small pictures for the grid, read and decoded beside the window; late at times, never another picture's.

An image belongs to the hash of the pixels and not to a place in the grid: whatever moves keeps its own.
"""

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform

from fastface_core.errors import FastFaceError
from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.tasks import Tasks

_BYTES = 192 << 20
"""Of decoded images in memory."""
_WAITING = 600
"""Images that may be waited for; what was asked for longest ago is asked for again when it is painted again."""

Key = tuple[bytes, int]


class Thumbnails(QObject):
    """Ask `find` while painting; `came` says what is worth painting again."""

    came = Signal(frozenset)
    """The hashes of the pixels whose images are there now, or known not to be."""

    def __init__(self, library: LibraryState, radius: int = 0, parent: QObject | None = None) -> None:
        """`radius`: of the images' corners, in their pixels at the usual resolution."""
        super().__init__(parent)
        self._library = library
        self._radius = radius
        self._images: OrderedDict[Key, QImage] = OrderedDict()
        self._bytes = 0
        self._broken: set[tuple[Key, Path]] = set()
        self._queue: OrderedDict[Key, tuple[PictureRow, float]] = OrderedDict()
        self._tasks = Tasks(self, threads=1)
        self._closed = False
        # Not once for each: a scroll brings dozens.
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(16)
        self._telling.timeout.connect(self._tell)
        self._new: set[bytes] = set()

    def find(self, row: PictureRow, side: int, ratio: float = 1.0) -> QImage | None:
        """The picture in at most `side` by `side` pixels of a screen with `ratio`; None until it is there.

        A null image where there is none to be had: the file is missing or damaged, and was never seen before.
        """
        key = (row.pixels, round(side * ratio))
        if (found := self._images.get(key)) is not None:
            self._images.move_to_end(key)
            return found
        if (key, row.path) in self._broken:
            return QImage()
        self._queue[key] = (row, ratio)
        self._queue.move_to_end(key)
        while len(self._queue) > _WAITING:
            self._queue.popitem(last=False)
        self._read_next()
        return None

    def retry(self) -> None:
        """What could not be read is tried again."""
        self._broken.clear()

    def close(self) -> None:
        """Waits for the one that is being read."""
        self._closed = True
        self._tasks.close()

    def _read_next(self) -> None:
        """One after the other, by way of the window's thread: decoding holds Python's lock, for which each painted
        picture waits."""
        if self._queue and not (self._tasks.busy or self._closed):
            # What was painted last is what is looked at.
            key, (row, ratio) = self._queue.popitem()
            self._tasks.run(self, lambda: self._read(row, key[1], ratio), partial(self._keep, key, row.path))

    def _read(self, row: PictureRow, side: int, ratio: float) -> QImage:
        library = self._library.library
        if library is None:
            return QImage()
        try:
            data = library.thumbnails.get(row)
        except FastFaceError:
            return QImage()
        image = QImage.fromData(data)
        return image if image.isNull() else rounded(image, side, self._radius * ratio, ratio)

    def _keep(self, key: Key, path: Path, image: QImage) -> None:
        if image.isNull():
            # It may only have been on its way to the trash, or back: elsewhere it is tried again.
            self._broken.add((key, path))
        elif key not in self._images:
            self._images[key] = image
            self._bytes += image.sizeInBytes()
            while self._bytes > _BYTES:
                _, old = self._images.popitem(last=False)
                self._bytes -= old.sizeInBytes()
        self._read_next()
        self._new.add(key[0])
        if not self._telling.isActive():
            self._telling.start()

    def _tell(self) -> None:
        new, self._new = self._new, set()
        self.came.emit(frozenset(new))


def rounded(image: QImage, side: int, radius: float, ratio: float) -> QImage:
    """At most `side` pixels wide and high, with round corners, in the form that is painted fastest."""
    size = QSize(image.size()).scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio)
    size = size.expandedTo(QSize(1, 1))
    scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    made = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    brush = QBrush(scaled)
    brush.setTransform(QTransform())
    painter.setBrush(brush)
    painter.drawRoundedRect(QRectF(made.rect()), radius, radius)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made
