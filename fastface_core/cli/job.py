"""Runs a job on this computer: progress on stderr, each picture saved the moment it is finished."""

import sys
import time
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import cast, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from fastface_core.attention_maps import MapsDone
from fastface_core.cli.correcting import corrected_by, missing_of, taken_from
from fastface_core.cli.output import STOPPED, print_json, say, score_of, show_error
from fastface_core.cli.people_photos import PeoplePhotos
from fastface_core.cli.stopping import stopping
from fastface_core.cli.unlocking import unlock
from fastface_core.cli.wishes import Job, Wishes, of_person, plan
from fastface_core.errors import ContentWithheldError, FastFaceError, SettingsError
from fastface_core.files import writable
from fastface_core.library.library import Library
from fastface_core.library.person import Person
from fastface_core.library.pictures import month_folder
from fastface_core.likeness import MatchScale
from fastface_core.measures import DrawnTwin
from fastface_core.measuring import identity_of
from fastface_core.models import installed
from fastface_core.progress import Cancelled, CancelToken, Notice, Stage, StepDone
from fastface_core.request import Picture, PictureDone, PictureWithheld
from fastface_core.settings import read_settings
from fastface_core.twin import Corrections

_PRECISIONS = ("float32", "float16", "bfloat16")


def run(wishes: Wishes, as_json: bool) -> int:
    """Does what was asked for, and returns the exit code.

    Raises:
        FastFaceError: before the first picture; later ones are shown here, beside what is finished.
    """
    start = time.perf_counter()
    if wishes.precision not in (None, *_PRECISIONS):
        raise SettingsError(f'"{wishes.precision}" is not a precision.', f"Choose one of: {', '.join(_PRECISIONS)}.")
    with Library() as library, PeoplePhotos(library) as of_people:
        job = plan(wishes, of_people.find)
        if wishes.person is not None:
            unlock(library)
        person = library.people.find(wishes.person) if wishes.person is not None else None
        if person is not None:
            job = of_person(job, wishes, person.corrections)
        return _run(wishes, job, library, person, of_people.owner, as_json, start)


def _run(
    wishes: Wishes,
    job: Job,
    library: Library,
    person: Person | None,
    owner: Person | None,
    as_json: bool,
    start: float,
) -> int:
    """Args:
    person: who was asked for, with the photos that count.
    owner: whose photos a recipe's are.
    """
    folder = wishes.out or month_folder(datetime.now())
    writable(folder)
    if wishes.attention_maps is not None:
        writable(wishes.attention_maps.absolute().parent)
    shown = person or owner
    if shown is not None and (shown.consent is None or not shown.consent.holds(date.today())):
        state = "No permission" if shown.consent is None else "No permission that still holds"
        say(f"{state} of {shown.name} is noted. Note it with `fastface people change`.")
    for notice in job.notices:
        say(notice)
    say(f"Checkpoint: {job.checkpoint.title} ({job.checkpoint_reason}).")
    if job.checkpoint.terms is not None and job.checkpoint.terms.commercial_use is not True:
        known = job.checkpoint.terms.commercial_use is False
        say(f"Terms: {'no commercial use of these pictures' if known else 'commercial use is not known'}.")
    cancel = CancelToken()
    match = job.checkpoint.match
    display = _Display(folder, job.request.count, as_json, library, shown, wishes.attention_maps, match)
    timings: dict[str, float] = {}
    device, photos, code, error = "", [], 0, None
    with stopping(cancel), display:
        try:
            device, photos = _generate(wishes, job, display, cancel, timings, library, person)
        except Cancelled:
            code = STOPPED
        except FastFaceError as known:
            code, error = 1, known
    timings["total"] = time.perf_counter() - start
    result: dict[str, object] = {
        "images": display.saved,
        "withheld": display.withheld,
        "preset": job.request.preset.name,
        "checkpoint": job.checkpoint.name,
        "checkpoint_title": job.checkpoint.title,
        "checkpoint_reason": job.checkpoint_reason,
        "terms": job.checkpoint.terms.model_dump(mode="json") if job.checkpoint.terms else None,
        "device": device,
        "photos": photos,
        **({"attention_maps": str(wishes.attention_maps.absolute())} if wishes.attention_maps else {}),
        "timings": {stage: round(seconds, 3) for stage, seconds in timings.items()},
    }
    if error is not None:
        show_error(error, as_json, {"images": display.saved})
    elif as_json:
        print_json(result | ({"stopped": True} if code == STOPPED else {}))
    if code == STOPPED:
        say(f"Stopped. Finished pictures are kept: {len(display.saved)}.")
    return code


