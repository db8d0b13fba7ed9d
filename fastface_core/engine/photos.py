"""Reading photo files: any common form in, upright sRGB pixels out, or one clear reason why not.

Knows files and how they may fail; `picture_files` knows their forms and colours, and nothing here knows about faces.
"""

import hashlib
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from fastface_core import absent
from fastface_core.errors import PhotoError
from fastface_core.pictures.files import BACKDROP, HINT_DAMAGED, MAX_PIXELS, PHOTO_ROOM, decoding, opened

__all__ = ["BACKDROP", "MAX_BYTES", "MAX_PIXELS", "Photo", "decode_photo", "read_bytes", "read_photo", "shown_name"]

MAX_BYTES = 2 * 1024**3
"""The largest file that is read: a 16-bit RGB TIFF of `MAX_PIXELS` is 1.2 GB."""

_RAW_SUFFIX = re.compile(
    r"\.(3fr|arw|cr2|cr3|crw|dng|erf|fff|iiq|kdc|mrw|nef|nrw|orf|pef|raf|raw|rw2|sr2|srf|srw)", re.IGNORECASE
)
_TIFF_SUBFILE_TYPE = 254


@dataclass(frozen=True, eq=False, slots=True)
class Photo:
    """A photo as people see it.

    Attributes:
        sha256: hex digest of the file's bytes.
        pixels: (height, width, 3) uint8, sRGB, upright, not writable.
    """

    path: Path
    sha256: str
    pixels: NDArray[np.uint8]


def read_photo(path: Path) -> Photo:
    """The picture in a file: its EXIF orientation applied, its colours converted to sRGB.

    Of an animation the first frame that shows something is taken, of a HEIC file the primary picture. 16-bit channels
    are scaled to 8, transparency is laid over `BACKDROP`. A colour profile that cannot be used is passed over: the
    picture matters more. A very large photo is read at a half or a quarter of its size; see `picture_files`.

    Raises:
        PhotoError: the file cannot be read, is not a photo, is damaged, or has more than `MAX_PIXELS`. The message
            names the file without its folders.
    """
    path = Path(path)
    return decode_photo(path, read_bytes(path))


def decode_photo(path: Path, data: bytes) -> Photo:
    """As `read_photo`, from the file's content as `read_bytes` gave it; `path` only names it.

    Raises:
        PhotoError: it is not a photo, is damaged, or has more than `MAX_PIXELS`.
    """
    name = shown_name(path)

    def check(picture: ImageFile.ImageFile) -> None:
        _check_is_the_photo(picture, path)

    try:
        with opened(data, name, as_array=True, room=PHOTO_ROOM, check=check) as picture, decoding(name):
            pixels = picture.array()
    except PhotoError as error:
        # TIFF-like forms of cameras are damaged pictures, or none, to every other reader.
        if _RAW_SUFFIX.fullmatch(path.suffix):
            raise _camera_raw(path) from error
        raise
    pixels.flags.writeable = False
    return Photo(path, hashlib.sha256(data).hexdigest(), pixels)


def shown_name(path: Path) -> str:
    """A file's name as messages show it: quoted, without its folders, on one line."""
    return '"' + "".join(letter if letter.isprintable() else "?" for letter in path.name or str(path)) + '"'


def read_bytes(path: Path) -> bytes:
    """The file's content.

    Raises:
        PhotoError: it is no file, empty, larger than `MAX_BYTES`, or cannot be read.
    """
    name = shown_name(path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise PhotoError(f"{name} is a folder.", "Choose the photos inside it.")
        if not stat.S_ISREG(found.st_mode):
            raise PhotoError(f"{name} is not a file.", "Choose a photo file.")
        if found.st_size > MAX_BYTES:
            raise PhotoError(
                f"{name} is larger than {MAX_BYTES // 1024**3} GB.", "Save a smaller copy of it and choose that."
            )
        data = path.read_bytes()
    except PermissionError as error:
        raise PhotoError(
            f"{name} may not be read by this program.",
            "Allow reading it in the file's properties, or copy it to a folder of your own.",
        ) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        if (other := absent.meant(path)) is not None:
            raise PhotoError(*other) from error
        raise PhotoError(
            f"{name} was not found.", "Check that its folder or drive is connected, or choose another photo."
        ) from error
    except (OSError, ValueError) as error:
        # ValueError: a name no file can have, as one with a zero byte in it.
        raise PhotoError(
            f"{name} could not be read from its folder or drive.", "Copy it to this computer and choose the copy."
        ) from error
    if not data:
        raise PhotoError(f"{name} is empty.", HINT_DAMAGED)
    return data


def _check_is_the_photo(picture: ImageFile.ImageFile, path: Path) -> None:
    """Refuses camera raw files: in TIFF's form they open as the stamp-sized preview inside them."""
    if picture.format != "TIFF":
        return
    subfile_type = _tiff_tag(picture, _TIFF_SUBFILE_TYPE)
    is_reduced_copy = isinstance(subfile_type, int) and bool(subfile_type & 1)
    if is_reduced_copy or _RAW_SUFFIX.fullmatch(path.suffix):
        raise _camera_raw(path)


def _camera_raw(path: Path) -> PhotoError:
    return PhotoError(
        f"{shown_name(path)} is a camera raw file, which cannot be read.",
        "Export it as JPEG or TIFF from your photo program and choose that.",
    )


def _tiff_tag(picture: Image.Image, tag: int) -> object:
    return cast("dict[int, object]", getattr(picture, "tag_v2", {})).get(tag)
