"""What files were like when the library last read or wrote them: how a change by another program is noticed.

With the marks that a file held then, what was changed here can be distinguished from what was changed there, and both
are kept.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastface_core.library.labels import LABELS
from fastface_core.library.metadata import Marks
from fastface_core.library.sidecars import Stamp

_UNKNOWN = Stamp(-1, -1)


@dataclass(frozen=True, slots=True)
class Seen:
    stamp: Stamp
    marks: Marks


def all_stamps(connection: sqlite3.Connection) -> dict[int, Stamp]:
    """By the picture's number."""
    found = connection.execute("SELECT picture_id, size, changed FROM seen_files")
    return {number: Stamp(size, changed) for number, size, changed in found}


def get(connection: sqlite3.Connection, number: int) -> Seen | None:
    """None where the file was never read by a version that remembers it."""
    row = connection.execute("SELECT size, changed, marks FROM seen_files WHERE picture_id = ?", (number,)).fetchone()
    if row is None:
        return None
    # Earlier versions remembered the first three.
    said: list[Any] = json.loads(row[2])
    if len(said) == 3:
        said += [None, [], ""]
    rating, rejected, tags, label, albums, stack = said
    label = label if label in LABELS else None
    return Seen(Stamp(row[0], row[1]), Marks(rating, rejected, tuple(tags), label, tuple(albums), stack))


def put(connection: sqlite3.Connection, number: int, stamp: Stamp | None, marks: Marks) -> None:
    """Remembers a file; without a stamp, it is read again next time."""
    stamp = stamp or _UNKNOWN
    text = json.dumps([marks.rating, marks.rejected, marks.tags, marks.label, marks.albums, marks.stack])
    connection.execute(
        "INSERT OR REPLACE INTO seen_files (picture_id, size, changed, marks) VALUES (?, ?, ?, ?)",
        (number, stamp.size, stamp.changed, text),
    )


def merged(base: Marks, ours: Marks, theirs: Marks) -> Marks:
    """What was changed here and what was changed there, since both had `base`; where both changed the same, ours.

    Of albums and stacks other programs know nothing: that they are gone there is no wish of anybody's.
    """
    before = {tag.casefold() for tag in base.tags}
    here = {tag.casefold() for tag in ours.tags}
    tags = {tag.casefold(): tag for tag in theirs.tags if tag.casefold() in here or tag.casefold() not in before}
    for tag in ours.tags:
        if tag.casefold() not in before:
            tags.setdefault(tag.casefold(), tag)
    gathered = {album.casefold() for album in base.albums}
    stars = theirs if (ours.rating, ours.rejected) == (base.rating, base.rejected) else ours
    return Marks(
        stars.rating,
        stars.rejected,
        tuple(tags.values()),
        theirs.label if ours.label == base.label else ours.label,
        together(ours.albums, [one for one in theirs.albums if one.casefold() not in gathered]),
        ours.stack if ours.stack != base.stack else theirs.stack or ours.stack,
    )


def together(ours: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """All of them, each once in whatever case it is written."""
    found: dict[str, str] = {}
    for one in (*ours, *more):
        found.setdefault(one.casefold(), one)
    return tuple(found.values())
