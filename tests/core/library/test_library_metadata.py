"""What stands in picture files: written without touching a pixel, read back, and kept where others wrote it."""

import json
import shutil
import struct
import subprocess
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fastface_core.errors import PhotoError, SettingsError
from fastface_core.library import containers, xmp
from fastface_core.library.encoding import SUFFIXES, FileFormat, encoded, with_marks
from fastface_core.library.metadata import Marks, Note, read, read_recipe
from fastface_core.library.pixels import pixel_hash
from tests.core.library_help import NOW, picture, pixels_of, recipe

FORMS: tuple[FileFormat, ...] = ("png", "jpeg", "webp")
NOTE = Note(created=NOW, person="a" * 32, likeness=0.25, seconds=1.5)
MARKS = Marks(4, False, ("Wald & Wiese", 'größer "als"', "<b>"))


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_everything_comes_back(form: FileFormat, tmp_path: Path) -> None:
    made = picture(prompt='Grüße aus 東京 & "mehr" <b>\nzweite Zeile')
    data = encoded(made.image, form, made.recipe, NOTE, MARKS, lossless=True)
    path = write(tmp_path / f"p{SUFFIXES[form]}", data)
    found = read(path)
    assert found.recipe == made.recipe == read_recipe(path)
    assert found.note == NOTE
    assert found.marks == MARKS
    assert (found.width, found.height) == (64, 72)
    assert found.prompt == made.recipe.prompt
    with Image.open(path) as image:
        assert found.pixels == pixel_hash(image)
    if form != "jpeg":
        assert found.pixels == pixel_hash(made.image)


@pytest.mark.parametrize("form", FORMS)
def test_marks_change_without_touching_a_pixel(form: FileFormat, tmp_path: Path) -> None:
    made = picture()
    data = encoded(made.image, form, made.recipe, NOTE, Marks())
    path = write(tmp_path / "p", data)
    before = pixels_of(path)
    for marks in (MARKS, Marks(5, True, ("x",)), Marks(2, True), Marks()):
        data = with_marks(data, NOTE, marks)
        write(path, data)
        found = read(path)
        assert found.marks == marks
        assert found.recipe == made.recipe
        assert found.note is not None
        assert found.note.person == "a" * 32
        assert np.array_equal(pixels_of(path), before)
        assert data.count(b"</x:xmpmeta>") == 1
    # Going there and back leaves the file as it was.
    assert with_marks(data, NOTE, Marks()) == data


@pytest.mark.parametrize("form", FORMS)
def test_what_other_programs_wrote_is_kept(form: FileFormat, tmp_path: Path) -> None:
    made = picture()
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        b' photoshop:City="Ulm" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:Rating>3</xmp:Rating>'
        b'<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Bag><rdf:li>theirs</rdf:li></rdf:Bag>'
        b"</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    data = containers.with_xmp(encoded(made.image, form, None, None, Marks(), packet=False), packet)
    path = write(tmp_path / "p", data)
    assert read(path).marks == Marks(3, False, ("theirs",))
    write(path, with_marks(data, None, Marks(5, False, ("ours",))))
    assert read(path).marks == Marks(5, False, ("ours",))
    kept = containers.read(path.read_bytes()).xmp
    assert kept is not None
    assert b'photoshop:City="Ulm"' in kept
    assert b"xmp:Rating" in kept
    assert kept.count(b"Rating") == 1


@pytest.mark.parametrize("form", FORMS)
def test_other_parts_of_the_file_are_kept(form: FileFormat, tmp_path: Path) -> None:
    image = picture().image
    profile = b"profile " * 20
    exif = Image.Exif()
    exif[0x010E] = "described"
    buffer = BytesIO()
    extra = {"pnginfo": PngInfo()} if form == "png" else {}
    image.save(buffer, format=form.upper(), icc_profile=profile, exif=exif, **extra)
    path = write(tmp_path / "p", with_marks(buffer.getvalue(), NOTE, MARKS))
    with Image.open(path) as opened:
        opened.load()
        assert opened.info["icc_profile"] == profile
        assert opened.getexif()[0x010E] == "described"
        assert opened.info["xmp"] if form != "png" else opened.info["XML:com.adobe.xmp"]
    assert read(path).marks == MARKS


def test_other_tools_find_the_parameters(tmp_path: Path) -> None:
    made = picture(prompt="Straße, 東京")
    for form in ("jpeg", "webp"):
        path = write(tmp_path / "p", encoded(made.image, form, made.recipe, NOTE, MARKS))
        with Image.open(path) as image:
            comment = image.getexif().get_ifd(0x8769)[0x9286]
        assert comment.startswith(b"UNICODE\0")
        assert comment[8:].decode("utf-16-be").startswith("Straße, 東京\nNegative prompt: hat\nSteps: 4, Sampler: DDIM")


