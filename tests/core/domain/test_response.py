"""The response curve is what the engine's transforms make of the same entries."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fastface_core.domain.presets import Attention, Part, PerPart, Power, Preset, Scale, Softmask
from fastface_core.domain.response import ramp, response
from fastface_core.engine.transforms import MapTransform
from fastface_core.presets import files as preset_files
from fastface_core.presets.edits import PARTS

TRANSFORMED = ("scale-power", "scheduled-softmask", "fastface-scale-power", "fastface-scheduled-softmask")


def by_engine(preset: Preset, part: Part, step: int, steps: int, token: int, entries: tuple[float, ...]) -> list[float]:
    """One image, one branch, one head; every token has the same entries over the queries."""
    settings = preset.attention_at(step, steps)
    if settings is None or part not in settings.parts:
        return list(entries)
    attention = torch.tensor(entries, dtype=torch.float64)[None, None, None, :, None].expand(1, 1, 1, -1, 4)
    return MapTransform(settings, part, step, steps).transform(attention.clone())[0, 0, 0, :, token].tolist()


@pytest.mark.parametrize("token", [0, 1])
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", TRANSFORMED)
def test_published_presets_respond_as_in_the_engine(name: str, part: Part, token: int) -> None:
    preset = preset_files.find(name)
    for steps in (1, 4, 7):
        for step in range(steps):
            curve = response(preset, part, step, steps, token, ramp())
            assert list(curve) == pytest.approx(by_engine(preset, part, step, steps, token, ramp()), abs=1e-9)


numbers = st.floats(-3, 3).map(lambda value: round(value, 3))
schedules = st.one_of(numbers, st.tuples(numbers, numbers))
values = st.one_of(schedules, st.builds(PerPart, down=schedules, mid=schedules, up=schedules))
transforms = st.one_of(
    st.builds(Power, exponent=st.floats(0.25, 3).map(lambda value: round(value, 3))),
    st.builds(Scale, factor=values, maximum=st.floats(0.1, 10)),
    st.builds(Softmask, sharpness=values, quantile=st.one_of(st.none(), st.floats(0, 1)), threshold=st.floats(0, 1)),
)
chains = st.builds(
    Attention,
    transforms=st.lists(transforms, min_size=1, max_size=4).map(tuple),
    parts=st.sets(st.sampled_from(PARTS), min_size=1).map(tuple),
    tokens=st.one_of(st.none(), st.sets(st.integers(0, 3), min_size=1).map(tuple)),
    steps=st.one_of(st.none(), st.just((1,))),
    invert_first_token=st.booleans(),
)


@given(chains, st.sampled_from(PARTS), st.integers(0, 3), st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_any_chain_responds_as_in_the_engine(
    attention: Attention, part: Part, token: int, entries: list[float]
) -> None:
    preset = Preset(name="any", title="Any", steps=2, attention=attention)
    for step in range(2):
        expected = by_engine(preset, part, step, 2, token, tuple(entries))
        found = response(preset, part, step, 2, token, entries)
        assert list(found) == pytest.approx(expected, abs=1e-6, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("entries", [(0.0, 0.0), (0.0, 0.5, 1.0)])
def test_a_root_of_a_negative_number_is_none_to_the_end_of_the_chain(entries: tuple[float, ...]) -> None:
    transforms = (Scale(factor=-1.0), Power(exponent=1.5), Softmask(sharpness=2.0, threshold=0.5))
    preset = Preset(name="any", title="Any", attention=Attention(transforms=transforms))
    for token in (0, 1):
        expected = by_engine(preset, "down", 0, 4, token, entries)
        assert list(response(preset, "down", 0, 4, token, entries)) == pytest.approx(expected, nan_ok=True)


def test_an_untouched_part_token_or_step_keeps_what_goes_in() -> None:
    attention = Attention(transforms=(Power(exponent=2.0),), parts=("up",), tokens=(1,), steps=(0,))
    preset = Preset(name="any", title="Any", attention=attention)
    assert response(preset, "up", 0, 4, 1, (0.5,)) == (0.25,)
    untouched: tuple[tuple[Part, int, int], ...] = (("down", 0, 1), ("up", 1, 1), ("up", 0, 0))
    for part, step, token in untouched:
        assert response(preset, part, step, 4, token, (0.5,)) == (0.5,)
