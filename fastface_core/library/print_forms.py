"""What printers and layout programs ask of a file: TIFF, and numbers in another space of colours, with its profile."""

from functools import cache
from io import BytesIO
from typing import Any, Literal, cast

from PIL import Image, ImageCms, TiffImagePlugin, TiffTags

from fastface_core.pictures.colours import srgb_profile
from fastface_core.pictures.made_profiles import Points, power, profile, srgb_curve

Colours = Literal["srgb", "p3", "adobe"]
COLOURS: tuple[Colours, ...] = ("srgb", "p3", "adobe")

_D65 = (0.3127, 0.3290)
_P3: Points = (_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
"""SMPTE EG 432-1, with the white of a screen."""
_ADOBE: Points = (_D65, (0.640, 0.330), (0.210, 0.710), (0.150, 0.060))
"""Adobe RGB (1998), 4.3.1."""
_ADOBE_CURVE = 563 / 256
_XMP = 700
"""The TIFF tag of an XMP packet (XMP specification, part 3, 3.2.3.2)."""


@cache
def _profile_of(colours: Colours) -> bytes:
    if colours == "p3":
        return profile(_P3, srgb_curve(), "Display P3")
    return profile(_ADOBE, power(_ADOBE_CURVE), "Compatible with Adobe RGB (1998)")


def in_colours(image: Image.Image, colours: Colours, icc_profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    """A picture in sRGB as numbers of another space, and the profile that says so.

    Args:
        image: RGB or RGBA.
        icc_profile: what the file gets where it stays sRGB.
    """
    if colours == "srgb":
        return image, icc_profile
    target = _profile_of(colours)
    opacity = image.getchannel("A") if image.mode == "RGBA" else None
    plain = image if image.mode == "RGB" else image.convert("RGB")
    converted = ImageCms.profileToProfile(
        plain,
        ImageCms.ImageCmsProfile(BytesIO(srgb_profile())),
        ImageCms.ImageCmsProfile(BytesIO(target)),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert converted is not None
    if opacity is not None:
        converted.putalpha(opacity)
    return converted, target


def tiff(image: Image.Image, packet: bytes | None, *, icc_profile: bytes | None, density: int | None) -> bytes:
    """A TIFF file without loss, with an XMP packet or none; `density` in pixels an inch."""
    tags = cast(Any, TiffImagePlugin.ImageFileDirectory_v2())
    if packet is not None:
        tags[_XMP] = packet
        tags.tagtype[_XMP] = TiffTags.BYTE
    extra: dict[str, Any] = {"icc_profile": icc_profile} if icc_profile else {}
    if density is not None:
        extra["dpi"] = (density, density)
    buffer = BytesIO()
    image.save(buffer, format="TIFF", compression="tiff_adobe_deflate", tiffinfo=tags, **extra)
    return buffer.getvalue()
