"""`fastface gallery` and `fastface library` as a person, or a script without a terminal, meets them."""

from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from tests.core.cli_help import Outcome, Run
from tests.core.cli_help import fastface as fastface
from tests.core.library_help import person, pixels_of, saved


@pytest.fixture
def ids(tmp_path: Path) -> list[int]:
    """Three pictures: of Ada at the sea, of Ada in a forest, of nobody known."""
    with Library() as library:
        uid = person(library, tmp_path / "photos").uid
        made = [
            saved(library, tmp_path / "made", 1, person=uid, prompt="at the sea", likeness=0.9),
            saved(library, tmp_path / "made", 2, person=uid, prompt="in a forest", likeness=0.3),
            saved(library, tmp_path / "made", 3, prompt="at the sea", likeness=None),
        ]
        return [one.id for one in made]


def listed(outcome: Outcome) -> list[int]:
    assert outcome.code == 0, outcome.err
    return [one["id"] for one in outcome.json["pictures"]]


def test_listing_and_paging(fastface: Run, ids: list[int]) -> None:
    a, b, c = ids
    assert listed(fastface("gallery", "list", "--json")) == [c, b, a]
    first = fastface("gallery", "list", "--limit", 2, "--json").json
    assert first["total"] == 3
    assert listed(fastface("gallery", "list", "--limit", 2, "--after", first["next"], "--json")) == [a]
    assert listed(fastface("gallery", "list", "sea", "--json")) == [c, a]
    assert listed(fastface("gallery", "list", "ada sea", "--json")) == [a]
    assert listed(fastface("gallery", "list", "--person", "ADA", "--json")) == [b, a]
    assert listed(fastface("gallery", "list", "--sort", "likeness", "--json")) == [a, b, c]
    by_likeness = fastface("gallery", "list", "--sort", "likeness", "--limit", 1, "--json").json
    assert listed(fastface("gallery", "list", "--sort", "likeness", "--after", by_likeness["next"], "--json")) == [b, c]
    assert listed(fastface("gallery", "list", "--min-likeness", 0.5, "--json")) == [a]
    assert listed(fastface("gallery", "list", "--since", "2031-01-01", "--json")) == []
    # All three are of 2 January 2030.
    for words, found in (
        (["--since", "2030-01-02", "--until", "2030-01-03"], [c, b, a]),
        (["--until", "2030-01-02"], []),
        (["--since", "2030-01-03"], []),
    ):
        assert listed(fastface("gallery", "list", *words, "--json")) == found
    never = fastface("gallery", "list", "--since", "2030-01-02", "--until", "2030-01-02")
    assert never.code != 0
    assert "--until is not after --since." in never.err
    shown = fastface("gallery", "list")
    assert len(shown.out.splitlines()) == 3
    assert "Ada in a forest" in shown.out
    assert shown.err.strip() == "3 of 3 pictures."


def test_showing_one(fastface: Run, ids: list[int]) -> None:
    content = fastface("gallery", "show", ids[0], "--json").json
    assert content["recipe"]["prompt"] == "at the sea"
    assert content["person"] == "Ada"
    assert content["terms"] == {"commercial_use": True, "licences": ["Apache-2.0"]}
    shown = fastface("gallery", "show", content["path"])
    assert "hyper-4, preset baseline, seed 1" in shown.out
    assert "allow commercial use" in shown.out


def test_marking(fastface: Run, ids: list[int]) -> None:
    a, b, _ = ids
    rated = fastface("gallery", "rate", 4, a, b, "--json").json
    assert [one["rating"] for one in rated["pictures"]] == [4, 4]
    assert rated["not_in_file"] == []
    assert read(Path(rated["pictures"][0]["path"])).marks.rating == 4
    assert fastface("gallery", "tag", a, "--add", "Best", "--add", "print").code == 0
    assert fastface("gallery", "tag", a, "--remove", "best", "--json").json["pictures"][0]["tags"] == ["print"]
    assert fastface("gallery", "tags", "--json").json == {"tags": {"print": 1}}
    assert listed(fastface("gallery", "list", "--tag", "PRINT", "--rating", 4, "--json")) == [a]
    assert fastface("gallery", "reject", b).code == 0
    assert listed(fastface("gallery", "list", "--rejected", "--json")) == [b]
    assert fastface("gallery", "reject", b, "--undo").code == 0
    assert listed(fastface("gallery", "list", "--rejected", "--json")) == []


