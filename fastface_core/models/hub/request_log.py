"""The list of everything this program ever asked of the network, for the user to read.

A request is written down before it goes out, so that it is in the list whatever happens then, and once more when it is
over. What may be secret is left out: the query of an address holds signatures.
"""

import contextlib
import json
import os
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import filelock

from fastface_core import paths
from fastface_core.bounded import parsed, read_bytes
from fastface_core.errors import FastFaceError
from fastface_core.files import atomic_write, make_folder, storage_error

MOST = 1 << 20
"""Bytes of one file. There are two: the second one holds what is older."""

_LARGEST = 64 << 20
"""Bytes of a list; it is kept far below that."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request that left this computer, or tried to.

    Attributes:
        time: when it went out, UTC, ISO 8601.
        host: with the port, where it is not the usual one.
        path: without its query.
        why: what it was for, in words.
        status: the answer's; None where none came.
        received: bytes of the answer's content; None while it is under way, or where the program ended first.
    """

    time: str
    method: str
    host: str
    path: str
    why: str
    status: int | None = None
    received: int | None = None


class NetworkLog:
    """The list in one folder. Several processes may write to it."""

    def __init__(self, folder: Path | None = None, most: int = MOST) -> None:
        """`folder`: among the user's data, where none is given."""
        self.folder = folder or paths.data_folder() / "network"
        self.file = self.folder / "requests.jsonl"
        self.older = self.folder / "requests.older.jsonl"
        self._most = most
        self._lock = threading.Lock()

    def begin(self, method: str, host: str, path: str, why: str) -> str:
        """Writes a request down before it goes out, and returns what `end` takes.

        Raises:
            StorageError: it cannot be written down, and so should not go out.
        """
        key = uuid.uuid4().hex[:12]
        self._write(
            {
                "id": key,
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": method,
                "host": host,
                "path": path,
                "why": why,
            }
        )
        return key

    def end(self, key: str, status: int | None, received: int) -> None:
        """Writes down what came of it. A full disk is no reason to lose what has arrived: it is then left out."""
        with contextlib.suppress(FastFaceError):
            self._write({"id": key, "status": status, "received": received})

    def read(self, last: int | None = None) -> tuple[Outbound, ...]:
        """The requests in their order, the newest last; `last` limits how many."""
        found: dict[str, dict[str, Any]] = {}
        for path in (self.older, self.file):
            try:
                text = read_bytes(path, _LARGEST).decode("utf-8", "replace")
            except OSError:
                continue
            for line in text.splitlines():
                try:
                    entry = cast(Any, parsed(line))
                    found.setdefault(entry.pop("id"), {}).update(entry)
                except (ValueError, KeyError, AttributeError, TypeError):
                    continue  # a line that a crash or a full disk has cut
        requests: list[Outbound] = []
        for entry in found.values():
            # The first half of a pair may have been in a file that is gone.
            with contextlib.suppress(TypeError):
                requests.append(Outbound(**entry))
        return tuple(requests[-last:] if last else requests)

    def clear(self) -> bytes:
        """Empties the list. What it held is returned, for `put_back`.

        Raises:
            StorageError: the files cannot be removed.
        """
        with self._lock:
            make_folder(self.folder)
            held = b""
            try:
                with filelock.FileLock(self.folder / "lock"):
                    for path in (self.older, self.file):
                        with contextlib.suppress(FileNotFoundError):
                            held += path.read_bytes()
                            path.unlink()
            except OSError as error:
                raise storage_error(error, self.folder) from error
            return held

    def put_back(self, held: bytes) -> None:
        """Takes back a `clear`; what was written since stays.

        Raises:
            StorageError: it cannot be written.
        """
        with self._lock:
            make_folder(self.folder)
            with filelock.FileLock(self.folder / "lock"), atomic_write(self.older) as file:
                file.write(held)

    def _write(self, entry: dict[str, object]) -> None:
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            make_folder(self.folder)
            try:
                self._rotate()
                # One write, at the end: lines of several processes do not mix.
                descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                try:
                    os.write(descriptor, line)
                finally:
                    os.close(descriptor)
            except OSError as error:
                raise storage_error(error, self.folder) from error

    def _rotate(self) -> None:
        if self._size() < self._most:
            return
        with filelock.FileLock(self.folder / "lock"):
            # Another process may have done it since.
            if self._size() >= self._most:
                self.file.replace(self.older)

    def _size(self) -> int:
        try:
            return self.file.stat().st_size
        except FileNotFoundError:
            return 0
