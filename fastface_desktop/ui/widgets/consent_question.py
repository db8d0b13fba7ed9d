"""Asked before the first picture of a person: whether there is their permission."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible


class ConsentQuestion(QFrame):
    """One plain question, asked before the first picture of a person."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "inset")
        self.question = label(self.tr("Do you have this person's permission?"), "strong", wrap=True)
        reason = label(
            self.tr("A portrait can look like a photo. Your answer is kept on this computer, with today's date."),
            "secondary",
            wrap=True,
        )
        self.yes = button(self.tr("Yes, make the picture"), self.tr("Keep this answer, and begin"))
        self.no = button(self.tr("No"), self.tr("Make nothing"), "quiet")
        self.yes.clicked.connect(self._say_yes)
        self.no.clicked.connect(self._say_no)
        self.setAccessibleName(self.question.text())
        answers = flexible(QWidget())
        flow = FlowLayout(answers, Space.S)
        flow.addWidget(self.yes)
        flow.addWidget(self.no)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self.question)
        column.addWidget(reason)
        column.addWidget(answers)
        self.hide()

    def ask(self, name: str = "") -> None:
        """`name`: of whom it is asked, where several are in the picture."""
        text = self.tr("Do you have the permission of {name}?").format(name=name)
        self.question.setText(text if name else self.tr("Do you have this person's permission?"))
        self.setAccessibleName(self.question.text())
        self.show()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_yes(self) -> None:
        self.hide()
        self.answered.emit(True)

    def _say_no(self) -> None:
        self.hide()
        self.answered.emit(False)
