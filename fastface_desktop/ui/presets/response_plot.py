"""What the transforms make of the attention: in along the foot, out along the side, a line for each step."""

# pyqtgraph says the types of few of its methods.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import math

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from fastface_core.domain.presets import Part, Preset
from fastface_core.domain.response import ramp, response
from fastface_desktop.ui.presets.plot import Plot
from fastface_desktop.ui.theme.theme import Theme

_HEIGHT = 142
_AXIS = 36
_MOST_LINES = 12
"""More steps than this are drawn by some of them."""


class ResponsePlot(Plot):
    """Nothing in it can be changed; it says in words what it shows."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _HEIGHT, _AXIS)
        self._curves: dict[int, tuple[float, ...]] = {}
        self._lines: list[pg.PlotDataItem] = []
        self._entries = ramp()
        self._steps = 1
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Attention before and after the transforms"))
        self.setToolTip(self.tr("For a map whose entries are spread evenly from 0 to 1, before the AdaIN correction"))
        self._plain = self.plot(list(self._entries), list(self._entries))
        self._shown: object = None
        theme.changed.connect(self._look_anew)
        self._look_anew()

    @property
    def curves(self) -> dict[int, tuple[float, ...]]:
        """The attention that comes out, by step from 0."""
        return self._curves

    @property
    def differs(self) -> bool:
        """Whether the steps have different curves."""
        return len(set(self._curves.values())) > 1

    def show_preset(self, preset: Preset, part: Part, token: int) -> None:
        steps = preset.steps
        # What only concerns the weights changes nothing here, and a dragged point must not wait for it.
        what = preset.attention, steps, part, token
        if what == self._shown:
            return
        self._shown = what
        shown = range(steps) if steps <= _MOST_LINES else range(0, steps, math.ceil(steps / _MOST_LINES))
        self._steps = steps
        self._curves = {step: response(preset, part, step, steps, token, self._entries) for step in shown}
        self._draw()

    def _look_anew(self) -> None:
        self.dress(across=False)
        number = self.locale().toString
        self.getAxis("bottom").setTicks([[(0.0, number(0)), (0.5, number(0.5, "f", 1)), (1.0, number(1))]])
        self._draw()

    def _draw(self) -> None:
        self._plain.setPen(self.pen("secondary", 1, Qt.PenStyle.DotLine))
        while len(self._lines) < len(self._curves):
            self._lines.append(self.plot([], []))
        while len(self._lines) > len(self._curves):
            self.removeItem(self._lines.pop())
        largest = 1.0
        for line, (step, curve) in zip(self._lines, self._curves.items(), strict=True):
            line.setData(list(self._entries), [value if math.isfinite(value) else math.nan for value in curve])
            line.setPen(self.pen_of(self.colour_of(step), 2))
            line.opts["antialias"] = True
            largest = max(largest, *(value for value in curve if math.isfinite(value)), 0.0)
        self.fit(-0.03 * largest, largest * 1.05)

    def colour_of(self, step: int) -> QColor:
        """From the text's colour at the first step to the accent at the last."""
        theme = self.theme
        if not self.differs:
            return theme.colour("accent")
        first, last = theme.colour("curve"), theme.colour("accent")
        share = step / max(self._steps - 1, 1)
        return QColor(
            *(
                round(a + (b - a) * share)
                for a, b in ((first.red(), last.red()), (first.green(), last.green()), (first.blue(), last.blue()))
            )
        )
