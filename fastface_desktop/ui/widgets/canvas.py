"""The picture, as large as fits: a preview that sharpens, zoom and pan, and dragging the file out."""

from pathlib import Path

from PySide6.QtCore import (
    QEasingCurve,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Motion, Radius, Space
from fastface_desktop.ui.widgets.files import drag_file

_LARGEST = 8.0
"""Screen pixels for one of the picture's."""
_NOTCH = 120
_STEP = 1.25
_SHARP_FROM = 4.0
"""From here on pixels are shown as squares: at that zoom they are of interest."""


class Canvas(QWidget):
    """Shows one picture. Wheel, double click, +, - and 0 zoom; dragging moves a zoomed picture, else takes it along."""

    walked = Signal(int)
    """Left (-1) or right (1) was pressed: the picture before or after is wanted."""
    zoomed = Signal(float)
    """Screen pixels for one of the picture's."""
    menu_wanted = Signal(QPoint)
    """A context menu at this global point."""
    moved = Signal()
    """The user zoomed or moved the picture: `look` is another."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(160, 160))
        self.setAccessibleName(self.tr("Picture"))
        self.image = QImage()
        self.file: Path | None = None
        self.is_preview = False
        self._at_top = False
        self._before = QImage()
        self._fitted: QPixmap | None = None
        self._zoom = 0.0  # 0 fits
        self._centre = QPointF(0.5, 0.5)
        self._pressed: QPointF | None = None
        self._panned_from = QPointF()
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.valueChanged.connect(self._faded)
        self._fade.finished.connect(self._forget_before)

    # ---- What is shown

    def show_picture(self, image: QImage, file: Path | None, description: str) -> None:
        """A finished picture; `description` is read to those who cannot see it."""
        follows = self.is_preview
        self._show(image, follows)
        self.file = file
        self.is_preview = False
        self.setAccessibleDescription(description)

    def show_preview(self, image: QImage) -> None:
        """The engine's guess of a picture under way; blends into the one before."""
        self._show(image, self.is_preview)
        self.file = None
        self.is_preview = True
        self.setAccessibleDescription(self.tr("A preview of the picture that is being made"))

    def replace(self, image: QImage) -> None:
        """The same picture with more pixels: place and size on the screen stay."""
        if self._zoom and not self.image.isNull():
            self._zoom *= self.image.width() / image.width()
        self.image = image
        self._fitted = None
        self._tell()
        self.update()

    def clear(self) -> None:
        self._show(QImage(), False)
        self.file = None
        self.is_preview = False
        self.setAccessibleDescription("")

    def _show(self, image: QImage, blend: bool) -> None:
        duration = self._theme.motion(Motion.SLOW) if blend and self.isVisible() else 0
        same_shape = _ratio(image) == _ratio(self.image)
        self._fade.stop()
        self._before = self.image if duration and same_shape and not self.image.isNull() else QImage()
        if not same_shape or not blend:
            self._zoom, self._centre = 0.0, QPointF(0.5, 0.5)
        self.image = image
        self._fitted = None
        if not self._before.isNull():
            self._fade.setDuration(duration)
            self._fade.start()
        self._tell()
        self.update()

    def _faded(self) -> None:
        self.update()

    def _forget_before(self) -> None:
        self._before = QImage()
        self.update()

    # ---- Zoom

    @property
    def fits(self) -> bool:
        return self._zoom == 0.0

    def set_at_top(self, at_top: bool) -> None:
        """A picture that fits begins where what stands beside it does, and not in the middle."""
        if at_top != self._at_top:
            self._at_top = at_top
            self.update()

    @property
    def scale(self) -> float:
        """Screen pixels for one of the picture's."""
        return self._zoom or self._fit_scale()

    @property
    def look(self) -> tuple[float, QPointF]:
        """How many times larger than fitting, and which point is in the middle, 0 to 1 of width and height."""
        return self.scale / self._fit_scale(), QPointF(self._centre)

    def look_at(self, times: float, centre: QPointF) -> None:
        """The same `look` as another canvas has, whatever the size of its picture."""
        if times <= 1.0 or self.image.isNull():
            self._zoom, self._centre = 0.0, QPointF(0.5, 0.5)
        else:
            self._zoom, self._centre = times * self._fit_scale(), QPointF(centre)
            self._keep_inside()
        self._tell()
        self.update()

    def zoom_to_fit(self) -> None:
        self._zoom, self._centre = 0.0, QPointF(0.5, 0.5)
        self._tell()
        self.update()
        self.moved.emit()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Closer or further; the point `at` of this widget stays where it is, the middle without it."""
        if self.image.isNull():
            return
        at = at if at is not None else QRectF(self.rect()).center()
        target = self._target()
        inside = QPointF((at.x() - target.x()) / target.width(), (at.y() - target.y()) / target.height())
        scale = min(max(self.scale * factor, self._fit_scale()), max(_LARGEST, self._fit_scale()))
        if scale <= self._fit_scale():
            self.zoom_to_fit()
            return
        self._zoom = scale
        size = self._size_at(scale)
        middle = QRectF(self.rect()).center()
        self._centre = QPointF(
            inside.x() - (at.x() - middle.x()) / size.width(), inside.y() - (at.y() - middle.y()) / size.height()
        )
        self._keep_inside()
        self._tell()
        self.update()
        self.moved.emit()

    def zoom_toggle(self, at: QPointF | None = None) -> None:
        """From fitting to each pixel its own, or twice as large where that is no closer; and back."""
        if not self.fits:
            self.zoom_to_fit()
            return
        # `scale` counts in device-independent pixels, as everything in Qt does.
        full = 1 / self.devicePixelRatioF()
        self.zoom_by(max(full / self._fit_scale(), 2.0), at)

    def _fit_scale(self) -> float:
        if self.image.isNull():
            return 1.0
        return max(min(self.width() / self.image.width(), self.height() / self.image.height()), 1e-6)

    def _size_at(self, scale: float) -> QSize:
        return QSize(max(1, round(self.image.width() * scale)), max(1, round(self.image.height() * scale)))

    def _target(self) -> QRectF:
        """Where the picture is, in this widget."""
        size = self._size_at(self.scale)
        middle = QRectF(self.rect()).center()
        left, top = middle.x() - self._centre.x() * size.width(), middle.y() - self._centre.y() * size.height()
        if self.fits:
            left, top = round(left), 0 if self._at_top else round(top)
        return QRectF(left, top, size.width(), size.height())

    def _keep_inside(self) -> None:
        size = self._size_at(self.scale)

        def kept(centre: float, length: int, room: int) -> float:
            half = min(room / length / 2, 0.5)
            return min(max(centre, half), 1 - half)

        self._centre = QPointF(
            kept(self._centre.x(), size.width(), self.width()), kept(self._centre.y(), size.height(), self.height())
        )

    def _tell(self) -> None:
        movable = not self.fits and not self.image.isNull()
        self.setCursor(Qt.CursorShape.OpenHandCursor if movable else Qt.CursorShape.ArrowCursor)
        self.zoomed.emit(self.scale)

    # ---- Painting

    def paintEvent(self, event: QPaintEvent, /) -> None:
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.fits and not self.is_preview and self._before.isNull():
            self._paint_fitted(painter)
        else:
            strength = self._fade.currentValue() if not self._before.isNull() else 1.0
            if not self._before.isNull():
                self._paint(painter, self._before)
            painter.setOpacity(float(strength))
            self._paint(painter, self.image)
            painter.setOpacity(1.0)

    def _paint(self, painter: QPainter, image: QImage) -> None:
        target = self._target()
        smooth = target.width() / image.width() < _SHARP_FROM or self.is_preview or self.fits
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        brush = QBrush(image)
        brush.setTransform(
            QTransform.fromTranslate(target.x(), target.y()).scale(
                target.width() / image.width(), target.height() / image.height()
            )
        )
        painter.setBrush(brush)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = Radius.CARD if self.fits else 0
        painter.drawRoundedRect(target, radius, radius)

    def _paint_fitted(self, painter: QPainter) -> None:
        # Scaled once and well: the painter's own scaling drops pixels of large pictures.
        target, ratio = self._target(), self.devicePixelRatioF()
        if self._fitted is None:
            size = QSize(round(target.width() * ratio), round(target.height() * ratio))
            scaled = self.image.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._fitted = QPixmap.fromImage(scaled)
        brush = QBrush(self._fitted)
        # A brush counts its picture's own pixels, whatever ratio that says it has.
        brush.setTransform(QTransform.fromTranslate(target.x(), target.y()).scale(1 / ratio, 1 / ratio))
        painter.setBrush(brush)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(target, Radius.CARD, Radius.CARD)

    def ring_rect(self) -> QRect:
        """The picture, as far as it is in view."""
        return self._target().intersected(QRectF(self.rect())).toAlignedRect()

    # ---- What the user does

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        self._fitted = None
        if not self.fits:
            if self._zoom <= self._fit_scale():
                self.zoom_to_fit()
            else:
                self._keep_inside()
        super().resizeEvent(event)
        self._tell()

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        if self.image.isNull() or not event.angleDelta().y():
            event.ignore()
            return
        self.zoom_by(_STEP ** (event.angleDelta().y() / _NOTCH), event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.image.isNull():
            self._pressed = None
            self.zoom_toggle(event.position())

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._panned_from = QPointF(self._centre)
            if not self.fits:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._pressed is None or self.image.isNull():
            return
        moved = event.position() - self._pressed
        if not self.fits:
            size = self._size_at(self.scale)
            self._centre = self._panned_from - QPointF(moved.x() / size.width(), moved.y() / size.height())
            self._keep_inside()
            self.update()
            self.moved.emit()
        elif moved.manhattanLength() >= QApplication.startDragDistance() and self.file is not None:
            self._pressed = None
            drag_file(self, self.file, self.image)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        self._pressed = None
        self._tell()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(_STEP)
            case Qt.Key.Key_Minus:
                self.zoom_by(1 / _STEP)
            case Qt.Key.Key_0:
                self.zoom_to_fit()
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._arrow(event)
            case Qt.Key.Key_Menu:
                self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))
            case _:
                super().keyPressEvent(event)

    def _arrow(self, event: QKeyEvent) -> None:
        """Moves a zoomed picture, else walks to the next one."""
        key = event.key()
        right = (key == Qt.Key.Key_Right) - (key == Qt.Key.Key_Left)
        down = (key == Qt.Key.Key_Down) - (key == Qt.Key.Key_Up)
        if not self.fits:
            size = self._size_at(self.scale)
            self._centre += QPointF(right * Space.XXL / size.width(), down * Space.XXL / size.height())
            self._keep_inside()
            self.update()
            self.moved.emit()
        elif right:
            self.walked.emit(right)
        else:
            event.ignore()

    def contextMenuEvent(self, event: object, /) -> None:
        point = getattr(event, "globalPos", None)
        if point is not None and not self.image.isNull():
            self.menu_wanted.emit(point())

    def enterEvent(self, event: QEnterEvent, /) -> None:
        self._tell()
        super().enterEvent(event)


def _ratio(image: QImage) -> float:
    return 0.0 if image.isNull() else round(image.width() / image.height(), 2)
