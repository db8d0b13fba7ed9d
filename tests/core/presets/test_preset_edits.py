"""Edits of a preset: what nobody touched keeps its form and its value."""

import pytest

from fastface_core.domain.presets import PerPart, Power, Preset, Scale, Softmask
from fastface_core.errors import SettingsError
from fastface_core.presets import files as preset_files
from fastface_core.presets.edits import (
    kind_of,
    resampled,
    split_by_part,
    split_by_step,
    with_attention,
    with_kind,
    with_own_weights,
    with_transforms,
    with_value,
    with_weight,
)

GUIDED = preset_files.find("decoupled-guidance")
WHOLE = preset_files.find("fastface-scheduled-softmask")


def test_a_weight_of_one_step_changes_nothing_else() -> None:
    changed = with_weight(GUIDED, "identity_weight", 1, 1.75)
    assert changed.guidance.identity_weight == (1.0, 1.75, 1.5, 1.0)
    assert changed.guidance.text_weight == GUIDED.guidance.text_weight
    assert with_weight(changed, "identity_weight", 1, 1.5) == GUIDED


def test_one_weight_for_all_steps_becomes_a_list_only_when_a_step_differs() -> None:
    guidance = {"identity_weight": 1.5, "text_weight": 2.0}
    flat = preset_files.changed(GUIDED, {"guidance": guidance})
    changed = with_weight(flat, "text_weight", 3, 1.0)
    assert changed.guidance.identity_weight == 1.5
    assert changed.guidance.text_weight == (2.0, 2.0, 2.0, 1.0)


@pytest.mark.parametrize("value", [101.0, float("nan")])
def test_a_weight_beyond_its_range_is_refused(value: float) -> None:
    with pytest.raises(SettingsError, match="identity_weight"):
        with_weight(GUIDED, "identity_weight", 0, value)


def test_own_weights_begin_at_the_checkpoints_scale_and_can_be_given_back() -> None:
    baseline = preset_files.find("baseline")
    own = with_own_weights(baseline, 1.5)
    assert own.guidance.identity_weight == own.guidance.text_weight == (1.5,) * 4
    assert with_own_weights(own, None) == baseline


def test_another_step_count_samples_every_list_at_the_centres() -> None:
    two = resampled(WHOLE, 2)
    assert (two.guidance.identity_weight, two.guidance.text_weight) == ((1.25, 1.25), (2.0, 2.0))
    assert two.attention is not None
    softmask, scale = two.attention.transforms
    assert isinstance(softmask, Softmask)
    assert softmask.sharpness == (6.25, 5.0)
    assert softmask.quantile == 0.65
    assert isinstance(scale, Scale)
    assert scale.factor == (1.275, 1.55)
    assert resampled(WHOLE, 4) is WHOLE


@pytest.mark.parametrize(
    ("chosen", "steps", "expected"), [((0, 1), 8, (0, 1, 2, 3)), ((0,), 1, (0,)), ((3,), 2, (1,)), ((0, 3), 2, (1,))]
)
def test_chosen_steps_follow_another_step_count(chosen: tuple[int, ...], steps: int, expected: tuple[int, ...]) -> None:
    attention = resampled(with_attention(WHOLE, steps=chosen), steps).attention
    assert attention is not None
    assert attention.steps == expected


def test_a_step_count_that_cannot_be_is_refused() -> None:
    for steps in (0, 101):
        with pytest.raises(SettingsError, match="steps"):
            resampled(GUIDED, steps)


@pytest.mark.parametrize("kind", ["scale-power", "scheduled-softmask"])
def test_a_published_method_brings_its_published_values(kind: str) -> None:
    changed = with_kind(GUIDED, kind)  # type: ignore[arg-type]
    assert changed.attention == preset_files.find(kind).attention
    assert kind_of(changed.attention) == kind
    assert with_kind(changed, "none") == GUIDED


def test_a_chain_of_ones_own_begins_with_what_there_is() -> None:
    assert with_kind(WHOLE, "custom") == WHOLE
    assert kind_of(with_kind(GUIDED, "custom").attention) == "custom"


def test_an_empty_or_endless_chain_is_refused() -> None:
    for chain in ((), (Power(),) * 9):
        with pytest.raises(SettingsError, match="transforms"):
            with_transforms(WHOLE, chain)


def test_a_fixed_threshold_survives_the_chain() -> None:
    changed = with_transforms(WHOLE, (Softmask(quantile=None, threshold=0.3),))
    assert changed.attention is not None
    assert changed.attention.transforms == (Softmask(quantile=None, threshold=0.3),)


def test_values_are_split_and_joined() -> None:
    by_part = split_by_part(1.5, True)
    assert by_part == PerPart(down=1.5, mid=1.5, up=1.5)
    both = split_by_step(by_part, True, 2)
    assert both == PerPart(down=(1.5, 1.5), mid=(1.5, 1.5), up=(1.5, 1.5))
    assert with_value(both, "up", 1, 2, 2.0) == PerPart(down=(1.5, 1.5), mid=(1.5, 1.5), up=(1.5, 2.0))
    assert split_by_part(split_by_step(both, False, 2), False) == 1.5
    assert with_value((1.0, 2.0), None, 0, 2, 3.0) == (3.0, 2.0)
    assert with_value(1.0, None, None, 2, 3.0) == 3.0


def test_the_scheduler_and_checkpoint_of_a_preset_are_kept_in_its_file() -> None:
    changed = preset_files.changed(GUIDED, {"scheduler": "lcm", "checkpoint": "lcm"})
    again = preset_files.parse(preset_files.to_json(changed), "It", "it")
    assert again == changed
    assert isinstance(again, Preset)
