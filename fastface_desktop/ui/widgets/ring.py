"""The one ring of a window: it says where keys act.

No widget and no style sheet draws a focus of its own. A widget says where in it keys act with a method `ring_rect()`
(a view has its current item), and that the mouse is enough to show the ring with `ring_always = True`, as sets of
pictures do.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from fastface_desktop.state.debounce import Debounce
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Ring

_OUT: Final = Ring.AWAY + Ring.WIDTH
_PLACES: Final = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.EnabledChange,
    QEvent.Type.Paint,
}


class FocusRing(QWidget):
    """Lies over `host` and takes no mouse. It appears once a key was used, and goes when the mouse is."""

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host)
        self._host, self._theme = host, theme
        self._keys = False
        self._target: QWidget | None = None
        self._watched: list[QObject] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._soon = Debounce(0, self._place, self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        theme.changed.connect(self._soon.start)
        self.hide()

    @property
    def target(self) -> QWidget | None:
        """What the ring is around; None where it is not shown."""
        return self._target if self.isVisible() else None

    def _focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._keys = False
        self._watch(now if now is not None and self._host.isAncestorOf(now) else None)
        self._soon.start()

    def _watch(self, target: QWidget | None) -> None:
        for one in self._watched:
            if isValid(one):
                one.removeEventFilter(self)
        self._watched = []
        self._target = target
        if target is None:
            return
        widgets: list[QWidget] = [target]
        while (parent := widgets[-1].parentWidget()) is not None and parent is not self._host:
            widgets.append(parent)
        if isinstance(target, QAbstractScrollArea):
            widgets.append(target.viewport())
        for widget in widgets:
            widget.installEventFilter(self)
            widget.destroyed.connect(self._gone)
        self._watched = list(widgets)

    def _gone(self, gone: QObject) -> None:
        self._watched = [one for one in self._watched if one is not gone]
        if gone is self._target:
            self._target = None
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and watched is self._target:
            if not self._keys:
                self._keys = True
                self._soon.start()
        elif kind == QEvent.Type.MouseButtonPress:
            if self._keys:
                self._keys = False
                self._soon.start()
        elif kind in _PLACES and (kind != QEvent.Type.Paint or self._scrolls(watched)):
            self._soon.start()
        return False

    def _scrolls(self, watched: QObject) -> bool:
        target = self._target
        if not isinstance(target, QAbstractScrollArea) or not isValid(target) or watched is not target.viewport():
            return False
        return self._wanted() != self._at()

    def _at(self) -> QRect:
        return self.geometry() if self.isVisible() else QRect()

    def _wanted(self) -> QRect:
        """Where the ring is to be, in `host`; empty for nowhere."""
        target = self._target
        if target is None or not isValid(target) or not target.isVisible() or not target.isEnabled():
            return QRect()
        if not (self._keys or getattr(target, "ring_always", False)):
            return QRect()
        inside = _inside(target)
        if inside.isEmpty():
            return QRect()
        rect = QRect(target.mapTo(self._host, inside.topLeft()), inside.size())
        rect = rect.adjusted(-_OUT, -_OUT, _OUT, _OUT)
        # What has scrolled away has no ring over its neighbours.
        widget = target
        while widget is not self._host and (parent := widget.parentWidget()) is not None:
            if isinstance(parent, QAbstractScrollArea) and widget is parent.viewport():
                seen = QRect(widget.mapTo(self._host, QPoint(0, 0)), widget.size())
                if not rect.intersects(seen):
                    return QRect()
                rect = rect.intersected(seen.adjusted(-_OUT, -_OUT, _OUT, _OUT))
            widget = parent
        return rect

    def _place(self) -> None:
        wanted = self._wanted()
        if wanted.isEmpty():
            self.hide()
            return
        self.setGeometry(wanted)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        target = self._target
        if target is None or not isValid(target):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("focus"), Ring.WIDTH))
        half = Ring.WIDTH / 2
        area = QRectF(self.rect()).adjusted(half, half, -half, -half)
        radius = _radius(target, area.height())
        painter.drawRoundedRect(area, radius, radius)


def _inside(target: QWidget) -> QRect:
    """Where in a widget keys act."""
    own = getattr(target, "ring_rect", None)
    if callable(own):
        rect = own()
        return rect if isinstance(rect, QRect) else QRect()
    if isinstance(target, QAbstractItemView):
        current = target.visualRect(target.currentIndex())
        if not current.isEmpty():
            view = target.viewport()
            return current.translated(view.pos()).intersected(QRect(view.pos(), view.size()))
    return target.rect()


def _radius(target: QWidget, height: float) -> float:
    if target.property("kind") == "chip":
        return height / 2
    own = getattr(target, "ring_radius", Radius.CONTROL)
    return float(own) + Ring.RADIUS
