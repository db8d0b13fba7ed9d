"""Attention-map transforms: against the published code, and on the edges that it leaves open."""

import itertools
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import Tensor

from fastface_core.domain.presets import Attention, Part, Power, Scale, Softmask
from fastface_core.engine.transforms import (
    INDEPENDENT,
    TOGETHER,
    MapTransform,
    Values,
    adain,
    power,
    scale,
    softmask,
)
from fastface_core.presets.files import built_in
from tests.core.parity_pack import CASES

UNITS = load_file(CASES / "units.safetensors")
EXACT: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-6}
SOFTMASK = built_in()["scheduled-softmask"].attention
FASTFACE_SOFTMASK = built_in()["fastface-scheduled-softmask"].attention
SCALE_POWER = built_in()["scale-power"].attention
PRESETS = [SCALE_POWER, SOFTMASK, FASTFACE_SOFTMASK]


def a_map(images: int = 1, branches: int = 3, heads: int = 2, queries: int = 20, tokens: int = 4) -> Tensor:
    """(image, branch, head, query, token): sums to 1 over the tokens; the same for the same first axes."""
    generator = torch.Generator().manual_seed(images)
    return torch.randn((images, branches, heads, queries, tokens), generator=generator).mul(3).softmax(-1)


def some_values(attention: Tensor, channels: int = 8) -> Tensor:
    """(image, branch, head, token, channel)."""
    *outer, _, tokens = attention.shape
    return torch.randn((*outer, tokens, channels), generator=torch.Generator().manual_seed(7))


def min_max(values: Tensor, axes: tuple[int, ...]) -> Tensor:
    """N, as the method has it."""
    low, high = values.amin(axes, keepdim=True), values.amax(axes, keepdim=True)
    return torch.where(high > low, (values - low) / (high - low), 0)


def at(settings: Attention | None, part: Part = "up", step: int = 1, steps: int = 4) -> MapTransform:
    assert settings is not None
    return MapTransform(settings, part, step, steps)


# ---- Against the published code


def published(name: str) -> tuple[Tensor, Tensor]:
    """The map that went in and what came out, with an axis for the image."""
    return UNITS["attention_map"][None], UNITS[name][None]


@pytest.mark.parametrize("part", ["down", "up"])
def test_power_and_scale_as_published(part: Part) -> None:
    for name, transform in (("pow", Power()), ("scale", Scale())):
        given, expected = published(f"{name}.{part}")
        result = at(Attention(transforms=(transform,)), part).transform(given)
        torch.testing.assert_close(result, expected, **EXACT)


@pytest.mark.parametrize(("sharpness", "quantile"), [(12.5, 0.6), (7.5, 0.65), (5.0, 0.65)])
def test_softmask_as_published(sharpness: float, quantile: float) -> None:
    given, expected = published(f"adaptive_softmask.s{sharpness}.q{quantile}")
    torch.testing.assert_close(softmask(given, sharpness, quantile, 0.5, TOGETHER), expected, **EXACT)


def test_the_schedule_of_the_preset_is_that_of_the_published_code() -> None:
    for step, sharpness in enumerate([7.5, 5.0, 5.0, 5.0]):
        given, expected = published(f"adaptive_softmask.s{sharpness}.q0.65")
        transform = Softmask(sharpness=(7.5, 5.0, 5.0, 5.0), quantile=0.65)
        result = at(Attention(transforms=(transform,)), step=step).transform(given)
        torch.testing.assert_close(result, expected, **EXACT)


# ---- One transform


def test_power_and_scale_by_hand() -> None:
    torch.testing.assert_close(power(torch.tensor([0.0, 0.25, 1.0]), 0.5), torch.tensor([0.0, 0.5, 1.0]))
    torch.testing.assert_close(scale(torch.tensor([0.0, 0.5, 9.0]), 2, 10), torch.tensor([0.0, 1.0, 10.0]))


def normalised(given: Tensor, axes: tuple[int, ...]) -> Tensor:
    """A softmask whose threshold does nothing: N of a sigmoid of N."""
    return min_max(torch.sigmoid(5 * (min_max(given, axes) - 0.25)), axes)


def test_a_softmask_normalises_by_token_over_the_axes() -> None:
    given = a_map()
    together = softmask(given, 5, None, 0.25, TOGETHER)
    for token in range(4):
        values, result = given[0, ..., token], together[0, ..., token]
        found = torch.sigmoid(5 * ((values - values.min()) / (values.max() - values.min()) - 0.25))
        torch.testing.assert_close(result, (found - found.min()) / (found.max() - found.min()), **EXACT)
    independent = softmask(given, 5, None, 0.25, INDEPENDENT)
    for branch in range(3):
        alone = normalised(given[:, branch : branch + 1], TOGETHER)[:, 0]
        torch.testing.assert_close(independent[:, branch], alone, **EXACT)


