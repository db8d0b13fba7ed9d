"""Distils the trained UNet to four steps.

The teacher takes two guided steps where the student takes one, so that the student at weight 1 does what the teacher
does with guidance, as the published distilled checkpoints do. Without a face there is nothing to guide, and the student
learns the teacher's two plain steps: decoupled guidance still finds its three branches.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from tools.starter import architecture, faceid, run, training
from tools.starter.stage_unet import (
    SAMPLING_TIMESTEPS,
    Batches,
    Networks,
    Settings,
    networks,
    noised,
    weighted_error,
)

FACE_GUIDANCE, TEXT_GUIDANCE = 1.5, 1.75
_SPACING = 1000 // architecture.STEPS


def shares(timesteps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Signal and noise at these timesteps; before the first one, the schedule's own end."""
    kept = architecture.scheduler().alphas_cumprod.to(timesteps.device)[timesteps.clamp(min=0)][:, None, None, None]
    return kept.sqrt(), (1 - kept).sqrt()


def clean(noisy: torch.Tensor, predicted: torch.Tensor, timesteps: torch.Tensor, prediction: str) -> torch.Tensor:
    """The picture without noise that a prediction stands for."""
    signal, dirt = shares(timesteps)
    if prediction == "v_prediction":
        return signal * noisy - dirt * predicted
    return (noisy - dirt * predicted) / signal


def step_to(noisy: torch.Tensor, picture: torch.Tensor, now: torch.Tensor, then: torch.Tensor) -> torch.Tensor:
    """One DDIM step."""
    signal, dirt = shares(now)
    next_signal, next_dirt = shares(then)
    return next_signal * picture + next_dirt * (noisy - signal * picture) / dirt


def _kept(rng: np.random.Generator, count: int, on: torch.device) -> dict[str, torch.Tensor]:
    """Which samples keep text and face: half both, a third the face, a tenth neither, the rest the text."""
    chance = torch.from_numpy(rng.random(count)).to(on)
    text = (chance < 0.5) | (chance >= 0.95)
    return {"text_kept": text.float(), "face_kept": (chance < 0.85).float()}


@torch.no_grad()
def _taught(
    teacher: Networks, batch: dict[str, torch.Tensor], noisy: torch.Tensor, prediction: str
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the teacher's two steps arrive, as the one clean picture that leads there in one step."""
    faced = batch["face_kept"]
    zero = torch.zeros_like(faced)
    branches = ((zero, zero), (zero, faced), (batch["text_kept"], faced))
    conditions = []
    for text_kept, face_kept in branches:
        text, pooled = teacher.read_text(batch["ids"], batch["ids_2"], text_kept)
        conditions.append((text, pooled, teacher.read_face(batch["embedding"], batch["crops"], face_kept)))
    start = batch["timesteps"]
    x, now = noisy, start
    for then in (start - _SPACING // 2, start - _SPACING):
        outs = [teacher(x, now, *condition, batch["time_ids"]) for condition in conditions]
        u, i, t = outs
        # Both the branch of the face and that of face and text take in the face's guidance: what lies between them
        # stays the text alone, and decoupled guidance decoupled.
        guided = u + FACE_GUIDANCE * (i - u) + TEXT_GUIDANCE * (t - i)
        predicted = torch.where(faced[:, None, None, None] > 0, guided, t)
        x = step_to(x, clean(x, predicted, now, prediction), now, then)
        now = then
    signal, dirt = shares(start)
    end_signal, end_dirt = shares(start - _SPACING)
    return (x - end_dirt / dirt * noisy) / (end_signal - end_dirt * signal / dirt), dirt


def train(work: Path, settings: Settings, rank: int = 0, processes: int = 1) -> None:
    """Distil the networks of `settings.origin`, going on from the last checkpoint."""
    stage = run.Stage(work, settings.name)
    if stage.done:
        return
    on = run.device()
    torch.manual_seed(settings.seed + 4)
    teacher = networks(work, settings.seed, settings.origin).to(on).eval().requires_grad_(False)
    faceid.set_strength(teacher.unet, 1.0, 1.0)
    model = networks(work, settings.seed, settings.origin).to(on).train()
    # Text and face are read as before; only how they are drawn is learnt anew.
    for part in (model.text, model.text_2, model.tower, model.projection, model.told):
        part.requires_grad_(False)
    batches = Batches(work, settings)

    def loss_at(step: int) -> torch.Tensor:
        rng = np.random.default_rng([settings.seed, 5, settings.size, step, rank])
        batch = batches.take(rng)
        batch["timesteps"] = torch.from_numpy(rng.choice(SAMPLING_TIMESTEPS, settings.batch)).to(on)
        batch |= _kept(rng, settings.batch, on)
        noisy, _, _ = noised(batch["latents"], batch["noise"], batch["timesteps"])
        strength = np.random.default_rng([settings.seed, 6, step])
        faceid.set_strength(model.unet, float(strength.uniform(0.75, 1.05)), float(strength.uniform(0.6, 1.1)))
        with run.half_precision(on):
            target, dirt = _taught(teacher, batch, noisy, settings.prediction)
            text, pooled = model.read_text(batch["ids"], batch["ids_2"], batch["text_kept"])
            face = model.read_face(batch["embedding"], batch["crops"], batch["face_kept"])
            made = model(noisy, batch["timesteps"], text, pooled, face, batch["time_ids"])
        picture = clean(noisy, made, batch["timesteps"], settings.prediction)
        return weighted_error((picture - target) / dirt, settings)

    about = {"prediction": settings.prediction}
    training.fit(stage, model, settings.pace, loss_at, about, rank, processes)
