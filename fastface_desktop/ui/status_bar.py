"""The line at the bottom: device, memory, what the engine does, and the queue with the time it has left."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs import JobQueue
from fastface_desktop.translation import translated
from fastface_desktop.ui import icons
from fastface_desktop.ui.actions import stands_for
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space, Type
from fastface_desktop.ui.widgets.basic import ElidedLabel, label, restyle

_GIB = 1 << 30
_NEARLY_FULL = 0.9
_PARTS = 1000


def clock(seconds: float) -> str:
    """Minutes and seconds as 00:42, hours in front where there are any."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes:02}:{whole % 60:02}"


class StatusBar(QFrame):
    queue_wanted = Signal()

    def __init__(self, engine: EngineState, queue: JobQueue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine, self._queue = engine, queue
        self.setProperty("kind", "status")
        self.setAccessibleName(self.tr("Status"))
        self.device = label(role="caption")
        self.memory = QProgressBar()
        self.memory.setRange(0, _PARTS)
        self.memory.setTextVisible(False)
        self.memory.setProperty("kind", "calm")
        self.memory.setAccessibleName(self.tr("Memory of the device"))
        self.memory_text = label(role="caption")
        self.state = ElidedLabel(role="caption")
        self.loading = QProgressBar()
        self.loading.setRange(0, _PARTS)
        self.loading.setTextVisible(False)
        self.loading.setAccessibleName(self.tr("How far the loading is"))
        self.queue_button = QPushButton()
        self.queue_button.setProperty("kind", "status")
        self.queue_button.setToolTip(self.tr("Show the queue"))
        stands_for(self.queue_button, "window.queue")
        icons.bind(self.queue_button, "queue", theme, "secondary")
        self.queue_button.clicked.connect(self.queue_wanted)

        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.XS, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.device)
        row.addWidget(self.memory, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.memory_text)
        row.addSpacing(Space.S)
        row.addWidget(self.loading, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.state, 1)
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
        self.show_engine()
        self.show_queue()

    def _fit(self) -> None:
        self.setFixedHeight(self._theme.px(Size.STATUS_BAR))
        for bar in (self.memory, self.loading):
            bar.setFixedWidth(self._theme.px(Size.BAR))
        self.queue_button.setFont(self._theme.font(Type.CAPTION, tabular=True))

    def _queue_changed(self, _: object) -> None:
        self.show_queue()

    def show_engine(self) -> None:
        engine = self._engine
        device = engine.device
        self.device.setVisible(device is not None)
        if device is not None:
            self.device.setText(device.name)
        memory = engine.memory
        self.memory.setVisible(memory is not None)
        self.memory_text.setVisible(memory is not None)
        if memory is not None:
            share = memory.used / memory.total if memory.total else 0.0
            self.memory.setValue(round(share * _PARTS))
            restyle(self.memory, "kind", "full" if share > _NEARLY_FULL else "calm")
            text = self.tr("{used} of {total} GB").format(
                used=self.locale().toString(memory.used / _GIB, "f", 1),
                total=self.locale().toString(memory.total / _GIB, "f", 0),
            )
            self.memory_text.setText(text)
            self.memory.setToolTip(self.tr("Memory in use: {memory}").format(memory=text))
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
            return self.tr("Working with {model}").format(model=model)
        return self.tr("Ready: {model}").format(model=model) if model else self.tr("Ready")

    def show_queue(self) -> None:
        queue = self._queue
        open_jobs = [job for job in queue.jobs() if not job.ended]
        left = queue.seconds_left()
        if not open_jobs:
            text = self.tr("Queue empty")
        elif queue.paused:
            text = self.tr("Queue {count} · paused").format(count=len(open_jobs))
        elif left is None:
            text = self.tr("Queue {count}").format(count=len(open_jobs))
        else:
            text = self.tr("Queue {count} · {time} left").format(count=len(open_jobs), time=clock(left))
        self.queue_button.setText(text)
        self.queue_button.setAccessibleName(text)
        running = bool(open_jobs) and not queue.paused
        if running != self._second.isActive():
            self._second.start() if running else self._second.stop()
