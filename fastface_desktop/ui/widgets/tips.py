"""Tooltips of our own: small, with round corners, wrapped, and below what they explain instead of over it.

Qt's are one line as long as the screen, with square corners, where the pointer is. Only the widget under the pointer is
listened to: it is looked for a few times a second, well before Qt asks for its tooltip.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space, Type

_LOOK: Final = 200
"""Milliseconds; Qt asks for a tooltip after 700 without a move."""
_STAYS, _A_LETTER = 8000, 40
"""Milliseconds that a tip stays, and more for each of its letters."""
_WIDEST = 280
_AWAY = Space.S
_LARGE = 120
"""Something higher than this has its tip beside the pointer."""
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
_ENDS: Final = {
    QEvent.Type.Leave,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.KeyPress,
    QEvent.Type.Hide,
    QEvent.Type.WindowDeactivate,
}


class Tip(QWidget):
    """The one tip there is."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.hide)

    def show_text(self, text: str, around: QRect, pointer: QPoint) -> None:
        """Below what it explains, above it where there is no room.

        Args:
            around: what is explained, in pixels of the screen.
        """
        self.text = text
        self.setFont(self._theme.font(Type.CAPTION))
        self.resize(self.sizeHint())
        if around.height() > self._theme.px(_LARGE):
            around = QRect(pointer, QSize(1, self._theme.px(Space.L)))
        screen = QGuiApplication.screenAt(pointer) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        left = min(max(pointer.x() - self.width() // 2, room.left()), room.right() - self.width())
        top = around.bottom() + _AWAY
        if top + self.height() > room.bottom():
            top = around.top() - _AWAY - self.height()
        self.move(left, max(top, room.top()))
        self.update()
        self.show()
        self._end.start(_STAYS + _A_LETTER * len(text))

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widest = self._theme.px(_WIDEST) - 2 * Space.S
        text = metrics.boundingRect(QRect(0, 0, widest, 1 << 16), int(_WRAPPED), self.text)
        return QSize(text.width() + 2 * Space.S + 1, text.height() + 2 * (Space.XS + 2))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("tip"))
        painter.drawRoundedRect(QRectF(self.rect()), Radius.CONTROL, Radius.CONTROL)
        painter.setPen(self._theme.colour("on_tip"))
        inner = self.rect().adjusted(Space.S, Space.XS + 2, -Space.S, -(Space.XS + 2))
        painter.drawText(inner, int(_WRAPPED), self.text)


class Tips(QObject):
    """Shows `Tip` in the place of Qt's own, over a window and those that lie over it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.tip = Tip(theme, window)
        self._under: QWidget | None = None
        self._looking = QTimer(self)
        self._looking.setInterval(_LOOK)
        self._looking.timeout.connect(self._look)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.applicationStateChanged.connect(self._state_changed)
        app.aboutToQuit.connect(self.close)
        self._state_changed(app.applicationState())

    def close(self) -> None:
        self._looking.stop()
        self.watch(None)
        self.tip.hide()

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._looking.start()
        else:
            self.close()

    def _look(self) -> None:
        self.watch(QApplication.widgetAt(QCursor.pos()))

    def watch(self, widget: QWidget | None) -> None:
        """Listens to this widget, and to no other any more."""
        before = self._under if self._under is not None and isValid(self._under) else None
        if widget is before:
            return
        if before is not None:
            before.removeEventFilter(self)
        self.tip.hide()
        self._under = widget
        if widget is not None:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and isinstance(watched, QWidget):
            return self._explain(watched, event)
        if event.type() in _ENDS and self.tip.isVisible():
            self.tip.hide()
        return False

    def _explain(self, widget: QWidget, event: QHelpEvent) -> bool:
        """Whether there was something to say. What says nothing here (a menu's line, a plot's point) is left to Qt."""
        view = widget.parentWidget()
        if isinstance(view, QAbstractItemView) and widget is view.viewport():
            index = view.indexAt(event.pos())
            said = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else None
            if getattr(view, "says_its_tips", False):
                return False
            if said:
                area = view.visualRect(index)
                self.tip.show_text(str(said), _on_screen(widget, area), event.globalPos())
                return True
        one: QWidget | None = widget
        while one is not None and not one.toolTip():
            one = None if one.isWindow() else one.parentWidget()
        if one is None or one.isWindow():
            return False
        self.tip.show_text(one.toolTip(), _on_screen(one, one.rect()), event.globalPos())
        return True


def _on_screen(widget: QWidget, area: QRect) -> QRect:
    return QRect(widget.mapToGlobal(area.topLeft()), area.size())
