"""Pictures that ship with the program: what the starter makes, shown while the user has no picture yet.

A file that is missing or cannot be read is left out: nothing depends on these pictures.
"""

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from fastface_core.paths import resource
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space
from fastface_desktop.ui.widgets.basic import label

_SMALLEST = 32
"""Side of a picture where there is hardly any room."""


@cache
def _image(path: str) -> QImage:
    return QImage(path)


def sample(name: str) -> QImage:
    """The picture of that name, null where there is none."""
    return _image(str(resource("samples", f"{name}.jpg")))


def rounded(image: QImage, side: int, radius: float, ratio: float) -> QPixmap:
    """The square picture as `side` by `side` device-independent pixels, with round corners."""
    pixels = round(side * ratio)
    small = image.scaled(
        pixels, pixels, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    made = QPixmap(pixels, pixels)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(made.rect()), radius * ratio, radius * ratio)
    painter.setClipPath(shape)
    painter.drawImage(0, 0, small)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


class Samples(QWidget):
    """A row of sample pictures in the middle, with a caption under it."""

    def __init__(self, names: Sequence[str], said: str, caption: str, theme: Theme, *, leads: bool = False) -> None:
        """Args:
        said: what the pictures show, for those who cannot see them.
        leads: each picture is made of the one before.
        """
        super().__init__()
        self.row = _Row([image for name in names if not (image := sample(name)).isNull()], theme, leads)
        self.row.setAccessibleName(said)
        self.row.setToolTip(said)
        self.caption: QLabel = label(caption, "caption", wrap=True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.row)
        column.addWidget(self.caption)
        if not self.row.images:
            self.hide()

    def show_when(self, wanted: bool) -> None:
        """Without any picture it never shows."""
        self.setVisible(wanted and bool(self.row.images))


class _Row(QWidget):
    def __init__(self, images: Sequence[QImage], theme: Theme, leads: bool) -> None:
        super().__init__()
        self.images, self._theme, self._leads = images, theme, leads
        self._drawn: list[QPixmap] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._changed)

    @property
    def _gap(self) -> int:
        return Size.ICON + 2 * Space.S if self._leads else Space.S

    def _width(self, side: int) -> int:
        count = len(self.images)
        return max(0, count * side + (count - 1) * self._gap)

    def sizeHint(self) -> QSize:
        side = self._theme.px(Size.THUMBNAIL)
        return QSize(self._width(side), side)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(_SMALLEST), _SMALLEST)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        if not self.images:
            return
        count, gap, ratio = len(self.images), self._gap, self.devicePixelRatioF()
        room = (self.width() - (count - 1) * gap) // count
        side = max(_SMALLEST, min(self._theme.px(Size.THUMBNAIL), room, self.height()))
        if not self._drawn or self._drawn[0].width() != round(side * ratio):
            self._drawn = [rounded(image, side, Radius.CONTROL, ratio) for image in self.images]
        painter = QPainter(self)
        left, top = (self.width() - self._width(side)) // 2, (self.height() - side) // 2
        for number, drawn in enumerate(self._drawn):
            x = left + number * (side + gap)
            painter.drawPixmap(x, top, drawn)
            if self._leads and number:
                arrow = icons.pixmap("chevron-right", self._theme.colour("secondary").name(), Size.ICON, ratio)
                painter.drawPixmap(x - (gap + Size.ICON) // 2, (self.height() - Size.ICON) // 2, arrow)

    def _changed(self) -> None:
        self._drawn.clear()
        self.updateGeometry()
        self.update()
