"""The schedulers of each family, against timesteps known beforehand and steps computed by hand."""

from typing import get_args

import pytest
import torch
from torch import Tensor

from fastface_core.domain.checkpoints import FamilyName, SchedulerName, sampling_of
from fastface_core.engine.sampler import generators_for, initial_noise
from fastface_core.engine.schedulers import Scheduler
from tests.core.tiny_models import SCHEDULER, TURBO_SCHEDULER

CPU = torch.device("cpu")
SHAPE = (4, 6, 5)
BETAS = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
ALPHAS = (1 - BETAS).cumprod(0)


def scheduler(name: SchedulerName, steps: int, trailing: bool = True) -> Scheduler:
    return Scheduler(name, SCHEDULER, trailing, steps, CPU)


def of_family(family: FamilyName, steps: int) -> Scheduler:
    sampling = sampling_of(family, steps if family in ("hyper", "lightning") else None)
    config = TURBO_SCHEDULER if family == "turbo" else SCHEDULER
    return Scheduler(sampling.scheduler, config, sampling.trailing, steps, CPU)


def timesteps(of: Scheduler) -> list[int]:
    assert torch.equal(of.timesteps, of.timesteps.round())
    return [int(step) for step in of.timesteps]


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("hyper", [999]),
        ("hyper", [999, 499]),
        ("hyper", [999, 749, 499, 249]),
        ("hyper", [999, 874, 749, 624, 499, 374, 249, 124]),
        ("lightning", [999, 499]),
        ("lightning", [999, 749, 499, 249]),
        ("lightning", [999, 874, 749, 624, 499, 374, 249, 124]),
        ("lcm", [999, 499]),
        ("lcm", [999, 759, 499, 259]),
        ("lcm", [999, 879, 759, 639, 499, 379, 259, 139]),
        ("turbo", [999]),
        ("turbo", [999, 499]),
        ("turbo", [999, 666, 332]),
        ("turbo", [999, 749, 499, 249]),
        ("base", list(range(951, 0, -50))),
        ("base", list(range(981, 0, -20))),
    ],
)
def test_the_timesteps_of_each_family(family: FamilyName, expected: list[int]) -> None:
    assert timesteps(of_family(family, len(expected))) == expected


@pytest.mark.parametrize("name", ["ddim", "euler", "euler_a"])
def test_untrailed_keeps_the_configurations_own_spacing(name: SchedulerName) -> None:
    assert timesteps(scheduler(name, 4, trailing=False)) == [751, 501, 251, 1]


def test_tcd_takes_its_steps_as_it_was_trained() -> None:
    assert timesteps(scheduler("tcd", 1)) == [999]
    assert timesteps(scheduler("tcd", 4)) == [999, 759, 499, 259]


@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_as_many_steps_as_can_be_asked_for(name: SchedulerName) -> None:
    steps = timesteps(scheduler(name, 100))
    assert len(steps) == 100
    assert steps == sorted(set(steps), reverse=True)


@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_the_configuration_is_the_base_checkpoints(name: SchedulerName) -> None:
    config = scheduler(name, 4)._scheduler.config
    assert config.get("clip_sample", False) is False
    assert config.timestep_spacing == ("leading" if name in ("lcm", "tcd") else "trailing")
    assert (config.beta_start, config.beta_end, config.beta_schedule) == (0.00085, 0.012, "scaled_linear")
    assert (config.steps_offset, config.prediction_type) == (1, "epsilon")
    assert config.get("set_alpha_to_one", False) is False


@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_the_configuration_given_is_left_alone(name: SchedulerName) -> None:
    before = dict(SCHEDULER)
    scheduler(name, 4)
    assert before == SCHEDULER


def test_velocity_is_known_from_the_configuration() -> None:
    assert not scheduler("ddim", 4).predicts_velocity
    assert Scheduler("ddim", {**SCHEDULER, "prediction_type": "v_prediction"}, True, 4, CPU).predicts_velocity


def start(of: Scheduler, seeds: list[int]) -> tuple[Tensor, list[torch.Generator]]:
    generators = generators_for(seeds)
    return initial_noise(SHAPE, generators) * of.initial_sigma, generators


