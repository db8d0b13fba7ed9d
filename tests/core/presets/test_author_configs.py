"""The authors' configuration files as presets: exactly the published settings, and nothing dropped in silence."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastface_core.domain.presets import Guidance, Preset, Softmask
from fastface_core.errors import SettingsError
from fastface_core.presets import files as preset_files
from fastface_core.presets.author_configs import looks_like_author_config, preset_from_author_config

PIPE = "pipe_kwargs"
DCG = f"{PIPE}.dcg_kwargs"
CUSTOM = f"{DCG}.sch_kwargs.custom"
AM = "am_patch_kwargs"
NAN = float("nan")


def configuration(*, guided: bool, transforms: list[str] | None, adain: bool | None = None) -> dict[str, Any]:
    """One of the five published files: with guidance, with attention settings, or with both."""
    content: dict[str, Any] = {
        "model_name": "hyper",
        "method": "faceid",
        "pipe_kwargs": {
            "num_inference_steps": 4,
            "guidance_scale_a": 1.0,
            "guidance_scale_b": 1.0,
            "width": 1024,
            "height": 1024,
            "dcg_kwargs": {
                "dcg_type": 3,
                "term_preproc": "",
                "term_postproc": "rescale" if guided else "",
                "rescale": 0.75 if guided else 0,
                "a_scheduler": "custom" if guided else "default",
                "b_scheduler": "custom" if guided else "default",
                "sch_kwargs": {"custom": {"a": [1.0, 1.5, 1.5, 1.0], "b": [1.0, 3.0, 3.0, 1.0]}}
                if guided
                else {"a": {}, "b": {}},
                "return_norms": False,
            },
        },
        "ip_adapter_scale": 0.8,
        "patch_pipe": transforms is not None,
        "reset_gs_to_default": not guided,
    }
    if transforms is not None:
        content["faceid_lora_scale"] = 1.0
        content["am_patch_kwargs"] = {
            "target_parts": ["down", "up"],
            "target_tokens": [0, 1, 2, 3],
            "target_tsteps": [0, 1, 2, 3],
            "am_transforms": transforms,
            "inverse_neg_transforms": transforms[0] == "adaptive_softmask",
            "apply_schedule": transforms[0] == "adaptive_softmask",
        }
        if adain is not None:
            content["am_patch_kwargs"]["apply_adain"] = adain
    return content


PUBLISHED = {
    "scale-power": configuration(guided=False, transforms=["pow", "scale"]),
    "scheduled-softmask": configuration(guided=False, transforms=["adaptive_softmask", "scale"]),
    "decoupled-guidance": configuration(guided=True, transforms=None),
    "fastface-scale-power": configuration(guided=True, transforms=["pow", "scale"], adain=False),
    "fastface-scheduled-softmask": configuration(guided=True, transforms=["adaptive_softmask", "scale"], adain=True),
}
WHOLE = PUBLISHED["fastface-scheduled-softmask"]


def imported(content: object) -> Preset:
    return preset_files.parse(json.dumps(content), "The file a.json", "a")


def place(content: Any, path: str) -> tuple[Any, str]:
    *way, last = path.split(".")
    for part in way:
        content = content[part]
    return content, last


def with_value(path: str, value: object, content: dict[str, Any] = WHOLE) -> dict[str, Any]:
    content = copy.deepcopy(content)
    holder, key = place(content, path)
    holder[key] = value
    return content


def without(path: str, content: dict[str, Any] = WHOLE) -> dict[str, Any]:
    content = copy.deepcopy(content)
    holder, key = place(content, path)
    del holder[key]
    return content


def settings(preset: Preset) -> dict[str, object]:
    return {field: value for field, value in preset if field not in ("name", "title", "description")}


# ---- What they say


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_file_is_the_built_in_preset(name: str) -> None:
    assert settings(imported(PUBLISHED[name])) == settings(preset_files.find(name))


def test_a_file_gives_its_name(tmp_path: Path) -> None:
    file = tmp_path / "am only (new).json"
    file.write_text(json.dumps(WHOLE))
    preset = preset_files.load_file(file)
    assert (preset.name, preset.title) == ("am-only-new", "am only (new)")


@pytest.mark.parametrize(
    ("name", "expected"), [("", "imported"), ("...", "imported"), ("ж", "imported"), ("_a" * 60, "a_" * 31 + "a_")]
)
def test_any_name_becomes_one_that_is_allowed(name: str, expected: str) -> None:
    assert preset_from_author_config(WHOLE, "The file", name).name == expected


def test_a_name_that_is_no_text() -> None:
    assert preset_from_author_config(WHOLE, "The file", "caf\udce9").title == "caf?"


def test_what_is_left_out_has_their_defaults() -> None:
    assert settings(imported({"pipe_kwargs": {}})) == settings(
        Preset(name="x", title="x", guidance=Guidance(identity_weight=1, text_weight=1), adapter_strength=1)
    )


@pytest.mark.parametrize("key", ["pipe_kwargs", "am_patch_kwargs", "patch_pipe", "ip_adapter_scale"])
def test_their_form_is_known_by_its_keys(key: str) -> None:
    assert looks_like_author_config({key: 1})


@pytest.mark.parametrize("content", [None, [], "pipe_kwargs", {}, {"name": "x", "title": "x"}])
def test_other_forms_are_not_taken_for_theirs(content: object) -> None:
    assert not looks_like_author_config(content)


def test_without_a_schedule_the_scales_count() -> None:
    content = with_value(f"{DCG}.a_scheduler", "default", with_value(f"{PIPE}.guidance_scale_a", 2.5))
    guidance = imported(content).guidance
    assert (guidance.identity_weight, guidance.text_weight) == (2.5, (1.0, 3.0, 3.0, 1.0))


def test_with_a_schedule_the_scales_do_not_count() -> None:
    assert imported(with_value(f"{PIPE}.guidance_scale_a", 7.0)).guidance == imported(WHOLE).guidance


def test_a_reset_changes_the_scales_alone() -> None:
    # Custom schedules and the rescale are no scales: they hold with and without the reset.
    assert imported(with_value("reset_gs_to_default", True)).guidance == imported(WHOLE).guidance
    both = with_value(f"{DCG}.b_scheduler", "default", with_value(f"{DCG}.a_scheduler", "default"))
    assert imported(with_value("reset_gs_to_default", True, both)).guidance == Guidance(rescale=0.75)


def test_a_reset_of_one_weight_is_refused() -> None:
    content = with_value("reset_gs_to_default", True, with_value(f"{DCG}.a_scheduler", "default"))
    with pytest.raises(SettingsError, match="because of reset_gs_to_default"):
        imported(content)


@pytest.mark.parametrize(("postprocessing", "expected"), [("rescale", 0.75), ("rescale_t", 0.75), ("", 0), (None, 0)])
def test_the_rescale_counts_only_where_it_is_asked_for(postprocessing: str | None, expected: float) -> None:
    assert imported(with_value(f"{DCG}.term_postproc", postprocessing)).guidance.rescale == expected


def test_attention_settings_count_only_where_the_pipeline_is_patched() -> None:
    assert imported(with_value("patch_pipe", False)).attention is None


def test_a_constant_threshold() -> None:
    attention = imported(with_value(f"{AM}.am_transforms", ["softmask", "pow"])).attention
    assert attention is not None
    first, second = attention.transforms
    assert isinstance(first, Softmask)
    assert (first.quantile, first.threshold, first.sharpness) == (None, 0.5, (7.5, 5.0, 5.0, 5.0))
    assert second.kind == "power"


def test_unscheduled_constants_are_those_of_the_parts() -> None:
    attention = imported(with_value(f"{AM}.apply_schedule", False)).attention
    assert attention is not None
    content = attention.model_dump()["transforms"]
    assert content[0]["sharpness"] == {"down": 12.5, "mid": 1.0, "up": 12.5}
    assert content[0]["quantile"] == {"down": 0.6, "mid": 1.0, "up": 0.6}
    assert content[1]["factor"] == {"down": 1.55, "mid": 1.0, "up": 1.45}


def test_chosen_tokens_steps_and_parts() -> None:
    content = with_value(f"{AM}.target_tokens", [2, 1], with_value(f"{AM}.target_tsteps", [3]))
    attention = imported(with_value(f"{AM}.target_parts", ["mid"], content)).attention
    assert attention is not None
    assert (attention.tokens, attention.steps, attention.parts) == ((2, 1), (3,), ("mid",))


def test_other_step_counts() -> None:
    content = with_value(f"{PIPE}.num_inference_steps", 2)
    content = with_value(f"{AM}.target_tsteps", [0, 1], with_value(CUSTOM, {"a": [1, 2], "b": [3, 4]}, content))
    preset = imported(content)
    assert preset.steps == 2
    assert preset.guidance.identity_weight == (1, 2)
    assert preset.attention is not None
    assert preset.attention.steps is None
    softmask = preset.attention.transforms[0]
    assert isinstance(softmask, Softmask)
    assert softmask.sharpness == (6.25, 5.0)


def test_a_size_of_their_own() -> None:
    preset = imported(with_value(f"{PIPE}.height", 768))
    assert (preset.width, preset.height) == (1024, 768)
    absent = imported(without(f"{PIPE}.width", without(f"{PIPE}.height")))
    assert (absent.width, absent.height) == (None, None)


# ---- What is refused


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("model_name", "sd3"),
        ("model_name", ["hyper"]),
        ("method", "pulid"),
        ("ip_adapter_scale", "0.8"),
        ("ip_adapter_scale", True),
        ("ip_adapter_scale", NAN),
        ("ip_adapter_scale", 2.5),
        ("ip_adapter_scale", 10**400),
        ("faceid_lora_scale", -1),
        ("faceid_lora_scale", None),
        ("reset_gs_to_default", 1),
        ("patch_pipe", "yes"),
        (PIPE, []),
        (PIPE, None),
        (f"{PIPE}.num_inference_steps", 0),
        (f"{PIPE}.num_inference_steps", 101),
        (f"{PIPE}.num_inference_steps", 4.0),
        (f"{PIPE}.width", "1024"),
        (f"{PIPE}.width", 100),
        (f"{PIPE}.height", True),
        (f"{PIPE}.height", 512.0),
        (f"{PIPE}.guidance_scale_a", "1"),
        (DCG, "none"),
        (f"{DCG}.dcg_type", 2),
        (f"{DCG}.dcg_type", True),
        (f"{DCG}.term_preproc", "orthogonal"),
        (f"{DCG}.term_postproc", "norm"),
        (f"{DCG}.term_postproc", ["rescale"]),
        (f"{DCG}.rescale", 1.5),
        (f"{DCG}.rescale", "0.75"),
        (f"{DCG}.rescale", NAN),
        (f"{DCG}.a_scheduler", "cosine"),
        (f"{DCG}.b_scheduler", {}),
        (f"{DCG}.return_norms", 1),
        (f"{DCG}.sch_kwargs", []),
        (f"{DCG}.sch_kwargs.a", {"start": 1}),
        (CUSTOM, [1, 1, 1, 1]),
        (f"{CUSTOM}.a", 1.5),
        (f"{CUSTOM}.a", []),
        (f"{CUSTOM}.a", [1, 1, 1]),
        (f"{CUSTOM}.b", [1, "1", 1, 1]),
        (f"{CUSTOM}.b", [1, 1, 1, True]),
        (f"{CUSTOM}.b", [1, 1, 1, 10**400]),
        (AM, None),
        (f"{AM}.am_transforms", []),
        (f"{AM}.am_transforms", ["pow", "blur"]),
        (f"{AM}.am_transforms", ["pow", ["scale"]]),
        (f"{AM}.am_transforms", "pow"),
        (f"{AM}.am_transforms", ["pow"] * 9),
        (f"{AM}.target_parts", ["side"]),
        (f"{AM}.target_parts", []),
        (f"{AM}.target_parts", ["up", "up"]),
        (f"{AM}.target_tokens", []),
        (f"{AM}.target_tokens", [0, 0]),
        (f"{AM}.target_tokens", [4]),
        (f"{AM}.target_tokens", [-1]),
        (f"{AM}.target_tokens", [True]),
        (f"{AM}.target_tsteps", [4]),
        (f"{AM}.target_tsteps", "all"),
        (f"{AM}.inverse_neg_transforms", None),
        (f"{AM}.apply_schedule", 0),
        (f"{AM}.apply_adain", 0.7),
    ],
)
def test_what_is_not_offered_is_refused_by_its_key(path: str, value: object) -> None:
    with pytest.raises(SettingsError) as raised:
        imported(with_value(path, value))
    assert raised.value.message.startswith(f"The file a.json cannot be taken over because of {path}: ")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (f"{CUSTOM}.a", [1, NAN, 1, 1], f"{CUSTOM}.a.1"),
        (f"{CUSTOM}.b", [1, 1, 1e300, 1], f"{CUSTOM}.b.2"),
        (f"{PIPE}.num_inference_steps", 8, f"{CUSTOM}.a"),
    ],
)
def test_a_wrong_entry_is_named(path: str, value: object, named: str) -> None:
    with pytest.raises(SettingsError) as raised:
        imported(with_value(path, value))
    assert f"because of {named}: " in raised.value.message


@pytest.mark.parametrize("scale", [101, float("inf"), NAN])
def test_a_scale_out_of_range_is_named(scale: float) -> None:
    content = with_value(f"{DCG}.b_scheduler", "default", with_value(f"{PIPE}.guidance_scale_b", scale))
    with pytest.raises(SettingsError, match=r"because of pipe_kwargs\.guidance_scale_b: "):
        imported(content)


@pytest.mark.parametrize("level", ["", f"{PIPE}.", f"{DCG}.", f"{DCG}.sch_kwargs.", f"{CUSTOM}.", f"{AM}."])
@pytest.mark.parametrize("key", ["seed", "Extra", "two words"])
def test_an_unknown_key_is_refused_on_every_level(level: str, key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        imported(with_value(level + key, 1))
    assert f"because of {level}{key}: this key is not known" in raised.value.message


@pytest.mark.parametrize("path", [f"{CUSTOM}.a", f"{CUSTOM}.b", f"{AM}.am_transforms"])
def test_an_absent_key_without_which_it_means_nothing_is_named(path: str) -> None:
    with pytest.raises(SettingsError) as raised:
        imported(without(path))
    assert f"because of {path}: " in raised.value.message


def every_place(content: dict[str, Any], prefix: str = "") -> list[str]:
    found: list[str] = []
    for key, value in content.items():
        found.append(prefix + key)
        if isinstance(value, dict):
            found += every_place(value, f"{prefix}{key}.")
    return found


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(every_place(WHOLE)), json_values)
def test_any_value_anywhere_gives_a_preset_or_one_sentence(path: str, value: object) -> None:
    try:
        preset = preset_from_author_config(with_value(path, value), "The file", "a")
    except SettingsError:
        return  # any other exception would fail the test
    assert preset_files.parse(preset_files.to_json(preset), "The preset", "x") == preset
