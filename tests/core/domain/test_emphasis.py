"""The sliders for face and text: the middle changes nothing, and every place is found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fastface_core.domain.branches import evaluations
from fastface_core.domain.emphasis import NEUTRAL, Emphasis, emphasis_of, emphasised
from fastface_core.domain.presets import Guidance, Preset
from fastface_core.presets import files as preset_files

PRESETS = preset_files.built_in()
LEVELS = st.integers(0, 100)


@pytest.mark.parametrize("name", PRESETS)
def test_the_middle_is_the_preset_itself(name: str) -> None:
    assert emphasised(PRESETS[name], Emphasis(), 1.0) is PRESETS[name]


@pytest.mark.parametrize("own_scale", [1.0, 1.5, 5.0])
@pytest.mark.parametrize("name", PRESETS)
@given(face=LEVELS, text=LEVELS)
def test_every_place_gives_a_valid_preset_from_which_it_is_found_again(
    name: str, own_scale: float, face: int, text: int
) -> None:
    preset, emphasis = PRESETS[name], Emphasis(face=face, text=text)
    changed = emphasised(preset, emphasis, own_scale)
    assert Preset.model_validate_json(changed.model_dump_json()) == changed
    found = emphasis_of(changed, preset, own_scale)
    assert found is not None
    assert emphasised(preset, found, own_scale) == changed
    # Where the adapter's strength is at its end, several places are the same.
    assert found == emphasis or changed.adapter_strength == 2.0


@given(face=LEVELS, text=LEVELS)
def test_each_slider_moves_its_own_weights_and_always_the_same_way(face: int, text: int) -> None:
    preset = PRESETS["fastface-scale-power"]
    changed = emphasised(preset, Emphasis(face=face, text=text), 1.0)
    before, after = preset.guidance, changed.guidance
    assert isinstance(before.identity_weight, tuple)
    assert isinstance(after.identity_weight, tuple)
    assert isinstance(before.text_weight, tuple)
    assert isinstance(after.text_weight, tuple)
    for weights, level in (
        (zip(before.identity_weight, after.identity_weight, strict=True), face),
        (zip(before.text_weight, after.text_weight, strict=True), text),
    ):
        for was, became in weights:
            assert (became > was) == (level > NEUTRAL)
            assert (became < was) == (level < NEUTRAL)
            assert was / 2 <= became <= 2 * was
    assert (changed.adapter_strength > preset.adapter_strength) == (face > NEUTRAL)
    assert (changed.lora_strength, changed.attention, after.rescale) == (
        preset.lora_strength,
        preset.attention,
        before.rescale,
    )


def test_following_the_face_costs_no_further_branch_where_the_preset_has_no_weights() -> None:
    preset = PRESETS["scale-power"]
    closer = emphasised(preset, Emphasis(face=90), 1.0)
    assert closer.guidance == Guidance()
    assert evaluations(closer, 1.0, 4) == evaluations(preset, 1.0, 4) == 4


def test_following_the_text_takes_the_checkpoint_s_own_scale_where_the_preset_has_no_weights() -> None:
    changed = emphasised(PRESETS["baseline"], Emphasis(text=100), 5.0)
    assert changed.guidance.identity_weight == 5.0
    assert changed.guidance.text_weight == pytest.approx(5 * 2**0.75, abs=1e-4)


def test_the_strength_ends_at_its_largest() -> None:
    strong = PRESETS["baseline"].model_copy(update={"adapter_strength": 1.9})
    assert emphasised(strong, Emphasis(face=80), 1.0).adapter_strength == 2.0
    # Of all places that end there, the nearest to the middle.
    found = emphasis_of(emphasised(strong, Emphasis(face=100), 1.0), strong, 1.0)
    assert found is not None
    assert emphasised(strong, Emphasis(face=found.face - 1), 1.0).adapter_strength < 2.0


def test_another_change_is_not_taken_for_a_slider() -> None:
    preset = PRESETS["decoupled-guidance"]
    for change in ({"lora_strength": 0.5}, {"adapter_strength": 0.8123}, {"guidance": Guidance()}, {"steps": 8}):
        assert emphasis_of(preset.model_copy(update=change), preset, 1.0) is None


@pytest.mark.parametrize("level", [-1, 101])
def test_a_slider_goes_from_0_to_100(level: int) -> None:
    with pytest.raises(ValidationError):
        Emphasis(face=level)
