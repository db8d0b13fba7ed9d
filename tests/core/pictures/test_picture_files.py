"""One way to read a picture: the same upright, 8-bit, sRGB pixels for whoever asks, and memory that is known before."""

import io
import os
import shutil
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from fastface_core.engine.photos import read_photo
from fastface_core.errors import PhotoError
from fastface_core.library.encoding import FileFormat
from fastface_core.library.export import ExportSettings, Profile, export
from fastface_core.library.importing import import_pictures
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from fastface_core.library.pixels import pixel_hash
from fastface_core.library.queries import Query
from fastface_core.library.recipe_photos import photo_files
from fastface_core.pictures import costs as picture_costs
from fastface_core.pictures import files as picture_files
from fastface_core.pictures import made_profiles, named_colours
from fastface_core.pictures.colours import srgb_profile
from fastface_core.pictures.files import opened
from fastface_core.pictures.names import PHOTO_SUFFIXES

DATA = Path(__file__).resolve().parents[2] / "data" / "pictures"
PICTURES = ("orient6.jpg", "grey16.png", "grey_profile.jpg", "grey_profile.png", "magazine_cmyk.jpg", "phone_mpf.jpg")
"""Pictures of others that are not simply upright 8-bit sRGB."""


def gallery_of(library: Library, folder: Path, *names: str) -> dict[str, int]:
    """Takes pictures of others into the library; their numbers by name."""
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(DATA / name, folder / name)
    scan = import_pictures(library, folder, everything=True)
    assert scan.problems == {}
    return {row.path.name: row.id for row in library.gallery.page(Query()).rows}


def shown(path: Path) -> NDArray[np.int16]:
    """A picture as a viewer shows it that honours orientation and profile, and knows nothing of this program."""
    with Image.open(path) as image:
        profile = image.info.get("icc_profile")
        upright = image.convert("RGB") if image.mode != "CMYK" else image
        if profile:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            upright = ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            assert upright is not None
        assert image.getexif().get(0x0112, 1) == 1
        return np.asarray(upright.convert("RGB"), np.int16)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("profile", ["share", "archive", "client"])
@pytest.mark.parametrize("form", [None, "png", "jpeg", "webp"])
def test_gallery_and_exports_show_what_the_photo_shows(
    name: str, profile: Profile, form: FileFormat | None, tmp_path: Path
) -> None:
    photo = read_photo(DATA / name).pixels
    with Library() as library:
        number = gallery_of(library, tmp_path / "theirs", name)[name]
        (row,) = library.gallery.rows([number])
        assert (row.height, row.width) == photo.shape[:2]
        with Image.open(io.BytesIO(library.thumbnails.get(row))) as thumbnail:
            assert thumbnail.size == (row.width, row.height)
            assert np.abs(np.asarray(thumbnail.convert("RGB"), np.int16) - photo).mean() < 8
        done = export(library.gallery, [number], tmp_path / "out", ExportSettings(profile, form=form), {})
    assert done.problems == {}
    path = done.files[number]
    if profile == "archive" and form in (None, "jpeg" if name.endswith("jpg") else "png"):
        assert path.read_bytes() == row.path.read_bytes()  # with its mark for the orientation, and its profile
        return
    assert np.abs(shown(path) - photo).mean() < 5
    with Image.open(path) as image:
        if found := image.info.get("icc_profile"):
            assert cast(Any, ImageCms.ImageCmsProfile(io.BytesIO(found))).profile.xcolor_space.strip() == "RGB"


def test_known_values() -> None:
    assert read_photo(DATA / "orient6.jpg").pixels.shape == (160, 120, 3)
    assert abs(read_photo(DATA / "grey16.png").pixels.mean() - 115) < 2
    naive = np.asarray(Image.open(DATA / "magazine_cmyk.jpg").convert("RGB"), np.int16)
    assert np.abs(read_photo(DATA / "magazine_cmyk.jpg").pixels - naive).mean() > 3


def test_a_phones_jpeg_with_a_second_picture_comes_out_and_keeps_it(tmp_path: Path) -> None:
    with Library() as library:
        ids = gallery_of(library, tmp_path / "theirs", "phone_mpf.jpg", "rating_7.jpg")
        done = export(library.gallery, list(ids.values()), tmp_path / "out", ExportSettings("share"), {})
        assert {path.suffix for path in done.files.values()} == {".jpg"}
        assert len(done.files) == 2
        library.marks.rate(list(ids.values()), 5)
        library.marks.tag(list(ids.values()), add=["a tag that makes the first picture longer"])
        assert library.marks.write_pending().problems == {}
        (row,) = library.gallery.rows([ids["phone_mpf.jpg"]])
    with Image.open(DATA / "phone_mpf.jpg") as before, Image.open(row.path) as after:
        assert after.format == "MPO"
        for number in range(cast(Any, before).n_frames):
            before.seek(number)
            after.seek(number)
            assert np.array_equal(np.asarray(before), np.asarray(after))


