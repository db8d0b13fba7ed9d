"""What makes pictures quicker, and other ones: what is left out, what it gives, and that the recipe says so."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from benchmarks import random_sdxl
from fastface_core.domain.approximations import APPROXIMATIONS, Approximation
from fastface_core.domain.branches import BRANCHES, Branch
from fastface_core.domain.request import Picture, PortraitRequest, Recipe
from fastface_core.engine import decoding
from fastface_core.engine.engine import Engine
from fastface_core.engine.reuse import ReusedBranch
from fastface_core.memory_plans import MemoryPlan
from fastface_core.presets.files import find
from fastface_core.progress import Notice
from tests.core.engine.test_memory_plans import engine as tiny


@pytest.fixture(scope="module")
def engine() -> Engine:
    return tiny(MemoryPlan("resident", 0))


def made(engine: Engine, *approximations: Approximation, preset: str = "fastface-scale-power") -> Picture:
    request = PortraitRequest(prompt="a portrait", preset=find(preset), seed=0, width=64, height=64)
    return engine.generate(request, random_sdxl.somebody(), approximations=approximations).pictures[0]


def test_the_branch_comes_from_the_step_before_and_then_anew() -> None:
    reused = ReusedBranch()
    first: dict[Branch, torch.Tensor] = {"u": torch.tensor(5.0), "i": torch.tensor(3.0), "t": torch.tensor(1.0)}
    assert reused.evaluated(BRANCHES) == BRANCHES
    assert reused.completed(first, BRANCHES) == first
    assert reused.evaluated(BRANCHES) == ("i", "t")
    second = reused.completed({"i": torch.tensor(4.0), "t": torch.tensor(0.0)}, BRANCHES)
    assert float(second["u"]) == 4 + (5 - 3)
    # What was made up is not made use of again.
    assert reused.evaluated(BRANCHES) == BRANCHES


def test_it_is_near_the_text_where_the_step_has_nothing_else_and_stale_distances_are_dropped() -> None:
    reused = ReusedBranch()
    reused.completed({"u": torch.tensor(5.0), "t": torch.tensor(1.0)}, ("u", "t"))
    assert reused.evaluated(("u", "t")) == ("t",)
    assert float(reused.completed({"t": torch.tensor(2.0)}, ("u", "t"))["u"]) == 6
    reused.completed({"u": torch.tensor(5.0), "t": torch.tensor(1.0)}, ("u", "t"))
    reused.completed({"t": torch.tensor(1.0)}, ("t",))
    assert reused.evaluated(BRANCHES) == BRANCHES
    # Of a branch that was not there nothing is known.
    reused.completed({"u": torch.tensor(5.0), "t": torch.tensor(1.0)}, ("u", "t"))
    assert reused.evaluated(("u", "i")) == ("u", "i")


@pytest.mark.parametrize(
    ("preset", "exact", "reused"),
    [
        ("fastface-scheduled-softmask", [3, 3, 3, 3], [3, 2, 3, 2]),
        ("fastface-scale-power", [2, 3, 3, 2], [2, 3, 2, 2]),
        ("scale-power", [1, 1, 1, 1], [1, 1, 1, 1]),
    ],
)
def test_fewer_branches_are_evaluated(engine: Engine, preset: str, exact: list[int], reused: list[int]) -> None:
    batches: list[int] = []
    unet = engine.loaded.unet
    hook = unet.register_forward_pre_hook(lambda _unet, inputs: batches.append(len(inputs[0])))
    before = made(engine, preset=preset)
    assert batches == exact
    batches.clear()
    found = made(engine, "reuse-branch", preset=preset)
    hook.remove()
    assert batches == reused
    assert (exact == reused) == np.array_equal(np.asarray(before.image), np.asarray(found.image))
    # What one job leaves out is in the next one again.
    assert np.array_equal(np.asarray(made(engine, preset=preset).image), np.asarray(before.image))


def test_the_recipe_says_it_and_reads_as_before_where_there_is_none(engine: Engine) -> None:
    plain, changed = made(engine).recipe, made(engine, "reuse-branch").recipe
    assert plain.computed is not None
    assert changed.computed is not None
    assert changed.computed.approximations == ("reuse-branch",)
    assert "approximations" not in plain.model_dump_json(exclude_none=True)
    assert Recipe.model_validate_json(changed.model_dump_json(exclude_none=True)) == changed


def small_decoder(factor: int) -> AutoencoderTiny:
    """Of random weights, with as many pixels a latent as another decoder."""
    blocks = factor.bit_length()
    torch.manual_seed(0)
    return AutoencoderTiny(
        encoder_block_out_channels=(8,) * blocks,
        decoder_block_out_channels=(8,) * blocks,
        num_encoder_blocks=(1,) * blocks,
        num_decoder_blocks=(1,) * blocks,
    ).eval()


def test_the_small_decoder_makes_the_picture(engine: Engine) -> None:
    parts = engine.loaded
    having = replace(parts, preview=small_decoder(parts.vae_factor))
    latents = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    (found,) = decoding.decode(having, latents, small=True)
    (preview,) = decoding.previews(having, latents)
    assert found.tobytes() == preview.rgb
    (exact,) = decoding.decode(having, latents)
    assert exact.size == found.size
    assert exact.tobytes() != found.tobytes()
    engine._parts = having  # pyright: ignore[reportPrivateUsage]
    both, plain = made(engine, *APPROXIMATIONS), made(engine)
    engine._parts = parts  # pyright: ignore[reportPrivateUsage]
    assert both.image.size == plain.image.size
    assert both.image.tobytes() != plain.image.tobytes()
    assert both.recipe.computed is not None
    assert both.recipe.computed.approximations == APPROXIMATIONS


def test_without_a_small_decoder_it_is_said_and_not_in_the_recipe(engine: Engine) -> None:
    parts = engine.loaded
    events: list[object] = []
    engine._parts = replace(parts, preview=None)  # pyright: ignore[reportPrivateUsage]
    request = PortraitRequest(prompt="a portrait", preset=find("baseline"), seed=0, width=64, height=64)
    (picture,) = engine.generate(
        request, random_sdxl.somebody(), events.append, approximations=["small-decoder"]
    ).pictures
    engine._parts = parts  # pyright: ignore[reportPrivateUsage]
    assert [one.text for one in events if isinstance(one, Notice) and "small decoder" in one.text]
    assert picture.recipe.computed is not None
    assert picture.recipe.computed.approximations is None
