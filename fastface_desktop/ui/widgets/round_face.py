"""A face in a circle, which represents a person."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme

_ICON = 0.46
"""Of the circle, where there is no face yet."""


def paint_face(painter: QPainter, circle: QRectF, image: QImage, theme: Theme, ratio: float) -> None:
    """Args:
    image: square; a null one is shown as a person without a face.
    ratio: of the device's pixels.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    if image.isNull():
        painter.setBrush(theme.colour("surface_3"))
        painter.drawEllipse(circle)
        side = round(circle.width() * _ICON)
        drawn = icons.pixmap("user", theme.colour("secondary").name(), side, ratio)
        painter.drawPixmap(round(circle.center().x() - side / 2), round(circle.center().y() - side / 2), drawn)
        return
    # Scaled at once by a brush, a small circle would be jagged.
    side = round(circle.width() * ratio)
    small = image.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    brush = QBrush(small)
    brush.setTransform(QTransform.fromTranslate(circle.x(), circle.y()).scale(1 / ratio, 1 / ratio))
    painter.setBrush(brush)
    painter.drawEllipse(circle)


class RoundFace(QWidget):
    """Of a fixed size."""

    def __init__(self, side: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._theme = side, theme
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_face(self, image: QImage) -> None:
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_face(painter, QRectF(self.rect()), self._image, self._theme, self.devicePixelRatioF())
