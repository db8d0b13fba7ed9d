"""Comparisons in the window: which there are, the one that is open, and the engine making its pictures one by one."""

import uuid
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from pydantic import ValidationError
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageReader

from fastface_core.branches import evaluations
from fastface_core.checkpoints import Sampling
from fastface_core.compare import made as made_pictures
from fastface_core.compare import records, sheet, table
from fastface_core.compare.axes import Axis
from fastface_core.compare.cells import as_preset
from fastface_core.compare.grid import Grid, Place, Shot, left_to_make
from fastface_core.compare.heat import Heat
from fastface_core.compare.made import Made
from fastface_core.compare.records import Comparison
from fastface_core.errors import ContentWithheldError, FastFaceError, PhotoError
from fastface_core.models import installed
from fastface_core.validation import settings_error
from fastface_desktop.state.background import Background
from fastface_desktop.state.jobs import JobQueue
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.presets import Presets
from fastface_desktop.state.session import Session
from fastface_desktop.values import (
    THUMBNAIL,
    EndNews,
    JobNews,
    JobOrder,
    JobStatus,
    PictureNews,
    StageNews,
    StepNews,
)
from fastface_desktop.worker import EngineThread

Status = Literal["idle", "beginning", "running", "pausing", "paused", "stopping"]
"""`pausing` and `stopping` end after the current picture and after the current step."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The comparison that is looked at.

    Attributes:
        shots: all its pictures, row by row.
        made: those that are there.
    """

    comparison: Comparison
    shots: tuple[Shot, ...]
    made: Mapping[Place, Made]

    @property
    def grid(self) -> Grid:
        return self.comparison.grid

    @property
    def heat(self) -> Heat:
        return Heat({place: one.likeness for place, one in self.made.items()})

    def shot(self, place: Place) -> Shot:
        return next(one for one in self.shots if one.place == place)


