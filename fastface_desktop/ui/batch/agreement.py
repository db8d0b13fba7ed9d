"""Asked once before a batch of photos: whether everybody in them agreed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label


class Agreement(QFrame):
    answered = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "inset")
        question = label(self.tr("Do you have the permission of everybody in these photos?"), "strong", wrap=True)
        reason = label(
            self.tr("A portrait can look like a photo. Your answer is kept with the batch, with today's date."),
            "secondary",
            wrap=True,
        )
        self.setAccessibleName(question.text())
        self.yes = button(self.tr("Yes, of everybody"), self.tr("Keep this answer, and begin"))
        self.no = button(self.tr("No"), self.tr("Make nothing"), "quiet")
        self.yes.clicked.connect(self._say_yes)
        self.no.clicked.connect(self._say_no)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(question)
        words.addWidget(reason)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        row.setSpacing(Space.S)
        row.addLayout(words, 1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.hide()

    def ask(self) -> None:
        self.show()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_yes(self) -> None:
        self.hide()
        self.answered.emit(True)

    def _say_no(self) -> None:
        self.hide()
        self.answered.emit(False)
