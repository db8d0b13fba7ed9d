"""An engine on a node, as the studio sees one: what is loaded and who is known is remembered here."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from fastface_core.cluster.line import Line
from fastface_core.cluster.node import About, SentPhoto
from fastface_core.cluster.staging import Digests, Root, moved, stage
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.places import MOST_PEOPLE
from fastface_core.domain.request import Picture, PictureDone, PortraitRequest, Result
from fastface_core.errors import DeviceLostError, StorageError
from fastface_core.progress import CancelToken, Report, Stage, silent

_PEOPLE_KEPT = 2 * MOST_PEOPLE


class NodeUnfitError(DeviceLostError):
    """A node that can do nothing for us, though it answers."""


@dataclass(frozen=True, slots=True)
class RemoteDevice:
    """`Device` as far as the studio asks for it."""

    name: str


class Models:
    """The models of this computer as nodes need them; shared by all lines.

    Attributes:
        loras: names of the user's own that are asked for; the others stay here.
    """

    def __init__(self, digests: Digests) -> None:
        self.loras: frozenset[str] = frozenset()
        self._digests = digests
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def needed(self, checkpoint: Checkpoint) -> Checkpoint:
        """The checkpoint without what nobody asks for."""
        kept = tuple(one for one in checkpoint.loras if one.name in self.loras)
        return checkpoint.model_copy(update={"loras": kept})

    def stage(self, path: Path, shelf: "_FarShelf") -> Path:
        """As `staging.stage`, for one actor of a computer at a time; what is not here is not sent, and the engine there
        says what it misses."""
        if not path.exists():
            return path
        with self._locks[shelf.about.shelf]:
            return stage(path, shelf, self._digests)


class RemoteEngine:
    """What `Studio` asks of an `Engine`, answered by a node."""

    def __init__(self, line: Line, models: Models) -> None:
        """
        Raises:
            FastFaceError: the device there cannot be used.
            NodeLostError: the node stopped answering.
        """
        self._line = line
        self._models = models
        self.device = RemoteDevice(cast(str, line.ask("device")))
        self.checkpoint: Checkpoint | None = None
        self._brought: Checkpoint | None = None
        """What of it the node has."""
        self.same_person: float | None = None
        self._shelf = _FarShelf(line, cast(About, line.ask("about")))
        self._places: dict[Path, Path] = {}
        self._filter: Path | None = None
        self._faces_of: object = None
        self._numbers = itertools.count()
        self._known: dict[int, Identity] = {}

    def begin_run(self, cancel: CancelToken) -> None:
        """Another batch begins: bringing models stops with its token, and a checkpoint that was brought without a LoRA
        that this one asks for is loaded again."""
        self._shelf.cancel = cancel
        if self.checkpoint is not None and self._models.needed(self.checkpoint) != self._brought:
            self.checkpoint = None

    def filter_content(self, folder: Path | None) -> None:
        if folder != self._filter:
            self._line.ask("filter_content", folder and self._staged(folder))
            self._filter = folder

    def load_faces(self, checkpoint: Checkpoint) -> None:
        # By which the engine there tells whether it has them; others make it drop the rest of the checkpoint.
        models = checkpoint.faces, checkpoint.likeness_reason is None, checkpoint.identity, checkpoint.adapter.kind
        if self._faces_of == models:
            return
        there = checkpoint.model_copy(update={"faces": moved(checkpoint.faces, self._staged)})
        self.checkpoint = self._faces_of = None
        self.same_person = cast("float | None", self._line.ask("load_faces", there))
        self._faces_of = models

    def load(self, checkpoint: Checkpoint, report: Report = silent, cancel: CancelToken | None = None) -> None:
        cancel = cancel or CancelToken()
        report(Stage("Bringing the models to the node"))
        needed = self._models.needed(checkpoint)
        there = moved(needed, self._staged)
        self.checkpoint = None
        self._line.work("load", there, report=report, cancel=cancel)
        self.checkpoint, self._brought = checkpoint, needed

    def identify(
        self, photos: Sequence[PhotoChoice], report: Report = silent, cancel: CancelToken | None = None
    ) -> Identity:
        from fastface_core.engine.photos import read_bytes  # brings numpy and Pillow along

        sent = [SentPhoto(one.path.name, read_bytes(one.path), one.face) for one in photos]
        identity = cast(Identity, self._line.work("identify", sent, report=report, cancel=cancel or CancelToken()))
        own = (replace(photo, path=photos[int(photo.path.name)].path) for photo in identity.photos)
        return replace(identity, photos=tuple(own))

    def generate(
        self,
        request: PortraitRequest,
        identity: Identity | Sequence[Identity],
        report: Report = silent,
        cancel: CancelToken | None = None,
        **how: object,
    ) -> Result:
        pictures: list[Picture] = []

        def hear(event: object) -> None:
            if isinstance(event, PictureDone):
                pictures.append(event.picture)
            report(event)

        everybody = [identity] if isinstance(identity, Identity) else list(identity)
        numbers, new, forgotten = self._told(everybody)
        people = numbers[0] if isinstance(identity, Identity) else tuple(numbers)
        timings = self._line.work(
            "generate", request, people, new, forgotten, how, report=hear, cancel=cancel or CancelToken()
        )
        return Result(tuple(pictures), cast("dict[str, float]", timings))

    def _told(self, people: Sequence[Identity]) -> tuple[list[int], dict[int, Identity], list[int]]:
        """Numbers of people, those of them who are new to the node, and whom it can forget."""
        new: dict[int, Identity] = {}
        numbers: list[int] = []
        for one in people:
            number = next((number for number, known in self._known.items() if known is one), None)
            if number is None:
                number = next(self._numbers)
                new[number] = one
            else:
                self._known.pop(number)
            self._known[number] = one  # as the newest
            numbers.append(number)
        forgotten = list(self._known)[:-_PEOPLE_KEPT]
        for number in forgotten:
            del self._known[number]
        return numbers, new, forgotten

    def _staged(self, path: Path) -> Path:
        if path not in self._places:
            try:
                self._places[path] = self._models.stage(path, self._shelf)
            except StorageError as error:
                raise NodeUnfitError(f"{self._shelf.about.host}: {error.message}", error.hint) from error
        return self._places[path]


class _FarShelf:
    """A node's shelf, through its line."""

    def __init__(self, line: Line, about: About) -> None:
        self.about = about
        self.cancel = CancelToken()
        self._line = line

    def lacking(self, root: Root) -> tuple[str, ...]:
        return cast("tuple[str, ...]", self._line.ask("lacking", root))

    def take(self, sha256: str, piece: bytes) -> None:
        self.cancel.check()
        self._line.ask("take", sha256, piece)

    def keep(self, sha256: str) -> bool:
        return cast(bool, self._line.ask("keep", sha256))

    def place(self, root: Root) -> Path:
        return cast(Path, self._line.ask("place", root))
