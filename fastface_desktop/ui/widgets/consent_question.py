"""Asked before the first picture of a person, or before a batch: whether there is permission."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.layout import column


class PermissionQuestion(QFrame):
    """One plain question with its reason, hidden until it is asked and again once it is answered."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "inset")
        question, why, yes = self.words()
        self.question = label(question, "strong", wrap=True)
        reason = label(why, "secondary", wrap=True)
        self.yes = button(yes, self.tr("Keep this answer, and begin"))
        self.no = button(self.tr("No"), self.tr("Make nothing"), "quiet")
        self.yes.clicked.connect(self._say_yes)
        self.no.clicked.connect(self._say_no)
        self.setAccessibleName(self.question.text())
        answers = flexible(QWidget())
        flow = FlowLayout(answers, Space.S)
        flow.addWidget(self.yes)
        flow.addWidget(self.no)
        column(self.question, reason, answers, margins=(Space.M, Space.M, Space.M, Space.M), gap=Space.S, of=self)
        self.hide()

    def words(self) -> tuple[str, str, str]:
        """The question, why it is asked, and the word of the button that says yes."""
        raise NotImplementedError

    def ask(self) -> None:
        self.show()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_yes(self) -> None:
        self.hide()
        self.answered.emit(True)

    def _say_no(self) -> None:
        self.hide()
        self.answered.emit(False)


class ConsentQuestion(PermissionQuestion):
    """Of one person, before their first picture."""

    def words(self) -> tuple[str, str, str]:
        return (
            self.tr("Do you have this person's permission?"),
            self.tr("A portrait can look like a photo. Your answer is kept on this computer, with today's date."),
            self.tr("Yes, make the picture"),
        )

    def ask(self, name: str = "") -> None:
        """`name`: of whom it is asked, where several are in the picture."""
        text = self.tr("Do you have the permission of {name}?").format(name=name)
        self.question.setText(text if name else self.words()[0])
        self.setAccessibleName(self.question.text())
        super().ask()
