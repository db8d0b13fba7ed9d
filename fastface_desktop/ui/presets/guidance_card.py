"""How face and text are weighed against each other, step by step, and what that costs."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QWidget

from fastface_core.domain.branches import StepWeights, branches_at
from fastface_core.domain.presets import Preset
from fastface_core.presets.edits import WEIGHTS, Weight, with_own_weights, with_weight
from fastface_core.presets.files import changed
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.curve_name import CurveName
from fastface_desktop.ui.presets.curves import AXIS, USEFUL, WeightCurves, clamped
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.presets.steps_table import COLUMN, StepsTable
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, label
from fastface_desktop.ui.widgets.layout import column


class GuidanceCard(Card):
    """Shows a preset and says which one is wanted instead."""

    wanted = Signal(Preset, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._theme = theme
        self._preset: Preset | None = None
        self._own_scale = 1.0
        self.curves = WeightCurves(theme)
        self.curves.moved.connect(self._moved)
        self.curves.point_chosen.connect(self._point_chosen)
        self.chips: dict[Weight, CurveName] = {weight: CurveName(weight, theme) for weight in WEIGHTS}
        for chip in self.chips.values():
            chip.clicked.connect(self._chip_clicked)
        self.table = StepsTable(dict(self.chips), theme)
        self.table.edited.connect(self._moved)
        self.table.rebuilt.connect(self._watch)
        self.problems = Problems()
        self.own_weights = QCheckBox(self.tr("Weights as drawn here"))
        self.own_weights.setAccessibleName(self.own_weights.text())
        self.own_weights.clicked.connect(self._own_weights_clicked)
        self.rescale = NumberEdit(0, 1, 0.05, 4)
        self.rescale.setAccessibleName(self.tr("Rescale"))
        self.rescale.setToolTip(
            terms.tip(
                self.tr("How far contrast that the weights add is taken back"),
                self.tr("Rescale φ"),
                self.rescale.range_text(),
                terms.RESCALE,
            )
        )
        self.rescale.edited.connect(self._rescale_edited)
        self.cost = label(role="caption")
        self.beyond = label(role="small")
        self.beyond.setProperty("tone", "warn")
        self.beyond.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.cost.setToolTip(self.tr("Passes through the model for a picture, and the time that it takes here"))
        self._build()
        theme.changed.connect(self._fit)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        self._title = label(self.tr("Weights over the steps"), "heading")
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self.cost)
        self._both = QWidget()
        self._both.setProperty("kind", "scrolled")
        column(self.curves, self.table, of=self._both)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(self._both)
        self.beyond.setParent(self.curves.viewport())
        self.beyond.hide()
        self.column.addLayout(head)
        self.column.addWidget(self.scroller)
        self.column.addWidget(self.problems)
        self.column.addStretch()
        self._both.installEventFilter(self)
        self._fit()
        self._point_chosen()

    def show_preset(self, preset: Preset, saved: Preset, own_scale: float, cost: str, *, editable: bool) -> None:
        """Args:
        saved: drawn faintly.
        own_scale: the checkpoint's guidance scale, for presets without weights of theirs.
        cost: what a picture takes, in words.
        """
        self._preset, self._own_scale = preset, own_scale
        own = preset.guidance.identity_weight is not None
        curves = _curves(preset, own_scale)
        needs = [branches_at(preset, own_scale, step, preset.steps) for step in range(preset.steps)]
        self.curves.show_curves(curves, _curves(saved, own_scale), editable=editable and own)
        self.table.show_values(curves, needs, editable=editable and own)
        self.own_weights.setChecked(own)
        self.own_weights.setEnabled(editable)
        scale = self.locale().toString(own_scale, "g", 3)
        self.own_weights.setToolTip(
            terms.tip(
                self.tr("Off leaves both weights to the checkpoint, here {scale}").format(scale=scale),
                self.tr("Decoupled guidance"),
                equation=terms.GUIDANCE,
            )
        )
        self.rescale.set(preset.guidance.rescale)
        self.rescale.setReadOnly(not editable)
        self.cost.setText(cost)
        self._show_beyond([value for curve in curves.values() for value in curve])
        self._fit()

    def _show_beyond(self, values: list[float]) -> None:
        """In the plot's corner: which value makes no better picture."""
        far = [value for value in values if clamped(value) != value]
        self.beyond.setVisible(bool(far))
        if not far:
            return
        number, most = self.locale().toString, USEFUL[1]
        self.beyond.setText(
            self.tr("{value} is beyond what makes sense ({least} to {most})").format(
                value=number(max(far, key=abs), "g", 4), least=number(USEFUL[0], "g", 2), most=number(most, "g", 2)
            )
        )
        self.beyond.adjustSize()
        self.beyond.move(self.curves.viewport().width() - self.beyond.width() - Space.XS, 0)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        # Another step count, or another size of text: rows and curves may be higher than before.
        if watched is self._both and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        theme = self._theme
        # As high as the head of the card beside it, which has a button.
        self._title.setMinimumHeight(theme.px(Size.CONTROL + Space.XS))
        self.rescale.setFixedWidth(theme.px(COLUMN + 12))
        steps = max(len(self.table.needs), 1)
        self._both.setMinimumWidth(theme.px(AXIS) + steps * theme.px(COLUMN))
        bar = self.scroller.horizontalScrollBar().sizeHint().height()
        wide = self._both.minimumWidth() > self.scroller.width()
        self.scroller.setFixedHeight(self._both.sizeHint().height() + (bar if wide else 0))

    def _watch(self) -> None:
        self.problems.watch([*self.table.fields.values(), self.rescale])

    # ---- What is wanted

    def _moved(self, weight: Weight, step: int, value: float, gesture: str) -> None:
        if self._preset is not None:
            self._want(with_weight(self._preset, weight, step, value), self.tr("Weight"), gesture)

    def _own_weights_clicked(self, own: bool) -> None:
        if self._preset is not None:
            self._want(with_own_weights(self._preset, self._own_scale if own else None), self.own_weights.text())

    def _rescale_edited(self, value: float, gesture: str) -> None:
        if self._preset is not None:
            guidance = {**dict(self._preset.guidance), "rescale": value}
            self._want(changed(self._preset, {"guidance": guidance}), self.tr("Rescale"), gesture)

    def _want(self, preset: Preset, text: str, gesture: str = "") -> None:
        self.wanted.emit(preset, text, gesture)

    def _chip_clicked(self) -> None:
        sender = self.sender()
        weight: Weight = "text_weight" if sender is self.chips["text_weight"] else "identity_weight"
        self.curves.choose(weight, self.curves.chosen[1])
        self.curves.setFocus(Qt.FocusReason.OtherFocusReason)

    def _point_chosen(self) -> None:
        for weight, chip in self.chips.items():
            chip.setChecked(weight == self.curves.chosen[0])
        # With many steps the chosen one may be out of sight.
        place = self.curves.mapTo(self._both, self.curves.place(*self.curves.chosen).toPoint())
        self.scroller.ensureVisible(place.x(), place.y(), self._theme.px(COLUMN), 0)


def _curves(preset: Preset, own_scale: float) -> dict[Weight, tuple[float, ...]]:
    """A value for each of the preset's own steps."""
    weights = [StepWeights.at(preset.guidance, own_scale, step, preset.steps) for step in range(preset.steps)]
    return {weight: tuple(getattr(one, weight) for one in weights) for weight in WEIGHTS}
