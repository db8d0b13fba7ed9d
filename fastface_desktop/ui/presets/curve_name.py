"""The name of a curve with its point, which is pressed to move that curve with the keys."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QPushButton

from fastface_core.presets.edits import Weight
from fastface_desktop.ui.presets.curves import COLOURS, SYMBOLS
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size

_POINT = 10


class CurveName(QPushButton):
    def __init__(self, weight: Weight, theme: Theme) -> None:
        super().__init__()
        self._weight: Weight = weight
        self._theme = theme
        words = {
            "identity_weight": (self.tr("Face"), self.tr("The keys then move the curve of the face")),
            "text_weight": (self.tr("Text"), self.tr("The keys then move the curve of the text")),
        }
        name, tip = words[weight]
        self.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setCheckable(True)
        self.setProperty("kind", "curve")
        theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        theme, ratio = self._theme, self.devicePixelRatioF()
        side, point = theme.px(Size.ICON_TEXT), theme.px(_POINT)
        drawn = QPixmap(round(side * ratio), round(side * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(COLOURS[self._weight]))
        area = QRectF(0, 0, point, point)
        area.moveCenter(QPointF(side / 2, side / 2))
        if SYMBOLS[self._weight] == "o":
            painter.drawEllipse(area)
        else:
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        painter.end()
        self.setIcon(QIcon(drawn))
        self.setIconSize(QSize(side, side))
