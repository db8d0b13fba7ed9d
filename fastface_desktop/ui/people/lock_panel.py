"""The passphrase of the people: set it, unlock with it, change it, take it away. A wrong one is said beside it."""

from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar

from fastface_core.errors import FastFaceError, SettingsError
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.inline_error import IconLabel, InlineError
from fastface_desktop.ui.widgets.layout import REST, filling, row

LockTask = Literal["protect", "unlock", "change", "remove"]


class LockPanel(Card):
    done = Signal(str)
    """The `LockTask` that was asked for is done."""
    cancelled = Signal()

    def __init__(self, people: PeopleState, theme: Theme) -> None:
        super().__init__(margin=Space.XL)
        self._people = people
        self.task: LockTask = "unlock"
        self.title = label(role="heading", wrap=True)
        self.words = label(role="secondary", wrap=True)
        self.warning = label(role="warn", wrap=True)
        self.old = _field(self.tr("Passphrase"))
        self.new = _field(self.tr("New passphrase"))
        self.again = _field(self.tr("The new passphrase once more"))
        for field in self.fields():
            field.returnPressed.connect(self._answer)
            field.textEdited.connect(self._edited)
        self.yes = button("", "", "primary")
        self.yes.clicked.connect(self._answer)
        self.no = button(self.tr("Cancel"), self.tr("Leave everything as it is"), "quiet")
        self.no.clicked.connect(self.cancelled)
        self.busy = QProgressBar()
        self.busy.setTextVisible(False)
        self.busy.setRange(0, 0)
        self.busy.setAccessibleName(self.tr("Working with the passphrase"))
        self.error = InlineError(theme)
        self.column.setSpacing(Space.M)
        self.column.addLayout(row(IconLabel("lock", "text", theme), filling(self.title), gap=Space.S))
        for part in (self.words, self.warning, *self.fields(), self.error, self.busy):
            self.column.addWidget(part)
        self.column.addLayout(row(self.yes, self.no, REST, gap=Space.S))

    def fields(self) -> tuple[QLineEdit, ...]:
        return self.old, self.new, self.again

    def ask(self, task: LockTask) -> None:
        """Asks for what a task needs."""
        self.task = task
        self.clear()
        titles = {
            "protect": self.tr("Protect the people with a passphrase"),
            "unlock": self.tr("The people are locked"),
            "change": self.tr("Change the passphrase"),
            "remove": self.tr("Take the passphrase away"),
        }
        said = {
            "protect": self.tr(
                "Names, photos, faces and notes are then encrypted on the disk. Pictures that were made are not."
            ),
            "unlock": self.tr("Their names, photos and faces are encrypted. The gallery works without them."),
            "change": "",
            "remove": self.tr("Everything can then be read by anyone who has this computer's files."),
        }
        buttons = {
            "protect": (self.tr("Protect"), self.tr("Encrypt everything with this passphrase")),
            "unlock": (self.tr("Unlock"), self.tr("Show the people")),
            "change": (self.tr("Change"), self.tr("Take the new passphrase")),
            "remove": (self.tr("Take it away"), self.tr("Decrypt everything")),
        }
        self.title.setText(titles[task])
        self.words.setText(said[task])
        self.words.setVisible(bool(said[task]))
        self.warning.setText(
            self.tr("If the passphrase is lost, the people are lost: nobody can open the lock without it.")
        )
        self.warning.setVisible(task in ("protect", "change"))
        self.old.setVisible(task != "protect")
        self.new.setVisible(task in ("protect", "change"))
        self.again.setVisible(task in ("protect", "change"))
        word, tooltip = buttons[task]
        self.yes.setText(word)
        self.yes.setToolTip(tooltip)
        self.yes.setAccessibleName(word)
        self.no.setVisible(task != "unlock")
        self.focus()

    def focus(self) -> None:
        next(field for field in self.fields() if not field.isHidden()).setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Nothing that was typed stays."""
        for field in self.fields():
            field.clear()
        self.error.clear()
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        self.busy.setVisible(busy)
        for part in (*self.fields(), self.yes, self.no):
            part.setEnabled(not busy)

    def show_error(self, error: FastFaceError) -> None:
        """What was wrong; the passphrase is asked for again."""
        self.set_busy(False)
        self.error.show_error(error, copyable=False)
        field = next(field for field in self.fields() if not field.isHidden())
        field.selectAll()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edited(self) -> None:
        self.error.clear()

    def _answer(self) -> None:
        empty = next((field for field in self.fields() if not field.isHidden() and not field.text()), None)
        if empty is not None:
            empty.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.new.isHidden() and self.new.text() != self.again.text():
            self.error.show_error(
                SettingsError(self.tr("The new passphrases are not the same."), self.tr("Type both again.")),
                copyable=False,
            )
            self.again.selectAll()
            self.again.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.set_busy(True)
        self.error.clear()
        old, new, done = self.old.text(), self.new.text(), partial(self._did, self.task)
        match self.task:
            case "protect":
                self._people.protect(self, new, done, self.show_error)
            case "change":
                self._people.change_passphrase(self, old, new, done, self.show_error)
            case "remove":
                self._people.remove_passphrase(self, old, done, self.show_error)
            case "unlock":
                self._people.unlock(self, old, done, self.show_error)

    def _did(self, task: LockTask, _: None) -> None:
        self.ask("unlock")
        self.done.emit(task)


def _field(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    made.setToolTip(name)
    return made
