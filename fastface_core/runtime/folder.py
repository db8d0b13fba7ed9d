"""The runtime's folder: what lies where, who may change it, and which runtime is in effect.

chosen.json          which runtime is used, replaced atomically once that one has computed something
LANE-HASH/           an unpacked runtime; its record is written last, its list of files beside it
LANE-HASH.part/      one that is being unpacked; LANE-HASH.gone/ one that is being removed
wheels/              what is being fetched, until the runtime works
"""

import contextlib
import json
import os
import shutil
from collections.abc import Generator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from fastface_core import overlay, paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, exclusive, storage_error
from fastface_core.models.store import gigabytes
from fastface_core.overlay import CHOSEN, RECORD, Chosen, Computed, Landmark, Record

FILES = "fastface-files.json"
_SPARE = 200_000_000
_LANDMARK = 1 << 18
"""Bytes from which on a file is looked at whenever the program starts."""

_ALWAYS = ("torch/__init__.py", "torch/version.py")
_LARGEST_LIST = 64 << 20


class FileEntry(BaseModel):
    """A file of an unpacked runtime, and the wheel that it came from."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: str
    size: int
    sha256: str
    wheel: str


class FileList(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    files: tuple[FileEntry, ...]


class RuntimeFolder:
    """One folder of runtimes."""

    def __init__(self, root: Path | None = None) -> None:
        """`root`: the user's, where none is given."""
        self.root = root or paths.runtime_folder()

    @property
    def wheels(self) -> Path:
        return self.root / "wheels"

    @contextlib.contextmanager
    def lock(self) -> Generator[None]:
        """Keeps other processes from changing the folder, and removes what a process that was killed left.

        Raises:
            StorageError: somebody else holds it, or the folder cannot be written to.
        """
        with exclusive(self.root / "lock", "Another FastFace is changing the GPU's runtime at this moment."):
            self._sweep()
            yield

    def _sweep(self) -> None:
        for path in self.root.iterdir():
            if path.suffix in (".part", ".gone"):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    with contextlib.suppress(OSError):
                        path.unlink()

    def check_space(self, wanted: int) -> None:
        """Raises StorageError when the disk has less than `wanted` bytes, and some to spare."""
        try:
            free = shutil.disk_usage(self.root).free
        except OSError as error:
            raise storage_error(error, self.root) from error
        needed = wanted + min(_SPARE, wanted // 10)
        if wanted > 0 and free < needed:
            raise StorageError(
                f"There is too little space for the GPU's runtime in {self.root}: {gigabytes(needed)} are needed and"
                f" {gigabytes(free)} are free.",
                "Free some space, or choose another folder (in Settings, or with: --folder FOLDER).",
            )

    # One runtime

    def is_whole(self, name: str) -> bool:
        """Whether a runtime was unpacked to its end, and its larger files are as they were then."""
        return not self.changed(self.root / name)

    def changed(self, folder: Path) -> tuple[str, ...]:
        """The files of a runtime that are missing or not as they were, at the cost of a look at the larger ones."""
        record = overlay.read_record(folder)
        if record is None:
            return (RECORD,)
        found: list[str] = []
        for one in record.landmarks:
            try:
                status = (folder / one.path).stat()
            except OSError:
                found.append(one.path)
                continue
            if (status.st_size, status.st_mtime_ns) != (one.size, one.mtime_ns):
                found.append(one.path)
        return tuple(found)

    def files(self, name: str) -> tuple[FileEntry, ...]:
        """What was unpacked; nothing where the list is gone."""
        try:
            return FileList.model_validate_json(read_bytes(self.root / name / FILES, _LARGEST_LIST)).files
        except (OSError, ValidationError):
            return ()

    def write_record(self, folder: Path, record: Record, files: tuple[FileEntry, ...]) -> None:
        """Writes what lies in a folder, the record last: with it the runtime is whole.

        Args:
            record: without landmarks, which are taken from the files as they lie there.

        Raises:
            StorageError: it cannot be written.
        """
        landmarks: list[Landmark] = []
        try:
            for one in files:
                if one.size >= _LANDMARK or one.path in _ALWAYS:
                    status = (folder / one.path).stat()
                    landmarks.append(Landmark(path=one.path, size=status.st_size, mtime_ns=status.st_mtime_ns))
        except OSError as error:
            raise storage_error(error, folder) from error
        with atomic_write(folder / FILES) as file:
            file.write(FileList(files=files).model_dump_json().encode())
        if hasattr(os, "sync"):
            os.sync()  # thousands of files, of which the record says that they are there
        with atomic_write(folder / RECORD) as file:
            whole = record.model_copy(update={"landmarks": tuple(landmarks), "size": sum(one.size for one in files)})
            file.write(whole.model_dump_json(indent=1).encode())

    # Which one

    def choose(self, name: str, computed: Computed) -> None:
        """From now on this one is used.

        Raises:
            StorageError: this cannot be written down; the one before stays in use.
        """
        with atomic_write(self.root / CHOSEN) as file:
            file.write(Chosen(name=name, computed=computed).model_dump_json(indent=1).encode())

    def names(self) -> tuple[str, ...]:
        """The runtimes that were unpacked to their end."""
        if not self.root.is_dir():
            return ()
        found = (path for path in self.root.iterdir() if path.suffix not in (".part", ".gone"))
        return tuple(sorted(path.name for path in found if (path / RECORD).is_file()))

    def remove_others(self, keep: str) -> None:
        """Removes what is no longer needed: wheels, and runtimes that no process works with."""
        shutil.rmtree(self.wheels, ignore_errors=True)
        for name in self.names():
            if name != keep and not overlay.is_used(self.root / name):
                self._remove(name)

    def remove_all(self) -> bool:
        """Removes every runtime and what was fetched. Call it with the lock.

        Returns:
            False where a process works with one, whose files stay until the next change.

        Raises:
            StorageError: the folder cannot be written to.
        """
        try:
            (self.root / CHOSEN).unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, self.root) from error
        self.remove_others("")
        return not self.names()

    def _remove(self, name: str) -> None:
        # Under another name first: half a runtime is none.
        gone = self.root / f"{name}.gone"
        with contextlib.suppress(OSError):
            (self.root / name).replace(gone)
            shutil.rmtree(gone, ignore_errors=True)


def use_folder(root: Path) -> None:
    """From now on the user's runtime is looked for in `root`; call it once a runtime works there.

    Raises:
        StorageError: this cannot be written down; the old folder stays in use.
    """
    with atomic_write(paths.runtime_folder_file()) as file:
        file.write(json.dumps({"folder": str(root.absolute())}).encode() + b"\n")
