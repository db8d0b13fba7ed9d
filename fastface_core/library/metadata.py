"""The recipe inside a picture: written so that this program repeats it and others can read it.

PNG: text chunks `fastface` (JSON, versioned) and `parameters` (the form that other tools read). JPEG and WebP: the
recipe in XMP, the parameters in the EXIF user comment, where other tools look for them. All: an XMP packet that says
what made the picture, its rating and tags, and a note for the library. Nothing in them names a file, a folder or a
person: people stand there as random numbers, photos as the hash of their content.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Annotated, Literal

from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from fastface_core.errors import PhotoError, SettingsError
from fastface_core.library import containers, xmp
from fastface_core.library.pixels import pixel_hash
from fastface_core.measures import TakenOver
from fastface_core.request import Picture, Recipe
from fastface_core.validation import parse_json

FileFormat = Literal["png", "jpeg", "webp"]
SUFFIXES: dict[FileFormat, str] = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}
PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
RECIPE_CHUNK = "fastface"
_PARAMETERS_CHUNK = "parameters"
# What A1111 and those who read its form call these schedulers.
_SAMPLERS = {"ddim": "DDIM", "euler": "Euler", "euler_a": "Euler a", "lcm": "LCM", "tcd": "TCD"}
# 64 ms for a megapixel instead of 292 at the default, for files a little larger.
_COMPRESSION = 1
_LARGEST_EXIF = 0xF000


class Note(BaseModel):
    """What the library knows of a picture beside its recipe, rating and tags, and must find again in the file.

    Attributes:
        created: when it was made.
        person: a random number that stands for a person of this library; never a name.
        likeness: cosine similarity, -1 to 1; None with `likeness_reason`.
        twin_match, taken_over: as in `Picture`; of the person they say nothing but whether a thing was taken over.
        seconds: that it took to make.
        rating: of a rejected picture, where XMP has room for the rejection alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    created: AwareDatetime | None = None
    person: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    likeness: Annotated[float, Field(ge=-1.001, le=1.001)] | None = None
    likeness_reason: Annotated[str, Field(max_length=500)] | None = None
    twin_match: Annotated[float, Field(ge=-1.001, le=1.001)] | None = None
    taken_over: TakenOver | None = None
    seconds: Annotated[float, Field(ge=0)] | None = None
    rejected: bool = False
    rating: Annotated[int, Field(ge=0, le=5)] | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What a person said about a picture."""

    rating: int = 0
    rejected: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a picture file says of itself.

    Attributes:
        recipe: None where there is none, or none that this version can read.
        prompt: the recipe's, or what another program wrote in the same place.
        note: None where this library never wrote one.
        pixels: see `pixel_hash`.
    """

    width: int
    height: int
    recipe: Recipe | None
    prompt: str
    note: Note | None
    marks: Marks
    pixels: bytes


def png(picture: Picture, note: Note | None = None) -> bytes:
    """The picture as a PNG file with its recipe."""
    return encoded(picture.image, "png", picture.recipe, note or Note(), Marks())


def encoded(
    image: Image.Image,
    form: FileFormat,
    recipe: Recipe | None,
    note: Note | None,
    marks: Marks,
    *,
    quality: int = 95,
    lossless: bool = False,
    icc_profile: bytes | None = None,
    packet: bool = True,
) -> bytes:
    """A picture file with its whole recipe.

    Args:
        quality: 1 to 100, of JPEG and WebP.
        lossless: for WebP.
        packet: False writes no XMP at all.

    Raises:
        SettingsError: the recipe is too long for a JPEG file.
    """
    extra = {"icc_profile": icc_profile} if icc_profile else {}
    buffer = BytesIO()
    if form == "png":
        info = PngInfo()
        if recipe is not None:
            info.add_itxt(RECIPE_CHUNK, recipe.model_dump_json(exclude_none=True))
            info.add_itxt(_PARAMETERS_CHUNK, parameters(recipe))
        image.save(buffer, format="PNG", pnginfo=info, compress_level=_COMPRESSION, **extra)
    else:
        if recipe is not None and (comment := _exif(parameters(recipe))) is not None:
            extra["exif"] = comment
        if form == "jpeg":
            image.convert("RGB").save(buffer, format="JPEG", quality=quality, subsampling=0, optimize=True, **extra)
        else:
            image.save(buffer, format="WEBP", quality=quality, lossless=lossless, exact=True, **extra)
    data = buffer.getvalue()
    if not packet:
        return data
    said = _said(recipe, note, marks, recipe_in_xmp=form != "png")
    return _with_packet(data, said, None, synthetic=recipe is not None)


def with_marks(data: bytes, note: Note | None, marks: Marks) -> bytes:
    """The file with other marks and another note; its pixels and all else stay byte for byte.

    Raises:
        ContainerError: the file is damaged, or of no form that is known.
        SettingsError: there is no room for it in a JPEG file.
    """
    before = containers.read_xmp(data)
    was = xmp.read(before)
    said = xmp.Said(
        rating=marks.rating,
        rejected=marks.rejected,
        tags=marks.tags,
        note=_note_json(note, marks),
        recipe=was.recipe,
    )
    return _with_packet(data, said, before, synthetic=False)


