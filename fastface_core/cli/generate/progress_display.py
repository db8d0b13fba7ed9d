"""Long work on files, on the command line: a bar on stderr where there is a terminal."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from fastface_core.cli.output import say
from fastface_core.models.store import Transferred
from fastface_core.progress import Notice, Stage


class Bars:
    """Bars on stderr for as long as the block lasts; none where there is no terminal."""

    def __init__(self, *last: ProgressColumn) -> None:
        """`last`: the columns after text and bar."""
        console = Console(stderr=True)
        self._live = console.is_terminal
        self._progress = Progress(TextColumn("{task.description}"), BarColumn(), *last, console=console, transient=True)

    def __enter__(self) -> Self:
        if self._live:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._progress.stop()


class WorkDisplay(Bars):
    """Shows `Transferred`, `Stage` and `Notice` events."""

    def __init__(self) -> None:
        super().__init__(DownloadColumn(), TimeRemainingColumn())
        self._task: TaskID | None = None

    def report(self, event: object) -> None:
        match event:
            case Transferred():
                self._show(event.what, event.done, event.total)
            case Stage():
                self._show(event.text, 0, None)
            case Notice():
                say(event.text)
            case _:
                pass

    def _show(self, text: str, done: int, total: int | None) -> None:
        if not self._live:
            return
        if self._task is None:
            self._task = self._progress.add_task(text, total=total)
        self._progress.update(self._task, description=text, completed=done, total=total)
