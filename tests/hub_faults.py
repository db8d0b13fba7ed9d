"""How the local hub misbehaves: each value is one fault that `Hub.misbehave` takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cut:
    """The connection ends when the byte `at` of the file would come next; `hard` with a reset."""

    at: int
    hard: bool = False


@dataclass(frozen=True)
class Stall:
    """Nothing more comes when the byte `at` of the file would be next, until the client leaves or `Hub.release()`.

    With `at` None not even the answer's head comes.
    """

    at: int | None = 0


@dataclass(frozen=True)
class IgnoreRange:
    """The whole file comes, whatever part was asked for."""


@dataclass(frozen=True)
class ShiftRange:
    """Another part comes than the one asked for, and says so."""

    by: int


@dataclass(frozen=True)
class Length:
    """The answer says that it is longer by `more` bytes (shorter, if negative) than it is."""

    more: int


@dataclass(frozen=True)
class Flip:
    """The byte `at` comes with one bit changed."""

    at: int


@dataclass(frozen=True)
class Compress:
    """The content comes gzip-compressed, though nobody asked for it."""


@dataclass(frozen=True)
class Page:
    """A page comes instead, as from a network that wants a log-in first."""


@dataclass(frozen=True)
class Status:
    """An answer with no content. With `at_hub` False it is the second address that gives it."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    at_hub: bool = False


GATED = Status(
    403, {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access to this model is restricted."}, at_hub=True
)
NO_TOKEN = Status(401, {"X-Error-Message": "Invalid username or password."}, at_hub=True)
BAD_TOKEN = Status(401, {"X-Error-Message": "Invalid credentials in Authorization header"}, at_hub=True)
NOT_THERE = Status(404, {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"}, at_hub=True)

Fault = Cut | Stall | IgnoreRange | ShiftRange | Length | Flip | Compress | Page | Status
