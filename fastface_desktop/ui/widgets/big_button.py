"""The bright button of a page: what happens next, and below it how long that takes."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type


class BigButton(QPushButton):
    ring_radius = Radius.PICTURE

    def __init__(self, tooltip: str, theme: Theme, *, height: int = Size.BIG) -> None:
        super().__init__()
        self._theme, self._height = theme, height
        self._title = self._below = ""
        self.setProperty("kind", "big")
        self.setToolTip(tooltip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def say(self, title: str, below: str = "") -> None:
        """`below`: the small second line; empty for none."""
        if (title, below) != (self._title, self._below):
            self._title, self._below = title, below
            self.setAccessibleName(f"{title}, {below}" if below else title)
            self.updateGeometry()
            self.update()

    @property
    def title(self) -> str:
        return self._title

    @property
    def below(self) -> str:
        return self._below

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._title) + 2 * Space.FIELD
        return QSize(width, self._theme.px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(Size.THUMBNAIL), self._theme.px(self._height))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        token = "on_accent" if self.isEnabled() else "disabled"
        painter.setPen(self._theme.colour(token))
        title_font, small_font = self._theme.font(Type.LEAD, Type.STRONG), self._theme.font(Type.SMALL, tabular=True)
        inner = self.rect().adjusted(Space.S, 0, -Space.S, 0)
        if not self._below:
            _line(painter, inner, title_font, self._title)
            return
        title_height, small_height = self._theme.px(18), self._theme.px(14)
        top = inner.center().y() + 1 - (title_height + small_height) // 2
        _line(painter, QRect(inner.x(), top, inner.width(), title_height), title_font, self._title)
        below = QRect(inner.x(), top + title_height, inner.width(), small_height)
        _line(painter, below, small_font, self._below)


def _line(painter: QPainter, place: QRect, font: QFont, text: str) -> None:
    painter.setFont(font)
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, cut)
