"""The large area that asks for photos, as long as there are none."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_ICON = 28


class DropZone(QAbstractButton):
    """A click or the space bar chooses files; things are dropped on what it lies in."""

    def __init__(self, text: str, more: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)
        self._text, self._more = text, more
        self._over = False
        self.setAccessibleName(text)
        self.setAccessibleDescription(more)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_over(self, over: bool) -> None:
        """Whether something is being dragged above it."""
        self._over = over
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            200,
            2 * Space.XL + _ICON + 3 * Space.S + self._theme.px(Type.LEAD) + 2 * self._theme.px(Type.BODY) + Space.M,
        )

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        lively = self._over or self.underMouse()
        painter.setBrush(self._theme.colour("surface_3" if lively else "surface_2"))
        pen = QPen(self._theme.colour("accent" if self._over else "field"), 2 if self._over else 1)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(frame, Radius.CARD, Radius.CARD)

        text_height = self._theme.px(Type.LEAD) + Space.S
        more_font = self._theme.font(Type.BODY)
        painter.setFont(more_font)
        inner = frame.adjusted(Space.L, 0, -Space.L, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        more_height = painter.boundingRect(inner, int(flags), self._more).height()
        top = frame.center().y() - (_ICON + Space.S + text_height + Space.XS + more_height) / 2
        drawn = icons.pixmap(
            "drop" if self._over else "photo",
            self._theme.colour("accent" if self._over else "secondary").name(),
            _ICON,
            self.devicePixelRatioF(),
        )
        painter.drawPixmap(round(frame.center().x() - _ICON / 2), round(top), drawn)
        painter.setPen(self._theme.colour("text"))
        painter.setFont(self._theme.font(Type.LEAD, Type.STRONG))
        line = QRectF(inner.x(), top + _ICON + Space.S, inner.width(), text_height)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self._text)
        painter.setPen(self._theme.colour("secondary"))
        painter.setFont(more_font)
        below = QRectF(inner.x(), line.bottom() + Space.XS, inner.width(), more_height)
        painter.drawText(below, int(flags), self._more)
