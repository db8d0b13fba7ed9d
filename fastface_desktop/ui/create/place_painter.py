"""How the places of several people look on the picture."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from fastface_core.domain.drawn_regions import GRID, cells_of
from fastface_core.domain.places import Place
from fastface_desktop.ui.create.region_brush import At
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_TONES = ("blue", "yellow", "green", "purple")


class PlacePainter:
    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._regions: dict[tuple[str, str], QImage] = {}

    def paint_place(
        self, painter: QPainter, index: int, name: str, place: Place, rect: QRectF, whole: QRectF, current: bool
    ) -> None:
        """
        Args:
            index: of the person, from 0.
            rect: the place's rectangle on the screen; whole: the picture's.
            current: whether it is the one that is changed.
        """
        theme, rect = self._theme, rect.adjusted(2, 2, -2, -2)
        colour = theme.colour(_TONES[index % len(_TONES)])
        filling = QColor(colour)
        if place.drawn is not None:
            filling.setAlpha(150 if current else 90)
            painter.drawImage(whole, self._region(place.drawn, filling))
        else:
            filling.setAlpha(56 if current else 28)
            painter.setPen(QPen(colour, 3 if current else 2))
            painter.setBrush(filling)
            painter.drawRoundedRect(rect, Radius.CONTROL, Radius.CONTROL)
        painter.setFont(theme.font(Type.BODY, Type.STRONG))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(rect.width()) - 3 * Space.S)
        chip = QRectF(rect.x() + Space.S, rect.y() + Space.S, 0, metrics.height() + Space.XS)
        chip.setWidth(metrics.horizontalAdvance(text) + 2 * Space.S)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("badge"))
        painter.drawRoundedRect(chip, Radius.NUMBER, Radius.NUMBER)
        painter.setPen(theme.colour("on_badge"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def paint_brush(self, painter: QPainter, at: At, radius: int, whole: QRectF) -> None:
        """The ring of the brush. `radius`: in hundredths of the picture's height."""
        middle = QPointF(whole.x() + at[0] * whole.width(), whole.y() + at[1] * whole.height())
        reach = radius / 100 * whole.height()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("badge", 3.0), ("on_badge", 1.0)):
            painter.setPen(QPen(self._theme.colour(colour), width))
            painter.drawEllipse(middle, reach, reach)

    def _region(self, drawn: str, colour: QColor) -> QImage:
        """A drawn region, a pixel for four of its cells: its edges are soft."""
        key = (drawn, colour.name(QColor.NameFormat.HexArgb))
        if key not in self._regions:
            image = QImage(GRID, GRID, QImage.Format.Format_ARGB32)
            image.fill(Qt.GlobalColor.transparent)
            for y, row in enumerate(cells_of(drawn)):
                for x, cell in enumerate(row):
                    if cell:
                        image.setPixelColor(x, y, colour)
            if len(self._regions) >= 2 * len(_TONES):
                self._regions.clear()
            half = GRID // 2
            smooth = Qt.TransformationMode.SmoothTransformation
            self._regions[key] = image.scaled(half, half, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return self._regions[key]
