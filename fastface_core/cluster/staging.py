"""Brings models to a computer: each file once, by its hash, and what is there already is taken as it is.

A root is a file or a folder of models as a `Checkpoint` names it. Files lie on the other computer's shelf under their
hash, and sets of links to them stand for roots.
"""

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar, cast
from uuid import uuid4

from pydantic import BaseModel

from fastface_core import paths
from fastface_core.bounded import opened, read_json
from fastface_core.errors import ModelError, StorageError
from fastface_core.files import atomic_write, make_folder, storage_error
from fastface_core.scraps import sweep

PIECE = 16 << 20
"""Bytes that travel at once."""
_MOST_FILES = 10_000
_TRIES = 3

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a root.

    Attributes:
        name: seen from the root, with slashes; empty where the root is a file.
        sha256: hex digest of its content.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Root:
    """What has to be there.

    Attributes:
        path: where it lies on the computer that sends it.
        below: the same seen from a folder that the other computer has too: "resources" or "models", and the place in
            it; None where it is in neither.
    """

    path: str
    below: tuple[str, str] | None
    files: tuple[ModelFile, ...]

    @property
    def key(self) -> str:
        said = [Path(self.path).name, *((one.name, one.sha256) for one in self.files)]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


class Digests:
    """Hashes of files, computed once for each size and time of a file and kept in a file of their own."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._known: dict[str, list[object]] = {}

    def of(self, path: Path) -> str:
        """Raises:
        OSError: it cannot be read.
        """
        with self._lock:
            found = path.stat()
            stamp = [found.st_size, found.st_mtime_ns, found.st_ino]
            known = self._known
            if known.get(str(path), [])[:-1] != stamp:
                known = self._known = self._read()  # another program may have hashed it
            if known.get(str(path), [])[:-1] == stamp:
                return str(known[str(path)][-1])
            digest = hashlib.sha256()
            with opened(path) as file:
                for piece in _pieces(file):
                    digest.update(piece)
            known[str(path)] = [*stamp, digest.hexdigest()]
            # Without it everything is only hashed again.
            with suppress(StorageError), atomic_write(self._file, durable=False, private=True) as kept_file:
                kept_file.write(json.dumps(known).encode())
            return digest.hexdigest()

    def _read(self) -> dict[str, list[object]]:
        try:
            said = read_json(self._file)
        except (OSError, ValueError):
            said = None
        lines = cast("dict[str, object]", said) if isinstance(said, dict) else {}
        read = {name: cast("list[object]", line) for name, line in lines.items() if _is_line(line)}
        return self._known | read


def _is_line(line: object) -> bool:
    return isinstance(line, list) and len(cast("list[object]", line)) == 4


def _pieces(file: BinaryIO) -> Generator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def root_of(path: Path, digests: Digests) -> Root:
    """
    Raises:
        ModelError: it cannot be read, or has too many files.
    """
    files = [path] if path.is_file() else sorted(_files_in(path))
    if len(files) > _MOST_FILES:
        raise ModelError(f"{path.name} has more than {_MOST_FILES} files.", "Keep only the model's files in it.")
    try:
        listed = tuple(
            ModelFile("" if file == path else file.relative_to(path).as_posix(), file.stat().st_size, digests.of(file))
            for file in files
        )
    except OSError as error:
        raise _unreadable(path, error) from error
    path = path.absolute()
    below = next(
        (
            (name, path.relative_to(folder).as_posix())
            for name, folder in _shared_folders().items()
            if path.is_relative_to(folder)
        ),
        None,
    )
    return Root(str(path), below, listed)


def _unreadable(path: Path, error: OSError) -> ModelError:
    reason = error.strerror or type(error).__name__
    return ModelError(f"{path.name} cannot be read: {reason}.", "Check the drive it lies on, and try again.")


def _files_in(folder: Path) -> Iterable[Path]:
    """What is hidden, as a download's own notes, is no part of a model."""
    for file in folder.rglob("*"):
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts):
            yield file


def _shared_folders() -> dict[str, Path]:
    return {"resources": paths.resources(), "models": paths.models_folder().absolute()}


def moved(value: _Value, place: Callable[[Path], Path]) -> _Value:
    """The same value with each path in it, however deep, replaced by `place` of it."""
    if isinstance(value, Path):
        return cast("_Value", place(value))
    if isinstance(value, BaseModel):
        fields = {name: moved(getattr(value, name), place) for name in type(value).model_fields}
        return cast("_Value", value.model_copy(update=fields))
    if isinstance(value, tuple):
        return cast("_Value", tuple(moved(one, place) for one in cast("tuple[object, ...]", value)))
    return value


