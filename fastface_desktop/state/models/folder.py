"""The models folder and the work on it: one piece at a time changes the folder, the others wait in order."""

from PySide6.QtCore import QObject, Signal

from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.models.views import ModelsInfo, look_at_models
from fastface_desktop.state.works import Works

_SOON = 500
"""Milliseconds after which a page follows files that arrive."""


class ModelsFolder(Works):
    """What lies in the models folder, and the queue of work on it. All methods return at once."""

    seen = Signal()
    """`models` is new."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models: ModelsInfo | None = None
        self._look_waits = False
        self._soon = Debounce(_SOON, self.look, self)

    def look(self) -> None:
        """Brings `models` up to date."""
        if not self._look_waits:
            self._look_waits = True
            self.ask("", self._look, self._take)

    def _look(self) -> ModelsInfo:
        self._look_waits = False
        return look_at_models()

    def _file_arrived(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _work_ended(self) -> None:
        self.look()

    def _take(self, found: ModelsInfo) -> None:
        self.models = found
        self.seen.emit()
