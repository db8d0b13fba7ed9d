"""Several people in one picture, from the command line to the file, the library, and back."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from fastface_core.cli.generate.together import Named, placed
from fastface_core.domain.places import MOST_PEOPLE
from fastface_core.errors import SettingsError
from fastface_core.library.metadata import read
from tests.core.cli_help import Run, fastface

__all__ = ["fastface"]

PORTRAIT = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
SMALL = ("--size", "64x64", "--steps", 1, "--seed", 4, "--json")


def pixels(path: object) -> np.ndarray:
    with Image.open(Path(str(path))) as image:
        return np.asarray(image)


def test_two_people_of_the_library(fastface: Run, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "photos" / "other.png"
    other.parent.mkdir()
    Image.fromarray(data.astronaut()).save(other)
    for name, photo in (("Ada", PORTRAIT), ("Eileen", other)):
        assert fastface("people", "add", name, photo).code == 0
    first = fastface("generate", "--person", "Eileen@right", "--person", "Ada@left", "--prompt", "two people", *SMALL)
    assert first.code == 0, first.err
    # Each of them is asked for.
    assert "No permission of Ada is noted." in first.err
    assert "No permission of Eileen is noted." in first.err
    (made,) = first.json["images"]
    assert len(made["of_each"]) == 2
    content = read(Path(made["path"]))
    recipe, note = content.recipe, content.note
    assert recipe is not None
    assert recipe.people is not None
    assert [one.place.left for one in recipe.people] == [0.5, 0]
    assert [photo.person for photo in recipe.photos] == [1, 2]
    assert note is not None
    assert (len(note.others), len(note.of_each)) == (1, 2)

    # The recipe is enough: whose photos they are, and where everybody is.
    again = fastface("generate", "--from", made["path"], "--json", "--out", tmp_path / "again")
    assert again.code == 0, again.err
    assert np.array_equal(pixels(made["path"]), pixels(again.json["images"][0]["path"]))
    # The same two the other way round are another picture.
    turned = fastface(
        "generate",
        "--from",
        made["path"],
        "--person",
        "Ada",
        "--person",
        "Eileen",
        "--json",
        "--out",
        tmp_path / "turned",
    )
    assert turned.code == 0, turned.err
    assert not np.array_equal(pixels(made["path"]), pixels(turned.json["images"][0]["path"]))

    for name in ("Ada", "Eileen"):
        assert len(fastface("gallery", "list", "--person", name, "--json").json["pictures"]) == 3
    # Forgotten without their pictures, somebody stands in none of them; with them, those of both are gone.
    assert fastface("people", "forget", "Ada", "--yes").code == 0
    (kept,) = (read(Path(made["path"])),)
    assert kept.note is not None
    assert kept.note.others == ()
    assert len(fastface("gallery", "list", "--person", "Eileen", "--json").json["pictures"]) == 3
    assert fastface("people", "forget", "Eileen", "--pictures", "--yes").code == 0
    assert not Path(made["path"]).exists()


def test_each_photo_is_of_another_person(fastface: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    Image.fromarray(data.astronaut()).save(other)
    words = ("generate", PORTRAIT, other, "--at", "left", "--at", "50,0,100,100", "--prompt", "two", *SMALL)
    done = fastface(*words, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    recipe = read(Path(done.json["images"][0]["path"])).recipe
    assert recipe is not None
    assert [photo.person for photo in recipe.photos] == [1, 2]
    refused = fastface("generate", PORTRAIT, other, "--at", "left", "--prompt", "two", "--json")
    assert refused.json["error"] == "--at is given 1 time for 2 photos."


def test_people_of_a_group_photo_stand_as_there_or_where_a_mask_is_white(fastface: Run, tmp_path: Path) -> None:
    group = Image.new("RGB", (1200, 600))
    with Image.open(PORTRAIT) as one:
        group.paste(one.convert("RGB").resize((600, 600)), (600, 0))
    group.paste(Image.fromarray(data.astronaut()).resize((600, 600)), (0, 0))
    group.save(tmp_path / "group.png")
    mask = Image.new("L", (300, 300))
    mask.paste(255, (150, 0, 300, 300))
    mask.save(tmp_path / "mask.png")
    words = ("generate", tmp_path / "group.png", tmp_path / "group.png", "--face", 1, "--face", 2)
    done = fastface(*words, "--place", "photo", "--at", tmp_path / "mask.png", "--prompt", "two", *SMALL)
    assert done.code == 0, done.err
    recipe = read(Path(done.json["images"][0]["path"])).recipe
    assert recipe is not None
    assert recipe.people is not None
    first, second = recipe.people
    # The astronaut's face is left of her picture's middle, and the square shows the left half of the photo.
    assert 0.25 < (first.place.left + first.place.right) / 2 < 0.6
    assert first.as_photo is first.place.drawn is None
    assert second.place.drawn is not None
    assert (second.place.left, second.place.top, second.place.right, second.place.bottom) == (0.5, 0, 1, 1)


def test_photos_that_count_unlike_are_in_the_recipe(fastface: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    Image.fromarray(data.astronaut()).save(other)
    words = ("generate", PORTRAIT, other, "--prompt", "a person", *SMALL)
    done = fastface(*words, "--weights", "1,0.25", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    recipe = read(Path(done.json["images"][0]["path"])).recipe
    assert recipe is not None
    assert [photo.weight for photo in recipe.photos] == [None, 0.25]
    for wrong in ("1", "1,0", "1,x", "1,2,3"):
        assert "does not fit the photos" in fastface(*words, "--weights", wrong).json["error"]

    added = fastface("people", "add", "Ada", PORTRAIT, other, "--json").json
    first = added["photos"][0]["sha256"]
    assert [photo["weight"] for photo in added["photos"]] == [1, 1]
    weighed = fastface("people", "photo", "Ada", first[:10], "--weight", 3, "--json").json["photos"]
    counting = sum(photo["weight"] for photo in weighed if photo["counts"])
    assert [photo["share"] for photo in weighed] == [
        pytest.approx(photo["weight"] / counting if photo["counts"] else 0, abs=1e-3) for photo in weighed
    ]
    assert weighed[0]["weight"] == 3
    assert fastface("people", "photo", "Ada", first[:10], "--weight", 11, "--json").code == 1
    good = fastface("people", "change", "Ada", "--by-quality", "--json").json["photos"]
    assert good[0]["weight"] == 3
    assert 0 < good[1]["weight"] <= 1


def test_names_and_places(tmp_path: Path) -> None:
    assert Named.of("Ada") == Named("Ada")
    assert Named.of("Ada@Left") == Named("Ada", "Left")
    assert Named.of("ada@example.org") == Named("ada@example.org")
    assert Named.of("a@b@0,0,50,100") == Named("a@b", "0,0,50,100")
    assert Named.of("@left") == Named("@left")
    people = placed([None] * 3)
    assert people is not None
    assert [one.place.right for one in people] == pytest.approx([1 / 3, 2 / 3, 1])
    assert placed([None]) is None
    Image.new("L", (20, 10), 255).save(tmp_path / "white.png")
    Image.new("L", (20, 10)).save(tmp_path / "black.png")
    assert Named.of(f"Ada@{tmp_path / 'white.png'}") == Named("Ada", str(tmp_path / "white.png"))
    assert Named.of("Ada@nowhere.png") == Named("Ada@nowhere.png")
    mixed = placed(["centre", "Photo", "right", str(tmp_path / "white.png")])
    assert mixed is not None
    assert [one.place.left for one in mixed] == pytest.approx([1 / 3, 0, 2 / 3, 0])
    assert [one.as_photo for one in mixed] == [None, True, None, None]
    with pytest.raises(SettingsError, match=r"black.png hardly anything is white"):
        placed(["left", str(tmp_path / "black.png")])
    for wrong in (["left", None], ["left"], [None] * (MOST_PEOPLE + 1), ["left", "0,0,2,2"]):
        with pytest.raises(SettingsError):
            placed(wrong)
