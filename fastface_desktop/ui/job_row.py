"""One job in the queue's drawer."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from fastface_desktop.state.jobs import JobQueue
from fastface_desktop.translation import translated
from fastface_desktop.ui.inline_error import details
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton, label, restyle
from fastface_desktop.values import Job, JobStatus

_PARTS = 1000


class JobRow(Card):
    """Alt with the arrow keys moves the job, Delete cancels it or takes it away."""

    cancelled = Signal(str)
    removed = Signal(str)
    """What the user wants of the job with this id; the drawer does it, and offers to take it back."""
    carried = Signal(str, int)
    """The job is being dragged; the pointer's height among the rows."""

    def __init__(self, queue: JobQueue, job: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=Space.S)
        self._queue = queue
        self.job = job
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(self.tr("Dragging or Alt+Up and Alt+Down move this job, Delete cancels it"))
        self._grip: QPoint | None = None
        self.prompt = ElidedLabel(role="strong")
        self.state = label(role="caption", wrap=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, _PARTS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("How far this job is"))
        self.up = IconButton("up", self.tr("Make this earlier (Alt+Up)"), theme)
        self.down = IconButton("down", self.tr("Make this later (Alt+Down)"), theme)
        self.copy_button = IconButton("copy", self.tr("Copy the error's details"), theme)
        self.retry = IconButton("retry", self.tr("Try this again"), theme)
        self.cancel_button = IconButton("stop", self.tr("Cancel this job (Delete)"), theme)
        self.remove_button = IconButton("close", self.tr("Take this off the list (Delete)"), theme)
        self.up.clicked.connect(self._earlier)
        self.down.clicked.connect(self._later)
        self.copy_button.clicked.connect(self._copy)
        self.retry.clicked.connect(self._retry)
        self.cancel_button.clicked.connect(self._cancel)
        self.remove_button.clicked.connect(self._remove)

        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.prompt, 1)
        for made in (self.up, self.down, self.copy_button, self.retry, self.cancel_button, self.remove_button):
            head.addWidget(made)
        self.column.setSpacing(Space.XS)
        self.column.addLayout(head)
        self.column.addWidget(self.state)
        self.column.addWidget(self.progress)
        self.show_job()

    def show_job(self) -> None:
        job = self._queue.job(self.job)
        if job is None:
            return
        jobs = self._queue.jobs()
        place = [one.id for one in jobs].index(self.job)
        prompt = " ".join(job.order.request.prompt.split())
        self.prompt.setText(prompt)
        self.up.setVisible(job.movable)
        self.up.setEnabled(place > 0 and jobs[place - 1].status is not JobStatus.running)
        self.down.setVisible(job.movable)
        self.down.setEnabled(place < len(jobs) - 1)
        self.cancel_button.setVisible(not job.ended)
        self.cancel_button.setEnabled(not job.stopping)
        self.remove_button.setVisible(job.ended)
        self.retry.setVisible(job.status in (JobStatus.failed, JobStatus.cancelled))
        self.copy_button.setVisible(job.status is JobStatus.failed)
        self.progress.setVisible(job.status is JobStatus.running)
        self.progress.setValue(round(_PARTS * fraction(job)))
        state = self._state(job)
        self.state.setText(state)
        restyle(self.state, "tone", {JobStatus.failed: "bad", JobStatus.done: "good"}.get(job.status, ""))
        self.setAccessibleName(f"{prompt}: {state}")

    def _state(self, job: Job) -> str:
        count = job.order.request.count
        if job.status is JobStatus.waiting:
            return self.tr("Waiting") if count == 1 else self.tr("Waiting: {count} pictures").format(count=count)
        if job.status is JobStatus.paused:
            return self.tr("Paused, {done} of {count} done").format(done=job.pictures_done, count=count)
        if job.stopping:
            return self.tr("Stopping")
        if job.status is JobStatus.running:
            parts = [translated(job.stage_text)] if job.stage_text else []
            if job.steps and not parts:
                parts = [self.tr("Step {step} of {steps}").format(step=job.step, steps=job.steps)]
            if count > 1:
                parts.append(self.tr("{done} of {count} done").format(done=job.pictures_done, count=count))
            return " · ".join(parts) or self.tr("Running")
        if job.status is JobStatus.failed and job.error is not None:
            return f"{translated(job.error.message)} {translated(job.error.hint)}"
        if job.status is JobStatus.cancelled:
            return self.tr("Cancelled, {done} of {count} done").format(done=job.pictures_done, count=count)
        if job.notices:
            return " ".join((*(translated(notice) for notice in job.notices), self.tr("Done")))
        return self.tr("Done") if count == 1 else self.tr("Done: {count} pictures").format(count=job.pictures_done)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and event.key() == Qt.Key.Key_Up and self.up.isEnabled():
            self._earlier()
        elif alt and event.key() == Qt.Key.Key_Down and self.down.isEnabled():
            self._later()
        elif event.key() == Qt.Key.Key_Delete:
            job = self._queue.job(self.job)
            if job is not None and job.ended:
                self.remove_button.click()
            else:
                self.cancel_button.click()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        job = self._queue.job(self.job)
        if event.button() is Qt.MouseButton.LeftButton and job is not None and job.movable:
            self._grip = event.position().toPoint()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._grip is None:
            return
        here = event.position().toPoint()
        if self.cursor().shape() is not Qt.CursorShape.ClosedHandCursor:
            if (here - self._grip).manhattanLength() < QGuiApplication.styleHints().startDragDistance():
                return
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.carried.emit(self.job, self.mapToParent(here).y())

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        self._grip = None
        self.unsetCursor()

    def _place(self) -> int:
        return [job.id for job in self._queue.jobs()].index(self.job)

    def _earlier(self) -> None:
        self._queue.move(self.job, self._place() - 1)

    def _later(self) -> None:
        self._queue.move(self.job, self._place() + 1)

    def _copy(self) -> None:
        job = self._queue.job(self.job)
        if job is not None and job.error is not None:
            QGuiApplication.clipboard().setText(details(job.error))

    def _retry(self) -> None:
        self._queue.retry(self.job)

    def _cancel(self) -> None:
        self.cancelled.emit(self.job)

    def _remove(self) -> None:
        self.removed.emit(self.job)


def fraction(job: Job) -> float:
    """How much of a job is done, 0 to 1, counted in steps."""
    count = job.order.request.count
    begun = job.step / job.steps if job.steps and job.pictures_done < count else 0.0
    return min(1.0, (job.pictures_done + begun) / count)
