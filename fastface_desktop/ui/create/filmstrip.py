"""The strip of this session's pictures under the canvas, each with how near it came."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPen, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fastface_desktop.ui import icons
from fastface_desktop.ui.create.strip_model import Role, StripModel, Tile
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Radius, Size, Space, Type
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.files import drag_file

_NARROWEST, _WIDEST = 0.82, 1.5
"""Shapes (width by height) of tiles: in narrower ones the badge would be cut, wider ones fill the strip."""
_RING = 3


class Filmstrip(QListView):
    """Left and Right walk, Enter brings the focus to the canvas, dragging takes the file along."""

    picture_chosen = Signal(object)
    """A `Tile`: by click or key, or because it is the newest."""
    entered = Signal()
    menu_wanted = Signal(object)

    def __init__(self, model: StripModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.setModel(model)
        self.setItemDelegate(_TileDelegate(theme, self))
        self.setAccessibleName(self.tr("Pictures of this session"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setSpacing(Space.XS)
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
        return QSize(Size.THUMBNAIL * 4, self.height())

    def _menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid():
            self.setCurrentIndex(index)
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(index).center()))

    def _retheme(self) -> None:
        line = self._theme.px(Type.CAPTION) + Space.S
        # The scroll bar has its own room, so that nothing jumps when it appears.
        self.setFixedHeight(Size.THUMBNAIL + line + 2 * _RING + 2 * Space.XS + Space.L)
        self.doItemsLayout()


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /) -> QSize:
        tile: Tile = index.data(Role.TILE)
        width = round(Size.THUMBNAIL * min(max(tile.shape, _NARROWEST), _WIDEST))
        return QSize(width + 2 * _RING, Size.THUMBNAIL + 2 * _RING + self._theme.px(Type.CAPTION) + Space.S)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /
    ) -> None:
        tile: Tile = index.data(Role.TILE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        frame = QRectF(rect).adjusted(_RING, _RING, -_RING, 0)
        frame.setHeight(Size.THUMBNAIL)
        shown = self._paint_thumbnail(painter, tile, frame)
        if state & QStyle.StateFlag.State_Selected:
            self._paint_ring(painter, shown, "accent")
        elif state & QStyle.StateFlag.State_MouseOver:
            self._paint_ring(painter, shown, "line")
        if index.data(Role.IS_BEST):
            self._paint_best(painter, shown)
        self._paint_badge(
            painter, tile, QRectF(rect.x(), frame.bottom() + _RING, rect.width(), rect.bottom() - frame.bottom())
        )
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, tile: Tile, frame: QRectF) -> QRectF:
        """Returns where the picture is."""
        image = tile.thumbnail
        painter.setPen(Qt.PenStyle.NoPen)
        if image.isNull():
            width = frame.height() * min(max(tile.shape, _NARROWEST), _WIDEST)
            shown = QRectF(frame.center().x() - width / 2, frame.y(), width, frame.height())
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(shown, Radius.CONTROL, Radius.CONTROL)
            return shown
        size = QSize(image.size()).scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        shown = QRectF(
            frame.center().x() - size.width() / 2,
            frame.y() + (frame.height() - size.height()) / 2,
            size.width(),
            size.height(),
        )
        brush = QBrush(image)
        brush.setTransform(
            QTransform.fromTranslate(shown.x(), shown.y()).scale(
                shown.width() / image.width(), shown.height() / image.height()
            )
        )
        painter.setBrush(brush)
        painter.drawRoundedRect(shown, Radius.CONTROL, Radius.CONTROL)
        return shown

    def _paint_ring(self, painter: QPainter, shown: QRectF, colour: str) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour(colour), 2))
        out = _RING - 1
        painter.drawRoundedRect(shown.adjusted(-out, -out, out, out), Radius.CONTROL + 2, Radius.CONTROL + 2)

    def _paint_best(self, painter: QPainter, shown: QRectF) -> None:
        """A star and the word, on a dark ground that every picture bears."""
        text = self.tr("Best")
        font = self._theme.font(Type.CAPTION, Type.STRONG)
        painter.setFont(font)
        star = self._theme.px(12)
        width = star + painter.fontMetrics().horizontalAdvance(text) + Space.M
        ground = QRectF(shown.x() + Space.XS, shown.y() + Space.XS, width, self._theme.px(18))
        dark = QColor(DARK.surface_0)
        dark.setAlphaF(0.75)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dark)
        painter.drawRoundedRect(ground, ground.height() / 2, ground.height() / 2)
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(
            round(ground.x() + Space.XS),
            round(ground.center().y() - star / 2),
            icons.pixmap("star", DARK.text, star, ratio),
        )
        painter.setPen(QColor(DARK.text))
        painter.drawText(ground.adjusted(star + Space.XS + 2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_badge(self, painter: QPainter, tile: Tile, line: QRectF) -> None:
        font = self._theme.font(Type.CAPTION, tabular=True)
        painter.setFont(font)
        if tile.picture is None:
            text, colour = self.tr("In work"), "secondary"
        else:
            text, colour = likeness.badge(tile.picture.worth), likeness.colour(tile.picture.worth)
        painter.setPen(self._theme.colour(colour))
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(line.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, text)
