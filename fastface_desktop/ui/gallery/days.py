"""The days between which pictures were made: two of them, each of which may be open."""

from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from fastface_desktop.state.gallery.view import EARLIEST, LATEST, Days
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, label, restyle
from fastface_desktop.ui.widgets.day_field import DayField, day_text
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.layout import aligned, filling, row

_OFFERED = timedelta(days=29)
"""Before today, where no days are chosen yet."""


def days_text(days: Days) -> str:
    """For instance two days with a dash between them."""
    if days.last is None:
        assert days.first is not None
        return QCoreApplication.translate("days", "From {day}").format(day=day_text(days.first))
    if days.first is None:
        return QCoreApplication.translate("days", "Until {day}").format(day=day_text(days.last))
    if days.first == days.last:
        return day_text(days.first)
    return f"{day_text(days.first)} – {day_text(days.last)}"  # noqa: RUF001


class DaysStrip(QFrame):
    """Takes no room until days are to be chosen; says each change at once."""

    chosen = Signal(Days)
    """`Days`; None where both ends are open."""
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._said: object = None
        self.from_box, self.until_box = QCheckBox(self.tr("From")), QCheckBox(self.tr("Until"))
        self.first = DayField(
            self.tr("First day"),
            self.tr("The first day; Alt and the down arrow open a month"),
            EARLIEST,
            LATEST,
            theme,
        )
        self.last = DayField(
            self.tr("Last day"),
            self.tr("The last day; Alt and the down arrow open a month"),
            EARLIEST,
            LATEST,
            theme,
        )
        self.wrong = label(role="bad")
        self.close_button = IconButton("close", self.tr("Close this line; the days stay chosen"), theme)
        self.close_button.clicked.connect(self._close)
        # With large text the parts stand below each other.
        parts = flexible(QWidget())
        flow = FlowLayout(parts, Space.M)
        for box, field, tip in (
            (self.from_box, self.first, self.tr("Not before the first day")),
            (self.until_box, self.last, self.tr("Not after the last day")),
        ):
            box.setToolTip(tip)
            box.setAccessibleName(box.text())
            box.toggled.connect(field.setEnabled)
            box.clicked.connect(self._say)
            field.dateChanged.connect(self._say)
            flow.addWidget(_pair(box, field))
        flow.addWidget(self.wrong)
        row(filling(parts), aligned(self.close_button, Qt.AlignmentFlag.AlignTop), gap=Space.S, of=self)
        flexible(self)
        self.hide()

    def open(self, days: Days | None, today: date) -> None:
        """Offers days to be changed; without any, the last ones up to today."""
        self._show_days(days or Days(first=today - _OFFERED, last=today), today)
        self.show()
        self._say()
        (self.first if self.first.isEnabled() else self.last).setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self, made: object) -> None:
        """`made`: what pictures are filtered by now. What was chosen elsewhere is shown, or closes the line."""
        if made == self._said:
            return
        self._said = made
        if isinstance(made, Days):
            self._show_days(made, date.today())
        else:
            self.hide()

    def _show_days(self, days: Days, today: date) -> None:
        for box, field, day in ((self.from_box, self.first, days.first), (self.until_box, self.last, days.last)):
            with QSignalBlocker(field):
                field.set_day(day or today)
            box.setChecked(day is not None)
            field.setEnabled(day is not None)
        self._show_wrong(False)

    def _say(self) -> None:
        first = self.first.day() if self.from_box.isChecked() else None
        last = self.last.day() if self.until_box.isChecked() else None
        wrong = first is not None and last is not None and last < first
        self._show_wrong(wrong)
        if not wrong:
            self._said = Days(first=first, last=last) if first or last else None
            self.chosen.emit(self._said)

    def _show_wrong(self, wrong: bool) -> None:
        """Until it is right the days stay as they were."""
        text = self.tr("The last day is before the first.") if wrong else ""
        self.wrong.setText(text)
        self.wrong.setVisible(wrong)
        self.last.setAccessibleDescription(text)
        restyle(self.last, "tone", "bad" if wrong else "")

    def _close(self) -> None:
        self.hide()
        self.closed.emit()


def _pair(box: QCheckBox, field: DayField) -> QWidget:
    pair = QWidget()
    row(box, field, gap=Space.S, of=pair)
    return pair
