"""From the colours that a picture is stored in to 8-bit sRGB."""

import io
import struct
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, cast

import numpy as np
from PIL import Image, ImageCms

_LARGEST_PROFILE = 8 << 20
_PROFILE_SPACES = {"L": ("GRAY", "RGB"), "RGB": ("RGB",), "CMYK": ("CMYK",), "LAB": ("Lab",)}
"""Which colour spaces an embedded profile may have for a picture of a mode."""

_TIFF_BITS, _TIFF_PHOTOMETRIC = 258, 262


@cache
def srgb_profile() -> bytes:
    """A profile that says sRGB, to be put into files; always the same bytes."""
    content = bytearray(_standard_profile("sRGB").tobytes())
    content[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)  # when it was made, which is none of the reader's business
    return bytes(content)


def has_alpha(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in picture.info


def conversion(stored: Image.Image, form: str) -> Callable[[Image.Image], Image.Image] | None:
    """What makes RGB or RGBA in sRGB out of a part of the picture; None where it is that already."""
    scale = _sixteen_bits(stored, form)
    alpha = has_alpha(stored)
    transform, source = _transform(_colour_mode(stored), stored.info.get("icc_profile"))
    if scale is None and transform is None and stored.mode in ("RGB", "RGBA") and "transparency" not in stored.info:
        return None

    def convert(band: Image.Image) -> Image.Image:
        opacity: Image.Image | None = None
        if scale is not None:
            band, opacity = scale(band)
        elif band.mode == "LA":
            band, opacity = band.getchannel("L"), band.getchannel("A")
        elif alpha:
            whole = band if band.mode == "RGBA" else band.convert("RGBA")
            band, opacity = whole.convert("RGB"), whole.getchannel("A")
        elif band.mode not in _PROFILE_SPACES:
            band = band.convert("L" if band.mode == "1" else "RGB")
        if transform is not None:
            if band.mode != source:
                band = band.convert(source)
            band = cast(Image.Image, ImageCms.applyTransform(band, transform))
        elif band.mode != "RGB":
            band = band.convert("RGB")
        if opacity is not None:
            band.putalpha(opacity)
        return band

    return convert


def _colour_mode(stored: Image.Image) -> str:
    """Of the colours that a colour profile can speak of."""
    if stored.mode.startswith("I") or stored.mode in ("1", "LA"):
        return "L"
    return stored.mode if stored.mode in _PROFILE_SPACES and not has_alpha(stored) else "RGB"


def _sixteen_bits(
    stored: Image.Image, form: str
) -> Callable[[Image.Image], tuple[Image.Image, Image.Image | None]] | None:
    """Grey of 12 to 16 bits as 8 bits, which Pillow's own conversion may clip."""
    if not stored.mode.startswith("I"):
        return None
    bits = tiff_tag(stored, _TIFF_BITS) if form == "TIFF" else None
    depth = cast(int, bits[0]) if isinstance(bits, tuple) and bits else 16
    # "White is zero": Pillow turns it round for 8 bits, not for 16.
    negative = form == "TIFF" and tiff_tag(stored, _TIFF_PHOTOMETRIC) == 0
    transparent = stored.info.get("transparency")

    def scale(band: Image.Image) -> tuple[Image.Image, Image.Image | None]:
        values = np.asarray(band)
        scaled = np.rint(values.astype(np.float32) * (255.0 / (2**depth - 1))).clip(0, 255).astype(np.uint8)
        opacity = None
        if isinstance(transparent, int):
            opacity = Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8))
        elif transparent is not None:
            opacity = Image.new("L", band.size, 255)
        return Image.fromarray(255 - scaled if negative else scaled), opacity

    return scale


def _transform(mode: str, profile: object) -> tuple[ImageCms.ImageCmsTransform | None, str]:
    """From the picture's colours to sRGB, and the mode that it takes; None where the numbers are sRGB's, or there is
    no profile that can be used: the picture matters more."""
    try:
        found = _source_profile(mode, profile)
        if found is None:
            return None, mode
        if mode == "L" and _space(found) == "RGB":
            mode = "RGB"
        transform = ImageCms.buildTransform(
            found,
            _standard_profile("sRGB"),
            mode,
            "RGB",
            # What picture viewers do: white stays white, black stays black.
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if mode == "RGB" and _changes_nothing(transform):
            return None, mode
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None, mode  # a damaged profile
    return transform, mode


@cache
def _samples() -> Image.Image:
    steps = np.arange(0, 256, 17, dtype=np.uint8)
    return Image.fromarray(np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(64, 64, 3))


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a profile is sRGB under one of its many names: a picture is then the same with it and without."""
    before = _samples()
    after = cast(Image.Image, ImageCms.applyTransform(before, transform))
    return int(np.abs(np.asarray(after, np.int16) - np.asarray(before, np.int16)).max()) <= 1


def _source_profile(mode: str, profile: object) -> ImageCms.ImageCmsProfile | None:
    """The profile to convert from; None where there is none, or it is for another kind of picture."""
    if mode == "LAB":
        return _standard_profile("LAB")
    if not isinstance(profile, bytes) or not 0 < len(profile) <= _LARGEST_PROFILE:
        return None
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return source if _space(source) in _PROFILE_SPACES[mode] else None


def _standard_profile(space: Literal["LAB", "sRGB"]) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(cast(Any, ImageCms).createProfile(space))


def _space(profile: ImageCms.ImageCmsProfile) -> str:
    """The colour space of the numbers that a profile explains: "RGB", "GRAY", "CMYK", "Lab"."""
    return str(getattr(cast(Any, profile).profile, "xcolor_space", "")).strip()


def tiff_tag(picture: Image.Image, tag: int) -> object:
    return cast("dict[int, object]", getattr(picture, "tag_v2", {})).get(tag)
