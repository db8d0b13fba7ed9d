"""Where each of several people is in a picture: rectangles, or regions drawn freehand, with soft edges, in shares of
its sides."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from fastface_core.domain.drawn_regions import LONGEST_TEXT, around, cells_of, packed
from fastface_core.domain.twin import Corrections

MOST_PEOPLE = 4
LEAST_SIDE = 0.1
"""Of a place: a face needs some room."""

Share = Annotated[float, Field(ge=0, le=1)]

WORDS = ("left", "centre", "right")
"""Places that are said in words; see `in_words`."""


def _drawn(text: str) -> str:
    cells_of(text)
    return text


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Place(_Model):
    """A rectangle, or what is drawn within one.

    Attributes:
        left, top, right, bottom: shares of the picture's width and height, from its upper left corner.
        soft: over which share of a side the edges fade, half of it within the place and half outside; the edges of the
            picture do not fade.
        drawn: the cells of a region that was drawn freehand, as `drawn_regions.packed` says them; the rectangle is
            then what a pose is put into. None where the rectangle is all.
    """

    left: Share = 0.0
    top: Share = 0.0
    right: Share = 1.0
    bottom: Share = 1.0
    soft: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    drawn: Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_drawn)] | None = None

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        # A hair less than it says: the difference of two shares is seldom exact.
        if min(self.right - self.left, self.bottom - self.top) < LEAST_SIDE - 1e-6:
            raise ValueError(f"a place takes at least {LEAST_SIDE:.0%} of the picture's width and height")
        return self


class Placed(_Model):
    """One of several people in a picture.

    Attributes:
        strength: factor of the preset's adapter strength where this person is.
        guidance: factor of the weight of the face in the guidance where this person is.
        corrections: as in `PortraitRequest`, of this person's drawing.
        as_photo: they are to be where their photo has them: `place` is then found once the photos are looked at, and
            this is None in recipes.
    """

    place: Place = Place()
    strength: Annotated[float, Field(ge=0, le=2)] = 1.0
    guidance: Annotated[float, Field(ge=0, le=3)] = 1.0
    corrections: Corrections | None = None
    as_photo: bool | None = None


def drawn_place(cells: Sequence[Sequence[bool]], soft: float = 0.1) -> Place:
    """The place of a region that was drawn, with the rectangle around it.

    Raises:
        ValueError: it has less than a hundredth of the picture.
    """
    left, top, right, bottom = around(cells)
    (left, right), (top, bottom) = with_room(left, right), with_room(top, bottom)
    return Place(left=left, top=top, right=right, bottom=bottom, soft=soft, drawn=packed(cells))


def with_room(low: float, high: float) -> tuple[float, float]:
    """A side within the picture that is long enough for a place."""
    low, high = min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)
    if high - low >= LEAST_SIDE:
        return low, high
    start = min(max((low + high - LEAST_SIDE) / 2, 0.0), 1 - LEAST_SIDE)
    return start, start + LEAST_SIDE


def side_by_side(people: int) -> tuple[Place, ...]:
    """As many columns of one width, from the left."""
    return tuple(Place(left=index / people, right=(index + 1) / people) for index in range(people))


def in_words(words: Sequence[str]) -> tuple[Place, ...]:
    """The places that people are given in words, all of one picture.

    Left and right are halves of the picture; where somebody is in the centre, they are thirds.

    Args:
        words: "left", "centre" (or "center") and "right", or four percentages, "LEFT,TOP,RIGHT,BOTTOM".

    Raises:
        ValueError: a word is none of these.
    """
    plain = ["centre" if word.strip().lower() == "center" else word.strip().lower() for word in words]
    named = _named(plain)
    return tuple(named[word] if word in named else _rectangle(word) for word in plain)


def _named(words: Sequence[object]) -> dict[object, Place]:
    """What the words mean in a picture in which they are all said."""
    columns = side_by_side(3 if "centre" in words else 2)
    return dict(zip(WORDS if len(columns) == 3 else ("left", "right"), columns, strict=True))


def _rectangle(text: str) -> Place:
    try:
        left, top, right, bottom = (float(part) / 100 for part in text.split(","))
    except ValueError:
        raise ValueError(f'"{text}" is no place: say left, centre or right, or 0,0,50,100 in percent') from None
    return Place(left=left, top=top, right=right, bottom=bottom)


def word_of(place: Place) -> str | None:
    """The word that `in_words` takes for this place; None for any other rectangle, and for what is drawn."""
    if place.drawn is not None:
        return None
    corners = (place.left, place.top, place.right, place.bottom)
    for columns, words in ((side_by_side(2), ("left", "right")), (side_by_side(3), WORDS)):
        for column, word in zip(columns, words, strict=True):
            if corners == (column.left, column.top, column.right, column.bottom):
                return word
    return None


def moved(places: Sequence[Place], index: int, word: str) -> tuple[Place, ...]:
    """The places of all people once one of them is put to the left, centre or right. The person who is there already
    takes the other's place; rectangles and regions that were drawn stay."""
    said: list[str | Place] = [word_of(place) or place for place in places]
    for other, there in enumerate(said):
        if other != index and there == word:
            said[other] = said[index]
    said[index] = word
    named = _named(said)
    return tuple(one if isinstance(one, Place) else named[one] for one in said)
