"""What a restart interrupted, in the head of the canvas: go on, or drop it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from fastface_desktop.state.jobs.unfinished import Unfinished
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.layout import row


class UnfinishedLine(QFrame):
    """Takes no room where everything is finished."""

    said = Signal(str, Undo)
    changed = Signal()
    """It came or went."""

    def __init__(self, unfinished: Unfinished, theme: Theme) -> None:
        super().__init__()
        self._unfinished = unfinished
        self.setProperty("kind", "unfinished")
        self.text = label()
        self.continue_button = button(self.tr("Continue"), self.tr("Make the pictures that are missing"))
        icons.bind(self.continue_button, "play", theme, size=Size.ICON_TEXT)
        self.drop_button = button(
            self.tr("Drop"), self.tr("Do not make them; the pictures that are there stay"), "quiet"
        )
        self.continue_button.clicked.connect(unfinished.go_on)
        self.drop_button.clicked.connect(self._drop)
        row(
            self.text,
            self.continue_button,
            self.drop_button,
            margins=(Space.M, Space.XS, Space.XS, Space.XS),
            gap=Space.S,
            of=self,
        )
        unfinished.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        count = self._unfinished.pictures
        self.text.setText(
            self.tr("1 picture was not finished")
            if count == 1
            else self.tr("{count} pictures were not finished").format(count=self.locale().toString(count))
        )
        seconds = self._unfinished.seconds
        go_on = self.tr("Continue")
        self.continue_button.setText(f"{go_on}, {duration(seconds)}" if seconds else go_on)
        self.setVisible(bool(self._unfinished.jobs))
        self.changed.emit()

    def _drop(self) -> None:
        self.said.emit(self.tr("The unfinished pictures were dropped."), self._unfinished.drop())
