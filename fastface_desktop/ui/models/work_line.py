"""A bar with words: how far a piece of work is, and where wanted the button that stops it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fastface_desktop.state.models_folder import WorkSeen
from fastface_desktop.ui.models.words import BAR, work_words
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button


class WorkLine(QWidget):
    """Takes no room while there is no work."""

    stop_wanted = Signal()

    def __init__(self, name: str, *, can_stop: bool = True) -> None:
        """`name`: of the work, for those who cannot see it."""
        super().__init__()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(name)
        self.state = ElidedLabel(role="secondary")
        self._work: WorkSeen | None = None
        self._place = (-1, -1)
        self._text = ""
        self.stop_button = button(self.tr("Stop"), self.tr("Stop this; what is done already is kept"))
        self.stop_button.clicked.connect(self.stop_wanted)
        if not can_stop:
            self.stop_button.hide()
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self.progress)
        words.addWidget(self.state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addLayout(words, 1)
        row.addWidget(self.stop_button)
        self.hide()

    def show_work(self, work: WorkSeen | None, title: str = "") -> None:
        """`title`: said before how far it is.

        Comes ten times a second beside threads that work: each call of Qt may have to wait for them, so that what
        stays as it is is not said to Qt again.
        """
        if (work is None) != (self._work is None):
            self.setVisible(work is not None)
        before, self._work = self._work, work
        if work is None:
            return
        place = (BAR if work.total else int(not work.running), round(work.done / work.total * BAR) if work.total else 0)
        if place != self._place:
            self._place = place
            self.progress.setRange(0, place[0])
            self.progress.setValue(place[1])
        words = work_words(work)
        text = f"{title} · {words}" if title else words
        if text != self._text:
            self._text = text
            self.state.setText(text)
            self.state.setAccessibleName(text)
        if before is None or (before.stopping, before.kind) != (work.stopping, work.kind):
            self.stop_button.setEnabled(not work.stopping and work.kind != "remove")
