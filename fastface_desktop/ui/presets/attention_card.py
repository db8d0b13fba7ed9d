"""What happens to the attention to the face: the published methods, or a chain of one's own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from fastface_core.domain.presets import Attention, Part, Power, Preset, Scale, Softmask, Transform
from fastface_core.presets.edits import (
    PARTS,
    AttentionKind,
    kind_of,
    with_attention,
    with_kind,
    with_transforms,
)
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.number import NumberEdit, TokenEdit
from fastface_desktop.ui.presets.transform_box import TransformBox
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, Chip, button, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.layout import REST, filling, row

_LONGEST_CHAIN = 8
_FIELD = 96
_KINDS: tuple[AttentionKind, ...] = ("none", "scale-power", "scheduled-softmask", "custom")


class AttentionCard(Card):
    """Shows a preset and says which one is wanted instead."""

    wanted = Signal(Preset, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._theme = theme
        self._preset: Preset | None = None
        self._shown: object = None
        self._custom = False
        """A chain of one's own was asked for, though it may be the same as a published one."""
        self.boxes: list[TransformBox] = []
        self.problems = Problems()
        self.kind = CalmCombo()
        self.kind.setAccessibleName(self.tr("What is done to the attention"))
        self.kind.setToolTip(
            terms.tip(
                self.tr("How the picture's regions look at the face"),
                self.tr("Attention manipulation of the identity cross-attention"),
            )
        )
        words = {
            "none": self.tr("None"),
            "scale-power": self.tr("Scale-power"),
            "scheduled-softmask": self.tr("Scheduled softmask"),
            "custom": self.tr("Custom chain"),
        }
        for kind in _KINDS:
            self.kind.addItem(words[kind], kind)
        self.kind.activated.connect(self._kind_chosen)
        self.add_buttons = {
            Power: button(self.tr("Add power"), self.tr("Put A to a power at the end of the chain"), "quiet"),
            Scale: button(self.tr("Add scale"), self.tr("Scale A at the end of the chain"), "quiet"),
            Softmask: button(self.tr("Add softmask"), self.tr("Mask A softly at the end of the chain"), "quiet"),
        }
        for one in self.add_buttons.values():
            one.clicked.connect(self._add)
        self._build_choices()
        self._build(theme)
        theme.changed.connect(self._fit)
        self._fit()

    def _build_choices(self) -> None:
        names = {"down": self.tr("down"), "mid": self.tr("middle"), "up": self.tr("up")}
        tip = terms.tip(self.tr("Where in the model it is done"), self.tr("Blocks of the UNet"), self.tr("one or more"))
        self.parts: dict[Part, Chip] = {part: Chip(names[part], tip) for part in PARTS}
        for part, chip in self.parts.items():
            chip.setAccessibleName(self.tr("Blocks: {name}").format(name=names[part]))
            chip.clicked.connect(self._part_clicked)
        self.steps: list[Chip] = []
        self._steps_holder = flexible(QWidget())
        self._steps_flow = FlowLayout(self._steps_holder, Space.XS)
        self.tokens = TokenEdit()
        self.tokens.setAccessibleName(self.tr("Tokens"))
        self.tokens.setPlaceholderText(self.tr("all"))
        self.tokens.setToolTip(
            terms.tip(
                self.tr("Which parts of what is known of the face; empty means all"),
                self.tr("Identity tokens"),
                self.tr("numbers from 0, with commas"),
            )
        )
        self.tokens.edited.connect(self._tokens_edited)
        self.invert = QCheckBox(self.tr("Invert the first token"))
        self.invert.setAccessibleName(self.invert.text())
        self.invert.setToolTip(
            terms.tip(
                self.tr("The first token looks away from the face; it is turned over before and back after"),
                self.tr("Inversion of token 0"),
                equation=terms.INVERT,
            )
        )
        self.invert.clicked.connect(self._invert_clicked)
        self.adain = NumberEdit(0, 1, 0.05, 4)
        self.adain.setAccessibleName(self.tr("Correction"))
        self.adain.setToolTip(
            terms.tip(
                self.tr("How much of the change is kept; the rest has the mean and spread from before. 0 is off"),
                self.tr("AdaIN weight w"),
                self.adain.range_text(),
                terms.ADAIN,
            )
        )
        self.adain.edited.connect(self._adain_edited)
        self.normalisation = CalmCombo()
        self.normalisation.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.normalisation.setAccessibleName(self.tr("Normalisation"))
        self.normalisation.addItem(self.tr("Reference: branches together"), "together")
        self.normalisation.addItem(self.tr("Independent: each branch alone"), "independent")
        self.normalisation.setToolTip(
            terms.tip(
                self.tr("Together is as published and needs all branches; alone lets a step leave out what it can"),
                self.tr("Min-max normalisation N of the softmask"),
                equation=terms.SOFTMASK,
            )
        )
        self.normalisation.activated.connect(self._normalisation_chosen)

    def _build(self, theme: Theme) -> None:
        head = row(filling(label(self.tr("Attention to the face"), "heading", wrap=True)), self.kind, gap=Space.S)
        self.column.addLayout(head)
        self.body = QWidget()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self._chain = QVBoxLayout()
        self._chain.setSpacing(Space.S)
        column.addLayout(self._chain)
        self._add_row = flexible(QWidget())
        add = FlowLayout(self._add_row, Space.XS)
        for one in self.add_buttons.values():
            add.addWidget(one)
        column.addWidget(self._add_row)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        parts = QWidget()
        row(*self.parts.values(), REST, gap=Space.XS, of=parts)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Blocks"), parts),
            (self.tr("Steps"), self._steps_holder),
            (self.tr("Tokens"), self.tokens),
            (self.tr("Correction"), self.adain),
            (self.tr("Normalisation"), self.normalisation),
        )
        for number, (name, control) in enumerate(rows):
            words = label(name, "secondary")
            words.setBuddy(control)
            grid.addWidget(words, number, 0)
            grid.addWidget(control, number, 1)
        grid.addWidget(self.invert, len(rows), 1)
        column.addLayout(grid)
        column.addWidget(self.problems)
        self.problems.watch([self.tokens, self.adain])
        self.column.addWidget(self.body)

    def show_preset(self, preset: Preset, *, editable: bool) -> None:
        if self._preset is not None and preset.name != self._preset.name:
            self._custom = False
        self._preset = preset
        what = preset.attention, preset.steps, preset.name, editable, self._custom
        if what == self._shown:
            return
        self._shown = what
        attention = preset.attention
        kind: AttentionKind = kind_of(attention)
        if kind == "none":
            self._custom = False
        elif self._custom:
            kind = "custom"
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.kind.setEnabled(editable)
        self.body.setVisible(attention is not None)
        if attention is None:
            return
        self._show_chain(attention, preset.steps, editable=editable, chain=kind == "custom")
        self._show_steps(attention, preset.steps, editable=editable)
        for part, chip in self.parts.items():
            chip.setChecked(part in attention.parts)
            chip.setEnabled(editable)
        self.tokens.set(attention.tokens)
        self.tokens.setReadOnly(not editable)
        self.invert.setChecked(attention.invert_first_token)
        self.invert.setEnabled(editable)
        self.adain.set(attention.adain)
        self.adain.setReadOnly(not editable)
        self.normalisation.setCurrentIndex(self.normalisation.findData(attention.normalization))
        self.normalisation.setEnabled(editable)

    def _show_chain(self, attention: Attention, steps: int, *, editable: bool, chain: bool) -> None:
        kinds = [type(transform) for transform in attention.transforms]
        if kinds != [box.kind for box in self.boxes]:
            for box in self.boxes:
                box.hide()
                box.setParent(None)
                box.deleteLater()
            self.boxes = [TransformBox(kind, self._theme) for kind in kinds]
            for box in self.boxes:
                box.wanted.connect(self._transform_wanted)
                box.moved.connect(self._transform_moved)
                box.removed.connect(self._transform_removed)
                self._chain.addWidget(box)
        for number, (box, transform) in enumerate(zip(self.boxes, attention.transforms, strict=True)):
            box.show_transform(transform, steps, editable=editable, chain=chain)
            box.up.setEnabled(number > 0)
            box.down.setEnabled(number < len(self.boxes) - 1)
            box.remove.setEnabled(len(self.boxes) > 1)
        self._add_row.setVisible(chain and editable)
        for one in self.add_buttons.values():
            one.setEnabled(len(self.boxes) < _LONGEST_CHAIN)

    def _show_steps(self, attention: Attention, steps: int, *, editable: bool) -> None:
        if len(self.steps) != steps:
            for chip in self.steps:
                chip.hide()
                self._steps_flow.removeWidget(chip)
                chip.setParent(None)
                chip.deleteLater()
            tip = terms.tip(self.tr("In which steps it is done"), self.tr("Steps"), self.tr("one or more"))
            self.steps = [Chip(str(step + 1), tip) for step in range(steps)]
            for step, chip in enumerate(self.steps):
                chip.setAccessibleName(self.tr("Attention at step {step}").format(step=step + 1))
                chip.clicked.connect(self._step_clicked)
                self._steps_flow.addWidget(chip)
                chip.show()
        for step, chip in enumerate(self.steps):
            chip.setChecked(attention.steps is None or step in attention.steps)
            chip.setEnabled(editable)

    def _fit(self) -> None:
        self.adain.setFixedWidth(self._theme.px(_FIELD))

    # ---- What is wanted

    def _kind_chosen(self) -> None:
        if self._preset is None:
            return
        kind: AttentionKind = self.kind.currentData()
        self._custom = kind == "custom"
        wanted = with_kind(self._preset, kind)
        if wanted == self._preset:
            self.show_preset(self._preset, editable=True)
        else:
            self._want(wanted, self.kind.currentText())

    def _transform_wanted(self, transform: Transform, gesture: str) -> None:
        number = self.boxes.index(self.sender())  # type: ignore[arg-type]
        chain = self._transforms()
        self._want_chain((*chain[:number], transform, *chain[number + 1 :]), gesture)

    def _transform_moved(self, by: int) -> None:
        number = self.boxes.index(self.sender())  # type: ignore[arg-type]
        chain = list(self._transforms())
        chain.insert(number + by, chain.pop(number))
        self._custom = True
        self._want_chain(tuple(chain))

    def _transform_removed(self) -> None:
        number = self.boxes.index(self.sender())  # type: ignore[arg-type]
        chain = self._transforms()
        self._custom = True
        self._want_chain(chain[:number] + chain[number + 1 :])

    def _add(self) -> None:
        kind = next(kind for kind, one in self.add_buttons.items() if one is self.sender())
        self._custom = True
        self._want_chain((*self._transforms(), kind()))

    def _part_clicked(self) -> None:
        chosen = tuple(part for part, chip in self.parts.items() if chip.isChecked())
        if chosen:
            self._want_attention(self.tr("Blocks"), parts=chosen)
        else:
            self._show_again()

    def _step_clicked(self) -> None:
        chosen = tuple(step for step, chip in enumerate(self.steps) if chip.isChecked())
        if chosen:
            self._want_attention(self.tr("Steps"), steps=None if len(chosen) == len(self.steps) else chosen)
        else:
            self._show_again()

    def _tokens_edited(self, tokens: tuple[int, ...] | None, gesture: str) -> None:
        self._want_attention(self.tr("Tokens"), gesture, tokens=tokens)

    def _invert_clicked(self, invert: bool) -> None:
        self._want_attention(self.invert.text(), invert_first_token=invert)

    def _adain_edited(self, weight: float, gesture: str) -> None:
        self._want_attention(self.tr("Correction"), gesture, adain=weight)

    def _normalisation_chosen(self) -> None:
        self._want_attention(self.tr("Normalisation"), normalization=self.normalisation.currentData())

    def _show_again(self) -> None:
        """The last one of several cannot be taken away."""
        self._shown = None
        if self._preset is not None:
            self.show_preset(self._preset, editable=True)

    def _transforms(self) -> tuple[Transform, ...]:
        assert self._preset is not None
        assert self._preset.attention is not None
        return self._preset.attention.transforms

    def _want_chain(self, chain: tuple[Transform, ...], gesture: str = "") -> None:
        if self._preset is not None:
            self._want(with_transforms(self._preset, chain), self.tr("Attention"), gesture)

    def _want_attention(self, text: str, gesture: str = "", **values: object) -> None:
        if self._preset is not None:
            self._want(with_attention(self._preset, **values), text, gesture)

    def _want(self, preset: Preset, text: str, gesture: str = "") -> None:
        self.wanted.emit(preset, text, gesture)