def test_where_a_range_is_zero_the_softmask_is_zero() -> None:
    given = a_map()
    given[..., 2] = 0.25
    result = softmask(given, 5, None, 0.25, TOGETHER)
    assert result[..., 2].eq(0).all()
    assert result[..., 0].max() == 1
    # Equal in one branch only.
    given = a_map()
    given[:, 1, ..., 0] = 0.5
    result = softmask(given, 5, None, 0.25, INDEPENDENT)
    assert result[:, 1, ..., 0].eq(0).all()
    assert result[:, 0, ..., 0].max() == 1


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
def test_a_constant_map_stays_finite(preset: Attention, value: float) -> None:
    given = torch.full((1, 3, 2, 20, 4), value)
    transform = at(preset)
    assert transform.transform(given).isfinite().all()
    assert transform.attend(given, Values(some_values(given))).isfinite().all()


@pytest.mark.parametrize("queries", [1, 2, 5, 64])
@pytest.mark.parametrize("quantile", [0.0, 0.25, 0.65, 1.0])
def test_the_middle_is_the_quantile_over_the_queries(queries: int, quantile: float) -> None:
    given = a_map(queries=queries)
    middle = given.quantile(quantile, dim=3, keepdim=True).clamp(min=1e-6)
    expected = min_max(torch.sigmoid(5 * (min_max(given, TOGETHER) - middle)), TOGETHER)
    torch.testing.assert_close(softmask(given, 5, quantile, 0.5, TOGETHER), expected, **EXACT)


def test_a_constant_threshold() -> None:
    given = a_map()
    expected = min_max(torch.sigmoid(5 * (min_max(given, TOGETHER) - 0.25)), TOGETHER)
    torch.testing.assert_close(softmask(given, 5, None, 0.25, TOGETHER), expected, **EXACT)
    result = at(Attention(transforms=(Softmask(sharpness=5, quantile=None, threshold=0.25),))).transform(given)
    torch.testing.assert_close(result, expected, **EXACT)


def test_transforms_apply_in_their_order() -> None:
    given = a_map()
    result = at(Attention(transforms=(Scale(factor=2), Power(exponent=2)))).transform(given)
    torch.testing.assert_close(result, (given * 2) ** 2)


# ---- Chosen tokens, and the inversion


def by_hand(given: Tensor, step: int) -> Tensor:
    """The scheduled softmask with inversion, literally."""
    first = 1 - given[..., :1]
    turned = torch.cat([first, given[..., 1:]], -1)
    changed = softmask(turned, (7.5, 5, 5, 5)[step], 0.65, 0.5, TOGETHER)
    changed = scale(changed, (1, 1.55, 1.55, 1.55)[step], 10)
    first = changed[..., :1]
    return torch.cat([first.amax(3, keepdim=True) - first, changed[..., 1:]], -1)


@pytest.mark.parametrize("step", range(4))
def test_the_first_token_is_turned_over_and_back(step: int) -> None:
    given = a_map()
    torch.testing.assert_close(at(SOFTMASK, step=step).transform(given), by_hand(given, step), **EXACT)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("tokens", [(0,), (3,), (1, 2), (2, 0), (3, 1, 0)])
def test_only_chosen_tokens_change(preset: Attention, tokens: tuple[int, ...]) -> None:
    given = a_map()
    whole = at(preset).transform(given)
    part = at(preset.model_copy(update={"tokens": tokens})).transform(given)
    for token in range(4):
        torch.testing.assert_close(part[..., token], (whole if token in tokens else given)[..., token], **EXACT)


@pytest.mark.parametrize("tokens", [(1,), (1, 2, 3)])
def test_nothing_is_inverted_without_the_first_token(tokens: tuple[int, ...]) -> None:
    given = a_map()
    assert SOFTMASK is not None
    chosen = SOFTMASK.model_copy(update={"tokens": tokens})
    plain = chosen.model_copy(update={"invert_first_token": False})
    assert at(chosen).transform(given).equal(at(plain).transform(given))


def test_all_tokens_named_are_all_tokens() -> None:
    given = a_map()
    assert FASTFACE_SOFTMASK is not None
    named = FASTFACE_SOFTMASK.model_copy(update={"tokens": (3, 1, 2, 0)})
    values = some_values(given)
    torch.testing.assert_close(
        at(named).attend(given, Values(values)), at(FASTFACE_SOFTMASK).attend(given, Values(values))
    )


def test_tokens_that_an_adapter_does_not_have_are_passed_over() -> None:
    given = a_map()
    chosen = Attention(transforms=(Scale(factor=2),), tokens=(9,))
    assert at(chosen).transform(given).equal(given)
    both = Attention(transforms=(Scale(factor=2),), tokens=(9, 2))
    torch.testing.assert_close(at(both).transform(given)[..., 2], given[..., 2] * 2)


