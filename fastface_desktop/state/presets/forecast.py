"""What a preset would take here: the checkpoint that it would be used with, and the time of a picture."""

from PySide6.QtCore import QObject, Signal

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.plan import size_of
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import FastFaceError
from fastface_core.models import installed
from fastface_desktop.state.engine import CheckpointChoice, EngineState
from fastface_desktop.state.jobs.queue import JobOrder, JobQueue
from fastface_desktop.state.session import Session


class PresetForecast(QObject):
    """For pictures of the size that Create has, unless the preset has its own."""

    changed = Signal()
    """Something that an answer depends on."""
    checkpoints_changed = Signal()

    def __init__(self, session: Session, queue: JobQueue, engine: EngineState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._queue, self._engine = session, queue, engine
        self._found: dict[str | None, Checkpoint | None] = {}
        session.changed.connect(self._session_changed)
        queue.changed.connect(self._job_changed)

    def look(self) -> None:
        """Models may have come and gone."""
        self._found.clear()
        self.checkpoints_changed.emit()
        self.changed.emit()

    def checkpoints(self) -> tuple[CheckpointChoice, ...]:
        """Those that are installed, best first."""
        return self._engine.checkpoints()

    def checkpoint(self, preset: Preset) -> Checkpoint | None:
        """The one that pictures with this preset would be made with; None where it is not installed."""
        name = self._session.values.checkpoint or preset.checkpoint
        if name not in self._found:
            try:
                self._found[name] = installed.find(name) if name else installed.best()
            except FastFaceError:
                self._found[name] = None
        return self._found[name]

    def own_scale(self, preset: Preset) -> float:
        """The checkpoint's guidance scale, for presets without weights of theirs."""
        found = self.checkpoint(preset)
        return found.sampling.guidance_scale if found is not None else 1.0

    def seconds(self, preset: Preset) -> float | None:
        """For one picture with the preset's own steps; None before anything like it was made."""
        found = self.checkpoint(preset)
        if found is None:
            return None
        values = self._session.values
        width, height = size_of("square", found.sampling.size)
        if preset.width is not None and preset.height is not None:
            width, height = preset.width, preset.height
        elif values.aspect == "exact":
            width, height = values.width, values.height
        elif found.name != installed.STARTER:
            width, height = size_of(values.aspect, found.sampling.size)
        request = PortraitRequest(prompt="any", preset=preset, seed=0, steps=preset.steps, width=width, height=height)
        return self._queue.expected_seconds(JobOrder(request, (), found.name), loading=False)

    def _session_changed(self, name: str) -> None:
        if name in ("aspect", "width", "height", "checkpoint", "preset", "own_preset"):
            self.changed.emit()

    def _job_changed(self, job: str) -> None:
        found = self._queue.job(job)
        if found is not None and found.ended:
            self.changed.emit()  # what it took was learned
