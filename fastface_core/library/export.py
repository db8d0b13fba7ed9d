"""Pictures for others: which form, which size, which name, and what is said in the file.

Profiles: *share* says nothing but that a model made the picture; *archive* keeps the whole recipe; *client* says
rating, creator and copyright. The file is written from the pixels alone, so that nothing of the old one is left in it
by chance.
"""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from PIL import Image

from fastface_core.bounded import read_bytes
from fastface_core.errors import FastFaceError, PhotoError, SettingsError, StorageError
from fastface_core.files import atomic_write
from fastface_core.library import contact_sheets, containers, finishing, xmp
from fastface_core.library.contact_sheets import ContactSheet, SheetSettings
from fastface_core.library.credentials import Credentials, Signer
from fastface_core.library.encoding import LARGEST_FILE, SUFFIXES, FileFormat, encoded
from fastface_core.library.finishing import Sharpening, Watermark
from fastface_core.library.gallery import Gallery, PictureDetails
from fastface_core.library.metadata import Marks, named, read_image
from fastface_core.library.print_forms import COLOURS, Colours, in_colours, tiff
from fastface_core.naming_patterns import clean, fields_of
from fastface_core.pictures.colours import srgb_profile
from fastface_core.pictures.files import EXACT, OpenPicture, TooLargeError, opened
from fastface_core.pictures.names import JPEG_SUFFIXES
from fastface_core.pictures.shrinking import shrunk
from fastface_core.progress import CancelToken, Report, Stage, silent

logger = logging.getLogger(__name__)

Profile = Literal["share", "archive", "client"]
PROFILES: tuple[Profile, ...] = ("share", "archive", "client")
ExportForm = FileFormat | Literal["tiff"]
FORMATS: tuple[ExportForm, ...] = ("png", "jpeg", "webp", "tiff")
SMALLEST, LARGEST = 16, 16384
DENSITIES = (1, 2400)
"""Pixels an inch that may be noted in a file."""

