"""One queue of rows for several workers: each goes on with the checkpoint that it has loaded."""

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable

from fastface_core.batch.planning import Planned
from fastface_core.batch.running import TRIES

_LOOK_SECONDS = 0.2


class Shared:
    """Rows that are pulled, so that nobody has more than one of them; used from several threads."""

    def __init__(self, rows: Iterable[Planned], loaded: Iterable[str] = ()) -> None:
        """`loaded`: the checkpoints that workers have loaded already."""
        self._waiting: defaultdict[str, deque[Planned]] = defaultdict(deque)
        for row in rows:
            self._waiting[row.order.checkpoint].append(row)
        self._with: Counter[str] = Counter(loaded)
        """How many workers have a checkpoint loaded, or are about to."""
        self._out = 0
        self._lost: Counter[str] = Counter()
        self._closed = False
        self._changed = threading.Condition()

    @property
    def over(self) -> bool:
        """Whether nothing is left to do, and nothing under way that might come back."""
        with self._changed:
            return self._over

    @property
    def waiting(self) -> int:
        """Rows that nobody has."""
        with self._changed:
            return sum(map(len, self._waiting.values()))

    @property
    def under_way(self) -> int:
        """Rows that somebody has."""
        return self._out

    @property
    def _over(self) -> bool:
        return self._closed or not (self._out or any(self._waiting.values()))

    def take(self, loaded: str | None, stopped: Callable[[], bool]) -> Planned | None:
        """The next row for a worker; None once everything is over. Waits for rows that may come back from others.

        Args:
            loaded: the checkpoint that the worker had its last row of.
            stopped: looked at while it waits.
        """
        with self._changed:
            while not self._over and not stopped():
                if (name := self._best(loaded)) is not None:
                    if name != loaded:
                        self._with[name] += 1
                        if loaded is not None:
                            self._with[loaded] -= 1
                    self._out += 1
                    return self._waiting[name].popleft()
                self._changed.wait(_LOOK_SECONDS)
        return None

    def _best(self, loaded: str | None) -> str | None:
        """What is loaded, as long as there are rows of it; else where most rows wait for each worker."""
        if loaded is not None and self._waiting[loaded]:
            return loaded
        waiting = [name for name, rows in self._waiting.items() if rows]
        return max(waiting, key=lambda name: len(self._waiting[name]) / (self._with[name] + 1), default=None)

    def ended(self) -> None:
        """A row that was taken is done."""
        with self._changed:
            self._out -= 1
            self._changed.notify_all()

    def back(self, row: Planned, *, lost: bool) -> bool:
        """Gives a row back, before all others; False where it has come back too often, and then it is done.

        Args:
            lost: whether its maker was lost over it.
        """
        with self._changed:
            self._lost[row.key] += lost
            again = self._lost[row.key] < TRIES
            if again:
                self._waiting[row.order.checkpoint].appendleft(row)
            self._out -= 1
            self._changed.notify_all()
            return again

    def gone(self, loaded: str | None) -> None:
        """A worker has nothing loaded any more."""
        with self._changed:
            if loaded is not None:
                self._with[loaded] -= 1

    def close(self) -> None:
        """Nothing more is to be done."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
