"""Reading photo files: any common form in, upright sRGB pixels out, or one clear reason why not.

Knows file forms and colour; nothing about faces. Every file is taken as untrusted: its size is read
from its header before anything is decoded, and a decoder's failure is the photo's fault, not a bug.
"""

import hashlib
import io
import re
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, ImageFile

from fastface_core.errors import PhotoError

MAX_PIXELS = 200_000_000
"""More than this is refused. The largest phone pictures (16320 x 12240) are just below; decoded they take 600 MB."""

MAX_BYTES = 2 * 1024**3
"""The largest file that is read: a 16-bit RGB TIFF of `MAX_PIXELS` is 1.2 GB."""

BACKDROP = 128
"""What shows through transparent pixels. The face models subtract 127.5, so this grey is their zero: it says nothing,
and the soft edge of a cut-out gets no white or black rim."""

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP", "JPEG2000", "PPM")
"""Pillow's names of what is read, HEIF apart. Short on purpose: some of its other readers start programs (EPS)."""

_RAW_SUFFIX = re.compile(
    r"\.(3fr|arw|cr2|cr3|crw|dng|erf|fff|iiq|kdc|mrw|nef|nrw|orf|pef|raf|raw|rw2|sr2|srf|srw)", re.IGNORECASE
)
_HINT_FORMATS = "Choose a JPEG, PNG, WebP, TIFF, HEIC or AVIF picture, or save this one as JPEG first."
_HINT_DAMAGED = "Copy it again from the camera or phone, or choose another photo."

_PROFILE_SPACES = {"L": ("GRAY", "RGB"), "RGB": ("RGB",), "CMYK": ("CMYK",), "LAB": ("Lab",)}
"""Which colour spaces an embedded profile may have for a picture of a mode."""

_TIFF_SUBFILE_TYPE, _TIFF_BITS, _TIFF_PHOTOMETRIC = 254, 258, 262


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

    Of an animation the first frame is taken, of a HEIC file the primary picture. 16-bit channels are scaled to 8,
    transparency is laid over `BACKDROP`. A colour profile that cannot be used is passed over: the picture matters more.

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
    with _decoding(name):
        picture = _open(data, path)
        _check_size(picture.size, name)
        _check_is_the_photo(picture, path)
        picture.load()
        _check_size(picture.size, name)
        pixels = _upright(_to_srgb(picture, name), picture)
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
        raise PhotoError(
            f"{name} was not found.", "Check that its folder or drive is connected, or choose another photo."
        ) from error
    except (OSError, ValueError) as error:
        # ValueError: a name no file can have, as one with a zero byte in it.
        raise PhotoError(
            f"{name} could not be read from its folder or drive.", "Copy it to this computer and choose the copy."
        ) from error
    if not data:
        raise PhotoError(f"{name} is empty.", _HINT_DAMAGED)
    return data


@contextmanager
def _decoding(name: str) -> Generator[None]:
    """Turns what decoders raise into a PhotoError.

    All of `Exception`, because damaged data makes them raise nearly anything: SyntaxError, struct.error, KeyError,
    RuntimeError from libheif, MemoryError.
    """
    try:
        yield
    except PhotoError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise PhotoError(
            f"{name} is too large for this computer's memory.", "Save a smaller copy of it and choose that."
        ) from error
    except Exception as error:
        raise PhotoError(f"{name} is damaged or incomplete.", _HINT_DAMAGED) from error


def _open(data: bytes, path: Path) -> ImageFile.ImageFile:
    """The file's header, read by the first reader that knows it; no pixel is decoded.

    `Image.open` is not used: it warns or refuses by a limit of its own, which can only be moved for the whole
    process, and it tries every reader that is installed.
    """
    Image.init()
    failure: Exception | None = None
    for name in FORMATS:
        if name not in Image.OPEN:
            continue
        read, accepts = Image.OPEN[name]
        # A text is Pillow's way to say that it would know the form, but was built without its decoder.
        if accepts is not None and accepts(data[:16]) is not True:
            continue
        try:
            return read(io.BytesIO(data), "")
        except Exception as error:
            # AVIF and HEIF begin alike, so a failure here may only mean that the next reader should try.
            failure = error
    if data[4:8] == b"ftyp":
        from pi_heif import HeifImageFile

        try:
            return cast(ImageFile.ImageFile, HeifImageFile(io.BytesIO(data)))
        except Exception as error:
            failure = error
    if _RAW_SUFFIX.fullmatch(path.suffix):
        raise _camera_raw(path)
    if failure is not None:
        raise failure
    raise PhotoError(f"{shown_name(path)} is not a photo in a form that can be read.", _HINT_FORMATS)


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise PhotoError(f"{name} has no pixels.", _HINT_DAMAGED)
    if width * height > MAX_PIXELS:
        raise PhotoError(
            f"{name} has {width} x {height} pixels, more than the {MAX_PIXELS // 1_000_000} million that are read.",
            "Save a smaller copy of it and choose that.",
        )


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


