"""Files and folders as batches: tables, JSON, YAML, and folders of photos."""

import csv
import io
import itertools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fastface_core import absent
from fastface_core.batch.rows import MOST_ROWS, SEPARATOR, Entry, Row
from fastface_core.bounded import LARGEST, parsed, read_bytes
from fastface_core.errors import SettingsError
from fastface_core.library.recipe_photos import photo_files
from fastface_core.pictures.names import PHOTO_SUFFIXES

SUFFIXES = (".csv", ".tsv", ".json", ".yaml", ".yml")
SETTINGS = ("batch.yaml", "batch.yml", "batch.json")
"""In a folder of people: what their pictures show."""

_FIELDS = tuple(Row.model_fields)
_NUMBER = re.compile(r"-?\d{1,17}|-?\d{0,17}\.\d{1,17}")
_NUMBERS = {"faces", "steps", "seed", "count", "good", "above"}
_LARGEST_YAML = 2 << 20
"""Bytes: it is read at about 100 KB a second."""
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Written:
    """A batch as it was written.

    Attributes:
        defaults: for all its lines.
    """

    name: str
    entries: tuple[Entry, ...]
    defaults: Mapping[str, object]


def read_batch(path: Path) -> Written:
    """A batch from a file, or from a folder whose folders are people.

    Raises:
        SettingsError: it cannot be read, or is no batch; a line that makes no sense is left to `rows.expand`.
    """
    if path.is_dir():
        return _folder(path)
    if (other := absent.meant(path)) is not None and not os.path.exists(path):  # noqa: PTH110 (a name may be too long)
        raise SettingsError(*other)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SettingsError(f"{path.name} is no batch.", f"Give a folder or a file ending in {', '.join(SUFFIXES)}.")
    content = _content(path, LARGEST if suffix in (".csv", ".tsv", ".json") else _LARGEST_YAML)
    lines, defaults = _table(content, path.name) if suffix in (".csv", ".tsv") else _listed(content, path)
    if not lines:
        raise SettingsError(f"There are no rows in {path.name}.", "Add a row for each person.")
    entries = [Entry(number, line, path.absolute().parent) for number, line in enumerate(lines, start=1)]
    return Written(path.stem, tuple(entries), defaults)


def read_dropped(paths: Sequence[Path]) -> Written:
    """A batch from what somebody gave at once: a file, a folder of people, or folders and photos of one person each.

    Raises:
        SettingsError: as `read_batch`; or several files, or folders without photos.
    """
    if len(paths) == 1 and (not paths[0].is_dir() or _has_people(paths[0])):
        return read_batch(paths[0])
    entries: list[Entry] = []
    for path in paths:
        photos = photo_files(path) if path.is_dir() else [path] if path.suffix.lower() in PHOTO_SUFFIXES else []
        if not photos:
            raise SettingsError(
                f"{path.name} is no folder with photos.",
                "Give one table, or folders with the photos of one person each.",
            )
        said = {"person": path.stem if path.is_file() else path.name, "photos": [str(one.absolute()) for one in photos]}
        entries.append(Entry(len(entries) + 1, said, path.absolute().parent))
    if not entries:
        raise SettingsError("There is nothing in the batch.", "Give a table, or folders with photos.")
    return Written(paths[0].absolute().parent.name or "Batch", tuple(entries), {})


def _content(path: Path, largest: int) -> bytes:
    try:
        return read_bytes(path, largest)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(f"{path.name} cannot be read: {reason}.", "Choose another file.") from error


def _table(content: bytes, name: str) -> tuple[list[dict[str, object]], dict[str, object]]:
    text = content.decode("utf-8-sig", errors="replace")
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns = [column.strip().lower() for column in reader.fieldnames or ()]
        for column in columns:
            _check_field(column, name)
        reader.fieldnames = columns
        lines = [_cells(line, name, number) for number, line in enumerate(reader, start=1)]
    except csv.Error as error:
        raise SettingsError(f"{name} is no table: {error}.", "Save it as CSV in UTF-8.") from error
    return [line for line in lines if line], {}


