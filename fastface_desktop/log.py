"""The log: a small file in the user's data, for what went wrong unexpectedly.

Bugs are written with their trace, and told to the window, which shows them once. The user's name does not get in by way
of the paths below the home folder.
"""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from fastface_core.errors import FastFaceError, StorageError
from fastface_core.files import make_folder
from fastface_core.paths import data_folder

_BYTES = 500_000
logger = logging.getLogger(__name__)


def log_file() -> Path:
    return data_folder() / "log" / "fastface.log"


class HomePathRedactor(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(str(Path.home()), "~")


def start_log() -> logging.Handler | None:
    """Begins to write; None where the folder cannot be written to, and the program works without."""
    try:
        make_folder(log_file().parent)
        handler = RotatingFileHandler(log_file(), maxBytes=_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except (StorageError, OSError):
        return None
    handler.setFormatter(HomePathRedactor("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    return handler


class UnexpectedError(FastFaceError):
    """A bug; what was raised is its `__cause__`, and its trace is in the log."""


class ExceptionHook(QObject):
    """Takes what nobody caught, while it is installed."""

    raised = Signal(UnexpectedError)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before = sys.excepthook
        self._seen: set[tuple[type[BaseException], int]] = set()

    def install(self) -> None:
        self._before = sys.excepthook
        sys.excepthook = self._take

    def uninstall(self) -> None:
        sys.excepthook = self._before

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before(kind, error, trace)
        if not isinstance(error, Exception):
            return
        logger.error("unexpected error", exc_info=(kind, error, trace))
        place = (kind, trace.tb_lineno if trace else 0)
        if place not in self._seen:
            self._seen.add(place)
            told = UnexpectedError(
                f"Something unexpected happened: {kind.__name__}.",
                "Go on with your work; if it recurs, report it with its details.",
            )
            told.__cause__ = error
            self.raised.emit(told)
