"""One long piece of work on the library at a time: it says how far it is, and can be stopped."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError
from fastface_core.progress import CancelToken, Report, Stage
from fastface_desktop.state.library import LibraryState

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library

T = TypeVar("T")


class LongTask(QObject):
    """An import, an export, a backup. The library's own care, such as after a crash, goes before it."""

    changed = Signal()
    """It begins, goes on, is being stopped, or has ended."""
    failed = Signal(FastFaceError)
    """It ended with an error; `done` of `run` is not called."""
    cancelled = Signal()
    """It was stopped; `done` of `run` is not called."""

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._token: CancelToken | None = None
        self.text = ""
        """What is being done, in English."""
        self.fraction: float | None = None
        """0 to 1; None where it is unknown."""

    @property
    def running(self) -> bool:
        return self._token is not None

    @property
    def stopping(self) -> bool:
        return self._token is not None and self._token.cancelled

    def run(self, work: "Callable[[Library, Report, CancelToken], T]", done: Callable[[T], object]) -> None:
        """
        Args:
            done: takes what `work` returned, when `running` is False again.

        Raises:
            RuntimeError: something is running already, or the library is not open.
        """
        if self._token is not None:
            raise RuntimeError("another task is running")

        def succeeded(result: T) -> None:
            self._end()
            done(result)

        self._token = self._library.run_long(
            self, work, succeeded, self._fail, cancelled=self._stopped, reported=self._progress
        )
        self.text, self.fraction = "", None
        self.changed.emit()

    def cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self.changed.emit()

    def _progress(self, event: object) -> None:
        if isinstance(event, Stage):
            self.text, self.fraction = event.text, event.fraction
            self.changed.emit()

    def _end(self) -> None:
        self._token = None
        self.changed.emit()

    def _fail(self, error: FastFaceError) -> None:
        self._end()
        self.failed.emit(error)

    def _stopped(self) -> None:
        self._end()
        self.cancelled.emit()
