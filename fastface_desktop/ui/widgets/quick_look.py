"""Pictures read and written without the engine, in a thread of their own."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QImage

from fastface_core.files import atomic_write
from fastface_core.paths import data_folder
from fastface_desktop.reading import read_image
from fastface_desktop.state.people.eraser import PASTED
from fastface_desktop.values import THUMBNAIL


def quick_look(path: Path) -> QImage:
    """Upright, `THUMBNAIL` pixels at most; null where it cannot be read, which the engine then explains."""
    return read_image(path, THUMBNAIL)


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
    return read_image(path)