def test_trash_and_back(fastface: Run, ids: list[int]) -> None:
    a, b, c = ids
    trashed = fastface("gallery", "trash", a, b)
    assert f"fastface gallery restore {a} {b}" in trashed.err
    assert listed(fastface("gallery", "list", "--json")) == [c]
    assert listed(fastface("gallery", "list", "--trashed", "--json")) == [b, a]
    assert fastface("gallery", "restore", a).code == 0
    refused = fastface("gallery", "empty-trash")
    assert refused.code == 1
    assert "nobody to ask" in refused.err
    assert fastface("gallery", "empty-trash", "--days", 5, "--yes", "--json").json == {"deleted": 0}
    assert fastface("gallery", "empty-trash", "--yes", "--json").json == {"deleted": 1}
    assert listed(fastface("gallery", "list", "--json")) == [c, a]


def test_exporting(fastface: Run, ids: list[int], tmp_path: Path) -> None:
    done = fastface("gallery", "export", *ids, "--out", tmp_path / "out", "--format", "jpeg", "--json")
    assert done.code == 0
    files = [Path(one["path"]) for one in done.json["files"]]
    assert [file.name for file in files] == ["picture-001.jpg", "picture-002.jpg", "picture-003.jpg"]
    assert "a trained model made the picture" in done.err
    with Library() as library:
        forbidden = saved(library, tmp_path, 9, terms={"commercial_use": False, "licences": ("Research only",)}).id
    warned = fastface("gallery", "export", forbidden, "--out", tmp_path / "out", "--profile", "client")
    assert "No commercial use: 1 picture (Research only)." in warned.err
    assert warned.code == 0


def test_exporting_for_clients(fastface: Run, ids: list[int], tmp_path: Path) -> None:
    words = ("gallery", "export", *ids, "--out", tmp_path / "out", "--by-person", "--sharpen", "matte", "--dpi", 300)
    words += ("--watermark", "(c) Studio", "--watermark-place", "centre", "--contact-sheet", 3, "--title", "Wedding")
    done = fastface(*words, "--json")
    assert done.code == 0
    sheet = Path(done.json["contact_sheet"])
    assert sheet == tmp_path / "out" / "contact-sheet.pdf"
    assert b"W\x00e\x00d\x00d\x00i\x00n\x00g" in sheet.read_bytes()
    assert fastface(*words).out.splitlines()[-1] == str(tmp_path / "out" / "contact-sheet-2.pdf")