def prediction(latents: Tensor, timestep: Tensor) -> Tensor:
    """Stands for a UNet: each image by itself, and not linear in the time."""
    return torch.tanh(latents) * (0.4 + float(timestep) / 2000)


def run(of: Scheduler, seeds: list[int]) -> Tensor:
    latents, generators = start(of, seeds)
    for timestep in of.timesteps:
        latents, _ = of.step(prediction(of.scaled(latents, timestep), timestep), timestep, latents, generators)
    return latents


@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_an_image_is_the_same_alone_and_in_any_batch(name: SchedulerName) -> None:
    together = run(scheduler(name, 4), [5, 6, 7])
    for number, seed in enumerate([5, 6, 7]):
        assert torch.equal(run(scheduler(name, 4), [seed])[0], together[number])
    assert not torch.equal(together[0], together[1])


@pytest.mark.parametrize(
    ("name", "steps", "draws"), [("ddim", 4, 0), ("euler", 4, 0), ("euler_a", 4, 4), ("lcm", 4, 3), ("tcd", 4, 3)]
)
def test_noise_comes_from_the_images_own_generator(name: SchedulerName, steps: int, draws: int) -> None:
    of = scheduler(name, steps)
    latents, generators = start(of, [8])
    for timestep in of.timesteps:
        latents, _ = of.step(prediction(of.scaled(latents, timestep), timestep), timestep, latents, generators)
    expected = generators_for([8])[0]
    for _ in range(1 + draws):
        torch.randn((1, *SHAPE), generator=expected)
    assert torch.equal(generators[0].get_state(), expected.get_state())


def test_tcd_with_one_step_adds_no_noise() -> None:
    of = scheduler("tcd", 1)
    latents, generators = start(of, [8])
    before = generators[0].get_state()
    noise = prediction(latents, torch.tensor(999))
    after, _ = of.step(noise, of.timesteps[0], latents, generators)
    assert torch.equal(generators[0].get_state(), before)
    assert (after - at_zero(latents, noise, 999)).abs().max() < 1e-4


def at_zero(latents: Tensor, noise: Tensor, timestep: int) -> Tensor:
    """The latents of timestep 0, from which TCD with eta 1 goes on: next to no noise is left of the old."""
    finished = (latents - (1 - ALPHAS[timestep]).sqrt() * noise) / ALPHAS[timestep].sqrt()
    return ALPHAS[0].sqrt() * finished + (1 - ALPHAS[0]).sqrt() * noise


def test_tcd_takes_its_noise_anew() -> None:
    of = scheduler("tcd", 2)
    latents, generators = start(of, [8])
    noise = prediction(latents, of.timesteps[0])
    first, second = (int(step) for step in of.timesteps)
    after, _ = of.step(noise, of.timesteps[0], latents, generators)
    redrawn = generators_for([8])
    initial_noise(SHAPE, redrawn)
    fresh, kept = initial_noise(SHAPE, redrawn), ALPHAS[second] / ALPHAS[0]
    expected = kept.sqrt() * at_zero(latents, noise, first) + (1 - kept).sqrt() * fresh
    assert (after - expected).abs().max() < 1e-4


def test_ddim_by_hand() -> None:
    of = scheduler("ddim", 4)
    latents, generators = start(of, [3])
    expected = latents.double()
    previous = [749, 499, 249, -1]
    for timestep, before in zip(of.timesteps, previous, strict=True):
        noise = prediction(latents, timestep).double()
        alpha, alpha_before = ALPHAS[int(timestep)], ALPHAS[max(before, 0)]
        x0 = (expected - (1 - alpha).sqrt() * noise) / alpha.sqrt()
        expected = alpha_before.sqrt() * x0 + (1 - alpha_before).sqrt() * noise
        latents, finished = of.step(noise.float(), timestep, latents, generators)
        assert (latents - expected).abs().max() < 1e-4
        assert (finished - x0).abs().max() < 1e-3


