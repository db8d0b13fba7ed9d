"""Advanced: what the preset and the checkpoint decide by themselves unless it is said here."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from fastface_core.domain.presets import MAX_STEPS, Preset
from fastface_core.domain.request import GRAIN, LARGEST, MAX_COUNT, SMALLEST
from fastface_desktop.state.engine import CheckpointChoice
from fastface_desktop.state.session import Session
from fastface_desktop.state.session_values import SessionValues
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.section import Section

_SCHEDULERS = (("ddim", "DDIM"), ("euler", "Euler"), ("euler_a", "Euler a"), ("lcm", "LCM"), ("tcd", "TCD"))

_AS_PRESET = -0.05
"""The lowest value of a strength stands for the preset's own."""


class _CalmSpin(QSpinBox):
    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()


class _CalmNumber(QDoubleSpinBox):
    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()


class Advanced(Section):
    """Bound to the session. An empty value says what would be taken."""

    size_wanted = Signal(int, int)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("", "", theme)
        self._session = session
        self._checkpoints: tuple[CheckpointChoice, ...] = ()
        self._drawn = False
        self.header.setText(self.tr("Advanced"))
        self.header.setAccessibleName(self.tr("Advanced"))
        self.header.setToolTip(self.tr("Checkpoint, exact size, steps, scheduler, strengths"))

        self.checkpoint = CalmCombo("", self.tr("The model that draws (checkpoint)"), narrow=True)
        self.width_box = self._side(self.tr("Width in pixels"))
        self.height_box = self._side(self.tr("Height in pixels"))
        self.steps = _CalmSpin()
        self.steps.setRange(0, MAX_STEPS)
        self.steps.setToolTip(self.tr("Sampling steps. Distilled checkpoints are made for a few; 0 leaves it to them"))
        self.scheduler = CalmCombo("", self.tr("How noise is taken away (scheduler)"), narrow=True)
        self.scheduler.fill([(None, "", ""), *((value, text, "") for value, text in _SCHEDULERS)])
        self.adapter = self._strength(
            self.tr("How strongly the face adapter acts, instead of what preset and slider say")
        )
        self.lora = self._strength(self.tr("How strongly the adapter's LoRA acts"))

        self.goal_pictures = _CalmSpin()
        self.goal_pictures.setRange(0, MAX_COUNT)
        self.goal_pictures.setSpecialValueText(self.tr("all that are asked for"))
        self.goal_pictures.setSuffix(self.tr(" good ones"))
        self.goal_pictures.setToolTip(
            self.tr("Stop once so many pictures are this near; no more than asked for are made")
        )
        self.goal_pictures.setAccessibleName(self.tr("Pictures to stop at"))
        self.goal_likeness = _CalmNumber()
        self.goal_likeness.setRange(0.0, 1.0)
        self.goal_likeness.setSingleStep(0.05)
        self.goal_likeness.setDecimals(2)
        self.goal_unit = label(role="caption", wrap=True)
        self.goal_likeness.valueChanged.connect(self._goal_likeness_changed)

        boxes = (self.width_box, self.height_box, self.steps, self.adapter, self.lora)
        for box in (*boxes, self.goal_pictures, self.goal_likeness):
            # As wide as the column leaves, however long the word for "as the preset" is.
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.lineEdit().setTextMargins(Space.S - 1, 0, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        size = QHBoxLayout()
        size.setSpacing(Space.S)
        size.addWidget(self.width_box, 1)
        size.addWidget(label("×", "secondary"))  # noqa: RUF001
        size.addWidget(self.height_box, 1)
        rows: Sequence[tuple[str, QWidget | QHBoxLayout]] = (
            (self.tr("Checkpoint"), self.checkpoint),
            (self.tr("Exact size"), size),
            (self.tr("Steps"), self.steps),
            (self.tr("Scheduler"), self.scheduler),
            (self.tr("Adapter strength"), self.adapter),
            (self.tr("LoRA strength"), self.lora),
            (self.tr("Stop after"), self.goal_pictures),
            (self.tr("Good from"), self.goal_likeness),
        )
        for row, (title, control) in enumerate(rows):
            name = label(title, "secondary")
            grid.addWidget(name, row, 0)
            if isinstance(control, QWidget):
                if not control.accessibleName():
                    control.setAccessibleName(title)
                name.setBuddy(control)
                grid.addWidget(control, row, 1)
            else:
                grid.addLayout(control, row, 1)
        grid.addWidget(self.goal_unit, len(rows), 1)
        self.column.addLayout(grid)
        self._bound = Bound(session, self)
        for name, combo in (("checkpoint", self.checkpoint), ("scheduler", self.scheduler)):
            self._bound.field(name, (combo.picked, partial(combo.choose, otherwise=0)))
        for name, box in (("steps", self.steps), ("goal_pictures", self.goal_pictures)):
            self._bound.field(name, box, shown=lambda value: value or 0, kept=lambda value: value or None)
        for name, box in (("adapter_strength", self.adapter), ("lora_strength", self.lora)):
            self._bound.field(
                name,
                box,
                shown=lambda value: _AS_PRESET if value is None else value,
                kept=lambda value: None if value < 0 else round(value, 2),
            )
        self._name_goal()

    def _side(self, name: str) -> QSpinBox:
        box = _CalmSpin()
        box.setRange(SMALLEST, LARGEST)
        box.setSingleStep(GRAIN * 8)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.editingFinished.connect(self._size_edited)
        return box

    def _strength(self, tooltip: str) -> QDoubleSpinBox:
        box = _CalmNumber()
        box.setRange(_AS_PRESET, 2.0)
        box.setSingleStep(0.05)
        box.setDecimals(2)
        box.setToolTip(tooltip)
        return box

    def offer(self, checkpoints: Sequence[CheckpointChoice]) -> None:
        """Shows the installed checkpoints, best first."""
        self._checkpoints = tuple(checkpoints)
        best = (None, self.tr("Best installed"), checkpoints[0].title)
        named = ((one.name, one.title, translated(one.purpose) if one.purpose else "") for one in checkpoints)
        self.checkpoint.fill([best, *named])
        self._bound.show_field("checkpoint")

    def show_values(self, values: SessionValues, preset: Preset | None, size: tuple[int, int] | None) -> None:
        """Args:
        preset: the chosen one, whose strengths count where none is said.
        size: what an order would have.
        """
        wanted = preset.checkpoint if preset is not None else None
        current = next((one for one in self._checkpoints if one.name == (values.checkpoint or wanted)), None)
        loaded = current or (self._checkpoints[0] if self._checkpoints else None)
        title = next((one.title for one in self._checkpoints if one.name == wanted), wanted)
        as_preset = self.tr("as the preset ({value})")
        self.checkpoint.setItemText(0, as_preset.format(value=title) if wanted else self.tr("Best installed"))
        if size is not None:
            self.width_box.setValue(size[0])
            self.height_box.setValue(size[1])
        steps = loaded.steps if loaded is not None else 0
        if preset is not None and loaded is not None and loaded.fewest <= preset.steps <= loaded.most:
            steps = preset.steps
        self.steps.setSpecialValueText(self.tr("as the preset ({value})").format(value=steps))
        own = dict(_SCHEDULERS).get(preset.scheduler or "") if preset is not None else None
        self.scheduler.setItemText(0, as_preset.format(value=own) if own else self.tr("as the checkpoint"))
        if preset is not None:
            self.adapter.setSpecialValueText(self._as_preset(preset.adapter_strength))
            self.lora.setSpecialValueText(self._as_preset(preset.lora_strength))
        self._show_goal(loaded, values)

    def _show_goal(self, loaded: CheckpointChoice | None, values: SessionValues) -> None:
        """From where on a picture counts, and what is measured: with the starter the match with the drawing."""
        self._drawn = loaded is not None and loaded.drawn
        self.goal_likeness.setEnabled(values.goal_pictures is not None)
        wanted = values.goal_match if self._drawn else values.goal_likeness
        good = loaded.good if loaded is not None else None
        with QSignalBlocker(self.goal_likeness):
            # Of a recogniser that was not fitted nobody knows from where on: the number is the user's to say.
            self.goal_likeness.setSpecialValueText(self.tr("say from where") if good is None else "")
            self.goal_likeness.setValue((good or 0.0) if wanted is None else wanted)
        self._name_goal()

    def _name_goal(self) -> None:
        if self._drawn:
            self.goal_unit.setText(self.tr("by the match with the drawing"))
            self.goal_likeness.setAccessibleName(self.tr("Match with the drawing to stop at"))
            self.goal_likeness.setToolTip(self.tr("The match with the drawing that counts, 1 is the same"))
        else:
            self.goal_unit.setText(self.tr("by the likeness to the person"))
            self.goal_likeness.setAccessibleName(self.tr("Likeness to stop at"))
            self.goal_likeness.setToolTip(self.tr("The likeness (cosine similarity of the faces) that counts"))

    def _as_preset(self, strength: float) -> str:
        return self.tr("as the preset ({value})").format(value=self.locale().toString(strength, "f", 2))

    def _size_edited(self) -> None:
        width, height = (round(box.value() / GRAIN) * GRAIN for box in (self.width_box, self.height_box))
        self.size_wanted.emit(width, height)

    def _goal_likeness_changed(self, value: float) -> None:
        self._session.change(**{"goal_match" if self._drawn else "goal_likeness": round(value, 2)})
