"""The identity attention map of the picture after, laid over it: by token, step and block, before and after the
transforms."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from fastface_core.domain.attention_maps import AttentionMaps, Moment
from fastface_core.domain.branches import Branch
from fastface_desktop.state.presets.effect import PresetEffect
from fastface_desktop.ui.presets.trial_view import TrialView
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.segments import Segments

_OPACITY, _OPACITY_WIDTH = 80, 64
_BRANCHES: tuple[Branch, ...] = ("t", "i", "u")
"""Whose map is shown: the picture's own where the step has it."""
_LETTERS = 8
"""As many of a choice are seen at least."""


class Overlay(QWidget):
    """What is chosen of the maps; `shown` has the picture, and is laid out by the owner."""

    def __init__(self, effect: PresetEffect, theme: Theme) -> None:
        super().__init__()
        self._effect, self._theme = effect, theme
        self.maps: AttentionMaps | None = None
        self.shown = TrialView(self.tr("Attention to the face"), theme)
        self.view = self.shown.view
        self.view.setAccessibleName(self.tr("The picture with the attention map over it"))
        self.token, self.step, self.block = CalmCombo(), CalmCombo(), CalmCombo()
        for combo, name, tooltip in (
            (self.token, self.tr("Token"), self.tr("Which identity token was looked at")),
            (self.step, self.tr("Step"), self.tr("At which step of the sampling")),
            (self.block, self.tr("Block"), self.tr("In which block of the UNet")),
        ):
            combo.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(_LETTERS)
            combo.setAccessibleName(name)
            combo.setToolTip(tooltip)
            combo.activated.connect(self._show_map)
        moments = [
            ("before", "undo", self.tr("Before"), self.tr("The map before the transforms")),
            ("after", "sparkle", self.tr("After"), self.tr("The map after the transforms")),
        ]
        self.moment = Segments(moments, self.tr("Before or after the transforms"), theme)
        self.moment.choose("after")
        self.moment.chosen.connect(self._show_map)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(_OPACITY)
        self.opacity.setPageStep(10)
        self.opacity.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.opacity.setAccessibleName(self.tr("Opacity of the map"))
        self.opacity.setToolTip(self.tr("How much of the map is seen over the picture, 0 to 100 %"))
        self.opacity.valueChanged.connect(self._opacity_changed)
        self.span = label(role="caption")
        self._build()
        self._opacity_changed(_OPACITY)
        effect.changed.connect(self._show)
        self._show()

    def _build(self) -> None:
        self.choices = IconButton("sort", self.tr("Which map is shown: block, step, token"), self._theme)
        self.choices.setCheckable(True)
        self.choices.toggled.connect(self.setVisible)
        self.view.hint = self.tr("Try it shows here where the model looks at the face.")
        self.shown.said.hide()  # its number is beside the choices
        self.shown.foot.addWidget(self.opacity)
        self.shown.foot.addWidget(self.choices)
        row = FlowLayout(self, Space.M)
        for combo in (self.block, self.step, self.token):
            part = QWidget()
            line = QHBoxLayout(part)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(Space.S)
            name = label(combo.accessibleName(), "secondary")
            name.setBuddy(combo)
            line.addWidget(name)
            line.addWidget(combo)
            row.addWidget(part)
        row.addWidget(self.moment)
        row.addWidget(self.span)
        flexible(self)
        self.hide()
        self._theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.opacity.setFixedWidth(self._theme.px(_OPACITY_WIDTH))

    def _show(self) -> None:
        picture = self._effect.pictures.get("after")
        maps = picture.maps if picture is not None else None
        if self.maps is not None and (maps is None or maps is self.maps):
            return  # the last one stays until there is another
        self.maps = maps
        for part in (self.opacity, self.choices):
            part.setVisible(maps is not None)
        if maps is None or picture is None:
            return
        self._offer(maps)
        self.view.show_picture(picture.image)
        self._show_map()

    def _offer(self, maps: AttentionMaps) -> None:
        """The choices of these maps; what was chosen stays chosen where it is there."""
        blocks = [(self._block_title(block), block) for block in maps.blocks]
        steps = [(self.tr("Step {step}").format(step=step + 1), step) for step in range(maps.steps)]
        tokens: list[tuple[str, int | None]] = [(self.tr("All tokens, averaged"), None)] if maps.tokens > 4 else []
        tokens += [(self.tr("Token {number}").format(number=token), token) for token in range(maps.tokens)]
        for combo, choices, usual in (
            (self.block, blocks, len(blocks) - 1),
            (self.step, steps, len(steps) - 1),
            (self.token, tokens, min(1, len(tokens) - 1)),
        ):
            before = combo.currentData()
            combo.clear()
            for title, value in choices:
                combo.addItem(title, value)
            index = combo.findData(before) if before is not None else -1
            combo.setCurrentIndex(index if index >= 0 else usual)

    def _block_title(self, block: str) -> str:
        """ "down_blocks.1" in words."""
        name, _, number = block.partition(".")
        titles = {"down_blocks": self.tr("down"), "mid_block": self.tr("middle"), "up_blocks": self.tr("up")}
        title = titles.get(name, name)
        return f"{title} {int(number) + 1}" if number.isdigit() else title

    def _show_map(self) -> None:
        maps = self.maps
        if maps is None:
            return
        block, step, token = self.block.currentData(), self.step.currentData(), self.token.currentData()
        moments: tuple[Moment, ...] = ("before", "after")
        found = {moment: _values(maps, moment, block, step, token) for moment in moments}
        both = [values for values in found.values() if values is not None]
        if not both:
            self.view.show_map(None, 0, 1)
            self.span.setText(self.tr("This step was made without the face."))
            return
        # One scale for both moments: what the transforms do is seen, not evened out.
        lowest, highest = min(float(one.min()) for one in both), max(float(one.max()) for one in both)
        chosen = found["before" if self.moment.value() == "before" else "after"]
        self.view.show_map(chosen, lowest, highest)
        if chosen is not None:
            number = self.locale().toString
            self.span.setText(
                self.tr("Attention here: {smallest} to {largest}").format(
                    smallest=number(float(chosen.min()), "f", 3), largest=number(float(chosen.max()), "f", 3)
                )
            )

    def _opacity_changed(self, percent: int) -> None:
        self.view.set_opacity(percent / 100)


def _values(maps: AttentionMaps, moment: Moment, block: str, step: int, token: int | None) -> np.ndarray | None:
    """(height, width), of the first branch that the step evaluated."""
    for branch in _BRANCHES:
        if (found := maps.at(moment, block, step, branch)) is not None:
            return found.mean(-1) if token is None else found[..., token]
    return None