def test_euler_by_hand() -> None:
    of = scheduler("euler", 4)
    latents, generators = start(of, [3])
    sigmas = [*((1 - ALPHAS[int(step)]) / ALPHAS[int(step)] for step in of.timesteps), torch.tensor(0.0)]
    sigmas = [value.sqrt() for value in sigmas]
    assert of.initial_sigma == pytest.approx(float(sigmas[0]), rel=1e-5)
    expected = latents.double()
    for number, timestep in enumerate(of.timesteps):
        scaled = of.scaled(latents, timestep)
        assert (scaled - latents / (sigmas[number] ** 2 + 1).sqrt()).abs().max() < 1e-5
        noise = prediction(scaled, timestep).double()
        x0 = expected - sigmas[number] * noise
        expected = expected + (sigmas[number + 1] - sigmas[number]) * noise
        latents, finished = of.step(noise.float(), timestep, latents, generators)
        assert (latents - expected).abs().max() < 1e-4
        assert (finished - x0).abs().max() < 1e-4


@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_alpha_and_sigma_are_those_of_the_scaled_latents(name: SchedulerName) -> None:
    of = scheduler(name, 4)
    for timestep in of.timesteps:
        alpha, sigma = of.alpha_sigma(timestep)
        assert alpha == pytest.approx(float(ALPHAS[int(timestep)].sqrt()), rel=1e-4)
        assert sigma == pytest.approx(float((1 - ALPHAS[int(timestep)]).sqrt()), rel=1e-4)
        assert alpha**2 + sigma**2 == pytest.approx(1)


@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_there_are_as_many_timesteps_as_steps(name: SchedulerName) -> None:
    """diffusers makes 62 trailing ones for 61 steps."""
    for steps in range(1, 101):
        found = scheduler(name, steps).timesteps
        assert len(found) == steps
        assert (found >= 0).all()
        assert (found[1:] < found[:-1]).all()


@pytest.mark.parametrize("name", ["ddim", "euler", "euler_a"])
def test_sixty_one_steps_end_in_the_picture(name: SchedulerName) -> None:
    """With the true noise predicted at every step, what comes out is the picture that the noise was added to."""
    run = scheduler(name, 61)
    picture = torch.full((1, *SHAPE), 0.5)
    generators = generators_for([0])
    latents = initial_noise(SHAPE, generators) * run.initial_sigma
    for timestep in run.timesteps:
        scaled = run.scaled(latents, timestep)
        alpha, sigma = run.alpha_sigma(timestep)
        latents, _ = run.step((scaled - alpha * picture) / sigma, timestep, latents, generators)
    # DDIM stops at the first training timestep, where a deviation of 0.03 is left.
    assert (latents - picture).abs().mean() < 0.04


ZERO = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}


@pytest.mark.parametrize("changes", [{"prediction_type": "v_prediction"}, ZERO])
@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_with_the_true_velocity_what_comes_out_is_the_picture(name: SchedulerName, changes: dict[str, object]) -> None:
    run = Scheduler(name, {**SCHEDULER, **changes}, "rescale_betas_zero_snr" not in changes, 8, CPU)
    assert run.predicts_velocity
    picture = torch.linspace(-1, 1, 4 * 6 * 5).reshape(1, *SHAPE)
    generators = generators_for([0])
    noise = initial_noise(SHAPE, generators)
    latents = noise * run.initial_sigma
    for number, timestep in enumerate(run.timesteps):
        scaled = run.scaled(latents, timestep)
        alpha, sigma = run.alpha_sigma(timestep)
        eps = (scaled - alpha * picture) / sigma
        latents, finished = run.step(alpha * eps - sigma * picture, timestep, latents, generators)
        # Already from the first step on; TCD does not say what it takes for finished.
        assert name == "tcd" or (finished - picture).abs().max() < 2e-2, number
    # DDIM and TCD stop at the first training timestep, where a deviation of 0.03 is left.
    assert (latents - picture).abs().mean() < 0.04


@pytest.mark.parametrize("name", get_args(SchedulerName))
def test_with_zero_terminal_snr_sampling_begins_at_noise_alone(name: SchedulerName) -> None:
    run = Scheduler(name, {**SCHEDULER, **ZERO}, False, 8, CPU)
    first = run.timesteps[0]
    assert int(first) == 999
    alpha, sigma = run.alpha_sigma(first)
    assert alpha < 1e-3
    assert sigma == pytest.approx(1)
    plain = scheduler(name, 8)
    assert plain.alpha_sigma(plain.timesteps[0])[0] > 0.05
