"""Short work that must not hold up the window, such as reading a picture: done in a pool, its result brought back."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from shiboken6 import isValid

from fastface_core.errors import FastFaceError
from fastface_core.progress import Cancelled

Then = Callable[[object], None]


class _Outlet(QObject):
    """Lives in the window's thread; a signal is the only way back into it."""

    done = Signal(int, object)


class _Work(QRunnable):
    def __init__(self, number: int, work: Callable[[], object], outlet: _Outlet) -> None:
        super().__init__()
        self._number, self._work, self._outlet = number, work, outlet

    def run(self) -> None:
        try:
            result = self._work()
        except Exception as error:  # told in the window's thread
            result = error
        # Or the window is gone.
        with suppress(RuntimeError):
            self._outlet.done.emit(self._number, result)


class Background(QObject):
    """Runs work in a few threads; `then` is called in the window's thread, and not at all once this object is gone."""

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._outlet = _Outlet()
        self._outlet.done.connect(self._finish)
        self._then: dict[int, Then] = {}
        self._numbers = count()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)

    @property
    def busy(self) -> bool:
        return bool(self._then)

    def run(self, work: Callable[[], object], then: Then) -> None:
        """`then` gets what `work` returned, or the `FastFaceError` or `Cancelled` it raised; all else is a bug."""
        number = next(self._numbers)
        self._then[number] = then
        self._pool.start(_Work(number, work, self._outlet))

    def close(self) -> None:
        """Waits for what is under way and forgets the rest."""
        self._then.clear()
        self._pool.clear()
        self._pool.waitForDone()

    def finish(self) -> None:
        """Waits for everything that was asked for; nobody is told of it any more."""
        self._then.clear()
        self._pool.waitForDone()

    @Slot(int, object)
    def _finish(self, number: int, result: object) -> None:
        then = self._then.pop(number, None)
        if isinstance(result, Exception) and not isinstance(result, FastFaceError | Cancelled):
            raise result
        # A page that was made anew is gone, and the new one asks for itself.
        owner = getattr(then, "__self__", None)
        if then is not None and not (isinstance(owner, QObject) and not isValid(owner)):
            then(result)
