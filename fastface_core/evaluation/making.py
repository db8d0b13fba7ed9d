"""Makes the pictures of an evaluation that are not there yet: orders to the studio, and why nothing came of some."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PictureWithheld
from fastface_core.errors import ContentWithheldError, PhotoError
from fastface_core.evaluation.journal import Journal
from fastface_core.evaluation.plan import Cell, Contender
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.progress import CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, Keep, Order, OrderFailed, Photos, PictureFound, PictureMade


@dataclass
class Made:
    """Counts of pictures and orders."""

    pictures: int = 0
    there_before: int = 0
    failed: list[str] = field(default_factory=list[str])


def make(
    run: RunFolder,
    journal: Journal,
    studio: Studio,
    listener: Callable[[Event], None],
    cancel: CancelToken,
    *,
    retry: bool = False,
) -> Made:
    """Makes what is missing. A person who cannot be drawn is written down with the reason, and the others are.

    Args:
        retry: tries again what failed before.

    Raises:
        FastFaceError: of the kinds that every further order would meet too; what is made stays.
        Cancelled: between two steps.
    """
    counts = Made()
    asked: tuple[Cell, ...] = ()

    def wanted() -> Iterator[Order]:
        nonlocal asked
        for contender, person, prompt in run.plan.orders():
            cells = run.plan.cells(contender, person, prompt)
            failed = [key for key in (cells[0].group, *(cell.key for cell in cells)) if key in journal.failed]
            if retry:
                for key in failed:
                    journal.fail(key, None)
                failed = []
            there = [run.picture(cell).exists() for cell in cells]
            whole = all(here or cell.key in failed for here, cell in zip(there, cells, strict=True))
            if whole or cells[0].group in failed:
                counts.there_before += sum(there)
                counts.failed += failed
                continue
            asked = cells
            yield _order(run, contender, person, prompt)

    def heard(order: Order, event: Event) -> None:
        match event:
            case PictureMade():
                counts.pictures += 1
            case PictureFound():
                counts.there_before += 1
            case PictureWithheld(index):
                fail(asked[index].key, ContentWithheldError.some(1))
            case OrderFailed(error) if isinstance(error, PhotoError):
                fail(asked[0].group, error.message)
            case OrderFailed(error) if not isinstance(error, ContentWithheldError):
                raise error
            case _:
                pass
        listener(event)

    def fail(key: str, reason: str) -> None:
        counts.failed.append(key)
        journal.fail(key, reason)

    studio.make(wanted(), heard, cancel)
    return counts


def _order(run: RunFolder, contender: Contender, person: int, prompt: int) -> Order:
    names = tuple(cell.name for cell in run.plan.cells(contender, person, prompt))
    return Order(
        request=run.plan.request(contender, person, prompt),
        subject=Photos((PhotoChoice(run.plan.people[person].photo),)),
        checkpoint=contender.checkpoint,
        keep=Keep(folder=run.pictures_of(contender.name), names=names, record=False),
    )
