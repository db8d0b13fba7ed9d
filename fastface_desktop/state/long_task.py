"""One long piece of work on the library at a time: it says how far it is, and can be stopped."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.library.library import Library
from fastface_core.progress import Cancelled, CancelToken, Report, Stage
from fastface_desktop.state.library import LibraryState

Work = Callable[[Library, Report, CancelToken], object]


class _Linked(CancelToken):
    """Set when it is cancelled itself, or when the window closes."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = CancelToken()

    @property
    def cancelled(self) -> bool:
        return super().cancelled or self.closing.cancelled

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled


class LongTask(QObject):
    """An import, an export. The library's own care, such as after a crash, goes before it."""

    changed = Signal()
    """It begins, goes on, is being stopped, or has ended."""

    ended = Signal(object)
    """What the work returned, or the `FastFaceError` or `Cancelled` that it raised."""

    _reported = Signal(int, object)

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._token: _Linked | None = None
        self._number = 0
        self.text = ""
        """What is being done, in English."""
        self.fraction: float | None = None
        """0 to 1; None where it is unknown."""
        self._reported.connect(self._progress)

    @property
    def running(self) -> bool:
        return self._token is not None

    @property
    def stopping(self) -> bool:
        return self._token is not None and self._token.cancelled

    def run(self, work: Work) -> None:
        """
        Raises:
            RuntimeError: something is running already, or the library is not open.
        """
        if self._token is not None:
            raise RuntimeError("another task is running")
        self._number += 1
        token, number = _Linked(), self._number

        def report(event: object) -> None:
            self._reported.emit(number, event)

        def long(library: Library, closing: CancelToken) -> object:
            token.closing = closing
            token.check()
            return work(library, report, token)

        self._library.run_long(long, self._end)
        self._token = token
        self.text, self.fraction = "", None
        self.changed.emit()

    def _end(self, result: object) -> None:
        self._token = None
        self.changed.emit()
        self.ended.emit(result)

    def cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self.changed.emit()

    @Slot(int, object)
    def _progress(self, number: int, event: object) -> None:
        if isinstance(event, Stage) and number == self._number and self.running:
            self.text, self.fraction = event.text, event.fraction
            self.changed.emit()
