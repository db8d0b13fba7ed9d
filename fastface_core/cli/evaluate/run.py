"""Runs evaluations on this computer: what is asked for, progress on stderr, the report's place on stdout."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import ValidationError
from rich.progress import MofNCompleteColumn, TimeRemainingColumn

from fastface_core import fitted_scales
from fastface_core.cli.generate.progress_display import Bars
from fastface_core.cli.generate.stopping import stopping
from fastface_core.cli.output import STOPPED, print_json, say
from fastface_core.errors import SettingsError
from fastface_core.evaluation import bands, drawn_set, people, prompts, report, results
from fastface_core.evaluation.journal import Journal
from fastface_core.evaluation.making import Made, make
from fastface_core.evaluation.measures import MEASURES
from fastface_core.evaluation.plan import Contender, Plan, safe_name
from fastface_core.evaluation.prompts import KINDS, Prompt
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.library.library import Library
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import Cancelled, CancelToken, Notice, Stage
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, PictureFound, PictureMade
from fastface_core.studio.resident import ResidentEngine
from fastface_core.validation import settings_error


@dataclass(frozen=True)
class Wanted:
    """The command's options."""

    out: Path
    data: Path | None
    prompts: Path | None
    presets: tuple[str, ...]
    every_preset: bool
    checkpoints: tuple[str, ...]
    steps: int | None
    size: tuple[int, int] | None
    people: int | None
    only: str | None
    seeds: int
    seed: int
    published: bool
    second: Path | None
    retry: bool
    device: str


def make_and_judge(wanted: Wanted, as_json: bool) -> int:
    """Makes the pictures, measures them and writes the report; returns the exit code.

    Raises:
        FastFaceError: as it says; what was made and measured before stays.
    """
    run = RunFolder.begin(wanted.out, plan_of(wanted))
    cancel = CancelToken()
    with stopping(cancel), run.journal() as journal, Bar("Pictures", run.plan.pictures) as bar:
        try:
            made = draw(run, journal, ResidentEngine(wanted.device), bar, cancel, retry=wanted.retry)
            measure(run, journal, wanted.second, wanted.device, bar, cancel)
        except Cancelled:
            say("Stopped. The same command goes on from here.")
            return STOPPED
    for key in made.failed:
        say(f"{key}: {journal.failed.get(key, '')}")
    page = report.write([results.of_run(run)], run.report, _title(run))
    if as_json:
        print_json(
            {
                "report": str(page),
                "pictures": run.plan.pictures,
                "made": made.pictures,
                "there_before": made.there_before,
                "failed": {key: journal.failed.get(key) for key in made.failed},
            }
        )
    else:
        typer.echo(str(page))
    return 0


def judge(out: Path, second: Path | None, device: str, as_json: bool) -> int:
    """Measures what is not measured yet and writes the report; returns the exit code.

    Raises:
        FastFaceError: as it says.
    """
    run = RunFolder.open(out)
    cancel = CancelToken()
    with stopping(cancel), run.journal() as journal, Bar("Measured", run.plan.pictures) as bar:
        try:
            looked = measure(run, journal, second, device, bar, cancel)
        except Cancelled:
            say("Stopped. The same command goes on from here.")
            return STOPPED
    page = report.write([results.of_run(run)], run.report, _title(run))
    if as_json:
        print_json({"report": str(page), "measured": looked})
    else:
        typer.echo(str(page))
    return 0


def write_report(
    runs: Sequence[Path], out: Path | None, sort: str | None, against: str | None, title: str | None, as_json: bool
) -> None:
    """
    Raises:
        SettingsError: there is no such evaluation, measure or settings.
        StorageError: the folder cannot be written to.
    """
    parts = results.merged(runs)
    if sort is not None and sort not in MEASURES:
        raise SettingsError(f'There is no measure named "{sort}".', f"Choose one of: {', '.join(MEASURES)}.")
    names = [entry.name for one in parts for entry in one.entries]
    if against is not None and against not in names:
        raise SettingsError(f'There are no settings named "{against}".', f"Choose one of: {', '.join(names)}.")
    page = report.write(parts, out or runs[0] / "report", title or "Evaluation", sort, against)
    if as_json:
        print_json({"report": str(page), "settings": names})
    else:
        typer.echo(str(page))


def _title(run: RunFolder) -> str:
    return f"Evaluation {run.folder.resolve().name}"


def plan_of(wanted: Wanted) -> Plan:
    """What is to be made.

    Raises:
        SettingsError: an option is not possible, or there are no people or prompts.
    """
    if wanted.only not in (None, *KINDS):
        raise SettingsError(f'"{wanted.only}" is no kind of prompts.', f"Choose one of: {', '.join(KINDS)}.")
    if wanted.people is not None and wanted.people < 1:
        raise SettingsError("An evaluation needs at least one person.", "Give --people 1 or more.")
    data = wanted.data or wanted.out / "drawn"
    if wanted.data is None:
        say("No --data: the starter's own drawn people take part.")
        drawn_set.write(data, wanted.people)
    asked = prompts.read(wanted.prompts) if wanted.prompts is not None else prompts.in_folder(data)
    chosen = tuple(one for one in asked if wanted.only in (None, one.kind))
    if not chosen:
        raise SettingsError(f"There are no {wanted.only} prompts.", "Leave out --only, or give other prompts.")
    try:
        return Plan(
            people=people.in_folder(data)[: wanted.people],
            prompts=_sorted(chosen),
            contenders=contenders(wanted),
            drawn=wanted.data is None,
            seed=wanted.seed,
            seeds=wanted.seeds,
            published=wanted.published,
        )
    except ValidationError as error:
        raise settings_error(error, "The evaluation") from error


