"""Small widgets that every screen uses: labels by role, buttons by kind, cards, elided text."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space, Type


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Gives a widget another `kind` or `role` and lets the style sheet see it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label whose role the theme knows: "first", "display", "title", "heading", "lead", "strong", "secondary",
    "caption", "small", "good", "warn", "bad"."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    _set_tracking(made, role)
    return made


def _set_tracking(words: QLabel, role: str) -> None:
    if (tracking := Type.TRACKING.get(role)) is not None:
        tight = QFont()
        tight.setLetterSpacing(QFont.SpacingType.PercentageSpacing, tracking)
        words.setFont(tight)


def button(text: str, tooltip: str, kind: str = "") -> QPushButton:
    """A button of a kind ("primary", "big", "large", "quiet", "link", or the usual one), with a name for those who
    cannot see it."""
    made = QPushButton(text)
    made.setToolTip(tooltip)
    made.setAccessibleName(text.replace("&", ""))
    if kind:
        made.setProperty("kind", kind)
    return made


def line() -> QFrame:
    """A horizontal rule."""
    made = QFrame()
    made.setProperty("kind", "line")
    return made


class Card(QFrame):
    """A raised surface with a column of things in it."""

    def __init__(self, parent: QWidget | None = None, *, kind: str = "card", margin: int = Space.M) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(Space.S)


class Chip(QPushButton):
    """A short word that is on or off."""

    def __init__(self, text: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setProperty("kind", "chip")
        self.setToolTip(tooltip)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class IconButton(QToolButton):
    """A button that is an icon; what it does is in its tooltip and accessible name."""

    def __init__(
        self, name: str, text: str, theme: Theme, parent: QWidget | None = None, *, colour: str = "secondary"
    ) -> None:
        super().__init__(parent)
        self._binding = icons.bind(self, name, theme, colour, size=Size.ICON_BUTTON)
        self.setProperty("kind", "icon")
        self.set_text(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_text(self, text: str) -> None:
        self.setToolTip(text)
        self.setAccessibleName(text)

    def set_icon(self, name: str, colour: str = "secondary") -> None:
        self._binding.show(name, colour)


class ElidedLabel(QLabel):
    """One line of text that ends in an ellipsis where it does not fit; the whole is then its tooltip."""

    def __init__(
        self,
        text: str = "",
        role: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        _set_tracking(self, role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str, /) -> None:
        super().setText(text)
        self._tell()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 3, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), self._elided())

    def _elided(self) -> str:
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def _tell(self) -> None:
        cut = self._elided() != self.text()
        self.setToolTip(self.text() if cut else "")
