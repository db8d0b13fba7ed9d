"""Remembers a model whose loading the program did not survive, so that the next start does not load it by itself."""

import contextlib

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write


class LoadGuard:
    """A file that is there while a model is being loaded."""

    def __init__(self) -> None:
        self._file = paths.data_folder() / "loading"
        self.failed = self._read()
        """The checkpoint whose loading the last start did not survive; empty where there is none."""
        self._written = ""

    def begin(self, checkpoint: str) -> None:
        """The loading of a checkpoint begins."""
        if checkpoint != self._written:
            self._written = checkpoint
            with contextlib.suppress(StorageError), atomic_write(self._file) as file:
                file.write(checkpoint.encode())

    def end(self, loaded: str | None = None) -> None:
        """Loading has ended, or the program ends in order.

        Args:
            loaded: what is loaded now. What the last start did not survive is trusted again once it was loaded.
        """
        if self._written or (self.failed and loaded == self.failed):
            self._written = self.failed = ""
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)

    def _read(self) -> str:
        try:
            with self._file.open("rb") as file:
                return file.read(200).decode("utf-8", "replace").strip()
        except OSError:
            return ""
