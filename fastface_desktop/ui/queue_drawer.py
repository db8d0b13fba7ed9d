"""The queue, as a drawer from the right: every job with its progress, to be moved, stopped, repeated or taken away."""

from functools import partial

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fastface_desktop.state.jobs import JobQueue
from fastface_desktop.ui.job_row import JobRow
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Motion, Size, Space
from fastface_desktop.ui.toasts import Toasts
from fastface_desktop.ui.widgets.basic import IconButton, label


class QueueDrawer(QFrame):
    """Lies over the right side of `host`, which it follows in height. Escape closes it."""

    def __init__(self, queue: JobQueue, theme: Theme, toasts: Toasts, host: QWidget, above: QWidget) -> None:
        super().__init__(host)
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
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.S, Space.S)
        head.setSpacing(Space.XS)
        head.addWidget(label(self.tr("Queue"), "heading"), 1)
        head.addWidget(self.pause_button)
        head.addWidget(self.close_button)

        self.empty = label(self.tr("Nothing is waiting. What you make next shows up here."), "secondary", wrap=True)
        self.empty.setContentsMargins(Space.L, 0, Space.L, Space.L)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        content = QWidget()
        content.setProperty("kind", "scrolled")
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(Space.M, 0, Space.M, Space.M)
        self._list.setSpacing(Space.S)
        self._list.addStretch()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.empty, 1)
        column.addWidget(self.area, 1)

        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._slid)
        host.installEventFilter(self)
        queue.added.connect(self._added)
        queue.changed.connect(self._changed)
        queue.removed.connect(self._removed)
        queue.order_changed.connect(self._arrange)
        queue.paused_changed.connect(self._show_paused)
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
            self._glide(self._host.width() - self.width())
            self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_drawer(self) -> None:
        if self._open:
            self._open = False
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
        place = [row.job for row in rows].index(job)
        for other, row in enumerate(rows):
            target = self._queue.job(row.job)
            middle = row.geometry().center().y()
            past = height > middle if other > place else height < middle
            if other != place and past and target is not None and target.movable:
                self._queue.move(job, other)
                # What moved has its new place before the next look.
                self._list.activate()
                return

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
        self.empty.setVisible(not self._rows)
        self.area.setVisible(bool(self._rows))

    def _added(self, job: str) -> None:
        row = JobRow(self._queue, job, self._theme)
        row.cancelled.connect(self._cancel)
        row.removed.connect(self._remove)
        row.carried.connect(self._carry)
        self._rows[job] = row
        self._list.insertWidget(self._list.count() - 1, row)
        self._arrange()
        self._show_emptiness()

    def _changed(self, job: str) -> None:
        if row := self._rows.get(job):
            row.show_job()

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
        for place, row in enumerate(self.rows()):
            if self._list.indexOf(row) != place:
                self._list.removeWidget(row)
                self._list.insertWidget(place, row)
            row.show_job()
