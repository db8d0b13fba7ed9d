"""The band of pictures over a model's card: what this model made, and its icon where it has made nothing yet."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size

_HEIGHT, _GAP = 164, 2
_ICONS = ("portrait", "photo", "landscape")


class Band(QWidget):
    """Pictures without a frame, beside each other; in a row of a list, the first of them alone."""

    def __init__(self, images: Sequence[QImage], theme: Theme) -> None:
        super().__init__()
        self.images = [image for image in images if not image.isNull()]
        self._theme = theme
        self._in_row = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._changed)

    def set_in_row(self, in_row: bool) -> None:
        self._in_row = in_row
        policy = QSizePolicy.Policy.Fixed if in_row else QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(Size.HIT + Size.ICON, Size.HIT + Size.ICON) if self._in_row else QSize(3 * Size.CONTROL, _HEIGHT)

    def _changed(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        shape = QPainterPath()
        if self._in_row:
            shape.addRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        else:
            # Round above, where the card is; straight where its words begin.
            shape.addRoundedRect(area.adjusted(0, 0, 0, Radius.CARD), Radius.CARD, Radius.CARD)
        painter.setClipPath(shape)
        count = 1 if self._in_row else len(_ICONS)
        width = (area.width() - (count - 1) * _GAP) / count
        for place in range(count):
            tile = QRectF(place * (width + _GAP), 0, width, area.height())
            if place < len(self.images):
                image = self.images[place]
                scale = max(tile.width() / image.width(), tile.height() / image.height())
                shown = QRectF(0, 0, tile.width() / scale, tile.height() / scale)
                shown.moveCenter(QPointF(image.width() / 2, max(shown.height() / 2, image.height() * 0.46)))
                painter.drawImage(tile, image, shown)
                continue
            painter.fillRect(tile, theme.colour("surface_2"))
            side = theme.px(Size.ICON)
            name = "models" if self._in_row else _ICONS[place]
            drawn = icons.pixmap(name, theme.colour("disabled").name(), side, self.devicePixelRatioF())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPixmap(tile.center() - QPointF(side / 2, side / 2), drawn)
