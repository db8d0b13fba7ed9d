"""The two views of a comparison's cells: its pictures, and how near they came as a heat map of numbers and colours."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
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
from fastface_desktop.ui.theme.tokens import DARK, Radius, Space, Type
from fastface_desktop.ui.widgets import likeness

Index = QModelIndex | QPersistentModelIndex

_SMALLEST, _LARGEST = 72, 256
"""Sides of a picture in the grid, in pixels."""
_LINES = 4
"""The most of a column's title."""
_HEAT, _LEAST, _BAND, _PILL = (46, 36), 34, 6, 18
"""A cell of the map and its least width, the band below a picture, and the pill upon it."""


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
        """Sets the size of the cells."""

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
        # All of it is in view where the cells do not become too small for that.
        above = self.horizontalHeader().sizeHint().height()
        rows = max(self.grid.rowCount(), 1)
        high = (self.height() - above - Space.S) // rows - Space.S - _BAND
        widest = min(max(room // seeds, _SMALLEST), max(high * width // height, _SMALLEST))
        longest = min(max(widest * max(width, height) // width, _SMALLEST), _LARGEST)
        self.tile = QSize(width, height).scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio)
        self.horizontalHeader().setDefaultSectionSize(self.tile.width() * seeds + Space.M)
        self.verticalHeader().setDefaultSectionSize(self.tile.height() + _BAND + Space.S)
        self._wrap_header()
        self.viewport().update()

    def _wrap_header(self) -> None:
        """What is too long for its column, as names of models are, goes on in further lines."""
        header = self.horizontalHeader()
        texts = [str(self.grid.headerData(one, Qt.Orientation.Horizontal)) for one in range(self.grid.columnCount())]
        width = header.defaultSectionSize() - Space.S
        lines = max((-(-header.fontMetrics().horizontalAdvance(text) // width) for text in texts), default=1)
        wraps = lines > 1
        header.setTextElideMode(Qt.TextElideMode.ElideNone if wraps else Qt.TextElideMode.ElideRight)
        flags = Qt.AlignmentFlag.AlignCenter.value | (Qt.TextFlag.TextWordWrap.value if wraps else 0)
        header.setDefaultAlignment(Qt.AlignmentFlag(flags))
        high = header.fontMetrics().lineSpacing() * min(lines + 1, _LINES) + Space.S
        header.setFixedHeight(high if wraps else header.sizeHint().height())


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
        head = 0 if self.verticalHeader().isHidden() else self.verticalHeader().width()
        room = (self.width() - head) // max(self.grid.columnCount(), 1)
        least, most = self._theme.px(_LEAST), self._theme.px(_HEAT[0])
        self.horizontalHeader().setDefaultSectionSize(max(min(most, room), least))
        self.verticalHeader().setDefaultSectionSize(self._theme.px(_HEAT[1]))
        height = self.horizontalHeader().sizeHint().height() + self.grid.rowCount() * self._theme.px(_HEAT[1])
        # A bar below, where the columns need one, takes no row's room.
        self.setFixedHeight(min(height + Space.L, self._theme.px(_HEAT[1]) * 9))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.fit()


class _Cells(QStyledItemDelegate):
    def __init__(self, model: GridModel, theme: Theme, parent: _Table) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme

    def _mark(self, painter: QPainter, option: QStyleOptionViewItem, inside: QRect) -> None:
        """The chosen cell, by a thin line inside it; that is not the ring, which says where keys act."""
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_Selected:
            for colour, away in ((DARK.surface_0, 1.0), (DARK.text, 2.5)):
                painter.setPen(QPen(QColor(colour), 1.5))
                painter.drawRoundedRect(QRectF(inside).adjusted(away, away, -away, -away), 2, 2)


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
        self._paint_value(painter, whole, index)
        self._mark(painter, option, whole.adjusted(0, 0, 0, _BAND))

    def _paint_picture(self, painter: QPainter, box: QRect, image: QImage | None) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        painter.drawRect(box)
        if image is not None and not image.isNull():
            size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            inside = QRect(box.topLeft(), size)
            inside.moveCenter(box.center())
            painter.drawImage(inside, image)

    def _paint_value(self, painter: QPainter, picture: QRect, index: Index) -> None:
        """The number on the picture, and below it a band in the map's colour: both are read as one."""
        theme, cell = self._theme, (index.column(), index.row())
        value = self._model.heat.cells.get(cell)
        if value is None:
            return
        best = self._model.heat.best == cell
        band = QRect(picture.left(), picture.bottom() + 1, picture.width(), _BAND)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromRgb(*self._model.heat.colour(cell)))
        painter.drawRect(band)
        text = likeness.number(value)
        painter.setFont(theme.font(Type.SMALL, Type.STRONG, tabular=True))
        words = self.tr("{number} best").format(number=text) if best else text
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(words) + 2 * Space.S > picture.width():
            words = text
        height = theme.px(_PILL)
        pill = QRectF(0, 0, metrics.horizontalAdvance(words) + 2 * Space.S, height)
        pill.moveBottomRight(QPointF(picture.right() - Space.XS, picture.bottom() - Space.XS))
        ground = QColor(theme.colour("badge"))
        ground.setAlphaF(0.78)
        painter.setBrush(ground)
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(theme.colour("on_badge"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


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
        self._mark(painter, option, box)
