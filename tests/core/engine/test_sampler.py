"""The sampling loop: the same picture alone or in a batch, and after whatever went wrong before."""

from collections.abc import Callable
from typing import Any, get_args

import pytest
import torch
from diffusers.models.attention import BasicTransformerBlock
from torch import Tensor

from fastface_core.domain.branches import BRANCHES, Branch
from fastface_core.domain.checkpoints import SchedulerName
from fastface_core.domain.presets import Guidance, Preset
from fastface_core.engine.decoding import decode
from fastface_core.engine.guidance import StepGuidance
from fastface_core.engine.sampler import generators_for, guide, initial_noise
from fastface_core.engine.schedulers import Scheduler
from fastface_core.presets.files import built_in
from fastface_core.progress import Cancelled, CancelToken
from tests.core.parity_pack import CPU, TinyPack, tiny_pack

PRESETS = built_in()
SCHEDULERS: tuple[SchedulerName, ...] = get_args(SchedulerName)
SMALL = (8, 6)


@pytest.fixture(scope="module")
def pack() -> TinyPack:
    return tiny_pack()


# ---- Seeds


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("name", PRESETS)
def test_a_picture_is_the_same_alone_and_in_a_batch(pack: TinyPack, name: str, scheduler: SchedulerName) -> None:
    def run(*seeds: int) -> Tensor:
        return pack.sample(PRESETS[name], seeds=seeds, scheduler=scheduler, steps=2, latent=SMALL)

    seeds = (3, 11, 2**53 - 1)
    alone = torch.cat([run(seed) for seed in seeds])
    torch.testing.assert_close(run(*seeds), alone, rtol=0, atol=1e-4)
    assert (alone[0] - alone[1]).abs().max() > 0.1


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_all_noise_comes_from_the_seed(pack: TinyPack, scheduler: SchedulerName) -> None:
    def run() -> Tensor:
        return pack.sample(PRESETS["baseline"], seeds=(5,), scheduler=scheduler, latent=SMALL)

    torch.manual_seed(1)
    first = run()
    torch.manual_seed(2)
    before = torch.get_rng_state()
    assert run().equal(first)
    assert torch.get_rng_state().equal(before)  # nor is anybody else's noise used up


def test_a_generator_draws_the_first_noise_and_after_it_that_of_the_steps() -> None:
    (generator,) = generators_for([7])
    expected = torch.randn(1, 4, 3, 2, generator=torch.Generator().manual_seed(7))
    assert initial_noise((4, 3, 2), [generator]).equal(expected)
    assert not initial_noise((4, 3, 2), [generator]).equal(expected)


# ---- What a run leaves behind


def cancelled_after(pack: TinyPack, preset: Preset, scheduler: SchedulerName, steps_done: int) -> None:
    cancel = CancelToken()
    done: list[int] = []

    def on_step(step: int, _latents: Tensor) -> None:
        done.append(step)
        if step == steps_done:
            cancel.cancel()

    if steps_done == 0:
        cancel.cancel()
    with pytest.raises(Cancelled):
        pack.sample(preset, scheduler=scheduler, steps=3, latent=SMALL, cancel=cancel, on_step=on_step)
    assert done == list(range(1, steps_done + 1))


@pytest.mark.parametrize(
    ("name", "scheduler"),
    [("baseline", "lcm"), ("fastface-scale-power", "ddim"), ("fastface-scheduled-softmask", "euler_a")],
)
def test_after_a_cancelled_run_the_next_is_as_if_alone(pack: TinyPack, name: str, scheduler: SchedulerName) -> None:
    preset = PRESETS[name]
    alone = pack.sample(preset, scheduler=scheduler, steps=3, latent=SMALL)
    for steps_done in range(3):
        cancelled_after(pack, preset, scheduler, steps_done)
        assert pack.sample(preset, scheduler=scheduler, steps=3, latent=SMALL).equal(alone)


def failing_at(call: int) -> Callable[..., None]:
    """A hook that raises in its call number `call`, from 0."""
    calls = iter(range(100))

    def fail(_module: torch.nn.Module, _inputs: Any, _output: Any) -> None:
        if next(calls) == call:
            raise RuntimeError("in the middle of the UNet")

    return fail


