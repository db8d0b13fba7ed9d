"""How far work on models is, and where wanted the button that stops it."""

from PySide6.QtCore import Signal

from fastface_desktop.state.works import WorkSeen
from fastface_desktop.ui.models.words import work_words
from fastface_desktop.ui.widgets.basic import button
from fastface_desktop.ui.widgets.progress_line import ProgressLine


class WorkLine(ProgressLine):
    """Takes no room while there is no work."""

    stop_wanted = Signal()

    def __init__(self, name: str, *, can_stop: bool = True) -> None:
        """`name`: of the work, for those who cannot see it."""
        super().__init__(name)
        self.stop_button = button(self.tr("Stop"), self.tr("Stop this; what is done already is kept"))
        self.stop_button.clicked.connect(self.stop_wanted)
        self.add_button(self.stop_button)
        if not can_stop:
            self.stop_button.hide()
        self._work: WorkSeen | None = None

    def show_work(self, work: WorkSeen | None, title: str = "") -> None:
        """`title`: said before how far it is."""
        before, self._work = self._work, work
        if work is None:
            if before is not None:
                self.hide()
            return
        waiting = None if work.running else 0.0
        words = work_words(work)
        self.show_progress(f"{title} · {words}" if title else words, work.done / work.total if work.total else waiting)
        if before is None or (before.stopping, before.kind) != (work.stopping, work.kind):
            self.stop_button.setEnabled(not work.stopping and work.kind != "remove")
