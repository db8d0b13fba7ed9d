"""What is said beside a picture that the starter drew: what it took over, and where a likeness is measured."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import filling, row
from fastface_desktop.values import Worth

_MARK = Size.ICON - 4


class DrawnNote(QWidget):
    """Takes no room beside other pictures."""

    models_wanted = Signal()
    """The page of the models."""

    def __init__(self, theme: Theme, *, with_match: bool = False, narrow: bool = False, short: bool = False) -> None:
        """Args:
        with_match: the match with the drawing is shown here, and nowhere else beside the picture.
        narrow: for a column: each thing has lines of its own.
        short: for several beside each other: two lines, the sentence on the likeness is a tooltip.
        """
        super().__init__()
        self._with_match, self._narrow, self._short = with_match, narrow, short
        self.match = label(role="strong", wrap=narrow)
        self.title = label(self.tr("Drawn by the starter"), "secondary")
        self.marks = [_Mark(theme) for _ in range(5)]
        self.sentence = label(
            self.tr("Drawn by the starter. A full-size model measures the likeness."), "secondary", wrap=True
        )
        self.models_button = button(
            self.tr("Full-size models"), self.tr("To the page Models: full-size models measure the likeness"), "link"
        )
        self.models_button.clicked.connect(self.models_wanted)
        self.taken = taken = QWidget() if narrow else flexible(QWidget())
        flow = QVBoxLayout(taken) if narrow else FlowLayout(taken, Space.S)
        flow.setContentsMargins(0, 0, 0, 0)
        if narrow:
            flow.setSpacing(Space.XS)
            self.title = label(self.tr("Taken over"), "strong")
            self.sentence.setProperty("role", "caption")
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        if narrow:
            column.setSpacing(Space.S)
            for part in (self.match, self.title, taken, self.sentence):
                column.addWidget(part)
            column.addWidget(self.models_button, 0, Qt.AlignmentFlag.AlignLeft)
        elif short:
            # Marks that come later move nothing.
            taken.setMinimumHeight(self.title.sizeHint().height())
            for part in (self.title, self.models_button):
                foot.addWidget(part)
            foot.addStretch()
            column.addLayout(foot)
            column.addWidget(taken)
        else:
            flow.addWidget(self.match)
            foot.addWidget(self.sentence, 1)
            foot.addWidget(self.models_button, 0, Qt.AlignmentFlag.AlignTop)
            foot.addStretch()
            column.addWidget(taken)
            column.addLayout(foot)
        for mark in self.marks:
            flow.addWidget(mark)
        self.show_worth(None)

    def show_worth(self, worth: Worth | None) -> None:
        """Of the picture in view, or None for none."""
        drawn = worth is not None and worth.drawn
        self.setVisible(drawn)
        if worth is None or not drawn:
            return
        reason = translated(worth.reason or "")
        if self._narrow:
            self.title.setVisible(bool(likeness.marks(worth)))
        self.match.setText(likeness.said(worth) if worth.match is not None else "")
        self.match.setToolTip(likeness.explained(worth))
        self.match.setVisible(self._with_match and worth.match is not None)
        for part in (self.title, self.sentence):
            part.setToolTip(reason)
        self._fit()
        found = likeness.marks(worth)
        self.taken.setVisible(bool(found) or self._short or not self.match.isHidden())
        for place, mark in enumerate(self.marks):
            mark.show_mark(found[place] if place < len(found) else None)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What leads to the models follows the sentence, as far as there is room."""
        if not self._narrow:
            wanted = self.sentence.fontMetrics().horizontalAdvance(self.sentence.text())
            self.sentence.setMaximumWidth(wanted + Space.XS)


class _Mark(QWidget):
    """A tick or a cross, and what it is for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.icon = IconLabel("check", "good", theme, size=_MARK)
        self.name: QLabel = label(role="secondary")
        row(self.icon, filling(self.name), gap=Space.XS, of=self)

    def show_mark(self, mark: likeness.Mark | None) -> None:
        self.setVisible(mark is not None)
        if mark is None:
            return
        self.icon.show_icon("check" if mark.taken else "close", "good" if mark.taken else "warn")
        self.name.setText(mark.name)
        self.setToolTip(mark.meaning)
        self.setAccessibleName(mark.meaning)
