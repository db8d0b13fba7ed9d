"""How far long work on the library is, with Cancel."""

from fastface_desktop.state.care import LibraryCare
from fastface_desktop.translation import translated
from fastface_desktop.ui.widgets.basic import button
from fastface_desktop.ui.widgets.progress_line import ProgressLine


class CareLine(ProgressLine):
    """Takes no room while none of the work named in `kinds` runs."""

    def __init__(self, care: LibraryCare, kinds: tuple[str, ...]) -> None:
        super().__init__("")
        self.bar.setAccessibleName(self.tr("Progress"))
        self._care, self._kinds = care, kinds
        self.cancel_button = button(self.tr("Cancel"), self.tr("Stop this; nothing is lost"))
        self.add_button(self.cancel_button)
        self.cancel_button.clicked.connect(care.task.cancel)
        care.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        care, task = self._care, self._care.task
        if care.running not in self._kinds:
            self.hide()
            return
        waiting = {
            "check": self.tr("Comparing files and database"),
            "rebuild": self.tr("Looking through the pictures"),
            "backup": self.tr("Backing up"),
            "move": self.tr("Moving the pictures"),
        }
        words = translated(task.text) or waiting.get(care.running or "", "")
        self.show_progress(self.tr("Stopping…") if task.stopping else words, task.fraction)
        # A check is one look that cannot be left in the middle.
        self.cancel_button.setEnabled(not task.stopping and care.running != "check")
