"""The colours of a file that carries no profile but says in another way what its numbers mean, as a profile.

PNG says it in chunks (cICP, sRGB, gAMA with cHRM: w3.org/TR/png-3, 4.3 and 11.3.2), HEIF, AVIF and JPEG 2000 in a box
"colr" (ISO/IEC 14496-12, 12.1.5; 15444-1, I.5.3.3), cameras in EXIF's interoperability index (DCF 2.0).
"""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from PIL import ExifTags, Image

from fastface_core.pictures.made_profiles import (
    Curve,
    Points,
    hybrid_log_gamma,
    parametric,
    perceptual_quantizer,
    power,
    profile,
    srgb_curve,
)

_D65 = (0.3127, 0.3290)
SRGB: Points = (_D65, (0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_ADOBE: Points = (_D65, (0.640, 0.330), (0.210, 0.710), (0.150, 0.060))
_PRIMARIES: dict[int, Points] = {
    1: SRGB,
    2: SRGB,
    5: (_D65, (0.640, 0.330), (0.290, 0.600), (0.150, 0.060)),
    6: (_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    7: (_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    9: (_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    11: ((0.314, 0.351), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: (_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
"""By the numbers of ITU-T H.273, table 2."""

_COMPATIBLE_GAMMA = 0.45455
"""The gAMA of sRGB files, for programs that read gAMA alone (PNG, 11.3.2.5): it means sRGB's curve."""
_MOST_CHUNKS, _MOST_BOXES, _LARGEST_PROFILE = 1000, 2000, 8 << 20
_CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"jp2h": 0}
"""Boxes that hold boxes, and how many bytes precede those."""


def profile_of(picture: Image.Image, form: str, file: BinaryIO) -> bytes | None:
    """The profile that fits what a file says of its colours; None for sRGB, for no statement, and
    for codes that are not known.

    Args:
        picture: its header is read, its pixels are not.
        file: its position is restored.
    """
    own = picture.info.get("icc_profile")
    at = file.tell()
    try:
        match form:
            case "PNG":
                return _of_png(picture, file, own)
            case "JPEG2000" | "AVIF" | "HEIF" if not own:
                return _of_boxes(file) or _of_exif(picture)
            case "JPEG" | "WEBP" | "TIFF" if not own:
                return _of_exif(picture)
            case _:
                return own
    except (OSError, ValueError, TypeError, struct.error):
        return own  # damaged: the picture matters more
    finally:
        file.seek(at)


def _of_png(picture: Image.Image, file: BinaryIO, own: bytes | None) -> bytes | None:
    coded = _png_code(file)
    if coded is not None and (found := _of_code(*coded)) is not None:
        return found
    if own or "srgb" in picture.info:
        return own
    gamma, points = picture.info.get("gamma"), picture.info.get("chromaticity")
    if gamma is None and points is None:
        return None
    xy = tuple(float(number) for number in points or ())
    primaries = tuple(zip(xy[::2], xy[1::2], strict=True)) if len(xy) == 8 else SRGB
    if gamma is None or abs(float(gamma) - _COMPATIBLE_GAMMA) < 0.0005:
        return profile(primaries, srgb_curve())
    return profile(primaries, power(1 / float(gamma))) if 0.05 <= float(gamma) <= 20 else None


def _png_code(file: BinaryIO) -> tuple[int, int] | None:
    """Primaries and transfer function of a cICP chunk, which Pillow ignores."""
    file.seek(8)
    for _ in range(_MOST_CHUNKS):
        length, kind = struct.unpack(">I4s", file.read(8))
        if kind == b"cICP" and length == 4:
            primaries, transfer = struct.unpack(">BBxx", file.read(4))
            return primaries, transfer
        if kind in (b"IDAT", b"IEND"):
            return None
        file.seek(length + 4, io.SEEK_CUR)
    return None


def _of_boxes(file: BinaryIO) -> bytes | None:
    for kind, content in _colour_boxes(file):
        if kind in (b"prof", b"rICC"):
            return content
        if kind == b"nclx" and len(content) >= 4:
            primaries, transfer = struct.unpack(">HH", content[:4])
            return _of_code(primaries, transfer)
    return None


def _colour_boxes(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each."""
    file.seek(0)
    first = file.read(12)
    is_jp2 = first[4:8] == b"jP  "
    end = file.seek(0, io.SEEK_END)
    ahead = [(0, end)]
    for _ in range(_MOST_BOXES):
        if not ahead:
            return
        start, end = ahead.pop()
        if start + 8 > end:
            continue
        file.seek(start)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
            head = 16
        length = length or end - start
        if length < head:
            continue
        ahead.append((start + length, end))
        if kind in _CONTAINERS:
            ahead.append((start + head + _CONTAINERS[kind], min(start + length, end)))
        elif kind == b"colr" and length - head <= _LARGEST_PROFILE:
            content = file.read(length - head)
            # JPEG 2000 has a number for the method; 2 and 3 are profiles.
            if not is_jp2:
                yield content[:4], content[4:]
            elif content[:1] in (b"\x02", b"\x03"):
                yield b"prof", content[3:]


def _of_exif(picture: Image.Image) -> bytes | None:
    """Cameras that are set to Adobe RGB say so in EXIF alone."""
    if picture.mode != "RGB":
        return None
    try:
        exif = picture.getexif()
        about = exif.get_ifd(ExifTags.IFD.Exif)
        index = exif.get_ifd(ExifTags.IFD.Interop).get(1) if ExifTags.IFD.Interop in about else None
    except Exception:
        return None  # damaged EXIF says nothing
    says = about.get(ExifTags.Base.ColorSpace)
    adobe = says == 2 or (says != 1 and isinstance(index, str) and index.strip("\0 ") == "R03")
    return profile(_ADOBE, power(563 / 256)) if adobe else None


def _of_code(primaries: int, transfer: int) -> bytes | None:
    """A profile by the numbers of ITU-T H.273, tables 2 and 3."""
    points, curve = _PRIMARIES.get(primaries), _curve(transfer)
    return None if points is None or curve is None else profile(points, curve)


def _curve(transfer: int) -> Curve | None:
    match transfer:
        case 1 | 6 | 14 | 15:
            return parametric(1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
        case 2 | 13:
            return srgb_curve()
        case 4:
            return power(2.2)
        case 5:
            return power(2.8)
        case 8:
            return power(1.0)
        case 16:
            return perceptual_quantizer()
        case 18:
            return hybrid_log_gamma()
        case _:
            return None
