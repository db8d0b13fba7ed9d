"""What runs on each computer of a cluster, in an actor: one engine that stays loaded, and the models on its shelf.

Nothing private stays behind: photos lie in a folder of their user alone while they are looked at, in main memory where
the system has room for files there, and that folder, which is the actor's home as well, is erased in the end.
"""

import os
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from fastface_core import __version__, paths
from fastface_core.cluster.staging import Root, Shelf
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.erasing import erase_folder
from fastface_core.progress import CancelToken, Report
from fastface_core.scraps import scratch, sweep_scratch
from fastface_core.studio.resident import ResidentEngine

_IN_MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A photo on its way.

    Attributes:
        name: of its file, for sentences.
        face: as in `PhotoChoice`.
    """

    name: str
    content: bytes
    face: int | None


@dataclass(frozen=True, slots=True)
class About:
    """What a node is.

    Attributes:
        versions: of what has to be the same everywhere, by their names for people.
        shelf: names the computer's shelf of models, which several actors may share.
    """

    versions: tuple[tuple[str, str], ...]
    host: str
    shelf: str
    process: int


def versions() -> tuple[tuple[str, str], ...]:
    """What has to be the same on all computers, so that one understands the other and pixels are the same."""
    python = ".".join(map(str, sys.version_info[:2]))
    torch = metadata.version("torch").partition("+")[0]
    return ("FastFace", __version__), ("Python", python), ("PyTorch", torch), ("the system", sys.platform)


class Node:
    """One engine. Its methods are called one after the other, from one thread."""

    def __init__(self, device: str = "auto", shelf: Path | None = None) -> None:
        """
        Args:
            device: as for `Engine`.
            shelf: of the models; None takes the one in the user's cache.
        """
        self._stack = ExitStack()
        shelf = shelf or paths.cache_folder() / "cluster"
        self._shelf_folder = shelf.absolute()
        self._shelf = Shelf(shelf)
        private = _private_folder()
        sweep_scratch(private)
        self._home = self._stack.enter_context(scratch(private, "node"))
        # From here on nothing is read or written in the user's folders; models have their places already.
        os.environ["FASTFACE_HOME"] = str(self._home)
        os.environ["HF_HUB_OFFLINE"] = "1"
        self._resident = ResidentEngine(device)
        self._people: dict[int, Identity] = {}

    def about(self) -> About:
        host = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
        return About(versions(), host, f"{host}:{self._shelf_folder}", os.getpid())

    def device(self) -> str:
        """What it computes with, for people.

        Raises:
            DeviceError: the device is not there or cannot be used.
        """
        return self._resident().device.name

    # Models.

    def lacking(self, root: Root) -> tuple[str, ...]:
        return self._shelf.lacking(root)

    def take(self, sha256: str, piece: bytes) -> None:
        self._shelf.take(sha256, piece)

    def keep(self, sha256: str) -> bool:
        return self._shelf.keep(sha256)

    def place(self, root: Root) -> Path:
        return self._shelf.place(root)

    # What the engine does; errors are the engine's.

    def filter_content(self, folder: Path | None) -> None:
        self._resident().filter_content(folder)

    def load_faces(self, checkpoint: Checkpoint) -> float | None:
        """Returns `Engine.same_person`."""
        engine = self._resident()
        engine.load_faces(checkpoint)
        return engine.same_person

    def load(self, report: Report, cancel: CancelToken, checkpoint: Checkpoint) -> None:
        self._resident().load(checkpoint, report, cancel)

    def identify(self, report: Report, cancel: CancelToken, photos: Sequence[SentPhoto]) -> Identity:
        """Paths in what it returns are the numbers of the photos, from 0."""
        with self._laid_out(photos) as choices:
            identity = self._resident().identify(choices, report, cancel)
        numbered = (replace(photo, path=Path(photo.path.parent.name)) for photo in identity.photos)
        return replace(identity, photos=tuple(numbered))

    def generate(
        self,
        report: Report,
        cancel: CancelToken,
        request: PortraitRequest,
        people: int | tuple[int, ...],
        new: Mapping[int, Identity],
        forgotten: Sequence[int],
        how: Mapping[str, object],
    ) -> dict[str, float]:
        """
        Args:
            people: numbers by which the engine's `identity` is known here.
            new: those that are not known yet.
            forgotten: those that nobody will ask for again.
            how: the further arguments of `Engine.generate`.

        Returns:
            The timings; the pictures were reported.
        """
        for number in forgotten:
            self._people.pop(number, None)
        self._people.update(new)
        meant = self._people[people] if isinstance(people, int) else [self._people[one] for one in people]
        return self._resident().generate(request, meant, report, cancel, **how).timings  # pyright: ignore[reportArgumentType]  # named by the caller of the same method

    def close(self) -> None:
        """Erases what was its own."""
        self._people.clear()
        self._stack.close()

    @contextmanager
    def _laid_out(self, photos: Sequence[SentPhoto]) -> Generator[list[PhotoChoice]]:
        """The photos as files, each in a folder of its number, until the block ends."""
        folder = Path(tempfile.mkdtemp(dir=self._home))
        try:
            choices: list[PhotoChoice] = []
            for number, photo in enumerate(photos):
                file = folder / str(number) / Path(photo.name).name
                file.parent.mkdir(0o700)
                file.write_bytes(photo.content)
                choices.append(PhotoChoice(file, photo.face))
            yield choices
        finally:
            erase_folder(folder)


def _private_folder() -> Path:
    """Of this user alone, in main memory where that can be had; what is left of an actor that was killed is erased
    there when the next one begins."""
    if not hasattr(os, "getuid"):
        return Path(tempfile.gettempdir()) / "fastface-nodes"  # each user has their own there
    roof = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    folder = roof / f"fastface-nodes-{os.getuid()}"
    folder.mkdir(0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or folder.is_symlink() or found.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="fastface-nodes-"))  # somebody else made it
    return folder
