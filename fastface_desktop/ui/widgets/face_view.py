"""A photo with its faces marked, in which one is chosen by click, arrow key or number."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Radius, Size, Space, Type
from fastface_desktop.values import FaceInfo

_HIGHEST = 176


class FaceView(QWidget):
    """As wide as it may be, as high as its photo then is, up to a limit."""

    face_chosen = Signal(int)
    """A face's index, from 1 at the left."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self.update)
        self._image = QImage()
        self.faces: tuple[FaceInfo, ...] = ()
        self._chosen: int | None = None
        self._under: int | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Photo of the person"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_photo(self, image: QImage, faces: Sequence[FaceInfo], chosen: int | None) -> None:
        """A null image is shown as an empty ground, until there is one."""
        self._image, self.faces, self._chosen, self._under = image, tuple(faces), chosen, None
        several = len(self.faces) > 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if several else Qt.FocusPolicy.NoFocus)
        if several:
            text = self.tr("Face {chosen} of {count}, counted from the left, is used. Arrow keys choose another.")
            self.setAccessibleDescription(text.format(chosen=chosen or 0, count=len(self.faces)))
        else:
            self.setAccessibleDescription("")
        self.updateGeometry()
        self.update()

    # ---- Geometry

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int, /) -> int:
        if self._image.isNull():
            return Size.THUMBNAIL + Space.XXL
        return min(max(round(width * self._image.height() / self._image.width()), Size.THUMBNAIL), _HIGHEST)

    def sizeHint(self) -> QSize:
        width = Size.CONTROLS - 2 * Space.XL
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(Size.THUMBNAIL, Size.THUMBNAIL)

    def _target(self) -> QRectF:
        size = QSize(self._image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def face_rect(self, face: FaceInfo) -> QRectF:
        """Where a face is in this widget."""
        target = self._target()
        left, top, right, bottom = face.box
        box = QRectF(
            target.x() + left * target.width(),
            target.y() + top * target.height(),
            (right - left) * target.width(),
            (bottom - top) * target.height(),
        )
        return box.intersected(target.adjusted(1, 1, -1, -1))

    def _face_at(self, point: QPointF) -> FaceInfo | None:
        """The smallest face there, with a margin that makes small ones easy to hit."""
        hits = [
            face
            for face in self.faces
            if self.face_rect(face).adjusted(-Space.XS, -Space.XS, Space.XS, Space.XS).contains(point)
        ]
        return min(hits, key=lambda face: self.face_rect(face).width(), default=None)

    # ---- Painting

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        painter.drawRoundedRect(QRectF(self.rect()), Radius.CONTROL, Radius.CONTROL)
        if self._image.isNull():
            return
        target = self._target()
        brush = QBrush(self._image)
        brush.setTransform(
            QTransform.fromTranslate(target.x(), target.y()).scale(
                target.width() / self._image.width(), target.height() / self._image.height()
            )
        )
        painter.setBrush(brush)
        painter.drawRoundedRect(target, Radius.CONTROL, Radius.CONTROL)
        for face in self.faces:
            self._paint_face(painter, face)

    def _paint_face(self, painter: QPainter, face: FaceInfo) -> None:
        rect = self.face_rect(face)
        chosen = face.index == self._chosen
        # Light on dark, so that the frame is seen on every photo.
        halo = QColor(DARK.surface_0)
        halo.setAlphaF(0.6)
        colour = QColor(DARK.accent if chosen else DARK.text)
        width = 2.0 if chosen or face.index == self._under else 1.2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(halo, width + 2), QPen(colour, width)):
            painter.setPen(pen)
            painter.drawRoundedRect(rect, Space.XS, Space.XS)
        if len(self.faces) > 1:
            self._paint_number(painter, face, rect, colour, chosen)

    def _paint_number(self, painter: QPainter, face: FaceInfo, rect: QRectF, colour: QColor, chosen: bool) -> None:
        """Above the frame, so that it covers nothing of a small face; inside where there is no room above."""
        painter.setFont(self._theme.font(Type.CAPTION, Type.STRONG, tabular=True))
        side = self._theme.px(14)
        top = rect.y() - side if rect.y() - side >= self._target().y() else rect.y()
        ground = QRectF(rect.center().x() - side / 2, top, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(ground, Space.XS, Space.XS)
        painter.setPen(QColor(DARK.on_accent if chosen else DARK.surface_0))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, str(face.index))

    # ---- What the user does

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        face = self._face_at(event.position()) if len(self.faces) > 1 else None
        under = face.index if face is not None else None
        if under != self._under:
            self._under = under
            self.setCursor(Qt.CursorShape.PointingHandCursor if under else Qt.CursorShape.ArrowCursor)
            if face is not None:
                QToolTip.showText(event.globalPosition().toPoint(), self.tr("Use this face"), self)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        face = self._face_at(event.position())
        if face is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(face.index)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        count = len(self.faces)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if count > 1 and step is not None:
            self._choose(((self._chosen or 1) - 1 + step) % count + 1)
        elif count > 1 and event.text().isdecimal() and 1 <= int(event.text()) <= count:
            self._choose(int(event.text()))
        else:
            super().keyPressEvent(event)

    def _choose(self, index: int) -> None:
        if index != self._chosen:
            self.face_chosen.emit(index)
