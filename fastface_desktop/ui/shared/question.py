"""A question shown where it arose: what something means, and two answers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label


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
        answers = QHBoxLayout()
        answers.setSpacing(Space.S)
        answers.addWidget(self.yes)
        answers.addWidget(self.no)
        answers.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.meaning)
        column.addLayout(answers)
        self.hide()

    def ask(self, meaning: str) -> None:
        self.meaning.setText(meaning)
        self.setAccessibleName(meaning)
        self.show()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()
