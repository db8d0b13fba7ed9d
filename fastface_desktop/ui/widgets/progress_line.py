"""The progress of some work, as a bar and a line of words, with the button that stops it."""

from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel
from fastface_desktop.ui.widgets.layout import column, filling, row

_PARTS = 1000


class ProgressLine(QWidget):
    """Takes no room until something is shown."""

    def __init__(self, name: str) -> None:
        """`name`: of the work, for those who cannot see the bar."""
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(name)
        self.words = ElidedLabel(role="secondary")
        self._place = (-1, -1)
        self._row = row(filling(column(self.bar, self.words, gap=Space.XS)), gap=Space.M, of=self)
        self.hide()

    def add_button(self, stop: QPushButton) -> None:
        """Beside the bar; its owner connects it."""
        self._row.addWidget(stop)

    def show_progress(self, words: str, fraction: float | None) -> None:
        """Comes ten times a second beside threads that work: each call of Qt may have to wait for them, so that what
        stays as it is is not said to Qt again.

        Args:
            fraction: 0 to 1; None while it is not known how much there is.
        """
        place = (0, 0) if fraction is None else (_PARTS, round(fraction * _PARTS))
        if place != self._place:
            self._place = place
            self.bar.setRange(0, place[0])
            self.bar.setValue(place[1])
        if words != self.words.text():
            self.words.setText(words)
            self.words.setAccessibleName(words)
        if self.isHidden():
            self.show()
