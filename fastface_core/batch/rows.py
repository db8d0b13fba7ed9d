"""What a row of a batch may say, and how one line becomes several: people x prompts x presets x seeds."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from fastface_core.domain.checkpoints import SchedulerName
from fastface_core.domain.request import MAX_COUNT, MAX_PROMPT, Seed, Side
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.validation import settings_error

MOST_ROWS = 100_000
"""Rows of a batch, once its lists are multiplied."""
SEPARATOR = " | "
"""Between several values in one cell of a table."""

_SIZE = re.compile(r"\s*(\d{2,5})\s*[xX]\s*(\d{2,5})\s*")
_SEEDS = re.compile(r"\s*(\d{1,16})\s*\.\.\s*(\d{1,16})\s*")
_LISTS = ("photos", "faces")
"""Fields whose several values belong to one row."""

Text = Annotated[str, Field(min_length=1, max_length=500)]


class Row(BaseModel):
    """One person, one prompt, one preset: pictures of consecutive seeds.

    Attributes:
        person: a name or uid of the library; where photos are given, what the person is called in names of files.
        photos: files or folders, relative to where the batch lies.
        faces: which face in each photo, from 1 at the left; 0 takes the largest.
        preset, checkpoint: None takes the defaults of `fastface generate`.
        size: width and height in pixels.
        seed: of the first picture; None takes one that follows from the row, the same each time.
        count: how many pictures; with `good`, at most.
        good: how many have to be near the person; the row ends with them.
        above: from which score a picture is near: a number from -1 to 1, or the word of the checkpoint's scale.
        client: for the name of the folder.
        name: the naming pattern.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    person: Text | None = None
    photos: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    faces: Annotated[tuple[Annotated[int, Field(ge=0, le=1000)], ...], Field(max_length=100)] = ()
    prompt: Annotated[str, Field(max_length=MAX_PROMPT)] = ""
    negative_prompt: Annotated[str, Field(max_length=MAX_PROMPT)] = ""
    preset: Text | None = None
    checkpoint: Text | None = None
    steps: Annotated[int, Field(ge=1, le=100)] | None = None
    size: tuple[Side, Side] | None = None
    scheduler: SchedulerName | None = None
    seed: Seed | None = None
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 1
    good: Annotated[int, Field(ge=1, le=MAX_COUNT)] | None = None
    above: Literal["good", "strong"] | Annotated[float, Field(ge=-1, le=1)] = "good"
    client: Annotated[str, Field(max_length=200)] = ""
    name: Text | None = None

    @field_validator("size", mode="before")
    @classmethod
    def _of_text(cls, size: object) -> object:
        match = _SIZE.fullmatch(size) if isinstance(size, str) else None
        return (int(match[1]), int(match[2])) if match else size

    @model_validator(mode="after")
    def _makes_sense(self) -> "Row":
        if self.person is None and not self.photos:
            raise ValueError("it names neither a person nor photos")
        if not self.prompt.strip():
            raise ValueError("it has no prompt")
        if self.good is not None and self.good > self.count:
            raise ValueError(f"good is {self.good}, and count allows {self.count}")
        if len(self.faces) > len(self.photos):
            raise ValueError("there are more faces than photos")
        return self


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a batch as it was written.

    Attributes:
        number: from 1.
        values: by the names of the fields of `Row`; where a value is a list, each of its values is a row.
    """

    number: int
    values: Mapping[str, object]
    base: Path
    """The folder that its photos are relative to."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be done.

    Attributes:
        number: of its line.
        who: whom it is of, as far as it says so.
    """

    number: int
    who: str
    error: FastFaceError


def expand(entry: Entry, defaults: Mapping[str, object]) -> Iterator[Row | Refused]:
    """The rows of a line.

    Args:
        defaults: values for the fields that a line leaves out.
    """
    values = {**defaults, **entry.values}
    who = _named(values.get("person"))
    try:
        lists = {name: _several(name, value) for name, value in values.items()}
    except SettingsError as error:
        yield Refused(entry.number, who, error)
        return
    for chosen in itertools.product(*lists.values()):
        row = dict(zip(lists, chosen, strict=True))
        seeds = row.get("seed")
        if isinstance(seeds, range):
            row |= {"seed": seeds.start, "count": len(seeds)}
        try:
            yield Row.model_validate(row)
        except ValidationError as error:
            yield Refused(entry.number, _named(row.get("person")) or who, settings_error(error, "The row"))


def _named(person: object) -> str:
    return person if isinstance(person, str) else ""


def _several(name: str, value: object) -> list[object]:
    if name in _LISTS:
        return [tuple(cast("list[object]", value)) if isinstance(value, list | tuple) else (value,)]
    if not isinstance(value, list | tuple):
        return [_seeds(value) if name == "seed" else value]
    several = list(cast("list[object]", value))
    if name == "size" and len(several) == 2 and all(isinstance(side, int) for side in several):
        return [tuple(several)]
    if not several:
        raise SettingsError(f"The list {name} of a row is empty.", "Give it a value or leave it out.")
    return [_seeds(one) if name == "seed" else one for one in several]


def _seeds(value: object) -> object:
    match = _SEEDS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    first, last = int(match[1]), int(match[2])
    if not first <= last < first + MAX_COUNT:
        raise SettingsError(f'"{value}" is no range of seeds.', f"Write it like 1..4, with {MAX_COUNT} at most.")
    return range(first, last + 1)
