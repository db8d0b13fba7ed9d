"""The sampling loop: noise in, latents out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor

from fastface_core.domain.branches import BRANCHES, Branch, branches_at
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters import Control
from fastface_core.engine.attention import Attended, InstalledAttention
from fastface_core.engine.conditioning import Conditioning
from fastface_core.engine.guidance import StepGuidance
from fastface_core.engine.interrupting import interruptible
from fastface_core.engine.map_capture import MapCapture
from fastface_core.engine.regions import Regions
from fastface_core.engine.reuse import ReusedBranch
from fastface_core.engine.schedulers import Scheduler
from fastface_core.engine.shared_rows import shared
from fastface_core.progress import CancelToken

OnStep = Callable[[int, Tensor], None]
"""Called after each step with its number, from 1, and the finished latents as predicted from there."""

Weigh = Callable[[Tensor], Tensor]
"""Given the finished latents as predicted from a step, gives the factors of the weight of the face in the next one,
(image, 1, 1, 1)."""


@dataclass(frozen=True, eq=False, slots=True)
class Sampling:
    """What stays the same over all images of a job.

    Attributes:
        own_scale: the checkpoint's guidance scale, for presets without weights of theirs.
        width, height: pixels.
        latent_shape: (channels, height, width) of one image's latents.
        controls: of a face adapter with a control network, one for each person, for every branch.
        regions: where each of several people is; None for one.
        biases: for each person what is added to the logits of their tokens, see `FaceTokens`.
        reuse: the branch without a face is not evaluated in every step, see `reuse`.
        given: what `_given` made for so many images and these branches.
    """

    unet: UNet2DConditionModel
    attention: InstalledAttention
    conditioning: Conditioning
    preset: Preset
    own_scale: float
    steps: int
    width: int
    height: int
    latent_shape: tuple[int, int, int]
    controls: tuple[Control, ...] = ()
    regions: Regions | None = None
    biases: tuple[Tensor | None, ...] = ()
    reuse: bool = False
    given: "dict[tuple[int, tuple[Branch, ...]], _Given]" = field(
        default_factory=dict[tuple[int, tuple[Branch, ...]], "_Given"]
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Given:
    """What the UNet is given beside latents and timestep: the same in every step with the same branches.

    Attributes:
        added: pooled text and time ids.
    """

    attended: Attended
    added: dict[str, Tensor]


def initial_noise(shape: tuple[int, int, int], generators: Sequence[torch.Generator]) -> Tensor:
    """(image, *shape) float32 on the CPU: each image's noise from its own generator, the same in any batch."""
    return torch.cat([torch.randn((1, *shape), generator=generator) for generator in generators])


def generators_for(seeds: Sequence[int]) -> list[torch.Generator]:
    """One generator an image, on the CPU, so that a seed means the same noise on every machine."""
    return [torch.Generator("cpu").manual_seed(seed) for seed in seeds]


@torch.inference_mode()
def sample(
    job: Sampling,
    scheduler: Scheduler,
    generators: Sequence[torch.Generator],
    on_step: OnStep,
    cancel: CancelToken,
    maps: MapCapture | None = None,
    meanwhile: Callable[[], None] | None = None,
    weigh: Weigh | None = None,
) -> Tensor:
    """Latents, (image, channel, height, width), float32: one image for each generator.

    The latents stay in float32 throughout; only the UNet sees the model's dtype.

    Args:
        maps: takes down the identity attention maps.
        meanwhile: is called between two blocks of the UNet; what it raises ends the sampling.
        weigh: is asked after each step but the last; of one person alone.

    Raises:
        Cancelled: between two blocks of the UNet.
        SettingsError: `maps` were asked for, and are too large.
    """
    device = job.conditioning["t"].text.device
    latents = initial_noise(job.latent_shape, generators).to(device) * scheduler.initial_sigma
    faces = None if job.regions is None else job.regions.guidance()
    reused = ReusedBranch() if job.reuse else None
    with interruptible(job.unet, cancel, meanwhile), shared(job.unet) as rows:
        for step, timestep in enumerate(scheduler.timesteps):
            cancel.check()
            guidance = StepGuidance.at(job.preset.guidance, job.own_scale, step, job.steps)
            # A weight that differs from place to place, or from picture to picture, needs all of them.
            needed = branches_at(job.preset, job.own_scale, step, job.steps) if faces is None else BRANCHES
            branches = needed if reused is None else reused.evaluated(needed)
            job.attention.set_step(job.preset, step, job.steps, len(branches))
            rows.set_step(branches)
            if maps is not None:
                maps.begin_step(step, branches)
            scaled = scheduler.scaled(latents, timestep)
            predictions = _predict(job, scaled, scheduler.for_unet(step), branches)
            if maps is not None:
                maps.end_step()
            if reused is not None:
                predictions = reused.completed(predictions, needed)
            prediction = guide(guidance, predictions, scaled, timestep, scheduler, faces)
            latents, finished = scheduler.step(prediction, timestep, latents, generators)
            on_step(step + 1, finished)
            if weigh is not None and step + 1 < job.steps:
                faces = weigh(finished)
    return latents


