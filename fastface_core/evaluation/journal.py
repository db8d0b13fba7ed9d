"""What is known of each picture, written down line by line: whatever ends the process, no line before is lost."""

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from fastface_core.evaluation.comparing import finite
from fastface_core.files import make_folder, storage_error

Measures = dict[str, float | None]

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one metric says of one picture.

    Attributes:
        sha256: of the picture's file then.
        by: the metric's fingerprint: another model gives other numbers.
    """

    sha256: str
    by: str
    values: Measures


class Journal:
    """The file of one evaluation, for the one process that holds its lock. Used in a `with` block."""

    def __init__(self, file: Path) -> None:
        """Reads what is there. A last line that was cut off is dropped; one that cannot be understood is passed over.

        Raises:
            StorageError: the file cannot be read or written to.
        """
        self.measured: dict[tuple[str, str], Measured] = {}
        """By picture and metric."""
        self.failed: dict[str, str] = {}
        """Orders of which nothing came, by group, with the reason."""
        self._file = file
        self._number: int | None = None
        self._cut = False
        make_folder(file.parent)
        try:
            self._read()
        except OSError as error:
            raise storage_error(error, file.parent) from error

    def _read(self) -> None:
        if not self._file.exists():
            return
        with self._file.open("rb") as opened:
            for line in opened:
                self._cut = not line.endswith(b"\n")
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            content = json.loads(line)
        except (ValueError, RecursionError):
            return
        match content:
            case {"group": str(group), "failed": str(reason)}:
                self.failed[group] = reason
            case {"group": str(group), "failed": None}:
                self.failed.pop(group, None)
            case {"picture": str(key), "metric": str(name), "sha256": str(digest), "by": str(by), "values": dict()}:
                values = _numbers(cast("dict[object, object]", content["values"]))
                if values is not None:
                    self.measured[key, name] = Measured(digest, by, values)
            case _:
                pass

    def __enter__(self) -> Self:
        try:
            self._number = os.open(self._file, _FLAGS, 0o666)
            if self._cut:
                os.write(self._number, b"\n")  # what was cut off becomes a line that says nothing
        except OSError as error:
            raise storage_error(error, self._file.parent) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._number is not None:
            os.close(self._number)
            self._number = None

    def put(self, key: str, metric: str, measured: Measured) -> None:
        """Keeps what a metric says of a picture.

        Raises:
            StorageError: the disk is full.
        """
        values = {name: finite(value) for name, value in measured.values.items()}
        self.measured[key, metric] = measured = replace(measured, values=values)
        self._write(
            {"picture": key, "metric": metric, "sha256": measured.sha256, "by": measured.by, "values": measured.values}
        )

    def fail(self, group: str, reason: str | None) -> None:
        """Keeps why nothing came of an order; None takes it back.

        Raises:
            StorageError: the disk is full.
        """
        if reason is None:
            self.failed.pop(group, None)
        else:
            self.failed[group] = reason
        self._write({"group": group, "failed": reason})

    def _write(self, content: Mapping[str, Any]) -> None:
        assert self._number is not None
        line = json.dumps(content, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        try:
            # In one go and unbuffered: from here on the line is the system's to keep.
            if os.write(self._number, line) != len(line):
                os.write(self._number, b"\n")
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise storage_error(error, self._file.parent) from error


def _numbers(content: dict[object, object]) -> Measures | None:
    found: Measures = {}
    for name, value in content.items():
        if not isinstance(name, str) or not (value is None or isinstance(value, int | float)):
            return None
        found[name] = None if value is None else float(value)
    return found
