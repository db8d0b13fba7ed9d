"""Runs a batch on the command line: what is to be done, how far it is, and what came of it."""

import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

import typer
from rich.progress import TimeRemainingColumn

from fastface_core import paths
from fastface_core.batch import proof
from fastface_core.batch.forecast import Forecast, forecast, unreadable
from fastface_core.batch.kept import FOLDER
from fastface_core.batch.outcomes import Journal, Outcome
from fastface_core.batch.planning import Planned
from fastface_core.batch.processes import Processes, Setting
from fastface_core.batch.reading import Written, read_batch
from fastface_core.batch.rows import Refused
from fastface_core.batch.running import Crew, Here, looked_at
from fastface_core.cli.generate.progress_display import Bars
from fastface_core.cli.generate.stopping import stopping
from fastface_core.cli.output import STOPPED, print_json, say, show_error
from fastface_core.cli.people.unlocking import old_passphrase
from fastface_core.cli.permission import HINT
from fastface_core.cli.words import time_in_words
from fastface_core.counting import counted
from fastface_core.errors import ContentWithheldError, FastFaceError, PermissionMissingError, SettingsError
from fastface_core.files import writable
from fastface_core.library.library import Library
from fastface_core.models.store import gigabytes
from fastface_core.naming_patterns import clean
from fastface_core.progress import Cancelled, CancelToken, Notice, Stage, StepDone
from fastface_core.studio.make import Studio, filter_as_set
from fastface_core.studio.orders import Event
from fastface_core.studio.resident import ResidentEngine

_WATCH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of `fastface batch`.

    Attributes:
        defaults: values for what rows leave out.
        devices: one for each process.
        cluster: where the Ray cluster is that makes the pictures; None for this computer alone.
        processes: on each device, or of a cluster without GPUs.
    """

    path: Path
    out: Path | None
    defaults: Mapping[str, object]
    dry_run: bool
    watch: bool
    devices: tuple[str, ...]
    content_filter: bool
    bell: bool
    cluster: str | None = None
    processes: int = 1


@dataclass
class _Batch:
    """What is to be done and what is done, of one look at the file or folder."""

    out: Path
    name: str
    numbered: bool
    """Whether rows are lines of something; people of a folder are not."""
    rows: list[Planned]
    refused: tuple[Refused, ...]
    done: list[Outcome]
    new: list[Outcome] = field(default_factory=list[Outcome])

    def called(self, number: int, who: str, client: str = "") -> str:
        """What a row is called in sentences."""
        who = who or "nobody"
        return f"Row {number}, {who}" if self.numbered else f"{client}/{who}" if client else who

    @property
    def outcomes(self) -> list[Outcome]:
        return sorted([*self.done, *self.new], key=lambda one: one.line)

    @property
    def failed(self) -> list[Outcome]:
        return [one for one in self.new if one.error is not None]


def run(wanted: Wanted, as_json: bool) -> int:
    """Does what was asked for, and returns the exit code.

    Raises:
        FastFaceError: the batch cannot be read, or nothing can be made at all.
    """
    with Library() as library:
        passphrase = _unlocked(wanted, library)
        found = _looked_at(wanted, library)
        if wanted.dry_run:
            found = _without_unreadable(found)
        said = forecast(found.rows, found.done, found.refused, found.out, library)
        _tell(said, found)
        if wanted.dry_run:
            if as_json:
                print_json(_forecast_json(said, found))
            return 1 if found.refused else 0
        writable(found.out)
        cancel = CancelToken()
        stopped, error = False, None
        with (
            stopping(cancel),
            _Display() as display,
            _crew(wanted, library, found.out, passphrase, display) as crew,
        ):
            try:
                _make(found, crew, display, cancel)
                if wanted.watch:
                    _watch(wanted, found, library, crew, display, cancel)
            except Cancelled:
                stopped = True
            except FastFaceError as known:
                error = known
        return _end(wanted, found, stopped, error, as_json)


def _unlocked(wanted: Wanted, library: Library) -> str | None:
    """The people's passphrase, where they are locked and rows name some of them."""
    written = read_batch(wanted.path)
    needed = any(not {**written.defaults, **entry.values}.get("photos") for entry in written.entries)
    if not (needed and library.people.store.locked):
        return None
    passphrase = old_passphrase()
    library.people.store.unlock(passphrase)
    return passphrase


