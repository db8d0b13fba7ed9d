"""Python's cyclic garbage collector, run in the window's thread alone.

Left to itself it runs in whichever thread allocates. In the engine's it would destroy widgets and timers, which Qt
allows in their own thread only; and while the heavy libraries are imported it would look through all of them again and
again, and hold up the window each time.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from fastface_desktop.state.engine import EngineState

_INTERVAL = 500
"""Milliseconds between two looks at whether there is enough to collect."""

_ENOUGH = (700, 10, 10)
"""New objects, collections of the youngest generation, and of the middle one, as Python itself counts them."""


class GarbageCollector(QObject):
    """Takes over from its making to `stop`."""

    def __init__(self, engine: EngineState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        gc.disable()

    def stop(self) -> None:
        """Leaves collecting to Python again."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def _look(self) -> None:
        if self._engine.status == "importing":
            return
        collect()


def collect() -> None:
    """Collects what is due, in this thread."""
    due = [generation for generation, count in enumerate(gc.get_count()) if count > _ENOUGH[generation]]
    if due:
        gc.collect(due[-1])
