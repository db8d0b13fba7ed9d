"""`fastface compare` as a person meets it: what it makes, and that nothing is made twice, whatever ends it."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fastface_core.compare import records
from fastface_core.library.metadata import read_recipe
from fastface_core.presets import files as preset_files
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
SMALL = ["--photo", EXAMPLE, "--prompt", "portrait of a person", "--size", "64x64", "--steps", "1"]


def pixels(path: str | Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def pictures(folder: Path) -> dict[str, int]:
    """When each picture of a folder was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png") if path.name != "grid.png"}


def by_place(result: dict[str, Any]) -> dict[tuple[int, int, int], Any]:
    return {(cell["column"], cell["row"], cell["seed"]): cell for cell in result["cells"]}


def test_a_grid_its_sheet_table_and_a_cell_that_becomes_a_preset(fastface: Run, tmp_path: Path, home: Path) -> None:
    words = [
        "compare", "--photo", EXAMPLE, "--prompt", "portrait of a person", "--size", "128x96",
        "--preset", "fastface-scale-power", "--columns", "identity_weight@2=1,2", "--rows", "steps=1,2,3",
        "--seed", 3, "--seed", 4,
    ]  # fmt: skip
    made = fastface(*words, "--keep", "2,3=My best", "--json")
    assert made.code == 0, made.err
    result = made.json
    assert (result["pictures"], result["made"], result["there_before"]) == (12, 12, 0)
    assert (result["columns"], result["rows"]) == ("Identity weight, step 2", "Steps")
    folder = Path(result["folder"])
    assert folder == home / "pictures" / "Compare" / result["id"]
    with Image.open(result["sheet"]) as sheet:
        assert sheet.format == "PNG"
        assert sheet.width > 400
    lines = list(csv.DictReader(Path(result["csv"]).read_text("utf-8-sig").splitlines()))
    assert len(lines) == 12
    cells = by_place(result)
    for (column, row, seed), cell in cells.items():
        recipe = read_recipe(Path(cell["path"]))
        assert (recipe.steps, recipe.seed, (recipe.width, recipe.height)) == (row, seed, (128, 96))
        assert isinstance(recipe.preset.guidance.identity_weight, tuple)
        assert recipe.preset.guidance.identity_weight[1] == column
    # The pictures are in the library as all others.
    assert fastface("gallery", "list", "--json").json["total"] == 12
    # The preset alone, with the same photo, prompt and seed, makes the cell's pixels.
    assert result["presets"] == ["my-best"]
    again = fastface(
        "generate", "--photo", EXAMPLE, "--prompt", "portrait of a person", "--preset", "my-best", "--seed", 4, "--json"
    )
    path = again.json["images"][0]["path"]
    assert np.array_equal(pixels(path), pixels(cells[2, 3, 4]["path"]))
    assert read_recipe(Path(path)).preset.title == "My best"


def test_the_same_command_again_makes_nothing_and_other_values_make_what_is_new(fastface: Run, tmp_path: Path) -> None:
    words = ["compare", *SMALL, "--out", tmp_path / "out", "--json"]
    first = fastface(*words, "--columns", "adapter_strength=0.2,0.6").json
    before = pictures(tmp_path / "out")
    again = fastface(*words, "--columns", "adapter_strength=0.2,0.6").json
    assert (again["made"], again["there_before"]) == (0, 2)
    assert pictures(tmp_path / "out") == before
    assert again["cells"] == first["cells"]
    more = fastface(*words, "--columns", "adapter_strength=0.2,0.4,0.6,0.2").json
    assert (more["made"], more["there_before"]) == (1, 3)
    cells = by_place(more)
    assert cells[1, 1, 1]["path"] == cells[4, 1, 1]["path"]
    # A picture that somebody took away is made again, and only that one.
    Path(cells[2, 1, 1]["path"]).unlink()
    (tmp_path / "out" / "20260101-000000-1.png").write_bytes(b"no picture")
    mended = fastface(*words, "--columns", "adapter_strength=0.2,0.4,0.6,0.2").json
    assert mended["made"] == 1
    assert len(records.kept()) == 2


