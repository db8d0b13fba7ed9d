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
    def heat(self) -> Heat:
        return Heat({place: one.likeness for place, one in self.made.items()})

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


def pictures_of(comparison: Comparison, shots: Sequence[Shot]) -> dict[Place, Made]:
    """Those that are on the disk."""
    found = made_pictures.pictures_in(comparison.folder)
    return made_pictures.matched(shots, found, set(comparison.hashes))
