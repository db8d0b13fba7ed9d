"""The rows of a batch: whom each shows, how far it is, and what stood in its way."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fastface_core.domain import styles
from fastface_core.models.installed import STARTER
from fastface_desktop.state.batch.rows import RowState
from fastface_desktop.state.compare.cell_images import CellImages
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared.pair import paint_picture
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type

Index = QModelIndex | QPersistentModelIndex
Shown = Literal["all", "missing"]
_PICTURE = 48
_STATE = 0.3
"""Share of the width that the state has."""


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole + 1


class RowModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[RowState] = ()
        self._places: list[int] = []
        self._shown: Shown = "all"
        self.numbered = True

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._places)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._places):
            return None
        row = self._rows[self._places[index.row()]]
        match role:
            case Role.ROW:
                return row
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return ". ".join(filter(None, (self.title(row), subject(row), state(row), problem(row))))
            case Qt.ItemDataRole.ToolTipRole:
                return problem(row) or subject(row)
            case _:
                return None

    def title(self, row: RowState) -> str:
        """Of whom a row is, with its number where it is one of a table."""
        who = " · ".join(filter(None, (row.client, row.who)))
        return f"{QLocale().toString(row.number)} · {who}" if self.numbered else who

    def show_rows(self, rows: Sequence[RowState]) -> None:
        self.beginResetModel()
        self._rows = rows
        self._places = [place for place, row in enumerate(rows) if self._fits(row)]
        self.endResetModel()

    def show_only(self, shown: Shown) -> None:
        """All, or those without a picture."""
        self._shown = shown
        self.show_rows(self._rows)

    def show_row(self, rows: Sequence[RowState], place: int) -> None:
        """One of them has changed. Nothing moves: what is in view stays until another choice of what is shown."""
        self._rows = rows
        at = self._places.index(place) if place in self._places else -1
        if at >= 0:
            self.dataChanged.emit(self.index(at), self.index(at))

    def shown_at(self, place: int) -> int:
        """Where a row is in the list; -1 where it is not shown."""
        return self._places.index(place) if place in self._places else -1

    def _fits(self, row: RowState) -> bool:
        return self._shown == "all" or row.status in ("failed", "refused")


def subject(row: RowState) -> str:
    """What a row's pictures show."""
    if not row.prompt:
        return ""
    written, _, style = styles.split(row.prompt, "")
    written = " ".join(written.split())
    return f"{style.title.text(QLocale().name())}, {written}" if style is not None else written


def problem(row: RowState) -> str:
    """Why a row has no picture, and the next step; empty where nothing stood in its way."""
    if row.error is None:
        return ""
    return " ".join(filter(None, (translated(row.error.message), translated(row.error.hint))))


def state(row: RowState) -> str:
    """How far a row is, in a few words."""
    locale = QLocale()
    match row.status:
        case "waits":
            return (
                QCoreApplication.translate("batch", "1 picture")
                if row.count == 1
                else QCoreApplication.translate("batch", "{count} pictures").format(count=locale.toString(row.count))
            )
        case "running" if row.steps:
            step = QCoreApplication.translate("batch", "Step {step} of {steps}").format(step=row.step, steps=row.steps)
            made = QCoreApplication.translate("batch", "{made} of {count}").format(made=row.made, count=row.count)
            return step if row.count == 1 else f"{made} · {step}"
        case "running":
            return QCoreApplication.translate("batch", "Being made")
        case "done":
            made = (
                QCoreApplication.translate("batch", "1 picture")
                if row.made == 1
                else QCoreApplication.translate("batch", "{count} pictures").format(count=locale.toString(row.made))
            )
            if row.best is None:
                return made
            said = (
                QCoreApplication.translate("batch", "best match {score}")
                if row.checkpoint == STARTER
                else QCoreApplication.translate("batch", "best likeness {score}")
            )
            return f"{made} · {said.format(score=locale.toString(row.best, 'f', 2))}"
        case "failed":
            return QCoreApplication.translate("batch", "Not made")
        case "refused":
            return QCoreApplication.translate("batch", "Cannot be made")


