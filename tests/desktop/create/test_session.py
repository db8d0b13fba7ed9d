"""What the Create page is filled with: kept, checked, turned into an order, and found again from a recipe."""

import json
import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fastface_core.domain import styles
from fastface_core.domain.identity import Companion, PhotoChoice
from fastface_core.domain.plan import Plan
from fastface_core.domain.request import PortraitRequest, Recipe
from fastface_core.errors import FastFaceError, ModelError, PhotoError, SettingsError
from fastface_core.models import installed
from fastface_core.paths import data_folder
from fastface_core.presets import files as preset_files
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.state.session_values import MAX_PHOTOS, SessionValues

PHOTO = Path("/photos/someone.jpg")


@pytest.fixture
def saver() -> Generator[Saver]:
    saver = Saver()
    yield saver
    saver.close()


@pytest.fixture
def session(qtbot: QtBot, saver: Saver) -> Session:
    return Session(saver)


@pytest.fixture
def filled(session: Session) -> Session:
    session.add_photos([PHOTO])
    session.change(prompt="a person in a forest")
    return session


def recipe_of(session: Session) -> Recipe:
    """What a picture made by the session's order would carry."""
    order = session.order()
    request, checkpoint = order.request, installed.find(order.checkpoint)
    plan = Plan.of(request, checkpoint.sampling)
    return Recipe(
        program="FastFace",
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        preset=request.preset,
        checkpoint=checkpoint.name,
        scheduler=plan.scheduler,
        steps=plan.steps,
        seed=request.seed,
        width=plan.width,
        height=plan.height,
        photos=(),
        device="CPU",
        dtype="float32",
    )


def again(session: Session, saver: Saver) -> Session:
    """The session of the next start."""
    assert saver.flush()
    return Session(saver)


# ---- Kept


def test_everything_is_kept_from_one_start_to_the_next(filled: Session, saver: Saver) -> None:
    filled.change(style=styles.built_in()[0].name, face=70, text=20, count=3, seed=11, seed_locked=True, steps=8)
    filled.choose_face(PHOTO, 2)
    assert again(filled, saver).values == filled.values


def test_a_photo_whose_name_is_no_text_is_kept(session: Session, saver: Saver) -> None:
    odd = Path(os.fsdecode(b"/photos/caf\xe9.jpg"))
    session.add_photos([odd])
    assert again(session, saver).values.photos == (PhotoChoice(odd),)


def test_a_preset_of_its_own_is_kept(session: Session, saver: Saver) -> None:
    own = preset_files.renamed(preset_files.find("scheduled-softmask"), "mine")
    session.change(own_preset=own)
    assert again(session, saver).values.own_preset == own


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\x00", '"text"'])
def test_a_damaged_file_is_as_none(qtbot: QtBot, saver: Saver, content: str) -> None:
    data_folder().mkdir(parents=True)
    (data_folder() / "session.json").write_text(content)
    values = Session(saver).values
    assert values.model_copy(update={"seed": 0}) == SessionValues(seed=0)


def test_one_value_that_cannot_be_understood_costs_none_of_the_others(qtbot: QtBot, saver: Saver) -> None:
    data_folder().mkdir(parents=True)
    content = {"prompt": "kept", "face": 900, "count": 4, "of a newer version": 1}
    (data_folder() / "session.json").write_text(json.dumps(content))
    values = Session(saver).values
    assert (values.prompt, values.face, values.count) == ("kept", 50, 4)


# ---- Changed


def test_a_change_is_told_once_by_the_name_of_its_field(session: Session) -> None:
    told: list[str] = []
    session.changed.connect(told.append)
    session.change(prompt="a", count=2)
    session.change(prompt="a", count=2)
    assert told == ["prompt", "count"]


def test_a_value_that_is_not_allowed_changes_nothing_and_names_its_field(filled: Session) -> None:
    before = filled.values
    with pytest.raises(SettingsError, match="count"):
        filled.change(prompt="lost", count=0)
    assert filled.values == before


def test_photos_are_added_once_and_in_their_order(session: Session) -> None:
    one, two = Path("/photos/1.jpg"), Path("/photos/2.jpg")
    assert session.add_photos([one, two, one]) == (one, two)
    assert session.add_photos([two]) == ()
    session.choose_face(two, 3)
    session.remove_photo(one)
    assert session.values.photos == (PhotoChoice(two, face=3),)


def test_too_many_photos_are_refused_and_none_is_added(filled: Session) -> None:
    with pytest.raises(PhotoError, match=f"{MAX_PHOTOS} photos at most, and these are 5001"):
        filled.add_photos(Path(f"/photos/{number}.jpg") for number in range(5000))
    with pytest.raises(PhotoError, match=f"{MAX_PHOTOS} photos at most, and these are 60"):
        filled.add_other(Companion(tuple(PhotoChoice(Path(f"/photos/{number}.jpg")) for number in range(60))))
    assert [photo.path for photo in filled.values.photos] == [PHOTO]
    assert filled.values.others == ()


