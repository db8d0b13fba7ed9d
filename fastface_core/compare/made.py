"""The finished pictures of a comparison, found in its folder by their recipes."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path

from fastface_core.compare.grid import Place, Shot, key_of
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.request import Recipe
from fastface_core.errors import FastFaceError
from fastface_core.library.metadata import read


@dataclass(frozen=True, slots=True)
class Made:
    """A picture on the disk.

    Attributes:
        likeness: -1 to 1; None with `likeness_reason`.
        seconds: None where it was not recorded.
        twin_match, taken_over: as in `Picture`.
    """

    path: Path
    recipe: Recipe
    likeness: float | None
    likeness_reason: str | None
    seconds: float | None
    twin_match: float | None = None
    taken_over: TakenOver | None = None

    @property
    def score(self) -> float | None:
        """As `Picture.score`."""
        return self.twin_match if self.likeness is None else self.likeness


def pictures_in(folder: Path) -> tuple[Made, ...]:
    """The pictures with a recipe in a folder, sorted by name; others are skipped. Empty where there is no folder."""
    found: list[Made] = []
    for path in sorted(folder.glob("*.png")) if folder.is_dir() else ():
        try:
            content = read(path)
        except FastFaceError:
            continue
        if content.recipe is not None:
            note = content.note
            found.append(
                Made(
                    path=path,
                    recipe=content.recipe,
                    likeness=note.likeness if note else None,
                    likeness_reason=note.likeness_reason if note else None,
                    seconds=note.seconds if note else None,
                    twin_match=note.twin_match if note else None,
                    taken_over=note.taken_over if note else None,
                )
            )
    return tuple(found)


def matched(shots: Iterable[Shot], pictures: Iterable[Made], photos: Set[str]) -> dict[Place, Made]:
    """Which picture is at which place.

    Args:
        photos: the hashes of the photos that they may be made from.
    """
    usable: dict[object, Made] = {}
    for one in pictures:
        if {photo.sha256 for photo in one.recipe.photos} <= photos:
            usable.setdefault(key_of(one.recipe), one)
    return {shot.place: made for shot in shots if (made := usable.get(shot.key)) is not None}
