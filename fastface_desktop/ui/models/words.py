"""What several cards say: sizes, how far work is, and what was found."""

from PySide6.QtCore import QCoreApplication

from fastface_desktop.state.works import WorkSeen
from fastface_desktop.translation import translated
from fastface_desktop.ui.shell.status_bar import clock
from fastface_desktop.ui.widgets.sizes import size_text


def work_words(work: WorkSeen) -> str:
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


def verified_words(name: str, looked_at: int, wrong: int) -> str:
    """What a look at all files found."""
    if wrong:
        text = QCoreApplication.translate("models", "{name}: files that are damaged or missing: {wrong} of {count}.")
        return text.format(name=name, wrong=wrong, count=looked_at)
    return QCoreApplication.translate("models", "{name}: all files are as they should be.").format(name=name)
