"""One row of the list on the left: an icon, a name and a count. Pictures may be dropped on some."""

from PySide6.QtCore import QLocale, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton

from fastface_desktop.ui.gallery.grid import pictures_in
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type


class PlaceRow(QPushButton):
    """The name is cut where it has no room, and is then its tooltip."""

    dropped = Signal(list)
    """Numbers of pictures."""
    menu_wanted = Signal(QPoint)
    rename_wanted = Signal()
    delete_wanted = Signal()
    walked = Signal(int)

    def __init__(self, name: str, tip: str, icon: str, theme: Theme, *, takes_pictures: bool = False) -> None:
        super().__init__(name)
        self._theme, self._icon, self._tip = theme, icon, tip
        self.setToolTip(tip)
        self._count: int | None = None
        self._over = False
        self._takes = takes_pictures
        self.setProperty("kind", "entry")
        self.setCheckable(True)
        self.setAcceptDrops(takes_pictures)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.show_count(None)

    def show_count(self, count: int | None) -> None:
        self._count = count
        said = "" if count is None else f", {QLocale().toString(count)}"
        self.setAccessibleName(self.text() + said)
        self.update()

    @property
    def count(self) -> int | None:
        return self._count

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(Size.PLACES), max(self._theme.px(Size.CONTROL), Size.HIT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # pyright: ignore[reportAttributeAccessIssue]
        option.icon = QIcon()  # pyright: ignore[reportAttributeAccessIssue]
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        theme, chosen = self._theme, self.isChecked()
        side = theme.px(Size.ICON_BUTTON)
        colour = theme.colour("text" if chosen else "secondary")
        drawn = icons.pixmap(self._icon, colour.name(), side, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(_EDGE, (self.height() - side) // 2), drawn)
        rest = self.rect().adjusted(_EDGE + side + Space.S + 2, 0, -_EDGE, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._count is not None:
            painter.setFont(theme.font(Type.CAPTION, tabular=True))
            painter.setPen(theme.colour("secondary"))
            text = QLocale().toString(self._count)
            painter.drawText(rest, middle | Qt.AlignmentFlag.AlignRight, text)
            rest.setRight(rest.right() - painter.fontMetrics().horizontalAdvance(text) - Space.S)
        painter.setFont(theme.font(Type.BODY, Type.STRONG if chosen else Type.REGULAR))
        painter.setPen(theme.colour("text"))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rest.width())
        self.setToolTip(f"{self.text()}\n{self._tip}" if shown != self.text() else self._tip)
        painter.drawText(rest, middle | Qt.AlignmentFlag.AlignLeft, shown)
        if self._over:
            pen = QPen(theme.colour("accent"), 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRect(self.rect()).adjusted(1, 1, -1, -1), Radius.CONTROL, Radius.CONTROL)

    # ---- What is done with it

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.walked.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        elif key == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _ask_menu(self, point: QPoint) -> None:
        self.menu_wanted.emit(self.mapToGlobal(point))

    def takes(self, dropped: QMimeData) -> bool:
        return self._takes and bool(pictures_in(dropped))

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if self.takes(event.mimeData()):
            self._set_over(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent, /) -> None:
        self._set_over(False)

    def dropEvent(self, event: QDropEvent, /) -> None:
        self._set_over(False)
        if numbers := pictures_in(event.mimeData()):
            event.acceptProposedAction()
            self.dropped.emit(numbers)

    def _set_over(self, over: bool) -> None:
        self._over = over
        self.update()


_EDGE = Space.M - 2
