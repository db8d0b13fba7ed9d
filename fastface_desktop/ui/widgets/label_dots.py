"""The five colour labels, to be read, clicked and set with keys."""

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fastface_core.library.labels import LABELS, Label
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space

_DOT = 20
_STEP = Size.HIT
_RING = 2


class LabelDots(QWidget):
    """A click on the label that is there takes it away. `label` is None for no label, and where pictures differ."""

    chosen = Signal(object)
    """A `Label`, or None for none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.label: Label | None = None
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Colour label (keys 6 to 9)"))
        self.show_label(None)
        theme.changed.connect(self._theme_changed)

    def show_label(self, label: Label | None) -> None:
        self.label = label
        if label is not None:
            self._current = LABELS.index(label)
        self.setAccessibleName(
            self.tr("Label: none") if label is None else self.tr("Label: {name}").format(name=label_word(label))
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(len(LABELS) * self._step(), max(self._theme.px(Size.HIT), Size.HIT))

    def ring_rect(self) -> QRect:
        return self._at(self._current).toAlignedRect()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, label in enumerate(LABELS):
            disc = self._at(place)
            colour = self._theme.colour(label if self.isEnabled() else "disabled")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if label == self.label:
                # The one that is given is in a ring of its colour.
                painter.drawEllipse(disc.adjusted(2 * _RING, 2 * _RING, -2 * _RING, -2 * _RING))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self._theme.colour("text"), _RING))
                painter.drawEllipse(disc.adjusted(_RING / 2, _RING / 2, -_RING / 2, -_RING / 2))
            else:
                painter.drawEllipse(disc)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._place_of(event.position()))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        place = event.key() - Qt.Key.Key_6
        if 0 <= place < 4:
            self._choose(place)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._current = min(max(self._current + step, 0), len(LABELS) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent, /) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._place_of(QPointF(event.pos()))
            keys = f" ({place + 6})" if place < 4 else ""
            QToolTip.showText(event.globalPos(), label_word(LABELS[place]) + keys, self)
            return True
        return super().event(event)

    def _choose(self, place: int) -> None:
        self._current = place
        label = LABELS[place]
        self.chosen.emit(None if label == self.label else label)

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _place_of(self, point: QPointF) -> int:
        return min(max(int(point.x() // self._step()), 0), len(LABELS) - 1)

    def _at(self, place: int) -> QRectF:
        side = self._theme.px(_DOT)
        # The first is in line with what is above it.
        return QRectF(place * self._step(), (self.height() - side) / 2, side, side)

    def _step(self) -> int:
        return max(self._theme.px(_STEP), _STEP)


def label_word(label: Label) -> str:
    """What a label is called."""
    return {
        "red": QCoreApplication.translate("labels", "Red"),
        "yellow": QCoreApplication.translate("labels", "Yellow"),
        "green": QCoreApplication.translate("labels", "Green"),
        "blue": QCoreApplication.translate("labels", "Blue"),
        "purple": QCoreApplication.translate("labels", "Purple"),
    }[label]


def dot(theme: Theme, label: Label, ratio: float) -> QPixmap:
    """The disc of a label, as an icon of a menu."""
    side = theme.px(Size.ICON_TEXT)
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(label))
    painter.drawEllipse(QRectF(Space.XS / 2, Space.XS / 2, side - Space.XS, side - Space.XS))
    painter.end()
    return made
