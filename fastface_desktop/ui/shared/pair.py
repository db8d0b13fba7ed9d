"""What the program is for, in one picture: a photo, an arrow, and the portrait that the starter drew of it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type
from fastface_desktop.ui.widgets.samples import sample

_WIDTH, _HEIGHT = 504, 572
"""Of the whole, at its full size."""
_PORTRAIT = QRectF(68, 0, 436, 436)
_PHOTO = QRectF(0, 260, 196, 252)
_ARROW, _DISC = QPointF(196, 382), 44
_OTHERS = ("style-watercolor", "style-ink", "style-pop-art")
_OTHER, _OTHERS_AT, _OTHERS_TOP = 85, (224, 321, 418), 460
_CAPTION_TOP = 556
_SMALL, _LEAST = 280, 0.6
"""Height of the portrait above the text, and the smallest share of the whole beside it."""


class Pair(QWidget):
    """Smaller where it is above the text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share = 1.0
        self._small = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("A photo of a person, and portraits that the starter drew of it"))
        theme.changed.connect(self.update)

    widest = _WIDTH

    def fit(self, width: int | None) -> None:
        """
        Args:
            width: that it has beside the text; None stands above it: then without the other styles.
        """
        self._small = width is None
        self._share = _SMALL / _PORTRAIT.height() if width is None else min(max(width / _WIDTH, _LEAST), 1.0)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = _PHOTO.bottom() if self._small else _HEIGHT
        return QSize(round(_WIDTH * self._share), round(height * self._share))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(self._share, self._share)
        paint_picture(painter, sample("portrait"), _PORTRAIT, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_0"))
        painter.drawRoundedRect(_PHOTO.adjusted(-Space.S, -Space.S, Space.S, Space.S), 16, 16)
        paint_picture(painter, sample("photo"), _PHOTO, Radius.CARD)
        paint_arrow(painter, _ARROW, self._theme)
        if self._small:
            return
        for name, left in zip(_OTHERS, _OTHERS_AT, strict=True):
            paint_picture(painter, sample(name), QRectF(left, _OTHERS_TOP, _OTHER, _OTHER), Radius.PICTURE)
        painter.setPen(self._theme.colour("secondary"))
        painter.setFont(self._theme.font(Type.CAPTION))
        place = QRectF(_OTHERS_AT[0], _CAPTION_TOP, _WIDTH - _OTHERS_AT[0], _HEIGHT - _CAPTION_TOP)
        text = self.tr("One photo, many styles; drawn by the starter")
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, cut)


def paint_picture(painter: QPainter, image: QImage, place: QRectF, radius: float, *, above: float = 0.5) -> None:
    """Fills its place; of what is too wide the middle is shown.

    Args:
        above: of what is too high, the share of what is cut off that is cut off above, 0 to 1.
    """
    if image.isNull():
        return
    scale = max(place.width() / image.width(), place.height() / image.height())
    left = place.center().x() - image.width() * scale / 2
    top = place.top() - (image.height() * scale - place.height()) * above
    brush = QBrush(image)
    brush.setTransform(QTransform.fromTranslate(left, top).scale(scale, scale))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(place, radius, radius)


def paint_arrow(painter: QPainter, centre: QPointF, theme: Theme) -> None:
    """From the photo to what was made of it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("surface_0"))
    painter.drawEllipse(centre, _DISC / 2 + Space.S, _DISC / 2 + Space.S)
    painter.setBrush(theme.colour("text"))
    painter.drawEllipse(centre, _DISC / 2, _DISC / 2)
    drawn = icons.pixmap(
        "arrow-right", theme.colour("surface_0").name(), Size.ICON, painter.device().devicePixelRatio()
    )
    painter.drawPixmap(centre - QPointF(Size.ICON / 2, Size.ICON / 2), drawn)
