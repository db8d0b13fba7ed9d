"""The batch that is looked at in the window, and the engine making its rows one after the other."""

import uuid
from collections import deque
from collections.abc import Callable, Set
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from fastface_core.batch import kept, proof
from fastface_core.batch.forecast import Forecast, forecast
from fastface_core.batch.kept import KeptBatch
from fastface_core.batch.outcomes import Outcome
from fastface_core.batch.planning import Planned
from fastface_core.batch.reading import Written, read_dropped
from fastface_core.batch.running import Looked, looked_at
from fastface_core.errors import FastFaceError, PermissionMissingError, SettingsError
from fastface_core.library.people.vault import LockedError
from fastface_core.progress import CancelToken, Notice, Stage
from fastface_core.studio.orders import LibraryPerson
from fastface_desktop.state.batch.rows import RowState, ended, pictures_left, rows_of
from fastface_desktop.state.compare.cell_images import CellImages
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.tasks import Tasks, ignore
from fastface_desktop.values import JobFinished, JobStatus, JobStep, RowEnded, RowEvent, RowPicture
from fastface_desktop.worker import EngineThread

if TYPE_CHECKING:
    from fastface_core.library.library import Library

Status = Literal["none", "looking", "ready", "running", "pausing", "paused", "stopping", "ended"]
"""`ready` waits for its start, `paused` to be gone on with, also after a restart; `pausing` and `stopping` end after
the current picture and after the current step."""

_Look = tuple[KeptBatch, Looked, Forecast]


