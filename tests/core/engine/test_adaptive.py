"""The weight of the face that follows the measured likeness: by the starter, and by its rule alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from fastface_core.domain.branches import BRANCHES, branches_at
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.presets import AdaptiveWeight, Guidance, Preset
from fastface_core.domain.request import Picture, PortraitRequest, Recipe
from fastface_core.engine.adaptive import FollowingWeight, target_of
from fastface_core.engine.engine import Engine
from fastface_core.errors import SettingsError
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import Preview

PORTRAIT = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"


def test_the_rule_is_a_line_between_its_bounds() -> None:
    weight = AdaptiveWeight(gain=2.0, lowest=0.5, highest=1.5)
    assert weight.factor(0.6, 0.6) == 1
    assert weight.factor(0.6, 0.5) == pytest.approx(1.2)
    assert weight.factor(0.6, 0.7) == pytest.approx(0.8)
    assert (weight.factor(0.6, -1), weight.factor(0.6, 1)) == (1.5, 0.5)


def test_each_picture_has_its_own_factor_and_keeps_it_where_no_face_is_seen() -> None:
    """Previews whose first byte is a hundredth of their score; 255 shows no face."""

    def previews(finished: torch.Tensor) -> Sequence[Preview]:
        return [Preview(1, 1, bytes([int(value)] * 3)) for value in finished[:, 0, 0, 0]]

    def score(pixels: NDArray[np.uint8]) -> float | None:
        assert pixels.shape == (1, 1, 3)
        return None if pixels[0, 0, 0] == 255 else int(pixels[0, 0, 0]) / 100

    follow = FollowingWeight(AdaptiveWeight(gain=1.0), 0.5, previews, score)
    first = follow(torch.tensor([30.0, 70.0, 255.0]).view(3, 1, 1, 1))
    assert first.shape == (3, 1, 1, 1)
    assert first.flatten().tolist() == pytest.approx([1.2, 0.8, 1.0])
    second = follow(torch.tensor([255.0, 50.0, 255.0]).view(3, 1, 1, 1))
    assert second.flatten().tolist() == pytest.approx([1.2, 1.0, 1.0])


def preset(**changes: object) -> Preset:
    plain = preset_files.built_in()["baseline"]
    guidance = {"identity_weight": 1.2, "text_weight": 1.4, "rescale": 0.5, **changes}
    return preset_files.changed(plain, {"guidance": Guidance.model_validate(guidance)})


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = Engine("cpu")
    engine.load(installed.starter())
    return engine


@pytest.fixture(scope="module")
def person(engine: Engine) -> Identity:
    return engine.identify([PhotoChoice(PORTRAIT)])


def made(engine: Engine, person: Identity, chosen: Preset, count: int = 1) -> tuple[Picture, ...]:
    request = PortraitRequest(
        prompt="photo of a person", preset=chosen, seed=3, count=count, steps=2, width=64, height=64
    )
    return engine.generate(request, person).pictures


def pixels(picture: Picture) -> NDArray[np.int16]:
    return np.asarray(picture.image).astype(np.int16)


def test_a_factor_at_its_bound_is_a_list_of_weights(engine: Engine, person: Identity) -> None:
    """Nothing comes near 1, and a gain of 100 leads to the bound: the second weight is twice the first."""
    follows = AdaptiveWeight(target=1.0, gain=100.0, highest=2.0)
    (picture,) = made(engine, person, preset(adaptive=follows))
    # Sampled at the centres of two steps this is 1.2 and 2.4.
    listed = preset(identity_weight=(1.2, 1.2, 2.4, 2.4))
    (same,) = made(engine, person, listed)
    (plain,) = made(engine, person, preset())
    assert np.abs(pixels(picture) - pixels(same)).max() <= 1
    assert np.abs(pixels(picture) - pixels(plain)).max() > 3
    # Bounds that leave no room change nothing.
    (still,) = made(engine, person, preset(adaptive=AdaptiveWeight(target=1.0, lowest=1, highest=1)))
    assert np.abs(pixels(still) - pixels(plain)).max() <= 1
    # The recipe says it, and leads to the same picture; without it there is no word of it.
    recipe = Recipe.model_validate_json(picture.recipe.model_dump_json(exclude_none=True))
    assert recipe.preset.guidance.adaptive == follows
    assert np.array_equal(pixels(made(engine, person, recipe.preset)[0]), pixels(picture))
    assert "adaptive" not in plain.recipe.model_dump_json(exclude_none=True)


def test_a_picture_is_the_same_alone_and_in_a_series(engine: Engine, person: Identity) -> None:
    follows = preset(adaptive=AdaptiveWeight())
    together, alone = made(engine, person, follows, 2), made(engine, person, follows)
    assert np.abs(pixels(together[0]) - pixels(alone[0])).max() <= 1


def test_it_costs_all_branches_from_the_second_step_on_and_others_nothing() -> None:
    baseline = preset_files.built_in()["baseline"]
    follows = preset_files.changed(baseline, {"guidance": Guidance(adaptive=AdaptiveWeight())})
    assert [branches_at(baseline, 1.0, step, 2) for step in range(2)] == [("t",), ("t",)]
    assert [branches_at(follows, 1.0, step, 2) for step in range(2)] == [("t",), BRANCHES]


def test_without_a_likeness_it_is_refused() -> None:
    starter = installed.starter()
    request = PortraitRequest(prompt="a cat", preset=preset(adaptive=AdaptiveWeight()), seed=1)
    match = starter.match
    assert match is not None
    assert target_of(request, starter) == match.goal()
    assert target_of(PortraitRequest(prompt="a cat", preset=preset(), seed=1), starter) is None
    with pytest.raises(SettingsError, match="cannot follow a likeness"):
        target_of(request, starter.model_copy(update={"match": None}))
    with pytest.raises(SettingsError, match="was not fitted"):
        target_of(request, starter.model_copy(update={"match": match.model_copy(update={"fit": None})}))
