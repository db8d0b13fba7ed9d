"""The user's own LoRAs in a preset: how strongly each of them acts, on top of one another."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout, QWidget

from fastface_core.domain.presets import LoraUse, Preset
from fastface_core.errors import FastFaceError
from fastface_core.presets.files import changed
from fastface_desktop.state.presets.own_loras import OwnLoraList
from fastface_desktop.ui.presets import terms
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.number import NumberEdit
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button, label
from fastface_desktop.ui.widgets.inline_error import InlineError

_FIELD = 96
_STRONGEST = 2


class OwnLoras(QWidget):
    """Shows a preset's LoRAs and says which preset is wanted instead."""

    wanted = Signal(Preset, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, loras: OwnLoraList, theme: Theme) -> None:
        super().__init__()
        self._loras, self._theme = loras, theme
        self._preset: Preset | None = None
        self._editable = False
        self.fields: dict[str, NumberEdit] = {}
        self.none = label(self.tr("None is here yet."), "caption", wrap=True)
        self.problems = Problems()
        self.error = InlineError(theme)
        self.import_button = button(
            self.tr("Import a LoRA…"), self.tr("Take over a LoRA for SDXL, to be put on any model"), "link"
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.S)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(self._grid)
        for part in (self.none, self.problems, self.error):
            column.addWidget(part)
        column.addWidget(self.import_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.import_button.clicked.connect(self.ask)
        loras.imported.connect(self._imported)
        loras.failed.connect(self.error.show_error)
        theme.changed.connect(self._fit)

    def show_preset(self, preset: Preset, *, editable: bool) -> None:
        self._preset, self._editable = preset, editable
        self._show()

    def ask(self) -> None:
        """Asks for a file, and takes it over."""
        title, kinds = self.tr("Choose a LoRA"), self.tr("LoRAs ({suffixes})").format(suffixes="*.safetensors")
        file, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if file:
            self.error.clear()
            self._loras.import_file(Path(file))

    def _show(self) -> None:
        if self._preset is None:
            return
        used = {one.name: one.strength for one in self._preset.loras or ()}
        names = [*self._loras.names, *(name for name in used if name not in self._loras.names)]
        if names != list(self.fields):
            self._build(names)
        for name, field in self.fields.items():
            field.set(used.get(name))
            field.setReadOnly(not self._editable)
        self.none.setVisible(not names)

    def _build(self, names: list[str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields = {}
        for row, name in enumerate(names):
            field = NumberEdit(-_STRONGEST, _STRONGEST, 0.05, 2, optional=True)
            there = name in self._loras.names
            title = name if there else self.tr("{name} (not installed)").format(name=name)
            field.setAccessibleName(title)
            field.setPlaceholderText(self.tr("off"))
            plain = self.tr("How strongly it acts; empty leaves it out")
            field.setToolTip(terms.tip(plain, self.tr("Scale of the LoRA"), field.range_text()))
            field.edited.connect(self._edited)
            words = ElidedLabel(title, "secondary")
            words.setBuddy(field)
            self._grid.addWidget(field, row, 0)
            self._grid.addWidget(words, row, 1)
            self.fields[name] = field
        self.problems.watch(list(self.fields.values()))
        self._fit()

    def _edited(self, _: float | None, gesture: str) -> None:
        strengths = {name: field.value for name, field in self.fields.items()}
        found = tuple(
            LoraUse(name=name, strength=value) for name, value in strengths.items() if isinstance(value, int | float)
        )
        self.error.clear()
        if self._preset is None:
            return
        try:
            self.wanted.emit(changed(self._preset, {"loras": found or None}), self.tr("Your LoRAs"), gesture)
        except FastFaceError as error:  # more of them than a preset takes
            self.error.show_error(error, copyable=False)

    def _imported(self, name: str) -> None:
        self.error.clear()
        if name in self.fields:
            self.fields[name].setFocus()

    def _fit(self) -> None:
        for field in self.fields.values():
            field.setFixedWidth(self._theme.px(_FIELD))
