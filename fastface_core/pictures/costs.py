"""What decoding a picture takes in memory, known from its header, and at which size there is room for it."""

import io
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from PIL import ExifTags, Image, ImageFile

from fastface_core.pictures.colours import tiff_tag

BAND = 1 << 20
"""Pixels that are converted at once."""

_WIDTH, _BITS, _COMPRESSION, _SAMPLES, _STRIP_ROWS, _TILE_WIDTH, _TILE_ROWS = 256, 258, 259, 277, 278, 322, 323
"""Tags of TIFF."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a picture is read: its decoder gives 1/`decoded_at` of each side, of which 1/`reduce` is kept."""

    decoded_at: int
    reduce: int
    cost: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of `opened`."""

    room: int
    least: int
    as_array: bool
    beside: float = 0.0


def way_of(picture: ImageFile.ImageFile, file: BinaryIO, first: int, wanted: Wanted) -> Way | None:
    """The one that keeps most of the picture, at most 1/`first` of it, and has room; None where there is none."""
    pixels = picture.width * picture.height
    in_place = picture.mode in ("RGB", "RGBA") and not may_turn(picture)
    levels = _levels(picture, file)
    for shrink in (1, 2, 4, 8, 16, 32):
        if shrink < first:
            continue
        if shrink > 1 and max(picture.size) // shrink < wanted.least:
            return None
        decoded_at = min(shrink, 1 << levels)
        reduce = shrink // decoded_at
        # `array` gives 3 bytes; `image` changes the decoded one where it can, and needs another where it cannot.
        kept = 3 if wanted.as_array else 0 if in_place and reduce == 1 else 4
        # Of a transparent picture there is a copy without transparency.
        used = int(wanted.beside * (1.5 if "A" in picture.mode else 1.0) * pixels) // shrink**2
        cost = _decoder(picture, file, decoded_at) + kept * pixels // shrink**2 + used + 20 * BAND
        if cost <= wanted.room:
            return Way(decoded_at, reduce, cost)
    return None


def faster_way(picture: ImageFile.ImageFile, file: BinaryIO, full: Way, enough: float, wanted: Wanted) -> Way:
    """A smaller picture, where its decoder gives it."""
    shrink = full.decoded_at * full.reduce
    while shrink < 1 << _levels(picture, file) and max(picture.size) >= 2 * shrink * max(enough, 1):
        shrink *= 2
    return way_of(picture, file, shrink, wanted) or full


def _decoder(picture: ImageFile.ImageFile, file: BinaryIO, decoded_at: int) -> int:
    """Bytes that decoding takes, as measured (tests/core/pictures/test_picture_files.py)."""
    pixels = picture.width * picture.height
    mode = picture.mode
    each = 1 if mode in ("1", "L", "P") else 2 if mode.startswith("I;16") else 4
    match form_of(picture):
        case "JPEG":
            return each * pixels // decoded_at**2 + _jpeg_coefficients(picture, file)
        case "JPEG2000":
            # OpenJPEG keeps a tile as 32-bit numbers, and hands it over as bytes.
            return (len(picture.getbands()) * 6 + 4) * pixels // decoded_at**2
        case "WEBP":
            return int(16.4 * pixels) + 2 * _length(file)  # two canvases, their bytes, and Pillow's picture
        case "AVIF" | "HEIF":
            # Planes, of 16 bits where there are more than 8, all colours together, and Pillow's picture.
            return (12 if picture.info.get("bit_depth", 8) == 8 else 14) * pixels + 2 * _length(file)
        case "TIFF":
            return each * pixels + _tiff_strip(picture)
        case "GIF":
            return 9 * pixels if getattr(picture, "is_animated", False) else 5 * pixels
        case "PNG":
            return each * pixels + (8 * pixels if getattr(picture, "is_animated", False) else 0)
        case _:
            return each * pixels


def _length(file: BinaryIO) -> int:
    at = file.tell()
    try:
        return file.seek(0, io.SEEK_END)
    finally:
        file.seek(at)


def _jpeg_coefficients(picture: ImageFile.ImageFile, file: BinaryIO) -> int:
    """libjpeg keeps the coefficients of a whole picture that comes in several scans, in whatever size it is wanted."""
    samples = cast("list[tuple[int, int, int, int]]", getattr(picture, "layer", []))
    if not samples or not (picture.info.get("progressive") or _in_several_scans(file, len(samples))):
        return 0
    across, down = max(one[1] for one in samples), max(one[2] for one in samples)
    share = sum(one[1] * one[2] for one in samples) / (across * down)
    blocks = -(-picture.width // (8 * across)) * across * -(-picture.height // (8 * down)) * down
    return int(128 * blocks * share)


def _in_several_scans(file: BinaryIO, components: int) -> bool:
    """Whether the first scan of a JPEG file has only some of its components."""
    at = file.tell()
    try:
        file.seek(2)
        for _ in range(1000):
            marker = file.read(2)
            while marker[1:] == b"\xff":
                marker = b"\xff" + file.read(1)
            if len(marker) < 2 or marker[0] != 0xFF:
                return False
            (length,) = struct.unpack(">H", file.read(2))
            if marker[1] == 0xDA:
                return file.read(1)[0] < components
            file.seek(length - 2, io.SEEK_CUR)
        return True
    except (struct.error, IndexError):
        return False
    finally:
        file.seek(at)


def _levels(picture: ImageFile.ImageFile, file: BinaryIO) -> int:
    """How often a decoder can halve the picture at no cost."""
    match form_of(picture):
        case "JPEG":
            return 3
        case "JPEG2000":
            return _wavelet_levels(file)
        case _:
            return 0


def _wavelet_levels(file: BinaryIO) -> int:
    at = file.tell()
    try:
        file.seek(0)
        start = file.read(1 << 16)
    finally:
        file.seek(at)
    place = start.find(b"\xff\x4f\xff\x51") + 2
    while 2 <= place <= len(start) - 14 and start[place] == 0xFF and start[place + 1] != 0x90:
        if start[place + 1] == 0x52:
            return min(start[place + 9], 5)
        place += 2 + int.from_bytes(start[place + 2 : place + 4], "big")
    return 0


def _tiff_strip(picture: Image.Image) -> int:
    """What libtiff unpacks at once."""
    if _number(picture, _COMPRESSION, 1) == 1:
        return 0
    bits = tiff_tag(picture, _BITS)
    depth = max(cast("tuple[int, ...]", bits)) if isinstance(bits, tuple) and bits else 8
    width = _number(picture, _TILE_WIDTH, _number(picture, _WIDTH, picture.width))
    rows = _number(picture, _TILE_ROWS, _number(picture, _STRIP_ROWS, picture.height))
    rows = min(rows, 1 << 24) if tiff_tag(picture, _TILE_ROWS) else min(rows, picture.height)
    return width * rows * _number(picture, _SAMPLES, 1) * -(-depth // 8)


def _number(picture: Image.Image, tag: int, otherwise: int) -> int:
    found = tiff_tag(picture, tag)
    return found if isinstance(found, int) and found > 0 else otherwise


def shrink(picture: ImageFile.ImageFile, way: Way) -> None:
    if way.decoded_at == 1:
        return
    if form_of(picture) == "JPEG":
        picture.draft(cast(Any, None), (picture.width // way.decoded_at, picture.height // way.decoded_at))
    else:
        cast(Any, picture).reduce = way.decoded_at.bit_length() - 1


def form_of(picture: Image.Image) -> str:
    return "JPEG" if picture.format == "MPO" else picture.format or ""


def orientation_of(picture: Image.Image) -> int:
    """EXIF's, 1 to 8. Decoders that turn by themselves remove the mark."""
    try:
        found = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        return 1  # damaged EXIF says nothing about it, and is no reason to refuse the picture
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def may_turn(picture: Image.Image) -> bool:
    """Whether the picture is likely to be turned, without decoding it, which Pillow does to find a PNG file's EXIF."""
    if form_of(picture) == "PNG" and "exif" not in picture.info:
        return b"Raw profile type exif".decode() in picture.info
    return orientation_of(picture) != 1
