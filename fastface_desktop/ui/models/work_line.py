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
        """`title`: said before how far it is."""
        self.setVisible(work is not None)
        if work is None:
            return
        self.progress.setRange(0, BAR if work.total else int(not work.running))
        self.progress.setValue(round(work.done / work.total * BAR) if work.total else 0)
        words = work_words(work)
        self.state.setText(f"{title} · {words}" if title else words)
        self.state.setAccessibleName(self.state.text())
        self.stop_button.setEnabled(not work.stopping and work.kind != "remove")
