"""Every face adapter with plain guidance, decoupled guidance and each family of transforms, against a second, slow way.

Published runs cover a part of these; `written_out` is held to them, and covers the rest.
"""

import json
from typing import get_args

import pytest
import torch

from benchmarks import parity
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.presets import JoiningSettings, Preset
from fastface_core.engine.adapters import Control
from fastface_core.engine.conditioning import condition, controls
from fastface_core.engine.sampler import generators_for, initial_noise
from fastface_core.presets.files import built_in
from tests.core import written_out
from tests.core.adapter_pack import CASES, loaded, pack, person

KINDS: tuple[AdapterKind, ...] = get_args(AdapterKind)
RUNS = ("instantid.dcg_scheduled_softmask_adain", "pulid-v1.1.dcg_scale_power_zero8_ortho_v2")
PRESETS = ("baseline", "decoupled-guidance", "fastface-scale-power", "fastface-scheduled-softmask")
PLAIN = ((3.0,) * 4, (3.0,) * 4)
"""Of presets without weights of their own: the checkpoint's scale, for face and text alike."""
SMALL = (8, 6)
CLOSE = 2e-4


def weights_of(preset: Preset) -> tuple[tuple[float, ...], tuple[float, ...]]:
    found = preset.guidance.identity_weight, preset.guidance.text_weight
    return (found[0], found[1]) if isinstance(found[0], tuple) and isinstance(found[1], tuple) else PLAIN


@pytest.mark.parametrize("name", RUNS)
def test_the_second_way_is_that_of_the_published_runs(name: str) -> None:
    metadata, tensors = parity.read_file(CASES / f"{name}.safetensors")
    case = json.loads(metadata["case"])
    parts, preset = loaded(case["adapter"]), parity.preset_of(case)
    told = condition(parts, case["prompt"], case["negative_prompt"] or "", parity.tokens_of(parts, case, tensors))
    found = parity.controls_of(parts, case, tensors)
    drawn = written_out.drawn(parts, told, preset, weights_of(preset), tensors["noise"], *found[:1])
    assert (drawn - tensors["latents"]).abs().max() < CLOSE


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_draws_what_the_second_way_draws(kind: AdapterKind, name: str) -> None:
    preset = built_in()[name]
    assert_alike(kind, preset)


@pytest.mark.parametrize("projection", ["off", "v1", "v2"])
def test_transforms_go_with_each_joining_of_pulid(projection: str) -> None:
    joining = JoiningSettings.model_validate({"zero_tokens": 5, "projection": projection})
    preset = built_in()["fastface-scheduled-softmask"].model_copy(update={"joining": joining})
    assert_alike("pulid-v1", preset, photos=2)


def assert_alike(kind: AdapterKind, preset: Preset, photos: int = 1) -> None:
    somebody = pack(kind, person(*range(1, photos + 1)))
    height, width = (side * somebody.parts.vae_factor for side in SMALL)
    weights = weights_of(preset)
    found: tuple[Control, ...] = controls(somebody.parts, [(somebody.identity, None)], preset, width, height)
    noise = initial_noise((4, *SMALL), generators_for([3]))
    slow = written_out.drawn(somebody.parts, somebody.conditioning, preset, weights, noise, *found[:1])
    fast = somebody.sample(preset, seeds=(3,), steps=4, latent=SMALL, own_scale=weights[0][0])
    assert torch.isfinite(fast).all()
    assert (fast - slow).abs().max() < CLOSE
