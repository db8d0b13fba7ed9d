"""A photo of a person as a tile: the face in it, everything that is wrong with it, whether it is used, and what would
help."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from fastface_desktop.state.people.people import PhotoInfo
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type
from fastface_desktop.ui.widgets.basic import button

LEAST = 160
"""Pixels of a tile's side at least."""
_VERDICT, _CAPTION = 28, 18
"""Heights of the lines below the photo."""
_UNUSED = 0.4
"""How much of a photo that is not used is seen."""
_ICONS = {"good": "check-circle", "warn": "warning", "bad": "error", "secondary": "search"}


class PhotoCard(QAbstractButton):
    """A click shows the photo's details, Delete removes it; who does not belong has a button for that."""

    removed = Signal()
    menu_wanted = Signal(QPoint)
    """Its menu, at this global point."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._side = theme.px(LEAST)
        self._verdict, self._caption, self._tone, self._used, self._cover = "", "", "secondary", True, False
        self.remove_button = button(self.tr("Remove"), self.tr("Erase this photo from the library (Delete)"))
        self.remove_button.setParent(self)
        self.remove_button.setProperty("size", "small")
        self.remove_button.clicked.connect(self.removed)
        self.remove_button.hide()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def show_photo(self, photo: PhotoInfo, image: QImage, number: int, *, cover: bool) -> None:
        """Args:
        image: square.
        number: its place among the person's photos, from 1.
        """
        self._image, self._cover, self._used = image, cover, photo.counts
        self._verdict, self._tone = words.all_faults(photo), words.tone(photo)
        self._caption = words.caption(photo)
        reasons = [translated(reason) for reason in photo.reasons]
        reason = " ".join(reasons) or self.tr("Nothing is known of this photo yet.")
        used = words.whether_used(photo)
        self.setToolTip(f"{reason}\n{used}.")
        title = self.tr("Photo {number}: {verdict}").format(number=number, verdict=self._verdict)
        parts = [title, used, *([self.tr("Cover")] if cover else [])]
        self.setAccessibleName(", ".join(parts))
        self.setAccessibleDescription(reason)
        self.remove_button.setVisible(photo.verdict == "other-person")
        self.remove_button.setAccessibleName(self.tr("Remove photo {number}").format(number=number))
        self._place()
        self.update()

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def set_side(self, side: int) -> None:
        """Of the photo, in pixels."""
        if side != self._side:
            self._side = side
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side + self._theme.px(_VERDICT + _CAPTION) + Space.XS)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The button is at the end of the verdict."""
        size, height = self.remove_button.sizeHint(), self._theme.px(_VERDICT)
        self.remove_button.setGeometry(self.width() - size.width(), self._side + Space.XS, size.width(), height)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_wanted.emit(self.mapToGlobal(self.rect().center()) if by_key else event.globalPos())

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        photo = QRectF(0, 0, self.width(), self._side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface_3" if self.underMouse() else "surface_2"))
        painter.drawRoundedRect(photo, Radius.PICTURE, Radius.PICTURE)
        if not self._image.isNull():
            brush = QBrush(self._image)
            scale = photo.width() / self._image.width()
            brush.setTransform(QTransform.fromScale(scale, scale))
            painter.setOpacity(1.0 if self._used else _UNUSED)
            painter.setBrush(brush)
            painter.drawRoundedRect(photo, Radius.PICTURE, Radius.PICTURE)
            painter.setOpacity(1.0)
        if self._cover:
            self._paint_cover(painter)
        if self.isChecked():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("text"), 2))
            painter.drawRoundedRect(photo.adjusted(1, 1, -1, -1), Radius.PICTURE, Radius.PICTURE)
        self._paint_words(painter)

    def _paint_cover(self, painter: QPainter) -> None:
        theme = self._theme
        painter.setFont(theme.font(Type.SMALL, Type.STRONG))
        text = self.tr("Cover")
        height = theme.px(Size.ICON)
        ground = QRectF(Space.S, Space.S, painter.fontMetrics().horizontalAdvance(text) + 2 * Space.S, height)
        colour = QColor(theme.colour("badge"))
        colour.setAlphaF(0.78)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(ground, height / 2, height / 2)
        painter.setPen(theme.colour("on_badge"))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_words(self, painter: QPainter) -> None:
        theme, top = self._theme, self._side + Space.XS
        height, icon = theme.px(_VERDICT), theme.px(Size.ICON_TEXT)
        drawn = icons.pixmap(_ICONS[self._tone], theme.colour(self._tone).name(), icon, self.devicePixelRatioF())
        painter.drawPixmap(0, round(top + (height - icon) / 2), drawn)
        left = icon + Space.S - 2
        taken = self.remove_button.width() + Space.S if self.remove_button.isVisibleTo(self) else 0
        room = self.width() - left - taken
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for text, font, colour, x, y, width, line in (
            (self._verdict, theme.font(Type.BODY, Type.STRONG), "text", left, top, room, height),
            (
                self._caption,
                theme.font(Type.CAPTION, tabular=True),
                "secondary",
                0,
                top + height,
                self.width(),
                theme.px(_CAPTION),
            ),
        ):
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(x, y, width, line), middle, shown)
