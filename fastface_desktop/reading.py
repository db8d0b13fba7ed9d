"""Pictures from files for the window, read the one way that all of the program reads them. Not in the window's thread.

Pillow and NumPy are imported with the first picture.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from PySide6.QtGui import QImage


def read_image(path: Path, side: int | None = None) -> QImage:
    """The picture in a file, upright and in sRGB; null where it cannot be read.

    Args:
        side: the longer side in pixels at most; None keeps the size.
    """
    try:
        with open(path, "rb", opener=_opener) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _read(file, path.name, side)
    except (OSError, ValueError):
        pass
    return QImage()


def _read(file: BinaryIO, name: str, side: int | None) -> QImage:
    from fastface_core.errors import PhotoError
    from fastface_core.pictures.files import decoding, opened

    try:
        with opened(file, name, enough=2 * side if side else None) as picture, decoding(name):
            image = picture.image()
            if side is not None and max(image.size) > side:
                image.thumbnail((side, side))
            return from_pillow(image)
    except PhotoError:
        return QImage()  # why, is said where the picture is used


def _opener(path: str, flags: int) -> int:
    # What is no file (a pipe, a device) is not waited for.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_part(data: bytes, side: int, place: Callable[[tuple[int, int]], tuple[float, float, float]]) -> QImage:
    """A square of a photo, `side` pixels wide; null where the photo cannot be read.

    Args:
        place: left, top and width of the square, from the width and height of the upright photo as the engine sees it.
    """
    from PIL import Image

    from fastface_core.errors import PhotoError
    from fastface_core.pictures.files import PHOTO_ROOM, decoding, opened

    def enough(size: tuple[int, int]) -> float:
        # Turned or not, the square may be as small in one as in the other.
        return max(size) * side / min(place(size)[2], place((size[1], size[0]))[2])

    try:
        with opened(data, "", enough=enough, as_array=True, room=PHOTO_ROOM) as picture, decoding(""):
            seen = picture.shrunk_at_least_by
            left, top, width = place((-(-picture.width // seen), -(-picture.height // seen)))
            scale = seen / picture.shrunk_by
            whole = Image.fromarray(picture.array())
            box = (
                max(left * scale, 0),
                max(top * scale, 0),
                min((left + width) * scale, whole.width),
                min((top + width) * scale, whole.height),
            )
            return from_pillow(whole.resize((side, side), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0))
    except PhotoError:
        return QImage()


def from_pillow(image: object) -> QImage:
    """A picture of Pillow's, of mode RGB or RGBA, in the form that is painted fastest."""
    from PIL import Image

    assert isinstance(image, Image.Image)
    width, height = image.size
    if image.mode == "RGBA":
        made = QImage(image.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
        return made.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    # Converted, it has its own bytes.
    made = QImage(image.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return made.convertToFormat(QImage.Format.Format_RGB32)