class Comparisons(QObject):
    """One is open at a time; its pictures are made one after the other, between the jobs of the queue."""

    listed = Signal()
    """Another one was begun, or one was dropped."""
    opened = Signal()
    """Another one, or none, is looked at."""
    came = Signal(object)
    """A `Place` whose picture is there, or looks otherwise now."""
    changed = Signal()
    """`status`, or how far it is."""
    failed = Signal(object)
    """The `FastFaceError` why it does not go on."""
    exported = Signal(str)
    """The name of a file that was written."""
    removed = Signal(str, object)
    """The id of one that was dropped from the list, and what puts it back."""

    def __init__(
        self,
        thread: EngineThread,
        queue: JobQueue,
        session: Session,
        presets: Presets,
        library: LibraryState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._queue, self._session = thread, queue, session
        self._presets, self._library = presets, library
        self._work = Background(self)
        self._sampling: dict[str, Sampling] = {}
        self._kept: tuple[Comparison, ...] = ()
        self._forgotten = False
        self._open: Opened | None = None
        self._withheld: set[Place] = set()
        self._thumbnails: dict[Path, QImage] = {}
        self._reading: set[Path] = set()
        self._previews: dict[Place, QImage] = {}
        self._status: Status = "idle"
        self._job: tuple[str, Shot] | None = None
        self._stage = ""
        self._step = (0, 0)
        self._seconds: list[float] = []
        self._looked = False
        thread.job_news.connect(self._take)

    # ---- What there is

    def look(self) -> None:
        """Reads the list, and opens the newest the first time."""
        self._work.run(records.kept, self._listed)

    def _listed(self, result: object) -> None:
        if isinstance(result, FastFaceError):
            self.failed.emit(result)
            return
        self._kept = cast("tuple[Comparison, ...]", result)
        self.listed.emit()
        if not self._looked and self._open is None and self._kept:
            self.open(self._kept[0].id)
        self._looked = True

    @property
    def kept(self) -> tuple[Comparison, ...]:
        """Those that were begun, the newest first."""
        return self._kept

    @property
    def current(self) -> Opened | None:
        return self._open

    @property
    def status(self) -> Status:
        return self._status

    @property
    def busy(self) -> bool:
        """Whether pictures are being made."""
        return self._status not in ("idle", "paused")

    @property
    def stage(self) -> str:
        """What is being done before the first step, in English."""
        return self._stage

    @property
    def step(self) -> tuple[int, int]:
        """Of the picture that is being made, and how many it has; 0, 0 before."""
        return self._step

    @property
    def left(self) -> tuple[Shot, ...]:
        """What is still to be made of the open one."""
        if self._open is None:
            return ()
        return tuple(one for one in left_to_make(self._open.shots, self._open.made) if one.place not in self._withheld)

    def making(self) -> Place | None:
        """The place whose picture is being made."""
        return self._job[1].place if self._job else None

    def is_withheld(self, place: Place) -> bool:
        return place in self._withheld

    def image(self, place: Place) -> QImage | None:
        """The picture's thumbnail, or how it looks so far; None while there is nothing to see."""
        made = self._open.made.get(place) if self._open else None
        if made is None:
            return self._previews.get(place)
        if made.path not in self._thumbnails:
            self._read(made.path)
            return None
        return self._thumbnails[made.path]

    # ---- Before it begins

    def grid(self, columns: Axis, rows: Axis | None, seeds: Sequence[int]) -> Grid:
        """What would be compared: all else is as on Create.

        Raises:
            FastFaceError: something is missing on Create, or the settings make no sense together.
        """
        self._sampling.clear()  # models may have come and gone
        order = self._session.order()
        request = order.request
        try:
            grid = Grid(
                prompt="" if "prompt" in (columns.setting, rows.setting if rows else None) else request.prompt,
                negative_prompt=request.negative_prompt,
                preset=request.preset,
                checkpoint=order.checkpoint,
                seeds=tuple(seeds),
                steps=request.steps,
                width=request.width,
                height=request.height,
                scheduler=request.scheduler,
                columns=columns,
                rows=rows,
            )
        except ValidationError as error:
            raise settings_error(error, "The comparison") from error
        grid.shots(self.sampling_of)
        return grid

    def sampling_of(self, checkpoint: str) -> Sampling:
        """
        Raises:
            ModelError: there is no such checkpoint.
        """
        if checkpoint not in self._sampling:
            self._sampling[checkpoint] = installed.find(checkpoint).sampling
        return self._sampling[checkpoint]

    def expected_seconds(self, shots: Sequence[Shot]) -> float | None:
        """How long pictures take, loading aside; None while nothing like them was made."""
        total = 0.0
        known: dict[tuple[object, ...], float | None] = {}
        for shot in shots:
            scale = self.sampling_of(shot.checkpoint).guidance_scale
            branches = evaluations(shot.request.preset, scale, shot.plan.steps)
            kind = (shot.checkpoint, shot.plan.width, shot.plan.height, branches)
            if kind not in known:
                order = JobOrder(shot.request, (), shot.checkpoint)
                known[kind] = self._queue.expected_seconds(order, loading=False)
            seconds = known[kind]
            if seconds is None:
                return sum(self._seconds) / len(self._seconds) * len(shots) if self._seconds else None
            total += seconds
        return total

    # ---- What is done with it

    def begin(self, grid: Grid) -> None:
        """Begins a comparison of the person on Create, or goes on with the same one."""
        if self.busy:
            return
        self._set(status="beginning")
        person, photos = self._session.values.person, self._session.order().photos
        now = datetime.now().astimezone()

        def begun(hashes: Sequence[str]) -> Comparison:
            comparison = records.begun(grid, photos, person, hashes, now)
            records.keep(comparison)
            return comparison

        if person is None:
            self._work.run(lambda: begun(records.hashes_of(photos)), self._begun)
            return
        if self._library.library is None:
            self._set(status="idle")
            self.failed.emit(PhotoError("The library is not open yet.", "Try again in a moment."))
            return
        self._library.run(
            lambda library: begun(sorted(photo.sha256 for photo in library.people.get(person).photos)), self._begun
        )

    def _begun(self, result: object) -> None:
        self._set(status="idle")
        if isinstance(result, FastFaceError):
            self.failed.emit(result)
            return
        comparison = cast(Comparison, result)
        self._kept = (comparison, *(one for one in self._kept if one.id != comparison.id))
        self.listed.emit()
        self._show(comparison, then=self.resume)

    def open(self, number: str) -> None:
        """Looks at one of `kept`; does nothing while another one is being made."""
        comparison = next((one for one in self._kept if one.id == number), None)
        if comparison is not None and not self.busy:
            self._show(comparison)

    def _show(self, comparison: Comparison, then: Callable[[], None] | None = None) -> None:
        try:
            shots = comparison.grid.shots(self.sampling_of)
        except FastFaceError as error:  # a checkpoint was removed meanwhile
            self.failed.emit(error)
            return
        self._status = "beginning" if then else self._status

        def found(result: object) -> None:
            if isinstance(result, FastFaceError):
                self._set(status="idle")
                self.failed.emit(result)
                return
            self._open = Opened(comparison, shots, cast("dict[Place, Made]", result))
            self._withheld, self._previews, self._seconds = set(), {}, []
            self._status, self._step, self._stage = "idle", (0, 0), ""
            self.opened.emit()
            self.changed.emit()
            if then is not None:
                then()

        self._work.run(lambda: _made(comparison, shots), found)

    def close_current(self) -> None:
        """Looks at none, to begin another."""
        if not self.busy:
            self._open, self._status = None, "idle"
            self.opened.emit()
            self.changed.emit()

    def resume(self) -> None:
        """Goes on with what is left."""
        if self._status == "pausing":
            self._set(status="running")
        elif self._open is not None and not self.busy:
            self._withheld.clear()
            self._set(status="running")
            self._next()

    def pause(self) -> None:
        """Makes no other picture after the current one."""
        if self._status == "running":
            self._set(status="pausing")

    def cancel(self) -> None:
        """Stops after the current step; what is made stays, and `resume` goes on."""
        if self._job is not None and self._status in ("running", "pausing"):
            self._set(status="stopping")
            self._thread.cancel_job(self._job[0])
        elif self._status == "paused":
            self._set(status="idle")

    def remove(self, number: str) -> None:
        """Drops a comparison from the list; its pictures stay in the gallery."""
        found = next((one for one in self._kept if one.id == number), None)
        if found is None or (self.busy and self._open is not None and self._open.comparison.id == number):
            return
        self._kept = tuple(one for one in self._kept if one.id != number)
        if self._open is not None and self._open.comparison.id == number:
            self.close_current()
        self.listed.emit()

        def put_back() -> None:
            self._kept = tuple(sorted((*self._kept, found), key=lambda one: one.created, reverse=True))
            self._work.run(lambda: records.keep(found), self._written)
            self.listed.emit()
            self.open(number)

        self._work.run(lambda: records.forget(number), self._written)
        self.removed.emit(number, put_back)

    def forget(self, person: str, hashes: Set[str]) -> None:
        """A person is forgotten, and what was compared of them too; what runs stops after its step.

        Args:
            hashes: of the person's photos.
        """
        gone = {one.id for one in self._kept if records.of_person(one, person, hashes)}
        self._kept = tuple(one for one in self._kept if one.id not in gone)
        if self._open is not None and self._open.comparison.id in gone:
            self._forgotten = self.busy
            self.cancel()
            self.close_current()
        self.listed.emit()

    def save_preset(self, place: Place, title: str, description: str) -> None:
        """Makes a preset of a cell; `Presets.added` tells when it is there.

        Args:
            description: what it is for.

        Raises:
            SettingsError: the title is not allowed, or a preset cannot bring so many steps.
        """
        assert self._open is not None
        shot = self._open.shot(place)
        preset = as_preset(shot, title, self.sampling_of(shot.checkpoint), self._presets.own())
        self._presets.copy(preset, preset.title, description)

    def export_sheet(self, path: Path, titles: tuple[str, str], words: sheet.SheetWords) -> None:
        """Writes the grid as one picture; `exported` tells when it is there."""
        if (opened := self._open) is None:
            return
        pictures = {place: one.path for place, one in opened.made.items()}

        def work() -> str:
            sheet.save(sheet.draw(opened.grid, titles, pictures, opened.heat, words), path)
            return path.name

        self._work.run(work, self._written)

    def export_table(self, path: Path) -> None:
        """Writes the grid as CSV; `exported` tells when it is there."""
        if (opened := self._open) is None:
            return

        def work() -> str:
            table.save(table.as_csv(opened.grid, opened.shots, opened.made), path)
            return path.name

        self._work.run(work, self._written)

    def _written(self, result: object) -> None:
        if isinstance(result, FastFaceError):
            self.failed.emit(result)
        elif isinstance(result, str):
            self.exported.emit(result)

    def close(self) -> None:
        """Waits for what is being written."""
        self._work.close()

    # ---- Pictures as they come

    def _next(self) -> None:
        assert self._open is not None
        left = self.left
        if not left or self._status != "running":
            self._set(status="paused" if left and self._status == "pausing" else "idle")
            return
        comparison, shot = self._open.comparison, left[0]
        job = f"compare-{uuid.uuid4().hex}"
        self._job, self._step = (job, shot), (0, 0)
        order = JobOrder(shot.request, comparison.choices, shot.checkpoint, comparison.person)
        self._thread.run_job(job, order, folder=comparison.folder)
        self.came.emit(shot.place)
        self.changed.emit()

    @Slot(str, object)
    def _take(self, job: str, news: JobNews) -> None:
        if self._job is None or job != self._job[0]:
            return
        shot = self._job[1]
        match news:
            case StageNews(text):
                self._set(stage=text)
            case StepNews():
                self._stage, self._step = "", (news.step, news.steps)
                for image in news.previews:
                    self._previews[shot.place] = image
                self.came.emit(shot.place)
                self.changed.emit()
            case PictureNews():
                self._picture(shot, news)
            case EndNews():
                self._end(shot, news)
            case _:
                pass

    def _picture(self, shot: Shot, news: PictureNews) -> None:
        picture, opened = news.picture, self._open
        assert opened is not None
        made = Made(picture.path, picture.recipe, picture.likeness, picture.likeness_reason, picture.seconds)
        if not {photo.sha256 for photo in picture.recipe.photos} <= set(opened.comparison.hashes):
            return  # said at its end
        self._seconds.append(picture.seconds)
        self._thumbnails[picture.path] = picture.thumbnail
        places = [one.place for one in opened.shots if one.same_as(shot)]
        self._open = Opened(opened.comparison, opened.shots, {**opened.made, **dict.fromkeys(places, made)})
        self._library.look()
        for place in places:
            self._previews.pop(place, None)
            self.came.emit(place)

    def _end(self, shot: Shot, news: EndNews) -> None:
        assert self._job is not None
        assert self._open is not None
        self._thread.forget_job(self._job[0])
        self._job, self._stage, self._step = None, "", (0, 0)
        self._previews.clear()
        self.came.emit(shot.place)
        if isinstance(news.error, ContentWithheldError):
            # One cell of many: the others are made all the same.
            self._withheld.add(shot.place)
        elif news.status == JobStatus.failed and news.error is not None:
            self._set(status="idle")
            self.failed.emit(news.error)
            return
        elif news.status == JobStatus.cancelled or self._status == "stopping":
            self._set(status="idle")
            if self._forgotten:
                self._forgotten = False
                self.close_current()
            return
        elif shot.place not in self._open.made:
            self._set(status="idle")
            self.failed.emit(
                PhotoError("The photos are other ones than when this comparison began.", "Begin a new comparison.")
            )
            return
        self._next()

    def _read(self, path: Path) -> None:
        if path in self._reading:
            return
        self._reading.add(path)

        def read(result: object) -> None:
            self._reading.discard(path)
            self._thumbnails[path] = cast(QImage, result)
            for place, made in (self._open.made if self._open else {}).items():
                if made.path == path:
                    self.came.emit(place)

        self._work.run(lambda: _thumbnail(path), read)

    def _set(self, *, status: Status | None = None, stage: str | None = None) -> None:
        if status is not None:
            self._status = status
        if stage is not None:
            self._stage = stage
        self.changed.emit()


def _made(comparison: Comparison, shots: Sequence[Shot]) -> dict[Place, Made]:
    found = made_pictures.pictures_in(comparison.folder)
    return made_pictures.matched(shots, found, set(comparison.hashes))


def _thumbnail(path: Path) -> QImage:
    """Of a picture on the disk; null where it cannot be read."""
    reader = QImageReader(str(path))
    size = reader.size()
    if max(size.width(), size.height()) > THUMBNAIL:
        reader.setScaledSize(size.scaled(THUMBNAIL, THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
