"""What this computer can do, as far as it is known."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.domain.checks import Check
from fastface_core.errors import FastFaceError
from fastface_core.health import computer
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.worker import EngineThread


class Computer(QObject):
    """The same checks as `fastface doctor`: memory and drives at once, torch and GPU by the engine's thread."""

    changed = Signal()

    def __init__(self, thread: EngineThread, background: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread, self._background = thread, background
        self._around: tuple[Check, ...] = ()
        self._engine: tuple[Check, ...] = ()
        self._waits_for: set[str] = set()
        thread.computer_seen.connect(self._take_engine)

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is known by now: torch and GPU first."""
        return self._engine + self._around

    @property
    def looking(self) -> bool:
        """Whether more comes."""
        return bool(self._waits_for)

    def look(self) -> None:
        """Measures it again; `changed` is emitted twice."""
        if self._waits_for:
            return
        self._waits_for = {"around", "engine"}
        self._background.run(self, computer.checks, self._take_around, self._not_looked)
        self._thread.check_computer()
        self.changed.emit()

    def _take_around(self, found: Sequence[Check]) -> None:
        self._waits_for.discard("around")
        self._around = tuple(found)
        self.changed.emit()

    def _not_looked(self, error: FastFaceError) -> None:
        self._take_around([Check("Models folder", "bad", error.message, error.hint)])

    @Slot(object)
    def _take_engine(self, found: tuple[Check, ...]) -> None:
        self._waits_for.discard("engine")
        self._engine = found
        self.changed.emit()
