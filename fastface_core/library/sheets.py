"""The sheet and the table that a comparison leaves beside its pictures: their names, and how they are erased."""

import csv
import re
from collections.abc import Collection
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase

SHEET, TABLE = "grid.png", "grid.csv"
FILE_COLUMN = "file"
"""The column of the table that names the picture's file."""
PLACE = "Compare"
"""The folder, in that of the pictures, of comparisons that were not given another."""

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


def _shown(table: Path) -> set[str]:
    try:
        lines = csv.DictReader(read_bytes(table).decode("utf-8-sig").splitlines())
        return {line.get(FILE_COLUMN) or "" for line in lines} - {""}
    except (OSError, ValueError, csv.Error):
        return set()
