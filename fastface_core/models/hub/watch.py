"""An answer comes in time, or not at all: a server that sends one byte after the other would never be silent."""

import threading
import time
from collections.abc import Callable


class Watch:
    """Ends what is waited for when its time is over, and again each second until it has ended.

    Attributes:
        over: whether the time was over.
    """

    def __init__(self, seconds: float, end: Callable[[], None]) -> None:
        """`end` makes a read that waits fail; it is called in a thread of its own."""
        self.over = False
        self._until = time.monotonic() + seconds
        self._end = end
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch of an answer", daemon=True)
        self._thread.start()

    def extend(self, seconds: float) -> None:
        """From now on there are so many seconds; infinity for as long as somebody is busy with what has come."""
        self._until = time.monotonic() + seconds

    def stop(self) -> None:
        """It has come, or failed."""
        self._done.set()

    def _watch(self) -> None:
        while not self._done.wait(1.0 if self.over else min(max(self._until - time.monotonic(), 0.0), 1.0)):
            if self.over or time.monotonic() >= self._until:
                self.over = True
                self._end()
