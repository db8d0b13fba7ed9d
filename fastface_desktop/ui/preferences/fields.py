"""What the sections of Settings are made of: a named setting with what it means, its control and what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fastface_core.settings import AppSettings
from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, label

Choices = Sequence[tuple[Any, str, str]]
"""Value, word and what it means."""


class Setting(QWidget):
    """Title and meaning on the left, the control on the right; below, what is wrong with it, or what follows of it."""

    def __init__(self, title: str, meaning: str, control: QWidget | None = None) -> None:
        super().__init__()
        self.title = label(title, wrap=True)
        self.meaning = label(meaning, "secondary", wrap=True)
        if not meaning:
            self.meaning.hide()
        self.note = label(role="secondary", wrap=True)
        self.note.hide()
        self.words = QVBoxLayout()
        self.words.setSpacing(Space.XS)
        self.words.addWidget(self.title)
        self.words.addWidget(self.meaning)
        self.words.addWidget(self.note)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(Space.XL)
        self.row.addLayout(self.words, 3)
        if control is not None:
            self.title.setBuddy(control)
            self.row.addWidget(control, 2)

    def set_stacked(self, stacked: bool) -> None:
        """Where there is little room, the control is below the words."""
        directions = QBoxLayout.Direction
        self.row.setDirection(directions.TopToBottom if stacked else directions.LeftToRight)
        self.row.setSpacing(Space.S if stacked else Space.XL)

    def say(self, text: str, tone: str = "") -> None:
        """A sentence under the setting; an empty one takes it away."""
        self.note.setProperty("tone", tone)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.note.setText(text)
        self.note.setVisible(bool(text))


class Group(Card):
    """Settings that belong together, on a card."""

    def __init__(self, *settings: QWidget) -> None:
        super().__init__(margin=Space.L)
        self.column.setSpacing(Space.L)
        for setting in settings:
            self.column.addWidget(setting)


class Choice(QComboBox):
    """One of a few values of a setting. The wheel scrolls the page and changes nothing."""

    picked = Signal(object)

    def __init__(self, title: str, tooltip: str, choices: Choices) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setToolTip(tooltip)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.offer(choices)
        self.activated.connect(self._picked)

    def offer(self, choices: Choices) -> None:
        with QSignalBlocker(self):
            self.clear()
            for value, word, meaning in choices:
                self.addItem(word, value)
                self.setItemData(self.count() - 1, meaning, Qt.ItemDataRole.ToolTipRole)

    def choose(self, value: object) -> None:
        """Shows a value; nothing where it is not among the choices."""
        values = [self.itemData(index) for index in range(self.count())]
        self.setCurrentIndex(values.index(value) if value in values else -1)

    def _picked(self, index: int) -> None:
        self.picked.emit(self.itemData(index))

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()


class Bound:
    """Keeps controls and settings the same, both ways, and says what is wrong under the setting."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._show: dict[str, Callable[[Any], None]] = {}

    def changed(self, name: str) -> None:
        """To be connected to `Settings.changed`."""
        if name in self._show:
            self._show[name](getattr(self.settings.values, name))

    def choice(self, name: str, control: Choice) -> None:
        def keep(value: object) -> None:
            self.settings.change(**{name: value})

        control.picked.connect(keep)
        self._bind(name, control.choose)

    def check(self, name: str, control: QCheckBox) -> None:
        def keep(on: bool) -> None:
            self.settings.change(**{name: on})

        control.clicked.connect(keep)
        self._bind(name, control.setChecked)

    def line(self, name: str, control: QLineEdit, setting: Setting, wrong: Mapping[str, str]) -> None:
        """`wrong`: sentences by the kind of pydantic's error."""

        def keep(text: str) -> None:
            try:
                self.settings.change(**{name: text.strip()})
            except ValidationError as error:
                setting.say(wrong[error.errors()[0]["type"]], "bad")
            else:
                setting.say("")

        control.textEdited.connect(keep)

        def show(value: str) -> None:
            # While it is written, a space at its end is not taken away.
            if control.text().strip() != value:
                control.setText(value)
                setting.say("")

        self._bind(name, show)

    def _bind(self, name: str, show: Callable[[Any], None]) -> None:
        assert name in AppSettings.model_fields
        self._show[name] = show
        show(getattr(self.settings.values, name))


def switch(text: str, tooltip: str) -> QCheckBox:
    """A switch with its words."""
    made = QCheckBox(text)
    made.setAccessibleName(text)
    made.setToolTip(tooltip)
    return made


def row(*widgets: QWidget, stretch: bool = True) -> QBoxLayout:
    """Widgets beside one another, from the left."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(Space.S)
    for widget in widgets:
        made.addWidget(widget)
    if stretch:
        made.addStretch()
    return made
