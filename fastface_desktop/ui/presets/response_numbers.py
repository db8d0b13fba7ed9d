"""The first numbers of a chain of transforms, each as wide as a number, in one line a setting."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from fastface_core.domain.presets import Part, PerPart, Power, Scale, Softmask, Transform, Values, at_step
from fastface_core.presets.edits import PARTS, is_per_part, is_per_step, with_value
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import label

NUMBER, _NAME = 46, 66
"""Pixels of a field for a number."""
_ROWS, _MOST = 2, 4
"""Settings that are shown, and fields of one; that there are more is said, and they are among all others."""
_LARGE, _FEW = 1.75, 2
"""Text this many times as large has so many fields in a line."""

_Places = tuple[tuple[Part | None, int | None], ...]
Place = tuple[int, str, Part | None, int | None]
"""A transform's number in the chain, its field, and which value of it."""


class ResponseNumbers(QWidget):
    wanted = Signal(tuple, str)
    """A chain of transforms, and the gesture it belongs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chain: tuple[Transform, ...] = ()
        self._steps = 0
        self._form: object = None
        self.fields: dict[Place, NumberEdit] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.XS + 2)
        self._grid.setVerticalSpacing(Space.XS)
        theme.changed.connect(self._fit)

    def show_chain(
        self,
        chain: tuple[Transform, ...],
        steps: int,
        part: Part,
        colours: Mapping[int, str],
        *,
        editable: bool,
    ) -> None:
        """Args:
        part: whose values are shown where they are written for each block and each step.
        colours: of the steps' curves, where these differ.
        """
        self._chain, self._steps = chain, steps
        rows = [(number, field) for number, one in enumerate(chain) for field in _values_of(one)][:_ROWS]
        form = [(number, field, _places(getattr(chain[number], field), steps, part)) for number, field in rows]
        across = _MOST if self._theme.px(NUMBER) < _LARGE * NUMBER else _FEW
        if (form, colours, across) != self._form:
            self._form = form, dict(colours), across
            self._build(form, colours, across)
        for (number, field, block, step), edit in self.fields.items():
            values: Values = getattr(chain[number], field)
            schedule = values.of(block) if isinstance(values, PerPart) and block is not None else values
            assert not isinstance(schedule, PerPart)
            edit.set(at_step(schedule, step or 0, steps))
            edit.setReadOnly(not editable)

    def _build(self, form: list[tuple[int, str, _Places]], colours: Mapping[int, str], across: int) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        self.fields = {}
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        words = {"down": self.tr("down"), "mid": self.tr("mid"), "up": self.tr("up")}
        widest = 1
        row = 0
        for number, field, places in form:
            name, tip, limits = self._said(field)
            self._put(label(name), row, 0)
            if len(places) > _MOST:
                told = label(self.tr("{count} values, all of them below").format(count=len(places)), "caption")
                self._grid.addWidget(told, row, 1, 1, 8)
                row += 1
                continue
            for place, (block, step) in enumerate(places):
                line, column = row + place // across, place % across
                text = words[block] if block is not None and step is None else "" if step is None else str(step + 1)
                if text:
                    caption = label(text, "caption")
                    caption.setToolTip(terms.blocks() if block is not None and step is None else "")
                    if step is not None and step in colours:
                        caption.setStyleSheet(f"color: {colours[step]}")
                    self._put(caption, line, 1 + 2 * column)
                edit = NumberEdit(*limits, 4)
                edit.setProperty("kind", "cell")
                where = [words[block]] if block is not None else []
                where += [self.tr("step {step}").format(step=step + 1)] if step is not None else []
                edit.setAccessibleName(", ".join([name, *where]))
                edit.setToolTip(tip.replace("{range}", edit.range_text()))
                edit.edited.connect(self._edited)
                self.fields[number, field, block, step] = edit
                self._put(edit, line, 2 + 2 * column)
                widest = max(widest, 3 + 2 * column)
            row += -(-len(places) // across)
        self._grid.setColumnStretch(widest + 8, 1)
        self._fit()

    def _put(self, widget: QWidget, row: int, column: int) -> None:
        self._grid.addWidget(widget, row, column)
        widget.show()

    def _said(self, field: str) -> tuple[str, str, tuple[float, float, float]]:
        """Its name, its tooltip and its limits: as in the chain's own boxes."""
        exponent, factor = self.tr("Exponent"), self.tr("Factor")
        spread = self.tr("Exponent: above 1 keeps what is strong, below 1 lifts what is weak")
        stronger, hard = self.tr("How much stronger the face acts"), self.tr("How hard the line is")
        share = self.tr("Which share of the picture counts as surroundings")
        known = {
            "exponent": (exponent, terms.tip(spread, self.tr("Power p"), "{range}", terms.POWER), (-100, 100, 0.05)),
            "factor": (factor, terms.tip(stronger, self.tr("Scale c"), "{range}", terms.SCALE), (-100, 100, 0.05)),
            "sharpness": (
                self.tr("Sharpness"),
                terms.tip(hard, self.tr("Slope s of the sigmoid"), "{range}", terms.SOFTMASK),
                (-100, 100, 0.5),
            ),
            "quantile": (
                self.tr("Share"),
                terms.tip(share, self.tr("Quantile q"), "{range}", terms.SOFTMASK),
                (0, 1, 0.05),
            ),
        }
        return known[field]

    def _fit(self) -> None:
        for edit in self.fields.values():
            edit.setFixedSize(self._theme.px(NUMBER), self._theme.px(Size.NUMBER))
        self._grid.setColumnMinimumWidth(0, self._theme.px(_NAME))

    def _edited(self, value: float, gesture: str) -> None:
        edit = self.sender()
        number, field, block, step = next(place for place, one in self.fields.items() if one is edit)
        transform = self._chain[number]
        values = with_value(getattr(transform, field), block, step, self._steps, value)
        changed = transform.model_copy(update={field: values})
        self.wanted.emit((*self._chain[:number], changed, *self._chain[number + 1 :]), gesture)


def _values_of(transform: Transform) -> list[str]:
    """The fields of a transform that have values."""
    match transform:
        case Power():
            return ["exponent"]
        case Scale():
            return ["factor"]
        case Softmask():
            return ["sharpness", *(["quantile"] if transform.quantile is not None else [])]


def _places(values: Values, steps: int, part: Part) -> _Places:
    """Which values are shown: for each block, or for each step of one block."""
    if is_per_step(values):
        block = part if is_per_part(values) else None
        return tuple((block, step) for step in range(steps))
    return tuple((block, None) for block in PARTS) if is_per_part(values) else ((None, None),)
