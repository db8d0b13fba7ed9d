"""The faces of dropped photos from near, to be compared with their drawings."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fastface_desktop.state.people.images import Box, of_photo
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.values import PhotoReport


class CloseUps(QObject):
    came = Signal()
    """One more is there."""

    def __init__(self, background: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._found: dict[str, QImage] = {}
        """By the content of the photo; null while it is read."""

    def of(self, report: PhotoReport) -> QImage | None:
        """The part of a photo around its only face; None until it was read, and where several could be meant."""
        if report.error is not None or len(report.faces) != 1:
            return None
        found = self._found.get(report.sha256)
        if found is None:
            self._found[report.sha256] = QImage()
            left, top, right, bottom = report.faces[0].box
            box = (left * report.width, top * report.height, right * report.width, bottom * report.height)
            self._background.run(self, lambda: _around(report.path, box), partial(self._read, report.sha256))
        return None if found is None or found.isNull() else found

    def _read(self, sha256: str, image: QImage) -> None:
        self._found[sha256] = image
        self.came.emit()


def _around(path: Path, box: Box) -> QImage:
    try:
        return of_photo(path.read_bytes(), box)
    except OSError:
        return QImage()
