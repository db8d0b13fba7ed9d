"""Which writing of each sealed file is the newest: a sealed file that is older, or that nobody here wrote, is refused.

One small sealed file beside the people's folders. It is written before the file that it speaks of, and remembers what
that one was before, so that a crash in between refuses neither. Restoring everything from an earlier time, this
file included, is not noticed.

The library's lock for changes is held while it is changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.bounded import read_bytes
from fastface_core.errors import SettingsError, StorageError
from fastface_core.files import atomic_write
from fastface_core.library.people.vault import Vault, number_of
from fastface_core.validation import parse_json

NAME = "seals"

_LARGEST = 256 << 20
_HEADER = 64
_Number = Annotated[int, Field(ge=0, lt=1 << 63)]


class _SealsFile(BaseModel):
    """Attributes:
    clock: the number of the last writing.
    files: by their place, the number of the newest writing.
    last: the place of the last writing, and the number before it; None where there was none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clock: _Number = 0
    files: dict[str, _Number] = {}
    last: tuple[str, _Number | None] | None = None


@dataclass(slots=True)
class _Kept:
    state: tuple[int, int, int]
    content: _SealsFile = field(default_factory=_SealsFile)


class Seals:
    """The record of one folder."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._file = folder / NAME
        self._vault = vault
        self._kept: _Kept | None = None

    @property
    def exists(self) -> bool:
        """Whether there is one: there is while the people have a passphrase."""
        return self._file.exists()

    def allows(self, place: str, number: int) -> bool:
        """Whether a file at `place` that says `number` is the newest, or may be after a crash.

        Raises:
            LockedError: the people are locked.
            StorageError: the record is missing or damaged.
        """
        content = self._read()
        return number == content.files.get(place) or content.last == (place, number)

    def next(self, place: str) -> int:
        """The number of the next writing, of the file at `place`; raises as `allows`, and where it cannot be kept."""
        content = self._settled()
        number = content.clock + 1
        last = (place, content.files.get(place))
        self._write(_SealsFile(clock=number, files={**content.files, place: number}, last=last))
        return number

    def settle(self) -> None:
        """The last writing has come to its file, or never will: of the two that are allowed, one is from now on."""
        if self._read().last is not None:
            self._write(self._settled(), durable=False)

    @property
    def following(self) -> int:
        """A number that none of the files has yet; raises as `allows`."""
        return self._read().clock + 1

    def drop(self, beginning: str) -> None:
        """Files whose place begins so are going to be removed, and refused where they come back; raises as `next`."""
        content = self._settled()
        kept = {place: number for place, number in content.files.items() if not place.startswith(beginning)}
        if kept != content.files:
            self._write(_SealsFile(clock=content.clock, files=kept))

    def begin(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Resets the record: these files, by their places, are the newest."""
        files = {place: number for place, number in numbers if place.isprintable()}  # others are none of ours
        self._write(_SealsFile(clock=max([*files.values(), 0]), files=files))

    def write_again(self) -> None:
        """Seals the record with the key that holds now; raises as `allows`."""
        self._write(self._read())

    def remove(self) -> None:
        """There is no passphrase any more."""
        self._file.unlink(missing_ok=True)
        self._kept = None

    def forget(self) -> None:
        """Lets go of what was read."""
        self._kept = None

    def _settled(self) -> _SealsFile:
        """Without what a crash left open: the file says itself whether the last writing came to it."""
        content = self._read()
        if content.last is None:
            return content
        place, before = content.last
        files = dict(content.files)
        found = self._number_at(place)
        if found != files.get(place):
            files.pop(place, None)
            if found is not None and found == before:
                files[place] = found
        return _SealsFile(clock=content.clock, files=files)

    def _number_at(self, place: str) -> int | None:
        try:
            with (self._folder / place).open("rb") as file:
                return number_of(file.read(_HEADER))
        except OSError:
            return None

    def _read(self) -> _SealsFile:
        try:
            status = self._file.stat()
            state = (status.st_mtime_ns, status.st_size, status.st_ino)
            if self._kept is None or self._kept.state != state:
                text = self._vault.open(read_bytes(self._file, _LARGEST), NAME)
                self._kept = _Kept(state, parse_json(_SealsFile, text, "The record of the people's files"))
            elif self._vault.locked:
                self._vault.open(b"", NAME)  # says so
            return self._kept.content
        except (OSError, SettingsError, StorageError) as error:
            raise StorageError(
                "The record of the people's files (people/seals) is missing or damaged.",
                "If nobody else was at this computer, make it again: `fastface people unprotect`, then `protect`.",
            ) from error

    def _write(self, content: _SealsFile, *, durable: bool = True) -> None:
        with atomic_write(self._file, durable=durable) as file:
            file.write(self._vault.seal(content.model_dump_json().encode(), NAME))
        self._kept = None
