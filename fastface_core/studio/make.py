"""Makes pictures of somebody and keeps them: orders in, events out, one engine that stays loaded."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from fastface_core.domain.approximations import Approximation
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity
from fastface_core.domain.plan import Plan
from fastface_core.domain.request import PictureDone, PictureWithheld, PortraitRequest, RecipePhoto
from fastface_core.errors import ContentWithheldError, FastFaceError
from fastface_core.files import writable
from fastface_core.library.database_errors import DamagedLibraryError
from fastface_core.library.encoding import plain_png
from fastface_core.library.library import Library
from fastface_core.library.metadata import FileContent, read
from fastface_core.library.pictures import month_folder, places, save
from fastface_core.library.recording import note_of
from fastface_core.library.recovery import find_made, made_by
from fastface_core.models import installed
from fastface_core.presets.adapters import as_taken
from fastface_core.progress import CancelToken, Notice, Stage, StepDone
from fastface_core.settings import read_settings
from fastface_core.studio import consent, wildcards
from fastface_core.studio.measuring import identity_of, weighed_as
from fastface_core.studio.orders import (
    Event,
    Identified,
    Keep,
    LibraryPerson,
    Listener,
    Loaded,
    Loading,
    Making,
    Order,
    OrderDone,
    OrderFailed,
    Photos,
    PictureFound,
    PictureMade,
    Subject,
    people_of,
)
from fastface_core.studio.standing import with_places

if TYPE_CHECKING:
    from pathlib import Path

    from fastface_core.domain.request import Picture
    from fastface_core.engine.engine import Engine

logger = logging.getLogger(__name__)


def filter_as_set() -> bool:
    """Whether the user's settings ask for the content filter."""
    return read_settings().content_filter


class Studio:
    """Takes orders one after the other. Not for several threads at once."""

    def __init__(
        self,
        engine: "Callable[[], Engine]",
        library: Callable[[], Library],
        content_filter: Callable[[], bool] = filter_as_set,
        approximations: Callable[[], tuple[Approximation, ...]] = tuple,
    ) -> None:
        """
        Args:
            engine: brings the engine, always the same one; it may import the libraries when it is first called, and
                raise a `FastFaceError` where they or the device cannot be used.
            library: where pictures are recorded and people are found; not called for an order that needs neither.
            content_filter: whether pictures are checked before they are reported, where that model is installed.
            approximations: what makes pictures quicker, and other ones; asked for before each order.
        """
        self._engine = engine
        self._library = library
        self._content_filter = content_filter
        self.approximations = approximations

    def make(self, orders: Iterable[Order], listener: Listener, cancel: CancelToken | None = None) -> None:
        """Makes the pictures of all orders; the next order is asked for when the one before has ended.

        An order that fails is reported with `OrderFailed`, and the next one is taken. Orders that follow one another
        and are of the same person by the same checkpoint look at the photos once.

        Raises:
            Cancelled: between two steps; what was reported before is kept, and the same order resumes from there.
        """
        cancel = cancel or CancelToken()
        known: tuple[Subject, str, tuple[Identity, ...]] | None = None
        for order in orders:
            cancel.check()
            same = known is not None and known[:2] == (order.subject, order.checkpoint)
            run = _Run(self, order, listener, cancel, known[2] if same and known else None)
            try:
                people = run.make()
            except FastFaceError as error:
                listener(order, OrderFailed(error, run.made, run.withheld))
            else:
                known = (order.subject, order.checkpoint, people)

    def load(self, checkpoint: Checkpoint, report: Callable[[Event], None], cancel: CancelToken) -> None:
        """Loads a checkpoint in place of the one before; reports nothing where it is loaded already.

        Raises:
            ModelError: a file is missing, damaged, or made for another architecture.
            DeviceError: there is not enough memory.
            Cancelled: between two parts.
        """
        seconds = self.load_faces(checkpoint, report)
        cancel.check()
        self.load_rest(checkpoint, report, cancel, seconds)

    def load_faces(self, checkpoint: Checkpoint, report: Callable[[Event], None]) -> float:
        """The first part of `load`: the face models, which photos can be checked with. Returns its seconds."""
        engine = self.prepared_engine()
        start = time.perf_counter()
        if engine.checkpoint != checkpoint:
            report(Loading(checkpoint))
            report(Stage("Loading the face models"))
        engine.load_faces(checkpoint)
        return time.perf_counter() - start

    def load_rest(
        self, checkpoint: Checkpoint, report: Callable[[Event], None], cancel: CancelToken, faces: float
    ) -> None:
        """The second part of `load`; `faces`: the seconds of the first."""
        engine = self._engine()
        if engine.checkpoint != checkpoint:
            start = time.perf_counter()
            engine.load(checkpoint, lambda event: _forward(event, report), cancel)
            report(Loaded(checkpoint, engine.device.name, faces + time.perf_counter() - start))

    def prepared_engine(self) -> "Engine":
        """The engine, with the content filter that is wanted now."""
        engine = self._engine()
        engine.filter_content(installed.content_filter() if self._content_filter() else None)
        return engine

    @property
    def library(self) -> Library:
        """Raises:
        DamagedLibraryError: its database cannot be read.
        StorageError: the disk is full, or a folder cannot be written to.
        """
        return self._library()


