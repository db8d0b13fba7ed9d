"""The same person, prompt and seed, before and after, and the line that says how they are made."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QSizePolicy, QWidget

from fastface_core.domain.presets import Preset
from fastface_desktop.state.presets.effect import SIDES, PresetEffect, Side
from fastface_desktop.translation import translated
from fastface_desktop.ui.presets.samples import sample_of
from fastface_desktop.ui.presets.trial_view import TrialView
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column

_WORDS = 220
"""Pixels of what is said beside what can be done."""


class ComparisonCard(QWidget):
    """The line below the pictures; `views` are laid out by the owner."""

    def __init__(self, effect: PresetEffect, theme: Theme) -> None:
        super().__init__()
        self._effect, self._theme = effect, theme
        self._preset: Preset | None = None
        names: dict[Side, str] = {"before": self.tr("Before"), "after": self.tr("After")}
        self.views: dict[Side, TrialView] = {side: TrialView(names[side], theme) for side in SIDES}
        self.switch = QCheckBox(self.tr("After each change"))
        self.switch.setAccessibleName(self.tr("Make before and after again after each change"))
        self.switch.setToolTip(
            self.tr("Makes two small pictures of the person on Create after each change; they are not kept")
        )
        self.switch.setChecked(effect.on)
        self.switch.clicked.connect(effect.switch)
        self.against = CalmCombo()
        self.against.addItem(self.tr("Before: plain"), "baseline")
        self.against.addItem(self.tr("Before: as saved"), "saved")
        self.against.setCurrentIndex(self.against.findData(effect.against))
        self.against.setAccessibleName(self.tr("What to compare with"))
        self.against.setToolTip(self.tr("The checkpoint alone, or this preset as it is saved"))
        self.against.activated.connect(self._against_chosen)
        self.dice = button(self.tr("Other seed"), self.tr("Another seed for both"), "quiet")
        self.dice.clicked.connect(effect.roll)
        self.try_button = button("", self.tr("Makes both pictures now; they are not kept"))
        icons.bind(self.try_button, "retry", theme, "text", size=Size.ICON_BUTTON)
        self.try_button.clicked.connect(self._try)
        self.error = InlineError(theme)
        self.stage = label(role="caption", wrap=True)
        self._build()
        effect.changed.connect(self._show)

    def _build(self) -> None:
        self._acts = flexible(QWidget())
        flow = FlowLayout(self._acts, Space.S)
        self._controls = (self.against, self.switch, self.dice, self.try_button)
        for control in self._controls:
            flow.addWidget(control)
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(Space.S)
        row.addWidget(self.stage, 1)
        row.addWidget(self._acts)
        column(row, self.error, gap=Space.S, of=self)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The buttons are at the right, or below the text where both have no room."""
        wanted = sum(one.sizeHint().width() for one in self._controls) + Space.S * (len(self._controls) - 1)
        beside = self.width() >= wanted + self._theme.px(_WORDS)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._acts.setMinimumWidth(wanted if beside else 0)
        policy = self._acts.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Maximum if beside else QSizePolicy.Policy.Preferred)
        self._acts.setSizePolicy(policy)

    def show_preset(self, preset: Preset) -> None:
        self._preset = preset
        self._show()

    def _show(self) -> None:
        effect = self._effect
        self.switch.setChecked(effect.on)
        sampled = not effect.pictures and not effect.previews
        for side in SIDES:
            self._show_side(side, sampled=sampled)
        if effect.problem is not None:
            self.error.show_error(effect.problem, copyable=False)
        else:
            self.error.clear()
        self.stage.setText(self._state(sampled=sampled))
        self._show_button()

    def _show_side(self, side: Side, *, sampled: bool) -> None:
        effect, view = self._effect, self.views[side]
        picture = effect.pictures.get(side)
        image = picture.image if picture is not None else effect.previews.get(side)
        if sampled and self._preset is not None:
            name = "baseline" if side == "before" else self._preset
            view.show_picture(sample_of(name))
        elif image is not None:
            view.show_picture(image, faded=effect.outdated and side == "after")
        words = likeness.badge(picture.worth) if picture is not None and picture.worth.score is not None else ""
        if side == "after" and effect.outdated:
            words = self.tr("before the last change")
        view.said.setText(words)
        view.said.setVisible(bool(words))
        view.said.setToolTip(likeness.explained(picture.worth) if picture is not None and words else "")

    def _show_button(self) -> None:
        if self._effect.busy:
            text = self.tr("Stop")
        elif (seconds := self._effect.seconds()) is not None:
            text = self.tr("Try it, about {time}").format(time=duration(seconds))
        else:
            text = self.tr("Try it")
        self.try_button.setText(text)
        self.try_button.setAccessibleName(text)
        self._fit()

    def _state(self, *, sampled: bool) -> str:
        effect = self._effect
        if effect.waits:
            return self.tr("Goes in after the picture that is being made.")
        if effect.stage:
            return self.tr("{what}…").format(what=translated(effect.stage))
        if effect.side is not None:
            if effect.side == "after":
                return self.tr("Making the picture after the change…")
            return self.tr("Making the picture before the change…")
        if effect.busy:
            return self.tr("Waiting…")
        if sampled:
            return self.tr("Samples, drawn by the starter. Try it shows the person on Create.")
        seed = f"{effect.seed:,}".replace(",", "\N{THIN SPACE}")
        return self.tr("Same person, prompt and seed {seed}.").format(seed=seed)

    def _try(self) -> None:
        if self._effect.busy:
            self._effect.stop()
        else:
            self._effect.try_out()

    def _against_chosen(self) -> None:
        self._effect.compare_with(self.against.currentData())