# ---- Shapes, and images and branches that must not influence one another


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(("images", "branches", "queries", "tokens"), [(1, 1, 1, 4), (2, 3, 9, 4), (3, 2, 16, 16)])
def test_shapes(preset: Attention, images: int, branches: int, queries: int, tokens: int) -> None:
    given = a_map(images, branches, 2, queries, tokens)
    transform = at(preset)
    result, output = transform.transform(given), transform.attend(given, Values(some_values(given)))
    assert (result.shape, result.dtype) == (given.shape, torch.float32)
    assert (output.shape, output.dtype) == ((images, branches, 2, queries, 8), torch.float32)
    assert output.isfinite().all()


@pytest.mark.parametrize("preset", PRESETS)
def test_the_given_map_is_left_as_it_was(preset: Attention) -> None:
    given = a_map()
    before = given.clone()
    at(preset).attend(given, Values(some_values(given)))
    at(preset.model_copy(update={"tokens": (0, 2)})).transform(given)
    assert given.equal(before)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("normalization", ["together", "independent"])
def test_images_of_a_batch_are_each_as_alone(preset: Attention, normalization: str) -> None:
    transform = at(preset.model_copy(update={"normalization": normalization}))
    given = a_map(images=3)
    given[1] = given[1].pow(4)  # an image of quite another range
    values = some_values(given)
    batch = transform.attend(given, Values(values))
    for image in range(3):
        alone = transform.attend(given[image : image + 1], Values(values[image : image + 1]))
        torch.testing.assert_close(batch[image : image + 1], alone, **EXACT)


@pytest.mark.parametrize("preset", PRESETS)
def test_independent_branches_are_each_as_alone(preset: Attention) -> None:
    transform = at(preset.model_copy(update={"normalization": "independent"}))
    given = a_map()
    values = some_values(given)
    whole = transform.attend(given, Values(values))
    for count in (1, 2):
        for branches in itertools.combinations(range(3), count):
            chosen = list(branches)
            alone = transform.attend(given[:, chosen], Values(values[:, chosen]))
            torch.testing.assert_close(whole[:, chosen], alone, **EXACT)


def test_branches_together_do_influence_one_another() -> None:
    # This is why the reference form evaluates branches that guidance does not need.
    given = a_map()
    difference = at(SOFTMASK).transform(given)[:, 2:] - at(SOFTMASK).transform(given[:, 2:])
    assert difference.abs().max() > 0.01


@settings(max_examples=50)
@given(
    st.sampled_from(PRESETS),
    st.floats(-20, 20),
    st.integers(0, 3),
    st.integers(0, 2**16),
)
def test_transformed_maps_stay_within_bounds(preset: Attention, spread: float, step: int, seed: int) -> None:
    logits = torch.randn((2, 3, 2, 7, 4), generator=torch.Generator().manual_seed(seed)) * spread
    result = at(preset, step=step).transform(logits.softmax(-1))
    assert result.min() >= 0
    assert result.max() <= 1.55  # the largest factor


# ---- AdaIN


def test_adain_by_hand() -> None:
    values, original = torch.tensor([[1.0, 3.0]]), torch.tensor([[10.0, 30.0]])
    # Deviations sqrt(2) and 10 sqrt(2): (x - 2) 10 + 20 = (10, 30).
    torch.testing.assert_close(adain(values, original, 0.7, -1), torch.tensor([[3.7, 11.1]]), rtol=1e-5, atol=1e-5)
    assert adain(values, original, 1.0, -1).equal(values)


def test_the_correction_is_of_the_map_and_of_the_output() -> None:
    given = a_map()
    values = some_values(given)
    transform = at(FASTFACE_SOFTMASK)
    changed = transform.transform(given)
    corrected = adain(changed, given, 0.7, -1) @ values
    torch.testing.assert_close(
        transform.attend(given, Values(values)), adain(corrected, given @ values, 0.7, -1), **EXACT
    )


def test_an_image_whose_correction_fails_keeps_its_plain_output() -> None:
    corrected = Attention(transforms=(Scale(factor=2),), adain=0.7)
    uncorrected = corrected.model_copy(update={"adain": 0.0})
    given = a_map(images=3)
    given[1, 2, 0, 5, 0] = float("inf")  # the transform bounds it, but the untouched map has no mean
    values = some_values(given)
    output, plain = at(corrected).attend(given, Values(values)), at(uncorrected).attend(given, Values(values))
    assert plain.isfinite().all()
    # Not only the query where it happened: the whole image, in this layer.
    assert output[1].equal(plain[1])
    for image in (0, 2):
        alone = at(corrected).attend(given[image : image + 1], Values(values[image : image + 1]))
        torch.testing.assert_close(output[image], alone[0], **EXACT)
        assert (output[image] - plain[image]).abs().max() > 0.01


@pytest.mark.filterwarnings("ignore:std")
def test_one_token_has_no_deviation_and_keeps_the_plain_output() -> None:
    given = a_map(tokens=1)
    values = some_values(given)
    assert at(FASTFACE_SOFTMASK).attend(given, Values(values)).equal(at(SOFTMASK).attend(given, Values(values)))
