"""Two curves over the steps, for face and text, whose points are dragged or moved with the keyboard."""

# pyqtgraph says the types of few of its methods.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from itertools import count

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QMouseEvent, QResizeEvent

from fastface_core.presets.edits import WEIGHTS, Weight
from fastface_desktop.ui.presets.plot import Plot
from fastface_desktop.ui.presets.value_pill import ValuePill
from fastface_desktop.ui.theme.theme import Theme

COLOURS: dict[Weight, str] = {"identity_weight": "accent", "text_weight": "curve"}
SYMBOLS: dict[Weight, str] = {"identity_weight": "o", "text_weight": "s"}
"""Told apart without their colours too."""
AXIS = 84
"""Pixels left of the curves, at the usual size of text; the numbers under them keep the same distance."""
FINE, USUAL, COARSE = 0.01, 0.05, 0.5
LOWEST, HIGHEST = -100.0, 100.0
_NEAR = 16
"""Pixels from a point within which it is taken hold of."""
_HEIGHT = 142
_POINT, _HELD = 11, 15
"""Width of a point, and of one that is held."""
USEFUL = -5.0, 5.0
"""Weights beyond these make no better picture: the axis ends here, and a point beyond is at its edge."""
_WORDS = 52
"""Pixels that "Step 12" takes."""
_gestures = count()


