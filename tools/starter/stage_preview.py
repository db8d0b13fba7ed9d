"""Trains the preview decoder (TAESD's form) to show what the VAE's decoder would, from the same latents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tools.starter import architecture, coding, run, stage_sharpen


def train(work: Path, seed: int, steps: int, batch: int, latents: np.ndarray) -> None:
    """Train decoder and encoder against the VAE on latents that are drawn already."""
    stage = run.Stage(work, "preview")
    if stage.done:
        return
    on = run.device()
    torch.manual_seed(seed + 6)
    vae = coding.placed(stage_sharpen.load(work), on)
    model = coding.placed(architecture.preview(), on, torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
    first = 0
    if saved := stage.load():
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    for step in range(first, steps):
        rng = np.random.default_rng([seed, 7, step])
        chosen = latents[np.sort(rng.integers(0, len(latents), batch))]
        wanted = torch.from_numpy(np.array(chosen)).float().to(on)
        with torch.no_grad():
            picture = coding.decoded(vae, wanted / vae.config["scaling_factor"]).clamp(-1, 1)
        run.set_rate(optimiser, run.cosine(step, steps, 2e-3, warm=30))
        with run.half_precision(on):
            shown = model.decode(wanted, return_dict=False)[0].float()
            coded = model.encode(picture.to(memory_format=torch.channels_last), return_dict=False)[0].float()
        decoding, encoding = functional.l1_loss(shown, picture), functional.mse_loss(coded, wanted)
        optimiser.zero_grad(set_to_none=True)
        (decoding + 0.2 * encoding).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 20 == 0:
            stage.log(step=step, pixel_error=decoding.item() / 2, latent_error=encoding.item())
        if (step + 1) % 100 == 0:
            stage.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1})
    stage.save({"model": model.state_dict()}, "result.pt")
