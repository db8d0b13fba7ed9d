"""Runs a job on this computer: progress on stderr, each picture saved the moment it is finished."""

import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import cast, get_args

import typer
from rich.progress import TimeRemainingColumn

from fastface_core import footprint
from fastface_core.cli.generate.corrections import corrected_by, missing_of, taken_from
from fastface_core.cli.generate.options import GenerateOptions, Job, of_persons, plan
from fastface_core.cli.generate.progress_display import Bars
from fastface_core.cli.generate.stopping import stopping
from fastface_core.cli.output import STOPPED, print_json, say, score_of, show_error
from fastface_core.cli.people.photos import PeoplePhotos
from fastface_core.cli.people.unlocking import unlock
from fastface_core.cli.permission import warn
from fastface_core.cli.words import time_in_words
from fastface_core.domain.attention_maps import MapsDone
from fastface_core.domain.identity import Identity, PersonPhoto, PhotoChoice
from fastface_core.domain.request import PictureWithheld
from fastface_core.domain.speed import full_size_seconds
from fastface_core.domain.timing import Kind
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.files import writable
from fastface_core.library.library import Library
from fastface_core.library.people.person import Person
from fastface_core.library.pictures import month_folder
from fastface_core.progress import Cancelled, CancelToken, Notice, Stage, StepDone
from fastface_core.studio.make import Studio, filter_as_set
from fastface_core.studio.orders import (
    Event,
    Identified,
    Keep,
    LibraryPerson,
    Making,
    Order,
    OrderDone,
    OrderFailed,
    Photos,
    PictureMade,
    Subject,
    Together,
)
from fastface_core.studio.resident import PrecisionName, ResidentEngine

_PRECISIONS = get_args(PrecisionName)
_QUIET = 10
"""Seconds between two lines on how far it is, where there is no terminal."""


def run(wishes: GenerateOptions, as_json: bool) -> int:
    """Does what was asked for, and returns the exit code.

    Raises:
        FastFaceError: before the first picture; later ones are shown here, beside what is finished.
    """
    start = time.perf_counter()
    if wishes.precision not in (None, *_PRECISIONS):
        raise SettingsError(f'"{wishes.precision}" is not a precision.', f"Choose one of: {', '.join(_PRECISIONS)}.")
    with Library() as library, PeoplePhotos(library) as of_people:
        job = plan(wishes, of_people.find)
        if wishes.people:
            unlock(library)
        persons = [library.people.find(one.name) for one in wishes.people]
        if persons:
            job = of_persons(job, wishes, persons)
        return _run(wishes, job, library, persons, of_people.owners, as_json, start)


def _run(
    wishes: GenerateOptions,
    job: Job,
    library: Library,
    persons: Sequence[Person],
    owners: Sequence[Person],
    as_json: bool,
    start: float,
) -> int:
    """Args:
    persons: who was asked for, with the photos that count.
    owners: whose photos a recipe's are, in the order of the job's photos; empty where it names none of theirs.
    """
    folder = wishes.out or month_folder(datetime.now())
    writable(folder)
    if wishes.attention_maps is not None:
        writable(wishes.attention_maps.absolute().parent)
    for person in persons or owners:
        warn(person)
    for notice in job.notices:
        say(notice)
    say(f"Checkpoint: {job.checkpoint.title} ({job.checkpoint_reason}).")
    if job.checkpoint.terms is not None and job.checkpoint.terms.commercial_use is not True:
        known = job.checkpoint.terms.commercial_use is False
        say(f"Terms: {'no commercial use of these pictures' if known else 'commercial use is not known'}.")
    cancel = CancelToken()
    engine = ResidentEngine(
        wishes.device, cast(PrecisionName | None, wishes.precision), before=lambda: _check_photos(job.photos)
    )
    display = _Display(wishes, job, folder, as_json, engine)
    studio = Studio(
        engine, lambda: library, lambda: wishes.content_filter and filter_as_set(), lambda: job.approximations
    )
    order = Order(
        request=job.request,
        subject=_subject(job, persons, owners),
        checkpoint=job.checkpoint.name,
        keep=Keep(folder, stack=uuid.uuid4().hex),
        attention_maps=wishes.attention_maps is not None,
    )
    code = 0
    with stopping(cancel), display:
        display.show("Loading the libraries", None)
        try:
            studio.make([order], display.hear, cancel)
        except Cancelled:
            code = STOPPED
    error = display.error
    timings = {**display.timings, "total": time.perf_counter() - start}
    result: dict[str, object] = {
        "images": display.saved,
        "withheld": display.withheld,
        "preset": job.request.preset.name,
        "checkpoint": job.checkpoint.name,
        "checkpoint_title": job.checkpoint.title,
        "checkpoint_reason": job.checkpoint_reason,
        "terms": job.checkpoint.terms.model_dump(mode="json") if job.checkpoint.terms else None,
        "device": display.device,
        "photos": display.photos,
        **({"attention_maps": str(wishes.attention_maps.absolute())} if wishes.attention_maps else {}),
        "timings": {stage: round(seconds, 3) for stage, seconds in timings.items()},
    }
    if error is not None:
        code = 1
        show_error(error, as_json, {"images": display.saved})
    elif as_json:
        print_json(result | ({"stopped": True} if code == STOPPED else {}))
    if code == STOPPED:
        say(f"Stopped. Finished pictures are kept: {len(display.saved)}.")
    return code


