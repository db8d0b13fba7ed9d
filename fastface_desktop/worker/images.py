"""From the engine's pictures to Qt's, in the engine's thread."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from fastface_core.progress import Preview
from fastface_desktop.values import THUMBNAIL


def from_preview(preview: Preview) -> QImage:
    return _copied(preview.rgb, preview.width, preview.height)


def from_picture(image: Image.Image) -> QImage:
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    return _copied(rgb.tobytes(), rgb.width, rgb.height)


def from_pixels(pixels: NDArray[np.uint8]) -> QImage:
    """Args:
    pixels: (height, width, 3) uint8 RGB.
    """
    height, width = pixels.shape[:2]
    return _copied(np.ascontiguousarray(pixels).tobytes(), width, height)


def thumbnail(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= THUMBNAIL:
        return image
    return image.scaled(
        THUMBNAIL, THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _copied(rgb: bytes, width: int, height: int) -> QImage:
    # A QImage made from bytes borrows them; converted, it has its own, in the form that is painted fastest.
    return QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )
