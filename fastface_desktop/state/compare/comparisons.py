"""The comparison that is open in the window, and the engine making its pictures one by one."""

import uuid
from collections.abc import Callable, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from fastface_core.compare import records
from fastface_core.compare.cells import as_preset
from fastface_core.compare.grid import Grid, Place, Shot, left_to_make
from fastface_core.compare.made import Made
from fastface_core.compare.records import Comparison
from fastface_core.compare.sheet import SheetWords
from fastface_core.errors import ContentWithheldError, FastFaceError, ModelError, OutOfMemoryError, PhotoError
from fastface_core.progress import Stage
from fastface_desktop.state.compare.cell_images import CellImages
from fastface_desktop.state.compare.list import ComparisonList
from fastface_desktop.state.compare.opened import Opened, pictures_of
from fastface_desktop.state.compare.plan import ComparisonPlan
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.session import Session
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.values import (
    JobEvent,
    JobFinished,
    JobOrder,
    JobPicture,
    JobStatus,
    JobStep,
)
from fastface_desktop.worker import EngineThread

Status = Literal["idle", "beginning", "running", "pausing", "paused", "stopping"]
"""`pausing` and `stopping` end after the current picture and after the current step."""


class Comparisons(QObject):
    """One is open at a time; its pictures are made one after the other, between the jobs of the queue."""

    opened = Signal()
    """Another one, or none, is looked at."""
    came = Signal(tuple)
    """A `Place` whose picture is there, or looks otherwise now."""
    changed = Signal()
    """`status`, or how far it is."""
    failed = Signal(FastFaceError)
    """Why it does not go on."""
    exported = Signal(str)
    """The name of a file that was written."""

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
        self.list = ComparisonList(self)
        self.plan = ComparisonPlan(session, queue)
        self._images = CellImages(self)
        self._work = Tasks(self)
        self._forgotten = False
        self._open: Opened | None = None
        self._withheld: set[Place] = set()
        self._odd: dict[str, FastFaceError] = {}
        """Checkpoints that cannot draw this person here, and why; the others go on."""
        self._previews: dict[Place, QImage] = {}
        self._status: Status = "idle"
        self._job: tuple[str, Shot] | None = None
        self._stage = ""
        self._step = (0, 0)
        self._looked = False
        thread.job_event.connect(self._take)
        self.list.failed.connect(self.failed)
        self.list.put_back.connect(self.open)
        self._images.came.connect(self._image_came)

    # ---- What there is

    def look(self) -> None:
        """Reads the list, and opens the newest the first time."""
        self.list.look(self._listed)

    def _listed(self) -> None:
        if not self._looked and self._open is None and self.list.kept:
            self.open(self.list.kept[0].id)
        self._looked = True

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
        return self._previews.get(place) if made is None else self._images.find(made.path)

    # ---- What is done with it

    def begin(self, grid: Grid) -> None:
        """Begins a comparison of the person on Create, or goes on with the same one."""
        if self.busy:
            return
        self._set(status="beginning")
        person, photos = self._session.values.person, self._session.order().photos
        now = datetime.now().astimezone()

        def begun(hashes: Sequence[str]) -> Comparison:
            return records.begun(grid, photos, person, hashes, now)

        if person is None:
            self._work.run(self, lambda: begun(records.hashes_of(photos)), self._begun, self._stop_with)
            return
        if self._library.library is None:
            self._stop_with(PhotoError("The library is not open yet.", "Try again in a moment."))
            return
        self._library.run(
            self,
            lambda library: begun(sorted(photo.sha256 for photo in library.people.get(person).photos)),
            self._begun,
            self._stop_with,
        )

    def _begun(self, comparison: Comparison) -> None:
        def kept() -> None:
            self._set(status="idle")
            self._show(comparison, then=self.resume)

        self.list.add(comparison, kept, self._stop_with)

    def _stop_with(self, error: FastFaceError) -> None:
        self._set(status="idle")
        self.failed.emit(error)

    def open(self, number: str) -> None:
        """Looks at one of the list; does nothing while another one is being made."""
        comparison = self.list.find(number)
        if comparison is not None and not self.busy:
            self._show(comparison)

    def _show(self, comparison: Comparison, then: Callable[[], None] | None = None) -> None:
        try:
            shots = comparison.grid.shots(self.plan.sampling_of, self.plan.adapter_of)
        except FastFaceError as error:  # a checkpoint was removed meanwhile
            self.failed.emit(error)
            return
        self._status = "beginning" if then else self._status

        def found(made: dict[Place, Made]) -> None:
            if self.list.find(comparison.id) is None:  # forgotten meanwhile
                self._set(status="idle")
                return
            self._open = Opened(comparison, shots, made)
            self._withheld, self._odd, self._previews = set(), {}, {}
            self.plan.forget_measured()
            self._status, self._step, self._stage = "idle", (0, 0), ""
            self.opened.emit()
            self.changed.emit()
            if then is not None:
                then()

        self._work.run(self, lambda: pictures_of(comparison, shots), found, self._stop_with)

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
            self._odd.clear()
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
        shown = self._open is not None and self._open.comparison.id == number
        if not (shown and self.busy):
            self.list.drop(number)
            if shown:
                self.close_current()

    def forget(self, person: str, hashes: Set[str]) -> None:
        """A person is forgotten, and what was compared of them too; what runs stops after its step.

        Args:
            hashes: of the person's photos.
        """
        self.list.forget(person, hashes)
        if self._open is not None and records.of_person(self._open.comparison, person, hashes):
            self._forgotten = self.busy
            self.cancel()
            self.close_current()

    def save_preset(self, place: Place, title: str, description: str) -> None:
        """Makes a preset of a cell; `Presets.added` tells when it is there.

        Args:
            description: what it is for.

        Raises:
            SettingsError: the title is not allowed, or a preset cannot bring so many steps.
        """
        assert self._open is not None
        shot = self._open.shot(place)
        preset = as_preset(shot, title, self.plan.sampling_of(shot.checkpoint), self._presets.own())
        self._presets.copy(preset, preset.title, description)

    def export_sheet(self, path: Path, titles: tuple[str, str], words: SheetWords) -> None:
        """Writes the grid as one picture; `exported` tells when it is there."""
        if (opened := self._open) is not None:
            self._export(path, lambda: opened.write_sheet(path, titles, words))

    def export_table(self, path: Path) -> None:
        """Writes the grid as CSV; `exported` tells when it is there."""
        if (opened := self._open) is not None:
            self._export(path, lambda: opened.write_table(path))

    def _export(self, path: Path, write: Callable[[], None]) -> None:
        self._work.run(self, write, lambda _: self.exported.emit(path.name), self.failed.emit)

    def close(self) -> None:
        """Waits for what is being written."""
        for part in (self.list, self._images, self._work):
            part.close()

    # ---- Pictures as they come

    def _next(self) -> None:
        assert self._open is not None
        left = [one for one in self.left if one.checkpoint not in self._odd]
        if not left or self._status != "running":
            self._set(status="paused" if left and self._status == "pausing" else "idle")
            if not left and self._odd:
                self.failed.emit(next(iter(self._odd.values())))
            return
        comparison, shot = self._open.comparison, left[0]
        job = f"compare-{uuid.uuid4().hex}"
        self._job, self._step = (job, shot), (0, 0)
        order = JobOrder(shot.request, comparison.photos, shot.checkpoint, comparison.person)
        self._thread.run_job(job, order, folder=comparison.folder)
        self.came.emit(shot.place)
        self.changed.emit()

    @Slot(str, object)
    def _take(self, job: str, news: JobEvent) -> None:
        if self._job is None or job != self._job[0]:
            return
        shot = self._job[1]
        match news:
            case Stage(text):
                self._set(stage=text)
            case JobStep():
                self._stage, self._step = "", (news.step, news.steps)
                for image in news.previews:
                    self._previews[shot.place] = image
                self.came.emit(shot.place)
                self.changed.emit()
            case JobPicture():
                self._picture(shot, news)
            case JobFinished():
                self._end(shot, news)
            case _:
                pass

    def _picture(self, shot: Shot, news: JobPicture) -> None:
        picture, opened = news.picture, self._open
        assert opened is not None
        worth = picture.worth
        made = Made(
            path=picture.path,
            recipe=picture.recipe,
            likeness=worth.likeness,
            likeness_reason=worth.reason,
            seconds=picture.seconds,
            twin_match=worth.match,
            taken_over=worth.taken_over,
        )
        if not {photo.sha256 for photo in picture.recipe.photos} <= set(opened.comparison.hashes):
            return  # said at its end
        self.plan.learn(picture.seconds)
        self._images.keep(picture.path, picture.thumbnail)
        places = [one.place for one in opened.shots if one.same_as(shot)]
        self._open = Opened(opened.comparison, opened.shots, {**opened.made, **dict.fromkeys(places, made)})
        self._library.look()
        for place in places:
            self._previews.pop(place, None)
            self.came.emit(place)

    def _end(self, shot: Shot, news: JobFinished) -> None:
        assert self._job is not None
        assert self._open is not None
        self._thread.forget_job(self._job[0])
        self._job, self._stage, self._step = None, "", (0, 0)
        self._previews.clear()
        self.came.emit(shot.place)
        if isinstance(news.error, ContentWithheldError):
            # One cell of many: the others are made all the same.
            self._withheld.add(shot.place)
        elif news.status == JobStatus.failed and isinstance(news.error, ModelError | PhotoError | OutOfMemoryError):
            self._odd[shot.checkpoint] = news.error
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

    @Slot(Path)
    def _image_came(self, path: Path) -> None:
        if self._open is not None:
            for place, made in self._open.made.items():
                if made.path == path:
                    self.came.emit(place)

    def _set(self, *, status: Status | None = None, stage: str | None = None) -> None:
        if status is not None:
            self._status = status
        if stage is not None:
            self._stage = stage
        self.changed.emit()
