"""Writing the window's own files in a thread of its own: a slow disk must not hold up the window."""

import logging
import threading
from pathlib import Path

from fastface_core.errors import StorageError
from fastface_core.files import atomic_write

logger = logging.getLogger(__name__)


class Saver:
    """Writes the newest content of each file; what is replaced before it was written is never written."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[Path, bytes] = {}
        self._writing = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, file: Path, content: bytes) -> None:
        """Has a file written soon, and returns at once; after `close` it is written at once."""
        with self._changed:
            closed = self._closed
            if not closed:
                self._waiting[file] = content
            if self._thread is None and not closed:
                self._thread = threading.Thread(target=self._run, name="saver")
                self._thread.start()
            self._changed.notify_all()
        if closed:
            _write(file, content)

    def flush(self, seconds: float = 10.0) -> bool:
        """Waits until everything is on the disk; False where that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._writing), seconds)

    def close(self) -> None:
        """Writes what is waiting, and ends the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                file, content = next(iter(self._waiting.items()))
                del self._waiting[file]
                self._writing = True
            try:
                _write(file, content)
            finally:
                with self._changed:
                    self._writing = False
                    self._changed.notify_all()


def _write(file: Path, content: bytes) -> None:
    try:
        with atomic_write(file) as opened:
            opened.write(content)
    except StorageError as error:
        # Told where it matters: a picture that cannot be saved fails its job with the same sentence.
        logger.warning("%s was not saved: %s", file.name, error.message)
