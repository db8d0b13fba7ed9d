"""The numbers under the curves: for each step both weights, and what it has to compute."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from fastface_core.domain.branches import Branch
from fastface_core.presets.edits import WEIGHTS, Weight
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.curves import AXIS, HIGHEST, LOWEST, USUAL, clamped
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import label, restyle

COLUMN = 60
"""Pixels that a step takes at least, at the usual size of text."""
_NUMBER = 52


class StepsTable(QWidget):
    """Its columns lie under the points of the curves."""

    edited = Signal(str, int, float, str)
    """A `Weight`, a step from 0, its new value, and the gesture it belongs to."""
    rebuilt = Signal()
    """There are other fields than before."""

    def __init__(self, names: Mapping[Weight, QPushButton], theme: Theme) -> None:
        """Args:
        names: the title at the left of each curve's numbers.
        """
        super().__init__()
        self._theme, self._names = theme, names
        self.fields: dict[tuple[Weight, int], NumberEdit] = {}
        self.needs: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(Space.XS)
        theme.changed.connect(self._fit)

    def show_values(
        self, curves: dict[Weight, tuple[float, ...]], needs: list[tuple[Branch, ...]], *, editable: bool
    ) -> None:
        if len(needs) != len(self.needs):
            self._build(len(needs))
        for (weight, step), field in self.fields.items():
            value = curves[weight][step]
            field.set(value)
            field.setReadOnly(not editable)
            if not field.problem:
                restyle(field, "tone", "warn" if clamped(value) != value else "")
        for step, (text, branches) in enumerate(zip(self.needs, needs, strict=True)):
            text.setText(self._passes(branches))
            words = self._words(branches)
            text.setToolTip(words)
            text.setAccessibleName(
                self.tr("Step {step}: {passes}").format(step=step + 1, passes=words.replace("\n", ", "))
            )

    def _build(self, steps: int) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget not in self._names.values():
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
            self._grid.setColumnMinimumWidth(column, 0)
        names: dict[Weight, tuple[str, str, str]] = {
            "identity_weight": (
                self.tr("Face"),
                self.tr("How closely to follow the face at this step"),
                self.tr("Identity weight a"),
            ),
            "text_weight": (
                self.tr("Text"),
                self.tr("How closely to follow the text at this step"),
                self.tr("Text weight b"),
            ),
        }
        self.fields = {}
        for row, weight in enumerate(WEIGHTS):
            short, plain, term = names[weight]
            self._grid.addWidget(self._names[weight], row, 0)
            for step in range(steps):
                field = NumberEdit(LOWEST, HIGHEST, USUAL, 4)
                field.setProperty("kind", "cell")
                field.setAccessibleName(self.tr("{name}, step {step}").format(name=short, step=step + 1))
                field.setToolTip(terms.tip(plain, term, field.range_text(), terms.GUIDANCE))
                field.edited.connect(self._field_edited)
                self.fields[weight, step] = field
                self._grid.addWidget(field, row, step + 1, Qt.AlignmentFlag.AlignHCenter)
                field.show()
        self.needs = [label(role="small") for _ in range(steps)]
        for step, text in enumerate(self.needs):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._grid.addWidget(text, 2, step + 1)
            text.show()
        self._fit()
        self.rebuilt.emit()

    def _fit(self) -> None:
        for field in self.fields.values():
            field.setFixedSize(self._theme.px(_NUMBER), self._theme.px(Size.NUMBER))
        self._grid.setColumnMinimumWidth(0, self._theme.px(AXIS))
        for column in range(1, len(self.needs) + 1):
            self._grid.setColumnMinimumWidth(column, self._theme.px(COLUMN))
            self._grid.setColumnStretch(column, 1)

    def _field_edited(self, value: float, gesture: str) -> None:
        field = self.sender()
        weight, step = next(place for place, one in self.fields.items() if one is field)
        self.edited.emit(weight, step, value, gesture)

    def _passes(self, branches: tuple[Branch, ...]) -> str:
        count = len(branches)
        return self.tr("1 pass") if count == 1 else self.tr("{count} passes").format(count=count)

    def _words(self, branches: tuple[Branch, ...]) -> str:
        named = {
            "u": self.tr("u: neither face nor text"),
            "i": self.tr("i: the face without the text"),
            "t": self.tr("t: face and text"),
        }
        told = self.tr("How many times the step goes through the model: its time is proportional to that")
        return "\n".join([told, *(named[branch] for branch in branches)])
