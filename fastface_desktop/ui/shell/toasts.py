"""Short messages at the lower right, one at a time, with Undo for what can be taken back."""

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QCursor, QMouseEvent
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Motion, Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.layout import row

_MOST = 1
_MOST_UNDOS = 200


class Toast(QFrame):
    """One message. Stays while the pointer or the focus is on it; a click on its words makes room for what is below."""

    taken_back = Signal(Undo)

    def __init__(self, text: str, undo: Callable[[], None] | None, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self.setAccessibleName(text)
        self.text = text
        self._undo = undo
        self.undo_button: QPushButton | None = None
        line = row(label(text), margins=(Space.L, Space.S, Space.S, Space.S), gap=Space.M, of=self)
        if undo is not None:
            self.undo_button = button(self.tr("Undo"), self.tr("Take this back"), "link")
            bind_action(self.undo_button, "window.undo")
            self.undo_button.clicked.connect(self.undo)
            line.addWidget(self.undo_button)
        self.close_button = IconButton("close", self.tr("Close this message"), theme, colour="on_tip")
        self.close_button.clicked.connect(self.dismiss)
        line.addWidget(self.close_button)

        self.life = QTimer(self)
        self.life.setSingleShot(True)
        self.life.timeout.connect(self._expire)
        self.life.start(Motion.TOAST)

    @property
    def can_undo(self) -> bool:
        return self._undo is not None

    def is_for(self, undo: Callable[[], None]) -> bool:
        """Whether this is what its button does."""
        return self._undo is undo

    def take(self) -> tuple[str, Callable[[], None] | None]:
        """Its text and its Undo, which it gives away."""
        undo, self._undo = self._undo, None
        return self.text, undo

    def undo(self) -> None:
        if self._undo is not None:
            undo, self._undo = self._undo, None
            self.dismiss()
            self.taken_back.emit(undo)
            undo()

    def dismiss(self) -> None:
        self.life.stop()
        self.hide()
        self.deleteLater()

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        self.dismiss()

    def _expire(self) -> None:
        pointed_at = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        if pointed_at or self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.life.start(Motion.TOAST // 4)
        else:
            self.dismiss()


class Toasts(QObject):
    """The messages over one widget, the newest at the bottom.

    Args:
        above: the messages stand on this widget's top edge, the status bar's; the window's bottom without it.
    """

    made = Signal(QWidget)

    def __init__(self, window: QWidget, theme: Theme, above: QWidget | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._above = above
        self._undos: list[Callable[[], None]] = []
        """What takes back the last changes, the newest last; a message that went leaves its own."""
        window.installEventFilter(self)

    def show(self, text: str, undo: Callable[[], None] | None = None) -> Toast:
        """Says something, and offers to take it back where `undo` is given."""
        self._remember(undo)
        toast = Toast(text, undo, self._theme, self._window)
        toast.taken_back.connect(self._taken_back)
        toast.destroyed.connect(self._place)
        self._theme.dress(toast)
        self.made.emit(toast)
        shown = self.shown()
        for old in shown[: max(0, len(shown) + 1 - _MOST)]:
            old.dismiss()
        toast.show()
        toast.raise_()
        self._place()
        self._rise(toast)
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))
        return toast

    def _taken_back(self, undo: Callable[[], None]) -> None:
        if undo in self._undos:
            self._undos.remove(undo)

    def keep(self, text: str, undo: Callable[[], None] | None) -> None:
        """What is seen where it happened: it is spoken and can be taken back, but no message covers the pictures."""
        self._remember(undo)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, text))

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._undos)

    def _remember(self, undo: Callable[[], None] | None) -> None:
        if undo is not None:
            self._undos.append(undo)
            del self._undos[:-_MOST_UNDOS]

    def shown(self) -> list[Toast]:
        """The messages in view, the oldest first."""
        children = self._window.findChildren(Toast, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [toast for toast in children if not toast.isHidden()]

    def taken(self) -> list[tuple[str, Callable[[], None] | None]]:
        """Text and Undo of each in view, for another window to show; they can no longer be taken back here."""
        return [toast.take() for toast in self.shown()]

    def undo_last(self) -> bool:
        """Takes back what the newest message offers to; False when none does."""
        if not self._undos:
            return False
        undo = self._undos.pop()
        for toast in self.shown():
            if toast.is_for(undo):
                toast.dismiss()
        undo()
        return True

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        bottom = self._above.y() if self._above is not None and self._above.isVisible() else self._window.height()
        bottom -= Space.L
        for toast in reversed(self.shown()):
            toast.setMaximumWidth(self._window.width() - 2 * Space.L)
            toast.adjustSize()
            bottom -= toast.height()
            toast.move(self._window.width() - toast.width() - Space.L, bottom)
            bottom -= Space.S

    def _rise(self, toast: Toast) -> None:
        if duration := self._theme.motion(Motion.RISE):
            rise = QPropertyAnimation(toast, b"pos", toast)
            rise.setDuration(duration)
            rise.setEasingCurve(QEasingCurve.Type.OutCubic)
            rise.setStartValue(toast.pos() + QPoint(0, Space.S))
            rise.setEndValue(toast.pos())
            rise.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