@pytest.mark.parametrize(("block", "step"), [("down_blocks.2", 0), ("mid_block", 1), ("up_blocks.0", 2)])
def test_after_a_run_that_failed_in_the_unet_the_next_is_as_if_alone(pack: TinyPack, block: str, step: int) -> None:
    preset = PRESETS["fastface-scheduled-softmask"]
    alone = pack.sample(preset, scheduler="euler_a", latent=SMALL)
    hook = pack.parts.unet.get_submodule(block).register_forward_hook(failing_at(step))
    try:
        with pytest.raises(RuntimeError, match="in the middle"):
            pack.sample(preset, scheduler="euler_a", latent=SMALL)
    finally:
        hook.remove()
    assert pack.sample(preset, scheduler="euler_a", latent=SMALL).equal(alone)


def test_after_another_preset_the_next_is_as_if_alone(pack: TinyPack) -> None:
    alone = {name: pack.sample(preset, steps=2, latent=SMALL) for name, preset in PRESETS.items()}
    for name, preset in reversed(PRESETS.items()):
        assert pack.sample(preset, steps=2, latent=SMALL).equal(alone[name])
    # They do differ.
    assert len({latents.sum().item() for latents in alone.values()}) == len(alone)


def test_strengths_are_those_of_the_preset(pack: TinyPack) -> None:
    preset = PRESETS["baseline"]
    found = [
        pack.sample(preset.model_copy(update=update), latent=SMALL)
        for update in ({}, {"adapter_strength": 0.3}, {"lora_strength": 0.3}, {"lora_strength": 0.0})
    ]
    for index, latents in enumerate(found):
        for other in found[:index]:
            assert (latents - other).abs().max() > 1e-3


# ---- Steps and sizes


def test_each_step_is_reported_with_latents_of_every_image(pack: TinyPack) -> None:
    reported: list[tuple[int, torch.Size]] = []
    latents = pack.sample(
        PRESETS["baseline"],
        seeds=(0, 1),
        steps=3,
        latent=SMALL,
        on_step=lambda step, finished: reported.append((step, finished.shape)),
    )
    assert reported == [(step, torch.Size((2, 4, *SMALL))) for step in (1, 2, 3)]
    assert (latents.shape, latents.dtype) == ((2, 4, *SMALL), torch.float32)


@pytest.mark.parametrize("steps", [1, 8])
@pytest.mark.parametrize("name", ["fastface-scale-power", "fastface-scheduled-softmask"])
def test_other_step_counts(pack: TinyPack, name: str, steps: int) -> None:
    latents = pack.sample(PRESETS[name], steps=steps, latent=SMALL)
    assert latents.isfinite().all()


# 72 x 136 pixels are 9 x 17 latents where a latent stands for 8 pixels, and 36 x 68 in this pack.
@pytest.mark.parametrize(
    ("name", "latent"),
    [
        ("baseline", (8, 13)),
        ("decoupled-guidance", (36, 68)),
        ("fastface-scale-power", (17, 9)),
        ("fastface-scheduled-softmask", (9, 17)),
    ],
)
def test_sizes_in_the_grain_of_a_latent(pack: TinyPack, name: str, latent: tuple[int, int]) -> None:
    latents = pack.sample(PRESETS[name], seeds=(0, 1), steps=2, latent=latent)
    assert latents.shape == (2, 4, *latent)
    assert latents.isfinite().all()
    pictures = decode(pack.parts, latents)
    assert [picture.size for picture in pictures] == [(latent[1] * 2, latent[0] * 2)] * 2


def test_a_checkpoints_own_scale_counts_for_presets_without_weights(pack: TinyPack) -> None:
    weighted = PRESETS["scale-power"].model_copy(update={"guidance": Guidance(identity_weight=5, text_weight=5)})
    own = pack.sample(PRESETS["scale-power"], own_scale=5.0, latent=SMALL)
    assert own.equal(pack.sample(weighted, latent=SMALL))
    assert (own - pack.sample(PRESETS["scale-power"], latent=SMALL)).abs().max() > 0.1


# ---- UNets that predict velocity


