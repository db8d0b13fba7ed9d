"""What the Gallery is asked for and how it looks, kept from one start of the program to the next."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from fastface_core.bounded import read_json
from fastface_core.library.labels import Label
from fastface_core.library.queries import Query, Sort
from fastface_core.paths import data_folder
from fastface_desktop.state.saver import Saver

SMALLEST, LARGEST, STEP = 96, 256, 32
"""The height of a picture in the grid, in pixels; it is three quarters as wide."""

Recent = Literal["today", "week", "month", "year"]
Rejected = Literal["without", "only"]
Place = Literal["pictures", "today", "best", "comparisons", "rejected", "album", "trash", "duplicates"]
BEST = 4
"""Stars from which on a picture is among the best."""

_DAYS: dict[Recent, int] = {"today": 0, "week": 6, "month": 29, "year": 364}

EARLIEST, LATEST = date(1980, 1, 1), date(2999, 12, 31)
"""Between them every system can tell when a day begins."""

_Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]


class Days(BaseModel):
    """From one day of the calendar to another, both included; one of them may be open.

    Raises:
        ValidationError: neither is given, or the last is before the first.
    """

    model_config = ConfigDict(frozen=True)

    first: _Day | None = None
    last: _Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first is None and self.last is None:
            raise ValueError("no day is given")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("the last day is before the first")
        return self


class GalleryView(BaseModel):
    """Everything that the Gallery's line of filters says; frozen.

    Attributes:
        person: a uid; "" for pictures of nobody known.
        rating: the least, 0 to 5.
        likeness: the least, the number itself: what is called good differs from recogniser to recogniser.
        twin_match: the least match with the drawing.
        made: the last day, 7, 30 or 365 days up to today, or days that were chosen.
        rejected: None for all.
        place: "pictures" are all but the cells of comparisons; "album" is the one of `album`.
        size: of a picture in the grid, pixels.
        stacked: the pictures of one request lie on one another.
        advance: a rating goes on to the next picture.
        photo: whether the photo is shown beside the large picture.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    place: Place = "pictures"
    text: Annotated[str, Field(max_length=1000)] = ""
    person: str | None = None
    preset: str | None = None
    checkpoint: str | None = None
    rating: Annotated[int, Field(ge=0, le=5)] = 0
    likeness: Annotated[float, Field(ge=-1, le=1)] | None = None
    twin_match: Annotated[float, Field(ge=-1, le=1)] | None = None
    made: Recent | Days | None = None
    tag: str | None = None
    label: Label | None = None
    album: Annotated[str, Field(max_length=200)] | None = None
    rejected: Rejected | None = None
    sort: Sort = "date"
    descending: bool = True
    size: Annotated[int, Field(ge=SMALLEST, le=LARGEST)] = 192
    inspector: bool = True
    stacked: bool = True
    advance: bool = False
    photo: bool = True

    @field_validator("sort")
    @classmethod
    def _renamed(cls, sort: Sort) -> Sort:
        """Views of earlier versions were sorted by the likeness alone."""
        return "score" if sort == "likeness" else sort

    @property
    def in_trash(self) -> bool:
        return self.place == "trash"

    @property
    def filtered(self) -> bool:
        """Whether anything but the place narrows what is shown."""
        return self.without_filters() != self

    def without_filters(self) -> "GalleryView":
        """Everything in the same place."""
        kept = self.model_dump(include=_NO_FILTERS)
        return GalleryView.model_validate(kept)

    @property
    def depends_on_marks(self) -> bool:
        """Whether stars, flags, labels, tags or albums tell which pictures are shown, or in which order."""
        by_place = self.place in ("best", "rejected", "album")
        by_mark = self.rating or self.rejected or self.tag or self.label or self.text or self.sort == "rating"
        return by_place or bool(by_mark)

    @property
    def folds(self) -> bool:
        """Whether stacks are folded here."""
        return self.stacked and self.place in ("pictures", "today", "best", "album")

    def days(self, today: date) -> Days | None:
        """The days that `made` means; None for any."""
        if self.made is None or isinstance(self.made, Days):
            return self.made
        return Days(first=today - timedelta(days=_DAYS[self.made]))

    def query(self, today: date | None = None) -> Query:
        """What the library is asked."""
        today = today or date.today()
        days = self.days(today)
        first, last = (days.first, days.last) if days is not None else (None, None)
        return Query(
            text=self.text,
            person=self.person,
            preset=self.preset,
            checkpoint=self.checkpoint,
            rating=max(self.rating, BEST if self.place == "best" else 0),
            rejected=self._wanted_rejected(),
            labels=(self.label,) if self.label is not None else (),
            album=self.album if self.place == "album" else None,
            comparison={"pictures": False, "today": False, "comparisons": True}.get(self.place),
            tags=(self.tag,) if self.tag is not None else (),
            likeness=(self.likeness, None),
            twin_match=(self.twin_match, None),
            since=max((_midnight(day) for day in self._begins(first, today)), default=None),
            until=_midnight(last + timedelta(days=1)) if last is not None else None,
            trashed=self.in_trash,
            sort=self.sort,
            descending=self.descending,
        )

    def _wanted_rejected(self) -> bool | None:
        if self.place == "rejected":
            return True
        if self.place == "best":
            return False
        return {"without": False, "only": True, None: None}[self.rejected]

    def _begins(self, first: date | None, today: date) -> list[date]:
        return [*([first] if first is not None else []), *([today] if self.place == "today" else [])]


_NO_FILTERS = {"place", "album", "sort", "descending", "size", "inspector", "stacked", "advance", "photo"}


def _midnight(day: date) -> datetime:
    """When a day begins on this computer, also where clocks were changed since."""
    return datetime.combine(day, time()).astimezone()


def view_file() -> Path:
    """Where the view is kept."""
    return data_folder() / "gallery.json"


def forget_person(saver: Saver, uid: str) -> None:
    """The view that is kept shows a person no more."""
    view = read_view(view_file())
    if view.person == uid:
        saver.put(view_file(), view_content(view.model_copy(update={"person": None})))


def read_view(file: Path) -> GalleryView:
    """What a file holds; a field that cannot be understood has its default. The trash and words are not kept."""
    try:
        found = read_json(file)
    except (OSError, ValueError):
        return GalleryView()
    if not isinstance(found, dict):
        return GalleryView()
    said = cast("dict[str, object]", found)
    try:
        return GalleryView.model_validate(said)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        return GalleryView.model_validate({name: value for name, value in said.items() if name not in wrong})


def view_content(view: GalleryView) -> bytes:
    """What `read_view` reads. A start in the trash, in an album, or with words that were typed once, would be taken for
    a loss."""
    kept = view.model_copy(update={"place": "pictures", "album": None, "text": ""})
    return kept.model_dump_json(indent=2).encode()
