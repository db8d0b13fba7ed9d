"""One transform of the chain with its values."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from fastface_core.domain.presets import Power, Scale, Softmask, Transform, Values
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.presets.values_grid import ValuesGrid
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, IconButton, label
from fastface_desktop.ui.widgets.layout import REST, row

_FIELD = 96
_QUANTILE = 0.6


class TransformBox(Card):
    wanted = Signal(object, str)
    """A `Transform`, and the gesture it belongs to."""
    moved = Signal(int)
    """-1 for earlier, 1 for later."""
    removed = Signal()

    def __init__(self, kind: type[Transform], theme: Theme) -> None:  # type: ignore[valid-type]
        super().__init__(kind="inset")
        self.kind = kind
        self._theme = theme
        self._transform: Transform | None = None
        self.grids: dict[str, ValuesGrid] = {}
        self.numbers: dict[str, NumberEdit] = {}
        self._rows: dict[str, QWidget] = {}
        self.problems = Problems()
        title = {Power: self.tr("Power"), Scale: self.tr("Scale"), Softmask: self.tr("Softmask")}[kind]
        self.up = IconButton("up", self.tr("{name}: apply earlier").format(name=title), theme)
        self.down = IconButton("down", self.tr("{name}: apply later").format(name=title), theme)
        self.remove = IconButton("trash", self.tr("{name}: take out of the chain").format(name=title), theme)
        self.up.clicked.connect(self._move_up)
        self.down.clicked.connect(self._move_down)
        self.remove.clicked.connect(self.removed)
        self.column.addLayout(row(label(title, "strong"), REST, self.up, self.down, self.remove, gap=Space.XS))
        self._build()
        self.column.addWidget(self.problems)
        self.problems.watch(list(self.numbers.values()))
        theme.changed.connect(self._fit)
        self._fit()

    def _build(self) -> None:
        spread = self.tr("Exponent: above 1 keeps what is strong, below 1 lifts what is weak")
        if self.kind is Power:
            self._grid("exponent", self.tr("Exponent"), spread, self.tr("Power p"), terms.POWER, (-100, 100, 0.05))
        elif self.kind is Scale:
            plain = self.tr("How much stronger the face acts")
            self._grid("factor", self.tr("Factor"), plain, self.tr("Scale c"), terms.SCALE, (-100, 100, 0.05))
            most = self.tr("No attention becomes larger than this")
            self._number("maximum", self.tr("At most"), most, self.tr("Clamp m"), (0.001, 1000), 0.5, terms.SCALE)
        elif self.kind is Softmask:
            plain = self.tr("How hard the line between face and surroundings is")
            name, term = self.tr("Sharpness"), self.tr("Slope s of the sigmoid")
            self._grid("sharpness", name, plain, term, terms.SOFTMASK, (-100, 100, 0.5))
            self.adaptive = QCheckBox(self.tr("The line follows the map"))
            self.adaptive.setAccessibleName(self.adaptive.text())
            self.adaptive.setToolTip(
                terms.tip(
                    self.tr("On takes a quantile of the map, off a fixed threshold"),
                    self.tr("Adaptive softmask"),
                    equation=terms.SOFTMASK,
                )
            )
            self.adaptive.clicked.connect(self._adaptive_clicked)
            self.column.addWidget(self.adaptive)
            plain = self.tr("Which share of the picture counts as surroundings")
            self._grid("quantile", self.tr("Share"), plain, self.tr("Quantile q"), terms.SOFTMASK, (0, 1, 0.05))
            plain = self.tr("Attention above this counts as face")
            name, term = self.tr("Threshold"), self.tr("Threshold m")
            self._number("threshold", name, plain, term, (0, 1), 0.05, terms.SOFTMASK)

    def show_transform(self, transform: Transform, steps: int, *, editable: bool, chain: bool) -> None:
        """Args:
        chain: it can be moved and taken out.
        """
        self._transform = transform
        for field, grid in self.grids.items():
            values: Values | None = getattr(transform, field)
            grid.setVisible(values is not None)
            if values is not None:
                grid.show_values(values, steps, editable=editable)
        for field, number in self.numbers.items():
            number.set(getattr(transform, field))
            number.setReadOnly(not editable)
        if isinstance(transform, Softmask):
            adaptive = transform.quantile is not None
            self.adaptive.setChecked(adaptive)
            self.adaptive.setEnabled(editable)
            self._rows["threshold"].setVisible(not adaptive)
        for control in (self.up, self.down, self.remove):
            control.setVisible(chain and editable)

    def _grid(
        self, field: str, name: str, plain: str, term: str, equation: terms.Equation, limits: tuple[float, float, float]
    ) -> None:
        grid = ValuesGrid(name, terms.tip(plain, term, "{range}", equation), *limits, self._theme)
        grid.wanted.connect(self._values_wanted)
        self.grids[field] = grid
        self.column.addWidget(grid)

    def _number(
        self,
        field: str,
        name: str,
        plain: str,
        term: str,
        span: tuple[float, float],
        step: float,
        equation: terms.Equation,
    ) -> None:
        number = NumberEdit(*span, step, 4)
        number.setAccessibleName(name)
        number.setToolTip(terms.tip(plain, term, number.range_text(), equation))
        number.edited.connect(self._number_edited)
        self.numbers[field] = number
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        words = label(name, "secondary")
        words.setBuddy(number)
        line.addWidget(words)
        line.addStretch()
        line.addWidget(number)
        self._rows[field] = row
        self.column.addWidget(row)

    def _fit(self) -> None:
        for number in self.numbers.values():
            number.setFixedWidth(self._theme.px(_FIELD))

    # ---- What is wanted

    def _values_wanted(self, values: Values, gesture: str) -> None:
        field = next(field for field, grid in self.grids.items() if grid is self.sender())
        self._want(gesture, **{field: values})

    def _number_edited(self, value: float, gesture: str) -> None:
        field = next(field for field, number in self.numbers.items() if number is self.sender())
        self._want(gesture, **{field: value})

    def _adaptive_clicked(self, adaptive: bool) -> None:
        self._want("", quantile=_QUANTILE if adaptive else None)

    def _want(self, gesture: str, **values: object) -> None:
        assert self._transform is not None
        self.wanted.emit(self._transform.model_copy(update=values), gesture)

    def _move_up(self) -> None:
        self.moved.emit(-1)

    def _move_down(self) -> None:
        self.moved.emit(1)
