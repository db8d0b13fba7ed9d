"""Zero to five stars that can be read, clicked and set with the keys."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size

_MOST = 5


class Stars(QWidget):
    """A click on the last of the stars takes all away. `rating` is None where pictures differ."""

    rated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rating: int | None = 0
        self._hovered = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Stars (keys 0 to 5)"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_rating(0)
        theme.changed.connect(self.update)

    def set_rating(self, rating: int | None) -> None:
        self.rating = rating
        self.setAccessibleName(
            self.tr("Stars: they differ") if rating is None else self.tr("Stars: {count} of 5").format(count=rating)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_MOST * self._step(), max(self._theme.px(Size.HIT), Size.HIT))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._hovered or self.rating or 0
        side, ratio = self._theme.px(Size.ICON - 4), self.devicePixelRatioF()
        for number in range(1, _MOST + 1):
            full = number <= shown
            colour = "disabled" if not self.isEnabled() else "text" if full else "secondary"
            picture = icons.pixmap("star-full" if full else "star", self._theme.colour(colour).name(), side, ratio)
            # The first is in line with what is above and below it.
            left = (number - 1) * self._step()
            painter.drawPixmap(QPointF(left, (self.height() - side) / 2), picture)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        self._hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent, /) -> None:
        self._hover(0)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            number = self._at(event.position())
            self._rate(0 if number == self.rating else number)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        number = event.key() - Qt.Key.Key_0
        if 0 <= number <= _MOST:
            self._rate(number)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._rate(min(max((self.rating or 0) + step, 0), _MOST))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        self.update()

    def _rate(self, number: int) -> None:
        self._hover(0)
        self.set_rating(number)
        self.rated.emit(number)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.update()

    def _at(self, point: QPointF) -> int:
        return min(max(int(point.x() // self._step()) + 1, 1), _MOST)

    def _step(self) -> int:
        return self._theme.px(Size.ICON + 2)
