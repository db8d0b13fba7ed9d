"""Everything that the page Presets works with; it outlives a page that is built again in another language."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.jobs.trials import Trials
from fastface_desktop.state.presets.editor import PresetEditor
from fastface_desktop.state.presets.effect import PresetEffect
from fastface_desktop.state.presets.forecast import PresetForecast
from fastface_desktop.state.presets.own_loras import OwnLoraList
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session


class PresetWork(QObject):
    def __init__(
        self,
        presets: Presets,
        *,
        session: Session,
        queue: JobQueue,
        engine: EngineState,
        trials: Trials,
        saver: Saver,
        permitted: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """
        Args:
            permitted: whether the person whom Create shows agreed to pictures.
        """
        super().__init__(parent)
        self.presets = presets
        self.editor = PresetEditor(presets, saver, self)
        self.loras = OwnLoraList(self)
        self.forecast = PresetForecast(session, queue, engine, self)
        self.effect = PresetEffect(session, trials, self.editor, self.forecast, permitted, self)
