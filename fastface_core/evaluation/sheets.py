"""Contact sheets of a report: a photo, and the pictures that were made of it, small and inside the page."""

import base64
from collections.abc import Iterator
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image

from fastface_core.errors import FastFaceError
from fastface_core.evaluation.results import Results
from fastface_core.pictures.files import decoding, opened

PEOPLE, PROMPTS, SIDE = 6, 8, 96
"""How many people and prompts are shown, and the side of each picture in pixels."""


def sheets(results: Results) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """For each of some people a title, and a table of HTML: prompts in columns, settings in rows."""
    plan = results.plan
    prompts = _spread(len(plan.prompts), PROMPTS)
    for person in _spread(len(plan.people), PEOPLE):
        subject = plan.people[person]
        head = [_image(subject.photo, "photo"), *(escape(plan.prompts[one].text) for one in prompts)]
        rows: list[list[str]] = []
        for entry in results.entries:
            cells: list[str] = []
            for prompt in prompts:
                path: Path | None = entry.files[person, prompt, 0]
                likeness = entry.values["likeness"][person, prompt, 0] if "likeness" in entry.values else float("nan")
                said = "" if likeness != likeness else f"<small>{likeness:.2f}</small>"
                cells.append("-" if path is None else f"{_image(path, f'{entry.name}, {prompt + 1}')}{said}")
            rows.append([escape(entry.name), *cells])
        yield subject.name, head, rows


def _spread(count: int, most: int) -> list[int]:
    """At most so many of them, evenly from first to last."""
    if count <= most:
        return list(range(count))
    return [round(number * (count - 1) / (most - 1)) for number in range(most)]


def _image(path: Path, said: str) -> str:
    try:
        with path.open("rb") as file, opened(file, path.name, least=SIDE) as picture:
            with decoding(path.name):
                small = picture.image().convert("RGB")
            small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    except (FastFaceError, OSError):
        return f"<small>{escape(said)}: gone</small>"
    buffer = BytesIO()
    small.save(buffer, format="JPEG", quality=80)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img src="data:image/jpeg;base64,{data}" width="{SIDE}" alt="{escape(said)}">'
