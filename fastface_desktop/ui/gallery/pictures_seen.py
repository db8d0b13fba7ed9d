"""At the head of the inspector: the picture beside the photo it was made from, or the first of several."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.reference import Reference
from fastface_desktop.ui.shared.pair import paint_picture
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type

_WIDTH, _HEIGHT = 136, 181
"""Of a picture."""
_MOST = 3
_STEP = QPointF(56, 14)
"""From one of several to the next."""


class PicturesSeen(QWidget):
    """Of a fixed height, whatever is shown: nothing below it moves."""

    def __init__(self, gallery: Gallery, theme: Theme) -> None:
        super().__init__()
        self._gallery, self._theme = gallery, theme
        self._rows: tuple[PictureRow, ...] = ()
        self._photo: Reference | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        gallery.thumbnails.came.connect(self._images_came)
        theme.changed.connect(self.updateGeometry)

    @property
    def photo(self) -> QImage:
        """Null where there is none."""
        return self._photo.image if self._photo is not None else QImage()

    def show_one(self, row: PictureRow) -> None:
        """The photo follows with `show_photo`."""
        if not self._rows or self._rows[0].id != row.id or len(self._rows) > 1:
            self._photo = None
        self._rows = (row,)
        self.setAccessibleName(self.tr("This picture and the photo"))
        self.update()

    def show_photo(self, photo: Reference) -> None:
        self._photo = photo
        self.update()

    def show_many(self, rows: Sequence[PictureRow]) -> None:
        """The first lie on one another."""
        self._rows, self._photo = tuple(rows[:_MOST]), None
        self.setAccessibleName(self.tr("The chosen pictures"))
        self.update()

    def sizeHint(self) -> QSize:
        below = self._theme.px(Type.CAPTION + Space.S) + Space.XS
        return QSize(2 * _WIDTH + Space.S, _HEIGHT + max(below, 2 * round(_STEP.y())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width = min((self.width() - Space.S) / 2, float(_WIDTH))
        first = QRectF(0, 0, width, _HEIGHT)
        if len(self._rows) > 1:
            self._paint_many(painter, first)
        elif self._rows:
            self._paint_row(painter, self._rows[0], first)
            self._caption(painter, first, self.tr("This picture"))
            second = first.translated(width + Space.S, 0)
            self._paint_photo(painter, second)

    def _paint_many(self, painter: QPainter, first: QRectF) -> None:
        room = self.width() - first.width() - (len(self._rows) - 1) * _STEP.x()
        first.translate(max(room / 2, 0), 0)
        edge = Space.XS
        for number in reversed(range(len(self._rows))):
            place = first.translated(_STEP * number)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_1"))
            painter.drawRoundedRect(place.adjusted(-edge, -edge, edge, edge), Radius.CARD + edge, Radius.CARD + edge)
            self._paint_row(painter, self._rows[number], place)

    def _paint_row(self, painter: QPainter, row: PictureRow, place: QRectF) -> None:
        image = self._gallery.thumbnails.tile(row, QSize(_WIDTH, _HEIGHT), self.devicePixelRatioF())
        if image is None or image.isNull():
            self._paint_empty(painter, place, "")
        else:
            paint_picture(painter, _plain(image), place, Radius.PICTURE)

    def _paint_photo(self, painter: QPainter, place: QRectF) -> None:
        known = self._photo
        if known is not None and not known.image.isNull():
            paint_picture(painter, known.image, place, Radius.PICTURE)
            self._caption(painter, place, self.tr("The photo"))
            return
        self._paint_empty(painter, place, "" if known is None else "lock" if known.locked else "photo")
        if known is not None:
            self._caption(painter, place, self.tr("People are locked") if known.locked else self.tr("No photo at hand"))

    def _paint_empty(self, painter: QPainter, place: QRectF, icon: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_2"))
        painter.drawRoundedRect(place, Radius.PICTURE, Radius.PICTURE)
        if icon:
            side = self._theme.px(Size.ICON)
            drawn = icons.pixmap(icon, self._theme.colour("secondary").name(), side, self.devicePixelRatioF())
            painter.drawPixmap(place.center() - QPointF(side / 2, side / 2), drawn)

    def _caption(self, painter: QPainter, place: QRectF, text: str) -> None:
        painter.setFont(self._theme.font(Type.CAPTION))
        painter.setPen(self._theme.colour("secondary"))
        below = QRectF(place.left(), place.bottom() + Space.XS, place.width(), self.height() - place.bottom())
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(place.width()))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)

    def _images_came(self, pixels: frozenset[bytes]) -> None:
        if any(row.pixels in pixels for row in self._rows):
            self.update()


def _plain(image: QImage) -> QImage:
    """For a brush, which counts an image's own pixels."""
    if image.devicePixelRatio() == 1.0:
        return image
    copy = QImage(image)
    copy.setDevicePixelRatio(1.0)
    return copy
