"""The grid of the Gallery: as many pictures as there are, of which only those in view are painted and asked for."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.list_changes import runs
from fastface_desktop.ui.gallery.picture_delegate import GAP, Index, PictureDelegate
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size

PICTURES = "application/x-fastface-pictures"
"""What is dragged within the window: numbers of pictures, in ASCII, with spaces between them."""
_MOST_FILES = 500
"""Files that are dragged at once: a list of thousands stops the program that gets it."""


class PictureGrid(QListView):
    """Arrows walk, Space and Enter open, Ctrl and the wheel change the size, dragging takes the files along."""

    opened = Signal()
    """The current picture is to be seen large."""
    selection_changed = Signal()
    menu_wanted = Signal(QPoint)
    stack_wanted = Signal(int)
    """The stack of this picture is to be unfolded, or folded."""
    rejected_left_out = Signal(int)
    """All pictures were chosen but so many, which are rejected."""
    size_wanted = Signal(int)
    """Larger (1) or smaller (-1)."""

    ring_always = True
    says_its_tips = True
    ring_radius = Radius.PICTURE

    def __init__(self, gallery: Gallery, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gallery, self._theme, self._model = gallery, theme, gallery.model
        self._kept: tuple[list[int], int | None, int | None] = ([], None, None)
        self._anchor = QPersistentModelIndex()
        self._distance = 0
        self.setProperty("kind", "grid")
        self.setAccessibleName(self.tr("Pictures"))
        self.setModel(self._model)
        self.delegate = PictureDelegate(gallery, theme, self)
        self.setItemDelegate(self.delegate)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # Its place is kept, or the columns would change with it; a bar that cannot move is not shown.
        self.verticalScrollBar().rangeChanged.connect(self._show_bar)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        # What is not repainted while scrolling is moved, which only something without holes can be.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(self._open)
        self._model.came.connect(self._rows_came)
        gallery.thumbnails.came.connect(self._images_came)
        gallery.view_changed.connect(self._fit)
        gallery.stacks_changed.connect(self.viewport().update)
        theme.changed.connect(self.viewport().update)
        self._model.modelAboutToBeReset.connect(self._keep)
        self._model.filled.connect(self._put_back)
        for about, done in (
            (self._model.rowsAboutToBeInserted, self._model.rowsInserted),
            (self._model.rowsAboutToBeRemoved, self._model.rowsRemoved),
        ):
            about.connect(self._keep_place)
            done.connect(self._hold_place)
        self.selectionModel().selectionChanged.connect(self._selected)
        self._fit()

    # ---- What is chosen

    def selected_ids(self) -> list[int]:
        """The chosen pictures, in the order of the grid."""
        ids = self._model.ids
        places = sorted((one.top(), one.bottom()) for one in self._ranges())
        return [number for top, bottom in places for number in ids[top : bottom + 1]]

    def selected_count(self) -> int:
        return sum(one.bottom() - one.top() + 1 for one in self._ranges())

    def _ranges(self) -> list[QItemSelectionRange]:
        # A list for Python, too, though its description does not say so.
        return list(self.selectionModel().selection())  # pyright: ignore[reportArgumentType, reportUnknownVariableType]

    def current_id(self) -> int | None:
        index = self.currentIndex()
        return self._model.id_at(index.row()) if index.isValid() else None

    def choose(self, ids: Sequence[int], current: int | None = None) -> None:
        """Selects pictures; those that are not shown are left out."""
        places = sorted(place for number in ids if (place := self._model.place_of(number)) >= 0)
        selection = self._places(places)
        place = self._model.place_of(current) if current is not None else (places[0] if places else -1)
        if place >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(place), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def selectAll(self) -> None:
        """Rejected pictures are left out, but where there are no others."""
        rejected = self._gallery.rejected
        keep = self._gallery.view.place in ("rejected", "trash") or self._gallery.view.rejected == "only"
        places = [] if keep else [place for place, number in enumerate(self._model.ids) if number in rejected]
        super().selectAll()
        if places and len(places) < self._model.rowCount():
            self.selectionModel().select(self._places(places), QItemSelectionModel.SelectionFlag.Deselect)
            self.rejected_left_out.emit(len(places))

    def _places(self, places: Sequence[int]) -> QItemSelection:
        selection = QItemSelection()
        for first, last in runs(places):
            selection.append(QItemSelectionRange(self._model.index(first), self._model.index(last)))
        return selection

    def walk(self, step: int) -> bool:
        """Chooses the picture after (1) or before (-1) the current one; False at an end."""
        place = self.currentIndex().row() + step
        if not 0 <= place < self._model.rowCount():
            return False
        self.setCurrentIndex(self._model.index(place))
        return True

    def _selected(self) -> None:
        self.selection_changed.emit()

    def _open(self) -> None:
        self.opened.emit()

    # ---- Where things are

    def _show_bar(self, least: int, most: int) -> None:
        self.verticalScrollBar().setEnabled(most > least)

    def _fit(self) -> None:
        """As many columns as fit, which share the width."""
        # One less, or the last of a line that just fits would begin the next.
        width = self.viewport().width() - 1
        columns = max(1, round(width / (self.side * 3 / 4 + GAP)))
        across = max(width // columns - GAP, 1)
        self.delegate.tile = QSize(across, across * 4 // 3)
        cell = self.delegate.cell
        if cell != self.gridSize():
            place = self._first_in_view()
            self.setGridSize(cell)
            self.doItemsLayout()
            if place >= 0:
                self.scrollTo(self._model.index(place), QAbstractItemView.ScrollHint.PositionAtTop)
        self.verticalScrollBar().setSingleStep(max(cell.height() // 3, 1))

    @property
    def tile(self) -> QSize:
        """What a picture fills, in pixels."""
        return self.delegate.tile

    @property
    def side(self) -> int:
        """The height that was chosen for a picture, in pixels; as many as fit share the width."""
        return self._gallery.view.size

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def picture_rect(self, index: Index) -> QRect:
        """Where the tile of a picture is, in the viewport."""
        return self.delegate.place(self.visualRect(index))

    def ring_rect(self) -> QRect:
        """Around the current picture."""
        index = self.currentIndex()
        if not index.isValid():
            return QRect()
        view = self.viewport()
        seen = self.picture_rect(index).translated(view.pos())
        return seen if seen.intersects(QRect(view.pos(), view.size())) else QRect()

    def indexAt(self, p: QPoint, /) -> QModelIndex:
        """Between the pictures there is nothing: there a selection can be drawn."""
        index = super().indexAt(p)
        if index.isValid() and not self.picture_rect(index).contains(p):
            return QModelIndex()
        return index

    def _first_in_view(self) -> int:
        if not self._model.rowCount() or not self.verticalScrollBar().value():
            return -1
        index = super().indexAt(QPoint(self.gridSize().width() // 2, self.gridSize().height() // 2))
        return index.row() if index.isValid() else -1

    def _in_view(self) -> range:
        """The places of the pictures that are seen, and perhaps some more."""
        cell, port = self.gridSize(), self.viewport()
        columns = max(1, (port.width() - 1) // cell.width())
        first = self.verticalScrollBar().value() // cell.height() * columns
        last = first + (port.height() // cell.height() + 2) * columns
        return range(first, min(last, self._model.rowCount()))

    def _rows_came(self, numbers: frozenset[int] | None) -> None:
        if numbers is None:
            self.viewport().update()
            return
        for place in self._in_view():
            if self._model.id_at(place) in numbers:
                self.update(self._model.index(place))

    def _images_came(self, pixels: frozenset[bytes]) -> None:
        """Only what shows them is painted again: while scrolling they come in every frame."""
        for place in self._in_view():
            row = self._model.row_of(self._model.id_at(place))
            if row is not None and row.pixels in pixels:
                self.update(self._model.index(place))

    # ---- Keeping the place while pictures come and go

    def _keep(self) -> None:
        first = self._first_in_view()
        self._kept = self.selected_ids(), self.current_id(), self._model.id_at(first) if first >= 0 else None

    def _put_back(self) -> None:
        """After the list was reset: what was chosen and is still there is chosen again, and stays where it was."""
        ids, current, first = self._kept
        self.choose(ids, current)
        if first is not None and (place := self._model.place_of(first)) >= 0:
            self.doItemsLayout()
            self.scrollTo(self._model.index(place), QAbstractItemView.ScrollHint.PositionAtTop)
        self.selection_changed.emit()

    def _keep_place(self) -> None:
        first = self._first_in_view()
        # From the top of the view to the top of the picture that stays where it is.
        self._anchor = QPersistentModelIndex(self._model.index(first)) if first >= 0 else QPersistentModelIndex()
        self._distance = self.visualRect(self._model.index(first)).top() if first >= 0 else 0

    def _hold_place(self) -> None:
        if self._anchor.isValid():
            self.doItemsLayout()
            moved = self.visualRect(self._model.index(self._anchor.row())).top() - self._distance
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)
        self.viewport().update()

    # ---- What the user does

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if turned := event.angleDelta().y():
                self.size_wanted.emit(1 if turned > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            number = self._model.id_at(index.row())
            pill = self.delegate.stack_rect(self.picture_rect(index))
            if self._gallery.in_stack(number) is not None and pill.contains(event.position().toPoint()):
                self.stack_wanted.emit(number)
                return
        super().mousePressEvent(event)

    def keyboardSearch(self, search: str, /) -> None:
        """Letters are keys of their own here."""

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            point = self.picture_rect(self.currentIndex()).center()
        else:
            point = event.pos()
        index = self.indexAt(point)
        if index.isValid():
            if not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
            self.menu_wanted.emit(self.viewport().mapToGlobal(point))

    def startDrag(self, supportedActions: Qt.DropAction, /) -> None:
        if (content := self.dragged()) is None:
            return
        drag = QDrag(self)
        drag.setMimeData(content)
        index = self.currentIndex()
        row = self._model.row(index.row()) if index.isValid() else None
        image = self._gallery.thumbnails.any_tile(row) if row is not None else None
        if image is not None and not image.isNull():
            small = QSize(Size.THUMBNAIL, Size.THUMBNAIL)
            shown = image.scaled(small, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            drag.setPixmap(QPixmap.fromImage(shown))
        drag.exec(Qt.DropAction.CopyAction)

    def dragged(self) -> QMimeData | None:
        """The files of the chosen pictures for another program; None where none of them is known yet."""
        rows = (self._model.row_of(number) for number in self.selected_ids()[:_MOST_FILES])
        urls = [QUrl.fromLocalFile(str(row.path)) for row in rows if row is not None]
        if not urls:
            return None
        content = QMimeData()
        content.setUrls(urls)
        content.setData(PICTURES, QByteArray(" ".join(map(str, self.selected_ids())).encode()))
        return content

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.colour("surface_0"))
        painter.end()
        super().paintEvent(event)

    def viewportEvent(self, event: QEvent, /) -> bool:
        # The caption over the picture says it already, where it is pointed at.
        if event.type() == QEvent.Type.ToolTip:
            return True
        return super().viewportEvent(event)


def pictures_in(dropped: QMimeData) -> list[int]:
    """The numbers of the pictures that are dragged from the grid."""
    if not dropped.hasFormat(PICTURES):
        return []
    return [
        int(word) for word in bytes(dropped.data(PICTURES).data()).decode("ascii", "ignore").split() if word.isdecimal()
    ]
