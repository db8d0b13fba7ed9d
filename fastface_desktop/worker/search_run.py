"""A search for settings in the engine's thread: a part of it at a time, so that jobs that wait go in between."""

from collections.abc import Callable
from pathlib import Path

from fastface_core.errors import DeviceLostError
from fastface_core.evaluation.judges import Judges
from fastface_core.evaluation.making import make
from fastface_core.evaluation.measuring import measure
from fastface_core.evaluation.results import Results, of_run
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.evaluation.searching import Search
from fastface_core.progress import Cancelled, Stage, StepDone
from fastface_core.studio.orders import Event, PictureFound, PictureMade
from fastface_desktop.values import JobFinished, JobStatus, SearchStep
from fastface_desktop.worker.inbox import Inbox, SearchTask
from fastface_desktop.worker.work import EngineHost, MakeRoom


class _Paused(Cancelled):
    """The user wants a pause, and the picture that was begun is done."""


class SearchRun:
    """Lives as long as the thread, and keeps what it has loaded of one search until that ends."""

    def __init__(self, work: EngineHost, inbox: Inbox, make_room: Callable[[], None]) -> None:
        """
        Args:
            make_room: does the trials that wait.
        """
        self._work, self._inbox, self._make_room = work, inbox, make_room
        self._prepared: tuple[Path, Search, Judges] | None = None
        self._task: SearchTask | None = None
        self._done = 0

    def run(self, task: SearchTask) -> None:
        """Does a part. Puts the rest behind what waits, or says how it ended; raises nothing that a search can
        meet."""
        self._task = task
        while True:
            try:
                status, error = self._work.attempt(self._part, task.cancel)
                break
            except MakeRoom:
                if self._inbox.work_waits:
                    self._inbox.put(task)
                    return
                self._make_room()
            except _Paused:
                status, error = JobStatus.cancelled, None
                break
        self._prepared = None
        self._work.outlet.search_event.emit(task.id, JobFinished(status, error))
        self._work.tell_idle(error if isinstance(error, DeviceLostError) else None)

    def _part(self) -> None:
        task = self._wanted
        if self._prepared is None or self._prepared[0] != task.folder:
            self._tell(Stage("Looking at the people"))
            search = Search(task.ask, task.folder)
            judges = Judges(self._work.engine().device, drawn=task.ask.drawn, second=task.ask.second)
            self._prepared = (task.folder, search, judges)
        self._prepared[1].run(self._judged)

    def _judged(self, run: RunFolder) -> Results:
        assert self._prepared is not None
        judges, total = self._prepared[2], run.plan.pictures
        verifying = run.folder.name == "verified"
        folders = (run.pictures_of(one.name) for one in run.plan.contenders)
        self._done = sum(1 for folder in folders for _ in folder.glob("*.png"))

        def heard(event: Event) -> None:
            self._work.hear(event)
            match event:
                case Stage():
                    self._tell(event)
                case StepDone():
                    self._tell(SearchStep(verifying, False, self._done, total, event.step, event.steps))
                    self._work.serve(self._wanted.cancel)
                case PictureMade() | PictureFound():
                    self._done += 1
                    self._tell(SearchStep(verifying, False, self._done, total))
                    self._between()
                case _:
                    pass

        def looked(done: int, total: int) -> None:
            self._tell(SearchStep(verifying, True, done, total))
            self._work.serve(self._wanted.cancel)
            self._between()

        with run.journal() as journal:
            make(run, journal, self._work.studio, heard, self._wanted.cancel)
            self._work.tell("working", "Measuring pictures")
            measure(run, journal, judges, looked, self._wanted.cancel)
        return of_run(run)

    def _between(self) -> None:
        """After a picture was made or measured: what was done is kept, whoever comes next."""
        if self._wanted.pause.cancelled:
            raise _Paused
        if self._inbox.work_waits or self._inbox.trial_waits:
            raise MakeRoom

    @property
    def _wanted(self) -> SearchTask:
        assert self._task is not None
        return self._task

    def _tell(self, news: Stage | SearchStep) -> None:
        self._work.outlet.search_event.emit(self._wanted.id, news)
