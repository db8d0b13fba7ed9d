"""The search for settings that is looked at in the window, and the engine going on with it between the queue's jobs."""

import uuid
from collections.abc import Callable, Set
from datetime import datetime
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.domain.presets import Preset
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.evaluation import kept_searches
from fastface_core.evaluation.asking import Ask
from fastface_core.evaluation.kept_searches import CurvePoint, KeptSearch
from fastface_core.progress import CancelToken, Stage
from fastface_desktop.state.tasks import Tasks, ignore
from fastface_desktop.values import JobFinished, JobStatus, SearchEvent, SearchStep
from fastface_desktop.worker import EngineThread

Status = Literal["none", "beginning", "running", "pausing", "paused", "stopping", "done"]
"""`paused` waits to be gone on with, also after a restart; `pausing` and `stopping` end after the current picture and
after the current step; `done` has its curve."""


class Searches(QObject):
    """One is looked at at a time."""

    changed = Signal()
    """Another one is in view, `status`, or how far it is."""
    failed = Signal(FastFaceError)
    """Why it does not begin or go on."""
    finished = Signal(int)
    """How many settings its curve has, besides those that it began with."""

    def __init__(self, thread: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._work = Tasks(self, threads=1)
        self._list: tuple[KeptSearch, ...] = ()
        self._search: KeptSearch | None = None
        self._status: Status = "none"
        self._running: tuple[str, CancelToken] | None = None
        self._step: SearchStep | None = None
        self._stage = ""
        thread.search_event.connect(self._take)

    # ---- What there is

    @property
    def kept(self) -> tuple[KeptSearch, ...]:
        """All that were begun, the newest first."""
        return self._list

    @property
    def current(self) -> KeptSearch | None:
        return self._search

    @property
    def status(self) -> Status:
        return self._status

    @property
    def busy(self) -> bool:
        """Whether it is being gone on with."""
        return self._status in ("beginning", "running", "pausing", "stopping")

    @property
    def step(self) -> SearchStep | None:
        """How far it is; None before its first picture of this time."""
        return self._step

    @property
    def stage(self) -> str:
        """What is being done before the first step, in English."""
        return self._stage

    # ---- What is done with it

    def look(self) -> None:
        """Reads what there is; an unfinished search of an earlier start is offered to be gone on with."""

        def found(kept: tuple[KeptSearch, ...]) -> None:
            self._list = kept
            if self._search is None and self._status == "none":
                left = next((one for one in kept if one.curve is None), None)
                if left is not None:
                    self._search, self._status = left, "paused"
            self.changed.emit()

        self._work.run(self, kept_searches.kept, found)

    def begin(self, ask: Ask) -> None:
        """Writes a new search down and begins it."""
        if self.busy:
            self._refuse()
            return
        dated = ask.model_copy(update={"since": datetime.now().astimezone()})
        self._set("beginning")

        def begun(search: KeptSearch) -> None:
            self._list = (search, *self._list)
            self._search, self._status = search, "paused"
            self.resume()

        self._work.run(self, lambda: kept_searches.begun(dated), begun, self._not_begun)

    def resume(self) -> None:
        """Goes on with what is left."""
        if self._search is None or self._status != "paused":
            return
        number, pause = f"search-{uuid.uuid4().hex}", CancelToken()
        self._running, self._step, self._stage = (number, pause), None, ""
        self._set("running")
        self._thread.run_search(number, self._search.folder, self._search.ask, pause)

    def pause(self) -> None:
        """Stops after the current picture."""
        if self._status == "running" and self._running is not None:
            self._set("pausing")
            self._running[1].cancel()

    def cancel(self) -> None:
        """Stops after the current step; what is made stays, and `resume` goes on."""
        if self._status in ("running", "pausing") and self._running is not None:
            self._set("stopping")
            self._thread.cancel_job(self._running[0])

    def open(self, search: KeptSearch) -> None:
        """Looks at one of the list; does nothing while one is being gone on with."""
        if not self.busy:
            self._search, self._step = search, None
            self._set("paused" if search.curve is None else "done")

    def close_current(self) -> None:
        """Looks at none, to begin another."""
        if not self.busy:
            self._search, self._step = None, None
            self._set("none")

    def remove(self, search: KeptSearch) -> None:
        """Erases one with its pictures; not while it is being gone on with."""
        shown = self._search is not None and self._search.folder == search.folder
        if shown and self.busy:
            self._refuse()
            return
        if shown:
            self.close_current()
        self._list = tuple(one for one in self._list if one.folder != search.folder)
        self.changed.emit()
        self._work.run(self, lambda: kept_searches.drop(search), ignore, self.failed.emit)

    def forget(self, person: str, hashes: Set[str]) -> None:
        """A person is forgotten: a search on photos, which may show them, stops after its step."""
        if self._search is not None and not self._search.ask.drawn:
            self.cancel()

    def preset(self, point: CurvePoint, done: Callable[[Preset], object]) -> None:
        """Reads the preset of a point; `done` gets it."""
        if (search := self._search) is not None:
            self._work.run(self, lambda: search.preset(point), done, self.failed.emit)

    def close(self) -> None:
        """Waits for what is being written."""
        self._work.close()

    # ---- What comes of it

    @Slot(str, object)
    def _take(self, number: str, news: SearchEvent) -> None:
        if self._running is None or number != self._running[0]:
            if isinstance(news, JobFinished):
                self._thread.forget_job(number)
            return
        match news:
            case Stage(text):
                self._stage = text
            case SearchStep():
                self._stage, self._step = "", news
            case JobFinished():
                self._end(news)
        self.changed.emit()

    def _end(self, news: JobFinished) -> None:
        assert self._running is not None
        assert self._search is not None
        self._thread.forget_job(self._running[0])
        self._running, self._stage = None, ""
        if news.status != JobStatus.done:
            self._set("paused")
            if news.status == JobStatus.failed and news.error is not None:
                self.failed.emit(news.error)
            return
        folder = self._search.folder

        def read(search: KeptSearch) -> None:
            self._search = search
            self._list = tuple(search if one.folder == search.folder else one for one in self._list)
            self._set("done")
            assert search.curve is not None
            self.finished.emit(sum(not point.base for point in search.curve.points))

        self._work.run(self, lambda: _done(folder), read, self._not_read)

    def _not_begun(self, error: FastFaceError) -> None:
        self._set("none" if self._search is None else "paused" if self._search.curve is None else "done")
        self.failed.emit(error)

    def _not_read(self, error: FastFaceError) -> None:
        self._set("paused")
        self.failed.emit(error)

    def _refuse(self) -> None:
        self.failed.emit(SettingsError("Another search is under way.", "Pause it, then try again."))

    def _set(self, status: Status) -> None:
        self._status = status
        self.changed.emit()


def _done(folder: Path) -> KeptSearch:
    unread = SettingsError("What the search found cannot be read.", "Go on with it: it is written again.")
    try:
        search = kept_searches.read(folder)
    except (OSError, ValueError) as error:
        raise unread from error
    if search.curve is None:
        raise unread
    return search
