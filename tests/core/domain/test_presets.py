"""Presets: the published values, lists for other step counts, and that a wrong value is named."""

import copy
import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fastface_core.domain.presets import (
    Attention,
    Guidance,
    Part,
    PerPart,
    Power,
    Preset,
    Scale,
    Schedule,
    Softmask,
    at_step,
    schedules,
    value_at,
)
from fastface_core.errors import SettingsError
from fastface_core.presets import files as preset_files

A = (1.0, 1.5, 1.5, 1.0)
B = (1.0, 3.0, 3.0, 1.0)
SHARPNESS = (7.5, 5.0, 5.0, 5.0)

# ---- Lists for other step counts


@pytest.mark.parametrize(
    ("schedule", "steps", "expected"),
    [
        (A, 4, list(A)),
        (B, 4, list(B)),
        (A, 1, [1.5]),
        (B, 1, [3.0]),
        (A, 2, [1.25, 1.25]),
        (B, 2, [2.0, 2.0]),
        # Centres at 1/6, 3/2 and 17/6.
        (A, 3, [1 + 0.5 / 6, 1.5, 1 + 0.5 / 6]),
        (B, 3, [1 + 2 / 6, 3.0, 1 + 2 / 6]),
        # Centres at -1/4 (which counts as 0), 1/4, 3/4, and so on.
        (A, 8, [1.0, 1.125, 1.375, 1.5, 1.5, 1.375, 1.125, 1.0]),
        (SHARPNESS, 2, [6.25, 5.0]),
        (SHARPNESS, 8, [7.5, 6.875, 5.625, 5.0, 5.0, 5.0, 5.0, 5.0]),
        ((2.0,), 3, [2.0, 2.0, 2.0]),
        (1.5, 3, [1.5, 1.5, 1.5]),
    ],
)
def test_a_list_is_sampled_at_the_centres_of_the_steps(schedule: Schedule, steps: int, expected: list[float]) -> None:
    assert [at_step(schedule, step, steps) for step in range(steps)] == pytest.approx(expected, abs=1e-12)


def test_a_list_over_thirty_steps() -> None:
    values = [at_step(B, step, 30) for step in range(30)]
    # Step k has its centre at (4 k - 13) / 30.
    assert values[:4] == [1.0] * 4
    assert values[4] == pytest.approx(1 + 2 * 3 / 30)
    assert values[7] == pytest.approx(2.0)
    assert values[11:19] == [3.0] * 8
    assert values[25] == pytest.approx(3 - 2 * 27 / 30)
    assert values[26:] == [1.0] * 4


numbers = st.floats(-100, 100, allow_nan=False)
lists = st.lists(numbers, min_size=1, max_size=100).map(tuple)


@given(lists, st.integers(1, 100), st.data())
def test_sampled_values_stay_between_the_entries(entries: tuple[float, ...], steps: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, steps - 1))
    assert min(entries) <= at_step(entries, step, steps) <= max(entries)


@given(lists)
def test_as_many_steps_as_entries_take_the_entries(entries: tuple[float, ...]) -> None:
    assert tuple(at_step(entries, step, len(entries)) for step in range(len(entries))) == entries


@given(numbers, st.integers(1, 100), st.integers(1, 100))
def test_a_constant_list_is_that_constant_exactly(value: float, entries: int, steps: int) -> None:
    # A weight that came out as 1.0000000000000002 would cost a branch of the UNet in every step.
    assert {at_step((value,) * entries, step, steps) for step in range(steps)} == {value}


@given(lists, st.integers(1, 100), st.data())
def test_turning_the_list_over_turns_the_steps_over(
    entries: tuple[float, ...], steps: int, data: st.DataObject
) -> None:
    step = data.draw(st.integers(0, steps - 1))
    forwards, backwards = at_step(entries, step, steps), at_step(entries[::-1], steps - 1 - step, steps)
    assert forwards == pytest.approx(backwards, abs=1e-9)


def test_values_of_a_part() -> None:
    values = PerPart(down=1.0, mid=(2.0, 4.0), up=3.0)
    assert [value_at(values, part, 0, 2) for part in get_args(Part)] == [1.0, 2.0, 3.0]
    assert value_at(values, "mid", 0, 1) == 3.0
    assert value_at((5.0, 7.0), "up", 1, 2) == 7.0
    assert schedules(values) == (1.0, (2.0, 4.0), 3.0)


