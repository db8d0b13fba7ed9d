"""Changes of light, colour and sharpness that teach the face readers to look past them, as real photos need."""

from __future__ import annotations

import torch
from torch.nn import functional

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


def photometric(crops: torch.Tensor, generator: torch.Generator, strength: float = 1.0) -> torch.Tensor:
    """Crops in 0..1, (n, 3, h, w): random gain, white balance, gamma, contrast, shadow, colour loss, blur and grain."""
    count = len(crops)

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        drawn = torch.rand(count, *shape, generator=generator) * (high - low) + low
        return drawn.to(crops.device)

    def some(chance: float) -> torch.Tensor:
        return (torch.rand(count, 1, 1, 1, generator=generator) < chance).float().to(crops.device)

    gain = torch.exp(strength * uniform(-0.22, 0.18, 1, 1, 1)) * torch.exp(strength * uniform(-0.09, 0.09, 3, 1, 1))
    x = (crops * gain).clamp(1e-3, 1) ** torch.exp(strength * uniform(-0.22, 0.22, 1, 1, 1))
    middle = x.mean((1, 2, 3), keepdim=True)
    x = middle + (x - middle) * torch.exp(strength * uniform(-0.25, 0.2, 1, 1, 1))
    ramp = torch.linspace(-1, 1, crops.shape[-1], device=crops.device)
    across, down = ramp[None, None, None, :], ramp[None, None, :, None]
    x = x * (1 + strength * (uniform(-0.25, 0.25, 1, 1, 1) * across + uniform(-0.12, 0.12, 1, 1, 1) * down))
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * (1 + strength * uniform(-0.45, 0.2, 1, 1, 1))
    blurred = functional.avg_pool2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    soft = some(0.4 * strength)
    x = soft * blurred + (1 - soft) * x
    grain = torch.randn(x.shape, generator=generator).to(x.device)
    return (x + 0.03 * strength * some(0.5) * grain).clamp(0, 1)


def displaced(crops: torch.Tensor, generator: torch.Generator, pixels: float) -> torch.Tensor:
    """Crops in 0..1, (n, 3, h, w), each moved by up to so many pixels and made larger or smaller by up to 5 %."""
    count, side = len(crops), crops.shape[-1]
    lots = torch.rand(count, 3, generator=generator).to(crops.device) * 2 - 1
    matrix = torch.zeros(count, 2, 3, device=crops.device)
    matrix[:, 0, 0] = matrix[:, 1, 1] = 1 + 0.05 * lots[:, 2]
    matrix[:, :, 2] = lots[:, :2] * (2 * pixels / side)
    grid = functional.affine_grid(matrix, list(crops.shape), align_corners=False)
    return functional.grid_sample(crops, grid, padding_mode="border", align_corners=False)


def for_recogniser(crops: torch.Tensor) -> torch.Tensor:
    """0..1 RGB to what ArcFace takes."""
    return crops * 2 - 1


def for_vision_tower(crops: torch.Tensor) -> torch.Tensor:
    """0..1 RGB crops to what the CLIP encoder takes: 224 pixels and, as in the published method, blue first."""
    large = functional.interpolate(crops.flip(1), size=(224, 224), mode="bilinear", align_corners=False)
    mean = torch.tensor(CLIP_MEAN, device=crops.device)[:, None, None]
    std = torch.tensor(CLIP_STD, device=crops.device)[:, None, None]
    return (large - mean) / std
