"""What the Gallery asks the library, in the background: the pictures of a view with their stacks, and what there is."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from fastface_core.library.gallery import PictureRow
from fastface_core.library.queries import Query
from fastface_core.library.stacks import Folded, Stacked, fold
from fastface_desktop.state.gallery.list_changes import Steps, steps
from fastface_desktop.state.gallery.view import GalleryView, Place

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.library.library import Library

_FIRST = 300
"""Pictures that are shown while the numbers of all others are still being read."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by, and what lies where.

    Attributes:
        people: names by uid; without anybody while they are locked.
        tags: with the number of their pictures.
        albums: with the number of their pictures.
        places: how many pictures are in each.
        trashed: how many pictures are in the trash.
        total: how many are not.
    """

    people: dict[str, str] = field(default_factory=dict[str, str])
    presets: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()
    tags: dict[str, int] = field(default_factory=dict[str, int])
    albums: dict[str, int] = field(default_factory=dict[str, int])
    places: dict[Place, int] = field(default_factory=dict[Place, int])
    trashed: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """An answer.

    Attributes:
        asked: the number of the question.
        old: what the steps begin with; None where the list is reset.
        rows: of the first pictures, so that they need not be asked for.
        copies: of duplicates, all but the oldest of each.
        rejected: those of the view that are.
        whole: False where only the first pictures were searched for.
    """

    asked: int
    folded: Folded
    old: list[int] | None = None
    steps: Steps | None = None
    rows: tuple[PictureRow, ...] = ()
    copies: tuple[int, ...] = ()
    rejected: frozenset[int] = frozenset()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """
    Attributes:
        unfolded: the numbers of the stacks that lie open.
        waiting: new pictures that are not shown yet.
    """

    asked: int
    view: GalleryView
    unfolded: frozenset[int] = frozenset()
    waiting: frozenset[int] = frozenset()

    def folded(self, pictures: Collection[Stacked]) -> Folded:
        if not self.view.folds:
            return Folded([one.id for one in pictures], {}, frozenset())
        return fold(pictures, self.unfolded)


def first(library: "Library", question: Question) -> Found:
    """The first pictures of a view."""
    rows = library.gallery.page(question.view.query(), None, _FIRST).rows
    pictures = [
        Stacked(row.id, row.stack, int(row.rejected), row.rating, -2 if row.score is None else row.score)
        for row in rows
    ]
    return Found(question.asked, question.folded(pictures), rows=rows, rejected=_rejected(pictures), whole=False)


def whole(library: "Library", question: Question, old: list[int]) -> Found:
    """All pictures of a view.

    Args:
        old: what is shown now.
    """
    if question.view.place == "duplicates":
        groups = library.gallery.duplicates()
        ids = [number for group in groups for number in group]
        copies = tuple(number for group in groups for number in group[1:])
        return Found(question.asked, Folded(ids, {}, frozenset()), old=old, steps=steps(old, ids), copies=copies)
    pictures = library.gallery.stacked(question.view.query())
    if question.waiting:
        pictures = [one for one in pictures if one.id not in question.waiting]
    folded = question.folded(pictures)
    return Found(question.asked, folded, old=old, steps=steps(old, folded.ids), rejected=_rejected(pictures))


def of_view(library: "Library", view: GalleryView, numbers: frozenset[int]) -> frozenset[int]:
    """Those of some new pictures that a view shows."""
    return numbers.intersection(library.gallery.ids(view.query()))


def choices(library: "Library") -> Choices:
    gallery, today = library.gallery, date.today()
    places: dict[Place, int] = {
        place: gallery.count(GalleryView(place=place).query(today))
        for place in ("pictures", "today", "best", "comparisons", "rejected", "trash")
    }
    return Choices(
        people=library.people.names(),
        presets=gallery.presets(),
        checkpoints=gallery.checkpoints(),
        tags=gallery.tags(),
        albums=library.albums.all(),
        places=places,
        trashed=places["trash"],
        total=gallery.count(Query()),
    )


def _rejected(pictures: Collection[Stacked]) -> frozenset[int]:
    return frozenset(one.id for one in pictures if one.rejected)