# ---- Chosen steps


def chosen_at(chosen: tuple[int, ...] | None, steps: int) -> list[int]:
    attention = Attention(transforms=(Power(),), steps=chosen)
    preset = Preset(name="x", title="x", attention=attention)
    found = [preset.attention_at(step, steps) for step in range(steps)]
    assert all(one is None or one is attention for one in found)
    return [step for step, one in enumerate(found) if one is not None]


@pytest.mark.parametrize(
    ("chosen", "steps", "expected"),
    [
        (None, 7, list(range(7))),
        ((0, 3), 4, [0, 3]),
        ((0, 3), 8, [0, 1, 6, 7]),
        # With fewer steps, a step stands for the written one in which its centre lies.
        ((1, 3), 2, [0, 1]),
        ((0,), 2, []),
        ((2,), 1, [0]),
        ((0,), 3, [0]),
        ((2,), 3, [1]),
        ((0, 1, 2, 3), 3, [0, 1, 2]),
    ],
)
def test_chosen_steps(chosen: tuple[int, ...] | None, steps: int, expected: list[int]) -> None:
    assert chosen_at(chosen, steps) == expected


def test_without_attention_settings_no_step_has_any() -> None:
    assert Preset(name="x", title="x").attention_at(0, 4) is None


# ---- The published presets

DCG = Guidance(identity_weight=A, text_weight=B, rescale=0.75)
SCALE_POWER = (
    Power(exponent=PerPart(down=1.3, mid=1.0, up=1.3)),
    Scale(factor=PerPart(down=1.55, mid=1.0, up=1.45), maximum=10),
)
SCHEDULED_SOFTMASK = (
    Softmask(sharpness=SHARPNESS, quantile=0.65),
    Scale(factor=(1.0, 1.55, 1.55, 1.55), maximum=10),
)
PUBLISHED = {
    "baseline": (Guidance(), None),
    "scale-power": (Guidance(), Attention(transforms=SCALE_POWER)),
    "scheduled-softmask": (Guidance(), Attention(transforms=SCHEDULED_SOFTMASK, invert_first_token=True)),
    "decoupled-guidance": (DCG, None),
    "fastface-scale-power": (DCG, Attention(transforms=SCALE_POWER)),
    "fastface-scheduled-softmask": (
        DCG,
        Attention(transforms=SCHEDULED_SOFTMASK, invert_first_token=True, adain=0.7),
    ),
}


def test_the_built_in_presets_are_the_published_ones() -> None:
    built_in = preset_files.built_in()
    assert list(built_in) == list(PUBLISHED)
    for name, (guidance, attention) in PUBLISHED.items():
        preset = built_in[name]
        assert preset.name == name
        assert preset.guidance == guidance
        assert preset.attention == attention
        assert (preset.steps, preset.adapter_strength, preset.lora_strength) == (4, 0.8, 1.0)
        assert (preset.width, preset.height) == (None, None)
        if attention is not None:
            assert (attention.parts, attention.tokens, attention.steps) == (("down", "up"), None, None)
            assert attention.normalization == "together"


def test_defaults_are_the_unscheduled_values_of_the_paper() -> None:
    assert (Power(), Scale()) == SCALE_POWER
    assert Softmask() == Softmask(sharpness=12.5, quantile=0.6)


@pytest.mark.parametrize(
    ("transforms", "normalization", "expected"),
    [
        (SCALE_POWER, "together", False),
        (SCHEDULED_SOFTMASK, "together", True),
        (SCHEDULED_SOFTMASK, "independent", False),
    ],
)
def test_only_the_softmask_over_all_branches_couples_them(transforms: Any, normalization: Any, expected: bool) -> None:
    assert Attention(transforms=transforms, normalization=normalization).couples_branches() is expected


# ---- Validation

NAN, INFINITY = float("nan"), float("inf")
LIST = "guidance.text_weight"
FIRST = "attention.transforms.0"


def preset_content() -> dict[str, Any]:
    return json.loads(preset_files.to_json(preset_files.find("fastface-scheduled-softmask")))


