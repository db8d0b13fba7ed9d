"""Whose the pictures are: how the client is reached, the job, groups, and notes. Kept when a field is left."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from fastface_desktop.state.people.people import PersonDetails
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, label

_NAME, _LINES, _LONGEST = 72, 3, 200


class ClientPanel(Card):
    contact_changed = Signal(str)
    job_changed = Signal(str)
    groups_changed = Signal(tuple)
    """A tuple of names."""
    notes_left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(kind="plain", margin=0)
        self._theme = theme
        self._person: PersonDetails | None = None
        self.contact = self._field(self.tr("Contact"), self.tr("A mail address or a telephone number"))
        self.job = self._field(self.tr("Job"), self.tr("What you call the order"))
        self.groups = self._field(self.tr("Groups"), self.tr("Names of groups, with commas between them"))
        self.contact.editingFinished.connect(self._contact_left)
        self.job.editingFinished.connect(self._job_left)
        self.groups.editingFinished.connect(self._groups_left)
        self.notes = QPlainTextEdit()
        self.notes.setPlaceholderText(self.tr("Anything you want to remember"))
        self.notes.setAccessibleName(self.tr("Notes"))
        self.notes.setToolTip(self.tr("Notes on this person; kept when the field is left"))
        self.notes.setTabChangesFocus(True)
        self.notes.installEventFilter(self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(1, 1)
        for row, (name, field) in enumerate(self._rows()):
            words = label(name, "caption")
            words.setBuddy(field)
            top = Qt.AlignmentFlag.AlignTop if field is self.notes else Qt.AlignmentFlag.AlignVCenter
            self._grid.addWidget(words, row, 0, top)
            self._grid.addWidget(field, row, 1)
        self.column.addWidget(label(self.tr("Client"), "heading"))
        self.column.addLayout(self._grid)
        theme.changed.connect(self._fit)
        self._fit()

    def _rows(self) -> tuple[tuple[str, QWidget], ...]:
        return (
            (self.tr("Contact"), self.contact),
            (self.tr("Job"), self.job),
            (self.tr("Groups"), self.groups),
            (self.tr("Notes"), self.notes),
        )

    def _field(self, name: str, tooltip: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setToolTip(tooltip)
        field.setPlaceholderText("\N{EN DASH}")
        field.setMaxLength(_LONGEST)
        return field

    def _fit(self) -> None:
        self._grid.setColumnMinimumWidth(0, self._theme.px(_NAME))
        self.notes.setFixedHeight(self.notes.fontMetrics().lineSpacing() * _LINES + 2 * Space.M)

    def show_person(self, person: PersonDetails) -> None:
        """What is being typed stays."""
        other = self._person is None or self._person.uid != person.uid
        self._person = person
        shown = ((self.contact, person.client.contact), (self.job, person.client.job))
        for field, text in (*shown, (self.groups, ", ".join(person.groups))):
            if other or not field.hasFocus():
                field.setText(text)
        if other or not self.notes.hasFocus():
            self.notes.setPlainText(person.notes)

    def clear(self) -> None:
        """Shows nobody, and drops everything about the person before."""
        self._person = None
        for field in (self.contact, self.job, self.groups):
            field.clear()
        self.notes.clear()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if watched is self.notes and event.type() == QEvent.Type.FocusOut:
            self.notes_left.emit()
        return False

    def keep(self) -> None:
        """What was typed and not left yet: a shortcut closes the person without leaving the field."""
        self._contact_left()
        self._job_left()
        self._groups_left()
        self.notes_left.emit()

    def _contact_left(self) -> None:
        contact = self.contact.text().strip()
        if self._person is not None and contact != self._person.client.contact:
            self.contact_changed.emit(contact)

    def _job_left(self) -> None:
        job = self.job.text().strip()
        if self._person is not None and job != self._person.client.job:
            self.job_changed.emit(job)

    def _groups_left(self) -> None:
        person = self._person
        groups = tuple(name for one in self.groups.text().split(",") if (name := one.strip()))
        if person is not None and groups != person.groups:
            self.groups_changed.emit(groups)
