"""Small pictures for the grid, read and decoded in the background.

An image belongs to the hash of the pixels and not to a place in the grid: whatever moves keeps its own.
"""

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform

from fastface_core.errors import FastFaceError
from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.tasks import Tasks

_BYTES = 192 << 20
"""Of decoded images in memory."""
_WAITING = 600
"""Images that may be waited for; what was asked for longest ago is asked for again when it is painted again."""

Key = tuple[bytes, int, int]
"""Of the pixels, then width and height on the screen; a height of 0 keeps the picture's shape."""
_FACES = 0.3
"""Where in what a tile cuts off above and below the picture begins: faces are in the upper part."""


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
        self._last_tiles: dict[bytes, Key] = {}
        self.held = 0
        self._broken: set[tuple[Key, Path]] = set()
        self._queue: OrderedDict[Key, tuple[PictureRow, float]] = OrderedDict()
        self._tasks = Tasks(self, threads=1)
        self._closed = False
        # Not once for each: a scroll brings dozens.
        self._telling = Debounce(16, self._tell, self)
        self._new: set[bytes] = set()

    def find(self, row: PictureRow, side: int, ratio: float = 1.0) -> QImage | None:
        """The picture in at most `side` by `side` pixels of a screen with `ratio`; None until it is there.

        A null image where there is none: the file is missing or damaged, and no thumbnail was kept.
        """
        return self._find(row, (row.pixels, round(side * ratio), 0), ratio)

    def tile(self, row: PictureRow, size: QSize, ratio: float = 1.0) -> QImage | None:
        """As `find`, but what fills a tile of that size: other shapes are cut around the face."""
        return self._find(row, (row.pixels, round(size.width() * ratio), round(size.height() * ratio)), ratio)

    def any_tile(self, row: PictureRow) -> QImage | None:
        """The picture as a tile of another size, until that of the right one is there."""
        key = self._last_tiles.get(row.pixels)
        return self._images.get(key) if key is not None else None

    def _find(self, row: PictureRow, key: Key, ratio: float) -> QImage | None:
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
            self._tasks.run(self, lambda: self._read(row, key, ratio), partial(self._keep, key, row.path))

    def _read(self, row: PictureRow, key: Key, ratio: float) -> QImage:
        library = self._library.library
        if library is None:
            return QImage()
        try:
            data = library.thumbnails.get(row)
        except FastFaceError:
            return QImage()
        image = QImage.fromData(data)
        if image.isNull():
            return image
        _, width, height = key
        if height:
            return covering(image, QSize(width, height), self._radius * ratio, ratio)
        return rounded(image, width, self._radius * ratio, ratio)

    def _keep(self, key: Key, path: Path, image: QImage) -> None:
        if image.isNull():
            # It may only have been on its way to the trash, or back: elsewhere it is tried again.
            self._broken.add((key, path))
        elif key not in self._images:
            self._images[key] = image
            if key[2]:
                self._last_tiles[key[0]] = key
            self.held += image.sizeInBytes()
            while self.held > _BYTES:
                gone, old = self._images.popitem(last=False)
                if self._last_tiles.get(gone[0]) == gone:
                    del self._last_tiles[gone[0]]
                self.held -= old.sizeInBytes()
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
    return _with_corners(scaled, radius, ratio)


def covering(image: QImage, size: QSize, radius: float, ratio: float) -> QImage:
    """All of `size`, of which what is too wide or too high is cut off: at both sides, and more below than above."""
    size = size.expandedTo(QSize(1, 1))
    whole = image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding).expandedTo(size)
    scaled = image.scaled(whole, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    left, top = (whole.width() - size.width()) // 2, round((whole.height() - size.height()) * _FACES)
    return _with_corners(scaled.copy(QRect(QPoint(left, top), size)), radius, ratio)


def _with_corners(scaled: QImage, radius: float, ratio: float) -> QImage:
    size = scaled.size()
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
