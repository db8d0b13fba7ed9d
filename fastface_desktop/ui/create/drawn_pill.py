"""What a picture says of itself where the starter drew it, with the way on."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.layout import row
from fastface_desktop.ui.widgets.marks import ground


class DrawnPill(QWidget):
    """At the upper left of the picture, and gone where it would cover much of it."""

    models_wanted = Signal()

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._drawn = False
        self.words = QLabel(self.tr("Drawn by the starter"))
        self.words.setProperty("role", "pill")
        self.button = QPushButton(self.tr("Get a photographic model"))
        self.button.setAccessibleName(self.button.text())
        self.button.setProperty("kind", "pill")
        self.button.setToolTip(self.tr("To the page Models"))
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self.models_wanted)
        row(self.words, self.button, margins=(Space.M, Space.XS, Space.XS, Space.XS), gap=Space.S + 2, of=self)
        canvas.installEventFilter(self)
        theme.changed.connect(self._place)
        self.hide()

    def show_drawn(self, drawn: bool) -> None:
        """Whether the picture in view was drawn by the starter."""
        self._drawn = drawn
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.adjustSize()
        picture = self._canvas.ring_rect()
        self.setVisible(self._drawn and picture.width() > self.width() + 2 * Space.XL)
        self.move(picture.x() + Space.M, picture.y() + Space.M)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground())
        radius = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
