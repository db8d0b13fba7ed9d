"""What is painted on pictures: the disc with a check on what is chosen, and the dark pill that says something."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Space, Type

CHECK = 22
"""Diameter of the disc, in pixels at the usual size of text."""
PILL = 20
_SHADE = 0.78


def ground() -> QColor:
    """What lies under words on a picture: dark in either theme."""
    colour = QColor(DARK.badge)
    colour.setAlphaF(_SHADE)
    return colour


def paint_check(painter: QPainter, corner: QPointF, theme: Theme, side: int = CHECK) -> None:
    """The disc of what is chosen; `corner` is its top left."""
    side = theme.px(side)
    disc = QRectF(corner.x(), corner.y(), side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    painter.drawEllipse(disc)
    inner = round(side * 0.64)
    drawn = icons.pixmap("check", theme.colour("on_accent").name(), inner, painter.device().devicePixelRatio())
    painter.drawPixmap(disc.center() - QPointF(inner / 2, inner / 2), drawn)


def paint_pill(painter: QPainter, text: str, corner: QPointF, theme: Theme, *, right: bool = False) -> QRectF:
    """Words on a dark pill; `corner` is its top left, or its top right. Returns where it is."""
    painter.setFont(theme.font(Type.SMALL, Type.STRONG, tabular=True))
    width = painter.fontMetrics().horizontalAdvance(text) + 2 * Space.S
    height = theme.px(PILL)
    pill = QRectF(corner.x() - (width if right else 0), corner.y(), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground())
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(QColor(DARK.on_badge))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    return pill
