"""`fastface people` as a person, or a script without a terminal, meets it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from fastface_core import paths
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of one person, from scikit-image."""
    path = tmp_path_factory.mktemp("photos") / "portrait.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


def test_a_person_from_the_first_photo_to_forgetting(fastface: Run, portrait: Path, tmp_path: Path, home: Path) -> None:
    mirrored = tmp_path / "mirrored.png"
    Image.fromarray(np.ascontiguousarray(data.astronaut()[:, ::-1])).save(mirrored)
    empty = tmp_path / "empty.png"
    Image.new("RGB", (200, 200), (90, 120, 90)).save(empty)
    added = fastface(
        "people", "add", "Eileen", portrait, mirrored, empty, tmp_path / "absent.png",
        "--consent", "signed", "--expires", "2099-12-31", "--notes", "astronaut", "--json",
    )  # fmt: skip
    assert added.code == 1  # two of the four could not be added
    content = added.json
    assert len(content["photos"]) == 2
    assert set(content["problems"]) == {"empty.png", "absent.png"}
    assert content["consent"]["expires"] == "2099-12-31"
    assert content["notes"] == "astronaut"
    assert all(photo["verdict"] and photo["reason"] for photo in content["photos"])
    assert content["photos"][0]["quality"]["size"] > 50

    (known,) = fastface("people", "list", "--json").json["people"]
    assert known["name"] == "Eileen"
    assert "signed" in fastface("people", "list").out
    assert fastface("people", "show", "EILEEN", "--json").json["uid"] == content["uid"]

    second = content["photos"][1]["sha256"]
    off = fastface("people", "photo", "Eileen", second[:10], "--use", "no", "--cover", "--json").json
    assert off["photos"][1]["counts"] is False
    assert off["cover"] == second
    assert len(fastface("people", "photo", "Eileen", second[:10], "--remove", "--json").json["photos"]) == 1
    assert len(fastface("people", "photos", "Eileen").out.splitlines()) == 1

    changed = fastface("people", "change", "Eileen", "--rename", "Eileen C.", "--consent", "new", "--json").json
    assert (changed["name"], changed["consent"]["text"]) == ("Eileen C.", "new")
    # More photos for somebody who is there.
    assert len(fastface("people", "add", "eileen c.", mirrored, "--json").json["photos"]) == 2

    refused = fastface("people", "forget", "Eileen C.")
    assert refused.code == 1
    assert "nobody to ask" in refused.err
    assert fastface("people", "list", "--json").json["people"]
    gone = fastface("people", "forget", "Eileen C.", "--yes", "--json").json
    assert gone == {"forgotten": "Eileen C.", "photos": 2, "pictures": 0}
    assert fastface("people", "list", "--json").json["people"] == []
    piece = portrait.read_bytes()[5000:5064]
    for file in home.rglob("*"):
        if file.is_file():
            assert piece not in file.read_bytes()
            assert b"Eileen" not in file.read_bytes()


def test_somebody_whose_file_is_damaged(fastface: Run, portrait: Path, home: Path) -> None:
    uid = fastface("people", "add", "Eileen", portrait, "--json").json["uid"]
    other = fastface("people", "add", "Ada", portrait, "--json").json["uid"]
    file = paths.people_folder() / uid / "person.json"
    file.write_text("{")
    done = fastface("people", "list", "--json")
    assert done.code == 1
    listed = done.json
    assert listed["problems"] == {uid: "The file with the name and the permission of a person cannot be read."}
    assert [one["uid"] for one in listed["people"]] == [other]
    assert listed["damaged"] == [{"uid": uid, "name": "", "photos": 1}]
    line = fastface("people", "list").out.splitlines()[-1]
    assert line.startswith(uid)
    assert "forget this person" in line
    assert "cannot be read" in fastface("people", "show", uid).err
    assert "nobody to ask" in fastface("people", "forget", uid).err
    assert fastface("people", "forget", uid, "--yes", "--json").json == {"forgotten": uid, "photos": 1, "pictures": 0}
    assert not file.parent.exists()
    assert fastface("people", "list", "--json").json["damaged"] == []
    # One whose name can still be made out is called by it.
    file = paths.people_folder() / other / "person.json"
    file.write_bytes(file.read_bytes()[:120])
    assert fastface("people", "list").out.startswith("Ada")
    assert fastface("people", "forget", "ada", "--yes", "--json").json["forgotten"] == "Ada"
    piece = portrait.read_bytes()[5000:5064]
    assert not any(piece in one.read_bytes() for one in home.rglob("*") if one.is_file())


@pytest.mark.parametrize(
    "words",
    [
        ["people", "show", "Nobody"],
        ["people", "photos", "Nobody"],
        ["people", "forget", "Nobody", "--yes"],
        ["people", "change", "Nobody", "--rename", "x"],
        ["people", "photo", "Nobody", "ab"],
        ["generate", "--person", "Nobody", "--prompt", "x"],
    ],
)
def test_somebody_who_is_not_there(words: list[str], fastface: Run) -> None:
    done = fastface(*words)
    assert done.code == 1
    assert "nobody named" in done.err.lower()
    as_json = fastface(*words, "--json")
    assert set(as_json.json) == {"error", "hint"}


