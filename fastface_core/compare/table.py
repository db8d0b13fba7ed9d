"""A comparison as CSV: one line a picture."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastface_core.compare.grid import Grid, Place, Shot
from fastface_core.compare.made import Made
from fastface_core.files import atomic_write

COLUMNS = (
    "column",
    "row",
    "column_value",
    "row_value",
    "seed",
    "likeness",
    "likeness_reason",
    "twin_match",
    "seconds",
    "preset",
    "checkpoint",
    "steps",
    "scheduler",
    "width",
    "height",
    "prompt",
    "file",
)


def as_csv(grid: Grid, shots: Sequence[Shot], made: Mapping[Place, Made]) -> str:
    """The table with a line for each picture, made or not, row by row; columns and rows count from 1."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for shot in shots:
        column, row, _ = shot.place
        found = made.get(shot.place)
        writer.writerow(
            [
                column + 1,
                row + 1,
                grid.columns.labels[column],
                grid.row_labels[row],
                shot.request.seed,
                "" if found is None or found.likeness is None else f"{found.likeness:.4f}",
                (found.likeness_reason or "") if found else "",
                "" if found is None or found.twin_match is None else f"{found.twin_match:.4f}",
                "" if found is None or found.seconds is None else f"{found.seconds:.3f}",
                shot.request.preset.name,
                shot.checkpoint,
                shot.plan.steps,
                shot.plan.scheduler,
                shot.plan.width,
                shot.plan.height,
                shot.request.prompt,
                found.path.name if found else "",
            ]
        )
    return text.getvalue()


def save(table: str, path: Path) -> None:
    """Writes a table, in the form that spreadsheets recognise as UTF-8.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    with atomic_write(path) as file:
        file.write(table.encode("utf-8-sig"))
