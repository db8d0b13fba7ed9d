"""Which folders outside the pictures folder hold pictures of the library: what a rebuild has to scan.

A small file next to the database, because a rebuild has no database.
"""

import json
from pathlib import Path
from typing import cast

from fastface_core.bounded import read_json
from fastface_core.files import atomic_write


class Roots:
    """The list of folders."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> list[Path]:
        """The folders, in the order in which they came; one that is damaged or absent is empty."""
        try:
            content = read_json(self._file)
        except (OSError, ValueError):
            return []
        listed = cast(list[object], content) if isinstance(content, list) else []
        return [Path(folder) for folder in listed if isinstance(folder, str)]

    def put(self, folders: list[Path]) -> None:
        """Replaces the list.

        Raises:
            StorageError: the disk is full or cannot be written to.
        """
        with atomic_write(self._file) as file:
            file.write(json.dumps([str(folder) for folder in folders], ensure_ascii=False, indent=1).encode())
