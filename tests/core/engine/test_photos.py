"""Reading photo files: every form that people have, and a clear refusal of everything else."""

import contextlib
import hashlib
import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, PngImagePlugin

from fastface_core.engine.photos import BACKDROP, MAX_BYTES, MAX_PIXELS, read_photo
from fastface_core.errors import PhotoError

HEIC = Path(__file__).resolve().parents[2] / "data" / "faces" / "turned.heic"
ORIENTATION = 0x0112


def gradient(height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """A smooth picture in which no two directions look the same."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 255 // (width - 1), y * 255 // (height - 1), (x + y) % 40 + 60], axis=2).astype(np.uint8)


def refused(path: Path, *, word: str) -> PhotoError:
    """The error for `path`; checks what every one of them has to keep."""
    with pytest.raises(PhotoError) as caught:
        read_photo(path)
    error = caught.value
    assert word in error.message
    assert error.message.endswith(".")
    assert error.hint.endswith(".")
    assert str(path.parent) not in error.message + error.hint
    return error


# Forms


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif", "a.ppm", "a.gif", "a.webp", "a.jp2"])
def test_lossless_forms_come_out_exactly(tmp_path: Path, name: str) -> None:
    pixels = (gradient() // 64 * 64).astype(np.uint8)  # Few colours, so that GIF's palette holds all of them.
    options: dict[str, Any] = {"a.webp": {"lossless": True}, "a.jp2": {"irreversible": False}}.get(name, {})
    Image.fromarray(pixels).save(tmp_path / name, **options)
    photo = read_photo(tmp_path / name)
    assert np.array_equal(photo.pixels, pixels)
    assert photo.pixels.dtype == np.uint8
    assert not photo.pixels.flags.writeable
    assert photo.path == tmp_path / name
    assert photo.sha256 == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.avif", "a.mpo"])
def test_lossy_forms_come_out_nearly(tmp_path: Path, name: str) -> None:
    Image.fromarray(gradient()).save(tmp_path / name, quality=95)
    error = read_photo(tmp_path / name).pixels.astype(int) - gradient()
    assert np.abs(error).mean() < 4


def test_heic_is_decoded_and_turned() -> None:
    pixels = read_photo(HEIC).pixels.astype(int)
    assert pixels.shape == (64, 32, 3)
    assert np.abs(pixels[8, 16] - [255, 0, 0]).max() < 25
    assert np.abs(pixels[56, 16] - [0, 0, 255]).max() < 25


@pytest.mark.parametrize("wrong", ["a.jpg", "a.png", "a", "a.txt"])
def test_the_content_counts_not_the_ending(tmp_path: Path, wrong: str) -> None:
    Image.fromarray(gradient()).save(tmp_path / wrong, format="PNG")
    assert np.array_equal(read_photo(tmp_path / wrong).pixels, gradient())


@pytest.mark.parametrize("name", ["Jörg Müßig.png", "张伟 照片.jpg", "ünï/çödé 📷.png", "with 'quotes' & 100%.png"])
def test_any_path(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(gradient()).save(path)
    assert read_photo(path).pixels.shape == (48, 64, 3)


def test_a_relative_path_and_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(gradient()).save("a.png")
    assert read_photo(Path("a.png")).pixels.shape == (48, 64, 3)
    try:
        Path("b.png").symlink_to("a.png")
    except OSError:
        pytest.skip("links are not allowed here")
    assert read_photo(Path("b.png")).pixels.shape == (48, 64, 3)


# Modes


def test_grey(tmp_path: Path) -> None:
    grey = gradient()[:, :, 0]
    Image.fromarray(grey).save(tmp_path / "a.png")
    assert np.array_equal(read_photo(tmp_path / "a.png").pixels, np.repeat(grey[:, :, None], 3, axis=2))


def test_one_bit(tmp_path: Path) -> None:
    ink = gradient()[:, :, 0] > 127
    for name in ("a.png", "a.tif", "a.pbm"):
        Image.fromarray(ink).save(tmp_path / name)
        assert np.array_equal(read_photo(tmp_path / name).pixels, np.repeat(ink[:, :, None] * np.uint8(255), 3, axis=2))


def test_palette(tmp_path: Path) -> None:
    picture = Image.fromarray(gradient()).quantize(16)
    picture.save(tmp_path / "a.png")
    assert np.array_equal(read_photo(tmp_path / "a.png").pixels, np.asarray(picture.convert("RGB")))


@pytest.mark.parametrize("name", ["a.jpg", "a.tif"])
def test_cmyk(tmp_path: Path, name: str) -> None:
    ink = np.zeros((16, 16, 4), dtype=np.uint8)
    ink[..., 1:3] = 255  # Magenta and yellow: red.
    Image.frombytes("CMYK", (16, 16), ink.tobytes()).save(tmp_path / name)
    assert np.abs(read_photo(tmp_path / name).pixels.astype(int) - [255, 0, 0]).max() <= 3


def test_lab(tmp_path: Path) -> None:
    # L 54 % of 255, a 81 and b 70 as signed bytes, for D50: sRGB's red.
    Image.frombytes("LAB", (8, 8), bytes([138, 81, 70]) * 64).save(tmp_path / "a.tif")
    assert np.abs(read_photo(tmp_path / "a.tif").pixels.astype(int) - [255, 0, 0]).max() <= 6


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path, name: str) -> None:
    values = np.linspace(0, 65535, 256 * 4).astype(np.uint16).reshape(4, 256)
    Image.fromarray(values).save(tmp_path / name)
    grey = read_photo(tmp_path / name).pixels[:, :, 1]
    assert np.array_equal(grey, np.rint(values / 257).astype(np.uint8))


def tiff(
    values: bytes, width: int, height: int, samples: int, bits: int, photometric: int, *more: tuple[int, int]
) -> bytes:
    """A TIFF in big-endian order with one strip; for forms that Pillow reads but does not write."""
    order = ">"
    tags = {
        256: width,
        257: height,
        259: 1,
        262: photometric,
        277: samples,
        278: height,
        279: len(values),
        **dict(more),
    }
    bits_at = 8 + (len(tags) + 2) * 12 + 2 + 4
    values_at = bits_at + 2 * samples
    entries = [(tag, 4, 1, struct.pack(order + "L", value)) for tag, value in tags.items()]
    entries.append((273, 4, 1, struct.pack(order + "L", values_at)))
    inline = struct.pack(order + "HH", bits, 0) if samples == 1 else struct.pack(order + "L", bits_at)
    entries.append((258, 3, samples, inline))
    body = b"".join(struct.pack(order + "HHL", tag, kind, count) + data for tag, kind, count, data in sorted(entries))
    return (
        b"MM\x00\x2a" + struct.pack(order + "LH", 8, len(entries)) + body + b"\0\0\0\0"
        + struct.pack(order + "H", bits) * samples + values
    )  # fmt: skip


def test_sixteen_bit_colour_tiff(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 65536, (6, 10, 3), dtype=np.uint16)
    (tmp_path / "a.tif").write_bytes(tiff(values.astype(">u2").tobytes(), 10, 6, 3, 16, 2))
    assert np.abs(read_photo(tmp_path / "a.tif").pixels - values / 257).max() <= 1


def test_sixteen_bit_big_endian_grey_tiff(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 60).astype(np.uint16).reshape(6, 10)
    (tmp_path / "a.tif").write_bytes(tiff(values.astype(">u2").tobytes(), 10, 6, 1, 16, 1))
    assert np.array_equal(read_photo(tmp_path / "a.tif").pixels[:, :, 0], np.rint(values / 257))


def test_sixteen_bit_white_is_zero(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 60).astype(np.uint16).reshape(6, 10)
    Image.fromarray(values).save(tmp_path / "a.tif", tiffinfo={262: 0})
    assert np.array_equal(read_photo(tmp_path / "a.tif").pixels[:, :, 0], 255 - np.rint(values / 257))


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))
        for name, data in [*chunks, (b"IEND", b"")]
    )


def png(values: bytes, width: int, height: int, bits: int, colour: int) -> bytes:
    """A PNG of any depth."""
    row = len(values) // height
    raw = b"".join(b"\0" + values[y * row : (y + 1) * row] for y in range(height))
    return png_of(
        [(b"IHDR", struct.pack(">LLBBBBB", width, height, bits, colour, 0, 0, 0)), (b"IDAT", zlib.compress(raw))]
    )


def test_sixteen_bit_colour_png(tmp_path: Path) -> None:
    values = np.random.default_rng(2).integers(0, 65536, (6, 10, 3), dtype=np.uint16)
    (tmp_path / "a.png").write_bytes(png(values.astype(">u2").tobytes(), 10, 6, 16, 2))
    assert np.abs(read_photo(tmp_path / "a.png").pixels - values / 257).max() <= 1


def test_sixteen_bit_ppm(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 60).astype(">u2")
    (tmp_path / "a.pgm").write_bytes(b"P5 10 6 65535\n" + values.tobytes())
    assert np.array_equal(read_photo(tmp_path / "a.pgm").pixels[:, :, 0].ravel(), np.rint(values / 257))


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_measurements_are_refused(tmp_path: Path, dtype: type) -> None:
    Image.fromarray(np.arange(64, dtype=dtype).reshape(8, 8)).save(tmp_path / "a.tif")
    refused(tmp_path / "a.tif", word="measurements")


# Transparency


def test_transparency_shows_neutral_grey(tmp_path: Path) -> None:
    rgba = np.dstack([gradient(), np.zeros((48, 64), np.uint8)])
    rgba[:, 32:, 3] = 255
    rgba[0, 0] = (255, 255, 255, 127)
    exact: dict[str, Any] = {"lossless": True, "exact": True}
    for name, options in (("a.png", {}), ("a.webp", exact), ("a.tif", {})):
        Image.fromarray(rgba).save(tmp_path / name, **options)
        pixels = read_photo(tmp_path / name).pixels
        assert np.array_equal(pixels[:, 32:], gradient()[:, 32:])
        assert (pixels[1:, :32] == BACKDROP).all()
        assert abs(int(pixels[0, 0, 0]) - (255 * 127 + BACKDROP * 128) // 255) <= 1


def test_transparent_grey_and_palette(tmp_path: Path) -> None:
    grey = np.full((8, 8, 2), 200, np.uint8)
    grey[:4, :, 1] = 0
    grey[4:, :, 1] = 255
    Image.fromarray(grey, "LA").save(tmp_path / "la.png")
    pixels = read_photo(tmp_path / "la.png").pixels
    assert (pixels[:4] == BACKDROP).all()
    assert (pixels[4:] == 200).all()
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([250, 0, 0, 0, 250, 0])
    palette.paste(1, (0, 4, 8, 8))
    for name in ("p.png", "p.gif"):
        palette.save(tmp_path / name, transparency=0)
        pixels = read_photo(tmp_path / name).pixels
        assert (pixels[:4] == BACKDROP).all()
        assert (pixels[4:] == [0, 250, 0]).all()


def test_one_transparent_colour(tmp_path: Path) -> None:
    pixels = np.full((4, 4, 3), 9, np.uint8)
    pixels[0] = (1, 2, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png", transparency=(1, 2, 3))
    read = read_photo(tmp_path / "a.png").pixels
    assert (read[0] == BACKDROP).all()
    assert (read[1:] == 9).all()


# Orientation


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp", "a.avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations_come_out_upright(tmp_path: Path, name: str, orientation: int) -> None:
    upright = np.zeros((48, 80, 3), np.uint8)
    upright[:24, :40] = (240, 20, 20)  # top left red, top right green, bottom left blue
    upright[:24, 40:] = (20, 240, 20)
    upright[24:, :40] = (20, 20, 240)
    stored: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),  # shown after turning clockwise, so stored turned the other way
        7: lambda a: np.rot90(a.transpose(1, 0, 2), 2),
        8: lambda a: np.rot90(a, -1),
    }
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.fromarray(np.ascontiguousarray(stored[orientation](upright))).save(tmp_path / name, exif=exif, quality=95)
    pixels = read_photo(tmp_path / name).pixels
    assert pixels.shape == upright.shape
    assert pixels.flags.c_contiguous
    for y, x in ((12, 20), (12, 60), (36, 20), (36, 60)):
        assert np.abs(pixels[y, x].astype(int) - upright[y, x]).max() < 30


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow mentions what it skips.
@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"])
def test_damaged_exif_does_not_matter(tmp_path: Path, exif: bytes) -> None:
    Image.fromarray(gradient()).save(tmp_path / "a.jpg", exif=exif)
    assert read_photo(tmp_path / "a.jpg").pixels.shape == (48, 64, 3)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_unknown_orientations_do_not_turn(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.fromarray(gradient()).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read_photo(tmp_path / "a.png").pixels, gradient())


# Colour profiles


def matrix_profile(
    red: tuple[float, float], green: tuple[float, float], blue: tuple[float, float], gamma: float
) -> bytes:
    """An ICC 2.1 RGB profile with the given primaries (x, y) and D65 white, adapted to D50 by Bradford's matrix."""
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d65, d50 = np.array([0.95047, 1.0, 1.08883]), np.array([0.96422, 1.0, 0.82521])
    primaries = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in (red, green, blue)]).T
    to_xyz = primaries * np.linalg.solve(primaries, d65)
    to_xyz = np.linalg.solve(bradford, np.diag(bradford @ d50 / (bradford @ d65)) @ bradford) @ to_xyz

    def xyz(values: NDArray[np.float64]) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3l", *(round(float(value) * 65536) for value in values))

    curve = b"curv\0\0\0\0" + struct.pack(">LH", 1, round(gamma * 256)) + b"\0\0"
    name = b"made up\0"
    text = b"desc\0\0\0\0" + struct.pack(">L", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)
    tags = [(b"desc", text + bytes(-len(text) % 4)), (b"cprt", b"text\0\0\0\0none\0\0\0\0"), (b"wtpt", xyz(d50))]
    tags += [(name, xyz(to_xyz[:, index])) for index, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, value in tags:
        table += name + struct.pack(">LL", start + len(data), len(value))
        data += value
    header = struct.pack(">L4sL4s4s4s", start + len(data), b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + struct.pack(">3l", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + struct.pack(">L", len(tags)) + table + data


ADOBE = matrix_profile((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), 563 / 256)
P3 = matrix_profile((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), 2.2)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg", "a.webp"])
def test_wide_profiles_are_converted(tmp_path: Path, name: str) -> None:
    """Known values: AdobeRGB (150, 100, 60) is sRGB (167, 100, 57) by the two standards' formulas."""
    adobe = np.array([150, 100, 60]) / 255
    to_xyz = np.array([[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]])
    to_srgb = np.array([[3.24045, -1.53714, -0.49853], [-0.96927, 1.87601, 0.04156], [0.05564, -0.20403, 1.05723]])
    linear = to_srgb @ to_xyz @ adobe ** (563 / 256)
    expected = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear) * 255
    best: dict[str, dict[str, Any]] = {"a.jpg": {"quality": 100, "subsampling": 0}, "a.webp": {"lossless": True}}
    Image.new("RGB", (16, 16), (150, 100, 60)).save(tmp_path / name, icc_profile=ADOBE, **best.get(name, {}))
    pixels = read_photo(tmp_path / name).pixels
    assert np.abs(pixels - expected).max() <= 2
    assert pixels[0, 0, 0] > 160


def test_more_saturated_than_srgb_can_show_is_cut(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4), (0, 255, 0)).save(tmp_path / "a.png", icc_profile=P3)
    assert np.abs(read_photo(tmp_path / "a.png").pixels.astype(int) - [0, 255, 0]).max() <= 2
    Image.new("RGB", (4, 4), (128, 128, 128)).save(tmp_path / "a.png", icc_profile=P3)
    assert np.ptp(read_photo(tmp_path / "a.png").pixels) <= 1


def test_transparency_and_profile_together(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (8, 8), (150, 100, 60, 255))
    picture.paste((150, 100, 60, 0), (0, 0, 8, 4))
    picture.save(tmp_path / "a.png", icc_profile=ADOBE)
    pixels = read_photo(tmp_path / "a.png").pixels
    assert (pixels[:4] == BACKDROP).all()
    assert np.abs(pixels[4:].astype(int) - [167, 100, 57]).max() <= 2


def test_a_palette_and_a_grey_picture_with_a_colour_profile(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (150, 100, 60)).quantize(4).save(tmp_path / "p.png", icc_profile=ADOBE)
    assert np.abs(read_photo(tmp_path / "p.png").pixels.astype(int) - [167, 100, 57]).max() <= 3
    steep = matrix_profile((0.64, 0.33), (0.3, 0.6), (0.15, 0.06), 1.0)
    Image.new("L", (8, 8), 55).save(tmp_path / "g.png", icc_profile=steep)
    pixels = read_photo(tmp_path / "g.png").pixels
    assert np.abs(pixels.astype(int) - 128).max() <= 2  # Linear 55/255 is 128 in sRGB.


def test_the_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(gradient()).save(tmp_path / "a.png", icc_profile=profile)
    assert np.abs(read_photo(tmp_path / "a.png").pixels.astype(int) - gradient()).max() <= 1


@pytest.mark.parametrize("profile", [b"nonsense", ADOBE[:200], b"\0" * 128, ADOBE.replace(b"RGB ", b"CMYK", 1)])
def test_a_useless_profile_does_not_matter(tmp_path: Path, profile: bytes) -> None:
    Image.fromarray(gradient()).save(tmp_path / "a.png", icc_profile=profile)
    assert np.array_equal(read_photo(tmp_path / "a.png").pixels, gradient())


# Animations


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.tif", "a.avif"])
def test_of_an_animation_the_first_frame(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ((200, 0, 0), (0, 200, 0), (0, 0, 200))]
    frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
    assert np.abs(read_photo(tmp_path / name).pixels.astype(int) - [200, 0, 0]).max() < 8


# Refusals


def test_absent_folder_empty(tmp_path: Path) -> None:
    refused(tmp_path / "gone.jpg", word='"gone.jpg" was not found')
    refused(tmp_path / "a.jpg" / "b.jpg", word="was not found")
    (tmp_path / "album").mkdir()
    assert "inside" in refused(tmp_path / "album", word='"album" is a folder').hint
    (tmp_path / "empty.jpg").touch()
    refused(tmp_path / "empty.jpg", word='"empty.jpg" is empty')


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    refused(tmp_path / "a\0b.jpg", word='"a?b.jpg"')
    refused(tmp_path / ("x" * 3000 + ".jpg"), word="x.jpg")
    assert "\n" not in refused(tmp_path / "two\nlines.jpg", word='"two?lines.jpg"').message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    refused(tmp_path / "pipe.jpg", word="is not a file")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(gradient()).save(path)
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # Root may read everything, so look as somebody else for a moment.
        os.seteuid(65534)
    try:
        refused(path, word="may not be read")
    finally:
        if user == 0:
            os.seteuid(0)


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is a letter\n" * 20,
        bytes(1000),
        b"%PDF-1.7\n" + bytes(100),
        b"<svg xmlns='x'/>",
        b"8BPS" + bytes(90),
    ],
    ids=["text", "zeros", "pdf", "svg", "psd"],
)
def test_what_is_not_a_photo(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    assert "JPEG" in refused(tmp_path / "a.jpg", word="not a photo").hint


def test_postscript_is_never_run(tmp_path: Path) -> None:
    (tmp_path / "a.eps").write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
    )
    refused(tmp_path / "a.eps", word="not a photo")