def test_the_same_picture_is_a_duplicate_however_it_is_stored(tmp_path: Path) -> None:
    upright = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.save(tmp_path / "plain.png")
    upright.rotate(90, expand=True).save(tmp_path / "turned.png", exif=exif)
    upright.save(tmp_path / "tagged.png", icc_profile=srgb_profile())
    hashes = {read(path).pixels for path in tmp_path.glob("*.png")}
    assert hashes == {pixel_hash(upright)}
    content = read(tmp_path / "turned.png")
    assert (content.width, content.height) == (60, 40)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_image_and_array_are_turned_alike(orientation: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_costs, "BAND", 100)  # many pieces
    pixels = np.random.default_rng(1).integers(0, 256, (30, 20, 4), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    for mode in ("RGBA", "RGB", "L"):
        buffer = io.BytesIO()
        Image.fromarray(pixels).convert(mode).save(buffer, "PNG", exif=exif)
        with opened(buffer.getvalue(), "x") as picture:
            image = picture.image()
            assert (picture.width, picture.height) == image.size
        with opened(buffer.getvalue(), "x", as_array=True) as picture:
            array = picture.array()
        assert image.mode == ("RGBA" if mode == "RGBA" else "RGB")
        if mode != "RGBA":
            assert np.array_equal(np.asarray(image), array)
        grey = Image.new("RGBA", image.size, (128, 128, 128, 255))
        flat = Image.alpha_composite(grey, image.convert("RGBA")).convert("RGB")
        assert np.abs(np.asarray(flat, np.int16) - array).max() <= 1


@pytest.mark.parametrize("form", ["WEBP", "GIF", "PNG", "AVIF"])
@pytest.mark.parametrize("start", [(0, 0, 0), (255, 255, 255)])
def test_an_animation_that_fades_in(form: str, start: tuple[int, int, int]) -> None:
    whole = Image.open(DATA / "orient6.jpg").convert("RGB")
    plain = Image.new("RGB", whole.size, start)
    frames = [Image.blend(plain, whole, step / 8) for step in range(9)]
    buffer = io.BytesIO()
    frames[0].save(buffer, form, save_all=True, append_images=frames[1:], duration=50)
    with opened(buffer.getvalue(), "x", as_array=True) as picture:
        seen = picture.array()
    assert np.abs(seen.astype(np.int16) - np.asarray(whole, np.int16)).mean() < 16
    # One that begins with something is taken as it begins.
    buffer = io.BytesIO()
    frames[-1].save(buffer, form, save_all=True, append_images=frames[:1], duration=50)
    with opened(buffer.getvalue(), "x", as_array=True) as picture:
        assert np.abs(picture.array().astype(np.int16) - np.asarray(whole, np.int16)).mean() < 16


def test_the_fade_in_of_another_program() -> None:
    assert read_photo(DATA / "fade_in.webp").pixels.std() > 30


def test_names_are_one_list(tmp_path: Path) -> None:
    for name in ("a.jfif", "b.jpe", "c.JIF", "d.jpg", "e.txt", "f.gif"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in photo_files(tmp_path)] == ["a.jfif", "b.jpe", "c.JIF", "d.jpg", "f.gif"]
    assert {".jfif", ".jpe", ".jif", ".heic", ".avif"} <= PHOTO_SUFFIXES


def test_the_profile_that_is_put_into_files_is_always_the_same() -> None:
    code = "from fastface_core.pictures.colours import srgb_profile; print(srgb_profile().hex())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == srgb_profile().hex()


# Memory


def png(width: int, height: int, bits: int, colour: int) -> bytes:
    """A PNG of one value: a few kilobytes, whatever its size."""
    row = b"\0" + bytes((width * {0: 1, 2: 3, 3: 1, 6: 4}[colour] * bits + 7) // 8)
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    chunks = [(b"IHDR", struct.pack(">LLBBBBB", width, height, bits, colour, 0, 0, 0))]
    chunks += [(b"PLTE", bytes(768))] if colour == 3 else []
    chunks += [(b"IDAT", rows), (b"IEND", b"")]
    packed = b"".join(
        struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + packed


def jpeg(progressive: bool) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (16320, 12240), 90).save(buffer, "JPEG", quality=5, progressive=progressive)
    return buffer.getvalue()


_PEAK = """
import sys
from pathlib import Path
from fastface_core.errors import PhotoError
if sys.argv[2] == "photo":
    from fastface_core.engine.photos import read_photo as read
else:
    from fastface_core.library.metadata import read
try:
    read(Path(sys.argv[1]))
    print("read", end=" ")
except PhotoError as error:
    print("refused", error.message, file=sys.stderr)
    print("refused", end=" ")
# Not getrusage: a new process begins with the peak of the one that started it.
status = open('/proc/self/status').read().split()
print(int(status[status.index('VmHWM:') + 1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process in kilobytes")
@pytest.mark.parametrize(
    ("name", "make", "outcome"),
    [
        ("bits.png", lambda: png(100_000, 1999, 1, 0), "read"),
        ("palette.png", lambda: png(16_320, 12_240, 8, 3), "read"),
        ("rgba.png", lambda: png(16_320, 12_240, 8, 6), ("refused", "read")),
        ("many.png", lambda: png(12_000, 8_000, 8, 6), "read"),
        ("phone.jpg", lambda: jpeg(progressive=False), "read"),
        ("scans.jpg", lambda: jpeg(progressive=True), "read"),
        ("bomb.jp2", lambda: (DATA / "bomb-1kB-12000x12000.jp2").read_bytes(), "read"),
    ],
)
def test_memory_is_known_and_bounded(
    name: str, make: Callable[[], bytes], outcome: str | tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    for way in ("photo",) if name.endswith("jp2") else ("photo", "gallery"):
        done = subprocess.run([sys.executable, "-c", _PEAK, str(path), way], capture_output=True, text=True, check=True)
        what, peak = done.stdout.split()
        assert what in outcome, (way, done.stderr)
        assert int(peak) < 1000, way


def test_what_there_is_no_room_for_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_files, "ROOM", 30 << 20)
    with (
        pytest.raises(PhotoError, match="4000 x 4000 pixels, which take more memory") as caught,
        opened(png(4000, 4000, 8, 6)[:200], "x"),
    ):
        pass
    assert caught.value.hint
    buffer = io.BytesIO()
    Image.new("RGB", (3000, 2000), (200, 90, 10)).save(buffer, "JPEG")
    with opened(buffer.getvalue(), "x") as picture:
        assert (picture.width, picture.height, picture.shrunk_by) == (3000, 2000, 2)
        assert picture.image().size == (1500, 1000)
    with pytest.raises(PhotoError, match="more memory"), opened(buffer.getvalue(), "x", least=picture_files.EXACT):
        pass
    with opened(buffer.getvalue(), "x", least=1400) as picture:
        assert picture.image().size == (1500, 1000)


def test_those_who_read_at_once_share_the_room() -> None:
    room = picture_files.Room(100)
    most = now = 0
    lock = threading.Lock()

    def read_one(size: int) -> None:
        nonlocal most, now
        with room.taken(size):
            with lock:
                now += min(size, 100)
                most = max(most, now)
            with lock:
                now -= min(size, 100)

    threads = [threading.Thread(target=read_one, args=(size,)) for size in (60, 70, 30, 500, 20) * 20]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert most <= 100  # one that wants more than there is comes alone


def tiff(samples: np.ndarray) -> bytes:
    """An RGB picture of floating numbers, as programs for photos write them."""
    height, width, count = samples.shape
    data = samples.astype("<f4").tobytes()
    entries = [(256, width), (257, height), (259, 1), (262, 2), (277, count), (278, height), (279, len(data))]
    at = 8 + 2 + 12 * 10 + 4
    table = {tag: struct.pack("<HHII", tag, 4, 1, value) for tag, value in [*entries, (273, at + 12)]}
    table |= {tag: struct.pack("<HHII", tag, 3, 3, at + 6 * place) for place, tag in enumerate((258, 339))}
    head = b"II*\0" + struct.pack("<IH", 8, len(table)) + b"".join(table[tag] for tag in sorted(table))
    return head + bytes(4) + struct.pack("<6H", 32, 32, 32, 3, 3, 3) + data


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (tiff(np.zeros((4, 6, 3))), "stores its colours in a way that cannot be read"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(90), "not a photo in a form"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(90), "not a photo in a form"),
        (b"\0\0\0\x18ftypMiHE\0\0\0\0mif1MiHE" + bytes(90), "damaged or incomplete"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(90), "not a photo in a form"),
    ],
)
def test_what_is_said_of_others_is_true(content: bytes, words: str) -> None:
    with pytest.raises(PhotoError, match=words), opened(content, "a"):
        pass


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(PhotoError, match=r"pipe\.png"):
            read(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(PhotoError, match=r"folder\.png"):
        read(tmp_path / "folder.png")


# What a file says of its colours without a profile


def png_saying(pixels: NDArray[np.uint8], *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG file with chunks between its header and its pixels."""
    plain = io.BytesIO()
    Image.fromarray(pixels).save(plain, "PNG")
    more = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return plain.getvalue()[:33] + more + plain.getvalue()[33:]


def read_colours(content: bytes) -> list[tuple[int, ...]]:
    with opened(content, "x") as picture:
        return [tuple(int(v) for v in one) for one in np.asarray(picture.image().convert("RGB"))[0]]


def points(*numbers: float) -> bytes:
    return struct.pack(">8I", *(round(100_000 * number) for number in numbers))


SRGB_POINTS = (b"cHRM", points(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06))
WIDE_POINTS = (b"cHRM", points(0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06))
GAMMA = {name: (b"gAMA", struct.pack(">I", number)) for name, number in (("linear", 100_000), ("sRGB", 45455))}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([GAMMA["linear"]], (188, 188, 188)),  # half the light: 1.055 * 0.5020 ** (1 / 2.4) - 0.055
        ([GAMMA["linear"], SRGB_POINTS], (188, 188, 188)),
        ([(b"gAMA", struct.pack(">I", 55556))], (146, 146, 146)),  # 1.8, as early Macintoshes
        ([GAMMA["sRGB"], SRGB_POINTS], (128, 128, 128)),
        ([(b"sRGB", b"\0"), GAMMA["linear"]], (128, 128, 128)),  # sRGB goes before gAMA
        ([(b"cICP", bytes((1, 8, 0, 1))), (b"sRGB", b"\0")], (188, 188, 188)),  # and cICP before all
        ([(b"cICP", bytes((200, 8, 0, 1)))], (128, 128, 128)),  # nobody knows these
        ([(b"gAMA", struct.pack(">I", 0))], (128, 128, 128)),
        ([GAMMA["linear"], (b"cHRM", bytes(32))], (128, 128, 128)),
    ],
)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_png_says_its_colours_in_chunks(
    chunks: list[tuple[bytes, bytes]], expected: tuple[int, ...], channels: int
) -> None:
    pixels = np.full((1, 2, channels), 128, np.uint8)
    if channels == 4:
        pixels[..., 3] = 255
    found = read_colours(png_saying(pixels[..., 0] if channels == 1 else pixels, *chunks))
    assert np.abs(np.asarray(found) - np.asarray(expected)).max() <= 1