def put(content: Any, path: str, value: object) -> None:
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        content = content[part]
    content[last] = value


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("guidance.rescale", NAN, "guidance.rescale"),
        ("guidance.rescale", -0.01, "guidance.rescale"),
        ("guidance.rescale", 1.01, "guidance.rescale"),
        (LIST, [1, NAN, 1, 1], f"{LIST}.1"),
        (LIST, [1, 1, INFINITY, 1], f"{LIST}.2"),
        (LIST, [1, 1, -1e9, 1], f"{LIST}.2"),
        (LIST, [1, "2", 1, 1], f"{LIST}.1"),
        (LIST, [1, 2, 3], LIST),
        (LIST, [1, 2, 3, 4, 5], LIST),
        (LIST, [], LIST),
        (LIST, {}, LIST),
        (LIST, "1.0", LIST),
        (LIST, True, LIST),
        (LIST, None, "guidance"),
        ("adapter_strength", INFINITY, "adapter_strength"),
        ("adapter_strength", -0.1, "adapter_strength"),
        ("lora_strength", 2.1, "lora_strength"),
        ("lora_strength", "1", "lora_strength"),
        ("steps", 0, "steps"),
        ("steps", 101, "steps"),
        ("steps", 4.5, "steps"),
        ("steps", 10**400, "steps"),
        ("steps", 8, "guidance.identity_weight"),
        ("version", 2, "version"),
        ("name", "", "name"),
        ("name", "../up", "name"),
        ("name", "line\n", "name"),
        ("name", "x" * 65, "name"),
        ("title", "", "title"),
        ("width", 100, "width"),
        ("width", 56, "width"),
        ("height", 2056, "height"),
        ("height", 512.0, "height"),
        ("attention.transforms", [], "attention.transforms"),
        ("attention.transforms", [{"kind": "power"}] * 9, "attention.transforms"),
        ("attention.transforms", [{"exponent": 1.3}], FIRST),
        (f"{FIRST}.kind", "blur", FIRST),
        (f"{FIRST}.sharpness", [1, 1, 1], f"{FIRST}.sharpness"),
        (f"{FIRST}.sharpness", {"down": 1, "mid": 1}, f"{FIRST}.sharpness.up"),
        (f"{FIRST}.sharpness", {"down": 1, "mid": [1, 1, NAN, 1], "up": 1}, f"{FIRST}.sharpness.mid.2"),
        (f"{FIRST}.sharpness", {"down": 1, "mid": [1, 1, 1], "up": 1}, f"{FIRST}.sharpness"),
        (f"{FIRST}.quantile", 1.5, f"{FIRST}.quantile"),
        (f"{FIRST}.quantile", [0.1, 0.2, 0.3, -0.1], f"{FIRST}.quantile"),
        (f"{FIRST}.threshold", NAN, f"{FIRST}.threshold"),
        ("attention.transforms.1.maximum", 0, "attention.transforms.1.maximum"),
        ("attention.parts", [], "attention.parts"),
        ("attention.parts", ["side"], "attention.parts.0"),
        ("attention.parts", ["up", "up"], "attention.parts"),
        ("attention.tokens", [], "attention.tokens"),
        ("attention.tokens", [0, -1], "attention.tokens.1"),
        ("attention.tokens", [1.5], "attention.tokens.0"),
        ("attention.tokens", [2, 2], "attention.tokens"),
        ("attention.steps", [1, 1], "attention.steps"),
        ("attention.steps", [4], "attention.steps"),
        ("attention.adain", 1.5, "attention.adain"),
        ("attention.normalization", "none", "attention.normalization"),
        # Fields that are not known, whatever they are called.
        ("strength", 1, "strength"),
        ("Guidance", 1, "Guidance"),
        ("adapter-strength", 1, "adapter-strength"),
        ("guidance.Phi", 1, "guidance.Phi"),
        ("attention.mode", 1, "attention.mode"),
        (f"{FIRST}.factor", 1, f"{FIRST}.factor"),
        (f"{FIRST}.sharpness", {"down": 1, "mid": 1, "up": 1, "Middle": 1}, f"{FIRST}.sharpness.Middle"),
    ],
)
def test_a_wrong_value_is_named(path: str, value: object, named: str) -> None:
    content = preset_content()
    put(content, path, value)
    with pytest.raises(SettingsError) as raised:
        preset_files.parse(json.dumps(content), "The preset x.json", "x")
    message = raised.value.message
    assert message.startswith("The preset x.json has a value that is not allowed")
    place = message.partition("not allowed")[2]
    assert place.startswith((f" in {named}: ", f": {named} ")), message
    assert message.endswith(".")
    assert message.count("\n") == 0