def v_scheduler(name: SchedulerName, config: dict[str, Any], steps: int = 4, **changes: object) -> Scheduler:
    return Scheduler(name, {**config, "prediction_type": "v_prediction", **changes}, True, steps, CPU)


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("guidance", [StepGuidance(1.5, 3, 0.75), StepGuidance(1, 1, 0.75), StepGuidance(1.5, 3)])
def test_guiding_velocities_is_guiding_their_noise(pack: TinyPack, name: SchedulerName, guidance: StepGuidance) -> None:
    generator = torch.Generator().manual_seed(0)
    scheduler = v_scheduler(name, pack.parts.scheduler_config)
    assert scheduler.predicts_velocity
    noises: dict[Branch, Tensor] = {branch: torch.randn((2, 4, 6, 6), generator=generator) for branch in BRANCHES}
    clean = torch.randn((2, 4, 6, 6), generator=generator)
    for timestep in scheduler.timesteps:
        alpha, sigma = scheduler.alpha_sigma(timestep)
        assert alpha**2 + sigma**2 == pytest.approx(1, abs=1e-6)
        scaled = alpha * clean + sigma * noises["t"]
        # v = alpha eps - sigma x0, with the x0 that this eps means for this latent.
        velocities: dict[Branch, Tensor] = {
            branch: alpha * eps - sigma * (scaled - sigma * eps) / alpha for branch, eps in noises.items()
        }
        guided = guide(guidance, velocities, scaled, timestep, scheduler)
        torch.testing.assert_close(alpha * guided + sigma * scaled, guidance.combine(noises), rtol=1e-3, atol=1e-3)


def test_noise_is_guided_as_it_is(pack: TinyPack) -> None:
    scheduler = Scheduler("ddim", pack.parts.scheduler_config, True, 4, CPU)
    assert not scheduler.predicts_velocity
    guidance = StepGuidance(1.5, 3, 0.75)
    generator = torch.Generator().manual_seed(5)
    noises: dict[Branch, Tensor] = {branch: torch.randn((1, 4, 4, 4), generator=generator) for branch in BRANCHES}
    guided = guide(guidance, noises, torch.zeros(1, 4, 4, 4), scheduler.timesteps[0], scheduler)
    assert guided.equal(guidance.combine(noises))


@pytest.mark.parametrize("zero_snr", [False, True])
@pytest.mark.parametrize("scheduler", ["ddim", "euler"])
def test_sampling_velocities(pack: TinyPack, scheduler: SchedulerName, zero_snr: bool) -> None:
    """Also where training ended in pure noise, so that the first step's latents hold nothing of the picture."""
    changes: dict[str, object] = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": zero_snr}
    latents = pack.sample(PRESETS["decoupled-guidance"], scheduler=scheduler, latent=SMALL, scheduler_changes=changes)
    assert latents.isfinite().all()


def test_in_pure_noise_there_is_nothing_to_rescale(pack: TinyPack) -> None:
    scheduler = v_scheduler("ddim", pack.parts.scheduler_config, rescale_betas_zero_snr=True)
    timestep = scheduler.timesteps[0]
    assert scheduler.alpha_sigma(timestep) == (0, 1)
    generator = torch.Generator().manual_seed(0)
    velocities: dict[Branch, Tensor] = {branch: torch.randn((1, 4, 4, 4), generator=generator) for branch in BRANCHES}
    scaled = torch.randn((1, 4, 4, 4), generator=generator)
    guided = guide(StepGuidance(1.5, 3, 0.75), velocities, scaled, timestep, scheduler)
    torch.testing.assert_close(guided, StepGuidance(1.5, 3).combine(velocities))


def test_a_run_stops_within_a_block_of_the_unet(pack: TinyPack) -> None:
    cancel, blocks = CancelToken(), list[str]()
    unet = pack.parts.unet

    def count(name: str) -> None:
        blocks.append(name)
        if len(blocks) == 2:
            cancel.cancel()

    watched = [module for module in unet.modules() if isinstance(module, BasicTransformerBlock)]
    hooks = [module.register_forward_hook(lambda *_arguments: count("transformer")) for module in watched]
    before = pack.sample(PRESETS["baseline"], latent=SMALL, steps=1)
    blocks.clear()
    cancel = CancelToken()
    try:
        with pytest.raises(Cancelled):
            pack.sample(PRESETS["baseline"], latent=SMALL, steps=1, cancel=cancel)
    finally:
        for hook in hooks:
            hook.remove()
    assert len(blocks) == 2 < len(watched)
    assert not any(module._forward_pre_hooks for module in unet.modules())
    assert pack.sample(PRESETS["baseline"], latent=SMALL, steps=1).equal(before)