def _subject(job: Job, persons: Sequence[Person], owners: Sequence[Person]) -> Subject:
    people: tuple[Photos | LibraryPerson, ...] = tuple(LibraryPerson(one.uid, permitted=True) for one in persons)
    if not people:
        uids = [owner.uid for owner in owners] or [None] * len(job.photos)
        people = tuple(Photos(*one) for one in zip(job.photos, uids, job.weights, strict=True))
    return people[0] if len(people) == 1 else Together(people)


def _check_photos(photos: Sequence[Sequence[PhotoChoice]]) -> None:
    """Needs none of the heavy libraries: a file that is no photo is said at once."""
    from fastface_core.engine.photos import read_photo

    for choices in photos:
        for choice in choices:
            read_photo(choice.path)


class _Display(Bars):
    """Progress on stderr, and the pictures as they come."""

    def __init__(self, wishes: GenerateOptions, job: Job, folder: Path, as_json: bool, engine: ResidentEngine) -> None:
        """
        Args:
            as_json: stdout is left to the one object at the end.
        """
        super().__init__(TimeRemainingColumn())
        self.saved: list[dict[str, object]] = []
        self.photos: list[dict[str, object]] = []
        self.timings: dict[str, float] = {}
        self.device = ""
        self.withheld = 0
        self.error: FastFaceError | None = None
        self._wishes = wishes
        self._job = job
        self._folder = folder
        self._engine = engine
        self._print_paths = not as_json
        self._shared: tuple[PersonPhoto, ...] = ()
        self._said = time.monotonic()
        self._task = self._progress.add_task("", total=None) if self._live else None

    def hear(self, order: Order, event: Event) -> None:
        match event:
            case Stage(text, fraction):
                self.show(text, fraction)
            case StepDone():
                self._step(event, order.request.count)
            case Notice(text):
                say(text)
            case Identified(people):
                self._tell_who(people, order)
            case Making():
                self.device, self.timings = event.device, event.timings
                self._tell_shared()
                self._tell_time(event)
            case MapsDone(maps) if self._wishes.attention_maps is not None:
                maps.save(self._wishes.attention_maps)
            case PictureMade():
                self._tell_picture(event)
            case PictureWithheld():
                self.withheld += 1
            case OrderDone():
                self.timings = event.timings
            case OrderFailed(error):
                self.error = error
            case _:
                pass

    def show(self, text: str, fraction: float | None) -> None:
        if self._task is not None:
            self._progress.update(
                self._task, description=text, completed=fraction or 0, total=1 if fraction is not None else None
            )
        elif time.monotonic() - self._said >= _QUIET:
            # Without a terminal a line now and then says that it goes on.
            say(f"{text}." if fraction is None else f"{text} ({fraction:.0%}).")
            self._said = time.monotonic()

    def _tell_time(self, event: Making) -> None:
        """On a CPU a full-size model takes long: how long, is said before it begins."""
        from fastface_core.engine.device import operations_a_second

        on = self._engine().device
        if on.torch_device.type != "cpu" or not footprint.of(event.checkpoint).full_size:
            return
        kind = Kind.of(event.device, event.checkpoint.name, event.left, event.checkpoint.sampling)
        seconds = full_size_seconds(operations_a_second(on), kind.evaluations, kind.width, kind.height)
        say(f"On this computer's CPU a picture takes about {time_in_words(seconds)}.")

    def _step(self, event: StepDone, count: int) -> None:
        done = len(self.saved) + len(event.images) * event.step / event.steps
        first, last = event.images[0] + 1, event.images[-1] + 1
        which = f"Picture {first}" if first == last else f"Pictures {first} to {last}"
        self.show(f"{which} of {count}, step {event.step} of {event.steps}", done / count)

    def _tell_who(self, people: Sequence[Identity], order: Order) -> None:
        photos = tuple(photo for identity in people for photo in identity.photos)
        if self._job.checkpoint.identity == "twin" and len(people) == 1:
            drawn = self._engine().twin_of(people[0])
            corrected = corrected_by(order.request.corrections)
            for sentence in (taken_from(drawn, len(photos)), corrected, *drawn.notes):
                if sentence is not None:
                    say(sentence)
        if not self._wishes.people:
            self._shared = tuple(photo for photo in photos if photo.faces_found > 1)
        self.photos = [
            {
                "sha256": photo.sha256,
                "face": photo.face_index,
                "faces_found": photo.faces_found,
                "quality": asdict(photo.face.quality),
            }
            for photo in photos
        ]

    def _tell_shared(self) -> None:
        for photo in self._shared:
            say(
                f"There are {photo.faces_found} faces in {photo.path.name}; number {photo.face_index} from the left"
                " is taken. Use --face to choose another."
            )

    def _tell_picture(self, made: PictureMade) -> None:
        picture, path = made.picture, made.path
        assert path is not None
        self.saved.append(
            {
                "id": made.id,
                "path": str(path.absolute()),
                "seed": picture.seed,
                "width": picture.recipe.width,
                "height": picture.recipe.height,
                "likeness": picture.likeness,
                "likeness_reason": picture.likeness_reason,
                "twin_match": picture.twin_match,
                "taken_over": asdict(picture.taken_over) if picture.taken_over else None,
                **({"of_each": picture.of_each} if picture.of_each else {}),
                "seconds": round(picture.seconds, 3),
            }
        )
        missing = missing_of(asdict(picture.taken_over).items()) if picture.taken_over else ""
        size = f"{picture.recipe.width}x{picture.recipe.height}"
        say(f"Seed {picture.seed}, {size}, {score_of(picture, self._job.checkpoint.match)}{missing}")
        if self._print_paths:
            typer.echo(str(self._folder / path.name))
            sys.stdout.flush()
