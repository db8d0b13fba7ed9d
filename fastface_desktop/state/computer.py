"""What this computer can do, as far as it was looked at."""

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.domain.checks import Check
from fastface_core.errors import FastFaceError
from fastface_core.health import computer
from fastface_desktop.state.background import Background
from fastface_desktop.worker import EngineThread


class Computer(QObject):
    """The same checks as `fastface doctor`: memory and drives at once, torch and GPU by the engine's thread."""

    changed = Signal()

    def __init__(self, thread: EngineThread, background: Background, parent: QObject | None = None) -> None:
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
        """Looks again; `changed` tells, twice."""
        if self._waits_for:
            return
        self._waits_for = {"around", "engine"}
        self._background.run(computer.checks, self._take_around)
        self._thread.check_computer()
        self.changed.emit()

    def _take_around(self, found: object) -> None:
        self._waits_for.discard("around")
        if isinstance(found, list):
            self._around = tuple(one for one in found if isinstance(one, Check))
        elif isinstance(found, FastFaceError):
            self._around = (Check("Models folder", "bad", found.message, found.hint),)
        self.changed.emit()

    @Slot(object)
    def _take_engine(self, found: tuple[Check, ...]) -> None:
        self._waits_for.discard("engine")
        self._engine = found
        self.changed.emit()
