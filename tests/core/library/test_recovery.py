"""Pictures that an interrupted run saved, and photos that a recipe names: both found by what is in the files."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.plan import Plan
from fastface_core.domain.request import Picture, PortraitRequest, Recipe, RecipePhoto
from fastface_core.domain.twin import Corrections
from fastface_core.library.pictures import month_folder, save
from fastface_core.library.recipe_photos import content_hash, find_photos, photo_files
from fastface_core.library.recovery import find_made
from fastface_core.models import installed
from fastface_core.presets import files as preset_files

REQUEST = PortraitRequest(prompt="a", preset=preset_files.find("baseline"), seed=7, count=3, width=64, height=64)
PLAN = Plan.of(REQUEST, installed.starter().sampling)
PHOTOS = (RecipePhoto(sha256="ab" * 32, face=1),)
BEGUN = datetime.now(UTC) - timedelta(minutes=1)


def made(**changes: object) -> Path:
    values: dict[str, object] = {
        "program": "FastFace",
        "prompt": "a",
        "negative_prompt": "",
        "preset": REQUEST.preset,
        "checkpoint": "starter",
        "scheduler": PLAN.scheduler,
        "steps": PLAN.steps,
        "seed": 7,
        "width": 64,
        "height": 64,
        "photos": PHOTOS,
        "device": "CPU",
        "dtype": "float32",
    }
    recipe = Recipe.model_validate(values | changes)
    picture = Picture(0, recipe.seed, Image.new("RGB", (64, 64)), recipe, None, "no face", 1.0)
    now = datetime.now()
    return save(picture, month_folder(now), now)


def found(seed: int = 7, known: frozenset[Path] = frozenset(), since: datetime = BEGUN) -> Path | None:
    there = find_made(REQUEST, PLAN, seed, PHOTOS, "starter", since, known)
    return there[0] if there else None


def test_a_picture_that_was_saved_is_found() -> None:
    assert found() is None
    path = made()
    assert found() == path
    assert found(seed=8) is None


def test_one_that_is_accounted_for_is_not_taken_twice() -> None:
    first, second = made(), made()
    assert {found(), found(known=frozenset({first}))} <= {first, second}
    assert found(known=frozenset({first})) == second
    assert found(known=frozenset({first, second})) is None


def test_one_from_before_the_job_is_another_s() -> None:
    path = made()
    earlier = (BEGUN - timedelta(days=2)).timestamp()
    os.utime(path, (earlier, earlier))
    assert found() is None


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "b"},
        {"negative_prompt": "b"},
        {"preset": preset_files.find("scale-power")},
        {"checkpoint": "hyper-4"},
        {"steps": 9},
        {"scheduler": "lcm"},
        {"width": 72},
        {"corrections": Corrections(glasses="none")},
        {"photos": ()},
        {"photos": (RecipePhoto(sha256="ab" * 32, face=2),)},
    ],
)
def test_one_that_was_made_otherwise_is_another_s(change: dict[str, object]) -> None:
    made(**change)
    assert found() is None


def test_a_damaged_file_is_passed_over() -> None:
    path = made()
    path.write_bytes(path.read_bytes()[:100])
    assert found() is None


def photo(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def wanted(*files: tuple[Path, int]) -> tuple[RecipePhoto, ...]:
    return tuple(RecipePhoto(sha256=content_hash(file) or "", face=face) for file, face in files)


def test_photos_are_found_under_any_name_and_in_the_recipe_s_order(tmp_path: Path) -> None:
    one, two = photo(tmp_path, "z.jpg", b"one"), photo(tmp_path, "a.jpg", b"two")
    photo(tmp_path, "m.jpg", b"other")
    assert find_photos(wanted((one, 3), (two, 1)), photo_files(tmp_path)) == (PhotoChoice(one, 3), PhotoChoice(two, 1))


def test_two_faces_of_one_photo_are_both_found(tmp_path: Path) -> None:
    both = photo(tmp_path, "both.jpg", b"both")
    assert find_photos(wanted((both, 1), (both, 2)), [both]) == (PhotoChoice(both, 1), PhotoChoice(both, 2))


def test_where_one_is_missing_none_is_given(tmp_path: Path) -> None:
    one, two = photo(tmp_path, "1.jpg", b"one"), photo(tmp_path, "2.jpg", b"two")
    assert find_photos(wanted((one, 1), (two, 1)), [one, tmp_path / "gone.jpg"]) is None


def test_a_folder_that_is_not_there_has_no_photos(tmp_path: Path) -> None:
    assert photo_files(tmp_path / "gone") == []
    photo(tmp_path, "notes.txt", b"")
    assert photo_files(tmp_path) == []
