"""Searches settings, and chooses among pictures, on this computer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from fastface_core.cli.evaluate.run import Bar, draw, measure
from fastface_core.cli.generate.stopping import stopping
from fastface_core.cli.output import STOPPED, print_json, say, score_of
from fastface_core.compare import parse as words
from fastface_core.counting import counted
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import SettingsError
from fastface_core.evaluation import drawn_set, people, prompts, report, results, tuning
from fastface_core.evaluation.best_of import Best, best_of
from fastface_core.evaluation.page import FOLLOWING
from fastface_core.evaluation.plan import Contender, Plan
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.evaluation.tuning import BASE, Point
from fastface_core.files import atomic_write
from fastface_core.library.library import Library
from fastface_core.library.pictures import month_folder
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import Cancelled, CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, Order, Photos
from fastface_core.studio.resident import ResidentEngine
from fastface_core.validation import settings_error

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Search:
    """The options of `fastface tune`."""

    out: Path
    vary: tuple[str, ...]
    data: Path | None
    prompts: Path | None
    preset: str | None
    checkpoint: str | None
    steps: int | None
    size: tuple[int, int] | None
    people: int
    verify: int
    tries: int
    like: str | None
    follow: str | None
    second: Path | None
    keep: bool
    device: str


def search(wanted: Search, as_json: bool) -> int:
    """Searches, verifies, and writes curve, presets and report; returns the exit code.

    Raises:
        FastFaceError: as it says; what was made before stays.
    """
    if wanted.people < 1 or wanted.verify < 1 or wanted.tries < 1:
        raise SettingsError("A search needs people to search on and others to verify on.", "Give 1 or more of each.")
    data = wanted.data or wanted.out / "drawn"
    if wanted.data is None:
        say("No --data: the starter's own drawn people take part.")
        _enough(len(drawn_set.twins()), wanted)
        drawn_set.write(data, wanted.people + wanted.verify)
    everybody = people.in_folder(data)
    _enough(len(everybody), wanted)
    asked = prompts.read(wanted.prompts) if wanted.prompts is not None else prompts.in_folder(data)
    base = _base(wanted)
    axes = [words.axis(text, preset_files.find) for text in wanted.vary]
    tried = tuning.candidates(base, axes, wanted.tries, installed.find(base.checkpoint).sampling)
    cancel, engine = CancelToken(), ResidentEngine(wanted.device)
    drawn = wanted.data is None

    def plan(who: Sequence[people.Subject], contenders: Sequence[Contender]) -> Plan:
        try:
            return Plan(people=tuple(who), prompts=asked, contenders=tuple(contenders), drawn=drawn)
        except ValidationError as error:
            raise settings_error(error, "What is to be tuned") from error

    with stopping(cancel):
        try:
            seen = plan(everybody[: wanted.people], tried)
            found = _judged(RunFolder.begin(wanted.out / "search", seen), wanted, engine, cancel)
            like = wanted.like or tuning.measure_of(found, tuning.LIKENESS, "likeness")
            follow = wanted.follow or tuning.measure_of(found, FOLLOWING, "how prompts are followed")
            names = tuning.front(found, like, follow)
            kept = [one for one in tried if one.name in names or one.name == BASE]
            others = everybody[wanted.people : wanted.people + wanted.verify]
            run = RunFolder.begin(wanted.out / "verified", plan(others, kept))
            verified = _judged(run, wanted, engine, cancel)
        except Cancelled:
            say("Stopped. The same command goes on from here.")
            return STOPPED
    curve = tuning.points(verified, [*names, BASE], like, follow)
    presets = tuning.presets(
        [point for point in curve if point.name != BASE],
        lambda title: preset_files.name_for(title, {*preset_files.own(), *preset_files.built_in()}),
    )
    files = _write(wanted, curve, presets, like, follow)
    page = report.write([verified], wanted.out / "report", "Tuned settings", against=BASE, curve=(curve, like, follow))
    if as_json:
        print_json({"report": str(page), "like": like, "follow": follow, "points": _said(curve), "presets": files})
    else:
        typer.echo(str(page))
    return 0


def _enough(there: int, wanted: Search) -> None:
    if there < wanted.people + wanted.verify:
        raise SettingsError(
            f"There are {there} people, and {wanted.people} + {wanted.verify} are asked for.",
            "Give fewer with --people and --verify: nobody is both searched on and verified on.",
        )


def _base(wanted: Search) -> Contender:
    preset = preset_files.find(wanted.preset or preset_files.default_name())
    name = wanted.checkpoint or preset.checkpoint
    checkpoint = installed.find(name) if name else installed.best()
    width, height = wanted.size or (None, None)
    return Contender(
        name=BASE, preset=preset, checkpoint=checkpoint.name, steps=wanted.steps, width=width, height=height
    )


def _judged(run: RunFolder, wanted: Search, engine: ResidentEngine, cancel: CancelToken) -> results.Results:
    with run.journal() as journal, Bar("Pictures", run.plan.pictures) as bar:
        made = draw(run, journal, engine, bar, cancel)
        measure(run, journal, wanted.second, wanted.device, bar, cancel)
    if made.failed:
        failed = counted(len(made.failed), "picture", "pictures")
        say(f"{run.folder.name}: nothing came of {failed}; the report says why.")
    return results.of_run(run)


def _write(wanted: Search, curve: Sequence[Point], presets: Sequence[Preset], like: str, follow: str) -> list[str]:
    """Presets as files, and the curve as JSON; returns the presets' files."""
    files: list[str] = []
    for number, preset in enumerate(presets):
        file = wanted.out / "presets" / f"tuned-{number + 1}.json"
        preset_files.export(preset, file, replace=True)
        files.append(str(file))
        if wanted.keep:
            preset_files.save_own(preset)
    content = {"like": like, "follow": follow, "points": _said(curve)}
    with atomic_write(wanted.out / "curve.json") as file:
        file.write((json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
    return files


def _said(curve: Sequence[Point]) -> list[dict[str, object]]:
    return [
        {
            "name": point.name,
            "settings": point.contender.preset.description or point.contender.preset.title,
            "like": [round(value, 6) for value in (point.like.mean, point.like.low, point.like.high)],
            "follow": [round(value, 6) for value in (point.follow.mean, point.follow.low, point.follow.high)],
        }
        for point in curve
    ]


@dataclass(frozen=True)
class Choice:
    """The options of `fastface best`."""

    photos: tuple[Path, ...]
    prompt: str
    count: int
    after: int
    preset: str | None
    checkpoint: str | None
    steps: int | None
    size: tuple[int, int] | None
    seed: int
    out: Path | None
    device: str


def choose(wanted: Choice, as_json: bool) -> int:
    """Makes the pictures, keeps the best one, and returns the exit code.

    Raises:
        FastFaceError: as it says.
    """
    preset = preset_files.find(wanted.preset or preset_files.default_name())
    name = wanted.checkpoint or preset.checkpoint
    checkpoint = installed.find(name) if name else installed.best()
    if checkpoint.scale is None:
        raise SettingsError(checkpoint.likeness_reason or "There is no score.", "Choose another --checkpoint.")
    width, height = wanted.size or (None, None)
    try:
        request = PortraitRequest(
            prompt=wanted.prompt, preset=preset, steps=wanted.steps, seed=wanted.seed, count=wanted.count,
            width=width, height=height,
        )  # fmt: skip
    except ValidationError as error:
        raise settings_error(error, "What is asked for") from error
    order = Order(request, Photos(tuple(PhotoChoice(path) for path in wanted.photos)), checkpoint.name)
    cancel = CancelToken()
    engine = ResidentEngine(wanted.device)

    def score(pixels: "NDArray[np.uint8]", identity: Identity) -> float | None:
        from fastface_core.evaluation.unfinished import score_of_unfinished

        return score_of_unfinished(checkpoint, pixels, identity)

    with Library() as library, stopping(cancel), Bar("Pictures", wanted.count) as bar:
        studio = Studio(engine, lambda: library)

        def heard(event: Event) -> None:
            bar.hear(event)

        try:
            found = best_of(studio, order, request.seeds, wanted.after, score, heard, cancel)
        except Cancelled:
            say("Stopped.")
            return STOPPED
        if found.picture is None:
            raise SettingsError("None of the pictures shows a face that could be scored.", "Try another prompt.")
        now = datetime.now().astimezone()
        path = library.recorder.save(found.picture, wanted.out or month_folder(now), now).path
    say(f"The best of {len(found.tried)}, seed {found.picture.seed}: {score_of(found.picture)}.")
    if ended := sum(one.ended for one in found.tried):
        said = counted(ended, "picture was", "pictures were")
        say(f"{said} ended early, which saved {found.saved:.0%} of the steps.")
    if as_json:
        print_json(_chosen(found, path))
    else:
        typer.echo(str(path))
    return 0


def _chosen(found: Best, path: Path) -> dict[str, object]:
    assert found.picture is not None
    return {
        "path": str(path),
        "seed": found.picture.seed,
        "score": found.picture.score,
        "steps": found.steps,
        "steps_of_all": found.whole,
        "tried": [
            {"seed": one.seed, "early": one.early, "final": one.final, "ended": one.ended} for one in found.tried
        ],
    }