def _forward(event: object, report: Callable[[Event], None]) -> None:
    """What the engine says while it loads."""
    if isinstance(event, Stage | Notice):
        report(event)


class _Run:
    """One order, once."""

    def __init__(
        self,
        studio: Studio,
        order: Order,
        listener: Listener,
        cancel: CancelToken,
        people: tuple[Identity, ...] | None,
    ) -> None:
        """`people`: the order's subject, where they are known already."""
        self._studio = studio
        self._order = order
        self._listener = listener
        self._cancel = cancel
        self._people = people
        self._timings: dict[str, float] = {}
        self._plan: Plan | None = None
        self._taken = order.request
        """As the recipes of its pictures have it."""
        self._first = 0
        self._scores: list[float | None] = []
        """Of all pictures so far, found and made."""
        self._noticed: set[str] = set()
        self.made = 0
        self.found = 0
        self.withheld = 0

    def make(self) -> tuple[Identity, ...]:
        order, keep, timings = self._order, self._order.keep, self._timings
        for subject in people_of(order.subject):
            if isinstance(subject, LibraryPerson) and not subject.permitted:
                person = self._studio.library.people.get(subject.uid)
                if error := consent.missing(person.name, person.consent):
                    raise error
        if keep is not None:
            writable(keep.folder or month_folder(datetime.now()))
        wildcards.first_part(order.request)  # a list that is missing is said before the long loading
        checkpoint = installed.find(order.checkpoint)
        start = time.perf_counter()
        engine = self._studio.prepared_engine()
        timings["import"] = time.perf_counter() - start
        self._cancel.check()
        start = time.perf_counter()
        # First the face: a photo that cannot be used is said before the long loading.
        faces = self._studio.load_faces(checkpoint, self._report)
        self._cancel.check()
        people = self._people or tuple(
            self._identify(engine, checkpoint, subject) for subject in people_of(order.subject)
        )
        self._report(Identified(people))
        timings["identify"] = time.perf_counter() - start
        start = time.perf_counter()
        self._studio.load_rest(checkpoint, self._report, self._cancel, faces)
        timings["load"] = time.perf_counter() - start
        left = self._left(people, checkpoint)
        if left is not None:
            self._report(Making(checkpoint, engine.device.name, left, dict(timings)))
            self._generate(engine, left, people)
        if self.withheld and not self.made + self.found:
            raise ContentWithheldError
        if self.withheld:
            self._report(Notice(ContentWithheldError.some(self.withheld)))
        if said := _missed(order.request, self._scores, checkpoint):
            self._report(Notice(said))
        self._report(OrderDone(people, self.made, self.found, self.withheld, engine.device.name, timings))
        return people

    def _generate(self, engine: "Engine", left: PortraitRequest | None, people: tuple[Identity, ...]) -> None:
        """All that is left: pictures whose prompts say the same go together."""
        order, timings = self._order, self._timings
        while left is not None:
            part = wildcards.first_part(left)
            result = engine.generate(
                part,
                people,
                self._on_event,
                self._cancel,
                previews=order.previews,
                attention_maps=order.attention_maps,
                encode=None if order.keep is None else plain_png,
                approximations=self._studio.approximations(),
            )
            for name, seconds in result.timings.items():
                timings[name] = timings.get(name, 0.0) + seconds
            made = self._scores[self._first :]
            self._first += part.count
            left = None if left.complete(made) else left.after(made)

    def _identify(self, engine: "Engine", checkpoint: Checkpoint, subject: Photos | LibraryPerson) -> Identity:
        match subject:
            case LibraryPerson(uid):
                library = self._studio.library
                person = library.people.get(uid)
                return identity_of(person, library, engine, checkpoint, self._on_event, self._cancel)
            case photos:
                return weighed_as(photos, engine.identify(photos.choices, self._on_event, self._cancel))

    def _left(self, people: tuple[Identity, ...], checkpoint: Checkpoint) -> PortraitRequest | None:
        """The request without what an earlier run has kept, which is reported now; None where nothing is left."""
        request = with_places(self._order.request, people, checkpoint)
        self._plan = Plan.of(request, checkpoint.sampling)
        photos = RecipePhoto.of_all(people)
        self._taken = as_taken(request, checkpoint.adapter.kind)
        scores: list[float | None] = []
        for index, seed in enumerate(request.seeds):
            if request.complete(scores):
                return None
            kept = self._kept(index, seed, photos)
            if kept is None:
                break
            found = PictureFound(index, checkpoint, *kept)
            scores.append(found.score)
            self.found += 1
            self._report(found)
        self._first, self._scores = len(scores), list(scores)
        return None if request.complete(scores) else request.after(scores)

    def _kept(self, index: int, seed: int, photos: tuple[RecipePhoto, ...]) -> "tuple[Path, FileContent] | None":
        order, keep, plan = self._order, self._order.keep, self._plan
        if keep is None or plan is None:
            return None
        taken = wildcards.for_seed(self._taken, seed)
        if keep.names:
            return _named(keep, index, taken, order.checkpoint, seed, plan, photos)
        if keep.since is not None:
            return find_made(taken, plan, seed, photos, order.checkpoint, keep.since, keep.known)
        return None

    def _on_event(self, event: object) -> None:
        """What the engine says, with indices into the order's request."""
        match event:
            case StepDone():
                self._report(replace(event, images=tuple(self._first + index for index in event.images)))
            case PictureDone(picture, file):
                self._keep(picture, file)
            case Notice(text):
                if text not in self._noticed:  # the same of every part
                    self._noticed.add(text)
                    self._report(event)
            case PictureWithheld():
                self.withheld += 1
                self._scores.append(None)
                self._report(replace(event, index=self._first + event.index))
            case _:
                self._report(event)  # pyright: ignore[reportArgumentType]  # `Report` takes any object

    def _keep(self, picture: "Picture", file: bytes | None) -> None:
        index = self._first + picture.index
        keep = self._order.keep
        if keep is None:
            made = PictureMade(index, picture)
        else:
            path, number = self._save(index, picture, file, keep)
            made = PictureMade(index, picture, path, number)
        self.made += 1
        self._scores.append(picture.score)
        self._report(made)

    def _save(self, index: int, picture: "Picture", file: bytes | None, keep: Keep) -> "tuple[Path, int | None]":
        """Where the picture lies, and its number in the library; `file` as made by `plain_png`."""
        now = datetime.now().astimezone()
        folder = keep.folder or month_folder(now)
        name = keep.names[index] if keep.names else None
        if name is not None and (kept := self._kept(index, picture.seed, picture.recipe.photos)) is not None:
            return kept[0], None  # one before it was held back, and so it was made again
        uids = [one.uid if isinstance(one, LibraryPerson) else one.person for one in people_of(self._order.subject)]
        uid, others = uids[0], [one for one in uids[1:] if one is not None]
        if not keep.record:
            return save(picture, folder, now, note_of(picture, now, uid, others=others), name=name, plain=file), None
        try:
            library = self._studio.library
        except DamagedLibraryError:
            # The file holds everything from which the library is rebuilt.
            logger.warning("the library is damaged; %s is written without it", folder.name)
            return save(picture, folder, now, note_of(picture, now, uid, others=others), name=name, plain=file), None
        # Forgotten while the picture was made: its file is not to say of whom it is.
        there = set(library.people.store.uids())
        recorded = library.recorder.save(
            picture,
            folder,
            now,
            person=uid if uid in there else None,
            others=[one for one in others if one in there],
            name=name,
            stack=keep.stack,
            comparison=keep.comparison,
            plain=file,
        )
        return recorded.path, recorded.id

    def _report(self, event: Event) -> None:
        self._listener(self._order, event)


def _missed(request: PortraitRequest, scores: Sequence[float | None], checkpoint: Checkpoint) -> str | None:
    """How far the goal was reached; None where it was, or there is none."""
    goal = request.goal
    missing = goal and goal.after(scores)
    if goal is None or missing is None:
        return None
    reached = goal.pictures - missing.pictures
    if checkpoint.match is not None:
        return f"Pictures with a match of {goal.score:.2f} with the drawing: {reached} of {goal.pictures}."
    return f"Pictures with a likeness of {goal.score:.2f}: {reached} of {goal.pictures}."


def _named(
    keep: Keep,
    index: int,
    taken: PortraitRequest,
    checkpoint: str,
    seed: int,
    plan: Plan,
    photos: tuple[RecipePhoto, ...],
) -> "tuple[Path, FileContent] | None":
    """The picture of a name, where it is just the one that would be made."""
    folder = keep.folder or month_folder(datetime.now())
    for path in places(folder, keep.names[index]):
        if not path.exists():
            return None
        if path in keep.known:
            continue
        try:
            content = read(path)
        except FastFaceError:
            continue
        if made_by(content.recipe, taken, plan, seed, photos, checkpoint):
            return path, content
    return None
