"""How far long work is, and where wanted the button that stops it."""

from PySide6.QtCore import QCoreApplication, Signal

from fastface_desktop.state.works import WorkInfo
from fastface_desktop.translation import translated
from fastface_desktop.ui.widgets.basic import button
from fastface_desktop.ui.widgets.duration import clock
from fastface_desktop.ui.widgets.progress_line import ProgressLine
from fastface_desktop.ui.widgets.sizes import size_text


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
        self._work: WorkInfo | None = None

    def show_work(self, work: WorkInfo | None, title: str = "") -> None:
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


def work_words(work: WorkInfo) -> str:
    """How far it is."""
    if work.stopping:
        return QCoreApplication.translate("models", "Stopping…")
    if not work.running:
        return QCoreApplication.translate("models", "Waits for what runs now")
    if work.text or not work.total:
        return translated(work.text) if work.text else QCoreApplication.translate("models", "Beginning…")
    done = QCoreApplication.translate("models", "{done} of {total}")
    parts = [done.format(done=size_text(work.done), total=size_text(work.total))]
    if work.speed:
        speed = QCoreApplication.translate("models", "{size} a second")
        parts.append(speed.format(size=size_text(round(work.speed))))
    if work.seconds_left is not None:
        parts.append(QCoreApplication.translate("models", "{time} left").format(time=clock(work.seconds_left)))
    return " · ".join(parts)
