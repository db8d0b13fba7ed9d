"""A download on the terminal: a bar for all and one for each file on its way; lines where there is no terminal."""

from rich.progress import DownloadColumn, TaskID, TextColumn

from fastface_core.cli.generate.progress_display import Bars
from fastface_core.cli.output import say
from fastface_core.counting import counted
from fastface_core.models.hub.download import DownloadProgress, FileReady
from fastface_core.models.store import gigabytes
from fastface_core.progress import Notice, Stage

_STATES = {"checking": "checking", "retrying": "trying again"}


class DownloadDisplay(Bars):
    """Shows a download's events.

    Attributes:
        ready: what was fetched or looked at and found right, as COMPONENT/FILE.
        fetched: bytes of it.
    """

    def __init__(self) -> None:
        self.ready: list[str] = []
        self.fetched = 0
        super().__init__(DownloadColumn(), TextColumn("{task.fields[more]}"))
        self._all: TaskID | None = None
        self._files: dict[tuple[str, str], TaskID] = {}
        self._before: int | None = None

    def report(self, event: object) -> None:
        match event:
            case DownloadProgress():
                if self._before is None:
                    self._before = event.done
                self.fetched = event.done - self._before
                if self._live:
                    self._show(event)
            case FileReady():
                self.ready.append(f"{event.component}/{event.file}")
                if not self._live:
                    say(f"{event.component}/{event.file}: ready")
            case Stage() | Notice():
                say(event.text)
            case _:
                pass

    def _show(self, event: DownloadProgress) -> None:
        if self._all is None:
            self._all = self._progress.add_task("All", total=event.total, more="")
        speed = f"{gigabytes(round(event.speed))}/s" if event.speed else ""
        left = f"{time_left(event.seconds_left)} left" if event.seconds_left else ""
        self._progress.update(
            self._all,
            description=f"All ({event.files_done} of {counted(event.files_total, 'file', 'files')})",
            completed=event.done,
            total=event.total,
            more="  ".join(filter(None, (speed, left))),
        )
        shown = {(file.component, file.file): file for file in event.files}
        for key in [key for key in self._files if key not in shown]:
            self._progress.remove_task(self._files.pop(key))
        for key, file in shown.items():
            if key not in self._files:
                name = "/".join(file.file.split("/")[-2:])
                self._files[key] = self._progress.add_task(f"  {name}", total=file.total, more="")
            self._progress.update(self._files[key], completed=file.done, more=_STATES.get(file.state, ""))


def time_left(seconds: float) -> str:
    """For people: "40 s", "12 min", "3 h 05 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