def _looked_at(wanted: Wanted, library: Library) -> _Batch:
    written = read_batch(wanted.path)
    written = Written(written.name, written.entries, {**written.defaults, **wanted.defaults})
    out = wanted.out or paths.pictures_folder() / FOLDER / clean(written.name, "batch")
    found = looked_at(written, library, out)
    return _Batch(out, written.name, not wanted.path.is_dir(), list(found.todo), found.refused, list(found.done))


def _without_unreadable(batch: _Batch) -> _Batch:
    """With the rows refused whose photos are none; a run finds that out by itself."""
    refused = unreadable(batch.rows)
    gone = {(one.number, one.who) for one in refused}
    rows = [row for row in batch.rows if (row.number, row.who) not in gone]
    everybody = sorted([*batch.refused, *refused], key=lambda one: one.number)
    return replace(batch, rows=rows, refused=tuple(everybody))


@contextmanager
def _crew(wanted: Wanted, library: Library, out: Path, passphrase: str | None, display: "_Display") -> Generator[Crew]:
    def filtered() -> bool:
        return wanted.content_filter and filter_as_set()

    if wanted.cluster is not None:
        from fastface_core.cluster.crew import cluster

        cpu = _cluster_on_cpu(wanted.devices)
        with cluster(
            wanted.cluster, out.absolute(), library, filtered, say, processes=wanted.processes, cpu=cpu
        ) as crew:
            yield crew
    elif len(wanted.devices) > 1:
        yield Processes(wanted.devices, Setting(out.absolute(), wanted.content_filter, passphrase))
    else:
        device = next(iter(wanted.devices), "auto")
        yield Here(Studio(ResidentEngine(device), lambda: library, filtered), out, display.hear)


def _cluster_on_cpu(devices: tuple[str, ...]) -> bool:
    if not set(devices) <= {"auto", "cpu"}:
        raise SettingsError("A cluster takes its own GPUs.", "Use --device cpu to leave them alone, or no --device.")
    return "cpu" in devices


def _make(batch: _Batch, crew: Crew, display: "_Display", cancel: CancelToken) -> None:
    journal = Journal(batch.out)
    display.begin(batch)

    def done(outcome: Outcome) -> None:
        journal.add(outcome)
        batch.new.append(outcome)
        display.advance()
        _tell_outcome(outcome, batch)

    crew.run(batch.rows, done, cancel)


def _watch(
    wanted: Wanted, batch: _Batch, library: Library, crew: Crew, display: "_Display", cancel: CancelToken
) -> NoReturn:
    """Looks again and again, and makes what is new; a row is taken once it and its photos have stayed the same between
    two looks. Ends with `Cancelled` alone; `batch` then has everything that was made."""
    say(f"Watching {wanted.path.name}. Ctrl-C ends it.")
    tried = {one.key for one in batch.new}
    told = {(one.number, one.error.message) for one in batch.refused}
    before: set[str] = set()
    took = 0.0
    while True:
        # A long table is looked at less often.
        cancel.wait(max(_WATCH_SECONDS, 10 * took))
        start = time.perf_counter()
        try:
            now = _looked_at(wanted, library)
        except FastFaceError:
            continue  # it is being written
        took = time.perf_counter() - start
        for one in now.refused:
            if (one.number, one.error.message) not in told:
                told.add((one.number, one.error.message))
                _tell_refused(one, batch)
        batch.refused = now.refused
        batch.rows = [row for row in now.rows if row.key in before and row.key not in tried]
        before = {row.key for row in now.rows}
        tried |= {row.key for row in batch.rows}
        if batch.rows:
            _make(batch, crew, display, cancel)
            proof.write(batch.outcomes, batch.refused, batch.out, _title(batch))


def _tell(said: Forecast, batch: _Batch) -> None:
    rows = said.rows + said.done + said.refused
    say(f"{counted(rows, 'row', 'rows')} of {counted(said.people, 'person', 'people')}.")
    if said.done:
        say(f"Done already: {counted(said.done, 'row', 'rows')}.")
    if said.rows:
        span = "not known yet" if said.seconds is None else f"up to {time_in_words(said.seconds)}"
        pictures = counted(said.pictures, "picture", "pictures")
        say(f"To be made: up to {pictures}, time {span}, with {', '.join(said.checkpoints)}.")
        say(f"Disk: up to {gigabytes(said.needed)} of {gigabytes(said.free)} free.")
    if said.needed > said.free:
        say("That may be more than there is room for. Free some space, or choose another folder with --out.")
    for one in batch.refused:
        _tell_refused(one, batch)


def _tell_refused(one: Refused, batch: _Batch) -> None:
    hint = HINT if isinstance(one.error, PermissionMissingError) else one.error.hint
    say(f"{batch.called(one.number, one.who)}: {one.error.message} {hint}")


