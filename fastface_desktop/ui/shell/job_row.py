"""One job in the queue's drawer: whom it shows, how far it is, and for one that a restart interrupted, the way on."""

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from fastface_core.domain import styles
from fastface_desktop.state.jobs.images import JobImages
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.session import PORTRAIT
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton, button, label, restyle
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.inline_error import details
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row
from fastface_desktop.ui.widgets.small_picture import SmallPicture
from fastface_desktop.values import Job, JobStatus

_PARTS = 1000


class JobRow(Card):
    """Alt with the arrow keys moves the job, Delete cancels it or takes it away."""

    cancelled = Signal(str)
    removed = Signal(str)
    """What the user wants of the job with this id; the drawer does it, and offers to take it back."""
    continued = Signal(str)
    dropped = Signal(str)
    """Of a job that a restart interrupted."""
    carried = Signal(str, int)
    """The job is being dragged; the pointer's height among the rows."""

    def __init__(
        self, queue: JobQueue, images: JobImages, job: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, kind="plain", margin=0)
        self._queue, self._images = queue, images
        self.job = job
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(self.tr("Dragging or Alt+Up and Alt+Down move this job, Delete cancels it"))
        self._grip: QPoint | None = None
        self.prompt = ElidedLabel(role="strong")
        self.picture = SmallPicture(theme)
        self.state = label(role="caption", wrap=True)
        self.state.setMinimumHeight(theme.px(Size.ICON_TEXT))
        self.progress = QProgressBar()
        self.progress.setRange(0, _PARTS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("How far this job is"))
        self.up = IconButton("up", self.tr("Make this earlier (Alt+Up)"), theme)
        self.down = IconButton("down", self.tr("Make this later (Alt+Down)"), theme)
        self.copy_button = IconButton("copy", self.tr("Copy the error's details"), theme)
        self.retry = IconButton("retry", self.tr("Try this again"), theme)
        self.continue_button = button(self.tr("Continue"), self.tr("Make the pictures that are missing"))
        icons.bind(self.continue_button, "play", theme, size=Size.ICON_TEXT)
        self.drop_button = button(
            self.tr("Drop"), self.tr("Do not make them; the pictures that are there stay"), "quiet"
        )
        self.continue_button.clicked.connect(self._continue)
        self.drop_button.clicked.connect(self._drop)
        self.cancel_button = IconButton("stop", self.tr("Cancel this job (Delete)"), theme)
        self.remove_button = IconButton("close", self.tr("Take this off the list (Delete)"), theme)
        self.up.clicked.connect(self._earlier)
        self.down.clicked.connect(self._later)
        self.copy_button.clicked.connect(self._copy)
        self.retry.clicked.connect(self._retry)
        self.cancel_button.clicked.connect(self._cancel)
        self.remove_button.clicked.connect(self._remove)

        head = row(
            filling(self.prompt),
            self.up,
            self.down,
            self.copy_button,
            self.retry,
            self.cancel_button,
            self.remove_button,
        )
        self.offer = QWidget()
        row(self.continue_button, self.drop_button, REST, margins=(0, Space.S, 0, 0), gap=Space.XS, of=self.offer)
        line = row(
            aligned(self.picture, Qt.AlignmentFlag.AlignTop),
            filling(column(head, self.state, Space.XS, self.progress, self.offer, REST)),
            margins=(Space.L, Space.S + 2, Space.S, Space.S + 2),
            gap=Space.M,
        )
        self.column.addLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_job()
        self.show_image()

    @property
    def unfinished(self) -> bool:
        """Whether a restart interrupted it and nobody said yet whether it goes on."""
        job = self._queue.job(self.job)
        return job is not None and job in self._queue.unfinished()

    def show_image(self) -> None:
        """Another picture is there for it."""
        if (job := self._queue.job(self.job)) is not None:
            self.picture.show_image(self._images.image(job))

    def show_job(self) -> None:
        job = self._queue.job(self.job)
        if job is None:
            return
        jobs = self._queue.jobs()
        place = [one.id for one in jobs].index(self.job)
        prompt, unfinished = self._title(job), self.unfinished
        self.prompt.setText(prompt)
        restyle(self, "kind", "unfinished" if unfinished else "running" if job.status is JobStatus.running else "plain")
        self.offer.setVisible(unfinished)
        self.up.setVisible(job.movable and not unfinished)
        self.up.setEnabled(place > 0 and jobs[place - 1].status is not JobStatus.running)
        self.down.setVisible(job.movable and not unfinished)
        self.down.setEnabled(place < len(jobs) - 1)
        self.cancel_button.setVisible(not job.ended and not unfinished)
        self.cancel_button.setEnabled(not job.stopping)
        self.remove_button.setVisible(job.ended)
        self.retry.setVisible(job.status in (JobStatus.failed, JobStatus.cancelled))
        self.copy_button.setVisible(job.status is JobStatus.failed)
        self.progress.setVisible(job.status is JobStatus.running)
        self.progress.setValue(round(_PARTS * fraction(job)))
        state = self._told(job)
        self.state.setText(state)
        restyle(self.state, "tone", {JobStatus.failed: "bad", JobStatus.done: "good"}.get(job.status, ""))
        self.setAccessibleName(f"{prompt}: {state}")

    def _title(self, job: Job) -> str:
        """What the job is about: the style, and what was written."""
        request = job.order.request
        if self.unfinished:
            left = request.count - job.pictures_done
            if left == 1:
                return self.tr("1 picture was not finished")
            return self.tr("{count} pictures were not finished").format(count=left)
        return self._subject(job)

    def _subject(self, job: Job) -> str:
        written, _, style = styles.split(job.order.request.prompt, job.order.request.negative_prompt)
        written = " ".join(written.split())
        if written == PORTRAIT:
            written = self.tr("Portrait")
        return f"{style.title.text(QLocale().name())}, {written}" if style is not None else written

    def _told(self, job: Job) -> str:
        """Whom it shows, how far it is, and how long it takes."""
        person = self._images.person(job)
        if self.unfinished:
            closed = self.tr("The window was closed at picture {number} of {count}.").format(
                number=min(job.pictures_done + 1, job.order.request.count), count=job.order.request.count
            )
            return f"{', '.join(filter(None, (person, self._subject(job))))}. {closed}"
        parts = [person, self._state(job)]
        if job.status in (JobStatus.waiting, JobStatus.running) and not job.stopping:
            seconds = self._queue.seconds_of_rest(job)
            if seconds is not None and job.status is JobStatus.waiting:
                parts.append(self.tr("about {time}").format(time=duration(seconds)))
            elif seconds is not None:
                parts.append(self.tr("{time} left").format(time=duration(seconds)))
        return " · ".join(filter(None, parts))

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

    def _continue(self) -> None:
        self.continued.emit(self.job)

    def _drop(self) -> None:
        self.dropped.emit(self.job)

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
