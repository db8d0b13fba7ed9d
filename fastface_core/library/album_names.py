"""The names of all albums in a small file beside the database, for those that no picture's file says yet."""

import json
import sqlite3
from pathlib import Path
from typing import cast

from fastface_core.bounded import read_json
from fastface_core.files import atomic_write


class AlbumNames:
    """Keeps them."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def keep(self, connection: sqlite3.Connection) -> None:
        """To be called within the change, so that of two programs neither forgets what the other has just made.

        Raises:
            StorageError: the disk is full.
        """
        names = [str(name) for (name,) in connection.execute("SELECT name FROM albums ORDER BY name COLLATE NOCASE")]
        with atomic_write(self._file) as file:
            file.write(json.dumps(names, ensure_ascii=False, indent=1).encode())

    def kept(self) -> list[str]:
        """As the file has them; none where it cannot be read."""
        try:
            content = read_json(self._file)
        except (OSError, ValueError):
            return []
        return [str(name) for name in cast("list[object]", content)] if isinstance(content, list) else []