def _tell_outcome(outcome: Outcome, batch: _Batch) -> None:
    head = batch.called(outcome.line, outcome.who, outcome.client)
    if outcome.error is not None:
        say(f"{head}: failed. {outcome.error} {outcome.hint}")
        return
    best = "" if outcome.best is None else f", best {outcome.best:.2f}"
    say(f"{head}: {counted(len(outcome.pictures), 'picture', 'pictures')}{best}")
    if outcome.withheld:
        say(f"{head}: {ContentWithheldError.some(outcome.withheld)}")


def _end(wanted: Wanted, batch: _Batch, stopped: bool, error: FastFaceError | None, as_json: bool) -> int:
    pages: Sequence[Path] = ()
    if batch.outcomes:
        pages = proof.write(batch.outcomes, batch.refused, batch.out, _title(batch))
    result = _result_json(batch, pages)
    if error is not None:
        show_error(error, as_json, result)
    elif as_json:
        print_json(result | ({"stopped": True} if stopped else {}))
    elif pages:
        typer.echo(str(pages[0]))
        sys.stdout.flush()
    if batch.failed or batch.refused:
        missing = counted(len(batch.failed) + len(batch.refused), "row", "rows")
        say(f"Not made: {missing}. The same command tries again.")
    if stopped:
        say("Stopped. The same command goes on from here.")
    if wanted.bell and sys.stderr.isatty():
        typer.echo("\a", err=True, nl=False)
    if stopped and not wanted.watch:
        return STOPPED
    return 1 if error or batch.failed or batch.refused else 0


def _title(batch: _Batch) -> str:
    return f"Proof sheet of {batch.name}"


def _forecast_json(said: Forecast, batch: _Batch) -> dict[str, object]:
    return {
        "folder": str(batch.out.absolute()),
        "rows": said.rows,
        "done": said.done,
        "people": said.people,
        "pictures": said.pictures,
        "there": said.there,
        "checkpoints": list(said.checkpoints),
        "seconds": said.seconds,
        "bytes_needed": said.needed,
        "bytes_free": said.free,
        "permissions_missing": list(said.permissions),
        "refused": _refused_json(batch.refused),
    }


def _refused_json(refused: Sequence[Refused]) -> list[dict[str, object]]:
    return [
        {"row": one.number, "person": one.who, "error": one.error.message, "hint": one.error.hint} for one in refused
    ]


def _result_json(batch: _Batch, pages: Sequence[Path]) -> dict[str, object]:
    pictures = [(row, one) for row in batch.outcomes for one in row.pictures]
    return {
        "folder": str(batch.out.absolute()),
        "rows": len(batch.outcomes) + len(batch.refused),
        "done_before": len(batch.done),
        "made": sum(not one.found for row in batch.new for one in row.pictures),
        "found": sum(one.found for row in batch.new for one in row.pictures),
        "withheld": sum(row.withheld for row in batch.new),
        "pictures": [
            {
                "row": row.line,
                "person": row.who,
                "path": str((batch.out / one.path).absolute()),
                "seed": one.seed,
                "likeness": one.likeness,
                "twin_match": one.match,
            }
            for row, one in pictures
        ],
        "failed": [{"row": row.line, "person": row.who, "error": row.error, "hint": row.hint} for row in batch.failed]
        + _refused_json(batch.refused),
        "proof": [str(page.absolute()) for page in pages],
    }


class _Display(Bars):
    """Progress on stderr, where there is a terminal."""

    def __init__(self) -> None:
        super().__init__(TimeRemainingColumn())
        self._total = self._done = 0
        self._called: Callable[[int, str, str], str] = lambda _number, who, _client: who
        self._task = self._progress.add_task("", total=None)

    def begin(self, batch: _Batch) -> None:
        self._called = batch.called
        self._total, self._done = len(batch.rows), 0
        self._progress.update(self._task, total=self._total or None, completed=0, description="")

    def advance(self) -> None:
        self._done += 1
        self._progress.update(self._task, completed=self._done)

    def hear(self, row: Planned, event: Event) -> None:
        match event:
            case Stage(text):
                self._progress.update(self._task, description=text)
            case StepDone():
                of = f"Row {self._done + 1} of {self._total}, {row.who}"
                text = f"{of}: picture {event.images[0] + 1}, step {event.step} of {event.steps}"
                self._progress.update(self._task, description=text)
            case Notice(text):
                say(f"{self._called(row.number, row.who, row.client)}: {text}")
            case _:
                pass