def test_the_seed_is_drawn_anew_unless_it_is_locked(session: Session) -> None:
    first = session.values.seed
    session.next_seed()
    second = session.values.seed
    assert second != first
    session.change(seed_locked=True)
    session.next_seed()
    assert session.values.seed == second
    session.roll_seed()
    assert session.values.seed != second


# ---- Ordered


def test_an_order_has_what_the_page_shows(filled: Session) -> None:
    filled.change(negative_prompt="hat", seed=4, count=2, aspect="exact", width=128, height=64, steps=3)
    filled.choose_face(PHOTO, 2)
    order = filled.order()
    assert (order.checkpoint, order.photos[0].path, order.photos[0].face) == ("starter", PHOTO, 2)
    assert order.request == PortraitRequest(
        prompt="a person in a forest",
        negative_prompt="hat",
        preset=preset_files.find(preset_files.DEFAULT_PRESET),
        steps=3,
        seed=4,
        count=2,
        width=128,
        height=64,
    )


def test_ordering_changes_nothing(filled: Session) -> None:
    before = filled.values
    assert filled.order() == filled.order()
    assert filled.values == before


@pytest.mark.parametrize(
    ("spoil", "kind", "sentence"),
    [
        (lambda session: session.remove_photo(PHOTO), PhotoError, "There is no photo yet."),
        (lambda session: session.change(preset="gone"), SettingsError, 'There is no preset named "gone".'),
        (lambda session: session.change(checkpoint="hyper-4"), ModelError, "The checkpoint hyper-4 is not installed"),
    ],
)
def test_what_is_missing_is_one_sentence(
    filled: Session, spoil: Callable[[Session], None], kind: type[FastFaceError], sentence: str
) -> None:
    spoil(filled)
    with pytest.raises(kind) as caught:
        filled.order()
    assert caught.value.message.startswith(sentence)


# ---- Restored


@pytest.mark.parametrize("preset", preset_files.built_in())
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"face": 80, "text": 15},
        {"face": 20, "lora_strength": 0.4},
        {"adapter_strength": 1.1, "lora_strength": 0.0},
        {"steps": 7, "scheduler": "euler", "aspect": "exact", "width": 96, "height": 160},
        {"negative_prompt": "hat, scarf", "seed": 2**53 - 1},
    ],
)
def test_what_made_a_picture_comes_back(filled: Session, saver: Saver, preset: str, values: dict[str, object]) -> None:
    filled.change(preset=preset, **values)
    recipe, wanted = recipe_of(filled), filled.order()
    filled.change(**dict(SessionValues(photos=filled.values.photos)))
    assert filled.restore(recipe) == ()
    assert filled.order() == wanted
    restored = filled.values
    assert (restored.preset, restored.own_preset, restored.seed_locked) == (preset, None, True)
    for name, value in values.items():
        assert getattr(restored, name) == value, name


@pytest.mark.parametrize("style", styles.for_checkpoint(plain=True), ids=lambda style: style.name)
def test_the_style_comes_back_apart_from_the_words(filled: Session, style: styles.Style) -> None:
    filled.change(style=style.name)
    recipe = recipe_of(filled)
    filled.change(style=None, prompt="other")
    filled.restore(recipe)
    assert recipe_of(filled).prompt == recipe.prompt
    assert filled.values.prompt in recipe.prompt


def test_a_preset_that_is_not_installed_comes_back_as_it_was(filled: Session) -> None:
    own = preset_files.renamed(preset_files.find("scheduled-softmask"), "somebody-s")
    filled.change(own_preset=own)
    recipe, wanted = recipe_of(filled), filled.order()
    filled.change(own_preset=None, preset="baseline")
    filled.restore(recipe)
    assert filled.values.own_preset == own
    assert filled.order() == wanted


def test_a_checkpoint_that_is_not_installed_is_said_and_another_taken(filled: Session) -> None:
    recipe = recipe_of(filled).model_copy(update={"checkpoint": "hyper-4"})
    (notice,) = filled.restore(recipe)
    assert "hyper-4 is not installed" in notice
    assert filled.values.checkpoint is None
    assert filled.order().checkpoint == "starter"


@pytest.mark.parametrize(("before", "after"), [(4, 4), (12, 12), (13, 1), (1000, 1)])
def test_a_large_count_is_asked_for_anew_after_a_start(
    before: int, after: int, qtbot: QtBot, saver: Saver, tmp_path: Path
) -> None:
    (tmp_path / "session.json").write_text(json.dumps({"prompt": "kept", "count": before}))
    values = Session(saver, file=tmp_path / "session.json").values
    assert (values.prompt, values.count) == ("kept", after)
