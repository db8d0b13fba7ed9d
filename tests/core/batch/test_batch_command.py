"""`fastface batch` as a person meets it: nothing is made twice and no row is lost, whatever ends it."""

import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fastface_core.batch.outcomes import Outcome
from fastface_core.batch.planning import Planned, plan
from fastface_core.batch.processes import Processes, Setting
from fastface_core.batch.reading import read_batch
from fastface_core.library.library import Library
from fastface_core.progress import CancelToken
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.library_help import pixels_of

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
SMALL = ["--size", "64x64", "--steps", "1", "--preset", "baseline"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three rows that can be made, one whose photo is none, one without a photo, and one of nobody."""
    (tmp_path / "ada.jpg").write_bytes(EXAMPLE.read_bytes())
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    table = tmp_path / "people.csv"
    table.write_text(
        "person,photos,prompt,seed,count,client\n"
        "Ada,ada.jpg,a portrait,3,2,Acme\n"
        "Bo,broken.jpg,a portrait,,,\n"
        "Cy,ada.jpg,at the sea,7,2,\n"
        "Dee,gone.jpg,a portrait,,,\n"
        "Eve,,a portrait,,,\n"
        "Fay,ada.jpg,in a garden,9,2,\n",
        encoding="utf-8",
    )
    return table


def pictures(folder: Path) -> dict[str, int]:
    """When each picture was written."""
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.png")}


WHOLE = {
    "Acme/Ada/a portrait-baseline-3.png",
    "Acme/Ada/a portrait-baseline-4.png",
    "Cy/at the sea-baseline-7.png",
    "Cy/at the sea-baseline-8.png",
    "Fay/in a garden-baseline-10.png",
    "Fay/in a garden-baseline-9.png",
}


def test_killed_it_goes_on_and_failed_rows_stop_nothing(fastface: Run, table: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    words: list[object] = ["batch", table, *SMALL, "--out", out]
    said = fastface(*words, "--dry-run", "--json")
    assert said.code == 1
    assert (said.json["rows"], said.json["pictures"], said.json["seconds"]) == (3, 6, None)
    assert [one["row"] for one in said.json["refused"]] == [2, 4, 5]
    assert "broken.jpg" in said.json["refused"][0]["error"]
    assert said.json["bytes_needed"] == 6 * 64 * 64 * 3
    assert not out.exists()
    process = subprocess.Popen(
        [sys.executable, "-m", "fastface_core.cli", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FASTFACE_HOME": str(home)},
    )
    assert process.stderr is not None
    next(line for line in process.stderr if line.startswith("Row 1, Ada: 2 pictures"))
    process.kill()
    process.communicate()
    before = pictures(out)
    assert len(before) >= 2
    done = fastface(*words, "--json")
    assert done.code == 1
    result = done.json
    assert set(pictures(out)) == WHOLE
    assert before.items() <= pictures(out).items()
    assert result["done_before"] + len({one["row"] for one in result["pictures"]} - {1}) >= 3
    assert [one["row"] for one in result["failed"]] == [2, 4, 5]
    assert [Path(page).name for page in result["proof"]] == ["proof.html"]
    assert fastface("gallery", "list", "--json").json["total"] == 6
    # The pixels are those of the command for one person.
    words_alone = ["--photo", EXAMPLE, "--prompt", "at the sea", *SMALL, "--seed", 8, "--out", tmp_path / "one"]
    (alone,) = fastface("generate", *words_alone, "--json").json["images"]
    assert np.array_equal(pixels_of(Path(alone["path"])), pixels_of(out / "Cy" / "at the sea-baseline-8.png"))
    # Everything that can be done is: only the rows that failed are tried again.
    again = fastface(*words, "--json").json
    assert (again["made"], again["found"], again["done_before"]) == (0, 0, 3)
    assert pictures(out).keys() == WHOLE


def test_one_is_not_called_several(fastface: Run, tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "ada.jpg").write_bytes(EXAMPLE.read_bytes())
    said = fastface("batch", tmp_path / "people", *SMALL, "--prompt", "a portrait", "--dry-run").err
    assert "1 row of 1 person." in said
    assert "To be made: up to 1 picture, time" in said


def test_people_of_a_folder_are_called_by_their_names(fastface: Run, tmp_path: Path) -> None:
    (tmp_path / "people" / "Bo").mkdir(parents=True)
    (tmp_path / "people" / "Bo" / "1.jpg").write_bytes(b"no photo")
    said = fastface("batch", tmp_path / "people", *SMALL, "--prompt", "a portrait", "--dry-run").err
    assert "\nBo: 1.jpg is not a photo" in said
    assert "Row" not in said


@pytest.mark.slow
def test_a_process_that_dies_loses_no_row(table: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    with Library() as library:
        written = read_batch(table)
        defaults = {"size": "64x64", "steps": 1, "preset": "baseline"}
        rows = [row for row in plan(replace(written, defaults=defaults), library, out) if isinstance(row, Planned)]
        ended: list[Outcome] = []

        def done(outcome: Outcome) -> None:
            ended.append(outcome)
            if len(ended) == 1:
                (child,) = multiprocessing.active_children()
                assert child.pid is not None
                os.kill(child.pid, signal.SIGTERM)

        Processes(("cpu",), Setting(out)).run(rows, done, CancelToken())
    assert multiprocessing.active_children() == []
    assert sorted((one.line, len(one.pictures), one.error is None) for one in ended) == [
        (1, 2, True), (2, 0, False), (3, 2, True), (6, 2, True),
    ]  # fmt: skip
    assert set(pictures(out)) == WHOLE


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_what_is_added_to_a_watched_folder_is_made(tmp_path: Path, home: Path) -> None:
    people, out = tmp_path / "people", tmp_path / "out"
    people.mkdir()
    (people / "ada.jpg").write_bytes(EXAMPLE.read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-m", "fastface_core.cli", "batch", str(people), "--watch", "--prompt", "a portrait",
         *SMALL, "--seed", "1", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FASTFACE_HOME": str(home)},
    )  # fmt: skip
    assert process.stderr is not None
    next(line for line in process.stderr if line.startswith("Watching people"))
    assert set(pictures(out)) == {"ada/a portrait-baseline-1.png"}
    (people / "Bo").mkdir()
    (people / "Bo" / "1.jpg").write_bytes(EXAMPLE.read_bytes())
    next(line for line in process.stderr if "Bo: 1 picture" in line)
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert set(pictures(out)) == {"ada/a portrait-baseline-1.png", "Bo/a portrait-baseline-1.png"}
    assert stdout.strip() == str(out / "proof.html")