def _to_srgb(picture: Image.Image, name: str) -> NDArray[np.uint8]:
    """(height, width, 3) uint8, not yet turned, from a decoded picture of any mode."""
    profile = picture.info.get("icc_profile")
    colours, alpha = _without_alpha(_eight_bit(picture, name))
    colours = _converted(colours, profile if isinstance(profile, bytes) else b"")
    if alpha is not None:
        backdrop = Image.new("RGB", colours.size, (BACKDROP, BACKDROP, BACKDROP))
        colours = Image.composite(colours, backdrop, alpha)
    return np.asarray(colours, dtype=np.uint8)


def _eight_bit(picture: Image.Image, name: str) -> Image.Image:
    """The picture itself, or a mode L one from grey of 12 to 16 bits, which Pillow's own conversion may clip."""
    mode = picture.mode
    if not mode.startswith("I") and mode != "F":
        return picture
    if mode == "F" or (mode == "I" and picture.format == "TIFF"):
        # Signed, 32-bit and floating samples have no agreed white point: scaling them would be a guess.
        raise PhotoError(
            f"{name} stores measurements rather than brightness.", "Save it with 8 or 16 bits per channel."
        )
    bits = _tiff_tag(picture, _TIFF_BITS)
    depth = cast(int, bits[0]) if isinstance(bits, tuple) and bits else 16
    scaled = np.rint(np.asarray(picture).astype(np.float32) * (255.0 / (2**depth - 1))).clip(0, 255).astype(np.uint8)
    if _tiff_tag(picture, _TIFF_PHOTOMETRIC) == 0:
        scaled = 255 - scaled  # "White is zero": Pillow turns it round for 8 bits, not for 16.
    return Image.fromarray(scaled)


def _without_alpha(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """The colours, in a mode that a colour profile can speak of, and the transparency if there is any."""
    if picture.mode == "LA":
        return picture.getchannel("L"), picture.getchannel("A")
    if picture.mode in ("RGBA", "RGBa", "La", "PA") or "transparency" in picture.info:
        whole = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        return whole.convert("RGB"), whole.getchannel("A")
    if picture.mode in _PROFILE_SPACES:
        return picture, None
    return picture.convert("L" if picture.mode == "1" else "RGB"), None


def _converted(colours: Image.Image, profile: bytes) -> Image.Image:
    """Mode RGB, sRGB, from mode L, RGB, CMYK or LAB; without a usable profile numbers are taken as sRGB's."""
    try:
        source = _source_profile(colours.mode, profile)
        if source is not None:
            if colours.mode == "L" and _space(source) == "RGB":
                colours = colours.convert("RGB")
            transform = ImageCms.buildTransform(
                source,
                _standard_profile("sRGB"),
                colours.mode,
                "RGB",
                # What picture viewers do: white stays white, black stays black.
                ImageCms.Intent.RELATIVE_COLORIMETRIC,
                ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
            return cast(Image.Image, ImageCms.applyTransform(colours, transform))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        pass  # A damaged profile.
    return colours.convert("RGB")


def _source_profile(mode: str, profile: bytes) -> ImageCms.ImageCmsProfile | None:
    """The profile to convert from; None where there is none, or it is for another kind of picture."""
    if mode == "LAB":
        return _standard_profile("LAB")
    if not profile:
        return None
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return source if _space(source) in _PROFILE_SPACES[mode] else None


def _standard_profile(space: Literal["LAB", "sRGB"]) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(cast(Any, ImageCms).createProfile(space))


def _space(profile: ImageCms.ImageCmsProfile) -> str:
    """The colour space of the numbers that a profile explains: "RGB", "GRAY", "CMYK", "Lab"."""
    return str(getattr(profile.profile, "xcolor_space", "")).strip()


def _upright(pixels: NDArray[np.uint8], picture: Image.Image) -> NDArray[np.uint8]:
    """The pixels turned as the picture's EXIF says. Decoders that turn by themselves remove the mark."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        # Damaged EXIF says nothing about the orientation, and is no reason to refuse the picture.
        return pixels
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
