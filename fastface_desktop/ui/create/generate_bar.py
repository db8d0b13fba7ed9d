"""The foot of the controls: Generate with its expected time, what is being made, Cancel, and what stands in the way."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from fastface_core.errors import FastFaceError
from fastface_desktop.state.jobs import Job, JobStatus
from fastface_desktop.translation import translated
from fastface_desktop.ui.actions import stands_for
from fastface_desktop.ui.inline_error import InlineError
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button
from fastface_desktop.ui.widgets.consent_question import ConsentQuestion
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.progress_line import ProgressLine


class GenerateBar(QFrame):
    generate_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "foot")
        self.error = InlineError(theme)
        self.consent = ConsentQuestion()
        self.cancel_button = button(self.tr("Cancel"), self.tr("Stop after this step"))
        stands_for(self.cancel_button, "create.cancel")
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.running = ProgressLine(self.tr("Progress of the picture"))
        self.running.add_button(self.cancel_button)

        self.generate_button = button("", self.tr("Make the pictures"), "primary")
        stands_for(self.generate_button, "create.generate")
        self.generate_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.generate_button.clicked.connect(self.generate_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        column.setSpacing(Space.M)
        for part in (self.error, self.consent, self.running, self.generate_button):
            column.addWidget(part)
        self.expect(None, 1)

    def expect(self, seconds: float | None, count: int) -> None:
        """How long the next job will take; None while nothing is known."""
        text = self.tr("Make a picture") if count == 1 else self.tr("Make {count} pictures").format(count=count)
        if seconds is not None:
            text = f"{text}   ~{duration(seconds)}"
        self.generate_button.setText(text)
        self.generate_button.setAccessibleName(text)

    def show_job(self, job: Job | None) -> None:
        """The job that runs; None hides all that."""
        if job is None:
            self.running.hide()
            return
        self.running.show_progress(self._words(job), _fraction(job))
        self.cancel_button.setEnabled(not job.stopping)

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _words(self, job: Job) -> str:
        if job.stopping:
            return self.tr("Stopping …")
        if job.status == JobStatus.paused:
            return self.tr("Paused")
        if job.status == JobStatus.waiting:
            return self.tr("Waiting")
        if job.stage_text:
            return f"{translated(job.stage_text)} …"
        if not job.steps:
            return self.tr("Starting …")
        if job.order.request.count > 1:
            return self.tr("Picture {number} of {count}, step {step} of {steps}").format(
                number=min(job.pictures_done + 1, job.order.request.count),
                count=job.order.request.count,
                step=job.step,
                steps=job.steps,
            )
        return self.tr("Step {step} of {steps}").format(step=job.step, steps=job.steps)


def _fraction(job: Job) -> float | None:
    """How much of the job is done, 0 to 1; None while it is being prepared and that is unknown."""
    if job.stage_text or not (job.steps or job.pictures_done):
        return job.fraction
    count = job.order.request.count
    current = job.step / job.steps if job.steps else 0.0
    return min((job.pictures_done + current) / count, 1.0)
