"""The header of a picture: which form it has, and what of it cannot be read."""

from typing import Any, BinaryIO, cast

from PIL import Image, ImageFile

from fastface_core.errors import PhotoError

FORMS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP", "JPEG2000", "PPM", "HEIF")
"""Pillow's names of what is read. Short on purpose: some of its other readers start programs (EPS)."""
GALLERY_FORMS = ("PNG", "JPEG", "WEBP")

HINT_FORMS = "Choose a JPEG, PNG, WebP, TIFF, HEIC or AVIF picture, or save this one as JPEG first."
_UNKNOWN_SAMPLES = ("unknown pixel mode", "unknown data organization")
"""What Pillow says of TIFF files that are whole, as of colours in 32 bits each."""

# ISO/IEC 23008-12, annex B, and the AV1 Image File Format.
_HEIF_BRANDS = frozenset(
    (b"mif1", b"mif2", b"msf1", b"miaf", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"avif", b"avis")
)


def read_header(file: BinaryIO, name: str, forms: tuple[str, ...]) -> ImageFile.ImageFile:
    """The file's header, read by the first reader that knows it; no pixel is decoded.

    `Image.open` is not used: it warns or refuses by a limit of its own, which can only be moved for the whole
    process, and it tries every reader that is installed.
    """
    Image.init()
    first = file.read(64)
    failure: Exception | None = None
    for form in forms:
        if form not in Image.OPEN:
            continue
        read, accepts = Image.OPEN[form]
        # A text is Pillow's way to say that it would know the form, but was built without its decoder.
        if accepts is not None and accepts(first[:16]) is not True:
            continue
        file.seek(0)
        try:
            return read(cast(Any, file), "")
        except Exception as error:
            # AVIF and HEIF begin alike, so a failure here may only mean that the next reader should try.
            failure = error
    if "HEIF" in forms and _is_heif(first):
        from pi_heif import HeifImageFile

        file.seek(0)
        try:
            return cast(ImageFile.ImageFile, HeifImageFile(file))
        except Exception as error:
            failure = error
    if isinstance(failure, SyntaxError) and str(failure) in _UNKNOWN_SAMPLES:
        raise PhotoError(
            f"{name} stores its colours in a way that cannot be read.", "Save it with 8 or 16 bits per channel."
        )
    if failure is not None:
        raise failure
    raise PhotoError(f"{name} is not a photo in a form that can be read.", HINT_FORMS)


def check_samples(picture: Image.Image, name: str) -> None:
    if picture.mode == "F" or (picture.mode == "I" and picture.format == "TIFF"):
        # Signed, 32-bit and floating samples have no agreed white point: scaling them would be a guess.
        raise PhotoError(
            f"{name} stores measurements rather than brightness.", "Save it with 8 or 16 bits per channel."
        )


def _is_heif(first: bytes) -> bool:
    """Whether a file of boxes says that it holds pictures, and not a film or a camera's raw data."""
    end = min(int.from_bytes(first[:4], "big"), len(first))
    brands = {first[at : at + 4] for at in (8, *range(16, end - 3, 4))}
    return first[4:8] == b"ftyp" and not brands.isdisjoint(_HEIF_BRANDS)
