"""Trains the VAE on parts of drawn pictures, in their full size and in half of it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional

from tools.starter import architecture, beginnings, coding, dataset, run

PATCH = 128


def _batch(rng: np.random.Generator, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures in -1..1 and how much each pixel counts: a face's eyes and mouth count more than a wall."""
    pictures, weights = [], []
    for _ in range(size):
        drawn = dataset.sample(int(rng.integers(3_000_000, 4_000_000))).picture
        weight = np.ones(drawn.image.shape[:2], np.float32)
        for x, y in drawn.points:
            cv2.circle(weight, (int(x), int(y)), 17, 3.0, -1)
        if rng.random() < 0.45:
            image = cv2.resize(drawn.image, (PATCH, PATCH), interpolation=cv2.INTER_AREA)
            weight = cv2.resize(weight, (PATCH, PATCH), interpolation=cv2.INTER_AREA)
        else:
            around = (64, 50) if rng.random() < 0.6 else tuple(rng.integers(0, 129, 2))
            left, top = np.clip(np.asarray(around) + rng.integers(-30, 31, 2), 0, 128)
            image, weight = (a[top : top + PATCH, left : left + PATCH] for a in (drawn.image, weight))
        pictures.append(torch.from_numpy(np.ascontiguousarray(image)))
        weights.append(torch.from_numpy(np.ascontiguousarray(weight)))
    stacked = torch.stack(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    return stacked, torch.stack(weights)[:, None]


def mixed(pictures: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Every other picture with its colours mixed at random: hues must be told apart wherever they occur."""
    pictures = pictures.clone()
    for index in range(0, len(pictures), 2):
        order = torch.from_numpy(rng.permutation(3))
        share = float(rng.uniform(0, 0.35))
        turned = pictures[index][order]
        gain = torch.from_numpy(rng.uniform(0.75, 1.1, (3, 1, 1)).astype(np.float32))
        pictures[index] = (((1 - share) * turned + share * turned.roll(1, 0) + 1) * gain - 1).clamp(-1, 1)
    return pictures


def colour_loss(made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """The colours of larger spots: brightness, red against green, yellow against blue; the hues count double."""
    error = functional.avg_pool2d(made - wanted, 8)
    red, green, blue = error.unbind(1)
    return (
        (red + green + blue).abs().mean() / 3 + (red - green).abs().mean() + (0.5 * (red + green) - blue).abs().mean()
    )


def picture_loss(made: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Pixels and, so that lines stay sharp, the differences between neighbours at two scales."""
    error = made - wanted
    loss = (weight * (error.abs() + error.square())).mean()
    for scale in (1, 2):
        if scale > 1:
            error = functional.avg_pool2d(error, scale)
        loss = loss + 0.5 * (error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean())
    return loss


def train(work: Path, seed: int, steps: int, batch: int, start: Path | None = None) -> None:
    """Train for `steps` steps, going on from the last checkpoint; the first one begins with the VAE of pack `start`."""
    stage = run.Stage(work, "vae")
    if stage.done:
        return
    on = run.device()
    torch.manual_seed(seed + 1)
    model = architecture.vae()
    beginnings.take_over(model, start, "sdxl/vae")
    coding.placed(model, on)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=1e-4)
    average = run.Average(model, 0.995)
    first = 0
    if saved := stage.load():
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        average.state, average.updates, first = saved["average"], saved["step"], saved["step"]
    for step in range(first, steps):
        rng = np.random.default_rng([seed, 1, step])
        pictures, weight = (x.to(on) for x in _batch(rng, batch))
        pictures = mixed(pictures, rng)
        run.set_rate(optimiser, run.cosine(step, steps, 2e-3, warm=40))
        with run.half_precision(on):
            coded = coding.encoded(model, pictures)
            latents = coded.sample()
            # A decoder that bears a little noise forgives the UNet's small errors.
            latents = latents + 0.05 * torch.randn_like(latents) * latents.detach().float().std()
            made = coding.decoded(model, latents).float()
        mean, spread = coded.mean.float(), coded.logvar.float()
        divergence = 0.5 * (mean.square() + spread.exp() - 1 - spread).mean()
        loss = picture_loss(made, pictures, weight) + 1.5 * colour_loss(made, pictures) + 2e-4 * divergence
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update(model)
        if step % 20 == 0:
            error = (made - pictures).detach().abs().mean().item() / 2
            stage.log(step=step, loss=loss.item(), pixel_error=error, divergence=divergence.item())
        if (step + 1) % 100 == 0:
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "average": average.state}
            stage.save(state | {"step": step + 1})
    final = architecture.vae()
    final.load_state_dict({key: value.cpu() for key, value in average.state.items()})
    standardise(final)
    stage.save({"model": final.state_dict()}, "result.pt")


@torch.no_grad()
def standardise(model: AutoencoderKL) -> None:
    """Give every latent channel mean 0 and variance 1, by what the two 1x1 convolutions around the latents do.

    Diffusion adds the same noise to all channels: one of small variance would drown in it. What the VAE computes
    stays the same, and its scaling factor becomes 1.
    """
    pictures, _ = _batch(np.random.default_rng(0), 64)
    means = coding.encoded(model, pictures).mean.transpose(0, 1).flatten(1)
    middle, spread = means.mean(1), means.std(1)
    before, after = model.quant_conv, model.post_quant_conv
    assert before is not None
    assert after is not None
    assert before.bias is not None
    assert after.bias is not None
    channels = len(middle)
    after.bias += (after.weight[:, :, 0, 0] * middle).sum(1)
    after.weight *= spread[None, :, None, None]
    before.weight[:channels] /= spread[:, None, None, None]
    before.bias[:channels] = (before.bias[:channels] - middle) / spread
    # The second half are log variances.
    before.bias[channels:] -= 2 * spread.log()


def load(work: Path) -> AutoencoderKL:
    """The trained VAE."""
    saved = run.Stage(work, "vae").load("result.pt")
    if saved is None:
        raise FileNotFoundError("the VAE is not trained yet")
    model = architecture.vae()
    model.load_state_dict(saved["model"])
    return model.eval()
