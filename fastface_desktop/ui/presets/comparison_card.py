"""The strip "same seed, before and after"."""

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fastface_desktop.state.presets.effect import SIDES, PresetEffect, Side
from fastface_desktop.translation import translated
from fastface_desktop.ui.presets.map_view import MapView
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import Card, IconButton, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.inline_error import InlineError


class ComparisonCard(Card):
    def __init__(self, effect: PresetEffect, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._effect = effect
        self.switch = QCheckBox(self.tr("Show"))
        self.switch.setAccessibleName(self.tr("Show before and after"))
        self.switch.setToolTip(
            self.tr("Makes two small pictures of the person on Create after each change; they are not kept")
        )
        self.switch.setChecked(effect.on)
        self.switch.clicked.connect(effect.switch)
        self.against = CalmCombo()
        self.against.addItem(self.tr("Before: baseline"), "baseline")
        self.against.addItem(self.tr("Before: as saved"), "saved")
        self.against.setCurrentIndex(self.against.findData(effect.against))
        self.against.setAccessibleName(self.tr("What to compare with"))
        self.against.setToolTip(self.tr("The checkpoint alone, or this preset as it is saved"))
        self.against.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.against.activated.connect(self._against_chosen)
        self.dice = IconButton("dice", self.tr("Another seed for both"), theme)
        self.dice.clicked.connect(effect.roll)
        self.error = InlineError(theme)
        self.stage = label(role="caption", wrap=True)
        self.views: dict[Side, MapView] = {}
        self.words: dict[Side, QLabel] = {}
        self._build(theme)
        effect.changed.connect(self._show)
        self._show()

    def _build(self, theme: Theme) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(label(self.tr("Before and after"), "heading", wrap=True), 1)
        head.addWidget(self.switch)
        self.column.addLayout(head)
        self.body = QWidget()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        choice = QHBoxLayout()
        choice.setSpacing(Space.S)
        choice.addWidget(self.against, 1)
        choice.addWidget(self.dice)
        column.addLayout(choice)
        strip = QHBoxLayout()
        strip.setSpacing(Space.S)
        names: dict[Side, str] = {"before": self.tr("Before"), "after": self.tr("After")}
        for side in SIDES:
            self.views[side] = MapView(theme)
            self.views[side].setAccessibleName(names[side])
            self.words[side] = label(names[side], "caption", wrap=True)
            self.words[side].setProperty("title", names[side])
            part = QVBoxLayout()
            part.setSpacing(Space.XS)
            part.addWidget(self.views[side])
            part.addWidget(self.words[side])
            part.addStretch()
            strip.addLayout(part, 1)
        column.addLayout(strip)
        column.addWidget(self.stage)
        column.addWidget(self.error)
        self.column.addWidget(self.body)

    def _show(self) -> None:
        effect = self._effect
        self.switch.setChecked(effect.on)
        self.body.setVisible(effect.on)
        for side in SIDES:
            picture = effect.pictures.get(side)
            image = picture.image if picture is not None else effect.previews.get(side)
            if image is not None:
                self.views[side].show_picture(image)
            title = self.words[side].property("title")
            known = picture is not None and picture.worth.score is not None
            self.words[side].setText(f"{title} · {likeness.said(picture.worth)}" if picture and known else title)
            self.words[side].setToolTip(likeness.explained(picture.worth) if picture and known else "")
        if effect.problem is not None:
            self.error.show_error(effect.problem, copyable=False)
        else:
            self.error.clear()
        self.stage.setText(self._state())
        self.stage.setVisible(bool(self.stage.text()))

    def _state(self) -> str:
        effect = self._effect
        if effect.stage:
            return f"{translated(effect.stage)} …"
        if effect.side is not None:
            return (
                self.tr("Making the picture after …") if effect.side == "after" else self.tr("Making the one before …")
            )
        return self.tr("Waiting …") if effect.busy else ""

    def _against_chosen(self) -> None:
        self._effect.compare_with(self.against.currentData())
