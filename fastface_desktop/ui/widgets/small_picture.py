"""A small upright picture at the head of a row."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size

_WIDTH, _HEIGHT = 48, 64


class SmallPicture(QWidget):
    def __init__(self, theme: Theme, icon: str = "user") -> None:
        """`icon`: is shown while there is no picture."""
        super().__init__()
        self._theme, self._icon = theme, icon
        self._image = QImage()
        self.setFixedSize(_WIDTH, _HEIGHT)

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        area = QRectF(self.rect())
        if self._image.isNull():
            painter.setBrush(self._theme.colour("surface_3"))
            painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
            drawn = icons.pixmap(
                self._icon, self._theme.colour("secondary").name(), Size.ICON, self.devicePixelRatioF()
            )
            painter.drawPixmap(area.center() - QPointF(Size.ICON / 2, Size.ICON / 2), drawn)
            return
        scale = max(area.width() / self._image.width(), area.height() / self._image.height())
        left = (area.width() - self._image.width() * scale) / 2
        brush = QBrush(self._image)
        brush.setTransform(QTransform.fromTranslate(left, 0).scale(scale, scale))
        painter.setBrush(brush)
        painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
