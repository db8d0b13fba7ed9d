"""What both plots of the page have in common: they stand still, and look like the rest of the window."""

# pyqtgraph says the types of few of its methods.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import pyqtgraph as pg
from PySide6.QtCore import QLocale, QPointF, Qt
from PySide6.QtGui import QColor, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Type

_EDGE = 0.02
"""Room beside the curves, so that what is at the ends of the axis is seen."""


class _Axis(pg.AxisItem):
    """Numbers as the language writes them."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        point = QLocale().decimalPoint()
        return [text.replace(".", point) for text in super().tickStrings(values, scale, spacing)]


class Plot(pg.PlotWidget):
    """Nothing is zoomed or moved by accident, and there are no menus and buttons over it."""

    def __init__(self, theme: Theme, height: int, axis: int) -> None:
        """
        Args:
            height: pixels, at the usual size of text.
            axis: pixels left of the curves.
        """
        super().__init__(axisItems={side: _Axis(side) for side in ("left", "bottom")})
        self.theme = theme
        self._height, self._axis = height, axis
        item = self.getPlotItem()
        assert item is not None
        self.box: pg.ViewBox = item.getViewBox()
        self.setProperty("kind", "plot")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        # The plot itself takes the focus, or nothing does.
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def dress(self, *, across: bool) -> None:
        """In the theme's colours and sizes of now.

        Args:
            across: lines of the grid along both axes.
        """
        theme = self.theme
        self.setFixedHeight(theme.px(self._height))
        self.setBackground(None)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setZValue(-1000)  # its grid lies under the curves
            axis.setPen(self.pen("surface_3", 1))
            axis.setTextPen(theme.colour("secondary"))
            axis.setStyle(tickFont=theme.font(Type.CAPTION, tabular=True), tickLength=-4)
        self.getAxis("left").setWidth(theme.px(self._axis))
        self.getAxis("bottom").setHeight(theme.px(Size.HIT - 4))
        self.showGrid(x=across, y=True, alpha=0.2)

    def pen(self, colour: str, width: int, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """Of a token's colour; `width` in pixels, whatever the curve's own units are."""
        return self.pen_of(self.theme.colour(colour), width, style)

    def pen_of(self, colour: QColor, width: int, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        # A pen of a fixed width counts the screen's own pixels.
        pen = QPen(colour, width * self.devicePixelRatioF(), style)
        pen.setCosmetic(True)
        return pen

    def fit(self, lowest: float, highest: float) -> None:
        """Shows 0 to 1 along the foot, and these along the side."""
        self.box.setRange(xRange=(-_EDGE, 1 + _EDGE), yRange=(lowest, highest), padding=0)

    def from_pixels(self, place: QPointF) -> QPointF:
        """What a place in the viewport means."""
        return self.box.mapSceneToView(self.mapToScene(place.toPoint()))

    def to_pixels(self, point: QPointF) -> QPointF:
        """Where a point is in the viewport."""
        return QPointF(self.mapFromScene(self.box.mapViewToScene(point)))

    def wheelEvent(self, ev: QWheelEvent) -> None:
        """The page scrolls; the curves stay."""
        ev.ignore()
