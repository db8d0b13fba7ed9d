"""Forgetting a person: asked in place, with what goes and what stays."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.people.eraser import PersonEraser
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, row


@dataclass(frozen=True, slots=True)
class ToForget:
    """Whom it is about.

    Attributes:
        name: empty where it cannot be read.
        photos, pictures: how many there are, and how many were made.
    """

    uid: str
    name: str
    photos: int
    pictures: int


class ForgetPanel(Card):
    asked = Signal()
    """Something is asked here, and should be in view."""
    gone = Signal(str, int)
    """The person shown is forgotten: the name, and how many pictures were erased."""

    def __init__(self, traces: PersonEraser, theme: Theme) -> None:
        super().__init__(kind="plain", margin=0)
        self._traces = traces
        self._person: ToForget | None = None
        self.forgetting = False
        """Whether it was agreed to, and is not done yet."""
        self.ask_button = button(
            self.tr("Forget this person…"), self.tr("Say first what goes, and what stays"), "remove"
        )
        icons.bind(self.ask_button, "trash", theme, "bad", size=Size.ICON_BUTTON)
        self.ask_button.clicked.connect(self.ask)
        self.question = QWidget()
        self.title = label(role="strong", wrap=True)
        self.goes = label(wrap=True)
        self.stays = label(role="secondary", wrap=True)
        self.pictures = QCheckBox()
        self.pictures.setToolTip(self.tr("Those in the trash too"))
        self.pictures.toggled.connect(self._say)
        self.yes = button(self.tr("Forget"), self.tr("Erase all of this. It cannot be undone"), "remove")
        self.yes.clicked.connect(self._forget)
        self.no = button(self.tr("Keep"), self.tr("Erase nothing"), "quiet")
        self.no.clicked.connect(self._keep)
        self.error = InlineError(theme)
        column(
            self.title,
            self.goes,
            self.pictures,
            self.stays,
            row(self.yes, self.no, REST, gap=Space.S),
            gap=Space.S,
            of=self.question,
        )
        self.question.hide()
        self.column.addWidget(self.ask_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.question)
        self.column.addWidget(self.error)

    def show_person(self, person: ToForget) -> None:
        if self._person is None or self._person.uid != person.uid:
            self.close_question()
        self._person = person
        self.pictures.setVisible(person.pictures > 0)
        if person.pictures == 1:
            self.pictures.setText(self.tr("Also erase the picture that was made"))
        else:
            self.pictures.setText(
                self.tr("Also erase the {count} pictures that were made").format(count=person.pictures)
            )
        self.pictures.setAccessibleName(self.pictures.text())
        self._say()

    def ask(self) -> None:
        self.error.clear()
        self.ask_button.hide()
        self.question.show()
        self.question.setEnabled(True)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)
        self.asked.emit()

    def close_question(self) -> None:
        self.question.hide()
        self.pictures.setChecked(False)
        self.ask_button.show()

    def _say(self) -> None:
        person = self._person
        if person is None:
            return
        asked = self.tr("Forget {name}?").format(name=person.name) if person.name else self.tr("Forget this person?")
        self.title.setText(asked)
        count = person.photos
        if count == 1:
            photos = self.tr(
                "Erased for good: 1 photo, what was measured of it, name, notes, permission and documents."
            )
        else:
            photos = self.tr(
                "Erased for good: {count} photos, what was measured of them, name, notes, permission and documents."
            ).format(count=count)
        self.goes.setText(f"{photos} " + self.tr("Jobs of this person go from the queue, and the photos from Create."))
        stays = [self.tr("Your own files, backups and exported pictures are not touched.")]
        if person.pictures and not self.pictures.isChecked():
            stays.insert(0, self.tr("The pictures stay, and no longer say of whom they are."))
        self.stays.setText(" ".join(stays))

    def _forget(self) -> None:
        person = self._person
        if person is None:
            return
        self.error.clear()
        self.question.setEnabled(False)
        self.forgetting = True

        def forgotten(pictures: int) -> None:
            self.forgetting = False
            self.close_question()
            self.gone.emit(person.name, pictures)

        self._traces.forget(
            self, person.uid, pictures=self.pictures.isChecked(), done=forgotten, failed=self._not_forgotten
        )

    def _not_forgotten(self, error: FastFaceError) -> None:
        self.forgetting = False
        self.question.setEnabled(True)
        self.error.show_error(error)

    def _keep(self) -> None:
        self.close_question()
        self.ask_button.setFocus(Qt.FocusReason.OtherFocusReason)
