"""Draws with the networks while they are still in training form: DDIM, trailing, with decoupled guidance.

The app has its own sampler; this one exists so that training can look at its results before a pack is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from diffusers import AutoencoderKL

from tools.starter import architecture, coding, faceid
from tools.starter.stage_distil import clean, shares, step_to
from tools.starter.stage_unet import Networks
from tools.starter.texts import Texts


@dataclass(frozen=True)
class Guidance:
    """Weights of face (a) and text (b), equal at every step, the rescale, and the adapter's strength."""

    face: float = 1.0
    text: float = 1.0
    rescale: float = 0.0
    adapter: float = 0.8


@torch.no_grad()
def draw(
    model: Networks,
    vae: AutoencoderKL,
    prompts: list[str],
    embedding: torch.Tensor,
    crops: torch.Tensor,
    *,
    size: int,
    prediction: str,
    steps: int = 4,
    guidance: Guidance | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Pictures (n, size, size, 3) for prompts and faces."""
    guidance = guidance or Guidance()
    faceid.set_strength(model.unet, guidance.adapter, 1.0)
    ids, ids_2 = Texts()(prompts)
    count = len(prompts)
    one, zero = torch.ones(count), torch.zeros(count)
    wanted = {"u": (zero, zero), "i": (zero, one), "t": (one, one)}
    conditions = {
        name: (*model.read_text(ids, ids_2, text), model.read_face(embedding, crops, face))
        for name, (text, face) in wanted.items()
    }
    noise = [
        torch.randn(architecture.LATENTS, size // 8, size // 8, generator=torch.Generator().manual_seed(seed + n))
        for n in range(count)
    ]
    x = torch.stack(noise)
    time_ids = torch.tensor([[size, size, 0, 0, size, size]] * count, dtype=torch.float32)
    timesteps = np.round(np.arange(1000, 0, -1000 / steps)).astype(int) - 1
    for k, timestep in enumerate(timesteps):
        now = torch.full((count,), int(timestep))
        then = torch.full((count,), int(timesteps[k + 1]) if k + 1 < steps else -1)
        signal, dirt = shares(now)
        noises = {}
        for name, condition in conditions.items():
            predicted = model(x, now, *condition, time_ids)
            noises[name] = (x - signal * clean(x, predicted, now, prediction)) / dirt
        x = step_to(x, (x - dirt * _combine(noises, guidance)) / signal, now, then)
    made = coding.decoded(vae, x / vae.config["scaling_factor"])
    return ((made.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def _combine(branch: dict[str, torch.Tensor], guidance: Guidance) -> torch.Tensor:
    u, i, t = branch["u"], branch["i"], branch["t"]
    made = u + guidance.face * (i - u) + guidance.text * (t - i)
    if guidance.rescale:
        wanted = (i.std((1, 2, 3)) + t.std((1, 2, 3))) / 2
        gain = guidance.rescale * wanted / made.std((1, 2, 3)) + (1 - guidance.rescale)
        made = made * gain[:, None, None, None]
    return made
