"""The two views of a comparison's cells: its pictures, and how near they came as a heat map of numbers and colours."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from fastface_core.compare.heat import ink_on
from fastface_desktop.ui.compare.grid_model import GridModel
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type
from fastface_desktop.ui.widgets import likeness

Index = QModelIndex | QPersistentModelIndex

_SMALLEST, _LARGEST = 72, 256
"""Sides of a picture in the grid, in pixels."""
_HEAT = (52, 34)


class _Table(QTableView):
    """What both views share: one cell is chosen, arrows walk, Enter and Space open it."""

    opened = Signal()

    def __init__(self, model: GridModel, theme: Theme) -> None:
        super().__init__()
        self.grid, self._theme = model, theme
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
            header.setMinimumSectionSize(16)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(self.opened)
        theme.changed.connect(self.fit)
        model.modelReset.connect(self.fit)

    def fit(self) -> None:
        """Sizes the cells anew."""

    def _fit_header(self) -> None:
        grid = self.grid.opened.grid if self.grid.opened else None
        has_rows = grid is not None and grid.rows is not None
        self.verticalHeader().setVisible(has_rows)
        if has_rows:
            widest = max(
                (
                    self.fontMetrics().horizontalAdvance(str(self.grid.headerData(row, Qt.Orientation.Vertical) or ""))
                    for row in range(self.grid.rowCount())
                ),
                default=0,
            )
            self.verticalHeader().setFixedWidth(min(widest + Space.L, self._theme.px(120)))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class PictureTable(_Table):
    """The pictures, as large as their columns find room, with how near it came below each."""

    def __init__(self, model: GridModel, theme: Theme) -> None:
        super().__init__(model, theme)
        self.setProperty("kind", "grid")
        self.setAccessibleName(self.tr("Pictures of the comparison"))
        self.setToolTip(self.tr("Arrows walk, Enter shows a picture large"))
        self.setItemDelegate(_Pictures(model, theme, self))
        self.tile = QSize(_SMALLEST, _SMALLEST)
        self.fit()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        opened = self.grid.opened
        if opened is None:
            return
        self._fit_header()
        columns, seeds = self.grid.columnCount(), len(opened.grid.seeds)
        head = 0 if self.verticalHeader().isHidden() else self.verticalHeader().width()
        room = (self.width() - head - Space.L) // columns - Space.M
        width, height = opened.shots[0].plan.width, opened.shots[0].plan.height
        longest = min(max(room // seeds * max(width, height) // width, _SMALLEST), _LARGEST)
        self.tile = QSize(width, height).scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio)
        self.horizontalHeader().setDefaultSectionSize(self.tile.width() * seeds + Space.M)
        self.verticalHeader().setDefaultSectionSize(self.tile.height() + self._theme.px(Type.BODY) + 2 * Space.M)
        self.viewport().update()


class HeatTable(_Table):
    """How near the cells came: each its number, on a colour that only repeats it."""

    def __init__(self, model: GridModel, theme: Theme) -> None:
        super().__init__(model, theme)
        self.setProperty("kind", "grid")
        self.setItemDelegate(_HeatCells(model, theme, self))
        self.fit()

    def fit(self) -> None:
        self._fit_header()
        if self.grid.opened is not None and self.grid.opened.drawn:
            self.setAccessibleName(self.tr("Match of the cells with the drawing"))
            self.setToolTip(self.tr("Match with the drawing, the mean over the seeds; yellow is the most"))
        else:
            self.setAccessibleName(self.tr("Likeness of the cells"))
            self.setToolTip(self.tr("Cosine similarity of the faces, the mean over the seeds; yellow is the most"))
        self.horizontalHeader().setDefaultSectionSize(self._theme.px(_HEAT[0]))
        self.verticalHeader().setDefaultSectionSize(self._theme.px(_HEAT[1]))
        height = self.horizontalHeader().sizeHint().height() + self.grid.rowCount() * self._theme.px(_HEAT[1])
        # A bar below, where the columns need one, takes no row's room.
        self.setFixedHeight(min(height + Space.L, self._theme.px(_HEAT[1]) * 9))
        self.viewport().update()


class _Cells(QStyledItemDelegate):
    def __init__(self, model: GridModel, theme: Theme, parent: _Table) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme

    def _ring(self, painter: QPainter, option: QStyleOptionViewItem, around: QRect) -> None:
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(around).adjusted(1, 1, -1, -1), Radius.CONTROL, Radius.CONTROL)


class _Pictures(_Cells):
    def __init__(self, model: GridModel, theme: Theme, view: PictureTable) -> None:
        super().__init__(model, theme, view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        tile = self._view.tile
        places = self._model.places(index)
        left, top = rect.left() + Space.XS + 2, rect.top() + Space.XS
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for number, place in enumerate(places):
            box = QRect(left + number * tile.width(), top, tile.width(), tile.height())
            self._paint_picture(painter, box, self._model.comparisons.image(place))
        whole = QRect(left, top, tile.width() * len(places), tile.height())
        self._paint_words(painter, whole, index)
        self._ring(painter, option, whole.adjusted(-2, -2, 2, 2))

    def _paint_picture(self, painter: QPainter, box: QRect, image: QImage | None) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        painter.drawRect(box)
        if image is not None and not image.isNull():
            size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            inside = QRect(box.topLeft(), size)
            inside.moveCenter(box.center())
            painter.drawImage(inside, image)

    def _paint_words(self, painter: QPainter, above: QRect, index: Index) -> None:
        cell = (index.column(), index.row())
        value = self._model.heat.cells.get(cell)
        best = self._model.heat.best == cell
        text = self._model.state(index) if value is None else likeness.number(value)
        painter.setFont(
            self._theme.font(Type.CAPTION, Type.STRONG if best else Type.REGULAR, tabular=value is not None)
        )
        painter.setPen(self._theme.colour("text" if best else "secondary"))
        line = QRect(above.left(), above.bottom() + Space.XS, above.width(), self._theme.px(Type.BODY) + Space.XS)
        if best:
            # The number is bold as well, and stays whole where there is no room for the word.
            words = self.tr("{number} best").format(number=text)
            text = words if painter.fontMetrics().horizontalAdvance(words) <= line.width() else text
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)


class _HeatCells(_Cells):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        cell = (index.column(), index.row())
        box = rect.adjusted(2, 2, -2, -2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        value = self._model.heat.cells.get(cell)
        if value is None:
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(box, Radius.CONTROL, Radius.CONTROL)
            painter.setPen(self._theme.colour("secondary"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\N{EN DASH}")
        else:
            colour = self._model.heat.colour(cell)
            ink = QColor.fromRgb(*ink_on(colour))
            painter.setBrush(QColor.fromRgb(*colour))
            painter.drawRoundedRect(box, Radius.CONTROL, Radius.CONTROL)
            best = self._model.heat.best == cell
            painter.setFont(self._theme.font(Type.BODY, Type.STRONG if best else Type.REGULAR, tabular=True))
            painter.setPen(ink)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, likeness.number(value))
            if best:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(ink, 1.5))
                painter.drawRoundedRect(QRectF(box).adjusted(3, 3, -3, -3), Radius.CONTROL - 2, Radius.CONTROL - 2)
        self._ring(painter, option, rect.adjusted(1, 1, -1, -1))
