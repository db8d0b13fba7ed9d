"""The grid of the Gallery: as many pictures as there are, of which only those in view are painted and asked for."""

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery import Gallery
from fastface_desktop.state.list_changes import runs
from fastface_desktop.ui import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Radius, Size, Space, Type
from fastface_desktop.ui.widgets import likeness

Index = QModelIndex | QPersistentModelIndex

_GAP = Space.S
_MARK = 12
"""The side of a mark on a picture."""
_MOST_FILES = 500
"""Files that are dragged at once: a list of thousands stops the program that gets it."""


class PictureGrid(QListView):
    """Arrows walk, Space and Enter open, Ctrl and the wheel change the size, dragging takes the files along."""

    opened = Signal()
    """The current picture is to be seen large."""
    selection_changed = Signal()
    menu_wanted = Signal(object)
    size_wanted = Signal(int)
    """Larger (1) or smaller (-1)."""

    def __init__(self, gallery: Gallery, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gallery, self._theme, self._model = gallery, theme, gallery.model
        self._kept: tuple[list[int], int | None, int | None] = ([], None, None)
        self._anchor = QPersistentModelIndex()
        self._distance = 0
        self.side = gallery.view.size
        self.setProperty("kind", "grid")
        self.setAccessibleName(self.tr("Pictures"))
        self.setModel(self._model)
        self.setItemDelegate(_PictureDelegate(gallery, theme, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        # What is not painted anew while scrolling is moved, which only something without holes can be.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(self._open)
        self._model.came.connect(self._rows_came)
        gallery.thumbnails.came.connect(self._images_came)
        gallery.view_changed.connect(self._fit)
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
        selection = QItemSelection()
        places = sorted(place for number in ids if (place := self._model.place_of(number)) >= 0)
        for first, last in runs(places):
            selection.select(self._model.index(first), self._model.index(last))
        place = self._model.place_of(current) if current is not None else (places[0] if places else -1)
        if place >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(place), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

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

    def _fit(self) -> None:
        """As many columns as fit, which share the width."""
        self.side = self._gallery.view.size
        # One less, or the last of a line that just fits would begin the next.
        width = self.viewport().width() - 1
        columns = max(1, width // (self.side + _GAP))
        cell = QSize(max(width // columns, 1), self.side + _GAP)
        if cell != self.gridSize():
            place = self._first_in_view()
            self.setGridSize(cell)
            self.doItemsLayout()
            if place >= 0:
                self.scrollTo(self._model.index(place), QAbstractItemView.ScrollHint.PositionAtTop)
        self.verticalScrollBar().setSingleStep(max(cell.height() // 3, 1))

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def picture_rect(self, index: Index) -> QRect:
        """Where the square of a picture is, in the viewport."""
        return _square(self.visualRect(index), self.side)

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
        """After all was shown anew: what was chosen and is still there is chosen again, and stays where it was."""
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
        image = self._gallery.thumbnails.find(row, self.side, self.devicePixelRatioF()) if row is not None else None
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


class _PictureDelegate(QStyledItemDelegate):
    """Paints a picture with its marks. Everything it needs is at hand: no question to the library, no file."""

    def __init__(self, gallery: Gallery, theme: Theme, grid: PictureGrid) -> None:
        super().__init__(grid)
        self._gallery, self._theme, self._grid = gallery, theme, grid

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        return self._grid.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        square = _square(rect, self._grid.side)
        row = self._gallery.model.row(index.row())
        chosen, hovered = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row is None:
            self._paint_ground(painter, QRectF(square))
            return
        ratio = painter.device().devicePixelRatio()
        image = self._gallery.thumbnails.find(row, self._grid.side, ratio)
        if image is None or image.isNull():
            shown = _inside(square, row.width, row.height)
            self._paint_ground(painter, QRectF(shown))
            if image is not None:
                self._paint_lost(painter, shown, ratio)
        else:
            painter.setOpacity(0.35 if row.rejected else 1.0)
            # At its own size: another by a pixel would be scaled each time.
            shown = _centred(square, image.deviceIndependentSize().toSize())
            painter.drawImage(shown.topLeft(), image)
            painter.setOpacity(1.0)
        if hovered:
            self._paint_caption(painter, shown, row)
        else:
            self._paint_marks(painter, shown, row, ratio)
        if chosen:
            self._paint_ring(painter, shown, "accent", 3)
        elif hovered:
            self._paint_ring(painter, shown, "line", 2)
        if state & QStyle.StateFlag.State_HasFocus:
            self._paint_ring(painter, shown.adjusted(-2, -2, 2, 2), "focus", 2)

    def _paint_ground(self, painter: QPainter, shown: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        painter.drawRoundedRect(shown, Radius.CARD, Radius.CARD)

    def _paint_ring(self, painter: QPainter, shown: QRect, colour: str, width: int) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour(colour), width))
        painter.drawRoundedRect(QRectF(shown).adjusted(-1, -1, 1, 1), Radius.CARD + 1, Radius.CARD + 1)

    def _paint_lost(self, painter: QPainter, shown: QRect, ratio: float) -> None:
        size = Size.ICON
        picture = _icon("warning", self._theme.colour("warn").name(), size, ratio)
        painter.drawPixmap(shown.center() - QPoint(size // 2, size // 2), picture)

    def _paint_marks(self, painter: QPainter, shown: QRect, row: PictureRow, ratio: float) -> None:
        """Below the picture's edge, on a dark ground that every picture bears; nothing where nothing is to say."""
        left = [("star-full", DARK.text)] * row.rating
        if row.rejected:
            left.insert(0, ("reject", DARK.bad))
        right = [("not-for-sale", DARK.text)] if row.commercial is False else []
        if row.missing:
            right.insert(0, ("warning", DARK.warn))
        self._paint_icons(painter, shown, left, ratio, at_left=True)
        self._paint_icons(painter, shown, right, ratio, at_left=False)

    def _paint_icons(
        self, painter: QPainter, shown: QRect, names: list[tuple[str, str]], ratio: float, *, at_left: bool
    ) -> None:
        if not names:
            return
        marks = _marks(tuple(names), ratio)
        size = marks.deviceIndependentSize().toSize()
        if size.width() <= shown.width() - 2 * Space.XS:
            left = shown.left() + Space.XS if at_left else shown.right() - Space.XS - size.width() + 1
            painter.drawPixmap(QPoint(left, shown.bottom() - Space.XS - size.height() + 1), marks)

    def _paint_caption(self, painter: QPainter, shown: QRect, row: PictureRow) -> None:
        """What the picture is, over its lower edge while it is pointed at."""
        font = self._theme.font(Type.CAPTION, tabular=True)
        painter.setFont(font)
        line = painter.fontMetrics().height()
        facts = "★" * row.rating
        if row.likeness is not None:
            facts = f"{facts}  {likeness.number(row.likeness)}".strip()
        lines = [row.prompt or row.path.name, *([facts] if facts else [])]
        ground = QRect(shown)
        ground.setTop(max(shown.bottom() - len(lines) * line - Space.S + 1, shown.top()))
        painter.save()
        painter.setClipRect(ground)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_dark(0.78))
        painter.drawRoundedRect(QRectF(shown), Radius.CARD, Radius.CARD)
        painter.setPen(QColor(DARK.text))
        text = ground.adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        for number, said in enumerate(lines):
            at = QRect(text.left(), text.top() + number * line, text.width(), line)
            elided = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, at.width())
            painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()


def _square(cell: QRect, side: int) -> QRect:
    return QRect(cell.center().x() - side // 2 + 1, cell.center().y() - side // 2 + 1, side, side)


def _inside(square: QRect, width: int, height: int) -> QRect:
    """A picture of that shape in the middle of the square."""
    return _centred(square, QSize(width, height).scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio))


def _centred(square: QRect, size: QSize) -> QRect:
    left = square.left() + (square.width() - size.width()) // 2
    return QRect(QPoint(left, square.top() + (square.height() - size.height()) // 2), size)


def _dark(share: float) -> QColor:
    colour = QColor(DARK.surface_0)
    colour.setAlphaF(share)
    return colour


@cache
def _marks(names: tuple[tuple[str, str], ...], ratio: float) -> QPixmap:
    """Icons in a row on a dark ground; there are few kinds of rows."""
    width, height = len(names) * _MARK + Space.S, _MARK + Space.XS
    made = QPixmap(round(width * ratio), round(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_dark(0.6))
    painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
    for place, (name, colour) in enumerate(names):
        at = QPoint(Space.XS + place * _MARK, Space.XS // 2)
        painter.drawPixmap(at, _icon(name, colour, _MARK, ratio))
    painter.end()
    return made


@cache
def _icon(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    return icons.pixmap(name, colour, size, ratio)
