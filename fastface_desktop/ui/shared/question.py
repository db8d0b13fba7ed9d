"""A question shown where it arose: what something means, and two answers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.layout import REST, column, row


class Question(QWidget):
    """Takes no room until it is asked; the focus is then on the answer that changes nothing."""

    agreed = Signal()

    def __init__(self, yes: str, yes_tooltip: str, no: str, no_tooltip: str) -> None:
        super().__init__()
        self.meaning = label(wrap=True)
        self.yes = button(yes, yes_tooltip)
        self.yes.clicked.connect(self._agree)
        self.no = button(no, no_tooltip, "quiet")
        self.no.clicked.connect(self.hide)
        column(
            self.meaning, row(self.yes, self.no, REST, gap=Space.S), margins=(0, Space.S, 0, 0), gap=Space.S, of=self
        )
        self.hide()

    def ask(self, meaning: str) -> None:
        self.meaning.setText(meaning)
        self.setAccessibleName(meaning)
        self.show()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()
