"""One setting of a transform: a number, or one for each step, or for each part of the UNet, or for both."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from fastface_core.domain.presets import Part, PerPart, Values, at_step
from fastface_core.presets.edits import (
    PARTS,
    is_per_part,
    is_per_step,
    split_by_part,
    split_by_step,
    with_value,
)
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Chip, label
from fastface_desktop.ui.widgets.layout import REST, column, row

_LEAST, _USUAL = 40, 52
"""Pixels of a field for a number."""
Place = tuple[Part | None, int | None]


class ValuesGrid(QWidget):
    wanted = Signal(object, str)
    """`Values`, and the gesture they belong to."""

    def __init__(self, name: str, tooltip: str, smallest: float, largest: float, step: float, theme: Theme) -> None:
        """Args:
        tooltip: with `{range}` where the range belongs.
        """
        super().__init__()
        self.name, self._theme = name, theme
        self._tooltip, self._limits = tooltip, (smallest, largest, step)
        self._values: Values = 0.0
        self._steps = 0
        self._form: tuple[bool, bool, int] | None = None
        self.fields: dict[Place, NumberEdit] = {}
        self.problems = Problems()
        self.by_step = Chip(self.tr("per step"), self.tr("A value for each step, or one for all"))
        self.by_part = Chip(self.tr("per block"), self.tr("Values for down, middle and up blocks, or one for all"))
        for chip in (self.by_step, self.by_part):
            chip.setAccessibleName(f"{name}, {chip.text()}")
        self.by_step.clicked.connect(self._split_by_step)
        self.by_part.clicked.connect(self._split_by_part)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.XS)
        self._grid.setVerticalSpacing(Space.XS)
        column(
            row(label(name, "secondary"), REST, self.by_step, self.by_part, gap=Space.S),
            self._grid,
            self.problems,
            gap=Space.XS,
            of=self,
        )
        theme.changed.connect(self._fit)

    def show_values(self, values: Values, steps: int, *, editable: bool) -> None:
        self._values, self._steps = values, steps
        form = is_per_part(values), is_per_step(values), steps if is_per_step(values) else 1
        if form != self._form:
            self._form = form
            self._build()
        self.by_part.setChecked(form[0])
        self.by_step.setChecked(form[1])
        for chip in (self.by_part, self.by_step):
            chip.setEnabled(editable)
        for (part, step), field in self.fields.items():
            schedule = values.of(part) if isinstance(values, PerPart) and part is not None else values
            assert not isinstance(schedule, PerPart)
            field.set(at_step(schedule, step or 0, steps))
            field.setReadOnly(not editable)

    def _build(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        assert self._form is not None
        per_part, per_step, steps = self._form
        parts: tuple[Part | None, ...] = PARTS if per_part else (None,)
        words = {"down": self.tr("down"), "mid": self.tr("middle"), "up": self.tr("up")}
        self.fields = {}
        for line, part in enumerate(parts):
            if part is not None:
                caption = label(words[part], "caption")
                caption.setToolTip(terms.blocks())
                self._grid.addWidget(caption, line + 1, 0)
            for step in range(steps):
                if per_step and line == 0:
                    number = label(str(step + 1), "caption")
                    number.setAlignment(Qt.AlignmentFlag.AlignCenter)
                    self._grid.addWidget(number, 0, step + 1)
                smallest, largest, by = self._limits
                field = NumberEdit(smallest, largest, by, 4)
                field.setProperty("kind", "cell")
                where = [words[part]] if part is not None else []
                where += [self.tr("step {step}").format(step=step + 1)] if per_step else []
                field.setAccessibleName(", ".join([self.name, *where]))
                field.setToolTip(self._tooltip.replace("{range}", field.range_text()))
                field.edited.connect(self._edited)
                self.fields[part, step if per_step else None] = field
                self._grid.addWidget(field, line + 1, step + 1)
        for place in range(self._grid.columnCount()):
            self._grid.setColumnStretch(place, 0)
        self._grid.setColumnStretch(steps + 1, 1)
        self._fit()
        self.problems.watch(list(self.fields.values()))

    def _fit(self) -> None:
        for field in self.fields.values():
            field.setMinimumWidth(self._theme.px(_LEAST))
            field.setMaximumWidth(self._theme.px(_USUAL))
            field.setFixedHeight(self._theme.px(Size.NUMBER))

    def _edited(self, value: float, gesture: str) -> None:
        field = self.sender()
        part, step = next(place for place, one in self.fields.items() if one is field)
        self.wanted.emit(with_value(self._values, part, step, self._steps, value), gesture)

    def _split_by_step(self, split: bool) -> None:
        self.wanted.emit(split_by_step(self._values, split, self._steps), "")

    def _split_by_part(self, split: bool) -> None:
        self.wanted.emit(split_by_part(self._values, split), "")
