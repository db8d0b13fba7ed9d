"""Everyone as a card: face, name, photos, permission. Searched by name, opened by click or Enter."""

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fastface_desktop.state.people.people import DamagedInfo, PersonInfo
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type
from fastface_desktop.ui.widgets.round_face import paint_face

_FACE = 112
_WIDTH = 188
_SMALL_ICON = 14

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    PERSON = Qt.ItemDataRole.UserRole + 1


Order = Literal["name", "newest", "permission"]


class PeopleModel(QAbstractListModel):
    """Those in whose name, groups, contact and job every word is found that is searched for."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[PersonInfo | DamagedInfo, ...] = ()
        self._shown: list[PersonInfo | DamagedInfo] = []
        self._words = ""
        self._group = ""
        self._order: Order = "name"

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        person = self._shown[index.row()]
        match role:
            case Role.PERSON:
                return person
            case Qt.ItemDataRole.DisplayRole:
                return words.name(person)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return ", ".join([words.name(person), words.photos(person), words.permission(person)[2]])
            case _:
                return None

    def shown(self) -> list[str]:
        """The uids of those who are shown and can be used."""
        return [one.uid for one in self._shown if isinstance(one, PersonInfo) and one.usable]

    def row_of(self, uid: str) -> int:
        """-1 where the person is not shown."""
        return next((row for row, person in enumerate(self._shown) if person.uid == uid), -1)

    def show_people(self, people: Sequence[PersonInfo | DamagedInfo]) -> None:
        self._all = tuple(people)
        self._fill()

    def search(self, text: str) -> None:
        self._words = text
        self._fill()

    def show_group(self, group: str) -> None:
        """Those of a group alone; an empty name for everyone."""
        self._group = group
        self._fill()

    def sort_by(self, order: Order) -> None:
        """By name, those who came last first, or those first whom to ask again."""
        self._order = order
        self._fill()

    def groups(self) -> tuple[str, ...]:
        """Names of all groups, in their alphabetical order."""
        found = {group for one in self._all if isinstance(one, PersonInfo) for group in one.groups}
        return tuple(sorted(found, key=str.casefold))

    def _fill(self) -> None:
        wanted = self._words.casefold().split()
        shown: list[PersonInfo | DamagedInfo] = [
            one for one in self._all if all(word in _found_by(one) for word in wanted)
        ]
        if self._group:
            shown = [one for one in shown if isinstance(one, PersonInfo) and self._group in one.groups]
        if self._order != "name":
            # People who need the user's attention come first, and equals stay in the order of their names.
            shown.sort(key=lambda one: _rank(one, self._order))
        if [one.uid for one in shown] == [one.uid for one in self._shown]:
            # The same people: the view keeps its place and what has the focus.
            self._shown = shown
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()


def _found_by(person: PersonInfo | DamagedInfo) -> str:
    known = [words.name(person)]
    if isinstance(person, PersonInfo):
        known += [*person.groups, person.words]
    return " ".join(known).casefold()


def _rank(person: PersonInfo | DamagedInfo, order: Order) -> float:
    if isinstance(person, DamagedInfo):
        return -math.inf
    if order == "newest":
        return -person.created.timestamp() if person.created is not None else 0.0
    match person.permission:
        case "ended":
            return -2.0
        case "none":
            return -1.0
        case "holds":
            expires = person.consent.expires if person.consent is not None else None
            return float(expires.toordinal()) if expires is not None else math.inf


class PeopleCards(QListView):
    opened = Signal(str)
    """A uid."""

    def __init__(self, model: PeopleModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_CardDelegate(theme, self))
        self.setAccessibleName(self.tr("People"))
        self.setToolTip(self.tr("Click a person, or walk with the arrow keys and press Enter"))
        self.setProperty("kind", "filmstrip")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._open)
        theme.changed.connect(self.doItemsLayout)

    def choose(self, uid: str | None) -> None:
        """Brings the focus to a person; None, or one who is not shown, to the first."""
        row = max(self._model.row_of(uid or ""), 0)
        self.setCurrentIndex(self._model.index(row))
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.doItemsLayout()

    def _open(self, index: QModelIndex) -> None:
        person = index.data(Role.PERSON)
        if isinstance(person, PersonInfo | DamagedInfo):
            self.opened.emit(person.uid)


class _CardDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: PeopleCards) -> None:
        super().__init__(parent)
        self._theme = theme

    def _line(self, size: int) -> int:
        return round(self._theme.px(size) * 1.5)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        height = 2 * Space.XS + Space.L + _FACE + Space.M + self._line(Type.LEAD) + 2 * self._line(Type.BODY) + Space.M
        view = self.parent()
        assert isinstance(view, PeopleCards)
        # The cards fill their row, whether or not there is a scroll bar; Qt wraps what fits to the pixel.
        row = view.width() - view.verticalScrollBar().sizeHint().width() - 1
        return QSize(row // max(row // (self._theme.px(_WIDTH) + Space.M), 1), height + Space.M)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        person: PersonInfo | DamagedInfo = index.data(Role.PERSON)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        view = self.parent()
        assert isinstance(view, PeopleCards)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        card = QRectF(rect).adjusted(0, 0, -Space.M, -Space.M)
        painter.setPen(Qt.PenStyle.NoPen)
        lively = state & QStyle.StateFlag.State_MouseOver
        painter.setBrush(self._theme.colour("surface_2" if lively else "surface_1"))
        painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), Radius.CARD, Radius.CARD)
        top = card.y() + Space.L
        circle = QRectF(card.center().x() - _FACE / 2, top, _FACE, _FACE)
        paint_face(painter, circle, person.cover, self._theme, view.devicePixelRatioF())
        top = circle.bottom() + Space.M
        inner = card.adjusted(Space.S, 0, -Space.S, 0)
        top = self._text(painter, inner, top, words.name(person), Type.LEAD, "text", strong=True)
        top = self._text(painter, inner, top, words.photos(person), Type.BODY, "secondary")
        icon, colour, text = words.permission(person)
        self._text(
            painter, inner, top, text, Type.BODY, colour if colour in ("warn", "bad") else "secondary", icon, colour
        )
        painter.restore()

    def _text(
        self,
        painter: QPainter,
        inner: QRectF,
        top: float,
        text: str,
        size: int,
        colour: str,
        icon: str = "",
        icon_colour: str = "",
        *,
        strong: bool = False,
    ) -> float:
        """A line in the middle of the card; returns where the next one begins."""
        painter.setFont(self._theme.font(size, Type.STRONG if strong else Type.REGULAR))
        height = self._line(size)
        side = self._theme.px(_SMALL_ICON) if icon else 0
        gap = Space.XS if icon else 0
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(inner.width()) - side - gap)
        width = painter.fontMetrics().horizontalAdvance(shown)
        left = inner.center().x() - (width + side + gap) / 2
        if icon:
            ratio = painter.device().devicePixelRatioF()
            drawn = icons.pixmap(icon, self._theme.colour(icon_colour).name(), side, ratio)
            painter.drawPixmap(round(left), round(top + (height - side) / 2), drawn)
        painter.setPen(self._theme.colour(colour))
        painter.drawText(QRectF(left + side + gap, top, width + 1, height), Qt.AlignmentFlag.AlignVCenter, shown)
        return top + height
