"""A picture with an attention map over it: dark where attention is low, tinted where it is high."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_SQUARE, _FADED = 280, 0.45


class MapView(QWidget):
    """As wide as there is room, as high as the picture then is, or as `limit` allows: then it is cut above and
    below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._picture = QImage()
        self.values: NDArray[np.float32] | None = None
        self._range = 0.0, 1.0
        self._opacity = 1.0
        self._tinted = QImage()
        self._highest = 0
        self._faded = False
        self.hint = ""
        """What the empty place shows while there is no picture."""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._tint)

    def show_picture(self, picture: QImage, *, faded: bool = False) -> None:
        """Args:
        faded: it is not of what holds now.
        """
        if (picture.cacheKey(), faded) == (self._picture.cacheKey(), self._faded):
            return
        self._picture, self._faded = picture, faded
        self.updateGeometry()
        self.update()

    def show_map(self, values: NDArray[np.float32] | None, lowest: float, highest: float) -> None:
        """
        Args:
            values: (height, width); None shows the picture alone.
            lowest, highest: what is drawn darkest and strongest.
        """
        self.values, self._range = values, (lowest, highest)
        self._tint()

    def set_opacity(self, opacity: float) -> None:
        """Of the map, 0 to 1."""
        self._opacity = opacity
        self.update()

    def set_highest(self, height: int) -> None:
        """In pixels; 0 for any."""
        if height != self._highest:
            self._highest = height
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int, /) -> int:
        picture = self._picture
        height = width if picture.isNull() else round(width * picture.height() / picture.width())
        return min(height, self._highest) if self._highest else height

    def sizeHint(self) -> QSize:
        side = self._theme.px(_SQUARE)
        return QSize(side, self.heightForWidth(side))

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 64)

    def _tint(self) -> None:
        if self.values is None:
            self._tinted = QImage()
        else:
            lowest, highest = self._range
            span = highest - lowest
            share = np.clip((self.values - lowest) / span, 0, 1) if span > 0 else np.zeros_like(self.values)
            low, high = _rgba(self._theme.colour("scrim"), 0.72), _rgba(self._theme.colour("accent"), 0.62)
            colours = low + (high - low) * share[..., None]
            pixels = np.ascontiguousarray(np.rint(colours), dtype=np.uint8)
            height, width = pixels.shape[:2]
            image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
            # The array is gone when this returns.
            self._tinted = image.copy()
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect())
        if self._picture.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(place, Radius.PICTURE, Radius.PICTURE)
            painter.setFont(self._theme.font(Type.CAPTION))
            painter.setPen(self._theme.colour("secondary"))
            inside = place.adjusted(Space.L, Space.L, -Space.L, -Space.L)
            painter.drawText(inside, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.hint)
            return
        shape = QPainterPath()
        shape.addRoundedRect(place, Radius.PICTURE, Radius.PICTURE)
        painter.setClipPath(shape)
        # Whole in its width; of one that is too high the upper part, where the face is.
        size = QSizeF(self._picture.size()).scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        left, above = (place.width() - size.width()) / 2, (place.height() - size.height()) / 3
        area = QRectF(left, above, size.width(), size.height())
        painter.setOpacity(_FADED if self._faded else 1.0)
        painter.drawImage(area, self._picture)
        if not self._tinted.isNull():
            painter.setOpacity(self._opacity)
            painter.drawImage(area, self._tinted)


def _rgba(colour: QColor, opacity: float) -> NDArray[np.float32]:
    return np.array([colour.red(), colour.green(), colour.blue(), 255 * opacity], dtype=np.float32)