class RowList(QListView):
    opened = Signal(RowState)
    """The `RowState` of a row whose picture is to be seen."""

    def __init__(self, images: CellImages, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows = RowModel()
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self.rows, images, theme, self))
        self.setProperty("kind", "filmstrip")
        self.setAccessibleName(self.tr("Rows of the batch"))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.doubleClicked.connect(self._open)
        images.came.connect(self._image_came)
        theme.changed.connect(self.doItemsLayout)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, RowState) and row.cover is not None:
            self.opened.emit(row)

    def _image_came(self, _: object) -> None:
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    def __init__(self, rows: RowModel, images: CellImages, theme: Theme, view: RowList) -> None:
        super().__init__(view)
        self._rows, self._images, self._theme = rows, images, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        return QSize(_PICTURE, max(_PICTURE, self._theme.px(Type.BODY + Space.XS) * 2 + Space.S) + Space.M)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        row: RowState = index.data(Role.ROW)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        flags: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        lively = bool(flags & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        if lively or row.status == "running":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(QRectF(rect), Radius.CONTROL, Radius.CONTROL)
        inner = rect.adjusted(Space.S, Space.XS, -Space.M, -Space.XS)
        self._paint_picture(painter, QRect(inner.x(), inner.center().y() - _PICTURE // 2, _PICTURE, _PICTURE), row)
        left = inner.x() + _PICTURE + Space.M
        width = inner.right() - left
        right = round(width * _STATE)
        words = QRect(left, inner.y(), width - right - Space.M, inner.height())
        said = problem(row) or subject(row)
        tone = {"failed": "bad", "refused": "warn"}.get(row.status, "secondary")
        self._two(painter, words, self._rows.title(row), said, tone if problem(row) else "secondary")
        self._paint_state(painter, QRect(inner.right() - right, inner.y(), right, inner.height()), row)
        if row.status == "running" and row.steps:
            done = (row.made + row.step / row.steps) / max(row.count, row.made + 1)
            bar = QRectF(left, rect.bottom() - 3, (words.width()) * min(done, 1.0), 3)
            painter.fillRect(bar, self._theme.colour("accent"))
        painter.restore()

    def _two(self, painter: QPainter, rect: QRect, first: str, second: str, tone: str) -> None:
        height = rect.height() // 2
        for text, size, weight, colour, top in (
            (first, Type.BODY, Type.STRONG, "text", rect.y()),
            (second, Type.CAPTION, Type.REGULAR, tone, rect.y() + height),
        ):
            painter.setFont(self._theme.font(size, weight))
            painter.setPen(self._theme.colour(colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            place = QRect(rect.x(), top, rect.width(), height)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_state(self, painter: QPainter, rect: QRect, row: RowState) -> None:
        icon, tone = {
            "done": ("check", "good"),
            "failed": ("error", "bad"),
            "refused": ("warning", "warn"),
        }.get(row.status, ("", "secondary"))
        painter.setFont(self._theme.font(Type.CAPTION, tabular=True))
        side = self._theme.px(Size.ICON_TEXT) if icon else 0
        text = painter.fontMetrics().elidedText(state(row), Qt.TextElideMode.ElideRight, rect.width() - side - Space.XS)
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.setPen(self._theme.colour(tone if tone != "good" else "secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        if icon:
            ratio = painter.device().devicePixelRatioF()
            drawn = icons.pixmap(icon, self._theme.colour(tone).name(), side, ratio)
            painter.drawPixmap(rect.right() - width - side - Space.XS, rect.center().y() - side // 2, drawn)

    def _paint_picture(self, painter: QPainter, rect: QRect, row: RowState) -> None:
        image = (self._images.find(row.cover) if row.cover is not None else None) or QImage()
        if image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_3"))
            painter.drawRoundedRect(rect, Radius.CONTROL, Radius.CONTROL)
        paint_picture(painter, image, QRectF(rect), Radius.CONTROL, above=1 / 3)


def missing(rows: Iterable[RowState]) -> int:
    """Rows without a picture that had their turn, or cannot have it."""
    return sum(row.status in ("failed", "refused") for row in rows)