@pytest.mark.parametrize("field", ["name", "title"])
def test_an_absent_value_is_named(field: str) -> None:
    content = preset_content()
    del content[field]
    with pytest.raises(SettingsError, match=f"in {field}: this field is missing"):
        preset_files.parse(json.dumps(content), "The preset", "x")


@pytest.mark.parametrize("text", ["[]", '"preset"', "1", "null"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="not allowed: "):
        preset_files.parse(text, "The preset", "x")


def test_presets_do_not_change() -> None:
    preset = preset_files.find("baseline")
    with pytest.raises(ValidationError, match="frozen"):
        preset.steps = 8  # type: ignore[reportAttributeAccessIssue]


# ---- There and back


def written_for(steps: int) -> st.SearchStrategy[Schedule]:
    return numbers | st.lists(numbers, min_size=steps, max_size=steps).map(tuple)


def values_for(steps: int) -> st.SearchStrategy[Schedule | PerPart]:
    schedule = written_for(steps)
    return schedule | st.builds(PerPart, down=schedule, mid=schedule, up=schedule)


def some_of(limit: int) -> st.SearchStrategy[tuple[int, ...] | None]:
    return st.none() | st.lists(st.integers(0, limit - 1), min_size=1, max_size=8, unique=True).map(tuple)


@st.composite
def presets(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Preset:
    steps = draw(st.integers(1, 6))
    unit = st.floats(0, 1)
    quantiles = st.none() | unit | st.lists(unit, min_size=steps, max_size=steps).map(tuple)
    transform = (
        st.builds(Power, exponent=values_for(steps))
        | st.builds(Scale, factor=values_for(steps), maximum=st.floats(0.1, 1000))
        | st.builds(Softmask, sharpness=values_for(steps), quantile=quantiles, threshold=unit)
    )
    attention = st.builds(
        Attention,
        transforms=st.lists(transform, min_size=1, max_size=4).map(tuple),
        parts=st.lists(st.sampled_from(get_args(Part)), min_size=1, unique=True).map(tuple),
        tokens=some_of(16),
        steps=some_of(steps),
        invert_first_token=st.booleans(),
        adain=unit,
        normalization=st.sampled_from(["together", "independent"]),
    )
    guidance = st.builds(Guidance, identity_weight=written_for(steps), text_weight=written_for(steps), rescale=unit)
    sides = st.none() | st.integers(8, 256).map(lambda side: side * 8)
    return Preset(
        name=draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)),
        title=draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)),
        steps=steps,
        guidance=draw(guidance | st.builds(Guidance, rescale=unit)),
        attention=draw(st.none() | attention),
        adapter_strength=draw(st.floats(0, 2)),
        lora_strength=draw(st.floats(0, 2)),
        width=draw(sides),
        height=draw(sides),
    )


@given(presets())
def test_json_gives_the_same_preset_back(preset: Preset) -> None:
    assert preset_files.parse(preset_files.to_json(preset), "The preset", "x") == preset
    assert Preset.model_validate_json(preset.model_dump_json(), strict=True) == preset


def test_a_threshold_instead_of_a_quantile_survives_the_file() -> None:
    # Files leave out what is None, and the quantile has another default.
    softmask = Softmask(quantile=None, threshold=0.25)
    preset = Preset(name="x", title="x", attention=Attention(transforms=(softmask,)))
    again = preset_files.parse(preset_files.to_json(preset), "The preset", "x")
    assert again.attention is not None
    assert again.attention.transforms == (softmask,)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
places = [
    "name",
    "steps",
    "guidance",
    "guidance.identity_weight",
    "attention",
    "attention.transforms",
    FIRST,
    f"{FIRST}.quantile",
    f"{FIRST}.sharpness",
    "attention.tokens",
    "pipe_kwargs",
]


@given(st.sampled_from(places), json_values)
def test_any_json_gives_a_preset_or_one_sentence(path: str, value: object) -> None:
    content = copy.deepcopy(preset_content())
    put(content, path, value)
    try:
        preset = preset_files.parse(json.dumps(content), "The preset", "x")
    except SettingsError:
        return  # any other exception would fail the test
    assert preset_files.parse(preset_files.to_json(preset), "The preset", "x") == preset
