"""The numbers under the curves: for each step both weights, and what it has to compute."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from fastface_core.domain.branches import Branch
from fastface_core.presets.edits import WEIGHTS, Weight
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.curves import AXIS, HIGHEST, LOWEST, USUAL
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label

COLUMN = 60
"""Pixels that a step takes at least, at the usual size of text."""


class StepsTable(QWidget):
    """Its columns lie under the points of the curves."""

    edited = Signal(str, int, float, str)
    """A `Weight`, a step from 0, its new value, and the gesture it belongs to."""
    rebuilt = Signal()
    """There are other fields than before."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
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
            field.set(curves[weight][step])
            field.setReadOnly(not editable)
        for step, (text, branches) in enumerate(zip(self.needs, needs, strict=True)):
            text.setText(self._passes(branches))
            words = self._words(branches)
            text.setToolTip(words)
            text.setAccessibleName(
                self.tr("Step {step}: {passes}").format(step=step + 1, passes=words.replace("\n", ", "))
            )

    def _build(self, steps: int) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
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
            self._grid.addWidget(label(short, "secondary"), row, 0)
            for step in range(steps):
                field = NumberEdit(LOWEST, HIGHEST, USUAL, 4)
                field.setProperty("kind", "cell")
                field.setAlignment(Qt.AlignmentFlag.AlignCenter)
                field.setAccessibleName(self.tr("{name}, step {step}").format(name=short, step=step + 1))
                field.setToolTip(terms.tip(plain, term, field.range_text(), terms.GUIDANCE))
                field.edited.connect(self._field_edited)
                self.fields[weight, step] = field
                self._grid.addWidget(field, row, step + 1)
                field.show()
        passes = label(self.tr("Passes"), "secondary")
        passes.setToolTip(self.tr("How many times the step goes through the model: what its time goes with"))
        self._grid.addWidget(passes, 2, 0)
        self.needs = [label(role="caption") for _ in range(steps)]
        for step, text in enumerate(self.needs):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._grid.addWidget(text, 2, step + 1)
            text.show()
        self._fit()
        self.rebuilt.emit()

    def _fit(self) -> None:
        self._grid.setColumnMinimumWidth(0, self._theme.px(AXIS))
        for column in range(1, len(self.needs) + 1):
            self._grid.setColumnMinimumWidth(column, self._theme.px(COLUMN))
            self._grid.setColumnStretch(column, 1)

    def _field_edited(self, value: float, gesture: str) -> None:
        field = self.sender()
        weight, step = next(place for place, one in self.fields.items() if one is field)
        self.edited.emit(weight, step, value, gesture)

    def _passes(self, branches: tuple[Branch, ...]) -> str:
        return f"{len(branches)} · {' '.join(branches)}"

    def _words(self, branches: tuple[Branch, ...]) -> str:
        named = {
            "u": self.tr("u: neither face nor text"),
            "i": self.tr("i: the face without the text"),
            "t": self.tr("t: face and text"),
        }
        return "\n".join(named[branch] for branch in branches)
