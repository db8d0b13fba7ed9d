"""How one picture of the grid looks: its thumbnail with stars and marks, a caption where it is pointed at, rings."""

from functools import cache

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Radius, Size, Space, Type
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.marks import paint_check

Index = QModelIndex | QPersistentModelIndex

_MARK = 12
"""The side of a mark on a picture."""


class PictureDelegate(QStyledItemDelegate):
    """Paints a picture with its marks. Everything it needs is at hand: no question to the library, no file."""

    def __init__(self, gallery: Gallery, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery, self._theme = gallery, theme
        self.side = gallery.view.size
        """Of the square that a picture fits into, in pixels."""
        self.cell = QSize(self.side, self.side)
        """The square with its share of the width, and the room between two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        return self.cell

    def square(self, cell: QRect) -> QRect:
        """Where in a cell the picture may be."""
        left, top = cell.center().x() - self.side // 2 + 1, cell.center().y() - self.side // 2 + 1
        return QRect(left, top, self.side, self.side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        square = self.square(rect)
        row = self._gallery.model.row(index.row())
        chosen, hovered = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row is None:
            self._paint_ground(painter, QRectF(square))
            return
        ratio = painter.device().devicePixelRatio()
        image = self._gallery.thumbnails.find(row, self.side, ratio)
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
            paint_check(painter, QPointF(shown.topLeft()) + QPointF(Space.S, Space.S), self._theme)

    def _paint_ground(self, painter: QPainter, shown: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        painter.drawRoundedRect(shown, Radius.CARD, Radius.CARD)

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
        worth = self._gallery.worth(row)
        if worth.score is not None:
            # A likeness needs no name beside the stars; a match with the drawing is not to be taken for one.
            number = likeness.badge(worth) if worth.drawn else likeness.number(worth.score)
            facts = f"{facts}  {number}".strip()
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
    painter.setBrush(_dark(0.8))
    painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
    for place, (name, colour) in enumerate(names):
        at = QPoint(Space.XS + place * _MARK, Space.XS // 2)
        painter.drawPixmap(at, _icon(name, colour, _MARK, ratio))
    painter.end()
    return made


@cache
def _icon(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    return icons.pixmap(name, colour, size, ratio)