def test_adding_that_cannot_work(fastface: Run, portrait: Path, tmp_path: Path) -> None:
    absent = fastface("people", "add", "Ada", tmp_path / "absent.jpg")
    assert absent.code == 1
    assert "was not found" in absent.err
    assert fastface("people", "list", "--json").json["people"] == []
    ended = ["--consent", "signed", "--expires", "2020-01-01"]
    said = fastface("people", "add", "Ada", portrait, *ended).err
    assert "2020-01-01, the permission's last day, has passed." in said
    for words in (["--expires", "2030-01-01"], ["--face", "1", "--face", "1"], ["--consent", ""], ended):
        assert fastface("people", "add", "Ada", portrait, *words).code == 1
    assert fastface("people", "add", " ", portrait).code == 1
    assert fastface("people", "list", "--json").json["people"] == []
    both = fastface("generate", "--person", "Ada", "--photo", portrait, "--prompt", "x")
    assert both.code == 2


def test_a_name_in_any_script(fastface: Run, portrait: Path) -> None:
    assert fastface("people", "add", "山田 花子", portrait).code == 0
    assert "山田 花子" in fastface("people", "list").out
    assert not any("山" in file.name for file in paths.people_folder().rglob("*"))


def test_looking_at_people_loads_no_heavy_library(fastface: Run, portrait: Path) -> None:
    fastface("people", "add", "Ada", portrait)
    code = (
        "import sys\nfrom fastface_core.cli.main import app\n"
        "try: app(['people', 'list'])\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'diffusers', 'transformers', 'insightface', 'cv2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Ada" in done.stdout


def test_a_passphrase(fastface: Run, portrait: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastface_core.library.people.vault import Vault

    monkeypatch.setattr(Vault.__init__, "__defaults__", (4,))
    assert fastface("people", "add", "Eileen", portrait).code == 0
    assert fastface("people", "passphrase").code == 1
    assert "nobody to ask" in fastface("people", "protect").err
    monkeypatch.setenv("FASTFACE_PASSPHRASE_NEW", "four words without sense")
    assert "without it nobody" in fastface("people", "protect").err
    assert not any(b"Eileen" in file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert "nobody to ask" in fastface("people", "list").err
    assert fastface("gallery", "list").code == 0
    monkeypatch.setenv("FASTFACE_PASSPHRASE", "wrong words")
    wrong = fastface("people", "list", "--json")
    assert wrong.code == 1
    assert "wrong" in wrong.json["error"]
    monkeypatch.setenv("FASTFACE_PASSPHRASE", "four words without sense")
    assert "Eileen" in fastface("people", "list").out
    monkeypatch.setenv("FASTFACE_PASSPHRASE_NEW", "other words of mine")
    assert fastface("people", "passphrase", "--json").json == {"protected": True}
    assert fastface("people", "list").code == 1
    monkeypatch.setenv("FASTFACE_PASSPHRASE", "other words of mine")
    drawn = fastface(
        "generate", "--person", "Eileen", "--prompt", "portrait", "--size", "64x64", "--steps", 1, "--json"
    )
    assert drawn.code == 0, drawn.err
    assert fastface("people", "unprotect", "--json").json == {"protected": False}
    monkeypatch.delenv("FASTFACE_PASSPHRASE")
    assert "Eileen" in fastface("people", "list").out


def test_a_recipe_finds_its_photos_among_the_people(
    fastface: Run, portrait: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fastface_core.library.people.vault import Vault

    monkeypatch.setattr(Vault.__init__, "__defaults__", (4,))
    monkeypatch.chdir(tmp_path)
    assert fastface("people", "add", "Eileen", portrait, "--consent", "signed").code == 0
    size = ("--size", "64x64", "--steps", 1, "--json")
    first = fastface("generate", "--person", "Eileen", "--prompt", "portrait", "--seed", 4, *size)
    assert first.code == 0, first.err
    (made,) = first.json["images"]
    # Nothing but the picture: the photo is neither beside it nor in this folder.
    again = fastface("generate", "--from", made["path"], "--json", "--out", tmp_path / "again")
    assert again.code == 0, again.err
    (repeated,) = again.json["images"]
    with Image.open(made["path"]) as one, Image.open(repeated["path"]) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))
    assert len(fastface("gallery", "list", "--person", "Eileen", "--json").json["pictures"]) == 2

    monkeypatch.setenv("FASTFACE_PASSPHRASE_NEW", "four words without sense")
    assert fastface("people", "protect").code == 0
    locked = fastface("generate", "--from", made["path"], "--json")
    assert locked.code == 1
    assert "the people are locked" in locked.json["error"]
    assert "FASTFACE_PASSPHRASE" in locked.json["hint"]
    monkeypatch.setenv("FASTFACE_PASSPHRASE", "four words without sense")
    unlocked = fastface("generate", "--from", made["path"], *size, "--out", tmp_path / "unlocked")
    assert unlocked.code == 0, unlocked.err
    assert fastface("people", "forget", "Eileen", "--yes").code == 0
    gone = fastface("generate", "--from", made["path"], "--json")
    assert gone.code == 1
    assert "nor in the library" in gone.json["error"]
