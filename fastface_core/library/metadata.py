"""What a picture file says of itself: its recipe, marks and the library's note. `encoding` writes all of it.

PNG: text chunks `fastface` (JSON, versioned) and `parameters` (the form that other tools read). JPEG and WebP: the
recipe in XMP, the parameters in the EXIF user comment, where other tools look for them. All: an XMP packet that says
what made the picture, its rating and tags, and a note for the library. Nothing in them names a file, a folder or a
person: people stand there as random numbers, photos as the hash of their content.
"""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from PIL import ExifTags, Image
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from fastface_core import absent, bounded
from fastface_core.bounded import shortened
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.request import Recipe
from fastface_core.errors import PhotoError, SettingsError
from fastface_core.library import containers, old_marks, prompts, sidecars, xmp
from fastface_core.library.labels import Label
from fastface_core.library.pixels import pixel_hash
from fastface_core.library.sidecars import Stamp
from fastface_core.pictures import files as picture_files
from fastface_core.pictures.headers import GALLERY_FORMS
from fastface_core.pictures.names import GALLERY_SUFFIXES
from fastface_core.validation import parse_json

PICTURE_SUFFIXES = GALLERY_SUFFIXES
RECIPE_CHUNK = "fastface"
_LONGEST_NAME = 200


class Note(BaseModel):
    """What the library knows of a picture in addition to its recipe, rating and tags, and must find again in the file.

    Attributes:
        created: when it was made.
        person: a random number that stands for a person of this library; never a name.
        others: of a picture of several people the further ones that the library knows.
        likeness: cosine similarity, -1 to 1; None with `likeness_reason`.
        twin_match, taken_over: as in `Picture`; of the person they say nothing but whether a thing was taken over.
        of_each: as in `Picture`.
        seconds: that it took to make.
        rating: of a rejected picture, where XMP has room for the rejection alone.
        comparison: whether it is a cell of a comparison.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    created: AwareDatetime | None = None
    person: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    others: Annotated[tuple[Annotated[str, Field(pattern="^[0-9a-f]{32}$")], ...], Field(max_length=8)] = ()
    likeness: Annotated[float, Field(ge=-1.001, le=1.001)] | None = None
    likeness_reason: Annotated[str, Field(max_length=500)] | None = None
    twin_match: Annotated[float, Field(ge=-1.001, le=1.001)] | None = None
    taken_over: TakenOver | None = None
    of_each: Annotated[tuple[float | None, ...], Field(max_length=8)] = ()
    seconds: Annotated[float, Field(ge=0)] | None = None
    rejected: bool = False
    rating: Annotated[int, Field(ge=0, le=5)] | None = None
    comparison: bool = False

    @field_validator("created")
    @classmethod
    def _in_some_calendar(cls, created: datetime | None) -> datetime | None:
        """A moment that is none in some part of the world cannot be shown; the file's own time is taken instead."""
        return created if created is None or 1900 <= created.year <= 9000 else None


@dataclass(frozen=True, slots=True)
class Marks:
    """What a person said about a picture, and what it belongs to.

    Attributes:
        stack: a random number, 32 hex digits, that all pictures of a stack have; "" in none. The pictures of one
            request begin as a stack.
    """

    rating: int = 0
    rejected: bool = False
    tags: tuple[str, ...] = ()
    label: Label | None = None
    albums: tuple[str, ...] = ()
    stack: str = ""


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a picture file says of itself.

    Attributes:
        recipe: None where there is none, or none that this version can read.
        prompt: the recipe's, or what another program wrote in the same place.
        note: None where this library never wrote one.
        pixels: see `pixel_hash`.
        stamp: tells whether the file was changed since; None where it is not known.
    """

    width: int
    height: int
    recipe: Recipe | None
    prompt: str
    note: Note | None
    marks: Marks
    pixels: bytes
    stamp: "Stamp | None" = None


def marks_in(data: bytes) -> Marks:
    """What a picture file says of stars and tags, wherever it says it.

    Raises:
        ContainerError: the file is damaged, or of no form that is known.
    """
    found = containers.read(data)
    return marks_of(found, _note(xmp.read(found.xmp)))


def note_in(data: bytes) -> Note | None:
    """The library's note in a picture file; raises as `marks_in`."""
    return _note(xmp.read(containers.read(data).xmp))