def parameters(recipe: Recipe) -> str:
    """The recipe in the text form that started with A1111 and that most tools read."""
    lines = [recipe.prompt]
    if recipe.negative_prompt:
        lines.append(f"Negative prompt: {recipe.negative_prompt}")
    fields = {
        "Steps": recipe.steps,
        "Sampler": _SAMPLERS[recipe.scheduler],
        "Seed": recipe.seed,
        "Size": f"{recipe.width}x{recipe.height}",
        "Model": recipe.checkpoint,
        "FastFace preset": recipe.preset.name,
        "Version": recipe.program,
    }
    lines.append(", ".join(f"{name}: {value}" for name, value in fields.items()))
    return "\n".join(lines)


def read_recipe(path: Path) -> Recipe:
    """The recipe inside a picture.

    Raises:
        PhotoError: the file is absent or no picture.
        SettingsError: there is no recipe in it, or one that this version cannot read.
    """
    data = _read(path)
    with _opened(data, path.name) as image:
        text, _ = _texts(image, data, path.name)
    if text is None:
        raise SettingsError(
            f"There is no recipe in {path.name}.", "Choose a picture made by FastFace that was not edited since."
        )
    return parse_json(Recipe, text, f"The recipe in {path.name}")


def read(path: Path) -> FileContent:
    """Everything a picture file says of itself.

    Raises:
        PhotoError: the file is absent, damaged, or no PNG, JPEG or WebP picture.
    """
    data, name = _read(path), path.name
    with _opened(data, name) as image:
        width, height = image.size
        pixels = pixel_hash(image)
        recipe_text, parameter_text = _texts(image, data, name)
    recipe: Recipe | None = None
    if recipe_text is not None:
        try:
            recipe = parse_json(Recipe, recipe_text, name)
        except SettingsError:
            recipe = None  # a newer version's; the picture itself is still a picture
    said = xmp.read(_packet(data, name))
    note: Note | None = None
    if said.note is not None:
        try:
            note = Note.model_validate_json(said.note)
        except ValidationError:
            note = Note()
    rating = note.rating if said.rejected and note is not None and note.rating is not None else said.rating
    prompt = (
        recipe.prompt if recipe else (parameter_text or "").partition("\nNegative prompt:")[0].partition("\nSteps:")[0]
    )
    return FileContent(width, height, recipe, prompt, note, Marks(rating, said.rejected, said.tags), pixels)


def _said(recipe: Recipe | None, note: Note | None, marks: Marks, *, recipe_in_xmp: bool) -> xmp.Said:
    return xmp.Said(
        rating=marks.rating,
        rejected=marks.rejected,
        tags=marks.tags,
        creator_tool=recipe.program if recipe else None,
        note=_note_json(note, marks),
        recipe=recipe.model_dump_json(exclude_none=True) if recipe and recipe_in_xmp else None,
    )


def _note_json(note: Note | None, marks: Marks) -> str | None:
    if note is None:
        return None
    # XMP has one number for both, so that the stars of a rejected picture would be lost.
    whole = note.model_copy(update={"rejected": marks.rejected, "rating": marks.rating if marks.rejected else None})
    return whole.model_dump_json(exclude_defaults=True)


def _with_packet(data: bytes, said: xmp.Said, before: bytes | None, *, synthetic: bool) -> bytes:
    try:
        return containers.with_xmp(data, xmp.written(said, before, synthetic=synthetic))
    except containers.PacketTooLongError:
        pass
    try:
        return containers.with_xmp(data, xmp.written(said, before, synthetic=synthetic, packed=True))
    except containers.PacketTooLongError as error:
        raise SettingsError(
            "The picture's recipe is too long for a JPEG file.", "Choose PNG or WebP, or a shorter prompt."
        ) from error


def _exif(text: str) -> bytes | None:
    """The text as EXIF's user comment; None where it is longer than that can be."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"UNICODE\0" + text.encode("utf-16-be", "replace")
    content = exif.tobytes()
    return content if len(content) <= _LARGEST_EXIF else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PhotoError(f"There is no file {path.name}.", "Check the name of the picture.") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path.name) from error


def _unreadable(name: str) -> PhotoError:
    return PhotoError(f"{name} is not a picture that can be read.", "Choose a picture made by FastFace.")


def _opened(data: bytes, name: str) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
        image.load()  # text may stand behind the pixels, and a damaged file is told only here
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable(name) from error
    return image


def _packet(data: bytes, name: str) -> bytes | None:
    try:
        return containers.read_xmp(data)
    except containers.ContainerError as error:
        raise _unreadable(name) from error


def _texts(image: Image.Image, data: bytes, name: str) -> tuple[str | None, str | None]:
    """The recipe's JSON and the parameters, where they are."""
    if image.format == "PNG":
        recipe, shown = image.info.get(RECIPE_CHUNK), image.info.get(_PARAMETERS_CHUNK)
        return (recipe if isinstance(recipe, str) else None), (shown if isinstance(shown, str) else None)
    comment: object = None
    try:
        comment = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    except (SyntaxError, ValueError, OSError, KeyError, TypeError):
        comment = None  # damaged EXIF says nothing
    shown = None
    if isinstance(comment, bytes) and comment.startswith(b"UNICODE\0"):
        shown = comment[8:].decode("utf-16-be", "replace")
    return xmp.read(_packet(data, name)).recipe, shown