class Batches(QObject):
    """One is looked at at a time. Its rows are made one after the other, between the jobs of the queue."""

    opened = Signal()
    """Another one, or none, is in view, or it was read again: all rows."""
    changed = Signal()
    """`status`, or how far it is."""
    row_changed = Signal(int)
    """The place of a row among `rows`."""
    failed = Signal(FastFaceError)
    """Why it does not begin or go on."""
    finished = Signal(str, int, int)
    """A batch's name, how many pictures were made in this run, and how many rows have none."""
    list_changed = Signal()

    def __init__(
        self, thread: EngineThread, library: LibraryState, people: PeopleState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread, self._library, self._people = thread, library, people
        self.images = CellImages(self)
        self._work = Tasks(self, threads=1)
        self._list: tuple[KeptBatch, ...] = ()
        self._batch: KeptBatch | None = None
        self._forecast: Forecast | None = None
        self._rows: list[RowState] = []
        self._at: dict[str, int] = {}
        self._todo: deque[Planned] = deque()
        self._outcomes: dict[str, Outcome] = {}
        self._looked: Looked | None = None
        self._status: Status = "none"
        self._running: tuple[str, Planned, CancelToken] | None = None
        self._gathered: list[int] = []
        """Pictures that are not in the album yet."""
        self._made = 0
        self._stage = ""
        self._preview = QImage()
        self._forgotten: str | None = None
        thread.row_event.connect(self._take)
        people.locking.connect(self._locking)
        people.changed.connect(self._people_changed)

    # ---- What there is

    @property
    def kept(self) -> tuple[KeptBatch, ...]:
        """All that were begun, the newest first."""
        return self._list

    @property
    def current(self) -> KeptBatch | None:
        return self._batch

    @property
    def status(self) -> Status:
        return self._status

    @property
    def busy(self) -> bool:
        """Whether rows are being made."""
        return self._status in ("running", "pausing", "stopping")

    @property
    def rows(self) -> tuple[RowState, ...]:
        """In the order of their lines."""
        return tuple(self._rows)

    def row(self, place: int) -> RowState:
        return self._rows[place]

    @property
    def forecast(self) -> Forecast | None:
        """What was to be made when it was looked at last."""
        return self._forecast

    @property
    def stage(self) -> str:
        """What is being done before the first step, in English."""
        return self._stage

    @property
    def preview(self) -> QImage:
        """The picture that is being made; null before its first step."""
        return self._preview

    @property
    def left(self) -> int:
        """Pictures that are still to be made, at most."""
        return pictures_left(self._rows)

    @property
    def pictures(self) -> int:
        """All pictures of the batch, at most."""
        return sum(row.count for row in self._rows)

    @property
    def step(self) -> tuple[int, int]:
        """Of the picture that is being made, and how many it has; 0, 0 before."""
        row = self._current_row()
        return (0, 0) if row is None else (row.step, row.steps)

    @property
    def seconds_left(self) -> float | None:
        """None where nothing like it was ever made on this computer."""
        said = self._forecast
        if said is None or said.seconds is None or not said.pictures:
            return None
        return said.seconds * min(self.left / said.pictures, 1.0)

    @property
    def asks(self) -> bool:
        """Whether somebody has to say first that everybody in its photos agreed."""
        batch = self._batch
        return batch is not None and batch.agreed is None and batch.of_photos

    # ---- What is done with it

    def look(self) -> None:
        """Reads what there is; an unfinished batch of an earlier start is offered to be gone on with."""

        def read(found: tuple[KeptBatch, ...]) -> None:
            self._list = found
            self.list_changed.emit()
            if self._batch is None and self._status == "none":
                left = next((one for one in found if not one.ended), None)
                if left is not None:
                    self._look_at(left, lambda: self._set("paused"))

        self._work.run(self, kept.kept, read)

    def read(self, paths: tuple[Path, ...]) -> None:
        """Looks at a table, or folders of people, that somebody gave. `opened` follows, and `start` makes it."""
        if self.busy:
            self._refuse_busy()
            return

        def found(written: Written) -> None:
            numbered = len(paths) == 1 and not paths[0].is_dir()
            self.put(written, numbered=numbered)

        self._work.run(self, lambda: read_dropped(paths), found, self._not_read)

    def put(self, written: Written, *, numbered: bool = False, then: Callable[[], None] | None = None) -> None:
        """Looks at a batch that was put together. `opened` follows, then `then`."""
        if self.busy:
            self._refuse_busy()
            return
        try:
            batch = kept.begun(written, datetime.now().astimezone(), numbered=numbered)
        except FastFaceError as error:
            self.failed.emit(error)
            return

        def ready() -> None:
            self._set("ready")
            if then is not None:
                then()

        self._look_at(batch, ready)

    def open(self, number: str) -> None:
        """Looks at one of the list; does nothing while rows are being made."""
        batch = next((one for one in self._list if one.id == number), None)
        if batch is not None and not self.busy:
            self._look_at(batch, lambda: self._set("paused" if self._todo else "ended"))

    def agree(self) -> None:
        """It was said that everybody in its photos agreed."""
        if self._batch is not None:
            self._batch = self._batch.model_copy(update={"agreed": date.today()})

    def start(self) -> None:
        """Makes what is left; also of one that was paused, or failed rows once more."""
        batch = self._batch
        if batch is None or self._status not in ("ready", "paused", "ended") or self.asks:
            return
        # What was mended meanwhile, a permission or a photo, counts from now on.
        self._look_at(batch, self._begin)

    def pause(self) -> None:
        """Stops after the current picture."""
        if self._status == "running" and self._running is not None:
            self._set("pausing")
            self._running[2].cancel()

    def cancel(self) -> None:
        """Stops after the current step; what is made stays, and `start` goes on."""
        if self._status in ("running", "pausing") and self._running is not None:
            self._set("stopping")
            self._thread.cancel_job(self._running[0])

    def close_current(self) -> None:
        """Looks at none, to put another together."""
        if not self.busy:
            self._clear()

    def remove(self, number: str) -> None:
        """Takes a batch off the list; its pictures stay."""
        shown = self._batch is not None and self._batch.id == number
        if shown and self.busy:
            return
        if shown:
            self._clear()
        self._list = tuple(one for one in self._list if one.id != number)
        self.list_changed.emit()
        self._work.run(self, lambda: kept.drop(number), ignore, self.failed.emit)

    def write_proof(self, done: Callable[[Path], object]) -> None:
        """Writes the proof sheet beside the pictures; `done` gets where it lies."""
        batch, looked = self._batch, self._looked
        if batch is None or looked is None:
            return
        outcomes = sorted(self._outcomes.values(), key=lambda one: one.line)
        title = f"Proof sheet of {batch.name}"
        self._work.run(
            self,
            lambda: proof.write(outcomes, looked.refused, batch.out, title),
            lambda pages: done(pages[0]),
            self.failed.emit,
        )

    def forget(self, person: str, hashes: Set[str]) -> None:
        """A person is forgotten: a batch that may show them stops, and is read again once its rows are gone.

        Args:
            hashes: of the person's photos.
        """
        batch, known = self._batch, self._people.person(person)
        self._forgotten = person
        if batch is not None and (batch.of_photos or batch.names({person, known.name if known else person})):
            if self._running is not None:
                self._thread.cancel_job(self._running[0])
            self._clear()

    def close(self) -> None:
        """Waits for what is being written."""
        self.images.close()
        self._work.close()

    # ---- Looking

    def _look_at(self, batch: KeptBatch, then: Callable[[], None]) -> None:
        if self._library.library is None:
            self.failed.emit(SettingsError("The library is still being opened.", "Try again in a moment."))
            return
        self._set("looking")

        def work(library: "Library") -> _Look:
            looked = looked_at(batch.written, library, batch.out)
            return batch, looked, forecast(looked.todo, looked.done, looked.refused, batch.out, library)

        def found(result: _Look) -> None:
            self._show(*result)
            then()

        self._library.run(self, work, found, self._not_read)

    def _show(self, batch: KeptBatch, looked: Looked, said: Forecast) -> None:
        self._batch, self._looked, self._forecast = batch, looked, said
        self._rows = list(rows_of(looked, batch.out))
        self._at = {row.key: place for place, row in enumerate(self._rows)}
        self._todo = deque(looked.todo)
        self._outcomes = {one.key: one for one in looked.done}
        self.opened.emit()

    def _not_read(self, error: FastFaceError) -> None:
        self._set("none" if self._batch is None else "paused")
        self.failed.emit(error)

    def _refuse_busy(self) -> None:
        self.failed.emit(SettingsError("Another batch is being made.", "Pause it, then try again."))

    def _clear(self) -> None:
        self._batch = self._looked = self._forecast = None
        self._rows, self._at, self._outcomes = [], {}, {}
        self._todo.clear()
        self._set("none")
        self.opened.emit()

    # ---- Making

    def _begin(self) -> None:
        assert self._batch is not None
        batch, self._made = self._batch.model_copy(update={"ended": False}), 0
        self._batch = batch

        def written(_: object) -> None:
            self._list = (batch, *(one for one in self._list if one.id != batch.id))
            self.list_changed.emit()
            self._set("running")
            self._next()

        def failed(error: FastFaceError) -> None:
            self._set("paused")
            self.failed.emit(error)

        self._work.run(self, lambda: kept.keep(batch), written, failed)

    def _next(self) -> None:
        if self._status != "running":
            self._set("paused")
            return
        if not self._todo:
            self._finish()
            return
        assert self._batch is not None
        row, pause = self._todo[0], CancelToken()
        number = f"row-{uuid.uuid4().hex}"
        self._running = (number, row, pause)
        self._put(row.key, status="running", made=0, error=None)
        self._thread.run_row(number, row, self._batch.out, pause)
        self.changed.emit()

    def _finish(self) -> None:
        batch = self._batch
        assert batch is not None
        self._batch = batch = batch.model_copy(update={"ended": True})
        self._list = tuple(batch if one.id == batch.id else one for one in self._list)
        self._set("ended")
        self._work.run(self, lambda: kept.keep(batch), ignore, self.failed.emit)
        self.write_proof(ignore)
        missing = sum(row.status in ("failed", "refused") for row in self._rows)
        self.finished.emit(batch.name, self._made, missing)

    @Slot(str, object)
    def _take(self, number: str, news: RowEvent) -> None:
        if self._running is None or number != self._running[0]:
            if isinstance(news, JobFinished):
                self._thread.forget_job(number)
            return
        row = self._running[1]
        match news:
            case Stage(text):
                self._stage = text
            case JobStep():
                self._stage = ""
                self._preview = next(iter(news.previews), self._preview)
                self._put(row.key, step=news.step, steps=news.steps)
            case RowPicture():
                self._picture(row, news)
            case RowEnded(outcome):
                self._row_ended(outcome)
            case JobFinished():
                self._end(row, news)
            case Notice():
                pass
        self.changed.emit()

    def _picture(self, row: Planned, news: RowPicture) -> None:
        place = self._at.get(row.key)
        if place is None:
            return
        before = self._rows[place]
        if news.id is not None:
            self._gathered.append(news.id)
            self._made += 1
            self.images.keep(news.path, news.thumbnail)
            self._library.look()
        better = before.best is None or (news.score is not None and news.score >= before.best)
        update: dict[str, object] = {"cover": news.path, "best": news.score} if better else {}
        self._put(row.key, made=before.made + 1, step=0, steps=0, **update)
        self._preview = QImage()

    def _row_ended(self, outcome: Outcome) -> None:
        assert self._batch is not None
        self._outcomes[outcome.key] = outcome
        place = self._at.get(outcome.key)
        if place is not None:
            self._rows[place] = ended(outcome, self._batch.out)
            self.row_changed.emit(place)
        if self._todo and self._todo[0].key == outcome.key:
            self._todo.popleft()

    def _end(self, row: Planned, news: JobFinished) -> None:
        assert self._running is not None
        self._thread.forget_job(self._running[0])
        self._running, self._stage, self._preview = None, "", QImage()
        self._into_album()
        if self._batch is None:
            return  # it was forgotten
        if (place := self._at.get(row.key)) is not None and self._rows[place].status == "running":
            self._put(row.key, status="waits", step=0, steps=0)
        if news.status == JobStatus.failed and news.error is not None:
            self._set("paused")
            self.failed.emit(news.error)
        elif news.status == JobStatus.cancelled or self._status != "running":
            self._set("paused")
        else:
            if self._todo and self._todo[0] is row:
                self._todo.popleft()
            self._next()

    def _into_album(self) -> None:
        """What was made is together in the gallery, too."""
        if self._batch is None or self._library.library is None or not self._gathered:
            self._gathered.clear()
            return
        pictures, album = tuple(self._gathered), self._batch.name
        self._gathered.clear()
        self._library.change(
            self, lambda library: library.marks.collect(pictures, add=[album]), ignore, self.failed.emit
        )

    def _current_row(self) -> RowState | None:
        place = self._at.get(self._running[1].key) if self._running is not None else None
        return None if place is None else self._rows[place]

    def _put(self, key: str, **values: object) -> None:
        place = self._at.get(key)
        if place is not None:
            self._rows[place] = replace(self._rows[place], **values)
            self.row_changed.emit(place)

    def _set(self, status: Status) -> None:
        self._status = status
        self.changed.emit()

    # ---- People

    def _locking(self) -> None:
        if any(isinstance(row.order.subject, LibraryPerson) for row in self._todo):
            self.cancel()

    def _people_changed(self) -> None:
        if self._forgotten is not None and self._people.person(self._forgotten) is None:
            self._forgotten = None
            self.look()
        batch, status = self._batch, self._status
        if batch is None or status not in ("ready", "paused", "ended"):
            return
        if any(isinstance(row.error, PermissionMissingError | LockedError) for row in self._rows):
            # A permission may have been noted, or the people unlocked.
            self._look_at(batch, lambda: self._set("paused" if status == "ended" and self._todo else status))
