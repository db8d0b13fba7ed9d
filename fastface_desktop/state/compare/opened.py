"""The comparison that is looked at: its pictures, those that are there, and what it is written to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastface_core.compare import made as made_pictures
from fastface_core.compare import sheet, table
from fastface_core.compare.grid import Grid, Place, Shot
from fastface_core.compare.heat import Heat
from fastface_core.compare.made import Made
from fastface_core.compare.records import Comparison
from fastface_core.models.installed import STARTER
from fastface_desktop.values import Worth


@dataclass(frozen=True, slots=True)
class Opened:
    """
    Attributes:
        shots: all its pictures, row by row.
        made: those that are there.
    """

    comparison: Comparison
    shots: tuple[Shot, ...]
    made: Mapping[Place, Made]

    @property
    def grid(self) -> Grid:
        return self.comparison.grid

    @property
    def drawn(self) -> bool:
        """Whether the starter alone draws it: its heat is the match with the drawing, and no likeness."""
        return all(shot.checkpoint == STARTER for shot in self.shots)

    @property
    def heat(self) -> Heat:
        """Beside pictures with a likeness, drawn ones have none: the two cannot be compared."""
        worths = {place: worth_of(one) for place, one in self.made.items()}
        return Heat({place: one.match if self.drawn else one.likeness for place, one in worths.items()})

    def shot(self, place: Place) -> Shot:
        return next(one for one in self.shots if one.place == place)

    def write_sheet(self, path: Path, titles: tuple[str, str], words: sheet.SheetWords) -> None:
        """The grid as one picture.

        Raises:
            StorageError: the disk is full or cannot be written to.
        """
        pictures = {place: one.path for place, one in self.made.items()}
        sheet.save(sheet.draw(self.grid, titles, pictures, self.heat, words), path)

    def write_table(self, path: Path) -> None:
        """The grid as CSV; raises as `write_sheet`."""
        table.save(table.as_csv(self.grid, self.shots, self.made), path)


def worth_of(made: Made) -> Worth:
    """How near a picture came."""
    return Worth.of(
        made.recipe.checkpoint,
        likeness=made.likeness,
        reason=made.likeness_reason,
        match=made.twin_match,
        taken_over=made.taken_over,
    )


def pictures_of(comparison: Comparison, shots: Sequence[Shot]) -> dict[Place, Made]:
    """Those that are on the disk."""
    found = made_pictures.pictures_in(comparison.folder)
    return made_pictures.matched(shots, found, set(comparison.hashes))
