"""Moving the models to another folder or drive: copy, verify, switch, delete.

Until the switch, which is one atomic write of a small file, everything stays where it was and in use; after it, the new
folder is whole. Killed at any moment, the same command goes on: what was copied is kept, and what is still to be
deleted is listed in the new folder.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import ModelError, SettingsError, StorageError
from fastface_core.files import atomic_write, storage_error
from fastface_core.models import own
from fastface_core.models.disk.copying import Meter, copy, sha256_of, share
from fastface_core.models.store import KNOWLEDGE, FileRecord, Record, Store
from fastface_core.progress import CancelToken, Report, silent

_MOVING = ".moving"
_LEFT_BEHIND = "left-behind.json"


class _LeftBehind(BaseModel):
    """What is still to be deleted after the switch; the files relative to the old folder."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    folder: str
    files: tuple[str, ...]

    @field_validator("files")
    @classmethod
    def _inside(cls, files: tuple[str, ...]) -> tuple[str, ...]:
        # The list lies on a drive that others may have had in their hands, and what it names is deleted.
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
            raise ValueError("a file outside of the folder")
        return files


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did.

    Attributes:
        files, size: how many files, and their bytes.
        kept: files that could not be deleted from the old folder.
    """

    folder: Path
    files: int
    size: int
    kept: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a move would do.

    Attributes:
        target: the new folder. same_drive: nothing has to be copied.
        size: bytes of what is moved; `free` those that the new drive has free.
    """

    target: Path
    size: int
    free: int
    same_drive: bool


def use_folder(folder: Path) -> None:
    """The switch: from now on `folder` is the models folder.

    Raises:
        StorageError: this cannot be written down; the old folder stays in use.
    """
    with atomic_write(paths.models_folder_file()) as file:
        file.write(json.dumps({"folder": str(folder)}).encode() + b"\n")


def move(
    store: Store,
    target: Path,
    report: Report = silent,
    cancel: CancelToken | None = None,
    switch: Callable[[Path], None] = use_folder,
) -> Moved:
    """Moves the models to `target`, and with them what is half downloaded. Call it without the lock.

    Only what belongs to the catalogue's repositories and the user's own bases is moved; other files stay.

    Args:
        switch: makes the program use the new folder.

    Raises:
        SettingsError: FASTFACE_MODELS says where the models are.
        ModelError: a file is damaged; nothing has changed.
        StorageError: too little space; a folder that cannot be written to, or that holds other models; another
            process that works in one of the two. Until the switch, nothing has changed.
        Cancelled: between two pieces, before the switch.
    """
    cancel = cancel or CancelToken()
    source, target = _source_and_target(store, target)
    new = Store(target, store.catalogue)
    if source == target:
        with new.lock():
            return Moved(target, 0, 0, clear_left_behind(new))
    # The locks lie in the two folders, and so tell whether these can be written to.
    with store.lock(), new.lock():
        clear_left_behind(new)
        files = [path.relative_to(source) for path in _ours(store, source)]
        sizes = {name: (source / name).stat().st_size for name in files}
        meter = Meter(sum(sizes.values()), report, cancel)
        _check_conflicts(source, target, files)
        if not _same_drive(source, target):
            new.check_space(_to_copy(target, sizes))
        for name in files:
            meter.at(name.name)
            _bring(store, new, source / name, target / name, meter)
        _write_records(store, new)
        cancel.check()
        left = _LeftBehind(folder=str(source), files=tuple(str(name.as_posix()) for name in files))
        with atomic_write(new.knowledge / _LEFT_BEHIND) as file:
            file.write(left.model_dump_json(indent=1).encode())
        try:
            switch(target)
        except BaseException:
            (new.knowledge / _LEFT_BEHIND).unlink(missing_ok=True)
            raise
        kept = clear_left_behind(new)
    return Moved(target, len(files), sum(sizes.values()), kept)


def plan(store: Store, target: Path) -> MovePlan:
    """What moving the models to `target` means. Changes nothing.

    Raises:
        SettingsError: FASTFACE_MODELS says where the models are.
        StorageError: too little space, a folder that is one with the old one or holds other models, or a drive that is
            not there.
    """
    source, target = _source_and_target(store, target)
    if source == target:
        raise StorageError("The models lie in this folder already.", "Choose another folder.")
    files = [path.relative_to(source) for path in _ours(store, source)]
    sizes = {name: (source / name).stat().st_size for name in files}
    _check_conflicts(source, target, files)
    same = _same_drive(source, target)
    if not same:
        Store(target, store.catalogue).check_space(_to_copy(target, sizes))
    try:
        free = shutil.disk_usage(_existing(target)).free
    except OSError as error:
        raise storage_error(error, target) from error
    return MovePlan(target, sum(sizes.values()), free, same)


