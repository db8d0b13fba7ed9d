"""The value of a point that is held, above it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_HEIGHT, _ABOVE = 20, 12


class ValuePill(QGraphicsItem):
    """Lies in the scene of a plot, whose units are pixels."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._text = ""
        self.setZValue(10)
        self.hide()

    @property
    def text(self) -> str:
        return self._text

    def show_value(self, text: str, point: QPointF) -> None:
        """Args:
        point: of the curve, in the scene.
        """
        self.prepareGeometryChange()
        self._text = text
        self.setPos(point.x(), max(point.y() - self._theme.px(_ABOVE + _HEIGHT), 0))
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:
        width = QFontMetricsF(self._font()).horizontalAdvance(self._text) + 2 * Space.S
        return QRectF(-width / 2, 0, width, self._theme.px(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None, /) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("tip"))
        painter.drawRoundedRect(self.boundingRect(), Radius.NUMBER, Radius.NUMBER)
        painter.setPen(self._theme.colour("on_tip"))
        painter.setFont(self._font())
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self._text)

    def _font(self) -> QFont:
        return self._theme.font(Type.SMALL, Type.STRONG, tabular=True)
