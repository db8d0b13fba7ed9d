"""A day of the calendar: typed, counted up and down, or chosen from a month; in the form that the language has."""

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QEvent, QLocale, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QDateEdit, QToolButton

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme


def day_format() -> str:
    """The language's short form, with the whole year: of "30" nobody knows the century."""
    form = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return form if "yyyy" in form else form.replace("yy", "yyyy")


def day_text(day: date) -> str:
    return QLocale().toString(_qdate(day), day_format())


class DayField(QDateEdit):
    """`dateChanged` comes when a day is whole: after Enter, on leaving, by the arrows, from the calendar."""

    def __init__(self, name: str, tooltip: str, earliest: date, latest: date, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._went_on = False
        self.setAccessibleName(name)
        self.setToolTip(tooltip)
        self.setDisplayFormat(day_format())
        self.setDateRange(_qdate(earliest), _qdate(latest))
        self.setKeyboardTracking(False)
        self.setCalendarPopup(True)
        self._calendar = self.calendarWidget()
        self._calendar.setAccessibleName(name)
        self._calendar.setToolTip(tooltip)
        self._calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self._calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        for name_of_button, icon in (
            ("qt_calendar_prevmonth", "chevron-left"),
            ("qt_calendar_nextmonth", "chevron-right"),
        ):
            if (found := self._calendar.findChild(QToolButton, name_of_button)) is not None:
                icons.bind(found, icon, theme, "secondary")
        theme.changed.connect(self._colour)
        self._colour()

    def day(self) -> date:
        """What is in the field, also while it is being typed."""
        self.interpretText()
        found = self.date()
        return date(found.year(), found.month(), found.day())

    def set_day(self, day: date) -> None:
        self.setDate(_qdate(day))

    def set_latest(self, day: date) -> None:
        self.setMaximumDate(_qdate(day))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if down or event.key() == Qt.Key.Key_F4:
            self._open_calendar()
        elif self._went_on and event.text().strip() and not event.text().isalnum():
            # Qt went on to the next part when this one was whole: what is typed between them has nothing to do.
            self._went_on = False
        else:
            before = self.currentSectionIndex()
            super().keyPressEvent(event)
            self._went_on = event.text().isdigit() and self.currentSectionIndex() != before

    def _open_calendar(self) -> None:
        """As in a combo box. Qt opens the month for a click alone, and has no other way in."""
        arrow = QPointF(self.width() - self.height() / 2, self.height() / 2)
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QCoreApplication.sendEvent(
            self, QMouseEvent(QEvent.Type.MouseButtonPress, arrow, self.mapToGlobal(arrow), left, left, plain)
        )

    def _colour(self) -> None:
        """Days of the weekend are days: Qt would write them in a red of its own."""
        words = QTextCharFormat()
        words.setForeground(self._theme.colour("text"))
        words.setBackground(self._theme.colour("surface_2"))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self._calendar.setWeekdayTextFormat(day, words)
        self._calendar.setHeaderTextFormat(words)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
