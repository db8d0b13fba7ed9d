"""Copies for printers: TIFF, pixels an inch, other spaces of colours, and what of it the archive refuses."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from fastface_core.errors import SettingsError
from fastface_core.library import xmp
from fastface_core.library.export import ExportForm, ExportSettings, check, export, file_name
from fastface_core.library.library import Library
from fastface_core.library.print_forms import Colours, in_colours
from fastface_core.pictures.colours import srgb_profile
from tests.core.library_help import saved


def exported(tmp_path: Path, settings: ExportSettings) -> Path:
    with Library() as library:
        number = saved(library, tmp_path / "made", 1).id
        named = file_name(library.gallery.details(number), settings, 1, {})
        (path,) = export(library.gallery, [number], tmp_path / "out", settings, {}).files.values()
    assert path.name == named
    return path


def test_a_tiff_has_the_same_pixels_and_says_that_a_model_made_it(tmp_path: Path) -> None:
    whole = exported(tmp_path, ExportSettings("share", form="png"))
    path = exported(tmp_path, ExportSettings("client", form="tiff", density=300, rights="(c) Studio"))
    assert path.suffix == ".tif"
    with Image.open(path) as image, Image.open(whole) as before:
        assert image.format == "TIFF"
        assert image.info["dpi"] == (300, 300)
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        packet = image.tag_v2[700]
        assert np.array_equal(np.asarray(image), np.asarray(before))
    assert xmp.SOURCE_TYPE.encode() in packet
    assert b"Studio" in packet


@pytest.mark.parametrize("form", ["png", "jpeg", "tiff"])
def test_pixels_an_inch_are_noted_where_the_form_has_a_place(form: ExportForm, tmp_path: Path) -> None:
    path = exported(tmp_path, ExportSettings("share", form=form, density=240))
    with Image.open(path) as image:
        assert image.info["dpi"] == pytest.approx((240, 240), abs=0.1)


@pytest.mark.parametrize("colours", ["p3", "adobe"])
def test_other_numbers_are_the_same_colours(colours: Colours) -> None:
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8))
    other, profile = in_colours(picture, colours, None)
    assert profile is not None
    assert not np.array_equal(np.asarray(other), np.asarray(picture))
    back = ImageCms.profileToProfile(
        other,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile())),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert back is not None
    apart = np.abs(np.asarray(back, dtype=int) - np.asarray(picture, dtype=int))
    # Eight bits leave little room in the shadows.
    assert apart.max() <= 10
    assert apart.mean() < 0.6
    # Where full red of sRGB lies in them.
    red = np.asarray(in_colours(Image.new("RGB", (1, 1), (255, 0, 0)), colours, None)[0])[0, 0]
    assert np.abs(red.astype(int) - {"p3": (234, 51, 35), "adobe": (219, 0, 0)}[colours]).max() <= 2


def test_the_file_gets_the_profile_and_opacity_stays(tmp_path: Path) -> None:
    path = exported(tmp_path, ExportSettings("share", form="jpeg", colours="p3"))
    with Image.open(path) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        assert ImageCms.getProfileDescription(profile).strip() == "Display P3"
    clear = Image.new("RGBA", (2, 2), (10, 200, 30, 77))
    assert in_colours(clear, "adobe", None)[0].getchannel("A").getextrema() == (77, 77)


@pytest.mark.parametrize(
    "settings",
    [
        ExportSettings("archive", form="tiff"),
        ExportSettings("archive", colours="p3"),
        ExportSettings("share", density=0),
        ExportSettings("share", density=2401),
        ExportSettings("share", colours="cmyk"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_allowed_is_said(settings: ExportSettings) -> None:
    with pytest.raises(SettingsError):
        check(settings)