def test_camera_raw_is_named_as_such(tmp_path: Path) -> None:
    small = Image.fromarray(gradient())
    small.save(tmp_path / "a.nef", format="TIFF")
    assert "Export" in refused(tmp_path / "a.nef", word="camera raw").hint
    small.save(tmp_path / "b.tif", tiffinfo={254: 1})  # The preview that raw files begin with, under another name.
    refused(tmp_path / "b.tif", word="camera raw")
    (tmp_path / "c.CR3").write_bytes(b"\0\0\0\x18ftypcrx " + bytes(100))
    refused(tmp_path / "c.CR3", word="camera raw")
    (tmp_path / "d.RAF").write_bytes(b"FUJIFILMCCD-RAW " + bytes(100))
    refused(tmp_path / "d.RAF", word="camera raw")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp", "a.avif", "a.gif", "a.bmp", "a.jp2"])
@pytest.mark.parametrize("kept", [0.05, 0.4, 0.9])
def test_truncated_files(tmp_path: Path, name: str, kept: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * kept)])
    refused(tmp_path / name, word="damaged or incomplete")


@pytest.mark.parametrize("kept", [0.1, 0.6, 0.95])
def test_truncated_heic(tmp_path: Path, kept: float) -> None:
    data = HEIC.read_bytes()
    (tmp_path / "a.heic").write_bytes(data[: int(len(data) * kept)])
    refused(tmp_path / "a.heic", word="damaged or incomplete")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_flipped_bytes_never_crash(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    files = {"a.heic": HEIC.read_bytes()}
    for name, form in (("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.tif", "TIFF"), ("a.webp", "WEBP"), ("a.gif", "GIF")):
        buffer = io.BytesIO()
        Image.fromarray(gradient()).save(buffer, format=form)
        files[name] = buffer.getvalue()
    read = 0
    for name, data in files.items():
        for _ in range(25):
            changed = bytearray(data)
            for place in rng.integers(0, len(data), 6):
                changed[place] = rng.integers(256)
            (tmp_path / name).write_bytes(changed)
            with contextlib.suppress(PhotoError):
                read += read_photo(tmp_path / name).pixels.ndim == 3
    assert 0 < read < 25 * len(files)


# Size


@pytest.mark.parametrize("side", [20_000, 60_000])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, side: int) -> None:
    pillows = Image.MAX_IMAGE_PIXELS
    header = struct.pack(">LLBBBBB", side, side, 8, 2, 0, 0, 0)
    (tmp_path / "bomb.png").write_bytes(png_of([(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000)))]))
    error = refused(tmp_path / "bomb.png", word=f"{side} x {side}")
    assert "200 million" in error.message
    assert pillows == Image.MAX_IMAGE_PIXELS


