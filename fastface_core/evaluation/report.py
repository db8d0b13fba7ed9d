"""Writes a report: the page, and the same numbers as JSON and CSV beside it."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from fastface_core.evaluation import summary
from fastface_core.evaluation.page import page
from fastface_core.evaluation.results import Results
from fastface_core.evaluation.tuning import Point
from fastface_core.files import atomic_write
from fastface_core.library import evaluations
from fastface_core.library.evaluations import NUMBERS, PAGE, TABLE


def write(
    parts: Sequence[Results],
    folder: Path,
    title: str,
    sort_by: str | None = None,
    against: str | None = None,
    curve: tuple[Sequence[Point], str, str] | None = None,
) -> Path:
    """Writes the three files and returns the page's.

    Args:
        parts: results of one protocol each.
        sort_by, against, curve: as in `page`.

    Raises:
        StorageError: the disk is full, or the folder cannot be written to.
    """
    numbers = {"version": 1, "title": title, "parts": [summary.as_json(one, against) for one in parts]}
    contents = {
        NUMBERS: (json.dumps(numbers, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode(),
        TABLE: table(parts).encode("utf-8-sig"),
        PAGE: page(parts, title, sort_by, against, curve).encode(),
    }
    evaluations.remember(folder)
    for name, content in contents.items():
        with atomic_write(folder / name) as file:
            file.write(content)
    return folder / PAGE


def table(parts: Sequence[Results]) -> str:
    """CSV, a line a picture: its settings and all its measures."""
    names = list(dict.fromkeys(name for one in parts for name in one.measures))
    labels = list(dict.fromkeys(label for one in parts for person in one.plan.people for label in person.labels))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    about = ["protocol", "settings", "checkpoint", "person", *(f"label {one}" for one in labels)]
    writer.writerow([*about, "kind", "prompt", "seed", "file", *names, "failed"])
    for results in parts:
        plan = results.plan
        for entry in results.entries:
            for place in np.ndindex(*plan.shape):
                person, prompt, seed = (int(number) for number in place)
                subject, asked = plan.people[person], plan.prompts[prompt]
                path = cast("Path | None", entry.files[person, prompt, seed])
                group = f"{entry.contender.name}/{person + 1:04}-{prompt + 1:03}"
                writer.writerow(
                    [
                        plan.protocol,
                        entry.name,
                        entry.contender.checkpoint,
                        subject.name,
                        *(subject.labels.get(one, "") for one in labels),
                        asked.kind,
                        asked.text,
                        plan.first_seed(person, prompt) + seed,
                        "" if path is None else f"{path.parent.name}/{path.name}",
                        *(_number(float(entry.values[name][place])) if name in entry.values else "" for name in names),
                        entry.failed.get(f"{group}-{seed + 1:02}") or entry.failed.get(group, ""),
                    ]
                )
    return text.getvalue()


def _number(value: float) -> str:
    return f"{value:.6f}" if np.isfinite(value) else ""
