"""A sheet over the page in view, which it dims; rail and status bar stay."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton

_WIDTH, _HEIGHT, _AWAY = 1112, 692, 40
_DIMMED = {False: 107, True: 153}
"""Of 255: 42 and 60 percent, in the light theme and in the dark one."""


class Sheet(QWidget):
    """What is on it goes onto `card`, `close_button` into its head."""

    def __init__(self, theme: Theme, *, host: QWidget, beside: QWidget, above: QWidget) -> None:
        """
        Args:
            host: what it lies over.
            beside: the rail at the host's left.
            above: where the status bar begins.
        """
        super().__init__(host)
        self._theme, self._host, self._beside, self._above = theme, host, beside, above
        self._focus_before: QWidget | None = None
        self.card = QFrame(self)
        self.card.setProperty("kind", "sheet")
        self.close_button = IconButton("close", "", theme, colour="text")
        self.close_button.clicked.connect(self.close_sheet)
        host.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._keep_focus)
        theme.changed.connect(self._fit)
        self.hide()

    def name(self, name: str, close: str) -> None:
        """What it is called, and what closing it means."""
        self.setAccessibleName(name)
        self.close_button.set_text(close)

    def show_over(self, first: QWidget) -> None:
        """Shows it over whatever is in view; `first` gets the focus."""
        if not self.isVisible():
            self._focus_before = self.window().focusWidget()
        self._fit()
        self.show()
        self.raise_()
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        self.hide()
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)

    def escape(self) -> None:
        """What Escape does."""
        self.close_sheet()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.escape()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent, /) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Escape is for the sheet while it is open, whatever else the page below uses it for.
            event.setAccepted(event.matches(QKeySequence.StandardKey.Cancel))
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_sheet()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def _keep_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """What lies below is not reached by Tab."""
        if self.isVisible() and now is not None and self._beside.parentWidget() is self._host:
            page = self._beside.isAncestorOf(now) or now is self._beside
            if page or self._below(now):
                self.close_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _below(self, widget: QWidget) -> bool:
        """Whether a widget lies in the page under the sheet."""
        one: QWidget | None = widget
        while one is not None and one.parentWidget() is not self._host:
            one = one.parentWidget()
        return isinstance(one, QStackedWidget)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        colour = self._theme.colour("scrim")
        colour.setAlpha(_DIMMED[self._theme.dark])
        QPainter(self).fillRect(self.rect(), colour)

    def _fit(self) -> None:
        width, height = self._host.width(), self._above.y()
        self.setGeometry(0, 0, width, height)
        left = self._beside.width() if self._beside.isVisible() else 0
        room = width - left
        card = min(self._theme.px(_WIDTH), room - 2 * Space.L)
        away = min(_AWAY, max(Space.L, (height - self._theme.px(_HEIGHT)) // 2))
        tall = min(self._theme.px(_HEIGHT), height - 2 * away)
        self.card.setGeometry(left + (room - card) // 2, (height - tall) // 2, card, tall)
