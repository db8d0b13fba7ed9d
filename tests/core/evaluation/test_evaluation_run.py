"""`fastface evaluate` as a person meets it: whatever ends it, nothing is lost, made twice, or measured otherwise."""

import csv
import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from fastface_core.errors import StorageError
from fastface_core.evaluation.journal import Journal, Measured
from fastface_core.evaluation.people import Subject
from fastface_core.evaluation.plan import Contender, Plan
from fastface_core.evaluation.prompts import Prompt
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.library.metadata import read_recipe
from fastface_core.presets import files as preset_files
from fastface_core.studio.resident import ResidentEngine
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.evaluation_help import one_engine as one_engine

PLAN = Plan(
    people=(Subject(name="a", photo=Path("a.png"), sha256="0" * 64),),
    prompts=(Prompt(text="a person"),),
    contenders=(Contender(name="a", preset=preset_files.built_in()["baseline"], checkpoint="starter"),),
)
PROMPTS = "photo of a person, smiling, on a beach\nInk Sketch; portrait of a person, sad\n"


def words(tmp_path: Path, out: str, *more: object) -> tuple[object, ...]:
    file = tmp_path / "prompts.txt"
    file.write_text(PROMPTS, encoding="utf-8")
    asked = ("--prompts", file, "--people", 2, "--size", "128x128", "--steps", 1, "--device", "cpu")
    return ("evaluate", "run", "--out", tmp_path / out, *asked, *more)


