"""Below the canvas while a picture is made: which step, how far, how long."""

from PySide6.QtWidgets import QProgressBar, QWidget

from fastface_desktop.state.jobs.queue import Job, JobStatus
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.layout import filling, row

_PARTS = 1000


class StepLine(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.words = label(role="strong")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the picture"))
        self.left = label(role="secondary")
        row(self.words, filling(self.bar), self.left, gap=Space.M, of=self)

    def show_job(self, job: Job, seconds: float | None) -> None:
        """`seconds`: until its pictures are done; None where that is not known."""
        words, share = self._words(job), fraction(job)
        if self.words.text() != words:
            self.words.setText(words)
        if share is None:
            if self.bar.maximum() != 0:
                self.bar.setRange(0, 0)
        else:
            if self.bar.maximum() != _PARTS:
                self.bar.setRange(0, _PARTS)
            self.bar.setValue(round(share * _PARTS))
        left = self.tr("{time} left").format(time=duration(seconds)) if seconds else ""
        if self.left.text() != left:
            self.left.setText(left)

    def _words(self, job: Job) -> str:
        if job.stopping:
            return self.tr("Stopping…")
        if job.status == JobStatus.paused:
            return self.tr("Paused")
        if job.status == JobStatus.waiting:
            return self.tr("Waiting")
        if job.stage_text:
            return f"{translated(job.stage_text)}…"
        if not job.steps:
            return self.tr("Starting…")
        return self.tr("Step {step} of {steps}").format(step=job.step, steps=job.steps)


def fraction(job: Job) -> float | None:
    """How much of the job is done, 0 to 1; None while it is being prepared and that is unknown."""
    if job.stage_text or not (job.steps or job.pictures_done):
        return job.fraction
    count = job.order.request.count
    current = job.step / job.steps if job.steps else 0.0
    return min((job.pictures_done + current) / count, 1.0)
