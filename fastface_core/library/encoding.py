"""Pictures as files with their recipe, in the three forms of the library; and files with other marks."""

from dataclasses import replace
from io import BytesIO
from typing import Any, Literal

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from fastface_core.domain.request import Picture, Recipe
from fastface_core.errors import SettingsError
from fastface_core.library import containers, old_marks, xmp
from fastface_core.library.metadata import RECIPE_CHUNK, Marks, Note, marks_of

FileFormat = Literal["png", "jpeg", "webp"]
SUFFIXES: dict[FileFormat, str] = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}
_PARAMETERS_CHUNK = "parameters"
# What A1111 and those who read its form call these schedulers.
_SAMPLERS = {"ddim": "DDIM", "euler": "Euler", "euler_a": "Euler a", "lcm": "LCM", "tcd": "TCD"}
# 64 ms for a megapixel instead of 292 at the default, for files a little larger.
_COMPRESSION = 1
_MOST_FITTED = 30_000_000
_LARGEST_EXIF = 0xF000
LARGEST_FILE = 256 << 20
"""Bytes of a picture's file that is rewritten, which is in memory twice meanwhile."""
_LARGEST_SIDES: dict[FileFormat, int] = {"png": 1 << 30, "jpeg": 65_500, "webp": 16_383}


def plain_png(image: Image.Image, recipe: Recipe) -> bytes:
    """A picture as a PNG file with its recipe, and without what is said of it beside."""
    return encoded(image, "png", recipe, None, Marks(), packet=False)


def png(picture: Picture, note: Note | None = None, marks: Marks | None = None, plain: bytes | None = None) -> bytes:
    """The picture as a PNG file with its recipe.

    Args:
        plain: what `plain_png` makes of it, where that was made before.
    """
    data = plain_png(picture.image, picture.recipe) if plain is None else plain
    said = _said(picture.recipe, note or Note(), marks or Marks(), recipe_in_xmp=False)
    return _with_packet(data, said, None, containers.Metadata(), synthetic=True)


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
    density: int | None = None,
) -> bytes:
    """A picture file with its whole recipe.

    Args:
        quality: 1 to 100, of JPEG and WebP.
        lossless: for WebP.
        packet: False writes no XMP at all.
        density: pixels an inch, noted in PNG and JPEG; None notes none.

    Raises:
        SettingsError: the recipe is too long for a JPEG file, or the picture larger than the form allows.
    """
    if max(image.size) > _LARGEST_SIDES[form]:
        raise SettingsError(
            f"A picture of {image.width} x {image.height} pixels is too large for this form of file.",
            "Choose PNG, or a smaller size.",
        )
    extra: dict[str, Any] = {"icc_profile": icc_profile} if icc_profile else {}
    if density is not None and form != "webp":
        extra["dpi"] = (density, density)
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
            plain = image if image.mode == "RGB" else image.convert("RGB")
            # Tables that fit this picture alone; for that Pillow keeps a buffer of four bytes a pixel.
            fitted = image.width * image.height <= _MOST_FITTED
            plain.save(buffer, format="JPEG", quality=quality, subsampling=0, optimize=fitted, **extra)
        else:
            image.save(buffer, format="WEBP", quality=quality, lossless=lossless, exact=True, **extra)
    data = buffer.getvalue()
    if not packet:
        return data
    said = _said(recipe, note, marks, recipe_in_xmp=form != "png")
    return _with_packet(data, said, None, containers.Metadata(), synthetic=recipe is not None)


def with_marks(data: bytes, note: Note | None, marks: Marks) -> bytes:
    """The file with other marks and another note; its pixels and all else stay byte for byte.

    Raises:
        ContainerError: the file is damaged, or of no form that is known.
        SettingsError: there is no room for it in a JPEG file.
    """
    was = containers.read(data)
    before = xmp.read(was.xmp)
    said = xmp.Said(
        rating=marks.rating,
        rejected=marks.rejected,
        tags=marks.tags,
        label=marks.label,
        albums=marks.albums,
        stack=marks.stack,
        note=_note_json(note, marks),
        recipe=before.recipe,
    )
    # What other programs put elsewhere is changed with it, and only where it is changed.
    known = marks_of(was, None)
    exif, iptc = was.exif, was.iptc
    if exif is not None and (known.rating, known.rejected) != (marks.rating, marks.rejected):
        exif = old_marks.with_rating(exif, 0 if marks.rejected else marks.rating)
    if {tag.casefold() for tag in known.tags} != {tag.casefold() for tag in marks.tags}:
        exif = old_marks.with_keywords(exif, marks.tags) if exif is not None else None
        iptc = old_marks.with_iptc_keywords(iptc, marks.tags) if iptc is not None else None
    changed = containers.Metadata(exif=exif if exif != was.exif else None, iptc=iptc if iptc != was.iptc else None)
    return _with_packet(data, said, was.xmp, changed, synthetic=False)


def sidecar_with_marks(before: bytes, marks: Marks) -> bytes:
    """A sidecar with other marks; all else in it is kept. One that is no packet is unchanged."""
    said = xmp.read(before)
    changed = replace(said, rating=marks.rating, rejected=marks.rejected, tags=marks.tags, label=marks.label)
    if changed == said or not xmp.is_packet(before):
        return before
    return xmp.written(changed, before, synthetic=False)


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


def _said(recipe: Recipe | None, note: Note | None, marks: Marks, *, recipe_in_xmp: bool) -> xmp.Said:
    return xmp.Said(
        rating=marks.rating,
        rejected=marks.rejected,
        tags=marks.tags,
        label=marks.label,
        albums=marks.albums,
        stack=marks.stack,
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


def _with_packet(
    data: bytes, said: xmp.Said, before: bytes | None, others: containers.Metadata, *, synthetic: bool
) -> bytes:
    for packed in (False, True):
        packet = xmp.written(said, before, synthetic=synthetic, packed=packed)
        try:
            return containers.with_metadata(data, replace(others, xmp=packet))
        except containers.PacketTooLongError as error:
            if packed:
                raise SettingsError(
                    "The picture's recipe is too long for a JPEG file.", "Choose PNG or WebP, or a shorter prompt."
                ) from error
    raise AssertionError


def _exif(text: str) -> bytes | None:
    """The text as EXIF's user comment; None where it is longer than that can be."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"UNICODE\0" + text.encode("utf-16-be", "replace")
    content = exif.tobytes()
    return content if len(content) <= _LARGEST_EXIF else None
