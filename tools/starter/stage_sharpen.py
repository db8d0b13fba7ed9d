"""Trains the VAE's decoder on, alone: the encoder stays, because the UNet has learnt its latents.

The decoder sees what the student makes of noisy latents, and learns to draw the picture that was meant: the generator's
usual small errors, which would show as cracks and stains, are painted over. A small discriminator of patches, trained
beside it from nothing, tells decoded pictures from drawn ones: blurred lines give themselves away to it, where an error
in pixels is content with grey. It serves the training alone and is not shipped.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import nn
from torch.nn import functional

from tools.starter import architecture, coding, dataset, faceid, run, stage_distil, stage_vae
from tools.starter.stage_unet import Batches, Networks, Settings, networks, noised

NAME = "vae_sharp"
_FEATURES, _DECEIT = 0.5, 0.02
# The discriminator learns for so many steps before the decoder listens to it.
_ALONE = 60
# The last of the four steps above all; what an earlier one made is not quite what is meant.
_LAST_STEPS, _CHANCES = (249, 499), (0.8, 0.2)


class Discriminator(nn.Module):
    """Says of every patch of about 22 pixels how drawn it looks, and what it looked at."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 24, 48, 64)
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in pairwise(widths))
        self.verdict = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        x, seen = pictures, []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.2)
            seen.append(x)
        return self.verdict(x).float(), seen


def _pictures(index: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """The pictures of these samples in -1..1, and how much each pixel counts."""
    pictures, weights = [], []
    for number in index:
        drawn = dataset.sample(int(number)).picture
        weight = np.ones(drawn.image.shape[:2], np.float32)
        for x, y in drawn.points:
            cv2.circle(weight, (int(x), int(y)), 17, 3.0, -1)
        pictures.append(drawn.image)
        weights.append(weight)
    wanted = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return wanted, torch.from_numpy(np.stack(weights))[:, None]


@torch.no_grad()
def _as_made(student: Networks, batch: dict[str, torch.Tensor], prediction: str) -> torch.Tensor:
    """The latents as the student's last step would make them."""
    noisy, _, _ = noised(batch["latents"], batch["noise"], batch["timesteps"])
    on = noisy.device
    with run.half_precision(on):
        text, pooled = student.read_text(batch["ids"], batch["ids_2"], torch.ones_like(batch["text_kept"]))
        face = student.read_face(batch["embedding"], batch["crops"], torch.ones_like(batch["face_kept"]))
        made = student(noisy, batch["timesteps"], text, pooled, face, batch["time_ids"])
    return stage_distil.clean(noisy, made, batch["timesteps"], prediction)


def train(work: Path, settings: Settings, steps: int) -> None:
    """Train the decoder on what the student of `settings.name` makes, going on from the last checkpoint."""
    seed = settings.seed
    stage = run.Stage(work, NAME)
    if stage.done:
        return
    on = run.device()
    torch.manual_seed(seed + 8)
    model = coding.placed(stage_vae.load(work), on).requires_grad_(False)
    decoder = model.decoder.requires_grad_(True).train()
    student = networks(work, seed, settings.name).to(on).eval().requires_grad_(False)
    faceid.set_strength(student.unet, 0.8, 0.8)
    batches = Batches(work, settings)
    critic = Discriminator().to(on)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=1e-4)
    watching = torch.optim.AdamW(critic.parameters(), lr=4e-4, betas=(0.5, 0.98), weight_decay=1e-4)
    average = run.Average(decoder, 0.98)
    first = 0
    if saved := stage.load():
        decoder.load_state_dict(saved["model"])
        critic.load_state_dict(saved["critic"])
        optimiser.load_state_dict(saved["optimiser"])
        watching.load_state_dict(saved["watching"])
        average.state, average.updates, first = saved["average"], saved["step"], saved["step"]
    for step in range(first, steps):
        rng = np.random.default_rng([seed, 9, step])
        batch = batches.take(rng)
        batch["timesteps"] = torch.from_numpy(rng.choice(_LAST_STEPS, settings.batch, p=_CHANCES)).to(on)
        wanted, weight = (x.to(on) for x in _pictures(batch["index"].cpu().numpy()))
        coded = _as_made(student, batch, settings.prediction)
        run.set_rate(optimiser, run.cosine(step, steps, 1e-3, warm=30))
        with run.half_precision(on):
            made = coding.decoded(model, coded)
            truth, looked_for = critic(wanted)
            lie, _ = critic(made.detach())
        watched = functional.relu(1 - truth).mean() + functional.relu(1 + lie).mean()
        watching.zero_grad(set_to_none=True)
        watched.backward()
        watching.step()

        with run.half_precision(on):
            verdict, shown = critic(made)
        seen = torch.stack([
            functional.l1_loss(a.float(), b.detach().float()) for a, b in zip(shown, looked_for, strict=True)
        ]).mean()  # fmt: skip
        made = made.float()
        heard = min(1.0, max(0, step - _ALONE) / 200)
        loss = stage_vae.picture_loss(made, wanted, weight) + stage_vae.colour_loss(made, wanted)
        loss = loss + heard * (_FEATURES * seen - _DECEIT * verdict.mean())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimiser.step()
        average.update(decoder)
        if step % 20 == 0:
            error = (made - wanted).detach().abs().mean().item() / 2
            stage.log(step=step, pixel_error=error, features=seen.item(), critic=watched.item())
        if (step + 1) % 100 == 0:
            stage.save({
                "model": decoder.state_dict(), "critic": critic.state_dict(), "optimiser": optimiser.state_dict(),
                "watching": watching.state_dict(), "average": average.state, "step": step + 1,
            })  # fmt: skip
    final = architecture.vae()
    final.load_state_dict(stage_vae.load(work).state_dict())
    final.decoder.load_state_dict({key: value.cpu() for key, value in average.state.items()})
    stage.save({"model": final.state_dict()}, "result.pt")


def load(work: Path) -> AutoencoderKL:
    """The VAE with the decoder as this stage left it; where the stage was not run, the first one."""
    saved = run.Stage(work, NAME).load("result.pt")
    model = stage_vae.load(work)
    if saved is not None:
        model.load_state_dict(saved["model"])
    return model
