"""The tiny random SDXL of the parity cases, and sampling with it in one call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.parity import identity_of, load_pack, read_case
from fastface_core.domain.checkpoints import SchedulerName
from fastface_core.domain.identity import Identity
from fastface_core.domain.presets import Preset
from fastface_core.engine.adapters import in_unet
from fastface_core.engine.conditioning import Conditioning, condition, controls, face_tokens
from fastface_core.engine.loading import Parts
from fastface_core.engine.map_capture import MapCapture
from fastface_core.engine.sampler import Sampling, generators_for, sample
from fastface_core.engine.schedulers import Scheduler
from fastface_core.progress import CancelToken

DATA = Path(__file__).resolve().parents[1] / "data" / "parity"
MODELS = DATA / "models"
CASES = DATA / "cases"
CPU = torch.device("cpu")


@dataclass(frozen=True)
class TinyPack:
    """The loaded pack, and somebody to draw."""

    parts: Parts
    identity: Identity
    conditioning: Conditioning

    def sample(
        self,
        preset: Preset,
        *,
        seeds: Sequence[int] = (0,),
        scheduler: SchedulerName = "ddim",
        steps: int = 4,
        latent: tuple[int, int] = (16, 12),
        own_scale: float = 1.0,
        cancel: CancelToken | None = None,
        on_step: Callable[[int, Tensor], None] = lambda _step, _latents: None,
        scheduler_changes: dict[str, object] | None = None,
        maps: MapCapture | None = None,
    ) -> Tensor:
        """Latents, (image, 4, *latent)."""
        parts = self.parts
        config = {**parts.scheduler_config, **(scheduler_changes or {})}
        height, width = (side * parts.vae_factor for side in latent)
        with in_unet(parts.unet, parts.adapter, preset) as attention:
            attention.watch(None if maps is None else maps.watch)
            job = Sampling(
                unet=parts.unet,
                attention=attention,
                conditioning=self.conditioning,
                preset=preset,
                own_scale=own_scale,
                steps=steps,
                width=width,
                height=height,
                latent_shape=(4, *latent),
                controls=controls(parts, [(self.identity, None)], preset, width, height),
            )
            return sample(
                job,
                Scheduler(scheduler, config, True, steps, CPU),
                generators_for(seeds),
                on_step,
                cancel or CancelToken(),
                maps,
            )


@cache
def tiny_pack() -> TinyPack:
    """The pack in float32, loaded once; every use has to leave it as it was."""
    parts = load_pack(MODELS)
    case = read_case(CASES / "baseline.safetensors")
    assert case is not None
    identity = identity_of(case[1])
    return TinyPack(parts, identity, condition(parts, "a photo of a man in a forest", "", face_tokens(parts, identity)))
