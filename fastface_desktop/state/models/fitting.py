"""What this computer has, as far as it is known, and how each model fits it."""

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core import footprint
from fastface_core.domain.request import PortraitRequest
from fastface_core.domain.speed import processor_speed
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs.queue import JobOrder, JobQueue
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.fit import Fit, Means, fit
from fastface_desktop.state.models.views import BundleInfo
from fastface_desktop.state.tasks import Tasks

_SINGLE = 4
"""Bytes of a weight of the starter, which is computed in single precision."""


class Fitting(QObject):
    """Measures nothing until `look`; what a picture took here is known from those that were made."""

    changed = Signal()

    def __init__(
        self,
        downloads: Downloads,
        tasks: Tasks,
        engine: EngineState | None = None,
        queue: JobQueue | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._downloads, self._tasks = downloads, tasks
        self._engine, self._queue = engine, queue
        self._preset = preset_files.find(preset_files.DEFAULT_PRESET)
        self._speed: float | None = None
        self._asked = False
        self._graphics = footprint.graphics_likely()
        self._memory = _main_memory()
        self._starter_needs: int | None = None
        if engine is not None:
            engine.changed.connect(self._engine_changed)
        if queue is not None:
            queue.ended.connect(self._job_ended)

    def look(self) -> None:
        """Somebody sees it; how fast the processor is, is measured once."""
        if not self._asked:
            self._asked = True
            self._tasks.run(self, processor_speed, self._measured)

    @property
    def means(self) -> Means:
        models, memory = self._downloads.models, self._engine.memory if self._engine is not None else None
        device = self._engine.device if self._engine is not None else None
        graphics = device.kind != "cpu" if device is not None else self._graphics
        return Means(
            graphics=graphics,
            graphics_memory=memory.total if graphics and memory is not None and device is not None else 0,
            memory=self._memory,
            free=models.free if models is not None else 0,
            speed=self._speed,
        )

    def of(self, bundle: BundleInfo) -> Fit:
        return fit(bundle, self.means, self._preset, self._took)

    def starter(self) -> Fit:
        """Of the starter, which fits everywhere."""
        if self._starter_needs is None:
            self._starter_needs = footprint.of(installed.starter()).main_memory(_SINGLE)
        seconds = self._took(installed.STARTER)
        return Fit("fits", seconds, measured=seconds is not None, needs=self._starter_needs, has=0)

    def _took(self, name: str) -> float | None:
        if self._queue is None:
            return None
        request = PortraitRequest(prompt="any", preset=self._preset, seed=0)
        return self._queue.expected_seconds(JobOrder(request, (), name), loading=False)

    def _measured(self, speed: float) -> None:
        self._speed = speed
        self.changed.emit()

    @Slot()
    def _engine_changed(self) -> None:
        device = self._engine.device if self._engine is not None else None
        graphics = device.kind != "cpu" if device is not None else self._graphics
        if graphics != self._graphics:
            self._graphics = graphics
            self.changed.emit()

    @Slot(str)
    def _job_ended(self, job: str) -> None:
        self.changed.emit()


def _main_memory() -> int:
    """Bytes of the computer's memory."""
    import psutil

    return psutil.virtual_memory().total
