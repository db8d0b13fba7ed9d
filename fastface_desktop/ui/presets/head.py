"""The head of the editor: what the preset is called and for, and what can be done with it as a whole."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from fastface_core.domain.presets import Preset
from fastface_core.presets.files import changed
from fastface_desktop.translation import translated
from fastface_desktop.ui.presets.checked import Problems
from fastface_desktop.ui.presets.number import TitleEdit
from fastface_desktop.ui.shared.preset_names import plain_name
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.layout import column, filling, row

_LONGEST_DESCRIPTION = 500
_NAME, _AROUND = 320, 24
"""Pixels of the longest name that is seen whole, and around it."""


class Head(QWidget):
    """As high whatever holds: its state is said beside the name, and never moves what is below."""

    renamed = Signal(str)
    """Another title, once it is typed."""
    wanted = Signal(Preset, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._preset: Preset | None = None
        self.title_label = ElidedLabel(role="title")
        self.title_label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.title = TitleEdit()
        self.title.setProperty("kind", "title")
        self.title.setAccessibleName(self.tr("Name of the preset"))
        self.title.setToolTip(self.tr("What the preset is called; 1 to 80 characters"))
        self.title.editingFinished.connect(self._title_finished)
        self.title.textChanged.connect(self._fit)
        self.state = ElidedLabel(role="caption")
        self.problems = Problems()
        self.problems.watch([self.title])
        self.undo = IconButton("undo", self.tr("Undo (Ctrl+Z)"), theme)
        self.redo = IconButton("redo", self.tr("Redo"), theme)
        self.revert = button(self.tr("Take back"), self.tr("Back to what is saved; can be undone"), "quiet")
        self.save = button(self.tr("Save"), self.tr("Keep these values in the preset's file"))
        self.copy = button(self.tr("Make a copy"), self.tr("A preset of your own with these values"))
        self.use = button(self.tr("Use on Create"), self.tr("Make the next pictures with this preset"), "primary")
        self._build()
        self.purpose = self._build_purpose()
        theme.changed.connect(self._fit)
        self._fit()

    def _build(self) -> None:
        self._names = QWidget()
        names = row(self.title_label, self.title, filling(self.state), gap=Space.M, of=self._names)
        self._in_line = names
        self._acts = flexible(QWidget())
        acts = FlowLayout(self._acts, Space.S)
        self._controls = (self.redo, self.undo, self.revert, self.copy, self.save, self.use)
        for control in self._controls:
            acts.addWidget(control)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(0)
        self._row.addWidget(self._names, 1)
        self._row.addWidget(self._acts, 0, Qt.AlignmentFlag.AlignVCenter)
        column(self._row, self.problems, margins=(Space.XL, 0, Space.XL, 0), of=self)

    def _build_purpose(self) -> QWidget:
        """What it is for; it is with the settings that are read once."""
        self.description_label = label(role="secondary", wrap=True)
        self.description = QLineEdit()
        self.description.setMaxLength(_LONGEST_DESCRIPTION)
        self.description.setAccessibleName(self.tr("What the preset is for"))
        self.description.setPlaceholderText(self.tr("What it is for"))
        self.description.setToolTip(self.tr("A sentence for the list and for Create; up to 500 characters"))
        self.description.textEdited.connect(self._description_edited)
        purpose = QWidget()
        column = QVBoxLayout(purpose)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.description_label)
        column.addWidget(self.description)
        return purpose

    def add_switch(self, switch: QWidget) -> None:
        """At the end of the line with the name."""
        self._in_line.addWidget(switch)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The buttons are below the name where both have no room in one line."""
        px = self._theme.px
        shown = [one.sizeHint().width() for one in self._controls if not one.isHidden()]
        wanted = sum(shown) + Space.S * (len(shown) - 1)
        beside = self.width() >= wanted + px(_NAME) + 2 * Space.XL
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(direction)
        self._names.setFixedHeight(px(Size.HEAD))
        self._acts.setMinimumWidth(wanted if beside else 0)
        margins = self._row.contentsMargins()
        margins.setBottom(0 if beside else Space.M)
        self._row.setContentsMargins(margins)
        # The name is as wide as it is long: what is said of it is right beside.
        text = self.title.fontMetrics().horizontalAdvance(self.title.text() or self.title.placeholderText())
        self.title.setFixedWidth(min(text + px(_AROUND), px(_NAME)))

    def show_preset(self, preset: Preset, *, own: bool, dirty: bool, valid: bool) -> None:
        before, self._preset = self._preset, preset
        title = translated(preset.title)
        self.title_label.setText(plain_name(preset.name, title) if not own else title)
        self.description_label.setText(translated(preset.description))
        # What is being typed there is reported once it is finished.
        if before is None or (before.name, before.title) != (preset.name, preset.title):
            self.title.set(preset.title)
        if self.description.text() != preset.description:
            self.description.setText(preset.description)
            self.description.setCursorPosition(0)
        for part in (self.title, self.description, self.undo, self.redo, self.revert, self.save):
            part.setVisible(own)
        for part in (self.title_label, self.description_label, self.copy):
            part.setVisible(not own)
        self.revert.setEnabled(dirty)
        self.save.setEnabled(dirty and valid)
        if not valid:
            self.state.setText(self.tr("A field has a value that is not allowed; it is said there."))
        elif dirty:
            self.state.setText(self.tr("Changed. Create uses the saved state."))
        else:
            self.state.setText("" if own else self.tr("Built in. Make a copy to change it."))
        self._fit()

    def _title_finished(self) -> None:
        title = self.title.value
        if self._preset is None or self.title.problem or not isinstance(title, str):
            return
        if title != self._preset.title:
            self.renamed.emit(title)

    def _description_edited(self, text: str) -> None:
        if self._preset is not None:
            self.wanted.emit(changed(self._preset, {"description": text}), self.tr("Description"), "description")