def _predict(job: Sampling, scaled: Tensor, timestep: Tensor, branches: Sequence[Branch]) -> dict[Branch, Tensor]:
    """The UNet's prediction for each branch of each image, float32.

    The batch goes image by image, its branches side by side: attention transforms that normalise over the branches
    of an image find them together.
    """
    images = scaled.shape[0]
    given = _given(job, images, tuple(branches))
    latents = scaled.repeat_interleave(len(branches), dim=0).to(given.attended[0].dtype)
    down, middle = _controlled(job, latents, timestep, given)
    output = cast(
        tuple[Tensor],
        job.unet(
            latents,
            timestep,
            encoder_hidden_states=given.attended,
            added_cond_kwargs=given.added,
            down_block_additional_residuals=down,
            mid_block_additional_residual=middle,
            return_dict=False,
        ),
    )[0]
    by_branch = output.float().unflatten(0, (images, len(branches)))
    return {branch: by_branch[:, index] for index, branch in enumerate(branches)}


def _controlled(
    job: Sampling, latents: Tensor, timestep: Tensor, given: _Given
) -> tuple[list[Tensor] | None, Tensor | None]:
    """What the control network adds on the UNet's way down, and in the middle: of several people each within their
    region."""
    total: list[Tensor] = []
    for person, (control, tokens) in enumerate(zip(job.controls, given.attended[1], strict=False)):
        down, middle = control.residuals(latents, timestep, tokens, given.added)
        found = [*down, middle]
        if job.regions is not None:
            masks = (job.regions.masks(*one.shape[-2:])[person].to(one.dtype) for one in found)
            found = [one * mask for one, mask in zip(found, masks, strict=True)]
        total = [one + more for one, more in zip(total, found, strict=True)] if total else found
    return (total[:-1], total[-1]) if total else (None, None)


def _given(job: Sampling, images: int, branches: tuple[Branch, ...]) -> _Given:
    found = job.given.get((images, branches))
    if found is None:
        conditions = [job.conditioning[branch] for branch in branches]
        text = torch.cat([condition.text for condition in conditions]).repeat(images, 1, 1)
        people = zip(*(condition.tokens for condition in conditions), strict=True)
        tokens = [torch.cat(branches).repeat(images, 1, 1) for branches in people]
        time_ids = torch.tensor([[job.height, job.width, 0, 0, job.height, job.width]], dtype=text.dtype)
        added = {
            "text_embeds": torch.cat([condition.pooled for condition in conditions]).repeat(images, 1),
            "time_ids": time_ids.to(text.device).repeat(images * len(branches), 1),
        }
        found = job.given[images, branches] = _Given(Attended((text, tokens), job.regions, job.biases), added)
    return found


def guide(
    guidance: StepGuidance,
    predictions: dict[Branch, Tensor],
    scaled: Tensor,
    timestep: Tensor,
    scheduler: Scheduler,
    faces: Tensor | None = None,
) -> Tensor:
    """The guided prediction, of the kind the scheduler expects; `faces` as in `StepGuidance.combine`.

    Weighing branches means the same for noise and velocity; the rescale is defined on the noise, so that a UNet that
    predicts velocity is converted for it: eps = alpha v + sigma x.
    """
    if not (scheduler.predicts_velocity and guidance.rescale > 0):
        return guidance.combine(predictions, faces)
    alpha, sigma = scheduler.alpha_sigma(timestep)
    if alpha == 0:
        # The latents are all noise, whatever the UNet says: each branch has the same eps, there is nothing to rescale.
        return replace(guidance, rescale=0.0).combine(predictions, faces)
    noise = guidance.combine({branch: alpha * v + sigma * scaled for branch, v in predictions.items()}, faces)
    return (noise - sigma * scaled) / alpha
