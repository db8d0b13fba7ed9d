"""`fastface generate`, `compare` and `people` with a starter that draws people from measures."""

import csv
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from fastface_core import paths
from fastface_core.cli.generate import corrections as correcting
from fastface_core.cli.generate import options as wishes
from fastface_core.domain import twin
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.likeness import DRAWN
from fastface_core.domain.presets import AdaptiveWeight
from fastface_core.domain.twin import Corrections
from fastface_core.library.metadata import read_recipe
from fastface_core.models import installed
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.twin_pack import resources_with_a_twin

PORTRAIT = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
SMALL = ("--size", "64x64", "--steps", "1", "--seed", "7", "--preset", "baseline")
PHOTO = ("generate", "--photo", PORTRAIT, "--prompt", "photo of a person")


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resources_with_a_twin(tmp_path_factory.mktemp("own") / "resources")


@pytest.fixture(autouse=True)
def drawing_starter(resources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "resources", lambda: resources)


def test_what_is_printed_and_written(fastface: Run, tmp_path: Path) -> None:
    done = fastface(*PHOTO, *SMALL, "--out", tmp_path, "--json")
    assert done.code == 0, done.err
    (image,) = done.json["images"]
    assert (image["likeness"], image["likeness_reason"]) == (None, DRAWN)
    assert -1 <= image["twin_match"] <= 1
    assert set(image["taken_over"]) == {"skin", "hair_colour", "hair_length", "glasses", "beard"}
    lines = done.err.splitlines()
    (taken,) = [line for line in lines if line.startswith("Taken from your photo: ")]
    assert "skin" in taken
    assert taken.endswith("no beard.")
    (picture,) = [line for line in lines if line.startswith("Seed 7")]
    assert f"match with the drawing {image['twin_match']:.2f}" in picture
    assert "likeness" not in picture
    assert not any(line.startswith("Corrected") for line in lines)


def test_corrections_are_said_and_repeated(fastface: Run, tmp_path: Path) -> None:
    options = ("--hair-length", "long", "--hair-colour", "#102030", "--glasses", "round", "--beard", "full")
    more = ("--skin", "8d5524", "--eyes", "#3a5f0b", "--curl", "curly")
    first = fastface(*PHOTO, *SMALL, *options, *more, "--out", tmp_path / "first", "--json")
    assert first.code == 0, first.err
    assert "Corrected in the drawing: skin, hair colour, hair length, curl, eyes, glasses, beard." in first.err
    path = Path(first.json["images"][0]["path"])
    kept = read_recipe(path).corrections
    assert kept == Corrections(
        skin=(0.5529, 0.3333, 0.1412),
        hair_colour=(0.0627, 0.1255, 0.1882),
        hair_length="long",
        curl="curly",
        eyes=(0.2275, 0.3725, 0.0431),
        glasses="round",
        beard="full",
    )
    again = fastface("generate", "--from", path, "--photo", PORTRAIT, "--out", tmp_path / "again", "--json")
    assert np.array_equal(pixels(again.json["images"][0]["path"]), pixels(path))
    other = fastface(
        "generate", "--from", path, "--photo", PORTRAIT, "--glasses", "none", "--out", tmp_path / "other", "--json"
    )
    changed = read_recipe(Path(other.json["images"][0]["path"])).corrections
    assert kept is not None
    assert changed == kept.model_copy(update={"glasses": "none"})
    assert not np.array_equal(pixels(other.json["images"][0]["path"]), pixels(path))


