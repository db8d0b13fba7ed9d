"""Pictures that ship with the program: what the starter makes, shown while the user has no picture yet.

A file that is missing or cannot be read is left out: nothing depends on these pictures.
"""

from functools import cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from fastface_core.paths import resource


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
