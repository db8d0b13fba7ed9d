"""The curve of a search: how near pictures come, over how well they follow the prompt, with 95 % intervals."""

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_core.evaluation.kept_searches import Curve, Interval
from fastface_desktop.ui.compare.search_words import measured
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space, Type

_HEIGHT, _LEFT, _FOOT, _DOT, _TICKS = 300, 56, 48, 9, 4
_LEAST = 0.02
"""Of a measure: what is less apart is not blown up."""


class CurveView(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._curve: Curve | None = None
        self._drawn = False
        self._chosen: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_curve(self, curve: Curve, *, drawn: bool) -> None:
        """Shows the curve of a search.

        Args:
            drawn: the people are drawings.
        """
        self._curve, self._drawn, self._chosen = curve, drawn, None
        like, follow = (measured(name, drawn=drawn) for name in (curve.like, curve.follow))
        self.setAccessibleName(self.tr("{up} over {across}").format(up=like, across=follow))
        self.update()

    def choose(self, number: int | None) -> None:
        """Sets a point off from the others, by its place in the curve."""
        if number != self._chosen:
            self._chosen = number
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(420), self._theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(200))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        curve = self._curve
        if curve is None or not curve.points:
            return
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(px(_LEFT), Space.M, -Space.L, -px(_FOOT))
        across = _range([point.follow for point in curve.points])
        up = _range([point.like for point in curve.points])

        def at(follow: float, like: float) -> QPointF:
            return QPointF(
                area.left() + area.width() * (follow - across[0]) / (across[1] - across[0]),
                area.bottom() - area.height() * (like - up[0]) / (up[1] - up[0]),
            )

        self._draw_axes(painter, area, across, up, curve)
        line = QPen(theme.colour("accent"), px(2))
        painter.setPen(QPen(line.color(), px(1), Qt.PenStyle.DashLine))
        middles = [at(point.follow[0], point.like[0]) for point in curve.points]
        front = [middle for middle, point in zip(middles, curve.points, strict=True) if not point.base]
        painter.drawPolyline(front)
        for point in curve.points:
            painter.setPen(QPen(theme.colour("secondary"), px(1)))
            painter.drawLine(QLineF(at(point.follow[1], point.like[0]), at(point.follow[2], point.like[0])))
            painter.drawLine(QLineF(at(point.follow[0], point.like[1]), at(point.follow[0], point.like[2])))
        painter.setFont(theme.font(Type.SMALL, Type.STRONG, tabular=True))
        number = 0
        for place, (middle, point) in enumerate(zip(middles, curve.points, strict=True)):
            radius = px(_DOT) + (px(3) if place == self._chosen else 0)
            painter.setPen(line)
            painter.setBrush(theme.colour("surface_1" if point.base else "accent"))
            painter.drawEllipse(middle, radius, radius)
            if not point.base:
                number += 1
                painter.setPen(theme.colour("on_accent"))
                around = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
                painter.drawText(around, Qt.AlignmentFlag.AlignCenter, str(number))

    def _draw_axes(
        self, painter: QPainter, area: QRectF, across: tuple[float, float], up: tuple[float, float], curve: Curve
    ) -> None:
        theme, px, locale = self._theme, self._theme.px, self.locale()
        painter.setFont(theme.font(Type.SMALL, tabular=True))
        for tick in range(_TICKS + 1):
            share = tick / _TICKS
            x, y = area.left() + area.width() * share, area.bottom() - area.height() * share
            painter.setPen(QPen(theme.colour("surface_3"), 1))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            painter.setPen(theme.colour("secondary"))
            text = locale.toString(up[0] + (up[1] - up[0]) * share, "f", 2)
            painter.drawText(
                QRectF(0, y - px(8), area.left() - Space.S, px(16)),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                text,
            )
            text = locale.toString(across[0] + (across[1] - across[0]) * share, "f", 2)
            painter.drawText(
                QRectF(x - px(30), area.bottom() + Space.XS, px(60), px(16)), Qt.AlignmentFlag.AlignCenter, text
            )
        painter.setFont(theme.font(Type.CAPTION))
        painter.setPen(theme.colour("text"))
        foot = QRectF(area.left(), area.bottom() + px(22), area.width(), px(20))
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, measured(curve.follow, drawn=self._drawn))
        painter.save()
        painter.translate(px(10), area.center().y())
        painter.rotate(-90)
        side = QRectF(-area.height() / 2, -px(10), area.height(), px(20))
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, measured(curve.like, drawn=self._drawn))
        painter.restore()


def _range(values: list[Interval]) -> tuple[float, float]:
    """From where to where an axis goes, so that all intervals are in it."""
    low, high = min(one[1] for one in values), max(one[2] for one in values)
    apart = max(high - low, _LEAST)
    middle = (low + high) / 2
    return middle - apart * 0.56, middle + apart * 0.56
