"""The line at the bottom: what the engine does, a download, the graphics memory, and the queue with its time left."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs.other_work import OtherWork
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.translation import translated
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.shell.download_line import DownloadLine
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space, Type
from fastface_desktop.ui.widgets.basic import ElidedLabel, label, restyle
from fastface_desktop.ui.widgets.duration import clock

_GIB = 1 << 30
_NEARLY_FULL = 0.9
_PARTS = 1000


class StatusBar(QFrame):
    queue_wanted = Signal()

    def __init__(
        self, engine: EngineState, queue: JobQueue, other: OtherWork, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._engine, self._queue, self._other = engine, queue, other
        self.setProperty("kind", "status")
        self.setAccessibleName(self.tr("Status"))
        self.memory_text = label(role="caption")
        self.state = ElidedLabel(role="caption")
        self.loading = QProgressBar()
        self.loading.setRange(0, _PARTS)
        self.loading.setTextVisible(False)
        self.loading.setAccessibleName(self.tr("How far the loading is"))
        self.queue_button = QPushButton()
        self.queue_button.setProperty("kind", "status")
        self.queue_button.setCheckable(True)
        self.queue_button.setToolTip(self.tr("Show the queue"))
        bind_action(self.queue_button, "window.queue")
        icons.bind(self.queue_button, "queue", theme, "secondary", size=Size.ICON_TEXT)
        self.queue_button.clicked.connect(self.queue_wanted)

        row = QHBoxLayout(self)
        self.download = DownloadLine(theme)
        row.setContentsMargins(Space.L, 0, Space.M, 0)
        row.setSpacing(Space.FIELD)
        row.addWidget(self.state, 1)
        row.addWidget(self.loading, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.download)
        row.addWidget(self.memory_text)
        row.addWidget(self.queue_button)
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()

        # The time left runs down between two steps as well.
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.show_queue)
        engine.changed.connect(self.show_engine)
        queue.added.connect(self._queue_changed)
        queue.changed.connect(self._queue_changed)
        queue.removed.connect(self._queue_changed)
        queue.paused_changed.connect(self._queue_changed)
        other.changed.connect(self.show_queue)
        self.show_engine()
        self.show_queue()

    def _fit(self) -> None:
        self.setFixedHeight(self._theme.px(Size.STATUS_BAR))
        self.loading.setFixedWidth(self._theme.px(Size.BAR))
        self.queue_button.setFont(self._theme.font(Type.CAPTION, tabular=True))

    def _queue_changed(self, _: object) -> None:
        self.show_queue()

    def show_engine(self) -> None:
        engine = self._engine
        device, memory = engine.device, engine.memory
        # The main memory is everybody's: what others take of it says nothing of this program.
        graphics = device is not None and device.kind != "cpu" and memory is not None
        self.memory_text.setVisible(graphics)
        if graphics and memory is not None:
            text = self.tr("Graphics memory {used} of {total} GB").format(
                used=self.locale().toString(memory.used / _GIB, "f", 1),
                total=self.locale().toString(memory.total / _GIB, "f", 0),
            )
            self.memory_text.setText(text)
            share = memory.used / memory.total if memory.total else 0.0
            restyle(self.memory_text, "tone", "warn" if share > _NEARLY_FULL else "")
        fraction = engine.fraction if engine.status in ("importing", "loading") else None
        self.loading.setVisible(fraction is not None)
        if fraction is not None:
            self.loading.setValue(round(fraction * _PARTS))
        self.state.setText(self._state())
        restyle(self.state, "tone", "bad" if engine.status == "failed" else "")

    def _state(self) -> str:
        engine = self._engine
        if engine.status == "failed" and engine.error is not None:
            return translated(engine.error.message)
        if engine.text:
            return translated(engine.text)
        if engine.status == "starting":
            return self.tr("Starting")
        model = translated(engine.checkpoint_title)
        if engine.status == "working":
            return self.tr("Making pictures · {model}").format(model=model)
        return self.tr("Ready · {model}").format(model=model) if model else self.tr("Ready")

    def show_queue(self) -> None:
        queue = self._queue
        offered = queue.unfinished()
        open_jobs = [job for job in queue.jobs() if not job.ended and job not in offered]
        others = self._other.entries()
        count = len(open_jobs) + len(others)
        left = queue.seconds_left() if not others else None
        text = self.tr("1 job") if count == 1 else self.tr("{count} jobs").format(count=count)
        if not count:
            text = self.tr("Not finished") if offered else self.tr("Queue empty")
        elif queue.paused:
            text = self.tr("{jobs} · paused").format(jobs=text)
        elif left is not None:
            text = self.tr("{jobs} · {time} left").format(jobs=text, time=clock(left))
        self.queue_button.setText(text)
        self.queue_button.setAccessibleName(text)
        running = bool(open_jobs) and not queue.paused
        if running != self._second.isActive():
            self._second.start() if running else self._second.stop()
