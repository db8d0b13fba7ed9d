"""What the sections of Settings are made of: a named setting with what it means, its control and what is wrong."""

from PySide6.QtWidgets import QBoxLayout, QCheckBox, QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, label, restyle
from fastface_desktop.ui.widgets.layout import column, filling, row


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
        self.words = column(self.title, self.meaning, self.note, gap=Space.XS)
        self.row = row(filling(self.words, 3), gap=Space.XL, of=self)
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
        restyle(self.note, "tone", tone)
        self.note.setText(text)
        self.note.setVisible(bool(text))


class Group(Card):
    """Settings that belong together, on a card."""

    def __init__(self, *settings: QWidget) -> None:
        super().__init__(margin=Space.L)
        self.column.setSpacing(Space.L)
        for setting in settings:
            self.column.addWidget(setting)


def switch(text: str, tooltip: str) -> QCheckBox:
    """A switch with its words."""
    made = QCheckBox(text)
    made.setAccessibleName(text)
    made.setToolTip(tooltip)
    return made