def _cells(line: Mapping[str | None, object], name: str, number: int) -> dict[str, object]:
    if None in line:
        raise SettingsError(f"Row {number} of {name} has more cells than there are columns.", "Put quotes around text.")
    found: dict[str, object] = {}
    for column, cell in line.items():
        text = str(cell or "").strip()
        if text and column is not None:
            values = [_value(column, part.strip()) for part in text.split(SEPARATOR)]
            found[column] = values if len(values) > 1 else values[0]
    return found


def _value(column: str, text: str) -> object:
    if column in _NUMBERS and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _listed(content: bytes, path: Path) -> tuple[list[dict[str, object]], dict[str, object]]:
    """JSON or YAML: a list of rows, or an object with `rows` and what they have in common."""
    found = _object(content, path)
    defaults: dict[str, object] = {}
    if isinstance(found, dict):
        common = cast("dict[object, object]", found)
        rows = common.pop("rows", None)
        defaults = _fields(common, path.name)
        found = cast(object, [{}] if rows is None else rows)
    if not isinstance(found, list):
        raise SettingsError(f"{path.name} holds no list of rows.", "Write a list, or an object with a list named rows.")
    lines: list[dict[str, object]] = []
    for number, row in enumerate(cast("list[object]", found), start=1):
        if not isinstance(row, dict):
            raise SettingsError(f"Row {number} of {path.name} is no object.", "Write each row as names and values.")
        lines.append(_fields(cast("dict[object, object]", row), path.name))
    return lines, defaults


def _object(content: bytes, path: Path) -> object:
    import yaml

    try:
        return parsed(content) if path.suffix.lower() == ".json" else cast(object, yaml.safe_load(content))
    except yaml.MarkedYAMLError as error:
        where = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SettingsError(f"{path.name} cannot be understood{where}.", "Check it with an editor.") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise SettingsError(f"{path.name} cannot be understood.", "Check it with an editor.") from error


def _fields(values: Mapping[object, object], name: str) -> dict[str, object]:
    for field in values:
        _check_field(field, name)
    return {str(field): value for field, value in values.items() if value is not None}


def _check_field(field: object, name: str) -> None:
    if field not in _FIELDS:
        raise SettingsError(f'{name} has an unknown field "{str(field)[:50]}".', f"Use these: {', '.join(_FIELDS)}.")


def _folder(folder: Path) -> Written:
    """Each folder with photos is a person; one with such folders in it is a client; a photo by itself is a person."""
    defaults: dict[str, object] = {}
    for name in SETTINGS:
        if (folder / name).is_file():
            lines, defaults = _listed(_content(folder / name, _LARGEST_YAML), folder / name)
            if lines != [{}]:
                raise SettingsError(f"{name} in a folder of people has no rows.", "Leave out what is under rows.")
            break
    people = itertools.islice(_people(folder, ""), MOST_ROWS)
    entries = [Entry(number, values, folder.absolute()) for number, values in enumerate(people, start=1)]
    return Written(folder.absolute().name, tuple(entries), defaults)


def _people(folder: Path, client: str) -> Iterator[dict[str, object]]:
    said: dict[str, object] = {"client": client} if client else {}
    for photo in photo_files(folder):
        yield {**said, "person": photo.stem, "photos": [str(photo.absolute())]}
    try:
        inside = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    except OSError:
        return
    for one in inside:
        photos = photo_files(one)
        if not client and _has_people(one):
            yield from _people(one, one.name)
        elif photos:
            yield {**said, "person": one.name, "photos": [str(photo.absolute()) for photo in photos]}


def _has_people(folder: Path) -> bool:
    """Whether there are folders with photos in it."""
    try:
        return any(one.is_dir() and photo_files(one) for one in folder.iterdir())
    except OSError:
        return False
