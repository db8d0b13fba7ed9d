"""Questions that are asked where they arose, with two answers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.layout import Margins, Part, column


class Ask(QFrame):
    """What is asked, above its two answers. Takes no room before it is asked and after it is answered."""

    answered = Signal(bool)
    agreed = Signal()
    """It was answered with yes."""

    yes: QPushButton
    no: QPushButton

    def build(self, *parts: Part, yes: QPushButton, no: QPushButton, margins: Margins = (0, Space.S, 0, 0)) -> None:
        """Called once by each kind of question: `parts` are what is above the answers."""
        self.yes, self.no = yes, no
        yes.clicked.connect(self._say_yes)
        no.clicked.connect(self._say_no)
        answers = flexible(QWidget())
        flow = FlowLayout(answers, Space.S)
        flow.addWidget(yes)
        flow.addWidget(no)
        column(*parts, answers, margins=margins, gap=Space.S, of=self)
        self.hide()

    def open(self, name: str, first: QPushButton) -> None:
        """
        Args:
            name: the question as a screen reader says it.
            first: the answer that gets the focus.
        """
        self.setAccessibleName(name)
        self.show()
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_yes(self) -> None:
        self.hide()
        self.answered.emit(True)
        self.agreed.emit()

    def _say_no(self) -> None:
        self.hide()
        self.answered.emit(False)


class Question(Ask):
    """What something means, before it is done; the focus is on the answer that changes nothing."""

    def __init__(self, yes: str, yes_tooltip: str, no: str, no_tooltip: str) -> None:
        super().__init__()
        self.meaning = label(wrap=True)
        self.build(self.meaning, yes=button(yes, yes_tooltip), no=button(no, no_tooltip, "quiet"))

    def ask(self, meaning: str) -> None:
        self.meaning.setText(meaning)
        self.open(meaning, self.no)