def read_recipe(path: Path) -> Recipe:
    """The recipe inside a picture.

    Raises:
        PhotoError: the file is absent or no picture.
        SettingsError: there is no recipe in it, or one that this version cannot read.
    """
    with _file(path) as file:
        metadata, texts, _ = _looked_at(file, named(path))
    text = _recipe_text(metadata, texts)
    if text is None:
        raise SettingsError(
            f"There is no recipe in {named(path)}.", "Choose a picture made by FastFace that was not edited since."
        )
    return parse_json(Recipe, text, f"The recipe in {named(path)}")


def read(path: Path) -> FileContent:
    """All metadata of a picture file, and the marks in its sidecars.

    Raises:
        PhotoError: the file is absent, damaged, or no PNG, JPEG or WebP picture.
    """
    name = named(path)
    with _file(path) as file:
        stamp = _stamp(path, file)
        metadata, texts, (width, height, pixels) = _looked_at(file, name)
    recipe: Recipe | None = None
    if (recipe_text := _recipe_text(metadata, texts)) is not None:
        try:
            recipe = parse_json(Recipe, recipe_text, name)
        except SettingsError:
            recipe = None  # a newer version's; the picture itself is still a picture
    note = _note(xmp.read(metadata.xmp))
    prompt = recipe.prompt if recipe else _prompt(metadata, texts)
    marks = with_sidecars(path, marks_of(metadata, note))
    return FileContent(width, height, recipe, prompt, note, marks, pixels, stamp)


def _stamp(path: Path, file: BinaryIO) -> Stamp:
    status = os.fstat(file.fileno())
    return sidecars.stamp_of(path, status=status) or Stamp.of(status)


@contextmanager
def read_image(
    path: Path, *, least: int = 0, beside: float = 0.0
) -> Generator[tuple[picture_files.OpenPicture, Image.Image]]:
    """The pixels of a picture file: upright, sRGB, mode RGB or RGBA.

    Args:
        least, beside: as in `picture_files.opened`.

    Raises:
        PhotoError: the file is absent, damaged, no PNG, JPEG or WebP picture, or too large.
    """
    try:
        with (
            _file(path) as file,
            picture_files.opened(file, named(path), forms=GALLERY_FORMS, least=least, beside=beside) as picture,
        ):
            with picture_files.decoding(named(path)):
                image = picture.image()
            yield picture, image
    except picture_files.TooLargeError:
        raise
    except PhotoError as error:
        raise PhotoError(f"{named(path)} cannot be read.", "Run `fastface library check`.") from error


def _looked_at(file: BinaryIO, name: str) -> tuple[containers.Metadata, Mapping[str, object], tuple[int, int, bytes]]:
    """What the file holds beside the pixels, as it is and as Pillow reads it; width, height and hash."""
    try:
        with picture_files.opened(file, name, forms=GALLERY_FORMS) as picture:
            size = picture.width, picture.height
            with picture_files.decoding(name):
                found = (*size, pixel_hash(picture.image()))
            texts = picture.texts
        return containers.read(file), texts, found
    except PhotoError as error:
        raise PhotoError(error.message, _CHOOSE) from error
    except (containers.ContainerError, OSError) as error:
        raise _unreadable(name) from error


def marks_of(found: containers.Metadata, note: Note | None) -> Marks:
    """The marks in XMP; where there are none, those in EXIF and IPTC."""
    said = xmp.read(found.xmp)
    old = old_marks.read(found.exif, found.iptc)
    if said.rejected:
        rating = note.rating if note is not None and note.rating is not None else said.rating
    else:
        rating = said.rating or old.rating
    tags = said.tags or xmp.clean_tags(old.tags)
    return Marks(rating, said.rejected, tags, said.label, said.albums, said.stack)


