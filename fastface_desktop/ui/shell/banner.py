"""The place above the page for errors that belong to nothing in it."""

from PySide6.QtWidgets import QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column


class Banner(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.inline = InlineError(theme)
        self.inline.closed.connect(self.hide)
        self.inline.came.connect(self.show)
        column(self.inline, margins=(Space.M, Space.M, Space.M, 0), of=self)
        self.hide()

    def show_error(self, error: FastFaceError) -> None:
        self.inline.show_error(error)

    def clear(self) -> None:
        self.inline.clear()
        self.hide()
