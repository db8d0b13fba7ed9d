"""Three sample pictures as a fan: what an empty place will hold. They are painted; nobody can click on them."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius
from fastface_desktop.ui.widgets.samples import sample

_WIDTH, _HEIGHT = 640, 300
_MIDDLE, _SIDE, _TURN = 256, 200, 7.0
_AWAY = 186
"""From the middle of the fan to that of a picture at its side."""
_SMALLEST = 0.4
_SHADOW = 14
"""Pixels that the shadow of the middle one goes beyond it."""


class Fan(QWidget):
    def __init__(self, names: Sequence[str], said: str, theme: Theme) -> None:
        """Args:
        names: of three samples, the middle one in the middle; fewer are shown where a file is missing.
        said: what they show, for those who cannot see them.
        """
        super().__init__()
        self.images: list[QImage] = []
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(round(_WIDTH * _SMALLEST), round(_HEIGHT * _SMALLEST))
        theme.changed.connect(self.update)
        self.show_samples(names, said)

    def show_samples(self, names: Sequence[str], said: str) -> None:
        self.show_images([image for name in names if not (image := sample(name)).isNull()], said)

    def show_images(self, images: Sequence[QImage], said: str) -> None:
        """Others in the place of the samples."""
        self.images = list(images)
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        if not self.images:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        scale = min(self.width() / _WIDTH, self.height() / _HEIGHT, 1.0)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(scale, scale)
        middle = len(self.images) // 2
        for number, image in enumerate(self.images):
            if number != middle:
                side = -1 if number < middle else 1
                painter.save()
                painter.translate(side * _AWAY, 14)
                painter.rotate(side * _TURN)
                self._paint(painter, image, _SIDE)
                painter.restore()
        self._paint_shadow(painter)
        self._paint(painter, self.images[middle], _MIDDLE)

    def _paint(self, painter: QPainter, image: QImage, side: float) -> None:
        area = QRectF(-side / 2, -side / 2, side, side)
        shape = QPainterPath()
        shape.addRoundedRect(area, Radius.SHEET, Radius.SHEET)
        painter.save()
        painter.setClipPath(shape)
        pixels = round(side * self.devicePixelRatioF())
        # Scaled once and well: the painter's own scaling drops pixels.
        small = image.scaled(
            pixels, pixels, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(area, small)
        painter.restore()

    def _paint_shadow(self, painter: QPainter) -> None:
        colour = self._theme.colour("scrim")
        painter.setPen(Qt.PenStyle.NoPen)
        for out in range(_SHADOW, 0, -2):
            colour.setAlphaF(0.022)
            painter.setBrush(colour)
            side = _MIDDLE / 2 + out
            centre = QPointF(0, 5)
            area = QRectF(centre.x() - side, centre.y() - side, 2 * side, 2 * side)
            painter.drawRoundedRect(area, Radius.SHEET + out, Radius.SHEET + out)
