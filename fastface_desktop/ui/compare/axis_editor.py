"""One axis of a comparison: the setting that varies, where it does, and the values it takes."""

import re
from collections.abc import Iterable, Sequence
from typing import cast, get_args

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from fastface_core.compare.axes import (
    BY_PART,
    BY_STEP,
    TITLES,
    Axis,
    NumberAxis,
    NumberSetting,
    PresetAxis,
    Setting,
    TextAxis,
    TextSetting,
    check_count,
)
from fastface_core.compare.parse import numbers
from fastface_core.domain.checkpoints import SchedulerName
from fastface_core.domain.presets import Part, Preset
from fastface_core.errors import SettingsError
from fastface_core.validation import settings_error
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared.comparison_words import part_title, setting_meaning, setting_title
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.layout import filling, row

_USUAL: dict[NumberSetting, tuple[float, ...]] = {
    "identity_weight": (1, 1.25, 1.5, 1.75, 2),
    "text_weight": (1, 2, 3, 4),
    "rescale": (0, 0.25, 0.5, 0.75, 1),
    "adapter_strength": (0.4, 0.6, 0.8, 1, 1.2),
    "control_strength": (0, 0.4, 0.8, 1.2),
    "lora_strength": (0, 0.25, 0.5, 0.75, 1),
    "exponent": (1, 1.15, 1.3, 1.45, 1.6),
    "factor": (1, 1.25, 1.5, 1.75, 2),
    "maximum": (2, 5, 10),
    "sharpness": (2.5, 5, 7.5, 10, 12.5),
    "quantile": (0.4, 0.5, 0.6, 0.7, 0.8),
    "threshold": (0.3, 0.4, 0.5, 0.6, 0.7),
    "adain": (0, 0.25, 0.5, 0.75, 1),
    "steps": (1, 2, 4, 8),
}
"""What is offered first: around the published values."""
_LISTED: frozenset[Setting] = frozenset({"preset", "checkpoint", "scheduler"})
_WRITTEN: frozenset[Setting] = frozenset({"prompt", "negative_prompt", "loras"})
_LETTERS = 6
"""As many of a part and of a step are seen at least."""


