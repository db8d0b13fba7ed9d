"""A person's permission: what was agreed, since when, and until when. Changed in place."""

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError, SettingsError
from fastface_desktop.state.people.people import PersonDetails
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.day_field import DayField
from fastface_desktop.ui.widgets.inline_error import IconLabel, InlineError
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row

_LINES = 3
_YEAR = timedelta(days=365)
"""After which a permission ends, unless another day is chosen."""
_EARLIEST, _LATEST = date(1900, 1, 1), date(2999, 12, 31)


class ConsentPanel(Card):
    asked = Signal()
    """Something is asked here, and should be in view."""
    saved = Signal(object)
    """A `Consent`, or None to take it away."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(kind="plain", margin=0)
        self._theme = theme
        self._person: PersonDetails | None = None
        self.title = label(self.tr("Permission"), "heading")
        self.icon = IconLabel("info", "secondary", theme)
        self.state = label(wrap=True)
        self.text = label(role="secondary", wrap=True)
        self.edit_button = button(self.tr("Note it…"), self.tr("Write down what was agreed"))
        self.edit_button.clicked.connect(self.edit)
        self.remove_button = button(self.tr("Withdraw"), self.tr("No permission is noted any more"), "quiet")
        self.remove_button.clicked.connect(self._remove)
        self.editor = self._build_editor()
        self.error = InlineError(theme)
        self.buttons = QWidget()
        row(self.edit_button, self.remove_button, REST, gap=Space.S, of=self.buttons)
        self.column.addWidget(self.title)
        self.column.addLayout(row(aligned(self.icon, Qt.AlignmentFlag.AlignTop), filling(self.state), gap=Space.S))
        self.column.addWidget(self.text)
        self.papers_place = QVBoxLayout()
        self.column.addLayout(self.papers_place)
        self.column.addWidget(self.buttons)
        self.column.addWidget(self.editor)
        self.column.addWidget(self.error)

    def _build_editor(self) -> QWidget:
        editor = QWidget()
        self.words = QPlainTextEdit()
        self.words.setAccessibleName(self.tr("What was agreed"))
        self.words.setPlaceholderText(self.tr("What was agreed, in your words"))
        self.words.setToolTip(self.tr("For instance where the agreement lies, and what the pictures may be used for"))
        self.words.setTabChangesFocus(True)
        month = self.tr("Alt and the down arrow open a month")
        self.given = DayField(self.tr("Given on"), month, _EARLIEST, _LATEST, self._theme)
        self.ends = QCheckBox(self.tr("Ask again after"))
        self.ends.setToolTip(self.tr("The permission's last day. After it Create asks again"))
        self.ends.setAccessibleName(self.ends.text())
        self.expires = DayField(self.tr("The permission's last day"), month, _EARLIEST, _LATEST, self._theme)
        self.ends.toggled.connect(self.expires.setEnabled)
        given_label = label(self.tr("Given on"))
        given_label.setBuddy(self.given)
        self.save_button = button(self.tr("Save"), self.tr("Keep this permission"))
        self.save_button.clicked.connect(self._save)
        self.cancel_button = button(self.tr("Cancel"), self.tr("Leave it as it was"), "quiet")
        self.cancel_button.clicked.connect(self._cancel)
        whole = column(self.words, gap=Space.S, of=editor)
        days = QFormLayout()
        days.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        days.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        days.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        days.setSpacing(Space.S)
        for name, field in ((given_label, self.given), (self.ends, self.expires)):
            days.addRow(name, field)
        whole.addLayout(days)
        whole.addLayout(row(self.save_button, self.cancel_button, REST, gap=Space.S))
        editor.hide()
        return editor

    def show_person(self, person: PersonDetails) -> None:
        other = self._person is None or self._person.uid != person.uid
        self._person = person
        if other:
            self._close()
        consent = person.consent
        icon, colour, text = words.permission(person)
        self.icon.show_icon(icon, colour)
        if consent is None:
            self.state.setText(text)
        elif consent.expires is None:
            self.state.setText(self.tr("Given on {day}, without an end.").format(day=words.day(consent.given)))
        elif person.permission == "ended":
            self.state.setText(
                self.tr("Ended on {day}. Create asks again before the next picture.").format(
                    day=words.day(consent.expires)
                )
            )
        else:
            self.state.setText(
                self.tr("Given on {day}, until {end}.").format(
                    day=words.day(consent.given), end=words.day(consent.expires)
                )
            )
        self.text.setText(consent.text if consent else self.tr("Create asks for it before the first picture."))
        self.edit_button.setText(self.tr("Change…") if consent else self.tr("Note it…"))
        self.edit_button.setAccessibleName(
            self.tr("Change the permission") if consent else self.tr("Note a permission")
        )
        self.remove_button.setVisible(consent is not None)

    def edit(self) -> None:
        consent = self._person.consent if self._person else None
        today = date.today()
        self.words.setPlainText(consent.text if consent else "")
        given = consent.given if consent else today
        self.given.set_latest(max(today, given))
        self.given.set_day(given)
        self.ends.setChecked(consent is not None and consent.expires is not None)
        self.expires.setEnabled(self.ends.isChecked())
        self.expires.set_day(consent.expires if consent and consent.expires else today + _YEAR)
        self.words.setFixedHeight(self.words.fontMetrics().lineSpacing() * _LINES + 2 * Space.M)
        self.text.hide()
        self.buttons.hide()
        self.editor.show()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)
        self.asked.emit()

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _close(self) -> None:
        self.editor.hide()
        self.error.clear()
        self.text.show()
        self.buttons.show()

    def _cancel(self) -> None:
        self._close()
        self.edit_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        from pydantic import ValidationError

        from fastface_core.library.people.files import Consent

        text = self.words.toPlainText().strip()
        given, expires = self.given.day(), self.expires.day() if self.ends.isChecked() else None
        if not text:
            self.error.show_error(
                SettingsError(self.tr("Nothing is written yet."), self.tr("Say what was agreed, in a few words.")),
                copyable=False,
            )
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if expires is not None and expires < given:
            self.error.show_error(
                SettingsError(self.tr("The permission ends before it was given."), self.tr("Choose a later last day.")),
                copyable=False,
            )
            self.expires.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        try:
            consent = Consent(text=text, given=given, expires=expires)
        except ValidationError:
            self.error.show_error(
                SettingsError(self.tr("The text has more than 5,000 letters."), self.tr("Say it shorter.")),
                copyable=False,
            )
            return
        self._cancel()
        self.saved.emit(consent)

    def _remove(self) -> None:
        self.saved.emit(None)
