"""Measures stalls: the longest time for which the window's event loop was blocked.

A timer fires every few milliseconds; how late it is is a stall, in which the window could neither draw nor respond.
"""

import time

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL = 10
"""Milliseconds between two ticks of the timer: shorter stalls are not measured."""


class Probe(QObject):
    """Runs from `start` to `stop`; `longest` is in seconds, since the last `reset`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.monotonic()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def reset(self) -> float:
        """Starts measuring again, and returns what was measured."""
        longest, self.longest = self.longest, 0.0
        return longest

    def _tick(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last - INTERVAL / 1000)
        self._last = now