class WeightCurves(Plot):
    """Shows what it is given and says what is wanted; steps lie at their centres between 0 and 1, so that a list that
    is sampled for another step count keeps its shape."""

    moved = Signal(str, int, float, str)
    """A `Weight`, a step from 0, its new value, and the gesture that it belongs to."""
    point_chosen = Signal()
    ring_always = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _HEIGHT, AXIS)
        self._curves: dict[Weight, tuple[float, ...]] = dict.fromkeys(WEIGHTS, (1.0,))
        self._before: dict[Weight, tuple[float, ...]] = {}
        self._centres: list[tuple[float, str]] = []
        self._editable = False
        self._gesture = ""
        self._held: tuple[Weight, int] | None = None
        self.chosen: tuple[Weight, int] = ("identity_weight", 0)
        """The point that the keys move."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(self.tr("Weights of face and text, step by step"))
        self.setToolTip(
            self.tr(
                "Drag a point, or use the keys: left and right choose a step, up and down and Page Up and Page Down"
                " change its weight, Space goes to the other curve"
            )
        )
        self._ghosts = {weight: self.plot([], []) for weight in WEIGHTS}
        self._lines = {weight: self.plot([], []) for weight in reversed(WEIGHTS)}
        self.pill = ValuePill(theme)
        self.scene().addItem(self.pill)
        theme.changed.connect(self._look_anew)
        self._look_anew()

    def show_curves(
        self,
        curves: dict[Weight, tuple[float, ...]],
        before: dict[Weight, tuple[float, ...]],
        *,
        editable: bool,
    ) -> None:
        """Args:
        curves: a value for each step.
        before: as saved, drawn faintly; perhaps for another step count.
        """
        self._curves, self._before, self._editable = curves, before, editable
        weight, step = self.chosen
        self.chosen = weight, min(step, self._steps - 1)
        self._draw()

    def choose(self, weight: Weight, step: int) -> None:
        """The point that the keys move from now on."""
        self.chosen = weight, min(max(step, 0), self._steps - 1)
        self._draw()
        self.point_chosen.emit()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def place(self, weight: Weight, step: int, value: float | None = None) -> QPointF:
        """Where a point is in the viewport's pixels, or would be with another value."""
        value = clamped(self._curves[weight][step]) if value is None else value
        return self.to_pixels(QPointF(self._x(step, self._steps), value))

    def ring_rect(self) -> QRect:
        """Around the point that the keys move."""
        side = self.theme.px(_POINT)
        centre = self.viewport().mapTo(self, self.place(*self.chosen).toPoint())
        return QRect(0, 0, side, side).translated(centre - QPoint(side // 2, side // 2))

    @property
    def _steps(self) -> int:
        return len(self._curves["identity_weight"])

    @staticmethod
    def _x(step: int, steps: int) -> float:
        return (step + 0.5) / steps

    # ---- Pointer and keys

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        found = self._at(ev.position()) if ev.button() == Qt.MouseButton.LeftButton else None
        if found is None:
            ev.ignore()
            return
        if self._editable:
            self._held, self._gesture = found, f"drag-{next(_gestures)}"
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.choose(*found)
        ev.accept()

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        if self._held is None:
            near = self._editable and self._at(ev.position()) is not None
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if near else Qt.CursorShape.ArrowCursor)
            return
        fine = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        lowest, highest = self.box.viewRange()[1]
        value = min(max(self.from_pixels(ev.position()).y(), lowest), highest)
        self._want(*self._held, _snapped(value, FINE if fine else USUAL), self._gesture)
        ev.accept()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            self._draw()  # the range was kept while a point was held
        ev.accept()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        weight, step = self.chosen
        by = FINE if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier else USUAL
        key = Qt.Key(ev.key())
        moves = {Qt.Key.Key_Up: by, Qt.Key.Key_Down: -by, Qt.Key.Key_PageUp: COARSE, Qt.Key.Key_PageDown: -COARSE}
        steps = {
            Qt.Key.Key_Left: step - 1,
            Qt.Key.Key_Right: step + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._steps - 1,
        }
        if key in moves:
            self._want(weight, step, round(self._curves[weight][step] + moves[key], 4), "")
        elif key in steps:
            self.choose(weight, steps[key])
        elif key == Qt.Key.Key_Space:
            self.choose("text_weight" if weight == "identity_weight" else "identity_weight", step)
        else:
            ev.ignore()

    def _want(self, weight: Weight, step: int, value: float, gesture: str) -> None:
        value = min(max(value, LOWEST), HIGHEST)
        if self._editable and value != self._curves[weight][step]:
            self.moved.emit(weight, step, value, gesture)

    def _at(self, position: QPointF) -> tuple[Weight, int] | None:
        """The point under the pointer; of two at one place, that of the curve that was chosen."""
        near: list[tuple[float, bool, Weight, int]] = []
        for weight in WEIGHTS:
            for step in range(self._steps):
                away = position - self.place(weight, step)
                distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
                if distance <= self.theme.px(_NEAR):
                    near.append((round(distance), weight != self.chosen[0], weight, step))
        return min(near)[2:] if near else None

    # ---- Looks

    def _look_anew(self) -> None:
        self.dress(across=False)
        self._draw()

    def _draw(self) -> None:
        theme = self.theme
        room = self.viewport().width() - theme.px(AXIS)
        words = self.tr("Step {step}") if room > self._steps * theme.px(_WORDS) else "{step}"
        centres = [(self._x(step, self._steps), words.format(step=step + 1)) for step in range(self._steps)]
        if centres != self._centres:
            # Not with every move of a point: an axis takes longer to draw than a curve.
            self._centres = centres
            self.getAxis("bottom").setTicks([centres])
        if self._held is None:
            self._fit_range()
        for weight in WEIGHTS:
            colour = theme.colour(COLOURS[weight])
            before = self._before.get(weight, ())
            shown = before if before != self._curves[weight] else ()
            faint = theme.colour(COLOURS[weight])
            faint.setAlphaF(0.6)
            self._ghosts[weight].setData(
                [self._x(step, len(shown)) for step in range(len(shown))],
                [clamped(value) for value in shown],
                pen=self.pen_of(faint, 2, Qt.PenStyle.DashLine),
            )
            self._lines[weight].setData(
                [self._x(step, self._steps) for step in range(self._steps)],
                [clamped(value) for value in self._curves[weight]],
                pen=self.pen_of(colour, 2),
                symbol=SYMBOLS[weight],
                symbolSize=[theme.px(_HELD if (weight, step) == self._held else _POINT) for step in range(self._steps)],
                symbolBrush=colour,
                symbolPen=self.pen("surface_1", 1),
                antialias=True,
            )
        self._show_pill()
        self.setAccessibleDescription(self._words())

    def _show_pill(self) -> None:
        """Above the point that is held, its value."""
        if self._held is None:
            self.pill.hide()
            return
        weight, step = self._held
        value = self.locale().toString(self._curves[weight][step], "f", 2)
        self.pill.show_value(value, self.mapToScene(self.place(weight, step).toPoint()))

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        super().resizeEvent(ev)
        if hasattr(self, "_lines"):
            self._draw()  # the words along the foot may have room now

    def _fit_range(self) -> None:
        values: Sequence[float] = [clamped(value) for curve in self._curves.values() for value in curve]
        lowest, highest = min(0.0, *values), max(3.0, *values)
        room = (highest - lowest) * 0.12
        self.fit(lowest - room * (1.0 if lowest < 0 else 0.2), highest + room)

    def _words(self) -> str:
        weight, step = self.chosen
        name = self.tr("Face") if weight == "identity_weight" else self.tr("Text")
        return self.tr("{curve}, step {step} of {steps}: {value}").format(
            curve=name,
            step=step + 1,
            steps=self._steps,
            value=self.locale().toString(self._curves[weight][step], "f", 2),
        )


def clamped(value: float) -> float:
    """Where on the axis a weight is."""
    return min(max(value, USEFUL[0]), USEFUL[1])


def _snapped(value: float, grain: float) -> float:
    return round(round(value / grain) * grain, 4)
