"""The strip of this session's pictures under the canvas, each with how near it came."""

from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QKeyEvent, QPainter, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fastface_desktop.ui.create.strip_model import Role, StripModel, Tile
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.files import drag_file
from fastface_desktop.ui.widgets.marks import PILL, paint_pill

_NARROWEST, _WIDEST = 0.82, 1.5
"""Shapes (width by height) of tiles: in narrower ones the badge would be cut, wider ones fill the strip."""
THUMBNAIL: Final = 84
_AROUND = 4
"""Room for the ring; two neighbours have twice as much between them."""
_BAR_AWAY, _BAR = 2, 3
"""The bar under the picture in view."""
_GAP = 24
"""Before the first picture of the last session."""


class Filmstrip(QListView):
    """Left and Right walk, Enter brings the focus to the canvas, dragging takes the file along."""

    picture_chosen = Signal(Tile)
    """A `Tile`: by click or key, or because it is the newest."""
    entered = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, model: StripModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.setModel(model)
        self.setItemDelegate(_TileDelegate(theme, self))
        self.setAccessibleName(self.tr("Pictures of this session"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setProperty("kind", "filmstrip")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        theme.changed.connect(self._retheme)
        self._retheme()

    def choose(self, key: tuple[str, int]) -> None:
        """Marks a picture and brings it into view."""
        row = self._model.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))
            self.scrollTo(self.currentIndex())

    def chosen(self) -> Tile | None:
        tile = self.currentIndex().data(Role.TILE)
        return tile if isinstance(tile, Tile) else None

    def walk(self, step: int) -> None:
        """To the next picture (1) or the one before (-1)."""
        row = self.currentIndex().row() + step
        if 0 <= row < self._model.rowCount():
            self.setCurrentIndex(self._model.index(row))

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex, /
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.scrollTo(self.currentIndex())
            self.picture_chosen.emit(current.data(Role.TILE))

    def startDrag(self, supportedActions: Qt.DropAction, /) -> None:
        tile = self.chosen()
        if tile is not None and tile.picture is not None:
            drag_file(self, tile.picture.path, tile.picture.thumbnail)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        """A strip has one direction, whichever way the wheel turns."""
        turned = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turned)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Menu:
            self._menu(self.visualRect(self.currentIndex()).center())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(THUMBNAIL * 4, self.height())

    ring_always = True

    def ring_rect(self) -> QRect:
        """The picture in view, without its bar."""
        current = self.currentIndex()
        cell = self.visualRect(current)
        return _picture(cell, current).intersected(self.viewport().rect()) if not cell.isEmpty() else QRect()

    def _menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid():
            self.setCurrentIndex(index)
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(index).center()))

    def _retheme(self) -> None:
        self.setFixedHeight(THUMBNAIL + 2 * _AROUND + _BAR_AWAY + _BAR + Space.XS)
        self.doItemsLayout()


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /) -> QSize:
        tile: Tile = index.data(Role.TILE)
        width = round(THUMBNAIL * min(max(tile.shape, _NARROWEST), _WIDEST))
        gap = _GAP if index.data(Role.BEGINS_EARLIER) else 0
        return QSize(width + 2 * _AROUND + gap, THUMBNAIL + 2 * _AROUND + _BAR_AWAY + _BAR)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /
    ) -> None:
        tile: Tile = index.data(Role.TILE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        shown = self._paint_thumbnail(painter, tile, QRectF(_picture(rect, index)))
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("text"))
            bar = QRectF(shown.x(), rect.bottom() + 1 - _BAR, shown.width(), _BAR)
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        if index.data(Role.IS_BEST):
            corner = shown.topLeft() + QPointF(Space.XS, Space.XS)
            paint_pill(painter, self.tr("Best"), corner, self._theme)
        picture = tile.picture
        if picture is not None and picture.worth.likeness is not None and picture.worth.likeness_word is not None:
            height = self._theme.px(PILL)
            corner = shown.bottomRight() - QPointF(Space.XS, height + Space.XS)
            number = likeness.number(picture.worth.likeness)
            paint_pill(painter, number, corner, self._theme, right=True)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, tile: Tile, frame: QRectF) -> QRectF:
        """Fills its place, the upper part of what is too high. Returns where the picture is."""
        image = tile.thumbnail
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        if not image.isNull():
            scale = max(frame.width() / image.width(), frame.height() / image.height())
            left = frame.center().x() - image.width() * scale / 2
            brush = QBrush(image)
            brush.setTransform(QTransform.fromTranslate(left, frame.y()).scale(scale, scale))
            painter.setBrush(brush)
        painter.drawRoundedRect(frame, Radius.CONTROL, Radius.CONTROL)
        return frame


def _picture(cell: QRect, index: QModelIndex | QPersistentModelIndex) -> QRect:
    """Where in a cell the picture is."""
    gap = _GAP if index.data(Role.BEGINS_EARLIER) else 0
    return QRect(cell.x() + _AROUND + gap, cell.y() + _AROUND, cell.width() - 2 * _AROUND - gap, THUMBNAIL)
