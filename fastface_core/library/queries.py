"""What a gallery view asks for, and the SQL that answers it.

Pages go by cursor: the sort keys of the last row, so that a page costs the same wherever it is and a new picture does
not shift it. Each sort has an index that holds what is filtered by. A set that SQL would have to visit row by row
(pictures with a tag, or with some words) leads the query where it is small and only tests rows where it is large.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from fastface_core.errors import SettingsError
from fastface_core.library import labels
from fastface_core.library.labels import Label
from fastface_core.library.moments import milliseconds

Sort = Literal["date", "rating", "score", "likeness"]
"""By score the best come first, by their likeness or by their match with the drawing. Views that were kept before there
was a match call that "likeness"."""

_SORT_KEYS: dict[Sort, tuple[str, ...]] = {
    "date": ("p.created", "p.id"),
    "rating": ("p.rating", "p.created", "p.id"),
    "score": ("coalesce(p.likeness, p.twin_match, -2)", "p.created", "p.id"),
}
_SORT_KEYS["likeness"] = _SORT_KEYS["score"]
_SMALL_SET = 500
"""Up to this many pictures a set leads the query: they are read one by one and sorted."""

WORD = re.compile(r"\w+")
_IDEOGRAPHS = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


@dataclass(frozen=True, slots=True)
class Query:
    """Which pictures, in which order. All conditions hold together.

    Attributes:
        text: words that all occur in the prompt, a tag, the file's name or the person's name; the last may be begun.
        person: a person's uid; "" for pictures of nobody known.
        commercial: whether the models' terms allow commercial use; None for either.
        rating: the least, 0 to 5.
        rejected: None for either.
        tags: all of them.
        labels: any of them; empty for all pictures.
        album: the name of one.
        comparison: whether they are cells of comparisons; None for either.
        stack: the number of one, see `PictureRow.stack`.
        likeness: the least and the most; either may be None. Pictures without one are left out where either is given.
        twin_match: the same of the match with the drawing.
        since, until: made at or after, and before.
        trashed: the pictures in the trash instead of the others.
        missing: pictures whose file was not found; None for either.
    """

    text: str = ""
    person: str | None = None
    preset: str | None = None
    checkpoint: str | None = None
    rating: int = 0
    rejected: bool | None = None
    tags: tuple[str, ...] = ()
    likeness: tuple[float | None, float | None] = (None, None)
    twin_match: tuple[float | None, float | None] = (None, None)
    since: datetime | None = None
    until: datetime | None = None
    trashed: bool = False
    missing: bool | None = None
    commercial: bool | None = None
    labels: tuple[Label, ...] = ()
    album: str | None = None
    comparison: bool | None = None
    stack: int | None = None
    sort: Sort = "date"
    descending: bool = True


Cursor = tuple[float | int, ...]
"""The sort keys of the last row of a page."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL from FROM to ORDER BY, without what is selected.

    Attributes:
        keys: the sort keys' expressions, the last of them the picture's id.
    """

    source: str
    where: str
    order: str
    keys: tuple[str, ...]
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """Pictures that are not told by a column: by a tag, or by words.

    Attributes:
        select: their numbers, some perhaps twice.
        test: the condition that a picture is among them.
    """

    select: str
    values: tuple[object, ...]
    test: str
    test_values: tuple[object, ...]


@dataclass(slots=True)
class _Built:
    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(condition)
        self.values.extend(values)


def searchable(*texts: str) -> str:
    """Texts as they go into the index: each ideograph and kana is a word of its own, for they stand without spaces."""
    return _IDEOGRAPHS.sub(r" \1 ", " ".join(texts))


def match_of(term: str, *, begun: bool) -> str:
    """A word of a search as FTS5 takes it: a phrase; with `begun` its last word need not be whole.

    A single letter is whole: nearly every text has a word that begins so.
    """
    words = WORD.findall(searchable(term))
    return f'"{" ".join(words)}"' + ("*" if begun and len(words[-1]) > 1 else "")


def terms_of(text: str) -> list[str]:
    """The words of a search; those without a letter or digit say nothing."""
    return [term for term in unicodedata.normalize("NFC", text).split() if WORD.search(term)]


def build(
    connection: sqlite3.Connection, query: Query, after: Cursor | None, named: Mapping[str, Sequence[str]]
) -> Statement:
    """The SQL of a query.

    Args:
        named: for each word of the text, the uids of the people whose name has it.

    Raises:
        SettingsError: a rating or sort that does not exist, or a cursor of another sort.
    """
    if not 0 <= query.rating <= 5:
        raise SettingsError(f"A rating of {query.rating} does not exist.", "Choose one from 0 to 5.")
    keys = _SORT_KEYS.get(query.sort)
    if keys is None:
        raise SettingsError(f'Pictures cannot be sorted by "{query.sort}".', "Choose date, rating or score.")
    built = _Built()
    built.add("p.in_trash = ?", int(query.trashed))
    _plain_filters(connection, query, built)
    small: _Set | None = None
    for one in (*_tag_sets(connection, query), *_album_sets(connection, query), *_text_sets(query, named)):
        if small is None and _is_small(connection, one):
            small = one
            # It comes before the conditions in the statement, and so do its values.
            built.values[:0] = one.values
        else:
            built.add(one.test, *one.test_values)
    if after is not None:
        if len(after) != len(keys) or any(abs(key) >= 1 << 63 for key in after):
            raise SettingsError("This cursor belongs to another list.", "Begin again with the first page.")
        direction = "<" if query.descending else ">"
        built.add(f"({', '.join(keys)}) {direction} ({', '.join('?' * len(keys))})", *after)
    if small is not None:
        # CROSS JOIN: the small set leads, whatever SQLite guesses about its size.
        source = (
            f"(SELECT DISTINCT picture_id FROM ({small.select})) AS s CROSS JOIN pictures AS p ON p.id = s.picture_id"
        )
    else:
        index = "score" if query.sort == "likeness" else query.sort
        source = f"pictures AS p INDEXED BY pictures_by_{index}"
    word = "DESC" if query.descending else "ASC"
    order = ", ".join(f"{key} {word}" for key in keys)
    return Statement(source, " AND ".join(built.conditions), order, keys, tuple(built.values))


def _plain_filters(connection: sqlite3.Connection, query: Query, built: _Built) -> None:
    if query.person == "":
        built.add("p.person_id IS NULL AND NOT EXISTS (SELECT 1 FROM also_shown AS a WHERE a.picture_id = p.id)")
    elif query.person is not None:
        number = _id_of(connection, "people", "uid", query.person)
        also = "EXISTS (SELECT 1 FROM also_shown AS a WHERE a.person_id = ? AND a.picture_id = p.id)"
        built.add(f"(p.person_id = ? OR {also})", number, number)
    if query.preset is not None:
        built.add("p.preset_id = ?", _id_of(connection, "presets", "name", query.preset))
    if query.checkpoint is not None:
        built.add("p.checkpoint_id = ?", _id_of(connection, "checkpoints", "name", query.checkpoint))
    if query.rating:
        built.add("p.rating >= ?", query.rating)
    if query.rejected is not None:
        built.add("p.rejected = ?", int(query.rejected))
    if query.missing is not None:
        built.add("p.missing = ?", int(query.missing))
    if query.commercial is not None:
        built.add("p.commercial = ?", int(query.commercial))
    if query.comparison is not None:
        built.add("p.comparison = ?", int(query.comparison))
    if query.stack is not None:
        built.add("p.stack_id = ?", query.stack)
    if query.labels:
        numbers = [labels.number_of(label) for label in query.labels]
        built.add(f"p.label IN ({', '.join('?' * len(numbers))})", *numbers)
    for column, (least, most) in (("likeness", query.likeness), ("twin_match", query.twin_match)):
        if least is not None:
            built.add(f"p.{column} >= ?", least)
        if most is not None:
            built.add(f"p.{column} <= ?", most)
    if query.since is not None:
        built.add("p.created >= ?", milliseconds(query.since))
    if query.until is not None:
        built.add("p.created < ?", milliseconds(query.until))


def _tag_sets(connection: sqlite3.Connection, query: Query) -> list[_Set]:
    """One set for all tags: it may be small where each of them is large.

    A picture is looked up in the index of the tag, instead of listing all pictures with the tag first.
    """
    if not query.tags:
        return []
    # The rarest first: it is the one that is gone through where the set leads.
    numbers = sorted(
        {tag_id(connection, tag) or -1 for tag in query.tags},
        key=lambda number: _count_up_to(connection, "SELECT 1 FROM picture_tags WHERE tag_id = ?", (number,)),
    )
    has = "EXISTS (SELECT 1 FROM picture_tags AS o WHERE o.tag_id = ? AND o.picture_id = {})"
    first, *others = numbers
    select = "SELECT t.picture_id FROM picture_tags AS t WHERE t.tag_id = ?" + "".join(
        f" AND {has.format('t.picture_id')}" for _ in others
    )
    test = " AND ".join(has.format("p.id") for _ in numbers)
    return [_Set(select, (first, *others), test, tuple(numbers))]


def _album_sets(connection: sqlite3.Connection, query: Query) -> list[_Set]:
    if query.album is None:
        return []
    number = album_id(connection, query.album) or -1
    select = "SELECT a.picture_id FROM picture_albums AS a WHERE a.album_id = ?"
    test = "EXISTS (SELECT 1 FROM picture_albums AS a WHERE a.album_id = ? AND a.picture_id = p.id)"
    return [_Set(select, (number,), test, (number,))]


def _text_sets(query: Query, named: Mapping[str, Sequence[str]]) -> list[_Set]:
    """A word that is (part of) somebody's name finds that person's pictures too."""
    words = "SELECT rowid AS picture_id FROM picture_text WHERE picture_text MATCH ?"
    sets: list[_Set] = []
    in_text: list[str] = []
    terms = terms_of(query.text)
    for number, term in enumerate(terms, start=1):
        match = match_of(term, begun=number == len(terms))
        uids = tuple(named.get(term, ()))
        if not uids:
            in_text.append(match)
            continue
        people = f"(SELECT id FROM people WHERE uid IN ({', '.join('?' * len(uids))}))"
        also = f"SELECT picture_id FROM also_shown WHERE person_id IN {people}"
        sets.append(
            _Set(
                select=f"{words} UNION ALL SELECT id FROM pictures WHERE person_id IN {people} UNION ALL {also}",
                values=(match, *uids, *uids),
                # The person first: the words are then looked up only where it is somebody else.
                test=f"(ifnull(p.person_id IN {people}, 0) OR p.id IN ({also}) OR p.id IN ({words}))",
                test_values=(*uids, *uids, match),
            )
        )
    if in_text:
        match = " AND ".join(in_text)
        sets.insert(0, _Set(words, (match,), f"p.id IN ({words})", (match,)))
    return sets


def _is_small(connection: sqlite3.Connection, one: _Set) -> bool:
    return _count_up_to(connection, one.select, one.values) <= _SMALL_SET


def _count_up_to(connection: sqlite3.Connection, select: str, values: tuple[object, ...]) -> int:
    """How many rows there are; one more than a small set may have stands for all larger numbers."""
    limited = f"SELECT count(*) FROM (SELECT 1 FROM ({select}) LIMIT {_SMALL_SET + 1})"
    (count,) = connection.execute(limited, values).fetchone()
    return int(count)


def tag_id(connection: sqlite3.Connection, tag: str) -> int | None:
    """The number of a tag in whatever case it is written; None where there is none."""
    return _number_of_name(connection, "tags", tag)


def album_id(connection: sqlite3.Connection, album: str) -> int | None:
    """The number of an album in whatever case it is written; None where there is none."""
    return _number_of_name(connection, "albums", album)


def _number_of_name(connection: sqlite3.Connection, table: str, name: str) -> int | None:
    row = connection.execute(f"SELECT id FROM {table} WHERE name = ?", (name,)).fetchone()
    if row is None and not name.isascii():
        # SQLite knows the case of ASCII letters alone.
        wanted = name.casefold()
        row = next(
            (one for one in connection.execute(f"SELECT id, name FROM {table}") if one[1].casefold() == wanted), None
        )
    return int(row[0]) if row else None


def _id_of(connection: sqlite3.Connection, table: str, column: str, value: str) -> int:
    """The row number of a name; one that no picture has where the name is unknown."""
    row = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (value,)).fetchone()
    return int(row[0]) if row else -1