def test_a_prompt_too_long_for_a_segment_of_jpeg(tmp_path: Path) -> None:
    made = picture(prompt="wort " * 1999 + "ende")
    made_long = recipe(prompt="ä€ " * 3333, negative_prompt="ß€ " * 3333)
    for one in (made.recipe, made_long):
        path = write(tmp_path / "p.jpg", encoded(made.image, "jpeg", one, NOTE, MARKS))
        assert read(path).recipe == one
        assert read(write(path, with_marks(path.read_bytes(), NOTE, Marks(1)))).recipe == one
    noise = np.random.default_rng(0).integers(0x10000, 0x1FFFF, 20_000)
    longest = "".join(map(chr, noise))
    never = recipe(prompt=longest[:10_000], negative_prompt=longest[10_000:])
    with pytest.raises(SettingsError, match="too long for a JPEG"):
        encoded(made.image, "jpeg", never, NOTE, MARKS)
    for form in ("png", "webp"):
        assert read(write(tmp_path / "p", encoded(made.image, form, never, NOTE, MARKS))).recipe == never


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=20), max_size=3))
def test_any_text_survives(prompt: str, tags: list[str]) -> None:
    one = recipe(prompt="x" + prompt.encode("utf-8", "ignore").decode())
    clean = tuple(dict.fromkeys(t for tag in tags if (t := " ".join(tag.split())) and t.isprintable()))
    said = xmp.Said(rating=3, tags=clean, recipe=one.model_dump_json(), note=NOTE.model_dump_json())
    found = xmp.read(xmp.written(said))
    assert found.tags == clean
    assert found.recipe is not None
    assert type(one).model_validate_json(found.recipe) == one
    packed = xmp.read(xmp.written(said, packed=True))
    assert packed.recipe is not None
    assert type(one).model_validate_json(packed.recipe) == one


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"no xml",
        b"\xff\xfe\x00",
        b"<x:xmpmeta",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>',
        b"<a>" * 100_000,
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
    ],
)
def test_a_damaged_packet_says_nothing_and_is_replaced(packet: bytes) -> None:
    assert xmp.read(packet) == xmp.Said()
    assert xmp.read(xmp.written(xmp.Said(rating=2), packet)).rating == 2


@pytest.mark.parametrize(("rating", "found"), [("5", 5), ("3.0", 3), ("-1", 0), ("99", 5), ("many", 0), ("", 0)])
def test_ratings_of_others(rating: str, found: int) -> None:
    packet = xmp.written(xmp.Said()).replace(b'Rating="0"', f'Rating="{rating}"'.encode())
    said = xmp.read(packet)
    assert said.rating == found
    assert said.rejected == (rating == "-1")


def test_a_compressed_text_chunk_is_read_and_bounded() -> None:
    text = xmp.written(xmp.Said(rating=4))
    body = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(text)
    header = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    data = encoded(picture().image, "png", None, None, Marks(), packet=False)
    data = data[:33] + header + data[33:]
    assert containers.read(data).xmp == text


def test_files_that_are_no_pictures(tmp_path: Path) -> None:
    for form in FORMS:
        data = encoded(picture().image, form, recipe(), NOTE, MARKS)
        for length in (0, 3, 11, 20, 40, len(data) // 2):
            path = write(tmp_path / f"cut{SUFFIXES[form]}", data[:length])
            with pytest.raises(PhotoError, match="cut"):
                read(path)
    for content in (
        b"text",
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff",
        b"\xff\xd8\xff\xff",
    ):
        with pytest.raises(containers.ContainerError):
            containers.with_xmp(content, b"x")


def test_a_recipe_of_a_newer_version_is_a_picture_without_one(tmp_path: Path) -> None:
    made = picture()
    data = encoded(made.image, "webp", made.recipe, NOTE, MARKS)
    newer = xmp.Said(recipe=json.dumps({"version": 99}), note='{"version": 99}')
    found = read(write(tmp_path / "p.webp", containers.with_xmp(data, xmp.written(newer))))
    assert found.recipe is None
    assert found.note == Note()


def test_the_same_pixels_have_the_same_hash() -> None:
    image = picture().image
    assert pixel_hash(image) == pixel_hash(image.copy())
    assert pixel_hash(image.convert("L")) == pixel_hash(image.convert("L").convert("RGB"))
    turned = image.transpose(Image.Transpose.ROTATE_90)
    assert len({pixel_hash(image), pixel_hash(turned), pixel_hash(image.convert("RGBA"))}) == 3
    palette = image.quantize(8)
    assert pixel_hash(palette) == pixel_hash(palette.convert("RGB"))


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="another reader, where it is installed")
@pytest.mark.parametrize("form", FORMS)
def test_exiftool_agrees(form: FileFormat, tmp_path: Path) -> None:
    path = tmp_path / f"p{SUFFIXES[form]}"
    write(path, with_marks(encoded(picture().image, form, recipe(), NOTE, Marks()), NOTE, MARKS))
    done = subprocess.run(["exiftool", "-json", "-warning", str(path)], capture_output=True, check=True)
    assert "Warning" not in json.loads(done.stdout)[0]
    done = subprocess.run(["exiftool", "-json", str(path)], capture_output=True, check=True)
    (said,) = json.loads(done.stdout)
    assert said["Rating"] == 4
    assert said["Subject"] == list(MARKS.tags)
    assert said["DigitalSourceType"].endswith("trainedAlgorithmicMedia")
    assert said["CreatorTool"] == "FastFace 0"
