"""What a batch will need, before a model is loaded: pictures, time, disk, and what prevents it."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastface_core.batch.outcomes import Outcome
from fastface_core.batch.planning import Planned
from fastface_core.batch.rows import Refused
from fastface_core.bounded import opened
from fastface_core.domain.branches import evaluations
from fastface_core.domain.plan import Plan
from fastface_core.domain.timing import Kind, Timings, read_timings
from fastface_core.errors import PermissionMissingError, PhotoError
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_core.models import installed
from fastface_core.paths import data_folder
from fastface_core.studio.orders import Photos, people_of

BYTES_A_PIXEL = 3
"""A PNG of 8-bit RGB takes no more, but for a few bytes a line."""
_LOOKED_AT = 20
"""The newest pictures of a checkpoint, whose seconds say how long the next ones take."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Attributes:
    rows, done, refused: how many can be made, are done, and cannot be made.
    people: how many different ones.
    pictures: that are still to be made, at most: goals may be reached before.
    there: files that lie where pictures of these rows go.
    checkpoints: by name, in the order in which they are loaded.
    seconds: at most; None where nothing is known yet of a kind of picture on this computer.
    needed, free: bytes on the disk of the pictures.
    permissions: who has no permission that holds.
    """

    rows: int
    done: int
    refused: int
    people: int
    pictures: int
    there: int
    checkpoints: tuple[str, ...]
    seconds: float | None
    needed: int
    free: int
    permissions: tuple[str, ...]


def forecast(
    rows: Sequence[Planned], done: Sequence[Outcome], refused: Sequence[Refused], out: Path, library: Library
) -> Forecast:
    """Args:
    rows: that are not done.
    """
    checkpoints = tuple(dict.fromkeys(row.order.checkpoint for row in rows))
    timings = _timings(library, checkpoints)
    pictures = there = 0
    pixels = 0
    seconds: float | None = sum(timings.loading_seconds(timings.device, name) or 0.0 for name in checkpoints)
    for row in rows:
        keep = row.order.keep
        assert keep is not None
        assert keep.folder is not None
        lying = sum((keep.folder / f"{name}.png").is_file() for name in keep.names)
        left = row.order.request.count - lying
        there += lying
        pictures += left
        plan, each = _of(row, timings)
        pixels += left * plan.width * plan.height
        seconds = None if seconds is None or each is None else seconds + left * each
    folder = next(one for one in (out, *out.absolute().parents) if one.exists())
    return Forecast(
        rows=len(rows),
        done=len(done),
        refused=len(refused),
        people=len({row.who for row in rows} | {one.who for one in done}),
        pictures=pictures,
        there=there + sum(len(one.pictures) for one in done),
        checkpoints=checkpoints,
        seconds=seconds,
        needed=round(pixels * BYTES_A_PIXEL),
        free=shutil.disk_usage(folder).free,
        permissions=tuple(
            sorted({one.who for one in refused if isinstance(one.error, PermissionMissingError)}, key=str.casefold)
        ),
    )


def unreadable(rows: Iterable[Planned]) -> tuple[Refused, ...]:
    """Rows with a photo that cannot be a picture, by its header alone; whether it shows a face is not looked at."""
    problem = cache(_problem)
    found: list[Refused] = []
    for row in rows:
        people = people_of(row.order.subject)
        files = [one.path for who in people if isinstance(who, Photos) for one in who.choices]
        if (error := next(filter(None, map(problem, files)), None)) is not None:
            found.append(Refused(row.number, row.who, error))
    return tuple(found)


def _problem(photo: Path) -> PhotoError | None:
    from fastface_core.pictures.files import check_header  # imports Pillow

    try:
        with opened(photo) as file:
            check_header(file, photo.name)
    except PhotoError as error:
        return error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return PhotoError(f"{photo.name} cannot be read: {reason}.", "Check the drive that it lies on.")
    return None


def _timings(library: Library, checkpoints: Sequence[str]) -> Timings:
    """What the window has learned, or what the newest pictures of the library say."""
    timings = read_timings(data_folder() / "timings.json")
    for name in checkpoints:
        if any(one.kind.checkpoint == name for one in timings.making):
            continue
        sampling = installed.find(name).sampling
        for row in reversed(library.gallery.page(Query(checkpoint=name), limit=_LOOKED_AT).rows):
            details = library.gallery.details(row.id)
            recipe, note = details.recipe, details.note
            if recipe is not None and note.seconds is not None:
                kind = Kind(
                    device=recipe.device,
                    checkpoint=name,
                    width=recipe.width,
                    height=recipe.height,
                    evaluations=evaluations(recipe.preset, sampling.guidance_scale, recipe.steps),
                )
                timings = timings.learned(kind, note.seconds)
    return timings


def _of(row: Planned, timings: Timings) -> tuple[Plan, float | None]:
    order = row.order
    sampling = installed.find(order.checkpoint).sampling
    kind = Kind.of(timings.device, order.checkpoint, order.request, sampling)
    return Plan.of(order.request, sampling), timings.seconds(kind)
