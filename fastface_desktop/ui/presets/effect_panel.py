"""What a preset does to a face: before, after and the attention map, equally large, and the line that makes them."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fastface_core.domain.presets import Preset
from fastface_desktop.state.presets.effect import PresetEffect
from fastface_desktop.ui.presets.comparison_card import ComparisonCard
from fastface_desktop.ui.presets.overlay_card import Overlay
from fastface_desktop.ui.presets.trial_view import TrialView
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.layout import column


class EffectPanel(QWidget):
    def __init__(self, effect: PresetEffect, theme: Theme) -> None:
        super().__init__()
        self.comparison = ComparisonCard(effect, theme)
        self.overlay = Overlay(effect, theme)
        views = self.comparison.views
        self.shown: tuple[TrialView, ...] = (views["before"], views["after"], self.overlay.shown)
        self._row = QHBoxLayout()
        self._row.setSpacing(Space.L)
        for one in self.shown:
            self._row.addWidget(one, 1)
        column(self._row, self.comparison, self.overlay, gap=Space.S, of=self)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        # What does not divide by three stays at the edge: pictures of one width have their captions on one line.
        gaps = Space.L * (len(self.shown) - 1)
        self._row.setContentsMargins(0, 0, (self.width() - gaps) % len(self.shown), 0)
        super().resizeEvent(event)

    def show_preset(self, preset: Preset) -> None:
        self.comparison.show_preset(preset)

    def set_highest(self, height: int) -> None:
        """Of each picture, in pixels."""
        for one in self.shown:
            one.view.set_highest(height)
