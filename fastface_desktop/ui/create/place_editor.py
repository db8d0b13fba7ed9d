"""Where each of several people is in the picture: rectangles that are dragged and drawn larger, or regions that are
drawn with a brush."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_core.domain.drawn_regions import GRID, cells_of
from fastface_core.domain.places import LEAST_SIDE, Place
from fastface_desktop.ui.create.place_painter import PlacePainter
from fastface_desktop.ui.create.region_brush import LARGEST, SMALLEST, At, RegionBrush, Tool, shifted
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space

_EDGE = 10
"""Pixels from an edge within which it is drawn instead of the whole."""
_STEP = 0.02
_KEYS = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -_STEP),
    Qt.Key.Key_Down: (0.0, _STEP),
}
_SIZES = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
_MOST_UNDONE = 100
_Edges = tuple[bool, bool, bool, bool]
"""Which edges are drawn: left, top, right, bottom; none of them moves the whole."""


class PlaceEditor(QWidget):
    """Dragging moves a place, the edges of a rectangle draw it larger; a brush draws a region of any form, an eraser
    takes something away. Digits choose somebody. Arrow keys move the place, with Shift the right and lower edge; or the
    brush, which draws with the space bar, or with Shift as it goes."""

    placed = Signal(int, Place)
    """The place of somebody, from 0, and the `Place`."""
    radius_changed = Signal(int)
    tool_changed = Signal(str)
    undo_changed = Signal(bool)
    """Whether there is something to take back."""

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
        self.brush = RegionBrush()
        self._painter = PlacePainter(theme)
        self._tool: Tool = "move"
        self._drawing: Place | None = None
        self._before: list[tuple[int, Place]] = []
        self._under: At | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Where everybody is in the picture"))
        self.use("move")
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
        if any(index >= len(self._places) for index, _ in self._before):
            self._forget()
        self._tell()
        self.update()

    def show_image(self, image: QImage) -> None:
        """A picture below the rectangles, where it has their shape."""
        self._image = image
        self.update()

    def use(self, tool: Tool) -> None:
        """What the pointer and the keys do from now on."""
        self._tool = tool
        self._grip = self._drawing = None
        tips: dict[Tool, str] = {
            "move": self.tr(
                "Drag a place, or a rectangle's edges. Keys: 1 to 4 choose, arrows move, with Shift they draw it"
                " larger, Delete makes a rectangle of what was drawn."
            ),
            "brush": self.tr(
                "Draw where the person is. Keys: 1 to 4 choose, arrows move the brush, the space bar draws, with Shift"
                " the arrows draw, + and - change its size."
            ),
            "eraser": self.tr(
                "Take something away. Keys: 1 to 4 choose, arrows move the eraser, the space bar erases, with Shift the"
                " arrows erase, + and - change its size."
            ),
        }
        self.setToolTip(tips[tool])
        self.unsetCursor()
        self.tool_changed.emit(tool)
        self.update()

    def set_radius(self, radius: int) -> None:
        """Of the brush, in hundredths of the picture's height."""
        radius = min(max(radius, SMALLEST), LARGEST)
        if radius != self.brush.radius:
            self.brush.radius = radius
            self.radius_changed.emit(radius)
            self.update()

    def undo(self) -> None:
        """Takes back the last change of a place."""
        if self._before:
            self._current, place = self._before.pop()
            self.undo_changed.emit(bool(self._before))
            self.placed.emit(self._current, place)
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
            if self._places[index].drawn is not None:
                return index, (False, False, False, False)
            edges = (
                abs(point.x() - rect.left()) < _EDGE,
                abs(point.y() - rect.top()) < _EDGE,
                abs(point.x() - rect.right()) < _EDGE,
                abs(point.y() - rect.bottom()) < _EDGE,
            )
            return index, edges
        return None

    def _share(self, point: QPointF) -> At:
        whole = self.picture_rect()
        across, down = (point.x() - whole.x()) / whole.width(), (point.y() - whole.y()) / whole.height()
        return min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)

    # ---- Changing them

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if self._tool != "move":
            if event.button() is Qt.MouseButton.LeftButton and self._places:
                self._put_down(self._share(event.position()))
            return
        found = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and found is not None:
            self._current, edges = found
            self._grip = event.position(), self._places[self._current], edges
            self._remember()
            self._tell()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._tool != "move":
            self._under = self._share(event.position())
            if self._drawing is not None:
                self._draw_to(self._under)
            self.update()
            return
        if self._grip is None:
            self._point(event.position())
            return
        begun, before, edges = self._grip
        whole = self.picture_rect()
        across = (event.position().x() - begun.x()) / whole.width()
        down = (event.position().y() - begun.y()) / whole.height()
        self._put(_dragged(before, across, down, edges))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        self._grip = self._drawing = None
        self._settle()

    def leaveEvent(self, event: QEvent, /) -> None:
        self._under = None
        self.update()

    def event(self, event: QEvent, /) -> bool:
        # Ctrl+Z is of the places as long as the keys are.
        undoes = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        if undoes and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        text, key = event.text(), Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif self._tool != "move" and self._places and self._brush_key(event):
            self.update()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._places:
            self._remember()
            self._put(self._places[self._current].model_copy(update={"drawn": None}))
            self._settle()
        elif text.isascii() and text.isdigit() and 0 < int(text) <= len(self._places):
            self._current = int(text) - 1
            self._tell()
            self.update()
        elif (step := _KEYS.get(Qt.Key(event.key()))) is not None and self._places:
            larger = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            edges = (False, False, larger and step[0] != 0, larger and step[1] != 0)
            self._remember()
            self._put(_dragged(self._places[self._current], *step, edges))
            self._settle()
        else:
            super().keyPressEvent(event)

    def _brush_key(self, event: QKeyEvent) -> bool:
        """Whether a key was one of the brush's."""
        key, brush = Qt.Key(event.key()), self.brush
        if key in _SIZES:
            self.set_radius(brush.radius + _SIZES[key])
        elif key == Qt.Key.Key_Space:
            self._put_down(brush.cursor)
            self._drawing = None
            self._settle()
        elif (step := _KEYS.get(key)) is not None:
            there = min(max(brush.cursor[0] + step[0], 0.0), 1.0), min(max(brush.cursor[1] + step[1], 0.0), 1.0)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._put_down(brush.cursor)
                self._draw_to(there)
                self._drawing = None
                self._settle()
            brush.cursor = there
        else:
            return False
        return True

    def _put_down(self, at: At) -> None:
        """The brush touches the picture."""
        self._remember()
        self._drawing = self._places[self._current]
        self.brush.begin(self._drawing, at, fills=self._tool == "brush")
        self._draw_to(at)

    def _draw_to(self, at: At) -> None:
        if self._drawing is not None:
            self.brush.draw_to(at, self._ratio)
            self._put(self.brush.drawn(self._drawing))

    def _remember(self) -> None:
        """Before a place is changed, so that the change can be taken back as a whole."""
        self._before = [*self._before[1 - _MOST_UNDONE :], (self._current, self._places[self._current])]

    def _settle(self) -> None:
        """After a change: one that changed nothing is none."""
        while self._before and self._before[-1][1] == self._places[self._before[-1][0]]:
            self._before.pop()
        self.undo_changed.emit(bool(self._before))

    def _forget(self) -> None:
        self._before = []
        self.undo_changed.emit(False)

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
            if place.drawn is not None:
                share = round(100 * sum(map(sum, cells_of(place.drawn))) / GRID**2)
                said.append(self.tr("{name}: drawn, {share} percent of the picture").format(name=name, share=share))
                continue
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
        for index, (name, place) in enumerate(zip(self._names, self._places, strict=True)):
            self._painter.paint_place(painter, index, name, place, self.rect_of(index), whole, index == self._current)
        if self._tool != "move" and (self._under is not None or self.hasFocus()):
            self._painter.paint_brush(painter, self._under or self.brush.cursor, self.brush.radius, whole)


def _dragged(place: Place, across: float, down: float, edges: _Edges) -> Place:
    """A place moved, or with some of its edges elsewhere, in shares of the picture; within it, and large enough."""
    if place.drawn is not None:
        return shifted(place, across, down)
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
