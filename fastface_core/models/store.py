"""The models folder: what of each component is there, whether it was verified, and who may change it.

Every component's files lie under `ORGANISATION/NAME/`, as on the hub. What this program knows of them lies in
`.fastface/`: for each component a record of the files that were verified, and the lock. A file without a record is one
that somebody put there by hand.
"""

import contextlib
import re
import shutil
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, exclusive, make_folder, storage_error
from fastface_core.models.catalogue import Bundle, Catalogue, Component, RemoteFile, Sha256

State = Literal["absent", "partial", "unverified", "ready", "damaged"]
"""absent: nothing is there. partial: some files, or parts of them. unverified: all files, not all of them verified as
they are now. ready: all verified. damaged: a file has another size or content than it should."""

KNOWLEDGE = ".fastface"
PART = ".part"
# What `atomic_write` calls its unfinished files.
_TEMPORARY = re.compile(r"\.[0-9a-f]{32}\.part")
_SPARE = 200_000_000
"""What stays free on the disk after a download, in bytes: a full disk stops other programs too."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """An event: bytes of a longer work are done.

    Attributes:
        what: the file that it is at, for people.
    """

    what: str
    done: int
    total: int


class FileRecord(BaseModel):
    """What is known of one file.

    Attributes:
        sha256: of its content, when it was verified.
        mtime_ns: of the file then; another one means that somebody may have changed it since.
        damaged: it was verified and is wrong; `sha256` is then what it should be.
        replaces: the catalogue's file that this one was made from and replaces.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    size: int
    sha256: Sha256
    mtime_ns: int
    verified: str
    damaged: bool = False
    replaces: str | None = None
    made_from: str | None = None


