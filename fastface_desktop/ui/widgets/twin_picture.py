"""The drawing of a person, with the word that says what it is."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Radius, Size, Space, Type

_ICON = 0.34
"""Of the side, while there is no drawing."""
_GROUND = 0.78
"""How much the ground of the word covers."""


class TwinPicture(QWidget):
    """Square. As wide as it may be, or of a fixed side."""

    def __init__(self, twin: DrawnPerson, theme: Theme, side: int | None = None) -> None:
        super().__init__()
        self._twin, self._theme, self._side = twin, theme, side
        self._radius = Radius.CONTROL if side is None or side <= Size.THUMBNAIL else Radius.CARD
        self.setAccessibleName(self.tr("Twin: the person as they are drawn"))
        self.setToolTip(self.tr("Twin: how this model sees the person. What is off can be corrected below."))
        policy = QSizePolicy.Policy.Fixed if side is not None else QSizePolicy.Policy.Expanding
        size = QSizePolicy(policy, QSizePolicy.Policy.Fixed)
        size.setHeightForWidth(side is None)
        self.setSizePolicy(size)
        theme.changed.connect(self.update)
        twin.changed.connect(self.update)

    @property
    def image(self) -> QImage:
        """Null while there is no drawing."""
        seen = self._twin.seen
        return seen.image if seen is not None else QImage()

    def hasHeightForWidth(self) -> bool:
        return self._side is None

    def heightForWidth(self, width: int, /) -> int:
        return width

    def sizeHint(self) -> QSize:
        side = self._side or (Size.CONTROLS - 2 * Space.XL) // 2
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        side = self._side or Size.THUMBNAIL
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        area, image = QRectF(self.rect()), self.image
        if image.isNull():
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(area, self._radius, self._radius)
            side = round(area.width() * _ICON)
            drawn = icons.pixmap("user", self._theme.colour("secondary").name(), side, self.devicePixelRatioF())
            painter.drawPixmap(round((area.width() - side) / 2), round((area.height() - side) / 2), drawn)
            return
        ratio = self.devicePixelRatioF()
        side = round(area.width() * ratio)
        fit = image.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        brush = QBrush(fit)
        brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
        painter.setBrush(brush)
        painter.drawRoundedRect(area, self._radius, self._radius)
        self._paint_word(painter, area)

    def _paint_word(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(self._theme.font(Type.CAPTION, Type.STRONG))
        word, metrics = self.tr("Twin"), painter.fontMetrics()
        height = metrics.height() + Space.XS
        width = metrics.horizontalAdvance(word) + 2 * Space.S
        place = QRectF(area.left() + Space.XS, area.bottom() - Space.XS - height, width, height)
        # Light on dark, so that it is read on every drawing.
        ground = QColor(DARK.surface_0)
        ground.setAlphaF(_GROUND)
        painter.setBrush(ground)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setPen(QColor(DARK.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, word)