class Shelf:
    """What a computer of the cluster keeps of models."""

    def __init__(self, folder: Path) -> None:
        """`folder`: made when it is needed. It may be removed at any time while nothing runs."""
        self._files, self._sets = folder / "files", folder / "sets"
        self._digests = Digests(folder / "digests.json")
        self._shared = _shared_folders()
        self._coming: _Coming | None = None
        sweep([self._files])

    def lacking(self, root: Root) -> tuple[str, ...]:
        """The hashes of the files that have to be sent."""
        if self._as_it_is(root) is not None or self._in_set(root) is not None:
            return ()
        return tuple({one.sha256: None for one in root.files if self._found(root, one) is None})

    def take(self, sha256: str, piece: bytes) -> None:
        """The next piece of a file.

        Raises:
            StorageError: the disk is full or the folder cannot be written to.
        """
        if self._coming is None:
            self._coming = _Coming(self._files / sha256)
        self._coming.write(piece)

    def keep(self, sha256: str) -> bool:
        """Ends a file; False where it is not the one of this hash, and nothing of it is kept.

        Raises:
            StorageError: the disk is full or the folder cannot be written to.
        """
        coming, self._coming = self._coming or _Coming(self._files / sha256), None
        return coming.end(sha256)

    def place(self, root: Root) -> Path:
        """Where the root lies here.

        Raises:
            StorageError: a folder cannot be written to.
            ModelError: a file that was there is gone.
        """
        return self._as_it_is(root) or self._in_set(root) or self._made_set(root)

    def _candidates(self, root: Root) -> tuple[Path, ...]:
        there = (Path(root.path),)
        return there if root.below is None else (*there, self._shared[root.below[0]] / root.below[1])

    def _as_it_is(self, root: Root) -> Path | None:
        for candidate in self._candidates(root):
            if all(self._is(candidate / one.name, one) for one in root.files):
                return candidate
        return None

    def _in_set(self, root: Root) -> Path | None:
        place = self._set(root)
        return place if all(self._is(place / one.name, one) for one in root.files) else None

    def _set(self, root: Root) -> Path:
        return self._sets / root.key / Path(root.path).name

    def _made_set(self, root: Root) -> Path:
        new = self._sets / f".{uuid4().hex}"
        place = self._set(root)
        try:
            for one in root.files:
                found = self._found(root, one)
                if found is None:
                    raise ModelError(f"{Path(root.path).name} went missing on a node.", "Run the same command again.")
                file = new / place.name / one.name
                make_folder(file.parent)
                _link(found, file)
            shutil.rmtree(place.parent, ignore_errors=True)
            new.rename(place.parent)
        except OSError as error:
            if self._in_set(root) is None:  # else another program made it meanwhile
                raise storage_error(error, self._sets) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return place

    def _found(self, root: Root, one: ModelFile) -> Path | None:
        places = [*(candidate / one.name for candidate in self._candidates(root)), self._files / one.sha256]
        return next((place for place in places if self._is(place, one)), None)

    def _is(self, path: Path, one: ModelFile) -> bool:
        try:
            return path.is_file() and path.stat().st_size == one.size and self._digests.of(path) == one.sha256
        except OSError:
            return False


class _Damaged(Exception):
    """What came is not what was sent."""


class _Coming:
    """A file that comes in pieces; it has its name once it is whole."""

    def __init__(self, path: Path) -> None:
        self._stack = ExitStack()
        self._file = self._stack.enter_context(atomic_write(path, private=True))
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            with self._stack:
                raise storage_error(error, Path(self._file.name).parent) from error

    def end(self, sha256: str) -> bool:
        try:
            with self._stack:
                if self._digest.hexdigest() != sha256:
                    raise _Damaged
        except _Damaged:
            return False
        return True


def _link(found: Path, place: Path) -> None:
    try:
        place.hardlink_to(found)
    except OSError:
        shutil.copyfile(found, place)  # another disk, or one without links


class Taker(Protocol):
    """The shelf of another computer."""

    def lacking(self, root: Root) -> tuple[str, ...]: ...
    def take(self, sha256: str, piece: bytes) -> None: ...
    def keep(self, sha256: str) -> bool: ...
    def place(self, root: Root) -> Path: ...


def stage(path: Path, there: Taker, digests: Digests) -> Path:
    """Brings a root to another computer, and returns where it lies there.

    Raises:
        ModelError: it cannot be read here, or is damaged on the way again and again.
        StorageError: there is no room for it there.
    """
    root = root_of(path, digests)
    by_hash = {one.sha256: path / one.name for one in root.files}
    for sha256 in there.lacking(root):
        for _ in range(_TRIES):
            if _sent(by_hash[sha256], sha256, there):
                break
        else:
            name = by_hash[sha256].name
            raise ModelError(f"{name} does not arrive whole.", "Check the network between the computers.")
    return there.place(root)


def _sent(path: Path, sha256: str, there: Taker) -> bool:
    """Whether it arrived whole."""
    try:
        with opened(path) as file:
            for piece in _pieces(file):
                there.take(sha256, piece)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        whole = there.keep(sha256)  # ends it in any case, so that nothing half lies there
    return whole