def _source_and_target(store: Store, target: Path) -> tuple[Path, Path]:
    if os.environ.get("FASTFACE_MODELS"):
        raise SettingsError(
            "The variable FASTFACE_MODELS says where the models are.", "Unset it first, or set it to the new folder."
        )
    source, target = _resolved(store.folder), _resolved(target.absolute())
    if source != target and (source.is_relative_to(target) or target.is_relative_to(source)):
        raise StorageError(
            f"{target} and the folder of the models lie within one another.", "Choose a folder outside of it."
        )
    return source, target


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except RuntimeError as error:  # a link that leads to itself, until Python 3.13
        raise StorageError(f"{folder} is not a folder.", "Choose another folder.") from error


def _existing(folder: Path) -> Path:
    """The folder, or the first one above it that exists."""
    return next((place for place in (folder, *folder.parents) if place.exists()), folder)


def _same_drive(source: Path, target: Path) -> bool:
    try:
        return _existing(source).stat().st_dev == _existing(target).stat().st_dev
    except OSError:
        return False


def _to_copy(target: Path, sizes: dict[Path, int]) -> int:
    """Bytes that are not in the new folder yet."""
    there = 0
    for name, size in sizes.items():
        for path in (target / name, target / f"{name}{_MOVING}"):
            if path.exists():
                there += min(size, path.stat().st_size)
                break
    return sum(sizes.values()) - there


def clear_left_behind(store: Store) -> tuple[Path, ...]:
    """Deletes what a move into this folder has left in the old one, where it is whole here. Call it with the lock.

    Returns:
        The files that could not be deleted.
    """
    journal = store.knowledge / _LEFT_BEHIND
    try:
        left = _LeftBehind.model_validate_json(read_bytes(journal))
    except (OSError, ValidationError):
        return ()
    old = Path(left.folder)
    # Only after the switch: a list of a move that was broken off before it means nothing.
    if old.resolve() == store.folder.resolve() or paths.models_folder().resolve() == old.resolve():
        journal.unlink(missing_ok=True)
        return ()
    kept: list[Path] = []
    for name in left.files:
        path, here = old / name, store.folder / name
        try:
            if here.is_file() and path.is_file() and here.stat().st_size == path.stat().st_size:
                path.unlink()
        except OSError:
            kept.append(path)
    for component in store.catalogue.components:
        with contextlib.suppress(OSError):
            (old / KNOWLEDGE / "components" / f"{component.name}.json").unlink()
    with contextlib.suppress(OSError):
        (old / KNOWLEDGE / "lock").unlink()
    _remove_empty(old)
    if not kept:
        journal.unlink(missing_ok=True)
    return tuple(kept)


def _remove_empty(folder: Path) -> None:
    """Removes folders without files, from the innermost to `folder` itself."""
    for place, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(place).rmdir()


def _ours(store: Store, folder: Path) -> Iterator[Path]:
    """The files that belong to the models, without what is known of them."""
    tops = dict.fromkeys([*(component.folder for component in store.catalogue.components), own.FOLDER])
    for top in tops:
        for place, _, names in os.walk(folder / top):
            for name in sorted(names):
                path = Path(place, name)
                if path.is_file() and not name.endswith((_MOVING, ".share")):
                    yield path


def _check_conflicts(source: Path, target: Path, files: list[Path]) -> None:
    for name in files:
        there = target / name
        if there.exists() and there.stat().st_size != (source / name).stat().st_size:
            raise _other(there)


def _other(path: Path) -> StorageError:
    return StorageError(
        f"The new folder holds another file in the place of {path.name}: {path}.",
        "Choose an empty folder, or remove that file.",
    )


def _bring(store: Store, new: Store, source: Path, target: Path, meter: Meter) -> None:
    """Puts one file into the new folder and verifies it there."""
    expected = _expected(store, source)
    size = source.stat().st_size
    if target.exists():
        if not target.samefile(source) and sha256_of(target) != sha256_of(source):
            raise _other(target)
        meter.add(size)
    # Two names for one file, until the old one is deleted: that is as good as renaming it, and can be taken back.
    elif share(source, target):
        meter.add(size)
    else:
        part = target.with_name(target.name + _MOVING)
        new.check_space(size - (part.stat().st_size if part.exists() else 0))
        try:
            copy(source, target, part, meter, expected=expected)
        except ModelError as error:
            raise ModelError(f"{error.message} Nothing was moved.", error.hint) from error


def _expected(store: Store, path: Path) -> str | None:
    """The checksum that was recorded of a file, if it has not changed since."""
    for component in store.catalogue.components:
        folder = store.folder.resolve() / component.folder
        if path.is_relative_to(folder):
            name = path.relative_to(folder).as_posix()
            known = store.record(component).files.get(name)
            if known is not None and store.unchanged(component, name):
                return known.sha256
    return None


def _write_records(store: Store, new: Store) -> None:
    """What is known of the files goes along; not every drive keeps their times to the nanosecond."""
    for component in store.catalogue.components:
        record = store.record(component)
        files: dict[str, FileRecord] = {}
        for name, known in record.files.items():
            with contextlib.suppress(OSError):
                same = store.unchanged(component, name) or known.damaged
                time = new.path(component, name).stat().st_mtime_ns
                files[name] = known.model_copy(update={"mtime_ns": time if same else known.mtime_ns})
        if files:
            new.write_record(component, Record(revision=record.revision, files=files))
