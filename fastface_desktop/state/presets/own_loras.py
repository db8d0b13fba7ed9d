"""The user's own LoRAs that are installed, and taking over more of them."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fastface_core.domain.checkpoints import OwnLora
from fastface_core.errors import FastFaceError
from fastface_core.models import own_loras
from fastface_core.models.store import Store
from fastface_desktop.state.tasks import Tasks


class OwnLoraList(QObject):
    changed = Signal()
    """`names` are others."""
    imported = Signal(str)
    """The name of one that is there now."""
    failed = Signal(FastFaceError)
    """Why one was not taken over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = Tasks(self, threads=1)
        self._names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """By which presets call them."""
        return self._names

    def look(self) -> None:
        """Reads the folder; `changed` tells of others."""
        self._work.run(self, lambda: tuple(one.name for one in own_loras.loras(Store())), self._looked)

    def import_file(self, file: Path) -> None:
        """Takes a file over; `imported` or `failed` tells."""

        def taken() -> OwnLora:
            from fastface_core.models.disk import lora_import

            return lora_import.take_over(Store(), file)

        self._work.run(self, taken, self._imported, self.failed.emit)

    def _looked(self, names: tuple[str, ...]) -> None:
        if names != self._names:
            self._names = names
            self.changed.emit()

    def _imported(self, lora: OwnLora) -> None:
        self._looked(tuple(sorted({*self._names, lora.name})))
        self.imported.emit(lora.name)
