"""From latents to pictures, and to the small previews on the way."""

from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from PIL import Image
from torch import Tensor

from fastface_core.engine.interrupting import interruptible
from fastface_core.engine.loading import Parts
from fastface_core.errors import DeviceError
from fastface_core.progress import CancelToken, Preview

_PREVIEW_SIDE = 512
# The full decoder does sixteen times the work of the small one per pixel.
_PREVIEW_SIDE_WITHOUT_DECODER = 256


@torch.inference_mode()
def decode(
    parts: Parts, latents: Tensor, cancel: CancelToken | None = None, *, small: bool = False
) -> list[Image.Image]:
    """RGB pictures from latents (image, channel, height, width), one by one to keep the memory's peak low.

    Args:
        small: by the preview decoder, where there is one.

    Raises:
        Cancelled: between two blocks of the decoder.
        DeviceError: half precision overflowed, and there is no picture.
    """
    pictures: list[Image.Image] = []
    for one in latents.split(1):
        with interruptible(parts.vae.decoder, cancel or CancelToken()):
            pixels = _decode_small(parts.preview, one) if small and parts.preview else _decode(parts, one)
        if not bool(pixels.isfinite().all()):
            raise DeviceError(
                "The numbers overflowed in half precision, and the picture came out empty.",
                "Use --precision bfloat16 or float32, or a VAE that is made for float16.",
            )
        pictures.append(Image.fromarray(_bytes(pixels[0])))
    return pictures


@torch.inference_mode()
def previews(parts: Parts, latents: Tensor) -> tuple[Preview, ...]:
    """Small pictures of unfinished latents: by the preview decoder, else by the full one on fewer latents."""
    side = _PREVIEW_SIDE if parts.preview is not None else _PREVIEW_SIDE_WITHOUT_DECODER
    longest = max(latents.shape[-2:])
    most = side // parts.vae_factor
    if longest > most:
        latents = F.interpolate(latents, scale_factor=most / longest, mode="area")
    pixels = _decode(parts, latents) if parts.preview is None else _decode_small(parts.preview, latents)
    small = [_bytes(one) for one in pixels.nan_to_num()]
    return tuple(Preview(width=one.shape[1], height=one.shape[0], rgb=one.tobytes()) for one in small)


def _decode_small(preview: AutoencoderTiny, latents: Tensor) -> Tensor:
    decoded: Any = preview.decode(latents.to(preview.dtype), return_dict=False)  # type: ignore[reportArgumentType]
    return cast(Tensor, decoded[0]).float()


def _decode(parts: Parts, latents: Tensor) -> Tensor:
    config: Any = parts.vae.config
    latents = latents / config.scaling_factor
    if config.latents_mean is not None and config.latents_std is not None:
        shape = (1, -1, 1, 1)
        mean = torch.tensor(config.latents_mean, device=latents.device).view(shape)
        deviation = torch.tensor(config.latents_std, device=latents.device).view(shape)
        latents = latents * deviation + mean
    decoded: Any = parts.vae.decode(latents.to(parts.vae.dtype), return_dict=False)  # type: ignore[reportArgumentType]
    return cast(Tensor, decoded[0]).float()


def _bytes(pixels: Tensor) -> "np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]":
    """(height, width, 3) uint8 from (3, height, width) in -1..1."""
    scaled = ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
    return cast("np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]", scaled.permute(1, 2, 0).cpu().numpy())
