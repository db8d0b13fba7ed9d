"""A bar with words and Cancel, for long work on the library."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fastface_desktop.state.care import LibraryCare
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button

_PARTS = 1000


class CareLine(QWidget):
    """Takes no room while none of the work named in `kinds` runs."""

    def __init__(self, care: LibraryCare, kinds: tuple[str, ...]) -> None:
        super().__init__()
        self._care, self._kinds = care, kinds
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress"))
        self.state = ElidedLabel(role="secondary")
        self.cancel_button = button(self.tr("Cancel"), self.tr("Stop this; nothing is lost"))
        self.cancel_button.clicked.connect(care.cancel)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self.progress)
        words.addWidget(self.state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addLayout(words, 1)
        row.addWidget(self.cancel_button)
        care.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        care = self._care
        self.setVisible(care.running in self._kinds)
        if care.running not in self._kinds:
            return
        fraction = care.stage.fraction
        self.progress.setRange(0, 0 if fraction is None else _PARTS)
        self.progress.setValue(round((fraction or 0.0) * _PARTS))
        waiting = {
            "check": self.tr("Comparing files and database"),
            "rebuild": self.tr("Looking through the pictures"),
            "backup": self.tr("Backing up"),
            "move": self.tr("Moving the pictures"),
        }
        words = translated(care.stage.text) or waiting.get(care.running or "", "")
        self.state.setText(self.tr("Stopping …") if care.stopping else words)
        # A check is one look that cannot be left in the middle.
        self.cancel_button.setEnabled(not care.stopping and care.running != "check")
