"""A person of the library in a list: face, name, and how many photos count."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fastface_desktop.state.people.people import PersonInfo
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.shared.people_cards import Index, Role
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type
from fastface_desktop.ui.widgets.marks import paint_check
from fastface_desktop.ui.widgets.round_face import paint_face

_FACE = 36
_CHECK = 20


def row_height(theme: Theme) -> int:
    return max(_FACE, theme.px(Type.BODY) * 3) + Space.S


class PersonRow(QStyledItemDelegate):
    """For a list of `PeopleModel`."""

    def __init__(self, theme: Theme, parent: QWidget, *, ticks: bool = False) -> None:
        """`ticks`: who is chosen has one, where several can be."""
        super().__init__(parent)
        self._theme, self._ticks = theme, ticks

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        return QSize(_FACE, row_height(self._theme))

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
        if self._ticks and state & QStyle.StateFlag.State_Selected:
            side = self._theme.px(_CHECK)
            paint_check(painter, QPointF(row.right() - side - Space.M, middle - side / 2), self._theme, _CHECK)
        painter.restore()
