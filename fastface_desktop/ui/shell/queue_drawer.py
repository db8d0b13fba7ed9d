"""The queue, as a drawer from the right: everything the machine works on, what runs first.

It pushes the page where that has room beside it, and lies over it in a narrow window.
"""

from functools import partial

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from fastface_desktop.state.jobs.images import JobImages
from fastface_desktop.state.jobs.other_work import OtherWork
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.jobs.unfinished import Unfinished
from fastface_desktop.ui.shell.job_row import JobRow
from fastface_desktop.ui.shell.other_row import OtherRow
from fastface_desktop.ui.shell.toasts import Toasts
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Motion, Size, Space
from fastface_desktop.ui.widgets.basic import IconButton, label
from fastface_desktop.ui.widgets.layout import column, filling, row
from fastface_desktop.ui.widgets.section import Section
from fastface_desktop.values import JobStatus


class QueueDrawer(QFrame):
    """At the right of `host`, which it follows in height. Escape closes it."""

    room_wanted = Signal(int)
    """So many pixels of the page's width are taken; 0 where it is closed."""
    batch_wanted = Signal()
    """The rows of the batch are to be seen."""
    search_wanted = Signal()
    """The search is to be seen."""

    def __init__(
        self,
        queue: JobQueue,
        images: JobImages,
        other: OtherWork,
        unfinished: Unfinished,
        theme: Theme,
        toasts: Toasts,
        host: QWidget,
        above: QWidget,
    ) -> None:
        super().__init__(host)
        self._images, self._other, self._unfinished = images, other, unfinished
        self._others: dict[str, OtherRow] = {}
        self._placed: dict[str, JobStatus] = {}
        self._toasts = toasts
        self._queue, self._theme, self._host, self._above = queue, theme, host, above
        self._rows: dict[str, JobRow] = {}
        self._focus_before: QWidget | None = None
        self.setProperty("kind", "drawer")
        self.setAccessibleName(self.tr("Queue"))

        self.pause_button = IconButton("pause", self.tr("Pause the queue after this step"), theme)
        self.pause_button.clicked.connect(self._pause_or_resume)
        self.close_button = IconButton("close", self.tr("Close the queue (Esc)"), theme)
        self.close_button.clicked.connect(self.close_drawer)
        head = row(
            filling(label(self.tr("Queue"), "heading")),
            self.pause_button,
            self.close_button,
            margins=(Space.L, Space.M, Space.S, Space.M),
            gap=Space.XS,
        )

        self.empty = label(self.tr("Nothing is waiting. What you make next shows up here."), "secondary", wrap=True)
        self.empty.setContentsMargins(Space.L, 0, Space.L, Space.L)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        content = QWidget()
        content.setProperty("kind", "scrolled")
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, 0, Space.M)
        self._list.setSpacing(0)
        self.next_title = label(self.tr("Next"), "caption")
        self.next_title.setContentsMargins(Space.L, Space.M, Space.L, Space.XS)
        self._list.addWidget(self.next_title)
        self.done = Section("", self.tr("Show or hide what is done"), theme)
        self.done.setContentsMargins(Space.S, Space.S, Space.S, 0)
        self._done_list = self.done.column
        self._done_list.setSpacing(0)
        self._list.addWidget(self.done)
        self._list.addStretch()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(content)
        column(head, filling(self.empty), filling(self.area), of=self)

        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._slid)
        host.installEventFilter(self)
        queue.added.connect(self._added)
        queue.changed.connect(self._changed)
        queue.removed.connect(self._removed)
        queue.order_changed.connect(self._arrange)
        queue.paused_changed.connect(self._show_paused)
        images.came.connect(self._image_came)
        other.changed.connect(self._show_other)
        unfinished.changed.connect(self._arrange)
        for job in queue.jobs():
            self._added(job.id)
        self._show_paused()
        self._show_emptiness()
        self.hide()
        self._open = False

    @property
    def open(self) -> bool:
        return self._open

    @property
    def gliding(self) -> bool:
        """Whether it is on its way."""
        return self._slide.state() == QPropertyAnimation.State.Running

    def other_rows(self) -> list[OtherRow]:
        """What is worked on beside the jobs."""
        return list(self._others.values())

    def rows(self) -> list[JobRow]:
        """In the queue's order."""
        return [self._rows[job.id] for job in self._queue.jobs() if job.id in self._rows]

    def toggle(self) -> None:
        if self._open:
            self.close_drawer()
        else:
            self.open_drawer()

    def open_drawer(self) -> None:
        if not self._open:
            self._open = True
            self._focus_before = self.window().focusWidget()
            self._fit()
            self.move(self._host.width(), 0)
            self.show()
            self.raise_()
            self.room_wanted.emit(self.width())
            self._glide(self._host.width() - self.width())
            self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_drawer(self) -> None:
        if self._open:
            self._open = False
            self.room_wanted.emit(0)
            if self._focus_before is not None and self._focus_before.isVisible():
                self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._glide(self._host.width())

    def event(self, event: QEvent, /) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Escape is for the drawer while the focus is in it, whatever else the page uses it for.
            event.setAccepted(event.matches(QKeySequence.StandardKey.Cancel))
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.close_drawer()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize and self._open:
            self._slide.stop()
            self._fit()
            self.move(self._host.width() - self.width(), 0)
            self.room_wanted.emit(self.width())
        return False

    def _fit(self) -> None:
        width = min(self._theme.px(Size.DRAWER), self._host.width())
        self.setGeometry(self.x(), 0, width, self._above.y())

    def _glide(self, x: int) -> None:
        self._slide.stop()
        duration = self._theme.motion(Motion.SLOW)
        if duration:
            self._slide.setDuration(duration)
            self._slide.setStartValue(self.pos())
            self._slide.setEndValue(QPoint(x, 0))
            self._slide.start()
        else:
            self.move(x, 0)
            self._slid()

    def _slid(self) -> None:
        self.setVisible(self._open)

    def _cancel(self, job: str) -> None:
        self._queue.cancel(job)
        self._toasts.show(self.tr("Job cancelled. Its finished pictures stay."), partial(self._queue.retry, job))

    def _remove(self, job: str) -> None:
        place = [one.id for one in self._queue.jobs()].index(job)
        taken = self._queue.remove(job)
        self._toasts.show(self.tr("Job taken off the list."), partial(self._queue.put_back, taken, place))

    def _carry(self, job: str, height: int) -> None:
        """Puts a job where the pointer is: it changes places with a row once the pointer is past that one's middle."""
        rows = self.rows()
        place = [line.job for line in rows].index(job)
        for other, line in enumerate(rows):
            target = self._queue.job(line.job)
            middle = line.geometry().center().y()
            past = height > middle if other > place else height < middle
            if other != place and past and target is not None and target.movable:
                self._queue.move(job, other)
                # What moved has its new place before the next look.
                self._list.activate()
                return

    def _continue(self, job: str) -> None:
        self._unfinished.go_on()

    def _drop(self, job: str) -> None:
        self._toasts.show(self.tr("The unfinished pictures were dropped."), self._unfinished.drop())

    def _image_came(self, job: str) -> None:
        if row := self._rows.get(job):
            row.show_image()

    def _show_other(self) -> None:
        entries = {entry.kind: entry for entry in self._other.entries()}
        for kind in [kind for kind in self._others if kind not in entries]:
            row = self._others.pop(kind)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for kind, entry in entries.items():
            if kind not in self._others:
                row = OtherRow(kind, self._theme)
                row.stopped.connect(self._other.stop)
                row.continued.connect(self._other.go_on)
                row.opened.connect(self._open_other)
                self._others[kind] = row
            self._others[kind].show_entry(entry)
        self._arrange()
        self._show_emptiness()

    def _open_other(self, kind: str) -> None:
        self.close_drawer()
        (self.batch_wanted if kind == "batch" else self.search_wanted).emit()

    def _pause_or_resume(self) -> None:
        if self._queue.paused:
            self._queue.resume()
        else:
            self._queue.pause()

    def _show_paused(self, _: bool = False) -> None:
        if self._queue.paused:
            self.pause_button.set_icon("play", "accent")
            self.pause_button.set_text(self.tr("Go on with the queue"))
        else:
            self.pause_button.set_icon("pause")
            self.pause_button.set_text(self.tr("Pause the queue after this step"))

    def _show_emptiness(self) -> None:
        something = bool(self._rows or self._others)
        self.empty.setVisible(not something)
        self.area.setVisible(something)

    def _added(self, job: str) -> None:
        row = JobRow(self._queue, self._images, job, self._theme)
        row.continued.connect(self._continue)
        row.dropped.connect(self._drop)
        row.cancelled.connect(self._cancel)
        row.removed.connect(self._remove)
        row.carried.connect(self._carry)
        self._rows[job] = row
        self._list.insertWidget(0, row)
        self._arrange()
        self._show_emptiness()

    def _changed(self, job: str) -> None:
        found, row = self._queue.job(job), self._rows.get(job)
        if row is not None and found is not None:
            row.show_job()
            if self._placed.get(job) != found.status:
                self._arrange()

    def _removed(self, job: str) -> None:
        row = self._rows.pop(job, None)
        if row is not None:
            had_focus = row.isAncestorOf(self.window().focusWidget() or self.window())
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
            if had_focus:
                self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_emptiness()

    def _arrange(self) -> None:
        """What runs, what else is worked on, what waits, what a restart interrupted, what ended."""
        rows = self.rows()
        jobs = {job.id: job for job in self._queue.jobs()}
        self._placed = {job.id: job.status for job in jobs.values()}
        unfinished = {job.id for job in self._queue.unfinished()}
        first: list[QWidget] = [line for line in rows if jobs[line.job].status is JobStatus.running]
        first += self._others.values()
        waiting: list[QWidget] = [
            line for line in rows if not jobs[line.job].ended and line not in first and line.job not in unfinished
        ]
        after: list[QWidget] = [line for line in rows if line.job in unfinished]
        after += [line for line in rows if jobs[line.job].ended and jobs[line.job].status is not JobStatus.done]
        done = [line for line in rows if jobs[line.job].status is JobStatus.done]
        self.next_title.setVisible(bool(waiting and first))
        for place, widget in enumerate([*first, self.next_title, *waiting, *after, self.done]):
            if self._list.indexOf(widget) != place:
                self._done_list.removeWidget(widget)
                self._list.removeWidget(widget)
                self._list.insertWidget(place, widget)
        for place, line in enumerate(done):
            if self._done_list.indexOf(line) != place:
                self._list.removeWidget(line)
                self._done_list.insertWidget(place, line)
        title = self.tr("1 job done") if len(done) == 1 else self.tr("{count} jobs done").format(count=len(done))
        self.done.header.setText(title)
        self.done.header.setAccessibleName(title)
        self.done.setVisible(bool(done))
        for line in rows:
            line.show_job()