def with_sidecars(path: Path, marks: Marks, *, follow: bool = False) -> Marks:
    """What a picture's own file says, and where that is silent what files beside it say.

    Args:
        follow: what is beside it goes before it where it was written later: for pictures whose marks are written into
            both.
    """
    for beside in sidecars.found(path):
        try:
            newer = follow and beside.stat().st_mtime_ns > path.stat().st_mtime_ns
            with _file(beside) as file:
                said = xmp.read(file.read(sidecars.LARGEST))
        except (PhotoError, OSError):
            continue
        rated = said.rating > 0 or said.rejected
        stars = said if rated and (newer or not (marks.rating or marks.rejected)) else marks
        marks = replace(
            marks,
            rating=stars.rating,
            rejected=stars.rejected,
            tags=(newer and said.tags) or marks.tags or said.tags,
            label=(newer and said.label) or marks.label or said.label,
        )
    return marks


def read_marks(path: Path) -> tuple[Marks, Stamp]:
    """Stars and tags of a picture file and of its sidecars, without decoding it.

    Raises:
        PhotoError: the file is absent or damaged.
    """
    with _file(path) as file:
        stamp = _stamp(path, file)
        try:
            found = containers.read(file)
        except (containers.ContainerError, OSError) as error:
            raise _unreadable(named(path)) from error
    return with_sidecars(path, marks_of(found, _note(xmp.read(found.xmp)))), stamp


def _note(said: xmp.Said) -> Note | None:
    if said.note is None:
        return None
    try:
        return Note.model_validate_json(said.note)
    except ValidationError:
        return Note()


@contextmanager
def _file(path: Path) -> Generator[BinaryIO]:
    """A file for reading. What is none (a pipe, a device) is not waited for."""
    try:
        with bounded.opened(path) as file:
            yield file
    except FileNotFoundError as error:
        if (other := absent.meant(path)) is not None:
            raise PhotoError(*other) from error
        raise PhotoError(f"There is no file {named(path)}.", "Check the name of the picture.") from error
    except (OSError, ValueError) as error:
        raise _unreadable(named(path)) from error


def named(path: Path) -> str:
    """The name of a file as it can be said: on one line, with what is no text in it written as numbers."""
    return shortened((path.name or str(path)).encode("utf-8", "backslashreplace").decode(), _LONGEST_NAME)


_CHOOSE = "Choose a picture made by FastFace."


def _unreadable(name: str) -> PhotoError:
    return PhotoError(f"{name} is not a picture that can be read.", _CHOOSE)


def _recipe_text(metadata: containers.Metadata, texts: Mapping[str, object]) -> str | None:
    found = texts.get(RECIPE_CHUNK)
    return found if isinstance(found, str) else xmp.read(metadata.xmp).recipe


def _prompt(metadata: containers.Metadata, texts: Mapping[str, object]) -> str:
    """Another program's; what a packet repeats of EXIF comes last."""
    found = prompts.prompt_of({**texts, **_exif_texts(metadata.exif)})
    others = (prompts.prompt_of({"comment": text.encode("utf-8", "replace")}) for text in xmp.comments(metadata.xmp))
    return found or next((one for one in others if one), "")


def _exif_texts(exif: bytes | None) -> dict[str, object]:
    """Where other programs write how a picture was made; damaged EXIF says nothing."""
    if not exif:
        return {}
    found: dict[str, object] = {}
    try:
        directory = Image.Exif()
        directory.load(exif)
        for tag in (ExifTags.Base.ImageDescription, ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.Software):
            if isinstance(text := directory.get(tag), str):
                found[tag.name] = text
        windows = directory.get(ExifTags.Base.XPComment)
        if isinstance(windows, bytes):
            found["comment"] = windows.decode("utf-16-le", "replace").strip("\0").encode("utf-8", "replace")
        comment = directory.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
        # Cameras fill it too; only what is marked as Unicode is taken for a prompt without looking like one.
        named = isinstance(comment, bytes) and comment.startswith(b"UNICODE\0")
        if (text := prompts.comment_text(comment, little=exif.startswith(b"II"))) is not None:
            found["UserComment" if named else "comment"] = text
    except Exception:
        pass
    return found
