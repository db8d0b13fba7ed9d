"""The pictures of the Gallery as rows: their numbers at once, what is known of each when it comes into view."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery.list_changes import Steps

Index = QModelIndex | QPersistentModelIndex

_KEPT = 6000
"""Rows in memory."""
_AT_ONCE = 300
_AHEAD = 100
"""Rows before and after the visible ones that are fetched as well."""


class PictureModel(QAbstractListModel):
    """The view asks `row` while it paints; what is missing is requested, and comes."""

    wanted = Signal(list)
    """Numbers of pictures whose rows are needed and missing; `take` receives them."""
    came = Signal(frozenset)
    """Numbers (a frozenset) of pictures whose rows came or changed; None for all."""
    filled = Signal()
    """Other pictures, or none: the list is reset."""

    def __init__(self) -> None:
        super().__init__()
        self._ids: list[int] = []
        self._rows: OrderedDict[int, PictureRow] = OrderedDict()
        self._places: dict[int, int] | None = None
        self._looked_at: set[int] = set()
        self._waiting = False
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.timeout.connect(self._ask)

    # ---- Reading

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole) and index.isValid():
            row = self.row(index.row())
            return row.prompt if row is not None else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    @property
    def ids(self) -> list[int]:
        """In order; not to be changed."""
        return self._ids

    def id_at(self, place: int) -> int:
        return self._ids[place]

    def place_of(self, number: int) -> int:
        """The index of a picture; -1 where it is not shown."""
        if self._places is None:
            self._places = {one: place for place, one in enumerate(self._ids)}
        return self._places.get(number, -1)

    def row(self, place: int) -> PictureRow | None:
        """What is known of the picture at a place; None until it came."""
        found = self._rows.get(self._ids[place])
        if found is None:
            self._looked_at.add(place)
            if not self._waiting and not self._asking.isActive():
                self._asking.start(0)
        return found

    def row_of(self, number: int) -> PictureRow | None:
        """What is known of a picture; None where it did not come yet."""
        return self._rows.get(number)

    # ---- Changing

    def fill(self, ids: list[int]) -> None:
        """Shows other pictures, or the same in another order."""
        self.beginResetModel()
        self._set(ids)
        self.endResetModel()
        self.filled.emit()

    def follow(self, ids: list[int], steps: Steps) -> None:
        """Shows `ids`, to which `steps` lead from what is shown: everything that stays keeps its selection."""
        rest = list(self._ids)
        for first, last in steps.removals:
            self.beginRemoveRows(QModelIndex(), first, last)
            del rest[first : last + 1]
            self._set(rest)
            self.endRemoveRows()
        for first, last in steps.insertions:
            self.beginInsertRows(QModelIndex(), first, last)
            rest = [*rest[:first], *ids[first : last + 1], *rest[first:]]
            self._set(rest)
            self.endInsertRows()

    def take(self, asked: Sequence[int], rows: Iterable[PictureRow]) -> None:
        """The rows of pictures that were asked for; what is gone has none."""
        self._waiting = False
        self.put(rows)
        if self._looked_at:
            self._asking.start(0)

    def put(self, rows: Iterable[PictureRow]) -> None:
        """New or changed rows."""
        come: list[int] = []
        for row in rows:
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
            come.append(row.id)
        while len(self._rows) > _KEPT:
            self._rows.popitem(last=False)
        self.came.emit(frozenset(come))

    def forget(self, ids: Iterable[int] | None = None) -> None:
        """Their rows are asked for again; all of them without `ids`."""
        if ids is None:
            self._rows.clear()
        else:
            for number in ids:
                self._rows.pop(number, None)
        self.came.emit(None)

    def _set(self, ids: list[int]) -> None:
        self._ids = ids
        self._places = None
        self._looked_at.clear()

    def _ask(self) -> None:
        places, self._looked_at = self._looked_at, set()
        if not places or not self._ids:
            return
        first, last = max(min(places) - _AHEAD, 0), min(max(places) + _AHEAD, len(self._ids) - 1)
        around = self._ids[first : last + 1] if last - first < _AT_ONCE else [self._ids[p] for p in sorted(places)]
        missing = [number for number in around if number not in self._rows][:_AT_ONCE]
        if missing:
            self._waiting = True
            self.wanted.emit(missing)
