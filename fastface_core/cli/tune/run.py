"""Searches settings, and chooses among pictures, on this computer."""

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
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import SettingsError
from fastface_core.evaluation import results, searching
from fastface_core.evaluation.asking import BASE, Ask
from fastface_core.evaluation.best_of import Best, best_of
from fastface_core.evaluation.plan import Contender
from fastface_core.evaluation.run_folder import RunFolder
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
    asked = _asked(wanted)
    if asked.drawn:
        say("No --data: the starter's own drawn people take part.")
    prepared = searching.Search(asked, wanted.out)
    cancel, engine = CancelToken(), ResidentEngine(wanted.device)
    with stopping(cancel):
        try:
            found = prepared.run(lambda run: _judged(run, wanted, engine, cancel))
        except Cancelled:
            say("Stopped. The same command goes on from here.")
            return STOPPED
    if wanted.keep:
        for file in found.files:
            preset_files.save_own(preset_files.load_file(file))
    files = [str(file) for file in found.files]
    if as_json:
        said = {"like": found.like, "follow": found.follow, "points": searching.said(found.points)}
        print_json({"report": str(found.page), **said, "presets": files})
    else:
        typer.echo(str(found.page))
    return 0


def _asked(wanted: Search) -> Ask:
    try:
        return Ask(
            base=_base(wanted),
            axes=tuple(words.axis(text, preset_files.find) for text in wanted.vary),
            data=wanted.data,
            prompts=wanted.prompts,
            people=wanted.people,
            verify=wanted.verify,
            tries=wanted.tries,
            like=wanted.like,
            follow=wanted.follow,
            second=wanted.second,
        )
    except ValidationError as error:
        raise settings_error(error, "What is to be tuned") from error


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
