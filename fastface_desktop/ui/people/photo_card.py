"""A photo of a person as a tile: the face in it, the verdict's chip, whether it is used, whether it is the cover."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QAbstractButton, QWidget

from fastface_desktop.state.people.people import PhotoSeen
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import DARK, Radius, Space, Type

_SIDE = 156
_DOT = 8
_MARK = 16
_UNUSED = 0.45
"""How much of a photo that is not used is seen."""


class PhotoCard(QAbstractButton):
    """A click shows the photo's details, Delete removes it."""

    removed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._verdict, self._tone, self._used, self._cover = "", "secondary", True, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def show_photo(self, photo: PhotoSeen, image: QImage, number: int, *, cover: bool) -> None:
        """Args:
        image: square.
        number: its place among the person's photos, from 1.
        """
        self._image, self._cover, self._used = image, cover, photo.counts
        self._verdict, self._tone = words.verdict(photo.verdict), words.tone(photo)
        reason = translated(photo.reason) if photo.reason else self.tr("Nothing is known of this photo yet.")
        used = words.whether_used(photo)
        self.setToolTip(f"{reason}\n{used}.")
        title = self.tr("Photo {number}: {verdict}").format(number=number, verdict=self._verdict)
        parts = [title, used, *([self.tr("Cover")] if cover else [])]
        self.setAccessibleName(", ".join(parts))
        self.setAccessibleDescription(reason)
        self.update()

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIDE), self._theme.px(_SIDE) + self._foot())

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _foot(self) -> int:
        return round(self._theme.px(Type.BODY) * 1.5) + Space.XS

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = self.width()
        inside = QRectF(3, 3, side - 6, side - 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_3"))
        painter.drawRoundedRect(inside, Radius.CARD, Radius.CARD)
        if not self._image.isNull():
            brush = QBrush(self._image)
            scale = inside.width() / self._image.width()
            brush.setTransform(QTransform.fromTranslate(inside.x(), inside.y()).scale(scale, scale))
            painter.setOpacity(1.0 if self._used else _UNUSED)
            painter.setBrush(brush)
            painter.drawRoundedRect(inside, Radius.CARD, Radius.CARD)
            painter.setOpacity(1.0)
        if self._cover:
            self._paint_cover(painter, inside)
        ring = "text" if self.isChecked() else "line" if self.underMouse() else None
        if ring is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour(ring), 2))
            painter.drawRoundedRect(inside.adjusted(-2, -2, 2, 2), Radius.CARD + 2, Radius.CARD + 2)
        self._paint_chip(painter, QRectF(inside.x(), side, inside.width(), self._foot()))

    def _paint_cover(self, painter: QPainter, inside: QRectF) -> None:
        ground = QRectF(
            inside.right() - _MARK - 2 * Space.XS, inside.y() + Space.XS, _MARK + Space.XS, _MARK + Space.XS
        )
        halo = QColor(DARK.surface_0)
        halo.setAlphaF(0.7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(halo)
        painter.drawEllipse(ground)
        mark = icons.pixmap("user", DARK.text, _MARK - 2, self.devicePixelRatioF())
        painter.drawPixmap(
            round(ground.center().x() - (_MARK - 2) / 2), round(ground.center().y() - (_MARK - 2) / 2), mark
        )

    def _paint_chip(self, painter: QPainter, foot: QRectF) -> None:
        painter.setFont(self._theme.font(Type.BODY))
        room = int(foot.width()) - _DOT - Space.XS
        text = painter.fontMetrics().elidedText(self._verdict, Qt.TextElideMode.ElideRight, room)
        left = foot.center().x() - (painter.fontMetrics().horizontalAdvance(text) + _DOT + Space.XS) / 2
        colour = self._theme.colour(self._tone)
        dot = QRectF(left, foot.center().y() - _DOT / 2, _DOT, _DOT)
        # A ring where it is not used: the colour alone does not say so.
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if self._used else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot.adjusted(1, 1, -1, -1))
        painter.setPen(self._theme.colour("text" if self._used else "secondary"))
        painter.drawText(
            QRectF(dot.right() + Space.XS, foot.y(), room, foot.height()), Qt.AlignmentFlag.AlignVCenter, text
        )
