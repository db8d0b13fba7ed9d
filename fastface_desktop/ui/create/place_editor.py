"""Where each of several people is in the picture, as rectangles that are dragged and drawn larger."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_core.domain.places import LEAST_SIDE, Place
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_EDGE = 10
"""Pixels from an edge within which it is drawn instead of the whole."""
_STEP = 0.02
_KEYS = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -_STEP),
    Qt.Key.Key_Down: (0.0, _STEP),
}
_TONES = ("blue", "yellow", "green", "purple")
_Edges = tuple[bool, bool, bool, bool]
"""Which edges are drawn: left, top, right, bottom; none of them moves the whole."""


class PlaceEditor(QWidget):
    """Dragging moves a rectangle, its edges draw it larger. Digits choose somebody, arrow keys move, with Shift the
    right and lower edge."""

    placed = Signal(int, Place)
    """The place of somebody, from 0, and the `Place`."""

    ring_radius = Radius.PICTURE

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self._places: tuple[Place, ...] = ()
        self._image = QImage()
        self._ratio = 1.0
        self._current = 0
        self._grip: tuple[QPointF, Place, _Edges] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Where everybody is in the picture"))
        self.setToolTip(
            self.tr("Drag a rectangle or its edges. Keys: 1 to 4 choose, arrows move, with Shift they draw it larger.")
        )
        theme.changed.connect(self.update)

    @property
    def current(self) -> int:
        """Who is chosen, from 0."""
        return self._current

    def show_places(self, names: Sequence[str], places: Sequence[Place], ratio: float) -> None:
        """Args:
        ratio: the picture's width divided by its height.
        """
        self._names, self._places, self._ratio = tuple(names), tuple(places), ratio
        self._current = min(self._current, max(len(self._places) - 1, 0))
        self._tell()
        self.update()

    def show_image(self, image: QImage) -> None:
        """A picture below the rectangles, where it has their shape."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * Space.HUGE, 2 * Space.HUGE)

    # ---- Places on the screen

    def picture_rect(self) -> QRectF:
        """Of the picture, as large as fits."""
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        width = min(room.width(), room.height() * self._ratio)
        height = width / self._ratio
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)

    def rect_of(self, index: int) -> QRectF:
        """Of somebody's place."""
        whole, place = self.picture_rect(), self._places[index]
        left, top = whole.x() + place.left * whole.width(), whole.y() + place.top * whole.height()
        width, height = (place.right - place.left) * whole.width(), (place.bottom - place.top) * whole.height()
        return QRectF(left, top, width, height)

    def ring_rect(self) -> QRect:
        return self.rect_of(self._current).toRect() if self._places else self.rect()

    def _at(self, point: QPointF) -> tuple[int, _Edges] | None:
        order = [self._current, *(one for one in range(len(self._places)) if one != self._current)]
        for index in order:
            rect = self.rect_of(index)
            if not rect.adjusted(-_EDGE / 2, -_EDGE / 2, _EDGE / 2, _EDGE / 2).contains(point):
                continue
            edges = (
                abs(point.x() - rect.left()) < _EDGE,
                abs(point.y() - rect.top()) < _EDGE,
                abs(point.x() - rect.right()) < _EDGE,
                abs(point.y() - rect.bottom()) < _EDGE,
            )
            return index, edges
        return None

    # ---- Changing them

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        found = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and found is not None:
            self._current, edges = found
            self._grip = event.position(), self._places[self._current], edges
            self._tell()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._grip is None:
            self._point(event.position())
            return
        begun, before, edges = self._grip
        whole = self.picture_rect()
        across = (event.position().x() - begun.x()) / whole.width()
        down = (event.position().y() - begun.y()) / whole.height()
        self._put(_dragged(before, across, down, edges))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        text = event.text()
        if text.isascii() and text.isdigit() and 0 < int(text) <= len(self._places):
            self._current = int(text) - 1
            self._tell()
            self.update()
        elif (step := _KEYS.get(Qt.Key(event.key()))) is not None and self._places:
            larger = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            edges = (False, False, larger and step[0] != 0, larger and step[1] != 0)
            self._put(_dragged(self._places[self._current], *step, edges))
        else:
            super().keyPressEvent(event)

    def _put(self, place: Place) -> None:
        if place != self._places[self._current]:
            self.placed.emit(self._current, place)

    def _point(self, point: QPointF) -> None:
        found = self._at(point)
        if found is None:
            self.unsetCursor()
            return
        left, top, right, bottom = found[1]
        if (left and top) or (right and bottom):
            self.setCursor(Qt.CursorShape.SizeFDiagCursor)
        elif (right and top) or (left and bottom):
            self.setCursor(Qt.CursorShape.SizeBDiagCursor)
        elif left or right:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif top or bottom:
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            self.setCursor(Qt.CursorShape.SizeAllCursor)

    def _tell(self) -> None:
        said: list[str] = []
        for name, place in zip(self._names, self._places, strict=True):
            corners = (round(100 * side) for side in (place.left, place.top, place.right, place.bottom))
            left, top, right, bottom = corners
            text = self.tr("{name}: from {left}, {top} to {right}, {bottom} percent")
            said.append(text.format(name=name, left=left, top=top, right=right, bottom=bottom))
        self.setAccessibleDescription(". ".join(said))

    # ---- Drawing

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        theme, whole = self._theme, self.picture_rect()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface_2"))
        painter.drawRoundedRect(whole, Radius.PICTURE, Radius.PICTURE)
        if not self._image.isNull() and abs(self._image.width() / self._image.height() - self._ratio) < 0.02:
            painter.setOpacity(0.6)
            painter.drawImage(whole, self._image)
            painter.setOpacity(1.0)
        for index in range(len(self._places)):
            self._paint_place(painter, index)

    def _paint_place(self, painter: QPainter, index: int) -> None:
        theme, rect = self._theme, self.rect_of(index).adjusted(2, 2, -2, -2)
        colour = theme.colour(_TONES[index % len(_TONES)])
        painter.setPen(QPen(colour, 3 if index == self._current else 2))
        filling = theme.colour(_TONES[index % len(_TONES)])
        filling.setAlpha(56 if index == self._current else 28)
        painter.setBrush(filling)
        painter.drawRoundedRect(rect, Radius.CONTROL, Radius.CONTROL)
        painter.setFont(theme.font(Type.BODY, Type.STRONG))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideRight, int(rect.width()) - 3 * Space.S)
        chip = QRectF(rect.x() + Space.S, rect.y() + Space.S, 0, metrics.height() + Space.XS)
        chip.setWidth(metrics.horizontalAdvance(text) + 2 * Space.S)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("badge"))
        painter.drawRoundedRect(chip, Radius.NUMBER, Radius.NUMBER)
        painter.setPen(theme.colour("on_badge"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _dragged(place: Place, across: float, down: float, edges: _Edges) -> Place:
    """A place moved, or with some of its edges elsewhere, in shares of the picture; within it, and large enough."""
    left, top, right, bottom = edges
    if not any(edges):
        across = min(max(across, -place.left), 1 - place.right)
        down = min(max(down, -place.top), 1 - place.bottom)
        left = top = right = bottom = True
    new_left = max(place.left + across, 0.0) if left else place.left
    new_right = min(place.right + across, 1.0) if right else place.right
    new_top = max(place.top + down, 0.0) if top else place.top
    new_bottom = min(place.bottom + down, 1.0) if bottom else place.bottom
    if new_right - new_left < LEAST_SIDE:
        new_left, new_right = (new_right - LEAST_SIDE, new_right) if left else (new_left, new_left + LEAST_SIDE)
    if new_bottom - new_top < LEAST_SIDE:
        new_top, new_bottom = (new_bottom - LEAST_SIDE, new_bottom) if top else (new_top, new_top + LEAST_SIDE)
    values = (round(min(max(side, 0.0), 1.0), 4) for side in (new_left, new_top, new_right, new_bottom))
    return place.model_copy(update=dict(zip(("left", "top", "right", "bottom"), values, strict=True)))
