"""Several people in one picture, in the command line's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core.cli.generate.masks import is_mask, place_in
from fastface_core.domain.places import MOST_PEOPLE, Place, Placed, in_words, side_by_side
from fastface_core.errors import SettingsError

if TYPE_CHECKING:
    from fastface_core.domain.checkpoints import Checkpoint
    from fastface_core.library.people.person import Person

_HOW = (
    "Write NAME@left, NAME@centre, NAME@right, NAME@0,0,50,100 in percent of the picture, NAME@photo for where they are"
    " in their photo, or NAME@MASK.png, white where they are."
)
_AS_PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Named:
    """A person of the library, and where they are said to be in the picture; None where that is not said."""

    name: str
    place: str | None = None

    @classmethod
    def of(cls, text: str) -> "Named":
        """From "Ada" or "Ada@left". Text after the last @ that is no place belongs to the name."""
        name, at, place = text.rpartition("@")
        if not at or not name:
            return cls(text)
        if place.strip().lower() == _AS_PHOTO or is_mask(place):
            return cls(name, place)
        try:
            in_words([place])
        except ValueError:
            return cls(text)
        return cls(name, place)


def placed(words: Sequence[str | None]) -> tuple[Placed, ...] | None:
    """Where everybody is; None for one person of whom nothing is said.

    Args:
        words: as of `in_words`; "photo" for where their photo has them; or the file of a mask.

    Raises:
        SettingsError: it is said of some and not of others, or not understood, or there are too many people.
        PhotoError: a mask cannot be read.
    """
    said = [word for word in words if word is not None]
    if len(words) == 1 and not said:
        return None
    if len(words) == 1:
        raise SettingsError("One person alone has the whole picture.", "Leave the place out, or name a second person.")
    if len(words) > MOST_PEOPLE:
        raise SettingsError(f"A picture shows at most {MOST_PEOPLE} people.", "Name fewer.")
    if not said:
        return _placed(side_by_side(len(words)))
    if len(said) < len(words):
        raise SettingsError("It is said of some people where they are, and not of others.", _HOW)
    found: list[Placed | None] = [_by_itself(word) for word in said]
    try:
        left = iter(_placed(in_words([word for word, one in zip(said, found, strict=True) if one is None])))
    except ValueError as error:
        # pydantic's own words are of another kind.
        raise SettingsError(f"A place is none: {', '.join(said)}.", _HOW) from error
    return tuple(one or next(left) for one in found)


def _by_itself(word: str) -> Placed | None:
    """The place of a word that means the same whatever is said of others; None of any other."""
    if word.strip().lower() == _AS_PHOTO:
        return Placed(as_photo=True)
    return Placed(place=place_in(Path(word))) if is_mask(word) else None


def _placed(places: Sequence[Place]) -> tuple[Placed, ...]:
    return tuple(Placed(place=place) for place in places)


def as_known(people: Sequence[Placed], persons: "Sequence[Person]", checkpoint: "Checkpoint") -> tuple[Placed, ...]:
    """With what the library knows of each one's drawing, where the checkpoint draws people."""
    if checkpoint.identity != "twin":
        return tuple(people)
    return tuple(
        one.model_copy(update={"corrections": person.corrections}) for one, person in zip(people, persons, strict=True)
    )