class Addresses(HTMLParser):
    """What a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]


def test_a_run_that_is_ended_and_gone_on_with_gives_the_same_numbers(
    fastface: Run, one_engine: ResidentEngine, tmp_path: Path
) -> None:
    presets = ("--preset", "scale-power")
    whole = fastface(*words(tmp_path, "whole", *presets, "--json"))
    assert whole.code == 0, whole.err
    assert (whole.json["pictures"], whole.json["made"], whole.json["failed"]) == (4, 4, {})
    report = Path(whole.json["report"])

    # The page fetches nothing, and everything is in it and beside it.
    page = report.read_text("utf-8")
    parser = Addresses()
    parser.feed(page)
    assert parser.found
    assert all(address.startswith("data:image/jpeg;base64,") for address in parser.found)
    numbers = json.loads((report.parent / "report.json").read_bytes())["parts"][0]
    assert {one["name"]: one["pictures"] for one in numbers["contenders"]} == {"scale-power": 4}
    assert set(numbers["means"]) == {"all", "realistic", "stylistic"}
    rows = list(csv.DictReader((report.parent / "pictures.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == 4
    likeness = [float(row["likeness"]) for row in rows if row["likeness"]]
    shown = numbers["means"]["all"]["scale-power"].get("likeness")
    assert (shown["mean"] if shown else None) == (pytest.approx(sum(likeness) / len(likeness)) if likeness else None)
    for row in rows:
        recipe = read_recipe(tmp_path / "whole/pictures" / row["file"])
        assert (str(recipe.seed), recipe.prompt) == (row["seed"], row["prompt"])
        assert row["seed"] in page

    # What a run leaves that is killed in the middle of a line, with two pictures still to be made.
    shutil.copytree(tmp_path / "whole", tmp_path / "ended")
    pixels: dict[Path, bytes] = {}
    for path in sorted((tmp_path / "ended/pictures").rglob("*.png"))[1:3]:
        pixels[path] = Image.open(path).tobytes()
        path.unlink()
    shutil.rmtree(tmp_path / "ended/report")
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "ended/pictures").rglob("*.png")}
    journal = tmp_path / "ended/journal.jsonl"
    cut = journal.read_bytes()[: journal.stat().st_size // 3]
    journal.write_bytes(cut)
    again = fastface(*words(tmp_path, "ended", *presets, "--json"))
    assert again.code == 0, again.err
    assert (again.json["made"], again.json["there_before"]) == (2, 2)
    assert all(path.stat().st_mtime_ns == then for path, then in kept.items())
    assert {path: Image.open(path).tobytes() for path in pixels} == pixels
    assert journal.read_bytes().startswith(cut)
    first, second = ((tmp_path / run / "report/report.json").read_text("utf-8") for run in ("whole", "ended"))
    assert second == first.replace("Evaluation whole", "Evaluation ended")

    # And nothing is left to do.
    stamp = journal.stat().st_mtime_ns
    assert fastface("evaluate", "score", tmp_path / "ended", "--device", "cpu", "--json").json["measured"] == 0
    assert journal.stat().st_mtime_ns == stamp

    # Two runs are one leaderboard; one measured otherwise is not the same.
    board = fastface(
        "evaluate", "report", tmp_path / "whole", tmp_path / "ended", "--sort", "face_ratio",
        "--out", tmp_path / "board", "--json",
    )  # fmt: skip
    assert board.code == 0, board.err
    assert board.json["settings"] == ["whole: scale-power", "ended: scale-power"]
    compared = json.loads((tmp_path / "board/report.json").read_bytes())["parts"][0]["differences"]
    assert compared
    assert all(one["difference"]["mean"] == 0 for one in compared)
    other = fastface(*words(tmp_path, "ended", "--seeds", 2))
    assert other.code == 1
    assert "other people, prompts or seeds" in other.err


def test_one_photo_without_a_face_stops_nobody(fastface: Run, one_engine: ResidentEngine, tmp_path: Path) -> None:
    photos = tmp_path / "people/id_photos"
    photos.mkdir(parents=True)
    Image.new("RGB", (200, 200), (90, 120, 90)).save(photos / "a wall.png")
    shutil.copy(Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg", photos / "somebody.jpg")
    (tmp_path / "people/prompts_nostyle.txt").write_text("A person\n", encoding="utf-8")
    (tmp_path / "people/labels.csv").write_text("person,group\nsomebody,one\n", encoding="utf-8")
    done = fastface(
        "evaluate", "run", "--data", tmp_path / "people", "--out", tmp_path / "run", "--size", "64x64", "--steps", 1,
        "--device", "cpu", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert list(done.json["failed"]) == ["fastface-scale-power/0001-001"]
    assert "No face was found" in next(iter(done.json["failed"].values()))
    assert done.json["made"] == 1
    numbers = json.loads((tmp_path / "run/report/report.json").read_bytes())["parts"][0]
    assert set(numbers["strata"]["group"]) == {"one"}
    # Of a real person the starter gives no likeness, and says why.
    assert "likeness" not in numbers["means"]["all"]["fastface-scale-power"]
    assert "illustration" in numbers["contenders"][0]["skipped"]["likeness"]


def test_the_journal_keeps_every_whole_line(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.put("a/1", "one", Measured("0", "x", {"n": 1.5, "nan": float("nan"), "none": None}))
        journal.fail("a/2", "why")
        journal.fail("a/3", "why")
        journal.fail("a/3", None)
    whole = file.read_bytes()
    for cut in range(len(whole)):
        file.write_bytes(whole[:cut])
        with Journal(file) as journal:
            journal.put("b/1", "two", Measured("1", "y", {}))
        again = Journal(file)
        lines = whole[: cut + 1].count(b"\n")  # all but the end of a line is all of it
        assert (("a/1", "one") in again.measured) is (lines > 0)
        assert again.failed == ({}, {}, {"a/2": "why"}, {"a/2": "why", "a/3": "why"}, {"a/2": "why"})[lines]
        assert again.measured["b/1", "two"] == Measured("1", "y", {})
    file.write_bytes(
        whole + b'{"picture": 1}\n[[[\n\xff\n{"picture":"a","metric":"b","sha256":"","by":"","values":{"n":"x"}}\n'
    )
    again = Journal(file)
    assert again.measured == {("a/1", "one"): Measured("0", "x", {"n": 1.5, "nan": None, "none": None})}


def test_two_at_once_do_not_write_into_one_folder(tmp_path: Path) -> None:
    run = RunFolder(tmp_path, PLAN)
    with run.journal(), pytest.raises(StorageError, match="Another FastFace"), run.journal():
        pass
