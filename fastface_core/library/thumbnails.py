"""Small pictures for the gallery, kept by the hash of the pixels: never the wrong one, and made once whatever moves.

A folder of small files that can be thrown away at any time, bounded in size; what was made or looked at longest ago
goes first.
"""

import contextlib
import os
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image

from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write
from fastface_core.library.gallery import PictureRow
from fastface_core.library.metadata import read_image
from fastface_core.library.pixels import pixel_hash
from fastface_core.pictures.shrinking import shrunk
from fastface_core.scraps import sweep

SIDE = 320
"""The longer side in pixels."""
LARGEST = 1 << 30
"""Bytes that all of them may take."""
_LARGEST_ONE = 4 << 20
_QUALITY = 82
_SHARE_KEPT = 0.9
_NAME = re.compile(r"[0-9a-f]{64}\.webp")


class Thumbnails:
    """Makes, keeps and finds thumbnails. All methods may be called from any thread, and by several programs."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        """Keeps them below `folder`, in at most about `largest` bytes."""
        self.folder = folder
        self._largest = largest
        self._written = 0

    def find(self, pixels: bytes) -> bytes | None:
        """The thumbnail of these pixels as a WebP file; None where there is none yet."""
        path = self.path_of(pixels)
        try:
            data = read_bytes(path, _LARGEST_ONE)
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return data

    def get(self, row: PictureRow) -> bytes:
        """The thumbnail of a picture as a WebP file, made from its file where there is none yet.

        What is returned always shows the file as it is: one that was edited since is shown, and not kept under the
        hash that it no longer has.

        Raises:
            PhotoError: the file is missing or damaged.
        """
        found = self.find(row.pixels)
        if found is not None:
            return found
        with read_image(row.path) as (_, image):
            pixels = pixel_hash(image)
            data = self.put(image, pixels)
        if not row.path.exists():  # erased meanwhile
            self.drop([pixels])
        return data

    def put(self, image: Image.Image, pixels: bytes | None = None) -> bytes:
        """Makes and keeps the thumbnail of a picture; `pixels` is its hash where it is known.

        A full disk is no error: it is made again when there is room.
        """
        pixels = pixels or pixel_hash(image)
        buffer = BytesIO()
        shrunk(image, SIDE).save(buffer, format="WEBP", quality=_QUALITY, method=2)
        data = buffer.getvalue()
        with contextlib.suppress(StorageError), atomic_write(self.path_of(pixels), durable=False) as file:
            file.write(data)
        self._written += len(data)
        if self._written > self._largest * (1 - _SHARE_KEPT):
            self._written = 0
            self.trim()
        return data

    def drop(self, pixels: Iterable[bytes]) -> None:
        """Erases the thumbnails of these pixels.

        Raises:
            StorageError: one cannot be removed.
        """
        for one in pixels:
            erase(self.path_of(one))

    def size(self) -> int:
        """Bytes that all of them take."""
        return sum(size for _, size, _ in self._all())

    def trim(self) -> None:
        """Removes those that were not looked at for longest, where all of them take too much."""
        every = sorted(self._all())
        total = sum(size for _, size, _ in every)
        if total <= self._largest:
            return
        for _, size, path in every:
            if total <= self._largest * _SHARE_KEPT:
                break
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size
        sweep(self._folders())

    def clear(self) -> None:
        """Removes all of them."""
        for _, _, path in self._all():
            path.unlink(missing_ok=True)

    def path_of(self, pixels: bytes) -> Path:
        name = pixels.hex()
        return self.folder / name[:2] / f"{name}.webp"

    def _folders(self) -> list[Path]:
        return [entry for entry in self.folder.iterdir() if entry.is_dir()] if self.folder.is_dir() else []

    def _all(self) -> list[tuple[float, int, Path]]:
        found: list[tuple[float, int, Path]] = []
        for folder in self._folders():
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    if _NAME.fullmatch(entry.name):
                        status = entry.stat()
                        found.append((status.st_mtime, status.st_size, Path(entry.path)))
        return found
