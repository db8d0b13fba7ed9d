"""The recipe in a picture: what is written, what others read of it, and what is refused."""

import json
import signal
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fastface_core.domain.request import Picture, Recipe, RecipePhoto
from fastface_core.errors import PhotoError, SettingsError, StorageError
from fastface_core.library import pictures
from fastface_core.library.encoding import encoded, plain_png, png
from fastface_core.library.metadata import Marks, Note, read_recipe
from fastface_core.presets import files as preset_files

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@pytest.fixture
def picture() -> Picture:
    recipe = Recipe(
        program="FastFace 0",
        prompt='Grüße aus 東京 & "mehr" <b>\nzweite Zeile',
        negative_prompt="Hut",
        preset=preset_files.find("fastface-scheduled-softmask"),
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=2**53 - 1,
        width=64,
        height=72,
        photos=(RecipePhoto(sha256="ab" * 32, face=2),),
        device="CPU",
        dtype="float32",
    )
    pixels = np.random.default_rng(0).integers(0, 256, (72, 64, 3), dtype=np.uint8)
    return Picture(0, recipe.seed, Image.fromarray(pixels), recipe, None, "untrained", 1.0)


def test_recipe_survives_the_file(picture: Picture, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(png(picture))
    assert read_recipe(path) == picture.recipe
    assert np.array_equal(np.asarray(Image.open(path)), np.asarray(picture.image))


def test_a_file_that_was_made_before_gets_its_note(picture: Picture) -> None:
    """As where it is made in another thread than it is kept in."""
    note = Note(likeness=0.5, person="ab" * 16)
    plain = plain_png(picture.image, picture.recipe)
    assert png(picture, note, plain=plain) == png(picture, note)
    assert png(picture, note) == encoded(picture.image, "png", picture.recipe, note, Marks())


def test_what_other_tools_read(picture: Picture, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(png(picture))
    with Image.open(path) as image:
        parameters = image.info["parameters"]
        packet = image.info["XML:com.adobe.xmp"]
    prompt, negative, last = parameters.rsplit("\n", 2)
    assert prompt == picture.recipe.prompt
    assert negative == "Negative prompt: Hut"
    fields = dict(part.split(": ") for part in last.split(", "))
    assert fields["Steps"] == "4"
    assert fields["Seed"] == str(2**53 - 1)
    assert fields["Size"] == "64x72"
    assert fields["Sampler"] == "DDIM"
    description = ElementTree.fromstring(packet).find(f"{RDF}RDF/{RDF}Description")
    assert description is not None
    assert description.attrib["{http://ns.adobe.com/xap/1.0/}CreatorTool"] == "FastFace 0"
    source = description.attrib["{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"]
    assert source == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def test_pictures_without_a_usable_recipe(picture: Picture, tmp_path: Path) -> None:
    plain = tmp_path / "plain.png"
    picture.image.save(plain)
    with pytest.raises(SettingsError, match=r"no recipe in plain\.png"):
        read_recipe(plain)
    with pytest.raises(PhotoError, match=r"no file absent\.png"):
        read_recipe(tmp_path / "absent.png")
    cut = tmp_path / "cut.png"
    cut.write_bytes(png(picture)[:3000])
    with pytest.raises(PhotoError, match=r"cut\.png"):
        read_recipe(cut)
    text = tmp_path / "text.png"
    text.write_text("no picture")
    with pytest.raises(PhotoError, match=r"text\.png"):
        read_recipe(text)
    newer = tmp_path / "newer.png"
    content = picture.recipe.model_dump_json().replace('"version":1', '"version":99', 1)
    chunks = PngInfo()
    chunks.add_itxt("fastface", content)
    picture.image.save(newer, pnginfo=chunks)
    with pytest.raises(SettingsError, match="version"):
        read_recipe(newer)


def test_recipe_is_plain_json(picture: Picture, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(png(picture))
    with Image.open(path) as image:
        content = json.loads(image.info["fastface"])
    assert content["version"] == 1
    assert content["preset"]["attention"]["adain"] == 0.7
    assert content["photos"] == [{"sha256": "ab" * 32, "face": 2}]


def test_pictures_never_replace_one_another(picture: Picture, tmp_path: Path) -> None:
    now = datetime(2030, 1, 2, 3, 4, 5)
    names = [pictures.save(picture, tmp_path, now).name for _ in range(3)]
    stem = f"20300102-030405-{2**53 - 1}"
    assert names == [f"{stem}.png", f"{stem}-2.png", f"{stem}-3.png"]
    assert sorted(file.name for file in tmp_path.glob("*.png")) == sorted(names)


def test_full_disk_leaves_nothing_behind(picture: Picture, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of a process exist on POSIX systems alone")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(StorageError, match="is full"):
            pictures.save(picture, tmp_path, datetime(2030, 1, 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert [file.name for file in tmp_path.iterdir()] == ["home"]