def test_what_cannot_be_compared_makes_nothing(fastface: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for words, says in (
        (["--columns", "rescale=0,2"], "rescale"),
        (["--columns", "rescale=0,1", "--rows", "rescale=0,1"], "same setting"),
        (["--columns", "checkpoint=starter,hyper-4"], "hyper-4 is not installed"),
        (["--columns", "rescale=0,1", "--keep", "3,1=x"], "no cell 3,1"),
        (["--columns", "rescale=0,1", "--keep", "best"], "no cell and title"),
        (["--columns", "rescale=0,1", "--keep", "1,1= "], "title"),
        (["--columns", "rescale=0,1", "--face", "-1"], "counted from 1"),
        (["--columns", "rescale=0,1", "--face", "1", "--face", "1"], "--face is given 2 times"),
    ):
        done = fastface("compare", *SMALL, *words, "--out", out, "--json")
        assert done.code == 1
        assert says in done.json["error"]
    assert fastface("compare", "--prompt", "x", "--columns", "rescale=0,1").code == 2
    no_prompt = fastface("compare", "--photo", EXAMPLE, "--columns", "rescale=0,1", "--json")
    assert no_prompt.json["error"] == "There is no prompt."
    assert not out.exists()
    assert records.kept() == ()


def start(words: list[object], home: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "fastface_core.cli", *[str(word) for word in words]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FASTFACE_HOME": str(home)},
    )


def until_pictures(process: "subprocess.Popen[str]", count: int) -> None:
    """Until it said of so many pictures that they are saved."""
    assert process.stderr is not None
    for line in process.stderr:
        count -= line.startswith("Column ")
        if count == 0:
            return
    raise AssertionError("it ended before")


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_and_ends_with_the_same_grid(fastface: Run, tmp_path: Path, home: Path) -> None:
    """Five by five on the starter model: killed twice with no chance to say anything, then run to its end."""
    words: list[object] = [
        "compare", *SMALL, "--columns", "identity_weight=1..2/5", "--rows", "adapter_strength=0.2..1/5", "--json",
    ]  # fmt: skip
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    seen: dict[str, int] = {}
    for count in (9, 4):
        process = start([*words, "--out", killed], home)
        until_pictures(process, count)
        process.kill()
        process.communicate()
        left = pictures(killed)
        # What was there before is what it was, and none is half a picture.
        assert seen.items() <= left.items()
        assert len(left) >= len(seen) + count
        assert len(left) < 25
        for name in left:
            assert pixels(killed / name).shape == (64, 64, 3)
        seen = left
    result = fastface(*words, "--out", killed).json
    assert result["there_before"] == len(seen)
    assert result["made"] == 25 - len(seen)
    assert seen.items() <= pictures(killed).items()
    assert len(pictures(killed)) == 25
    whole = fastface(*words, "--out", undisturbed).json
    assert whole["made"] == 25
    cells, expected = by_place(result), by_place(whole)
    assert cells.keys() == expected.keys()
    for place, cell in cells.items():
        assert np.array_equal(pixels(cell["path"]), pixels(expected[place]["path"]))
        assert cell["likeness"] == expected[place]["likeness"]
    assert np.array_equal(pixels(result["sheet"]), pixels(whole["sheet"]))
    # All of them are in the library, once.
    assert fastface("gallery", "list", "--json").json["total"] == 50


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_stopped_by_ctrl_c_it_shows_what_is_there(tmp_path: Path, home: Path) -> None:
    words: list[object] = ["compare", *SMALL, "--columns", "adapter_strength=0..2/41", "--out", tmp_path / "out"]
    process = start([*words, "--json"], home)
    until_pictures(process, 2)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate()
    assert process.returncode == 130
    result = json.loads(out)
    assert result["stopped"] is True
    assert 2 <= result["made"] < 41
    assert len(pictures(tmp_path / "out")) == result["made"]
    assert "The same command goes on from here." in said
    assert Path(result["sheet"]).is_file()


def test_the_saved_preset_is_one_of_ones_own(fastface: Run, tmp_path: Path) -> None:
    words = ["compare", *SMALL, "--columns", "lora_strength=0,1", "--out", tmp_path / "out", "--json"]
    first = fastface(*words, "--keep", "1,1=Without LoRA", "--keep", "2,1=Without LoRA")
    result = first.json
    assert result["presets"] == ["without-lora", "without-lora-2"]
    saved = preset_files.find("without-lora")
    assert (saved.lora_strength, saved.steps, saved.width, saved.checkpoint) == (0, 1, 64, "starter")


def test_a_person_of_the_library_is_compared_by_the_photos_that_count(fastface: Run, tmp_path: Path) -> None:
    added = fastface("people", "add", "Eileen", EXAMPLE, "--consent", "signed", "--json").json
    words = ["compare", "--person", "eileen", *SMALL[2:], "--columns", "lora_strength=0,1", "--json"]
    result = fastface(*words).json
    assert result["made"] == 2
    for cell in result["cells"]:
        recipe = read_recipe(Path(cell["path"]))
        assert [photo.sha256 for photo in recipe.photos] == [added["photos"][0]["sha256"]]
    (kept,) = records.kept()
    assert (kept.person, kept.photos) == (added["uid"], ())
    assert fastface(*words).json["made"] == 0
    shown = fastface("gallery", "list", "--person", "Eileen", "--json").json
    assert shown["total"] == 2
    both = fastface("compare", "--person", "Eileen", *SMALL, "--columns", "lora_strength=0,1")
    assert both.code == 2
    nobody = fastface("compare", "--person", "Nobody", *SMALL[2:], "--columns", "lora_strength=0,1", "--json")
    assert "error" in nobody.json
