"""The chosen cell's picture and the person's photo beside each other: likeness is a comparison."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.shared.pair import paint_picture
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_SHAPE, _CAPTION = 4 / 3, 20


class CellPair(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.cell, self.photo = QImage(), QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("The chosen cell's picture beside the photo"))

    def show_cell(self, image: QImage | None) -> None:
        self.cell = image if image is not None else QImage()
        self._fit()

    def show_photo(self, image: QImage) -> None:
        self.photo = image
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not self.cell.isNull() and not self.photo.isNull())
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int, /) -> int:
        return round((width - Space.S) / 2 * _SHAPE) + self._theme.px(_CAPTION)

    def sizeHint(self) -> QSize:
        return QSize(2 * self._theme.px(100), self.heightForWidth(2 * self._theme.px(100)))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(self._theme.font(Type.CAPTION))
        width, height = (self.width() - Space.S) / 2, self.height() - self._theme.px(_CAPTION)
        words = (self.tr("Chosen cell"), self.tr("The photo"))
        for number, (image, text) in enumerate(zip((self.cell, self.photo), words, strict=True)):
            place = QRectF(number * (width + Space.S), 0, width, height)
            paint_picture(painter, image, place, Radius.PICTURE)
            painter.setPen(self._theme.colour("secondary"))
            line = QRectF(place.x(), height, width, self._theme.px(_CAPTION))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)
