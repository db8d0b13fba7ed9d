"""Reading files that may be anything: a pipe that nobody writes into, a device without end, JSON as deep as a well.

What these raise is what Python raises over any file, `OSError` and `ValueError`, so that the caller who knows what to
say of a file that cannot be read knows what to say of these.
"""

import errno
import json
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

LARGEST = 16 << 20
"""Bytes of a file of settings, or of anything else that people or programs keep as text."""


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """A file for reading. What is none (a pipe, a device, a folder) is not waited for.

    Raises:
        OSError: it cannot be opened, or is no file.
    """
    try:
        file = open(path, "rb", opener=_opener)  # noqa: SIM115 (closed below)
    except ValueError as error:
        # A name that no file can have: with a zero byte, or of letters that are none.
        raise OSError(errno.EINVAL, "no name of a file", os.fspath(path)) from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "no file", os.fspath(path))
        yield file


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """All of a file.

    Raises:
        OSError: it cannot be read, is no file, or longer than `largest` bytes.
    """
    with opened(path) as file:
        # Not its size beforehand: files of the system have none, and others grow.
        data = file.read(largest + 1)
    if len(data) > largest:
        raise OSError(errno.EFBIG, "File too large", os.fspath(path))
    return data


def parsed(text: str | bytes) -> object:
    """What a text in JSON says.

    Raises:
        ValueError: it is none, holds a number too large, or is too deep.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error


def read_json(path: Path, largest: int = LARGEST) -> object:
    """What a file in JSON says.

    Raises:
        OSError, ValueError: as `read_bytes` and `parsed`.
    """
    return parsed(read_bytes(path, largest))


def read_object(path: Path, largest: int = LARGEST) -> dict[str, object]:
    """As `read_json`, for a file that holds one JSON object.

    Raises:
        OSError, ValueError: as `read_json`, or it holds something else.
    """
    found = read_json(path, largest)
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return cast("dict[str, object]", found)


def shortened(text: str, longest: int) -> str:
    """A text of others as it may stand in a sentence: on one line, and not without end."""
    text = "".join(letter if letter.isprintable() else " " for letter in text[: longest + 1])
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