def _generate(
    wishes: Wishes,
    job: Job,
    display: "_Display",
    cancel: CancelToken,
    timings: dict[str, float],
    library: Library,
    person: Person | None,
) -> tuple[str, list[dict[str, object]]]:
    """Makes the pictures, fills `timings`, and returns the device's name and what was seen in the photos."""
    display.report(Stage("Loading the libraries"))
    start = time.perf_counter()
    # Needs none of the heavy libraries: a file that is no photo is said at once.
    from fastface_core.engine.photos import read_photo

    for choice in job.photos:
        read_photo(choice.path)
    from fastface_core.engine.device import Precision
    from fastface_core.engine.engine import Engine

    assert get_args(Precision) == _PRECISIONS
    timings["import"] = time.perf_counter() - start
    cancel.check()
    engine = Engine(wishes.device, cast(Precision | None, wishes.precision))
    start = time.perf_counter()
    # First the face: a photo that cannot be used is said before the long loading.
    engine.load_faces(job.checkpoint)
    if person is None:
        identity = engine.identify(job.photos, display.report, cancel)
    else:
        identity = identity_of(person, library, engine, job.checkpoint, display.report)
    timings["identify"] = time.perf_counter() - start
    if job.checkpoint.identity == "twin":
        _tell_drawing(engine.twin_of(identity), len(identity.photos), job.request.corrections)
    start = time.perf_counter()
    engine.load(job.checkpoint, display.report, cancel)
    timings["load"] = time.perf_counter() - start
    for photo in identity.photos:
        if photo.faces_found > 1 and person is None:
            display.report(
                Notice(
                    f"There are {photo.faces_found} faces in {photo.path.name}; number {photo.face_index} from the left"
                    " is taken. Use --face to choose another."
                )
            )
    filtered = wishes.content_filter and read_settings().content_filter
    engine.filter_content(installed.content_filter() if filtered else None)
    wanted = wishes.attention_maps is not None
    result = engine.generate(job.request, identity, display.report, cancel, attention_maps=wanted)
    if display.withheld and not display.saved:
        raise ContentWithheldError
    if display.withheld:
        say(ContentWithheldError.some(display.withheld))
    timings.update(result.timings)
    seen: list[dict[str, object]] = [
        {
            "sha256": photo.sha256,
            "face": photo.face_index,
            "faces_found": photo.faces_found,
            "quality": asdict(photo.face.quality),
        }
        for photo in identity.photos
    ]
    return engine.device.name, seen


def _tell_drawing(drawn: DrawnTwin, photos: int, corrections: Corrections | None) -> None:
    for sentence in (taken_from(drawn, photos), corrected_by(corrections), *drawn.notes):
        if sentence is not None:
            say(sentence)


class _Display:
    """Progress on stderr, and the pictures as they come."""

    def __init__(
        self,
        folder: Path,
        count: int,
        as_json: bool,
        library: Library,
        person: Person | None,
        attention_maps: Path | None,
        match: MatchScale | None,
    ) -> None:
        """
        Args:
            as_json: stdout is left to the one object at the end.
            attention_maps: the file for them.
            match: what matches with the drawing mean.
        """
        self._match = match
        self._library = library
        self._attention_maps = attention_maps
        self._person = person
        self.saved: list[dict[str, object]] = []
        self.withheld = 0
        self._folder = folder
        self._count = count
        self._print_paths = not as_json
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console, transient=True
        )
        # Without a terminal a bar would be lines of noise.
        self._live = console.is_terminal
        self._task: TaskID | None = None

    def __enter__(self) -> "_Display":
        if self._live:
            self._progress.start()
            self._task = self._progress.add_task("", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._progress.stop()

    def report(self, event: object) -> None:
        match event:
            case Stage():
                self._show(event.text, event.fraction)
            case StepDone():
                done = len(self.saved) + len(event.images) * event.step / event.steps
                first, last = event.images[0] + 1, event.images[-1] + 1
                which = f"Picture {first}" if first == last else f"Pictures {first} to {last}"
                self._show(f"{which} of {self._count}, step {event.step} of {event.steps}", done / self._count)
            case Notice():
                say(event.text)
            case MapsDone() if self._attention_maps is not None:
                event.maps.save(self._attention_maps)
            case PictureDone():
                self._save(event.picture)
            case PictureWithheld():
                self.withheld += 1
            case _:
                pass

    def _show(self, text: str, fraction: float | None) -> None:
        if self._task is not None:
            self._progress.update(
                self._task, description=text, completed=fraction or 0, total=1 if fraction is not None else None
            )

    def _save(self, picture: Picture) -> None:
        uid = self._person.uid if self._person else None
        recorded = self._library.recorder.save(picture, self._folder, datetime.now(), person=uid)
        path = recorded.path
        self.saved.append(
            {
                "id": recorded.id,
                "path": str(path.absolute()),
                "seed": picture.seed,
                "width": picture.recipe.width,
                "height": picture.recipe.height,
                "likeness": picture.likeness,
                "likeness_reason": picture.likeness_reason,
                "twin_match": picture.twin_match,
                "taken_over": asdict(picture.taken_over) if picture.taken_over else None,
                "seconds": round(picture.seconds, 3),
            }
        )
        missing = missing_of(asdict(picture.taken_over).items()) if picture.taken_over else ""
        size = f"{picture.recipe.width}x{picture.recipe.height}"
        say(f"Seed {picture.seed}, {size}, {score_of(picture, self._match)}{missing}")
        if self._print_paths:
            typer.echo(str(self._folder / path.name))
            sys.stdout.flush()
