"""Short messages above the status bar, with Undo for what can be taken back."""

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCursor
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QHBoxLayout, QPushButton, QWidget

from fastface_desktop.ui.actions import stands_for
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Motion, Size, Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label

_MOST = 3


class Toast(QFrame):
    """One message. Stays while the pointer or the focus is on it."""

    def __init__(self, text: str, undo: Callable[[], None] | None, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self.setAccessibleName(text)
        self.text = text
        self._undo = undo
        self.undo_button: QPushButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        row.setSpacing(Space.M)
        row.addWidget(label(text))
        if undo is not None:
            self.undo_button = button(self.tr("Undo"), self.tr("Take this back"), "link")
            stands_for(self.undo_button, "window.undo")
            self.undo_button.clicked.connect(self.undo)
            row.addWidget(self.undo_button)
        self.close_button = IconButton("close", self.tr("Close this message"), theme)
        self.close_button.clicked.connect(self.dismiss)
        row.addWidget(self.close_button)

        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(Space.XL)
        shadow.setOffset(0, Space.XS)
        colour = theme.colour("scrim")
        colour.setAlpha(90)
        shadow.setColor(colour)
        self.setGraphicsEffect(shadow)

        self.life = QTimer(self)
        self.life.setSingleShot(True)
        self.life.timeout.connect(self._expire)
        self.life.start(Motion.TOAST)

    @property
    def can_undo(self) -> bool:
        return self._undo is not None

    def take(self) -> tuple[str, Callable[[], None] | None]:
        """Its text and its Undo, which it gives away."""
        undo, self._undo = self._undo, None
        return self.text, undo

    def undo(self) -> None:
        if self._undo is not None:
            undo, self._undo = self._undo, None
            self.dismiss()
            undo()

    def dismiss(self) -> None:
        self.life.stop()
        self.hide()
        self.deleteLater()

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
        window.installEventFilter(self)

    def show(self, text: str, undo: Callable[[], None] | None = None) -> Toast:
        """Says something, and offers to take it back where `undo` is given."""
        toast = Toast(text, undo, self._theme, self._window)
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

    def shown(self) -> list[Toast]:
        """The messages in view, the oldest first."""
        children = self._window.findChildren(Toast, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [toast for toast in children if not toast.isHidden()]

    def taken(self) -> list[tuple[str, Callable[[], None] | None]]:
        """Text and Undo of each in view, for another window to show; they can no longer be taken back here."""
        return [toast.take() for toast in self.shown()]

    def undo_last(self) -> bool:
        """Takes back what the newest message offers to; False when none does."""
        for toast in reversed(self.shown()):
            if toast.can_undo:
                toast.undo()
                return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        bottom = self._above.y() if self._above is not None else self._window.height()
        # Above what pages have at their foot: a selection's acts, the way on.
        bottom -= self._theme.px(Size.CONTROL) + 2 * Space.L
        for toast in reversed(self.shown()):
            toast.adjustSize()
            toast.setMaximumWidth(self._window.width() - 2 * Space.L)
            bottom -= toast.height()
            toast.move((self._window.width() - toast.width()) // 2, bottom)
            bottom -= Space.S

    def _rise(self, toast: Toast) -> None:
        if duration := self._theme.motion(Motion.SLOW):
            rise = QPropertyAnimation(toast, b"pos", toast)
            rise.setDuration(duration)
            rise.setEasingCurve(QEasingCurve.Type.OutCubic)
            rise.setStartValue(toast.pos() + QPoint(0, Space.L))
            rise.setEndValue(toast.pos())
            rise.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
