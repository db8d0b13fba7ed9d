"""Everything that FastFace ever asked of the network, as a table to read, copy and clear."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.models.hub.request_log import Outbound
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, row
from fastface_desktop.ui.widgets.sizes import size_text

_ROWS = 8
_Index = QModelIndex | QPersistentModelIndex


class RequestModel(QAbstractTableModel):
    """The newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.requests: tuple[Outbound, ...] = ()
        self.titles = (self.tr("Time"), self.tr("To"), self.tr("For what"), self.tr("Answer"), self.tr("Received"))

    def show_requests(self, requests: tuple[Outbound, ...]) -> None:
        self.beginResetModel()
        self.requests = requests
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (as Qt declares it)
        return 0 if parent.isValid() else len(self.requests)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        request = self.requests[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cells(request)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == len(self.titles) - 1:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def cells(self, request: Outbound) -> tuple[str, ...]:
        """The columns of a line, from left to right."""
        try:
            time = datetime.fromisoformat(request.time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        except ValueError:
            time = request.time
        answer = self.tr("none") if request.status is None else str(request.status)
        received = "" if request.received is None else size_text(request.received)
        return time, f"{request.method} {request.host}{request.path}", translated(request.why), answer, received


class RequestLog(QWidget):
    said = Signal(str, Undo)
    """A short message, and what takes it back or None."""

    def __init__(self, network: NetworkState, theme: Theme) -> None:
        super().__init__()
        self._network = network
        self.model = RequestModel(self)
        self.words = label(role="secondary", wrap=True)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setToolTip(self.tr("Everything that FastFace asked of the network"))
        self.table.setAccessibleName(self.tr("Requests"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setProperty("kind", "rows")
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, mode in enumerate(
            (
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.ResizeToContents,
            )
        ):
            header.setSectionResizeMode(place, mode)
        header.setResizeContentsPrecision(50)
        self.copy_button = button(self.tr("Copy"), self.tr("Copy the chosen lines, or all of them (Ctrl+C)"))
        self.copy_button.clicked.connect(self.copy)
        self.clear_button = button(self.tr("Clear"), self.tr("Empty this list"))
        self.clear_button.clicked.connect(self._clear)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy)
        self.error = InlineError(theme)
        column(
            self.words,
            self.table,
            row(self.copy_button, self.clear_button, REST, gap=Space.S),
            self.error,
            gap=Space.S,
            of=self,
        )
        self._fit()
        theme.changed.connect(self._fit)
        network.requests_read.connect(self._show)
        self._show(())

    def _fit(self) -> None:
        row = self.fontMetrics().height() + Space.S
        self.table.verticalHeader().setDefaultSectionSize(row)
        self.table.setFixedHeight(row * (_ROWS + 1) + Space.L)

    def look(self) -> None:
        """Brings the table up to date."""
        self._network.read_requests()

    def _show(self, requests: tuple[Outbound, ...]) -> None:
        self.model.show_requests(requests)
        some = bool(requests)
        for widget in (self.table, self.copy_button, self.clear_button):
            widget.setVisible(some)
        self.words.setText(
            self.tr("Requests: {count}. What may be secret is left out.").format(
                count=QLocale().toString(len(requests))
            )
            if some
            else self.tr("FastFace has asked nothing of the network.")
        )

    def copy(self) -> None:
        """The chosen lines, or all, as a table that other programs read."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()}) or range(len(self.model.requests))
        lines = ["\t".join(self.model.titles)]
        lines += ["\t".join(self.model.cells(self.model.requests[row])) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.emit(self.tr("Lines copied: {count}.").format(count=QLocale().toString(len(lines) - 1)), None)

    def _clear(self) -> None:
        self.error.clear()
        self._network.clear_requests()
        self.said.emit(self.tr("The list of requests was cleared."), self._network.put_requests_back)

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)
