"""The head of the editor: what the preset is called and for, and what can be done with it as a whole."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fastface_core.domain.presets import Preset
from fastface_core.presets.files import changed
from fastface_desktop.translation import translated
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.number import TitleEdit
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, IconButton, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible

_LONGEST_DESCRIPTION = 500


class Head(Card):
    renamed = Signal(str)
    """Another title, once it is typed."""
    wanted = Signal(object, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(kind="plain", margin=0)
        self._preset: Preset | None = None
        self.title_label = label(role="title", wrap=True)
        self.description_label = label(role="secondary", wrap=True)
        self.title = TitleEdit()
        self.title.setProperty("kind", "title")
        self.title.setAccessibleName(self.tr("Name of the preset"))
        self.title.setToolTip(self.tr("What the preset is called; 1 to 80 characters"))
        self.title.editingFinished.connect(self._title_finished)
        self.description = QLineEdit()
        self.description.setMaxLength(_LONGEST_DESCRIPTION)
        self.description.setAccessibleName(self.tr("What the preset is for"))
        self.description.setPlaceholderText(self.tr("What it is for"))
        self.description.setToolTip(self.tr("A sentence for the list and for Create; up to 500 characters"))
        self.description.textEdited.connect(self._description_edited)
        self.problems = Problems()
        self.problems.watch([self.title])

        self.undo = IconButton("undo", self.tr("Undo (Ctrl+Z)"), theme)
        self.redo = IconButton("redo", self.tr("Redo"), theme)
        self.save = button(self.tr("Save"), self.tr("Keep these values in the preset's file"))
        self.revert = button(self.tr("Discard"), self.tr("Back to what is saved; can be undone"), "quiet")
        self.copy = button(self.tr("Make a copy"), self.tr("A preset of your own with these values"))
        self.use = button(self.tr("Use on Create"), self.tr("Make the next pictures with this preset"), "primary")
        self.state = label(role="caption", wrap=True)
        self._build()

    def _build(self) -> None:
        actions = flexible(QWidget())
        row = FlowLayout(actions, Space.S)
        for control in (self.use, self.save, self.copy, self.revert):
            row.addWidget(control)
        names = QVBoxLayout()
        names.setSpacing(Space.XS)
        title = QHBoxLayout()
        title.setSpacing(Space.XS)
        for part in (self.title, self.undo, self.redo):
            title.addWidget(part)
        names.addWidget(self.title_label)
        names.addWidget(self.description_label)
        names.addLayout(title)
        names.addWidget(self.problems)
        names.addWidget(self.description)
        self.read_only = QFrame()
        self.read_only.setProperty("kind", "plain")
        note = QHBoxLayout(self.read_only)
        note.setContentsMargins(0, 0, 0, 0)
        note.addWidget(label(self.tr("Built in, and stays as it is. Make a copy to change it."), "caption", wrap=True))
        self.column.setSpacing(Space.M)
        self.column.addLayout(names)
        self.column.addWidget(actions)
        self.column.addWidget(self.read_only)
        self.column.addWidget(self.state)

    def show_preset(self, preset: Preset, *, own: bool, dirty: bool, valid: bool) -> None:
        before, self._preset = self._preset, preset
        self.title_label.setText(translated(preset.title))
        self.description_label.setText(translated(preset.description))
        # What is being typed there is told only once it is finished.
        if before is None or (before.name, before.title) != (preset.name, preset.title):
            self.title.set(preset.title)
        if self.description.text() != preset.description:
            self.description.setText(preset.description)
            self.description.setCursorPosition(0)
        for part in (self.title, self.description, self.undo, self.redo, self.revert, self.save):
            part.setVisible(own)
        for part in (self.title_label, self.description_label, self.read_only):
            part.setVisible(not own)
        self.revert.setEnabled(dirty)
        self.save.setEnabled(dirty and valid)
        if not valid:
            self.state.setText(self.tr("A field has a value that is not allowed; it is said there."))
        elif dirty:
            self.state.setText(self.tr("Changed, not saved yet. Create uses what is saved."))
        else:
            self.state.setText("")
        self.state.setVisible(bool(self.state.text()))

    def _title_finished(self) -> None:
        title = self.title.value
        if self._preset is None or self.title.problem or not isinstance(title, str):
            return
        if title != self._preset.title:
            self.renamed.emit(title)

    def _description_edited(self, text: str) -> None:
        if self._preset is not None:
            self.wanted.emit(changed(self._preset, {"description": text}), self.tr("Description"), "description")
