"""The pictures of this session as rows: finished ones with how near they came, those under way with their preview."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from fastface_desktop.ui.widgets import likeness
from fastface_desktop.values import SavedPicture

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    TILE = Qt.ItemDataRole.UserRole + 1
    IS_BEST = Qt.ItemDataRole.UserRole + 2
    BEGINS_EARLIER = Qt.ItemDataRole.UserRole + 3
    """It is the first of those that were there when the program was started."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One row.

    Attributes:
        index: of the picture in its job, from 0.
        picture: None while it is under way.
        preview: null before the first step.
        shape: width divided by height.
    """

    job: str
    index: int
    preview: QImage
    shape: float
    picture: SavedPicture | None = None
    earlier: bool = False
    """It was there when the program was started."""

    @property
    def key(self) -> tuple[str, int]:
        return self.job, self.index

    @property
    def score(self) -> float | None:
        return self.picture.worth.score if self.picture is not None else None

    @property
    def thumbnail(self) -> QImage:
        return self.picture.thumbnail if self.picture is not None else self.preview


class StripModel(QAbstractListModel):
    """In the order of making, or the best first; then those under way, and those of earlier sessions."""

    def __init__(self) -> None:
        super().__init__()
        self._made: list[Tile] = []
        self._rows: list[Tile] = []
        self._best_first = False

    # ---- Reading

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        tile = self._rows[index.row()]
        match role:
            case Role.TILE:
                return tile
            case Role.IS_BEST:
                return self.is_best(tile)
            case Role.BEGINS_EARLIER:
                row = index.row()
                return tile.earlier and row > 0 and not self._rows[row - 1].earlier
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(tile)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(tile)
            case _:
                return None

    def tiles(self) -> list[Tile]:
        """As shown."""
        return list(self._rows)

    def made(self) -> list[Tile]:
        """In the order of making."""
        return list(self._made)

    def row_of(self, key: tuple[str, int]) -> int:
        """-1 where there is no such row."""
        return next((row for row, tile in enumerate(self._rows) if tile.key == key), -1)

    def is_best(self, tile: Tile) -> bool:
        """Whether it is the nearest to its person, or to its drawing, among the pictures of its job; one alone is no
        best."""
        if tile.score is None or tile.earlier:
            return False
        rivals = [other.score for other in self._made if other.job == tile.job and other.score is not None]
        return len(rivals) > 1 and tile.score == max(rivals)

    # ---- Changing

    @property
    def best_first(self) -> bool:
        return self._best_first

    def set_best_first(self, best_first: bool) -> None:
        if best_first == self._best_first:
            return
        self._best_first = best_first
        self.layoutAboutToBeChanged.emit()
        before = [self._rows[index.row()].key for index in self.persistentIndexList()]
        old = self.persistentIndexList()
        self._rows = self._arranged()
        self.changePersistentIndexList(old, [self.index(self.row_of(key)) for key in before])
        self.layoutChanged.emit()

    def put(self, tile: Tile) -> None:
        """Adds a tile, or puts it in place of the one that stood for the same picture."""
        for position, old in enumerate(self._made):
            if old.key == tile.key:
                self._made[position] = tile
                break
        else:
            self._made.append(tile)
        self._rearrange(tile)

    def remove_unfinished(self, job: str) -> None:
        """Takes away what a job did not finish."""
        self._remove(lambda tile: tile.job == job and tile.picture is None)

    def remove(self, key: tuple[str, int]) -> None:
        self._remove(lambda tile: tile.key == key)

    def _remove(self, goes: Callable[[Tile], bool]) -> None:
        for row in reversed(range(len(self._rows))):
            if goes(self._rows[row]):
                self.beginRemoveRows(QModelIndex(), row, row)
                self._made.remove(self._rows.pop(row))
                self.endRemoveRows()
        self._best_may_differ()

    def _rearrange(self, tile: Tile) -> None:
        """Puts the rows in order after `tile` came or changed, so that a view keeps its place."""
        old = self.row_of(tile.key)
        new = next(row for row, other in enumerate(self._arranged()) if other.key == tile.key)
        if old < 0:
            self.beginInsertRows(QModelIndex(), new, new)
            self._rows.insert(new, tile)
            self.endInsertRows()
        else:
            self._rows[old] = tile
            if new != old:
                self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), new + (new > old))
                self._rows.insert(new, self._rows.pop(old))
                self.endMoveRows()
            self.dataChanged.emit(self.index(new), self.index(new))
        self._best_may_differ()

    def _best_may_differ(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [Role.IS_BEST])

    def _arranged(self) -> list[Tile]:
        finished = [tile for tile in self._made if tile.picture is not None and not tile.earlier]
        earlier = [tile for tile in self._made if tile.earlier]
        under_way = [tile for tile in self._made if tile.picture is None]
        if self._best_first:
            finished.sort(key=_nearness, reverse=True)
        return finished + under_way + earlier

    # ---- Words

    def _spoken(self, tile: Tile) -> str:
        if tile.picture is None:
            return self.tr("A picture that is being made")
        parts = [self.tr("Seed {seed}").format(seed=tile.picture.seed), likeness.said(tile.picture.worth)]
        if self.is_best(tile):
            parts.append(self.tr("Best"))
        return ", ".join(parts)

    def _tip(self, tile: Tile) -> str:
        if tile.picture is None:
            return self._spoken(tile)
        return "\n".join(filter(None, [self._spoken(tile), likeness.explained(tile.picture.worth)]))


def _nearness(tile: Tile) -> float:
    return -2.0 if tile.score is None else tile.score