class Record(BaseModel):
    """What is known of a component's files, by their paths in the repository."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    revision: str = ""
    files: dict[str, FileRecord] = {}


class Store:
    """One models folder."""

    def __init__(self, folder: Path | None = None, catalogue: Catalogue | None = None) -> None:
        """`folder`: the user's, where none is given."""
        self.folder = folder or paths.models_folder()
        self._given = catalogue

    @cached_property
    def catalogue(self) -> Catalogue:
        return self._given or Catalogue.load()

    # Places

    def path(self, component: Component, file: RemoteFile | str) -> Path:
        """Where a finished file lies."""
        name = file if isinstance(file, str) else file.path
        return self.folder / component.folder / name

    def part_path(self, component: Component, file: RemoteFile | str) -> Path:
        """Where its first bytes lie while it is being fetched."""
        path = self.path(component, file)
        return path.with_name(path.name + PART)

    @property
    def knowledge(self) -> Path:
        """The folder of what this program knows of the others."""
        return self.folder / KNOWLEDGE

    # Records

    def record(self, component: Component) -> Record:
        """What is known of a component; a record that cannot be read counts as none."""
        try:
            return Record.model_validate_json(read_bytes(self._record_path(component)))
        except (OSError, ValidationError):
            return Record()

    def record_verified(
        self,
        component: Component,
        file: RemoteFile | str,
        sha256: str,
        *,
        replaces: str | None = None,
        made_from: str | None = None,
    ) -> None:
        """Keeps that the file which now lies at its place has this content. Call it after the rename, with the lock.

        Raises:
            StorageError: the record cannot be written.
        """
        name = file if isinstance(file, str) else file.path
        status = self.path(component, name).stat()
        self._change(
            component,
            name,
            FileRecord(
                size=status.st_size,
                sha256=sha256,
                mtime_ns=status.st_mtime_ns,
                verified=datetime.now(UTC).isoformat(timespec="seconds"),
                replaces=replaces,
                made_from=made_from,
            ),
        )

    def record_damaged(self, component: Component, file: RemoteFile | str, expected: str) -> None:
        """Keeps that the file is wrong: `expected` is the sha256 that it should have."""
        name = file if isinstance(file, str) else file.path
        status = self.path(component, name).stat()
        before = self.record(component).files.get(name)
        self._change(
            component,
            name,
            FileRecord(
                size=status.st_size,
                sha256=expected,
                mtime_ns=status.st_mtime_ns,
                verified=datetime.now(UTC).isoformat(timespec="seconds"),
                damaged=True,
                replaces=before.replaces if before else None,
                made_from=before.made_from if before else None,
            ),
        )

    def write_record(self, component: Component, record: Record) -> None:
        """Replaces what is known of a component.

        Raises:
            StorageError: it cannot be written; the old record is intact.
        """
        with atomic_write(self._record_path(component)) as file:
            file.write(record.model_dump_json(indent=1, exclude_defaults=True).encode())

    def forget(self, component: Component, file: RemoteFile | str | None = None) -> None:
        """Drops what is known of one file, or of the whole component."""
        if file is None:
            with contextlib.suppress(FileNotFoundError):
                self._record_path(component).unlink()
            return
        self._change(component, file if isinstance(file, str) else file.path, None)

    # States

    def began(self, component: Component) -> bool:
        """Whether this program put anything of a component here, be it the first bytes of a file."""
        return bool(self.record(component).files) or any(self.part_size(component, file) for file in component.files)

    def part_size(self, component: Component, file: RemoteFile) -> int:
        """First bytes of a file that are here; 0 also for a part that was made and into which nothing came."""
        try:
            return self.part_path(component, file).stat().st_size
        except OSError:
            return 0

    def file_state(self, component: Component, file: RemoteFile, record: Record | None = None) -> State:
        """The state of one file. A file that was replaced by what was made of it has that one's state."""
        record = record or self.record(component)
        replacement = next((name for name, known in record.files.items() if known.replaces == file.path), None)
        path = self.path(component, file)
        if replacement is not None and not path.exists():
            path, known = self.path(component, replacement), record.files[replacement]
        else:
            known = record.files.get(file.path)
        try:
            status = path.stat()
        except OSError:
            return "partial" if self.part_size(component, file) else "absent"
        if known is None:
            wrong = file.exact and status.st_size != file.size
            return "damaged" if wrong else "unverified"
        if status.st_size != known.size:
            return "damaged"
        if status.st_mtime_ns != known.mtime_ns:
            return "unverified"
        if known.damaged:
            return "damaged"
        wrong = known.replaces is None and file.sha256 is not None and known.sha256 != file.sha256
        return "unverified" if wrong else "ready"

    def unchanged(self, component: Component, name: str) -> bool:
        """Whether a file is still as it was when it was verified, by its size and its time."""
        known = self.record(component).files.get(name)
        try:
            status = self.path(component, name).stat()
        except OSError:
            return False
        return (
            known is not None
            and not known.damaged
            and (status.st_size, status.st_mtime_ns)
            == (
                known.size,
                known.mtime_ns,
            )
        )

    def state(self, component: Component) -> State:
        """The state of a component, by the sizes and times of its files; none is read."""
        record = self.record(component)
        return together(self.file_state(component, file, record) for file in component.files)

    def bundle_state(self, bundle: Bundle) -> State:
        """The state of a bundle: ready when all its components are."""
        return together(self.state(component) for component in self.catalogue.of(bundle))

    def needed(self, component: Component) -> tuple[RemoteFile, ...]:
        """The files that have to be fetched: those that are absent, begun, or damaged."""
        record = self.record(component)
        return tuple(
            file
            for file in component.files
            if self.file_state(component, file, record) in ("absent", "partial", "damaged")
        )

    def bytes_missing(self, bundle: Bundle) -> int:
        """Bytes that are still to be fetched for a bundle; what lies in parts is counted as there."""
        return sum(self.component_bytes_missing(component) for component in self.catalogue.of(bundle))

    def component_bytes_missing(self, component: Component) -> int:
        """Bytes that are still to be fetched for a component."""
        return sum(file.size - min(file.size, self.part_size(component, file)) for file in self.needed(component))

    # Changing

    @contextlib.contextmanager
    def lock(self) -> Generator[None]:
        """Keeps other processes, and other threads of this one, from changing the folder. Reading needs no lock.

        Raises:
            StorageError: somebody else holds it, or the folder cannot be written to.
        """
        make_folder(self.folder)
        with exclusive(self.knowledge / "lock", "Another FastFace is changing the models folder at this moment."):
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Removes what a process that was killed left of files that it had not finished; they are of no use."""
        for top in dict.fromkeys([KNOWLEDGE, "own", *(component.folder for component in self.catalogue.components)]):
            for path in (self.folder / top).rglob(f".*{PART}"):
                if _TEMPORARY.fullmatch(path.name):
                    with contextlib.suppress(OSError):
                        path.unlink()

    def check_space(self, wanted: int, what: Literal["models", "pack"] = "models") -> None:
        """Raises StorageError when the disk of the folder has less than `wanted` bytes, and some to spare."""
        folder = self.folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise storage_error(error, self.folder) from error
        # What is small in itself needs little to spare.
        needed = wanted + min(_SPARE, wanted // 10)
        if wanted > 0 and free < needed:
            elsewhere = "move the models to another drive with: fastface models move FOLDER"
            raise StorageError(
                f"There is too little space for the {what} in {self.folder}: {gigabytes(needed)} are needed and"
                f" {gigabytes(free)} are free.",
                f"Free some space, or {elsewhere if what == 'models' else 'write the pack to another drive'}.",
            )

    def _record_path(self, component: Component) -> Path:
        return self.knowledge / "components" / f"{component.name}.json"

    def _change(self, component: Component, name: str, known: FileRecord | None) -> None:
        files = dict(self.record(component).files)
        files.pop(name, None)
        if known is not None:
            files[name] = known
        self.write_record(component, Record(revision=component.revision, files=files))


def together(parts: Iterable[State]) -> State:
    """The state of what is made of parts."""
    states = set(parts)
    if "damaged" in states:
        return "damaged"
    if states == {"absent"}:
        return "absent"
    if states & {"absent", "partial"}:
        return "partial"
    return "ready" if states == {"ready"} else "unverified"


def gigabytes(count: int) -> str:
    """A size for people: "5.1 GB", "930 MB", "12 kB"."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}" if unit == "GB" else f"{count / size:.0f} {unit}"
    return "1 byte" if count == 1 else f"{count} bytes"