def _sorted(asked: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """Realistic ones first, and by their text: the same set has the same numbers however its file was written."""
    return tuple(sorted(asked, key=lambda one: (KINDS.index(one.kind), one.text)))


def contenders(wanted: Wanted) -> tuple[Contender, ...]:
    """Each preset with each checkpoint.

    Raises:
        SettingsError: there is none of a name.
        ModelError: a checkpoint is not installed.
    """
    named = wanted.presets or (() if wanted.every_preset else (preset_files.default_name(),))
    presets = [*(preset_files.built_in().values() if wanted.every_preset else ()), *map(preset_files.find, named)]
    width, height = wanted.size or (None, None)
    found: dict[str, Contender] = {}
    for preset in presets:
        for name in wanted.checkpoints or (preset.checkpoint or installed.best().name,):
            checkpoint = installed.find(name)
            title = preset.name if len(wanted.checkpoints) < 2 else f"{preset.name}.{name}"
            one = Contender(
                name=safe_name(title),
                preset=preset,
                checkpoint=checkpoint.name,
                steps=wanted.steps,
                width=width,
                height=height,
            )
            found[one.name] = one
    return tuple(found.values())


def draw(
    run: RunFolder, journal: Journal, engine: ResidentEngine, bar: "Bar", cancel: CancelToken, *, retry: bool = False
) -> Made:
    """Makes the pictures that are missing.

    Raises:
        FastFaceError: see `making.make`.
        Cancelled: between two steps.
    """
    with Library() as library:
        studio = Studio(engine, lambda: library)
        return make(run, journal, studio, bar.hear, cancel, retry=retry)


def measure(run: RunFolder, journal: Journal, second: Path | None, device: str, bar: "Bar", cancel: CancelToken) -> int:
    """Measures what is not measured yet, and keeps why the rest is not.

    Raises:
        FastFaceError: see `scoring.score`.
        Cancelled: between two pictures.
    """
    from fastface_core.engine import device as devices
    from fastface_core.evaluation import measuring
    from fastface_core.evaluation.judges import Judges

    plan = run.plan
    judges = Judges(devices.choose(device, None), drawn=plan.drawn, published=plan.published, second=second)
    bar.begin("Measured", plan.pictures)
    return measuring.measure(run, journal, judges, bar.at, cancel)


class Bar(Bars):
    """A bar on stderr, where there is a terminal."""

    def __init__(self, what: str, total: int) -> None:
        super().__init__(MofNCompleteColumn(), TimeRemainingColumn())
        self._task = self._progress.add_task(what, total=total)
        self._said: set[str] = set()

    def begin(self, what: str, total: int) -> None:
        self._progress.reset(self._task, description=what, total=total)

    def at(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)

    def hear(self, event: Event) -> None:
        match event:
            case PictureMade() | PictureFound():
                self._progress.advance(self._task)
            case Stage(text):
                self._progress.update(self._task, description=text)
            case Notice(text) if text not in self._said:
                self._said.add(text)
                say(text)
            case _:
                pass


def fit_bands(data: Path, name: str | None, as_json: bool) -> None:
    """Fits a recogniser's scale to photos and keeps it.

    Raises:
        SettingsError: there are too few photos, or the checkpoint gives no likeness.
        ModelError: the recogniser is missing or damaged.
    """
    from fastface_core.engine import device as devices
    from fastface_core.evaluation.judges import Judges

    checkpoint = installed.find(name) if name else installed.best()
    if checkpoint.likeness_reason is not None:
        raise SettingsError(checkpoint.likeness_reason, "Name another one with --checkpoint.")
    subjects = people.in_folder(data)
    reader = Judges(devices.choose("cpu", None)).reader(checkpoint.faces)
    photos = sum(1 + len(one.others) for one in subjects)
    with Bar("Photos", photos) as bar:
        scale = bands.of_people(subjects, reader, lambda done: bar.at(done, photos))
    file = fitted_scales.keep(checkpoint.faces.path, scale)
    if as_json:
        print_json({"file": str(file), **scale.model_dump(mode="json")})
        return
    fit = scale.fit
    assert fit is not None
    typer.echo(
        f"{checkpoint.faces.path.name}: good from {scale.good:.2f} ({fit.good[0]:.2f} to {fit.good[1]:.2f}), strong"
        f" from {scale.strong:.2f} ({fit.strong[0]:.2f} to {fit.strong[1]:.2f}). Of pairs of the same person"
        f" {fit.same_good[0]:.0%} are good and {fit.same_strong[0]:.0%} strong."
    )
