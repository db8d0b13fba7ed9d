"""Over a page while something that it takes is dragged above it: a dashed edge, and what letting go does."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.theme.tokens import Radius, Space

_LINE = 2
_DASHES = (4.0, 3.0)


class DropMark(QWidget):
    """Lies over its parent and takes no mouse. Its colours are the palette's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        parent.installEventFilter(self)
        self.hide()

    def show_words(self, words: str) -> None:
        """Hidden while there are none."""
        self.words = words
        self.setGeometry(self._over.rect())
        self.raise_()
        self.setVisible(bool(words))

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return False

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().color(QPalette.ColorRole.Accent), _LINE)
        pen.setDashPattern(list(_DASHES))
        painter.setPen(pen)
        edge = QRectF(self.rect()).adjusted(Space.XS, Space.XS, -Space.XS, -Space.XS)
        painter.drawRoundedRect(edge, Radius.CARD, Radius.CARD)
        metrics = painter.fontMetrics()
        width = min(metrics.horizontalAdvance(self.words) + 2 * Space.L, self.width() - 2 * Space.XL)
        text = metrics.boundingRect(0, 0, width - 2 * Space.L, 0, int(_WRAPPED), self.words)
        height = text.height() + 2 * Space.M
        middle = QPointF(self.width() / 2, self.height() - Space.XL - height / 2)
        pill = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.ToolTipBase))
        painter.drawRoundedRect(pill, Radius.PICTURE, Radius.PICTURE)
        painter.setPen(self.palette().color(QPalette.ColorRole.ToolTipText))
        painter.drawText(pill.adjusted(Space.L, 0, -Space.L, 0), int(_WRAPPED), self.words)


_WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
