"""Adding a person: a name, and the photos that were dropped for it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from fastface_core.errors import FastFaceError
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.inline_error import InlineError


class NewPerson(Card):
    wanted = Signal(str)
    """A name."""
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self.title = label(self.tr("New person"), "strong")
        self.words = label(role="secondary", wrap=True)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.setAccessibleName(self.tr("Name of the new person"))
        self.name.setToolTip(self.tr("How you call the person. It stands in no file's name"))
        self.name.setMaxLength(100)
        self.name.returnPressed.connect(self._answer)
        self.yes = button(self.tr("Add"), self.tr("Add this person (Enter)"))
        self.yes.clicked.connect(self._answer)
        self.no = button(self.tr("Cancel"), self.tr("Add nobody"), "quiet")
        self.no.clicked.connect(self.close_panel)
        self.error = InlineError(theme)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        row.addStretch()
        for part in (self.title, self.words, self.name):
            self.column.addWidget(part)
        self.column.addLayout(row)
        self.column.addWidget(self.error)
        self.hide()

    def ask(self, photos: int, remark: str = "") -> None:
        """Args:
        photos: how many will be added; 0 for none.
        remark: on what was dropped.
        """
        self.error.clear()
        self.yes.setEnabled(True)
        if photos == 0:
            text = self.tr("Photos can be added afterwards.")
        elif photos == 1:
            text = self.tr("1 photo will be added.")
        else:
            text = self.tr("{count} photos will be added.").format(count=photos)
        self.words.setText(" ".join(filter(None, [remark, text])))
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        self.hide()
        self.name.clear()
        self.error.clear()
        self.closed.emit()

    def show_error(self, error: FastFaceError) -> None:
        self.yes.setEnabled(True)
        self.error.show_error(error, copyable=False)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _answer(self) -> None:
        if self.yes.isEnabled():
            self.error.clear()
            self.yes.setEnabled(False)
            self.wanted.emit(self.name.text())
