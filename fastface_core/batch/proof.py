"""The proof sheet: every picture of a batch on one page, the nearest first, in a file that opens offline."""

import base64
from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from PIL import Image

from fastface_core.batch.outcomes import Kept, Outcome
from fastface_core.batch.rows import Refused
from fastface_core.counting import counted
from fastface_core.errors import FastFaceError
from fastface_core.files import atomic_write
from fastface_core.library.metadata import read_image
from fastface_core.library.sheets import PROOF

ON_A_PAGE = 1000
"""Pictures; at about 12 KB each, a page stays one that a browser opens and a mail carries."""
_SIDE = 256
_STYLE = """
:root{color-scheme:light dark;--ink:#1d2330;--soft:#5c6574;--line:#d9dde5;--ground:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#9aa4b5;--line:#353c49;--ground:#14171d}}
body{font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--ground);margin:2em}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:1.2em}
figure{margin:0}img{width:100%;height:auto;display:block;border-radius:4px}
figcaption{margin-top:.3em;overflow-wrap:anywhere}small,p{color:var(--soft)}
table{border-collapse:collapse;margin:1em 0}td,th{text-align:left;padding:.2em 1em .2em 0;vertical-align:top;
border-bottom:1px solid var(--line)}
"""


def write(outcomes: Sequence[Outcome], refused: Sequence[Refused], out: Path, title: str) -> tuple[Path, ...]:
    """Writes the pages and returns where they lie; the first one has what failed.

    Raises:
        StorageError: the disk is full, or the folder cannot be written to.
    """
    shown = sorted(((row, one) for row in outcomes for one in row.pictures), key=_order)
    pages = [shown[first : first + ON_A_PAGE] for first in range(0, len(shown), ON_A_PAGE)] or [[]]
    files = [
        out / (f"{PROOF}.html" if number == 1 else f"{PROOF}-{number}.html") for number in range(1, len(pages) + 1)
    ]
    for number, (file, pictures) in enumerate(zip(files, pages, strict=True)):
        with atomic_write(file) as opened:
            _put(opened, _head(title, len(shown), len(outcomes)))
            if number == 0:
                _put(opened, _failed(outcomes, refused))
            _put(opened, "<main>")
            for row, one in pictures:
                _put(opened, _figure(row, one, out))
            _put(opened, "</main>" + _links(files, file) + "</body></html>\n")
    return tuple(files)


def _order(shown: tuple[Outcome, Kept]) -> tuple[bool, float, int, int]:
    row, one = shown
    return one.score is None, -(one.score or 0.0), row.line, one.seed


def _put(file: BinaryIO, text: str) -> None:
    file.write(text.encode(errors="replace"))


def _head(title: str, pictures: int, rows: int) -> str:
    shown = f"{counted(pictures, 'picture', 'pictures')} of {counted(rows, 'row', 'rows')}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1><p>{shown}, the nearest first.</p>"
    )


def _failed(outcomes: Sequence[Outcome], refused: Sequence[Refused]) -> str:
    failed = [(one.number, one.who, f"{one.error.message} {one.error.hint}") for one in refused]
    failed += [(row.line, row.who, f"{row.error} {row.hint or ''}") for row in outcomes if row.error]
    failed += [
        (row.line, row.who, f"Held back by the content filter: {row.withheld}.")
        for row in outcomes
        if row.withheld and not row.error
    ]
    if not failed:
        return ""
    lines = "".join(
        f"<tr><td>{line}</td><td>{escape(who)}</td><td>{escape(text)}</td></tr>" for line, who, text in sorted(failed)
    )
    return f"<h2>Not made</h2><table><tr><th>Row</th><th>Person</th><th>Why</th></tr>{lines}</table>"


def _figure(row: Outcome, one: Kept, out: Path) -> str:
    if one.likeness is not None:
        score = f"likeness {one.likeness:.2f}"
    else:
        score = "no likeness" if one.match is None else f"match with the drawing {one.match:.2f}"
    who = f"{row.client}, {row.who}" if row.client else row.who
    about = f"row {row.line}, {row.preset}, seed {one.seed}"
    return (
        f'<figure><a href="{quote(one.path)}">{_image(out / one.path, row.prompt)}</a>'
        f"<figcaption><b>{escape(who)}</b><br>{score}<br><small>{escape(about)}</small></figcaption></figure>"
    )


def _image(path: Path, prompt: str) -> str:
    try:
        with read_image(path, least=_SIDE) as (_, image):
            small = image.convert("RGB")
            small.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    except FastFaceError as error:
        return escape(error.message)
    buffer = BytesIO()
    small.save(buffer, format="JPEG", quality=82)
    data = base64.b64encode(buffer.getvalue()).decode()
    size = f'width="{small.width}" height="{small.height}"'
    return f'<img {size} alt="{escape(prompt)}" src="data:image/jpeg;base64,{data}">'


def _links(files: Sequence[Path], this: Path) -> str:
    if len(files) == 1:
        return ""
    links = (
        f"<b>{number}</b>" if file == this else f'<a href="{quote(file.name)}">{number}</a>'
        for number, file in enumerate(files, start=1)
    )
    return f"<p>Pages: {' '.join(links)}</p>"
