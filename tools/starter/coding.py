"""Pictures to latents and back, and modules to devices, with the types that diffusers' own methods leave open."""

from __future__ import annotations

from typing import Any, TypeVar

import torch
from diffusers import AutoencoderKL
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from torch import nn

Module = TypeVar("Module", bound=nn.Module)


def encoded(vae: AutoencoderKL, pictures: torch.Tensor) -> DiagonalGaussianDistribution:
    """Of (n, 3, height, width) in [-1, 1]; not scaled."""
    made: Any = vae.encode(pictures)
    return made.latent_dist


def decoded(vae: AutoencoderKL, latents: torch.Tensor) -> torch.Tensor:
    """`latents`: divided by the scaling factor."""
    made: Any = vae.decode(latents)  # pyright: ignore[reportArgumentType]  # it wants a `FloatTensor`, which is no class
    return made.sample


def placed(module: Module, device: torch.device, form: torch.memory_format = torch.preserve_format) -> Module:
    """The same module, on a device."""
    moved: Any = module
    return moved.to(device, memory_format=form)
