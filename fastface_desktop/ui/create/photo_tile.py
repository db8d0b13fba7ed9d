"""A small square for each photo of a person: its chosen face, and whether it can be used."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QAbstractButton, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space

_SIDE = 52
_ROOM = 2.2
"""The square around a face is this many times as large as the face."""


class PhotoTile(QAbstractButton):
    """A click shows the photo, Delete takes it away."""

    removed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self.update)
        self._image = QImage()
        self._part = QRectF()
        self._verdict = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(QSize(_SIDE, _SIDE))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_photo(
        self, image: QImage, face: tuple[float, float, float, float] | None, verdict: str, text: str
    ) -> None:
        """Args:
        face: the chosen one's box, 0 to 1; None shows the middle of the photo.
        verdict: "good", "warn", "bad", or "" while it is not known.
        text: what is said of it, for the tooltip.
        """
        self._image, self._verdict = image, verdict
        self._part = _square(image, face)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inside = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush(inside))
        painter.drawRoundedRect(inside, Radius.CONTROL, Radius.CONTROL)
        ring = "text" if self.isChecked() else "line" if self.underMouse() else None
        if ring is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour(ring), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), Radius.CONTROL + 2, Radius.CONTROL + 2)
        if self._verdict in ("warn", "bad"):
            self._paint_mark(painter, inside)

    def _brush(self, inside: QRectF) -> QBrush:
        if self._image.isNull():
            return QBrush(self._theme.colour("surface_3"))
        brush = QBrush(self._image)
        scale = inside.width() / self._part.width()
        brush.setTransform(
            QTransform.fromTranslate(inside.x() - self._part.x() * scale, inside.y() - self._part.y() * scale).scale(
                scale, scale
            )
        )
        return brush

    def _paint_mark(self, painter: QPainter, inside: QRectF) -> None:
        side = Size.ICON - 2
        place = QRectF(inside.right() - side + 3, inside.bottom() - side + 3, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_1"))
        painter.drawEllipse(place)
        name = "error" if self._verdict == "bad" else "warning"
        mark = icons.pixmap(name, self._theme.colour(self._verdict).name(), side - Space.XS, self.devicePixelRatioF())
        painter.drawPixmap(round(place.x() + Space.XS / 2), round(place.y() + Space.XS / 2), mark)


def _square(image: QImage, face: tuple[float, float, float, float] | None) -> QRectF:
    """The part of the photo that is shown, in its pixels."""
    if image.isNull():
        return QRectF()
    width, height = image.width(), image.height()
    shorter = min(width, height)
    if face is None:
        return QRectF((width - shorter) / 2, (height - shorter) / 2, shorter, shorter)
    left, top, right, bottom = face[0] * width, face[1] * height, face[2] * width, face[3] * height
    side = min(max(right - left, bottom - top) * _ROOM, shorter)
    x = min(max((left + right - side) / 2, 0), width - side)
    y = min(max((top + bottom - side) / 2, 0), height - side)
    return QRectF(x, y, side, side)