def test_wide_colours_without_a_profile(tmp_path: Path) -> None:
    """Green that is as green in both: with fewer red in the wider space's numbers."""
    green = np.array([[[144, 255, 60], [128, 128, 128]]], np.uint8)
    written = [
        png_saying(green, (b"gAMA", struct.pack(">I", 45470)), WIDE_POINTS),
        png_saying(green, (b"cICP", bytes((12, 13, 0, 1)))),
    ]
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 0xFFFF
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    for form, more in (("JPEG", {"quality": 100, "subsampling": 0}), ("WEBP", {"lossless": True})):
        content = io.BytesIO()
        Image.fromarray(np.tile(green, (16, 8, 1))).save(content, form, exif=exif, **cast(Any, more))
        written.append(content.getvalue())
    for content in written:
        first, grey = read_colours(content)[:2]
        assert first[0] < 100, first
        assert np.abs(np.subtract(grey, 128)).max() <= 6
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "wide.png").write_bytes(written[0])
    with Library() as library:
        import_pictures(library, folder, everything=True)
        (number,) = library.gallery.ids(Query())
        export(library.gallery, [number], tmp_path / "out", ExportSettings("client"), {})
    (exported,) = (tmp_path / "out").iterdir()
    with Image.open(exported) as image:
        assert image.info["icc_profile"] == srgb_profile()
        assert np.asarray(image.convert("RGB"))[0, 0, 0] < 60


@pytest.mark.parametrize(("form", "boxes"), [("AVIF", b"nclx"), ("JPEG2000", b"\x02\0\0")])
def test_colours_in_a_box(form: str, boxes: bytes) -> None:
    content = io.BytesIO()
    Image.fromarray(np.full((64, 64, 3), 128, np.uint8)).save(
        content, form, **({"quality": 100} if form == "AVIF" else {})
    )
    data = content.getvalue()
    at = data.index(b"colr") - 4
    (length,) = struct.unpack(">I", data[at : at + 4])
    if form == "AVIF":
        assert data[at + 8 : at + 12] == b"nclx"
        data = data[: at + 12] + struct.pack(">HH", 1, 8) + data[at + 16 :]
    else:
        linear = made_profiles.profile(named_colours.SRGB, made_profiles.power(1.0))
        colr = struct.pack(">I4s", 11 + len(linear), b"colr") + boxes + linear
        header = data.index(b"jp2h") - 4
        (whole,) = struct.unpack(">I", data[header : header + 4])
        whole += len(colr) - length
        data = data[:header] + struct.pack(">I", whole) + data[header + 4 : at] + colr + data[at + length :]
    assert np.abs(np.subtract(read_colours(data)[0], 188)).max() <= 2
