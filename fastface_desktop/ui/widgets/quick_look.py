"""Pictures read and written without the engine, in a thread of their own."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QImage

from fastface_core.files import atomic_write
from fastface_core.paths import data_folder
from fastface_desktop.state.traces import PASTED
from fastface_desktop.values import THUMBNAIL

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "BMP")
_LARGEST = 100_000_000
"""Pixels; larger photos show when the engine has read them."""


def quick_look(path: Path) -> QImage:
    """Upright, `THUMBNAIL` pixels at most; null where it cannot be read, which the engine then explains."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path, formats=_FORMATS) as opened:
            if opened.width * opened.height > _LARGEST:
                return QImage()
            opened.draft("RGB", (THUMBNAIL * 2, THUMBNAIL * 2))
            opened.thumbnail((THUMBNAIL, THUMBNAIL))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Exception:  # whatever a decoder says about a damaged file, the engine says it in the user's words
        return QImage()
    image = QImage(upright.tobytes(), upright.width, upright.height, 3 * upright.width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def keep_image(image: QImage, folder: str = PASTED) -> Path:
    """A picture from the clipboard or a web page as a file, named by its content; the same one is written once.

    Args:
        folder: in the data folder.

    Raises:
        StorageError: the data folder cannot be written to.
    """
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    content = buffer.data().data()
    path = data_folder() / folder / f"{hashlib.sha256(content).hexdigest()[:16]}.png"
    if not path.exists():
        with atomic_write(path) as file:
            file.write(content)
    return path


def read_picture(path: Path) -> QImage:
    """A finished picture in full size; null where the file is gone."""
    return QImage(str(path))
