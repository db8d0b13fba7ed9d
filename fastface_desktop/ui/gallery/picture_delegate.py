"""How one picture of the grid looks: a tile with what was said of it, and a caption where it is pointed at."""

from functools import cache

from PySide6.QtCore import (
    QCoreApplication,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Radius, Size, Space, Type
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.marks import PILL, ground, paint_check

Index = QModelIndex | QPersistentModelIndex
GAP = Space.M
"""Between two tiles."""

_MARK, _DOT, _BETWEEN = 12, 10, 3
_FADED = 0.35
_OF_OTHERS = 2
"""Pixels of the bar under the pictures of a stack that lie beside each other."""

Part = tuple[str, str]
"""Of a pill: "icon" with its name, "dot" with its colour, or "text"."""


class PictureDelegate(QStyledItemDelegate):
    """Paints a picture with its marks. Everything it needs is at hand: no question to the library, no file."""

    def __init__(self, gallery: Gallery, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery, self._theme = gallery, theme
        self.tile = QSize(gallery.view.size * 3 // 4, gallery.view.size)
        """What a picture fills, in pixels."""

    @property
    def cell(self) -> QSize:
        """The tile and the gap."""
        return self.tile + QSize(GAP, GAP)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        return self.cell

    def place(self, cell: QRect) -> QRect:
        """Where in a cell the tile is."""
        return QRect(cell.topLeft() + QPoint(GAP // 2, GAP // 2), self.tile)

    def stack_rect(self, tile: QRect) -> QRect:
        """Where the pill of a stack may be clicked."""
        side = max(self._theme.px(PILL) + 2 * Space.XS, Size.HIT)
        return QRect(tile.right() - 2 * side + 1, tile.top(), 2 * side, side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        tile = self.place(rect)
        row = self._gallery.model.row(index.row())
        chosen, hovered = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row is None:
            self._paint_ground(painter, QRectF(tile))
            return
        ratio = painter.device().devicePixelRatio()
        self._paint_image(painter, tile, row, ratio)
        if hovered:
            self._paint_caption(painter, tile, row)
        else:
            self._paint_marks(painter, tile, row, ratio)
        self._paint_stack(painter, tile, row, ratio)
        if chosen:
            paint_check(painter, QPointF(tile.topLeft()) + QPointF(Space.S - 1, Space.S - 1), self._theme)

    def _paint_image(self, painter: QPainter, tile: QRect, row: PictureRow, ratio: float) -> None:
        image = self._gallery.thumbnails.tile(row, tile.size(), ratio)
        painter.setOpacity(_FADED if row.rejected else 1.0)
        if image is not None and not image.isNull():
            painter.drawImage(tile.topLeft(), image)
        elif image is None and (other := self._gallery.thumbnails.any_tile(row)) is not None:
            painter.drawImage(QRectF(tile), other)
        else:
            self._paint_ground(painter, QRectF(tile))
            if image is not None:
                side = Size.ICON
                picture = _icon("warning", self._theme.colour("warn").name(), side, ratio)
                painter.drawPixmap(tile.center() - QPoint(side // 2, side // 2), picture)
        painter.setOpacity(1.0)

    def _paint_ground(self, painter: QPainter, shown: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        painter.drawRoundedRect(shown, Radius.PICTURE, Radius.PICTURE)

    # ---- What was said of it

    def _paint_marks(self, painter: QPainter, tile: QRect, row: PictureRow, ratio: float) -> None:
        """On a dark ground that every picture bears; nothing where nothing is to say."""
        left: list[Part] = [("dot", getattr(DARK, row.label))] if row.label is not None else []
        if row.rejected:
            left += [("icon", "reject"), ("text", QCoreApplication.translate("gallery", "Rejected"))]
        else:
            left += [("icon", "star-full")] * row.rating
        right: list[Part] = [("icon", "not-for-sale")] if row.commercial is False else []
        if row.missing:
            right.insert(0, ("icon", "warning"))
        used = self._paint_pill(painter, tile, tuple(left), ratio, right=False)
        if right and used + 3 * self._theme.px(_MARK) < tile.width():
            self._paint_pill(painter, tile, tuple(right), ratio, right=True)

    def _paint_stack(self, painter: QPainter, tile: QRect, row: PictureRow, ratio: float) -> None:
        stack = self._gallery.in_stack(row.id)
        if stack is None:
            return
        if stack.unfolded:
            # They belong together.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("secondary"))
            width = tile.width() + (GAP if stack.place < stack.count - 1 else 0)
            painter.drawRect(QRectF(tile.left(), tile.bottom() + 1 + Space.XS, width, _OF_OTHERS))
        of_all = QLocale().toString(stack.count)
        text = f"{stack.place + 1}/{of_all}" if stack.place and stack.unfolded else of_all
        parts: tuple[Part, ...] = (("icon", "stack"), ("text", text))
        self._paint_pill(painter, tile, parts, ratio, right=True, top=True)

    def _paint_pill(
        self, painter: QPainter, tile: QRect, parts: tuple[Part, ...], ratio: float, *, right: bool, top: bool = False
    ) -> int:
        """Returns its width; 0 where it has no room."""
        if not parts:
            return 0
        pill = _pill(parts, self._theme.font(Type.SMALL, Type.STRONG, tabular=True), self._theme.scale, ratio)
        size = pill.deviceIndependentSize().toSize()
        edge = Space.S - 2
        if size.width() > tile.width() - 2 * edge:
            return 0
        x = tile.right() + 1 - edge - size.width() if right else tile.left() + edge
        y = tile.top() + edge if top else tile.bottom() + 1 - edge - size.height()
        painter.drawPixmap(QPoint(x, y), pill)
        return size.width()

    def _paint_caption(self, painter: QPainter, tile: QRect, row: PictureRow) -> None:
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
        under = QRect(tile)
        under.setTop(max(tile.bottom() - len(lines) * line - Space.S + 1, tile.top()))
        painter.save()
        painter.setClipRect(under)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground())
        painter.drawRoundedRect(QRectF(tile), Radius.PICTURE, Radius.PICTURE)
        painter.setPen(QColor(DARK.on_badge))
        text = under.adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        for number, said in enumerate(lines):
            at = QRect(text.left(), text.top() + number * line, text.width(), line)
            elided = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, at.width())
            painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()


@cache
def _pill(parts: tuple[Part, ...], font: QFont, scale: float, ratio: float) -> QPixmap:
    """Icons, dots and words in a row on a dark ground; there are few kinds of rows."""
    metrics = QFontMetricsF(font)
    sides = {"icon": _MARK * scale, "dot": _DOT * scale}
    widths = [metrics.horizontalAdvance(what) if kind == "text" else sides[kind] for kind, what in parts]
    between = _BETWEEN * scale
    height = PILL * scale
    width = sum(widths) + between * (len(parts) - 1) + 2 * (Space.S - 2) * scale
    made = QPixmap(round(width * ratio), round(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground())
    painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
    painter.setFont(font)
    x = (Space.S - 2) * scale
    for (kind, what), wide in zip(parts, widths, strict=True):
        if kind == "icon":
            side = round(wide)
            painter.drawPixmap(QPointF(x, (height - side) / 2), _icon(what, DARK.on_badge, side, ratio))
        elif kind == "dot":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(what))
            painter.drawEllipse(QRectF(x, (height - wide) / 2, wide, wide))
        else:
            painter.setPen(QColor(DARK.on_badge))
            painter.drawText(QRectF(x, 0, wide + 1, height), Qt.AlignmentFlag.AlignVCenter, what)
        x += wide + between
    painter.end()
    return made


@cache
def _icon(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    return icons.pixmap(name, colour, size, ratio)
