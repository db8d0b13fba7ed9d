"""Whether the user has said that a person agreed to these pictures; kept, so that nobody is asked twice."""

import json
from collections.abc import Sequence, Set
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject

from fastface_core.bounded import read_object
from fastface_core.paths import data_folder
from fastface_desktop.state.saver import Saver


class Consents(QObject):
    """A consent belongs to a face in a photo: the hash of the photo's content and the face's number, and nothing else.

    A photo that was not inspected yet is known by its path until then, and only in memory.
    """

    def __init__(self, saver: Saver, parent: QObject | None = None, *, file: Path | None = None) -> None:
        super().__init__(parent)
        self._saver = saver
        self._file = file or data_folder() / "consents.json"
        self._given = read_consents(self._file)
        self._unseen: set[Path] = set()

    def known(self, keys: Sequence[str | None], paths: Sequence[Path]) -> bool:
        """Whether one of a person's photos was consented to before.

        Args:
            keys: for each photo "SHA256:FACE"; None until it was inspected.
            paths: the photos, in the same order.
        """
        return any(
            key in self._given if key is not None else path in self._unseen
            for key, path in zip(keys, paths, strict=True)
        )

    def give(self, keys: Sequence[str | None], paths: Sequence[Path]) -> None:
        """Keeps today's consent for all of these photos."""
        today = date.today().isoformat()
        for key, path in zip(keys, paths, strict=True):
            if key is None:
                self._unseen.add(path)
            else:
                self._given.setdefault(key, today)
        self._saver.put(self._file, json.dumps(self._given, indent=2, sort_keys=True).encode())

    def since(self, keys: Sequence[str | None]) -> date | None:
        """When one of these was consented to first; None where that never was."""
        given = [self._given[key] for key in keys if key is not None and key in self._given]
        return date.fromisoformat(min(given)) if given else None

    def forget(self, hashes: Set[str]) -> None:
        """Nothing is known any more of photos of these contents."""
        kept = {key: value for key, value in self._given.items() if key.partition(":")[0] not in hashes}
        if kept != self._given:
            self._given = kept
            self._saver.put(self._file, json.dumps(kept, indent=2, sort_keys=True).encode())

    def seen(self, path: Path, key: str) -> None:
        """A photo that was consented to before was inspected."""
        if path in self._unseen:
            self._unseen.discard(path)
            self.give([key], [path])


def read_consents(file: Path) -> dict[str, str]:
    try:
        return {key: str(value) for key, value in read_object(file).items()}
    except (OSError, ValueError):
        return {}
