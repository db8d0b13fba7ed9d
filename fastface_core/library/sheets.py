"""What a comparison leaves beside its pictures (sheet and table), and a batch (outcomes and proof sheets): their names,
and how what they show of some pictures is erased."""

import csv
import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import cast
from urllib.parse import quote

from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase
from fastface_core.files import atomic_write

SHEET, TABLE = "grid.png", "grid.csv"
FILE_COLUMN = "file"
"""The column of the table that names the picture's file."""
PLACE = "Compare"
"""The folder, in that of the pictures, of comparisons that were not given another."""

OUTCOMES, PROOF = "batch.jsonl", "proof"
"""Of a batch: a line for each row, and the beginning of the names of its pages."""
_PAGE = re.compile(rf"{PROOF}(-\d+)?\.html")
_LARGEST = 256 << 20
"""Bytes of either."""
_STEPS = 3
"""Folders above a picture's in which its batch may lie."""

_OWN = re.compile("[0-9a-f]{16}")


def is_comparison(folder: Path) -> bool:
    """Whether a folder is a comparison's own, where those lie that were not given another."""
    return folder.parent.name == PLACE and _OWN.fullmatch(folder.name) is not None


def erase_sheets(folder: Path, names: Collection[str]) -> None:
    """Erases sheet and table of a folder where they show any of these pictures, or cannot be told from such.

    Args:
        names: of the pictures' files.

    Raises:
        StorageError: one cannot be removed.
    """
    shown = _shown(folder / TABLE)
    # A sheet without its table: only in a comparison's own folder is it known to be one.
    if shown & set(names) or (not shown and is_comparison(folder)):
        erase(folder / SHEET)
        erase(folder / TABLE)


def erase_of_batches(folder: Path, names: Collection[str]) -> None:
    """Takes rows that made any of these pictures, and those of the same person, out of the outcomes of a batch, and
    erases its pages where they show any.

    Args:
        folder, names: of the pictures' files.

    Raises:
        StorageError: a file cannot be written or removed.
    """
    for place in (folder, *list(folder.parents)[:_STEPS]):
        shown = {(folder / name).relative_to(place).as_posix() for name in names}
        taken = _take_out(place / OUTCOMES, shown)
        pages = [page for page in place.glob(f"{PROOF}*.html") if _PAGE.fullmatch(page.name)]
        if taken or any(_shows(page, shown) for page in pages):
            for page in pages:
                erase(page)


def _take_out(outcomes: Path, shown: Collection[str]) -> bool:
    """Returns whether there was something."""
    try:
        lines = read_bytes(outcomes, _LARGEST).splitlines(keepends=True)
    except OSError:
        return False
    rows = [_row(line) for line in lines]
    named = {
        str(row.get("who"))
        for row in rows
        for one in cast("list[object]", row.get("pictures") or [])
        if isinstance(one, dict) and cast("dict[str, object]", one).get("path") in shown
    }
    if not named:
        return False
    with atomic_write(outcomes) as file:
        for line, row in zip(lines, rows, strict=True):
            if row and str(row.get("who")) not in named:
                file.write(line)
    return True


def _row(line: bytes) -> dict[str, object]:
    """Nothing of a line that was cut short by a crash."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", row) if isinstance(row, dict) else {}


def _shows(page: Path, shown: Collection[str]) -> bool:
    try:
        content = read_bytes(page, _LARGEST)
    except OSError:
        return True
    return any(f'href="{quote(path)}"'.encode() in content for path in shown)


def _shown(table: Path) -> set[str]:
    try:
        lines = csv.DictReader(read_bytes(table).decode("utf-8-sig").splitlines())
        return {line.get(FILE_COLUMN) or "" for line in lines} - {""}
    except (OSError, ValueError, csv.Error):
        return set()