PATTERNS: dict[Profile, str] = {"share": "picture-{number}", "archive": "{name}", "client": "{date}-{number}"}
"""The naming pattern of each profile where none is given."""
FIELDS = ("number", "date", "time", "seed", "width", "height", "rating", "name", "preset", "checkpoint", "person")
_SUFFIXES: dict[ExportForm, str] = {**SUFFIXES, "tiff": ".tif"}
_BESIDE: dict[ExportForm, float] = {"png": 6.0, "jpeg": 4.0, "webp": 8.0, "tiff": 8.0}
_BESIDE_LOSSLESS, _BESIDE_COLOURS, _BESIDE_SHARPENED = 38.0, 8.0, 4.0
"""Bytes for each pixel that writing a picture, a WebP file without loss, other colours, and sharpening take, as
measured (benchmarks/picture_memory.py)."""
_FORM_OF: dict[str, FileFormat] = {".png": "png", ".apng": "png", ".webp": "webp"}
_PRIVATE = {"name", "seed", "preset", "checkpoint", "person"}


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """How pictures are exported.

    Attributes:
        form: None keeps each picture's own.
        side: the longer side in pixels at most; None keeps the size. Nothing is enlarged.
        pattern: of the names, with `FIELDS` in braces; None takes the profile's. Endings are added.
        quality: 1 to 100, of JPEG and WebP.
        density: pixels an inch that the file notes for printers and layout programs; None notes nothing. WebP has no
            place for it.
        colours: whose numbers the file holds; each comes with its profile.
        disclosure: says in the file that a trained model made the picture.
        creator, rights: what *client* says; None says nothing.
        credentials: signs what a model made, where it is disclosed; copies for the archive stay as they are.
        sharpening, watermark: done to the copies at their size; None leaves them out.
        by_person: copies go into a folder of their person's name; of nobody known, into the folder itself.
        sheet: a contact sheet of all copies in their folder; None for none.
    """

    profile: Profile
    form: ExportForm | None = None
    side: int | None = None
    density: int | None = None
    colours: Colours = "srgb"
    pattern: str | None = None
    quality: int = 92
    disclosure: bool = True
    creator: str | None = None
    rights: str | None = None
    credentials: Credentials | None = None
    sharpening: Sharpening | None = None
    watermark: Watermark | None = None
    by_person: bool = False
    sheet: SheetSettings | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of an export.

    Attributes:
        files: by the picture's number, in order.
        problems: sentences by the picture's number.
        sheet: the contact sheet, where there is one.
    """

    files: dict[int, Path]
    problems: dict[int, str]
    sheet: Path | None = None


@dataclass(frozen=True, slots=True)
class TermsWarning:
    """Pictures whose models forbid, or may forbid, commercial use.

    Attributes:
        forbidden, unknown: numbers of pictures.
        licences: of the models that forbid it.
    """

    forbidden: tuple[int, ...]
    unknown: tuple[int, ...]
    licences: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.forbidden or self.unknown)


def check(settings: ExportSettings) -> None:
    """
    Raises:
        SettingsError: a value that is not allowed, or a name that would tell what *share* keeps to itself.
    """
    if settings.profile not in PROFILES:
        raise SettingsError(f'There is no profile "{settings.profile}".', f"Choose one of: {', '.join(PROFILES)}.")
    if settings.form is not None and settings.form not in FORMATS:
        raise SettingsError(f'"{settings.form}" is not a form of pictures.', f"Choose one of: {', '.join(FORMATS)}.")
    if settings.side is not None and not SMALLEST <= settings.side <= LARGEST:
        raise SettingsError(f"A side of {settings.side} pixels is not allowed.", f"Choose {SMALLEST} to {LARGEST}.")
    if settings.density is not None and not DENSITIES[0] <= settings.density <= DENSITIES[1]:
        raise SettingsError(
            f"{settings.density} pixels an inch is not allowed.", f"Choose {DENSITIES[0]} to {DENSITIES[1]}."
        )
    if settings.colours not in COLOURS:
        raise SettingsError(f'"{settings.colours}" is no space of colours.', f"Choose one of: {', '.join(COLOURS)}.")
    if settings.profile == "archive" and (settings.form == "tiff" or settings.colours != "srgb"):
        raise SettingsError(
            "The archive keeps pictures as they are made: no TIFF, and sRGB.", "Choose another profile, or PNG in sRGB."
        )
    if settings.profile == "archive" and (settings.sharpening or settings.watermark):
        raise SettingsError(
            "The archive keeps pictures as they are made: nothing is sharpened, and they get no watermark.",
            "Choose another profile, or leave both out.",
        )
    finishing.check(settings.sharpening, settings.watermark)
    if settings.sheet is not None:
        contact_sheets.check(settings.sheet)
    if not 1 <= settings.quality <= 100:
        raise SettingsError(f"A quality of {settings.quality} is not allowed.", "Choose 1 to 100.")
    fields = fields_of(settings.pattern or PATTERNS[settings.profile], FIELDS)
    if settings.profile == "share" and (told := sorted(fields & _PRIVATE)):
        raise SettingsError(
            f'The profile share keeps "{told[0]}" to itself, so it cannot stand in the name.',
            "Choose another naming pattern, or another profile.",
        )


def terms_warning(gallery: Gallery, ids: Sequence[int]) -> TermsWarning:
    """What has to be said before pictures are given away."""
    forbidden: list[int] = []
    unknown: list[int] = []
    licences: dict[str, None] = {}
    for number in ids:
        try:
            terms = gallery.details(number).terms
        except SettingsError:
            terms = None  # the export itself says what is wrong with it
        if terms is None or terms.commercial_use is None:
            unknown.append(number)
        elif not terms.commercial_use:
            forbidden.append(number)
            licences |= dict.fromkeys(terms.licences)
    return TermsWarning(tuple(forbidden), tuple(unknown), tuple(licences))


def export(
    gallery: Gallery,
    ids: Sequence[int],
    folder: Path,
    settings: ExportSettings,
    names: dict[str, str],
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Exported:
    """Writes pictures into a folder, never over a file that is there.

    Args:
        names: of people, by uid, for the field {person}.

    Raises:
        SettingsError: see `check`; or the credentials cannot sign, and nothing is exported.
        PhotoError: the watermark's picture cannot be read, and nothing is exported.
        StorageError: the disk is full or cannot be written to; pictures before that are there.
        Cancelled: between two pictures.
    """
    check(settings)
    signer = Signer(settings.credentials) if settings.credentials and settings.profile != "archive" else None
    stamp = finishing.stamp(settings.watermark) if settings.watermark is not None else None
    sheet = ContactSheet(settings.sheet) if settings.sheet is not None else None
    cancel = cancel or CancelToken()
    files: dict[int, Path] = {}
    problems: dict[int, str] = {}
    for number, picture in enumerate(ids, start=1):
        cancel.check()
        report(Stage(f"Exporting picture {number} of {len(ids)}", number / len(ids)))
        try:
            details = gallery.details(picture)
            data, form = _content(details, settings, stamp)
            if signer is not None and settings.disclosure and details.recipe is not None:
                data = signer.sign(data, form)
        except StorageError:
            raise
        except Exception as error:
            problems[picture] = _problem(picture, error)
            continue
        stem = _stem(settings, details, number, len(ids), names)
        files[picture] = path = _write(_place(folder, settings, details, names), stem, _SUFFIXES[form], data)
        if sheet is not None:
            try:
                _show_on(sheet, data, path.name, details.row.rating if settings.profile == "client" else 0)
            except FastFaceError as error:
                problems[picture] = error.message
    pages = _write(folder, contact_sheets.NAME, ".pdf", sheet.finished()) if sheet is not None and files else None
    return Exported(files, problems, pages)


def _place(folder: Path, settings: ExportSettings, details: PictureDetails, names: dict[str, str]) -> Path:
    name = names.get(details.row.person or "") if settings.by_person else None
    return folder if name is None else folder / clean(name, "person")


def _show_on(sheet: ContactSheet, data: bytes, name: str, rating: int) -> None:
    """The copy as others will see it, from its file."""
    with opened(data, name, enough=sheet.wanted) as picture:
        sheet.add(picture.image(), name, rating)


def _problem(picture: int, error: Exception) -> str:
    """What is said of a picture that cannot be exported. One that our readers fail at keeps nobody from the others."""
    if isinstance(error, FastFaceError):
        return error.message
    logger.info("picture %d cannot be exported", picture, exc_info=error)
    return f"Picture {picture} cannot be exported."


def file_name(details: PictureDetails, settings: ExportSettings, count: int, names: dict[str, str]) -> str:
    """The name of the first of `count` pictures, where no file has it yet; without looking at the picture itself.

    Raises:
        SettingsError: see `check`.
    """
    check(settings)
    own = details.row.path.suffix.lower()
    own = {**dict.fromkeys(JPEG_SUFFIXES, SUFFIXES["jpeg"]), ".apng": SUFFIXES["png"]}.get(own, own)
    return _stem(settings, details, 1, count, names) + (_SUFFIXES[settings.form] if settings.form else own)


def _content(
    details: PictureDetails, settings: ExportSettings, stamp: Callable[[Image.Image], None] | None
) -> tuple[bytes, ExportForm]:
    row = details.row
    side = settings.side
    named_form = _FORM_OF.get(row.path.suffix.lower(), "jpeg")
    as_it_is = settings.profile == "archive" and side is None and settings.form in (None, named_form)
    lossless = settings.profile == "archive" and settings.form == "webp" and named_form == "png"
    beside = 0.0 if as_it_is else _BESIDE_LOSSLESS if lossless else _BESIDE[settings.form or named_form]
    beside += _BESIDE_COLOURS if settings.colours != "srgb" else 0.0
    beside += _BESIDE_SHARPENED if settings.sharpening else 0.0
    with _read(row.path, EXACT if side is None else side, beside) as (picture, image):
        own: FileFormat = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}[picture.form]  # type: ignore[assignment]
        # The pixels are sRGB by now, whatever the file's profile spoke of.
        icc = srgb_profile() if picture.has_profile else None
        form: ExportForm = settings.form or own
        resized = side is not None and max(picture.width, picture.height) > side
        if settings.profile == "archive" and form == own and not resized:
            return _bytes(row.path), own
        if resized:
            assert side is not None
            image = shrunk(image, side)
        if settings.profile == "archive" and form != "tiff":
            marks = Marks(row.rating, row.rejected, details.tags, row.label, details.albums)
            written = encoded(
                image,
                form,
                details.recipe,
                details.note,
                marks,
                quality=settings.quality,
                lossless=form == "webp" and own == "png",
                icc_profile=icc,
            )
            return written, form
        if settings.sharpening is not None:
            image = finishing.sharpened(image, settings.sharpening, settings.density)
        if stamp is not None:
            stamp(image)
        image, icc = in_colours(image, settings.colours, icc)
        return _plain(image, form, details, settings, icc), form


@contextmanager
def _read(path: Path, least: int, beside: float) -> Generator[tuple[OpenPicture, Image.Image]]:
    try:
        with read_image(path, least=least, beside=beside) as found:
            yield found
    except TooLargeError as error:
        # The message says what to do as well: of each picture it alone is shown.
        raise PhotoError(
            f"{named(path)} is too large to be exported at this size: choose a smaller one.", "Choose a smaller size."
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path, LARGEST_FILE)
    except OSError as error:
        raise PhotoError(f"{path.name} cannot be read.", "Run `fastface library check`.") from error


def _plain(
    image: Image.Image, form: ExportForm, details: PictureDetails, settings: ExportSettings, icc: bytes | None
) -> bytes:
    """Without the recipe: what the profile says, and whether a model made it."""
    client = settings.profile == "client"
    synthetic = settings.disclosure and details.recipe is not None
    packet = _packet(details, settings, client=client, synthetic=synthetic) if client or synthetic else None
    if form == "tiff":
        return tiff(image, packet, icc_profile=icc, density=settings.density)
    bare = encoded(
        image,
        form,
        None,
        None,
        Marks(),
        quality=settings.quality,
        icc_profile=icc,
        packet=False,
        density=settings.density,
    )
    if packet is None:
        return bare
    try:
        return containers.with_xmp(bare, packet)
    except containers.PacketTooLongError as error:
        raise SettingsError("Creator and copyright are too long.", "Shorten them.") from error


def _packet(details: PictureDetails, settings: ExportSettings, *, client: bool, synthetic: bool) -> bytes:
    said = xmp.Said(
        rating=details.row.rating if client else 0,
        rejected=details.row.rejected if client else False,
        creator_tool=details.recipe.program if details.recipe and synthetic else None,
    )
    return xmp.written(
        said,
        synthetic=synthetic,
        rated=client,
        creator=settings.creator if client else None,
        rights=settings.rights if client else None,
    )


def _stem(settings: ExportSettings, details: PictureDetails, number: int, count: int, names: dict[str, str]) -> str:
    row = details.row
    created: datetime = row.created
    values: dict[str, object] = {
        "number": f"{number:0{max(len(str(count)), 3)}}",
        "date": f"{created:%Y-%m-%d}",
        "time": f"{created:%H%M%S}",
        "seed": row.seed if row.seed is not None else "",
        "width": row.width,
        "height": row.height,
        "rating": row.rating,
        "name": row.path.stem,
        "preset": row.preset or "",
        "checkpoint": row.checkpoint or "",
        "person": names.get(row.person or "", ""),
    }
    written = (settings.pattern or PATTERNS[settings.profile]).format(**values)
    return clean(written)


def _write(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    number = 1
    while True:
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            with atomic_write(path, replace=False) as file:
                file.write(data)
            return path
        except FileExistsError:
            number += 1
