"""Decoupled guidance: against the published code, and which branches a step can do without."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import Tensor

from fastface_core.domain.branches import BRANCHES, Branch, branches_at
from fastface_core.domain.presets import Guidance, Preset
from fastface_core.engine import sampler
from fastface_core.engine.guidance import StepGuidance
from fastface_core.presets.files import built_in
from tests.core.parity_pack import CASES, TinyPack, tiny_pack

UNITS = load_file(CASES / "units.safetensors")
PRESETS = built_in()
A, B = (1.0, 1.5, 1.5, 1.0), (1.0, 3.0, 3.0, 1.0)


@pytest.fixture(scope="module")
def pack() -> TinyPack:
    return tiny_pack()


def predictions(images: int = 1) -> dict[Branch, Tensor]:
    generator = torch.Generator().manual_seed(3)
    return {branch: torch.randn((images, 4, 6, 5), generator=generator) for branch in BRANCHES}


# ---- One step


def published() -> dict[Branch, Tensor]:
    return {branch: UNITS["noise_pred"][index : index + 1] for index, branch in enumerate(BRANCHES)}


@pytest.mark.parametrize("step", range(4))
def test_guidance_with_rescale_as_published(step: int) -> None:
    guidance = StepGuidance.at(PRESETS["decoupled-guidance"].guidance, 1.0, step, 4)
    torch.testing.assert_close(guidance.combine(published()), UNITS[f"dcg.step{step}"], rtol=1e-5, atol=1e-6)


def test_guidance_without_rescale_as_published() -> None:
    torch.testing.assert_close(
        StepGuidance(1.5, 3).combine(published()), UNITS["dcg.plain_a1.5_b3"], rtol=1e-5, atol=1e-6
    )


weights = st.sampled_from([0.0, 0.25, 1.0, 1.5, 3.0]) | st.floats(-5, 5)


@given(weights, weights, st.sampled_from([0.0, 0.5, 0.75, 1.0]))
def test_the_equation(a: float, b: float, rescale: float) -> None:
    p = predictions(images=2)
    expected = p["u"] + a * (p["i"] - p["u"]) + b * (p["t"] - p["i"])
    if rescale:
        for image in range(2):
            mean = (p["i"][image].std() + p["t"][image].std()) / 2
            expected[image] *= rescale * mean / expected[image].std() + 1 - rescale
    torch.testing.assert_close(StepGuidance(a, b, rescale).combine(p), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("a", "b", "rescale", "needed"),
    [
        (1, 1, 0, "t"),
        (1, 1, 0.75, "it"),
        (0, 0, 0, "u"),
        (0, 0, 0.75, "uit"),
        (1, 0, 0, "i"),
        (1, 0, 0.75, "it"),
        (1, 3, 0, "it"),
        (1.5, 1.5, 0, "ut"),
        (1.5, 1.5, 0.75, "uit"),
        (1.5, 0, 0, "ui"),
        (0, 1, 0, "uit"),
        (1.5, 3, 0, "uit"),
        (1.5, 3, 1, "uit"),
    ],
)
def test_which_branches_are_needed(a: float, b: float, rescale: float, needed: str) -> None:
    assert "".join(StepGuidance(a, b, rescale).needed) == needed


@given(weights, weights, st.sampled_from([0.0, 0.75]))
def test_the_needed_branches_are_enough_and_none_is_idle(a: float, b: float, rescale: float) -> None:
    guidance, whole = StepGuidance(a, b, rescale), predictions()
    result = guidance.combine(whole)
    assert guidance.combine({branch: whole[branch] for branch in guidance.needed}).equal(result)
    for branch in BRANCHES:
        spoiled = guidance.combine({**whole, branch: torch.full_like(whole[branch], torch.nan)})
        assert bool(spoiled.isnan().any()) == (branch in guidance.needed)


@pytest.mark.parametrize(("own", "needed"), [(1.0, "t"), (1.5, "ut"), (5.0, "ut")])
def test_without_weights_the_checkpoints_own_scale_counts(own: float, needed: str) -> None:
    guidance = StepGuidance.at(Guidance(), own, 0, 4)
    assert guidance == StepGuidance(own, own)
    assert "".join(guidance.needed) == needed
    # u + s (t - u), the usual guidance.
    p = predictions()
    torch.testing.assert_close(guidance.combine(p), p["u"] + own * (p["t"] - p["u"]), rtol=1e-5, atol=1e-5)


def test_own_weights_do_not_ask_the_checkpoint() -> None:
    guidance = Guidance(identity_weight=A, text_weight=B, rescale=0.75)
    assert StepGuidance.at(guidance, 5.0, 1, 4) == StepGuidance(1.5, 3.0, 0.75)
    assert StepGuidance.at(guidance, 5.0, 0, 2) == StepGuidance(1.25, 2.0, 0.75)


# ---- Which branches the loop evaluates


@pytest.mark.parametrize(
    ("name", "steps", "expected"),
    [
        ("baseline", 4, ["t"] * 4),
        ("scale-power", 4, ["t"] * 4),
        ("scheduled-softmask", 4, ["uit"] * 4),
        ("decoupled-guidance", 4, ["it", "uit", "uit", "it"]),
        ("fastface-scale-power", 4, ["it", "uit", "uit", "it"]),
        ("fastface-scheduled-softmask", 4, ["uit"] * 4),
        ("decoupled-guidance", 1, ["uit"]),
        ("decoupled-guidance", 2, ["uit"] * 2),
        ("decoupled-guidance", 8, ["it", *["uit"] * 6, "it"]),
        ("scale-power", 8, ["t"] * 8),
    ],
)
def test_branches_of_the_built_in_presets(name: str, steps: int, expected: list[str]) -> None:
    found = ["".join(branches_at(PRESETS[name], 1.0, step, steps)) for step in range(steps)]
    assert found == expected


def independent(preset: Preset) -> Preset:
    assert preset.attention is not None
    attention = preset.attention.model_copy(update={"normalization": "independent"})
    return preset.model_copy(update={"attention": attention})


def test_independent_branches_are_left_out_like_those_without_softmask() -> None:
    for name, like in (("scheduled-softmask", "scale-power"), ("fastface-scheduled-softmask", "decoupled-guidance")):
        for step in range(4):
            found = branches_at(independent(PRESETS[name]), 1.0, step, 4)
            assert found == branches_at(PRESETS[like], 1.0, step, 4)


def test_the_softmask_couples_only_the_steps_it_is_chosen_for() -> None:
    preset = PRESETS["scheduled-softmask"]
    assert preset.attention is not None
    preset = preset.model_copy(update={"attention": preset.attention.model_copy(update={"steps": (1, 2)})})
    assert ["".join(branches_at(preset, 1.0, step, 4)) for step in range(4)] == ["t", "uit", "uit", "t"]


def batch_sizes(pack: TinyPack, run: Callable[[], object]) -> list[int]:
    """How many latents each call of the UNet got."""
    sizes: list[int] = []

    def note(_module: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
        sizes.append(inputs[0].shape[0])

    hook = pack.parts.unet.register_forward_pre_hook(note)
    try:
        run()
    finally:
        hook.remove()
    return sizes


@pytest.mark.parametrize(
    ("name", "branches"),
    [
        ("baseline", [1, 1, 1, 1]),
        ("scale-power", [1, 1, 1, 1]),
        ("scheduled-softmask", [3, 3, 3, 3]),
        ("decoupled-guidance", [2, 3, 3, 2]),
        ("fastface-scheduled-softmask", [3, 3, 3, 3]),
    ],
)
def test_the_unet_sees_only_what_is_needed(pack: TinyPack, name: str, branches: list[int]) -> None:
    for seeds in ((0,), (0, 1, 2)):
        sizes = batch_sizes(pack, partial(pack.sample, PRESETS[name], seeds=seeds, latent=(4, 4)))
        assert sizes == [len(seeds) * count for count in branches]


def with_all_branches(monkeypatch: pytest.MonkeyPatch, run: Callable[[], Tensor]) -> Tensor:
    """The result with every branch evaluated at every step."""
    with monkeypatch.context() as patched:
        patched.setattr(sampler, "branches_at", lambda *_arguments: BRANCHES)
        return run()


@pytest.mark.parametrize("steps", [1, 4])
@pytest.mark.parametrize(
    "preset",
    [
        PRESETS["baseline"],
        PRESETS["scale-power"],
        PRESETS["decoupled-guidance"],
        PRESETS["fastface-scale-power"],
        independent(PRESETS["scheduled-softmask"]),
        independent(PRESETS["fastface-scheduled-softmask"]),
    ],
    ids=lambda preset: preset.name,
)
def test_leaving_branches_out_changes_nothing(
    pack: TinyPack, monkeypatch: pytest.MonkeyPatch, preset: Preset, steps: int
) -> None:
    def run() -> Tensor:
        return pack.sample(preset, seeds=(0, 1), steps=steps, latent=(8, 8))

    # The same sums, but in batches of other sizes, which sum in another order. The latents' deviation is about 15.
    whole = with_all_branches(monkeypatch, run)
    torch.testing.assert_close(run(), whole, rtol=0, atol=1e-5 * float(whole.std()))


def test_leaving_branches_out_would_change_the_reference_softmask(
    pack: TinyPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    preset = PRESETS["scheduled-softmask"]
    whole = pack.sample(preset, latent=(8, 8))
    monkeypatch.setattr(sampler, "branches_at", lambda *_arguments: ("t",))
    assert (pack.sample(preset, latent=(8, 8)) - whole).abs().max() > 0.01
