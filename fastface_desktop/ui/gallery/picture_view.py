"""One picture of the library on a canvas: first its small form, then all of its pixels, and what is wrong with it."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery.full_images import FullImages
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.inline_error import IconLabel


class PictureView(QWidget):
    """`show_picture` takes what is known of a picture; the pixels follow."""

    find_wanted = Signal()
    """The file is gone, and is to be looked for."""

    def __init__(self, gallery: Gallery, images: FullImages, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._images = gallery, images
        self.row: PictureRow | None = None
        self._look: tuple[float, QPointF] | None = None
        self.canvas = Canvas(theme)
        self.lost = _Lost(theme)
        self.lost.find_button.clicked.connect(self.find_wanted)
        self._layers = QStackedLayout(self)
        self._layers.addWidget(self.canvas)
        self._layers.addWidget(self.lost)
        images.came.connect(self._came)

    def show_picture(self, row: PictureRow, look: tuple[float, QPointF] | None = None) -> None:
        """Shows a picture, from as near as before with `look`."""
        same = self.row is not None and (self.row.id, self.row.path) == (row.id, row.path)
        self.row = row
        if same and not self.lost.isVisible():
            return
        full = self._images.find(row)
        small = self._gallery.thumbnails.find(row, self._gallery.view.size, self.devicePixelRatioF())
        image = full if full is not None else small if small is not None else QImage()
        self._layers.setCurrentWidget(self.lost if full is not None and full.isNull() else self.canvas)
        self.lost.text.setText(self.tr("{name} cannot be read.").format(name=row.path.name))
        self.canvas.show_picture(_plain(image), row.path, row.prompt or row.path.name)
        self._look = look
        if look is not None:
            self.canvas.look_at(*look)

    def clear(self) -> None:
        self.row = None
        self.canvas.clear()

    def _came(self, number: int) -> None:
        if self.row is None or number != self.row.id:
            return
        image = self._images.find(self.row)
        if image is None:
            return
        if image.isNull():
            self._layers.setCurrentWidget(self.lost)
        else:
            self._layers.setCurrentWidget(self.canvas)
            waited = self.canvas.image.isNull()
            self.canvas.replace(image)
            if waited and self._look is not None:
                self.canvas.look_at(*self._look)


class _Lost(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.text: QLabel = label(role="heading", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint = label(self.tr("It was moved, renamed or damaged. Its folder may be looked for."), "secondary")
        self.find_button = button(self.tr("Find it…"), self.tr("Choose the folder that it was moved to"))
        column = QVBoxLayout(self)
        column.setSpacing(Space.S)
        column.addStretch()
        column.addWidget(IconLabel("warning", "warn", theme, size=Space.XXL), 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.text)
        column.addWidget(self.hint, 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.find_button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()


def _plain(image: QImage) -> QImage:
    """The canvas counts a picture's own pixels, whatever ratio it says it has."""
    if image.isNull() or image.devicePixelRatio() == 1.0:
        return image
    copy = QImage(image)
    copy.setDevicePixelRatio(1.0)
    return copy
