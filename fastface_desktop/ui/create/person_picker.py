"""Choosing a person of the library: a search, and everybody's face and name."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fastface_desktop.state.people.people import PeopleState, PersonInfo
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.shared.people_cards import Index, PeopleModel, Role
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type
from fastface_desktop.ui.widgets.round_face import paint_face

_FACE = 36
_ROWS = 6


class PersonPicker(QFrame):
    """Type to search, arrow keys walk, Enter takes, Escape closes."""

    chosen = Signal(str)
    """A uid."""

    closed = Signal()

    def __init__(self, people: PeopleState, theme: Theme) -> None:
        super().__init__()
        self._people, self._theme = people, theme
        self.setProperty("kind", "card")
        self.model = PeopleModel()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names"))
        self.search.setAccessibleName(self.tr("Search names"))
        self.search.setToolTip(self.tr("Type a part of the name; the arrow keys walk through the list"))
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_RowDelegate(theme, self.list))
        self.list.setProperty("kind", "filmstrip")
        self.list.setAccessibleName(self.tr("People"))
        self.list.setToolTip(self.tr("Take this person"))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        column.setSpacing(Space.S)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.textChanged.connect(self._search)
        people.changed.connect(self._fill)
        self.hide()

    def ask(self) -> None:
        """Opens it, with everybody."""
        self.search.clear()
        self._fill()
        rows = min(max(self.model.rowCount(), 1), _ROWS)
        self.list.setFixedHeight(rows * _row(self._theme) + 2 * Space.XS)
        self.show()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_picker(self) -> None:
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """What the search leaves over."""
        row, last = self.list.currentIndex().row(), self.model.rowCount() - 1
        if event.key() == Qt.Key.Key_Down:
            self.list.setCurrentIndex(self.model.index(min(row + 1, last)))
        elif event.key() == Qt.Key.Key_Up:
            self.list.setCurrentIndex(self.model.index(max(row - 1, 0)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.close_picker()
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        self.model.show_people(self._people.people)
        self._search(self.search.text())

    def _search(self, text: str) -> None:
        self.model.search(text)
        if not self.list.currentIndex().isValid() and self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def _take(self, index: Index) -> None:
        person = index.data(Role.PERSON) if index.isValid() else None
        if isinstance(person, PersonInfo):
            self.hide()
            self.chosen.emit(person.uid)


def _row(theme: Theme) -> int:
    return max(_FACE, theme.px(Type.BODY) * 3) + Space.S


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        return QSize(_FACE, _row(self._theme))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        person: PersonInfo = index.data(Role.PERSON)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        row = QRectF(rect)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_3"))
            painter.drawRoundedRect(row, Radius.CONTROL, Radius.CONTROL)
        circle = QRectF(row.x() + Space.XS, row.center().y() - _FACE / 2, _FACE, _FACE)
        paint_face(painter, circle, person.cover, self._theme, painter.device().devicePixelRatioF())
        left = circle.right() + Space.S
        width = row.right() - left - Space.XS
        middle = row.center().y()
        for text, size, weight, colour, top in (
            (person.name, Type.BODY, Type.STRONG, "text", row.y() + Space.XS),
            (words.photos(person), Type.CAPTION, Type.REGULAR, "secondary", middle),
        ):
            painter.setFont(self._theme.font(size, weight))
            painter.setPen(self._theme.colour(colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            height = row.height() / 2 - Space.XS
            painter.drawText(QRectF(left, top, width, height), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()