def test_a_bomb_in_a_text_chunk(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "a" * (PngImagePlugin.MAX_TEXT_CHUNK * 8), zip=True)
    Image.fromarray(gradient()).save(tmp_path / "a.png", pnginfo=info)
    assert (tmp_path / "a.png").stat().st_size < 100_000
    refused(tmp_path / "a.png", word="damaged")


def test_large_photos_are_read_without_a_warning(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """Pillow's own limit warns at 89 million."""
    assert MAX_PIXELS >= 200e6
    rows = zlib.compress((b"\0" + bytes([77]) * 9_500) * 9_500, 1)
    header = struct.pack(">LLBBBBB", 9_500, 9_500, 8, 0, 0, 0, 0)
    (tmp_path / "a.png").write_bytes(png_of([(b"IHDR", header), (b"IDAT", rows)]))
    assert read_photo(tmp_path / "a.png").pixels.shape == (9_500, 9_500, 3)
    assert not [one for one in recwarn if issubclass(one.category, Image.DecompressionBombWarning)]


@pytest.mark.skipif(sys.platform == "win32", reason="libtiff is a part of Pillow's own file there")
def test_nothing_of_what_libraries_say_reaches_the_terminal(tmp_path: Path) -> None:
    """Damaged TIFF of two kinds, one of more pixels than Pillow warns at, and one of more than Pillow reads."""
    for number, packing in enumerate(("tiff_lzw", "tiff_adobe_deflate")):
        path = tmp_path / f"{number}.tif"
        Image.fromarray(gradient(200, 300)).save(path, compression=packing)
        content = bytearray(path.read_bytes())
        content[200:300] = bytes(255 - one for one in content[200:300])
        path.write_bytes(content)
    Image.new("L", (9_500, 9_500)).save(tmp_path / "large.tif", compression="tiff_adobe_deflate")
    Image.new("1", (16_320, 12_240)).save(tmp_path / "largest.tif", compression="group4")
    code = (
        "import sys; from pathlib import Path; from fastface_core.engine.photos import read_photo\n"
        "from fastface_core.errors import PhotoError\n"
        "for path in sorted(Path(sys.argv[1]).glob('*.tif')):\n"
        "    try: print(read_photo(path).pixels.shape)\n"
        "    except PhotoError as error: print(error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        '"0.tif" is damaged or incomplete.',
        '"1.tif" is damaged or incomplete.',
        "(9500, 9500, 3)",
        "(6120, 8160, 3)",
    ]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.tif").open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # Sparse: takes no space.
    refused(tmp_path / "a.tif", word="larger than 2 GB")
