"""The cells of the open comparison as Qt's views see them: pictures and how near they came, labels at both edges."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fastface_core.compare.grid import Place
from fastface_core.compare.heat import Heat
from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.state.compare.opened import Opened, worth_of
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared.comparison_words import cell_title, labels
from fastface_desktop.ui.widgets import likeness

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class GridModel(QAbstractTableModel):
    def __init__(self, comparisons: Comparisons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparisons = comparisons
        self._heat = Heat({})
        comparisons.opened.connect(self._opened)
        comparisons.came.connect(self._came)
        self._opened()

    @property
    def opened(self) -> Opened | None:
        return self.comparisons.current

    @property
    def heat(self) -> Heat:
        return self._heat

    def rowCount(self, parent: Index = _NOWHERE, /) -> int:
        return 0 if parent.isValid() or self.opened is None else self.opened.grid.size[1]

    def columnCount(self, parent: Index = _NOWHERE, /) -> int:
        return 0 if parent.isValid() or self.opened is None else self.opened.grid.size[0]

    def places(self, index: Index) -> list[Place]:
        """A cell's pictures, by their seeds."""
        assert self.opened is not None
        return [(index.column(), index.row(), seed) for seed in range(len(self.opened.grid.seeds))]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole, /) -> object:
        if not index.isValid() or self.opened is None:
            return None
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            title = cell_title(self.opened.grid, index.column(), index.row(), self.comparisons.plan.title_of)
            return f"{title}\n{self.state(index)}"
        return None

    def state(self, index: Index) -> str:
        """How near a cell came, or its state."""
        assert self.opened is not None
        places = self.places(index)
        found = self._heat.cells.get((index.column(), index.row()))
        if found is not None:
            return likeness.named(found, drawn=self.opened.drawn)
        if self.comparisons.making() in places:
            return self.tr("Being made")
        if any(self.comparisons.is_withheld(place) for place in places):
            return self.tr("Held back by the content filter")
        made = [one for place in places if (one := self.opened.made.get(place))]
        if made:
            worth = worth_of(made[0])
            if worth.drawn:
                return likeness.said(worth)
            return translated(worth.reason or "") or self.tr("No likeness")
        return self.tr("Not made yet")

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole, /
    ) -> object:
        if self.opened is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        grid, title_of = self.opened.grid, self.comparisons.plan.title_of
        if orientation == Qt.Orientation.Horizontal:
            return labels(grid.columns, title_of)[section]
        return labels(grid.rows, title_of)[section] if grid.rows else ""

    def _opened(self) -> None:
        self.beginResetModel()
        self._heat = self.opened.heat if self.opened else Heat({})
        self.endResetModel()

    def _came(self, place: Place) -> None:
        assert self.opened is not None
        # One more picture may change the colours of all cells.
        before, self._heat = self._heat, self.opened.heat
        if before.cells != self._heat.cells:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            index = self.index(place[1], place[0])
            self.dataChanged.emit(index, index)