class AxisEditor(Card):
    edited = Signal()
    """Another setting, or other values."""

    def __init__(
        self,
        title: str,
        theme: Theme,
        *,
        optional: bool,
        setting: Setting | None,
        settings: Iterable[Setting] = tuple(TITLES),
    ) -> None:
        """
        Args:
            optional: "nothing" may be chosen too.
            setting: the one that is chosen at first; None for nothing.
            settings: those that may vary.
        """
        super().__init__(kind="plain", margin=0)
        self._theme = theme
        self._presets: dict[str, Preset] = {}
        self._checkpoints: list[tuple[str, str]] = []
        self._steps = 1
        self._typed: dict[Setting | None, str] = {}
        self.title = label(title, "strong")
        self.setting = CalmCombo()
        self.setting.setAccessibleName(self.tr("{which}: setting").format(which=title))
        if optional:
            self.setting.addItem(self.tr("Nothing"), None)
        for one in settings:
            self.setting.addItem(setting_title(one), one)
            self.setting.setItemData(self.setting.count() - 1, setting_meaning(one), Qt.ItemDataRole.ToolTipRole)
        self.part = CalmCombo()
        self.part.setAccessibleName(self.tr("{which}: part of the model").format(which=title))
        self.part.setToolTip(self.tr("In which blocks of the UNet the value changes"))
        self.part.addItem(self.tr("All blocks"), None)
        for part in get_args(Part):
            self.part.addItem(part_title(part), part)
        self.step = CalmCombo()
        self.step.setAccessibleName(self.tr("{which}: step").format(which=title))
        self.step.setToolTip(self.tr("In which step of the preset the value changes"))
        self.numbers = QLineEdit()
        self.numbers.setAccessibleName(self.tr("{which}: values").format(which=title))
        self.numbers.setToolTip(
            self.tr("Values one after the other: {values}. Or a range: {range} is five values.").format(
                values=self._written((0.4, 0.8)), range="0..1/5"
            )
        )
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("{which}: texts").format(which=title))
        self.text.setToolTip(self.tr("One on each line"))
        self.text.setPlaceholderText(self.tr("One on each line"))
        self.text.setTabChangesFocus(True)
        self.list = QListWidget()
        self.list.setProperty("kind", "choices")
        self.list.setAccessibleName(self.tr("{which}: choices").format(which=title))
        self.list.setToolTip(self.tr("Tick what is to be compared"))
        self._build()
        index = self.setting.findData(setting)
        self.setting.setCurrentIndex(max(index, 0))
        self.setting.currentIndexChanged.connect(self._setting_chosen)
        self.part.currentIndexChanged.connect(self._tell)
        self.step.currentIndexChanged.connect(self._tell)
        self.numbers.textEdited.connect(self._numbers_typed)
        self.text.textChanged.connect(self._tell)
        self.list.itemChanged.connect(self._tell)
        theme.changed.connect(self._fit)
        self._setting_chosen()
        self._fit()

    def _build(self) -> None:
        self.column.addWidget(self.title)
        self.column.addWidget(self.setting)
        self._where = QWidget()
        for choice in (self.part, self.step):
            choice.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(_LETTERS)
        row(filling(self.part), filling(self.step), gap=Space.S, of=self._where)
        self.column.addWidget(self._where)
        self.column.addWidget(self.numbers)
        self.column.addWidget(self.text)
        self.column.addWidget(self.list)

    def offer(self, presets: Sequence[Preset], checkpoints: Sequence[tuple[str, str]], steps: int) -> None:
        """What there is to choose from; what is ticked stays so.

        Args:
            checkpoints: their names and titles.
            steps: of the preset that varies.
        """
        self._presets = {preset.name: preset for preset in presets}
        self._checkpoints = list(checkpoints)
        if steps != self._steps or self.step.count() == 0:
            chosen = self.step.currentData()
            self._steps = steps
            self.step.blockSignals(True)
            self.step.clear()
            self.step.addItem(self.tr("All steps"), None)
            for number in range(steps):
                self.step.addItem(self.tr("Step {number}").format(number=number + 1), number)
            self.step.setCurrentIndex(max(self.step.findData(chosen), 0))
            self.step.blockSignals(False)
        self._fill_list(self._ticked())

    @property
    def chosen(self) -> Setting | None:
        """The setting that varies; None for nothing."""
        return self.setting.currentData()

    def axis(self) -> Axis | None:
        """What is chosen; None for nothing.

        Raises:
            SettingsError: a value is missing or not allowed.
        """
        setting = self.chosen
        if setting is None:
            return None
        try:
            if setting == "preset":
                return PresetAxis(values=tuple(self._presets[name] for name in self._some()))
            if setting in ("checkpoint", "scheduler"):
                return TextAxis(setting=setting, values=tuple(self._some()))
            if setting in _WRITTEN:
                lines = [line.strip() for line in self.text.toPlainText().splitlines()]
                found = tuple(line for line in lines if line)
                return TextAxis(setting=cast(TextSetting, setting), values=self._enough(found))
            if setting == "size":
                sizes = [one.strip().lower().replace(" ", "") for one in self.numbers.text().split(",")]
                return TextAxis(setting="size", values=self._enough(tuple(one for one in sizes if one)))
            return NumberAxis(
                setting=cast(NumberSetting, setting),
                part=self.part.currentData() if setting in BY_PART else None,
                step=self.step.currentData() if setting in BY_STEP else None,
                values=self._read_numbers(),
            )
        except ValidationError as error:
            raise settings_error(error, setting_title(setting)) from error

    def set_values(self, text: str) -> None:
        """Writes numbers or sizes."""
        self.numbers.setText(text)
        self._tell()

    def choose(self, setting: Setting | None, values: Sequence[float] | Sequence[str] = ()) -> None:
        """Another setting, and the values that it takes: numbers, or the names of what is ticked."""
        self.setting.setCurrentIndex(max(self.setting.findData(setting), 0))
        if setting in _LISTED:
            self._fill_list([str(value) for value in values])
        elif setting is not None and values:
            self.numbers.setText(self._written([float(value) for value in values]))
        self._tell()

    def _some(self) -> tuple[str, ...]:
        return self._enough(tuple(self._ticked()))

    def _enough(self, values: tuple[str, ...]) -> tuple[str, ...]:
        if not values:
            raise SettingsError("There is nothing to compare yet.", "Give at least one value for each setting.")
        check_count(len(values))
        return values

    def _ticked(self) -> list[str]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _setting_chosen(self) -> None:
        setting = self.chosen
        self.setting.setToolTip(setting_meaning(setting) if setting else self.tr("Only one setting varies"))
        numeric = setting in get_args(NumberSetting)
        self.numbers.setVisible(numeric or setting == "size")
        self.part.setVisible(setting in BY_PART)
        self.step.setVisible(setting in BY_STEP)
        self._where.setVisible(setting in BY_PART or setting in BY_STEP)
        self.text.setVisible(setting in _WRITTEN)
        self.list.setVisible(setting in _LISTED)
        if numeric:
            usual = self._written(_USUAL[cast(NumberSetting, setting)])
            self.numbers.setText(self._typed.get(setting, usual))
        elif setting == "size":
            self.numbers.setText(self._typed.get(setting, "512x512, 768x768"))
        self._fill_list(())
        self._tell()

    def _fill_list(self, ticked: Sequence[str]) -> None:
        match self.chosen:
            case "preset":
                choices = [(name, translated(preset.title)) for name, preset in self._presets.items()]
            case "checkpoint":
                choices = [(name, translated(title)) for name, title in self._checkpoints]
            case "scheduler":
                choices = [(name, name) for name in get_args(SchedulerName)]
            case _:
                choices = []
        self.list.blockSignals(True)
        self.list.clear()
        for name, title in choices:
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if name in ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)

    def _written(self, values: Sequence[float]) -> str:
        """In the user's figures; where the comma is the decimal point, semicolons separate them."""
        separator = "; " if self.locale().decimalPoint() == "," else ", "
        return separator.join(f"{value:g}".replace(".", self.locale().decimalPoint()) for value in values)

    def _read_numbers(self) -> tuple[float, ...]:
        text = self.numbers.text()
        if ";" in text or self.locale().decimalPoint() == ",":
            # A comma with a space behind it still separates.
            parts = [part for part in re.split(r";|,\s", text) if part.strip()]
            text = ", ".join(part.strip().replace(",", ".") for part in parts)
        return numbers(text)

    def _numbers_typed(self, text: str) -> None:
        self._typed[self.chosen] = text
        self._tell()

    def _tell(self) -> None:
        self.edited.emit()

    def _fit(self) -> None:
        self.text.setFixedHeight(self._theme.px(84))
        self.list.setFixedHeight(self._theme.px(6 * Size.HIT + Space.S))