def pixels(path: str | Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_the_weight_of_the_face_follows_the_match(fastface: Run, tmp_path: Path) -> None:
    words = (*PHOTO, *SMALL, "--steps", "2", "--seed", "1", "--out", tmp_path, "--json")
    done = fastface(*words, "--identity-weight", "adaptive")
    assert done.code == 0, done.err
    recipe = read_recipe(Path(done.json["images"][0]["path"]))
    assert recipe is not None
    assert recipe.preset.guidance.adaptive == AdaptiveWeight()
    # Once more from its recipe, fixed.
    again = ("--from", done.json["images"][0]["path"], "--identity-weight", "fixed")
    fixed = fastface(*PHOTO, *again, *words[-3:])
    recipe = read_recipe(Path(fixed.json["images"][0]["path"]))
    assert recipe is not None
    assert recipe.preset.guidance.adaptive is None
    wrong = fastface(*words[:-1], "--identity-weight", "strong")
    assert '"strong" is no way to weigh the face.' in wrong.err


def test_until_goes_by_the_match(fastface: Run, tmp_path: Path) -> None:
    done = fastface(*PHOTO, *SMALL, "--until", "1", "--above", "-1", "--out", tmp_path, "--json")
    assert done.code == 0, done.err
    assert len(done.json["images"]) == 1
    missed = fastface(*PHOTO, *SMALL, "--until", "1", "--above", "1", "--count", "1", "--out", tmp_path)
    assert "Pictures with a match of 1.00 with the drawing: 0 of 1." in missed.err


@pytest.mark.parametrize(
    "options", [("--skin", "brown"), ("--eyes", "#12345"), ("--glasses", "sun"), ("--hair-length", "longer")]
)
def test_corrections_that_are_none(fastface: Run, options: tuple[str, str]) -> None:
    refused = fastface(*PHOTO, *options)
    assert refused.code == 2
    assert options[0] in refused.err


def test_a_dark_photo_is_said(fastface: Run, tmp_path: Path) -> None:
    dark = tmp_path / "dark.png"
    Image.fromarray((np.asarray(Image.open(PORTRAIT).convert("RGB")) * 0.22).astype(np.uint8)).save(dark)
    done = fastface("generate", "--photo", dark, "--prompt", "photo of a person", *SMALL, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert "The photo is dark" in done.err


def asked(**changes: object) -> wishes.GenerateOptions:
    names = wishes.GenerateOptions.__dataclass_fields__
    said = {"photos": (PORTRAIT,), "faces": (), "prompt": "x", "device": "cpu", "content_filter": False, **changes}
    return wishes.GenerateOptions(**{name: said.get(name) for name in names})  # type: ignore[arg-type]


def test_a_full_size_model_has_no_drawing_to_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = installed.starter()
    full = drawn.model_copy(update={"name": "hyper-4", "title": "Hyper", "identity": "photo", "match": None})

    def best() -> Checkpoint:
        return full

    monkeypatch.setattr(installed, "best", best)
    with pytest.raises(wishes.SettingsError, match="Hyper takes the face from the photo itself") as caught:
        wishes.plan(asked(corrections=Corrections(beard="full")), lambda _: None)
    assert "--checkpoint starter" in caught.value.hint
    plain = wishes.plan(asked(), lambda _: None)
    # What is corrected in the person's drawing says nothing to it either.
    assert wishes.of_person(plain, asked(), Corrections(beard="full")).request.corrections is None
    with pytest.raises(wishes.SettingsError, match="--until needs a likeness"):
        wishes.plan(asked(until=1), lambda _: None)


def test_what_is_said_now_goes_before_what_a_person_keeps() -> None:
    kept = Corrections(beard="full", glasses="round")
    said = asked(corrections=Corrections(glasses="none"))
    job = wishes.of_person(wishes.plan(said, lambda _: None), said, kept)
    assert job.request.corrections == Corrections(beard="full", glasses="none")


def test_people_keep_corrections(fastface: Run, tmp_path: Path) -> None:
    assert fastface("people", "add", "Eileen", PORTRAIT, "--consent", "signed").code == 0
    changed = fastface("people", "change", "Eileen", "--hair-length", "bald", "--glasses", "square", "--json").json
    assert changed["corrections"] == {"hair_length": "bald", "glasses": "square"}
    fastface("people", "change", "Eileen", "--glasses", "round")
    assert "Corrected in the drawing: hair length, glasses." in fastface("people", "show", "Eileen").out
    done = fastface("generate", "--person", "Eileen", "--prompt", "photo", *SMALL, "--out", tmp_path, "--json")
    assert read_recipe(Path(done.json["images"][0]["path"])).corrections == Corrections(
        hair_length="bald", glasses="round"
    )
    assert fastface("people", "change", "Eileen", "--as-measured", "--json").json["corrections"] is None


def test_a_comparison_goes_by_the_match(fastface: Run, tmp_path: Path) -> None:
    done = fastface(
        "compare", "--photo", PORTRAIT, "--prompt", "photo of a person", "--columns", "adapter_strength=0.5,1",
        "--size", "64x64", "--steps", "1", "--preset", "baseline", "--seed", "3", "--out", tmp_path, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    cells = done.json["cells"]
    assert [cell["likeness"] for cell in cells] == [None, None]
    matches = [cell["twin_match"] for cell in cells]
    assert done.json["best"] == [1 + matches.index(max(matches)), 1]
    with (tmp_path / "grid.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["likeness"] for row in rows] == ["", ""]
    assert [float(row["twin_match"]) for row in rows] == pytest.approx(matches, abs=1e-4)
    assert "match with the drawing" in done.err


def test_a_comparison_of_a_person_is_drawn_as_corrected(fastface: Run, tmp_path: Path) -> None:
    fastface("people", "add", "Eileen", PORTRAIT, "--consent", "signed")
    fastface("people", "change", "Eileen", "--glasses", "round")
    done = fastface(
        "compare", "--person", "Eileen", "--prompt", "photo of a person", "--columns", "adapter_strength=1",
        "--size", "64x64", "--steps", "1", "--preset", "baseline", "--seed", "3", "--out", tmp_path, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    (cell,) = done.json["cells"]
    assert read_recipe(Path(cell["path"])).corrections == Corrections(glasses="round")


def test_the_options_are_those_of_the_twin() -> None:
    """They stand twice so that `--help` need not load pydantic."""
    for option, values in (
        (correcting.HairLengthOption, twin.HairLength),
        (correcting.CurlOption, twin.Curl),
        (correcting.GlassesOption, twin.Glasses),
        (correcting.BeardOption, twin.Beard),
    ):
        said = get_args(get_args(option)[0])
        assert set(get_args(said[0])) == set(get_args(values))


def test_the_panel_stands_in_the_help(fastface: Run) -> None:
    helped = fastface("generate", "--help").out
    assert "Correct the drawing" in helped