def test_importing_and_duplicates(fastface: Run, ids: list[int], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    first = Path(fastface("gallery", "show", ids[0], "--json").json["path"])
    (tmp_path / "in" / "copy.png").write_bytes(first.read_bytes())
    assert fastface("gallery", "import", tmp_path / "in", "--json").json["recorded"] == [
        str(tmp_path / "in" / "copy.png")
    ]
    ((one, other),) = fastface("gallery", "duplicates", "--json").json["groups"]
    assert one["pixels"] == other["pixels"]
    assert fastface("gallery", "import", tmp_path / "nowhere").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["gallery", "rate", "6", "1"],
        ["gallery", "rate", "3", "99"],
        ["gallery", "rate", "3", "nowhere.png"],
        ["gallery", "show", "99"],
        ["gallery", "list", "--person", "Nobody"],
        ["gallery", "list", "--sort", "name"],
        ["gallery", "list", "--after", "x"],
        ["gallery", "list", "--rating", "9"],
        ["gallery", "tag", "1"],
        ["gallery", "tag", "1", "--add", " "],
        ["gallery", "album", "Team", "--remove"],
        ["gallery", "album", "Team", "1", "--delete"],
        ["gallery", "export", "1", "--out", "o", "--profile", "other"],
        ["gallery", "export", "1", "--out", "o", "--name", "{x}"],
        ["gallery", "export", "1", "--out", "o", "--sharpen", "much"],
        ["gallery", "export", "1", "--out", "o", "--watermark", "a", "--watermark-file", "b.png"],
        ["gallery", "export", "1", "--out", "o", "--watermark-file", "b.png"],
        ["gallery", "export", "1", "--out", "o", "--contact-sheet", "99"],
        ["library", "restore", "nowhere"],
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_a_next_step(words: list[str], fastface: Run, ids: list[int]) -> None:
    done = fastface(*words)
    assert done.code == 1
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 2
    as_json = fastface(*words, "--json")
    assert as_json.code == 1
    assert set(as_json.json) == {"error", "hint"}


@pytest.mark.parametrize("cursor", ["1", "1:2:3:4", ":", "nan:1", "inf:2"])
def test_a_cursor_of_another_list(cursor: str, fastface: Run, ids: list[int]) -> None:
    done = fastface("gallery", "list", "--after", cursor)
    assert done.code == 1
    assert "cursor" in done.err


def test_check_rebuild_and_clean(fastface: Run, ids: list[int]) -> None:
    assert fastface("library", "check", "--json").json["good"] is True
    path = Path(fastface("gallery", "show", ids[0], "--json").json["path"])
    path.unlink()
    checked = fastface("library", "check", "--json")
    assert checked.code == 1
    assert checked.json["without_file"] == [str(path)]
    assert fastface("library", "rebuild", "--json").json["missing"] == [str(path)]
    assert listed(fastface("gallery", "list", "--missing", "--json")) == ids[:1]
    assert fastface("library", "clean", "--json").json == {"taken_out": 1}
    assert fastface("library", "check").code == 0


def test_rebuild_of_a_damaged_database(fastface: Run, ids: list[int]) -> None:
    (paths.library_folder() / "library.db").write_bytes(b"\xff" * 20_000)
    told = fastface("gallery", "list")
    assert told.code == 1
    assert "fastface library rebuild" in told.err
    assert fastface("library", "rebuild").code == 0
    assert len(listed(fastface("gallery", "list", "--person", "Ada", "--json"))) == 2


def test_backup_and_restore(fastface: Run, ids: list[int], tmp_path: Path) -> None:
    made = fastface("library", "backup", tmp_path / "b", "--pictures", "--json").json
    assert made["people"] == 1
    (tmp_path / "empty").touch()
    assert fastface("library", "backup", tmp_path / "empty").code == 0
    assert fastface("library", "backup", tmp_path / "b", "--pictures").code == 0  # over the earlier one
    for content in (b"years of work", b"PK\x05\x06" + bytes(18)):
        (tmp_path / "thesis.txt").write_bytes(content)
        refused = fastface("library", "backup", tmp_path / "thesis.txt")
        assert refused.code == 1
        assert "not a file that can be replaced" in refused.err
        assert (tmp_path / "thesis.txt").read_bytes() == content
    refused = fastface("library", "restore", tmp_path / "b")
    assert refused.code == 1
    back = fastface("library", "restore", tmp_path / "b", "--replace", "--json").json
    assert Path(back["before"]).is_dir()
    assert len(listed(fastface("gallery", "list", "--json"))) == 3


@pytest.mark.slow
def test_a_person_is_drawn_recorded_and_repeated_from_an_archive(fastface: Run, tmp_path: Path) -> None:
    from skimage import data

    photo = tmp_path / "portrait.png"
    from PIL import Image

    Image.fromarray(data.astronaut()).save(photo)
    added = fastface("people", "add", "Eileen", photo, "--json")
    assert added.code == 0, added.err
    small = ["--size", "64x64", "--steps", "1", "--seed", "5"]
    drawn = fastface("generate", "--person", "eileen", "--prompt", "portrait in a forest", *small, "--json")
    assert drawn.code == 0, drawn.err
    assert "No permission of Eileen is noted." in drawn.err
    (image,) = drawn.json["images"]
    assert listed(fastface("gallery", "list", "--person", "Eileen", "--json")) == [image["id"]]
    plainly = fastface(
        "generate", "--photo", photo, "--prompt", "portrait in a forest", *small, "--out", tmp_path / "p", "--json"
    )
    assert (pixels_of(Path(image["path"])) == pixels_of(Path(plainly.json["images"][0]["path"]))).all()
    exported = fastface(
        "gallery",
        "export",
        image["id"],
        "--out",
        tmp_path / "archive",
        "--profile",
        "archive",
        "--format",
        "webp",
        "--json",
    )
    (copy,) = exported.json["files"]
    again = fastface("generate", "--from", copy["path"], "--photo", photo, "--out", tmp_path / "again", "--json")
    assert again.code == 0, again.err
    assert (pixels_of(Path(image["path"])) == pixels_of(Path(again.json["images"][0]["path"]))).all()
