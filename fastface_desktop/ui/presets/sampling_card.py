"""What a preset asks of the checkpoint and of the face adapter: strengths, steps, scheduler, size."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from fastface_core.domain.presets import MAX_STEPS, Preset
from fastface_core.domain.request import GRAIN, LARGEST, SMALLEST
from fastface_core.presets.edits import resampled
from fastface_core.presets.files import changed
from fastface_desktop.state.engine import CheckpointChoice
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.number import NumberEdit, SideEdit
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo

_SCHEDULERS = (("ddim", "DDIM"), ("euler", "Euler"), ("euler_a", "Euler a"), ("lcm", "LCM"), ("tcd", "TCD"))
_FIELD = 96


class SamplingCard(Card):
    """Shows a preset and says which one is wanted instead."""

    wanted = Signal(Preset, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._theme = theme
        self._preset: Preset | None = None
        self._unsampled: Preset | None = None
        self._resampled: Preset | None = None
        self.problems = Problems()
        adapter = NumberEdit(0, 2, 0.05, 4)
        lora = NumberEdit(0, 2, 0.05, 4)
        self.strengths = {"adapter_strength": adapter, "lora_strength": lora}
        self._name(
            adapter,
            self.tr("Adapter strength"),
            terms.tip(
                self.tr("How strongly the face acts on the picture"),
                self.tr("Scale λ of the identity attention"),
                adapter.range_text(),
                terms.STRENGTH,
            ),
        )
        self._name(
            lora,
            self.tr("LoRA strength"),
            terms.tip(
                self.tr("How strongly the model adapts itself to faces"),
                self.tr("Scale of the face adapter's LoRA"),
                lora.range_text(),
            ),
        )
        for field in self.strengths.values():
            field.edited.connect(self._strength_edited)
        self.checkpoint = CalmCombo()
        self._name(
            self.checkpoint,
            self.tr("Checkpoint"),
            self.tr("The model that the preset is meant for; without one, the one that Create uses"),
        )
        self.checkpoint.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.checkpoint.activated.connect(self._checkpoint_chosen)
        self.steps = NumberEdit(1, MAX_STEPS, 1, 0)
        self._name(
            self.steps,
            self.tr("Steps"),
            terms.tip(
                self.tr("How many steps the values are written for; other counts are sampled from them"),
                self.tr("Sampling steps"),
                self.steps.range_text(),
            ),
        )
        self.steps.edited.connect(self._steps_edited)
        self.scheduler = CalmCombo()
        self._name(self.scheduler, self.tr("Scheduler"), self.tr("How noise is taken away (scheduler)"))
        self.scheduler.addItem(self.tr("as the checkpoint"), None)
        for name, title in _SCHEDULERS:
            self.scheduler.addItem(title, name)
        self.scheduler.activated.connect(self._scheduler_chosen)
        self.width_field = SideEdit(SMALLEST, LARGEST, GRAIN * 8, 0, optional=True)
        self.height_field = SideEdit(SMALLEST, LARGEST, GRAIN * 8, 0, optional=True)
        for field, name in (
            (self.width_field, self.tr("Width in pixels")),
            (self.height_field, self.tr("Height in pixels")),
        ):
            plain = self.tr("A size that belongs to the preset; empty leaves it to Create")
            self._name(field, name, terms.tip(plain, name, field.range_text()))
            field.setPlaceholderText(self.tr("any"))
            field.edited.connect(self._size_edited)
        self._build()
        theme.changed.connect(self._fit)
        self._fit()

    @staticmethod
    def _name(control: QWidget, name: str, tooltip: str) -> None:
        control.setAccessibleName(name)
        control.setToolTip(tooltip)

    def _build(self) -> None:
        self.column.addWidget(label(self.tr("Strength and sampling"), "heading"))
        size = QWidget()
        row = QHBoxLayout(size)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.width_field)
        row.addWidget(label("×", "secondary"))  # noqa: RUF001
        row.addWidget(self.height_field)
        row.addStretch()
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        rows: Sequence[tuple[str, QWidget]] = (
            (self.tr("Adapter strength"), self.strengths["adapter_strength"]),
            (self.tr("LoRA strength"), self.strengths["lora_strength"]),
            (self.tr("Checkpoint"), self.checkpoint),
            (self.tr("Steps"), self.steps),
            (self.tr("Scheduler"), self.scheduler),
            (self.tr("Size"), size),
        )
        for number, (name, control) in enumerate(rows):
            words = label(name, "secondary")
            words.setBuddy(self.width_field if control is size else control)
            grid.addWidget(words, number, 0)
            alignment = Qt.AlignmentFlag.AlignLeft if isinstance(control, NumberEdit) else Qt.AlignmentFlag(0)
            grid.addWidget(control, number, 1, alignment)
        self._grid = grid
        self.column.addLayout(grid)
        self.column.addWidget(self.problems)
        self.problems.watch([*self.strengths.values(), self.steps, self.width_field, self.height_field])

    def add(self, title: str, control: QWidget, *, wide: bool = False) -> None:
        """One more setting, below the others.

        Args:
            wide: it takes all of the width, and may be of several lines.
        """
        row = self._grid.rowCount()
        if title:
            words = label(title, "secondary")
            words.setBuddy(control)
            self._grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop if wide else Qt.AlignmentFlag(0))
        self._grid.addWidget(control, row, 1, Qt.AlignmentFlag(0) if wide else Qt.AlignmentFlag.AlignLeft)

    def offer(self, checkpoints: Sequence[CheckpointChoice]) -> None:
        """The installed checkpoints, best first."""
        self.checkpoint.clear()
        self.checkpoint.addItem(self.tr("as on Create"), None)
        for one in checkpoints:
            self.checkpoint.addItem(one.title, one.name)
        if self._preset is not None:
            self._show_checkpoint(self._preset.checkpoint)

    def show_preset(self, preset: Preset, *, editable: bool) -> None:
        self._preset = preset
        for name, field in self.strengths.items():
            field.set(getattr(preset, name))
        self.steps.set(preset.steps)
        self.width_field.set(preset.width)
        self.height_field.set(preset.height)
        self._show_checkpoint(preset.checkpoint)
        self.scheduler.setCurrentIndex(max(self.scheduler.findData(preset.scheduler), 0))
        for field in (*self.strengths.values(), self.steps, self.width_field, self.height_field):
            field.setReadOnly(not editable)
        for combo in (self.checkpoint, self.scheduler):
            combo.setEnabled(editable)

    def _show_checkpoint(self, name: str | None) -> None:
        index = self.checkpoint.findData(name)
        if index < 0 and name is not None:
            # It is not installed here; the preset keeps its wish.
            self.checkpoint.addItem(self.tr("{name} (not installed)").format(name=name), name)
            index = self.checkpoint.count() - 1
        self.checkpoint.setCurrentIndex(max(index, 0))

    def _fit(self) -> None:
        fields = (*self.strengths.values(), self.steps, self.width_field, self.height_field)
        for field in fields:
            field.setFixedWidth(self._theme.px(_FIELD))

    # ---- What is wanted

    def _strength_edited(self, value: float, gesture: str) -> None:
        field = self.sender()
        name = next(name for name, one in self.strengths.items() if one is field)
        self._want(self.strengths[name].accessibleName(), gesture, **{name: value})

    def _checkpoint_chosen(self) -> None:
        self._want(self.checkpoint.accessibleName(), checkpoint=self.checkpoint.currentData())

    def _steps_edited(self, steps: float, gesture: str) -> None:
        if self._preset is None:
            return
        # Sampled from what it was before the count was touched: the "1" on the way to "12" must not flatten it.
        if self._resampled is None or self._preset != self._resampled:
            self._unsampled = self._preset
        self._resampled = resampled(self._unsampled or self._preset, int(steps))
        self.wanted.emit(self._resampled, self.steps.accessibleName(), gesture)

    def _scheduler_chosen(self) -> None:
        self._want(self.scheduler.accessibleName(), scheduler=self.scheduler.currentData())

    def _size_edited(self, value: float | None, gesture: str) -> None:
        width, height = self.width_field.value, self.height_field.value
        self._want(self.tr("Size"), gesture, width=width, height=height)

    def _want(self, text: str, gesture: str = "", **values: object) -> None:
        if self._preset is not None:
            self.wanted.emit(changed(self._preset, values), text, gesture)
