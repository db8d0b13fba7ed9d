"""The user's own LoRAs in a preset: how strongly each of them acts, on top of one another."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from fastface_core.domain.presets import LoraUse, Preset
from fastface_core.errors import FastFaceError
from fastface_core.presets.files import changed
from fastface_desktop.state.presets.own_loras import OwnLoraList
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.lora_row import LoraRow
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.inline_error import InlineError

_FIELD = 96


class OwnLoras(QWidget):
    """Shows a preset's LoRAs and says which preset is wanted instead."""

    wanted = Signal(Preset, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, loras: OwnLoraList, theme: Theme) -> None:
        super().__init__()
        self._loras, self._theme = loras, theme
        self._preset: Preset | None = None
        self._editable = False
        self.rows: dict[str, LoraRow] = {}
        self.none = label(self.tr("None is here yet."), "caption", wrap=True)
        self.problems = Problems()
        self.error = InlineError(theme)
        self.import_button = button(
            self.tr("Import a LoRA…"), self.tr("Take over a LoRA for SDXL, to be put on any model"), "link"
        )
        self._stack = QVBoxLayout()
        self._stack.setSpacing(Space.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(self._stack)
        for part in (self.none, self.problems, self.error):
            column.addWidget(part)
        column.addWidget(self.import_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.import_button.clicked.connect(self.ask)
        loras.imported.connect(self._imported)
        loras.failed.connect(self.error.show_error)
        theme.changed.connect(self._fit)

    def show_preset(self, preset: Preset, *, editable: bool) -> None:
        another = self._preset is None or self._preset.name != preset.name
        self._preset, self._editable = preset, editable
        self._show([] if another else list(self.rows))

    def ask(self) -> None:
        """Asks for a file, and takes it over."""
        title, kinds = self.tr("Choose a LoRA"), self.tr("LoRAs ({suffixes})").format(suffixes="*.safetensors")
        file, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if file:
            self.error.clear()
            self._loras.import_file(Path(file))

    def _show(self, shown: list[str]) -> None:
        """`shown`: rows that stay although their LoRA is not installed and left out for now."""
        if self._preset is None:
            return
        used = {one.name: one.strength for one in self._preset.loras or ()}
        names = list(dict.fromkeys([*self._loras.names, *shown, *used]))
        if names != list(self.rows):
            self._build(names)
        for name, one in self.rows.items():
            one.show_strength(used.get(name), editable=self._editable)
        self.none.setVisible(not names)

    def _build(self, names: list[str]) -> None:
        for one in self.rows.values():
            self._stack.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.rows = {}
        for name in names:
            there = name in self._loras.names
            self.rows[name] = LoraRow(name if there else self.tr("{name} (not installed)").format(name=name))
            self.rows[name].edited.connect(self._edited)
            self._stack.addWidget(self.rows[name])
        self.problems.watch([one.field for one in self.rows.values()])
        self._fit()

    def _edited(self, gesture: str) -> None:
        strengths = {name: one.strength for name, one in self.rows.items()}
        found = tuple(LoraUse(name=name, strength=value) for name, value in strengths.items() if value is not None)
        self.error.clear()
        if self._preset is None:
            return
        try:
            self.wanted.emit(changed(self._preset, {"loras": found or None}), self.tr("Your LoRAs"), gesture)
        except FastFaceError as error:  # more of them than a preset takes
            self.error.show_error(error, copyable=False)

    def _imported(self, name: str) -> None:
        self.error.clear()
        if name in self.rows:
            self.rows[name].slider.setFocus()

    def _fit(self) -> None:
        for one in self.rows.values():
            one.field.setFixedWidth(self._theme.px(_FIELD))
