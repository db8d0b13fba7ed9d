"""What the preset does: the response of its transforms, a picture before and after, and where the face is looked at."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fastface_core.domain.presets import Part, Preset
from fastface_core.presets.edits import PARTS
from fastface_desktop.state.presets.effect import PresetEffect
from fastface_desktop.ui.presets.comparison_card import ComparisonCard
from fastface_desktop.ui.presets.overlay_card import OverlayCard
from fastface_desktop.ui.presets.response_plot import ResponsePlot
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible


class ResponseCard(Card):
    """The curve of a block and a token, with the steps' colours under it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._theme = theme
        self._preset: Preset | None = None
        self.plot = ResponsePlot(theme)
        self.part, self.token = CalmCombo(), CalmCombo()
        words = {"down": self.tr("down"), "mid": self.tr("middle"), "up": self.tr("up")}
        for part in PARTS:
            self.part.addItem(words[part], part)
        self.part.setCurrentIndex(self.part.findData("up"))
        self.part.setAccessibleName(self.tr("Blocks of the response curve"))
        self.part.setToolTip(self.tr("The part of the model whose values are drawn"))
        self.token.addItem(self.tr("first token"), 0)
        self.token.addItem(self.tr("other tokens"), 1)
        self.token.setCurrentIndex(1)
        self.token.setAccessibleName(self.tr("Token of the response curve"))
        self.token.setToolTip(self.tr("The first token may be turned over, and then answers differently"))
        for combo in (self.part, self.token):
            combo.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.activated.connect(self._show)
        self.nothing = label(self.tr("The attention stays as it is."), "secondary", wrap=True)
        self._legend = flexible(QWidget())
        self._flow = FlowLayout(self._legend, Space.S)
        self._steps: list[QLabel] = []
        choices = QHBoxLayout()
        choices.setSpacing(Space.S)
        choices.addWidget(self.part, 1)
        choices.addWidget(self.token, 1)
        self.column.addWidget(label(self.tr("Attention in and out"), "heading", wrap=True))
        self.column.addLayout(choices)
        self.column.addWidget(self.plot)
        self.column.addWidget(self._legend)
        self.column.addWidget(self.nothing)
        theme.changed.connect(self._show)

    def show_preset(self, preset: Preset) -> None:
        self._preset = preset
        self._show()

    def _show(self) -> None:
        if self._preset is None:
            return
        part: Part = self.part.currentData()
        self.plot.show_preset(self._preset, part, self.token.currentData())
        attention = self._preset.attention
        same = attention is None or part not in attention.parts
        self.nothing.setVisible(same)
        self._legend.setVisible(not same)
        steps = list(self.plot.curves)
        while len(self._steps) < len(steps):
            self._steps.append(QLabel())
            self._flow.addWidget(self._steps[-1])
        for text, step in zip(self._steps, [*steps, *[None] * len(self._steps)], strict=False):
            text.setVisible(step is not None)
            if step is not None:
                text.setText(self.tr("Step {step}").format(step=step + 1))
                text.setProperty("role", "caption")
                text.setStyleSheet(f"color: {self.plot.colour_of(step).name()}")


class EffectPanel(QWidget):
    def __init__(self, effect: PresetEffect, theme: Theme) -> None:
        super().__init__()
        self.response = ResponseCard(theme)
        self.comparison = ComparisonCard(effect, theme)
        self.overlay = OverlayCard(effect, theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        for card in (self.response, self.comparison, self.overlay):
            column.addWidget(card)
        column.addStretch()

    def show_preset(self, preset: Preset) -> None:
        self.response.show_preset(preset)
