"""A section of Settings: a title, a sentence, and groups of settings."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.layout import column


class Section(QWidget):
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""

    def __init__(self, title: str, lead: str = "") -> None:
        super().__init__()
        self.column = column(label(title, "title"), gap=Space.L, of=self)
        if lead:
            self.column.addWidget(label(lead, "secondary", wrap=True))

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self.column.addWidget(widget)

    def shown(self) -> None:
        """The section has come into view."""
