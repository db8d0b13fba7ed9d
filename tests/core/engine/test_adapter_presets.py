"""Presets under other adapters than they were made for."""

from dataclasses import replace

import pytest

from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.presets import Attention, Power, Preset
from fastface_core.domain.request import PortraitRequest
from fastface_core.presets.adapters import fitted
from fastface_core.presets.files import built_in
from fastface_core.progress import Notice
from tests.core.adapter_pack import loaded, person
from tests.core.tiny_models import CPU

SOFTMASK = built_in()["fastface-scheduled-softmask"]


def test_the_published_presets_are_taken_as_they_are_for_their_adapter() -> None:
    for preset in built_in().values():
        assert fitted(preset, "faceid-plus-v2") == (preset, None)


@pytest.mark.parametrize("kind", [kind for kind, traits in TRAITS.items() if not traits.inverts_first])
def test_no_other_adapters_first_token_is_inverted(kind: str) -> None:
    for preset in built_in().values():
        changed, said = fitted(preset, kind)  # type: ignore[reportArgumentType]
        assert changed.attention is None or not changed.attention.invert_first_token
        inverted = preset.attention is not None and preset.attention.invert_first_token
        assert (said is not None) == inverted == (changed != preset)
        if said is not None:
            assert preset.title in said
            assert fitted(changed, kind) == (changed, None)  # type: ignore[reportArgumentType]


def test_a_preset_that_names_the_adapter_keeps_what_it_says() -> None:
    own = SOFTMASK.model_copy(update={"adapters": ("instantid",)})
    assert fitted(own, "instantid") == (own, None)
    chosen = Attention(transforms=(Power(),), tokens=(0, 1, 2))
    of_four = Preset(name="x", title="X", attention=chosen, adapters=("faceid",))
    changed, said = fitted(of_four, "pulid-v1")
    assert changed.attention is not None
    assert changed.attention.tokens is None
    assert said is not None
    assert fitted(of_four.model_copy(update={"adapters": None}), "pulid-v1")[1] is None


def test_the_recipe_has_what_was_drawn_with() -> None:
    from fastface_core.engine.engine import Engine

    engine = Engine("cpu")
    assert engine.device == CPU
    parts = loaded("instantid")
    checkpoint = parts.checkpoint.model_copy(update={"likeness_reason": "There is no recogniser here."})
    engine._parts = replace(parts, checkpoint=checkpoint)
    heard: list[str] = []
    request = PortraitRequest(prompt="a man", preset=SOFTMASK, seed=1, steps=1, width=64, height=64)
    (picture,) = engine.generate(
        request, person(1), lambda event: heard.append(event.text) if isinstance(event, Notice) else None
    ).pictures
    assert picture.recipe.preset.attention is not None
    assert not picture.recipe.preset.attention.invert_first_token
    assert [said for said in heard if "InstantID" in said]
