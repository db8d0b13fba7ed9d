"""The schedulers of the checkpoint families, a new one for each run: they keep its state."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from diffusers.schedulers.scheduling_euler_ancestral_discrete import EulerAncestralDiscreteScheduler
from diffusers.schedulers.scheduling_euler_discrete import EulerDiscreteScheduler
from diffusers.schedulers.scheduling_lcm import LCMScheduler
from diffusers.schedulers.scheduling_tcd import TCDScheduler
from torch import Tensor

from fastface_core.domain.checkpoints import SchedulerName

_CLASSES: Mapping[SchedulerName, type[Any]] = {
    "ddim": DDIMScheduler,
    "euler": EulerDiscreteScheduler,
    "euler_a": EulerAncestralDiscreteScheduler,
    "lcm": LCMScheduler,
    "tcd": TCDScheduler,
}
# TCD keeps its own skipping of the training steps, LCM that of its configuration.
_TRAILING: frozenset[SchedulerName] = frozenset({"ddim", "euler", "euler_a"})
# How the authors of the 1-step Hyper-SD LoRA sample with it (the card of ByteDance/Hyper-SD), from the last timestep
# on; 800 is that of their 1-step UNet, which is another model.
_TCD_ETA = 1.0
# Consistency samplers choose their steps among so many, and refuse to make more.
_CONSISTENCY_STEPS = 50


class Scheduler:
    """One run of a scheduler."""

    def __init__(
        self, name: SchedulerName, config: Mapping[str, Any], trailing: bool, steps: int, device: torch.device
    ) -> None:
        """
        Args:
            config: the base checkpoint's scheduler configuration.
            trailing: timesteps are spaced from the end of the schedule, where the scheduler can.
        """
        spacing: dict[str, Any] = {"timestep_spacing": "trailing"} if trailing and name in _TRAILING else {}
        if name in ("lcm", "tcd"):
            spacing["original_inference_steps"] = max(_CONSISTENCY_STEPS, steps)
        # `_class_name` would make diffusers warn that the configuration is of another scheduler, as it is meant to be.
        plain = {key: value for key, value in config.items() if not key.startswith("_")}
        self._scheduler = _CLASSES[name].from_config(plain, **spacing)
        self._options: dict[str, Any] = {"eta": _TCD_ETA} if name == "tcd" else {}
        self._scheduler.set_timesteps(steps, device="cpu")
        self._drop_surplus(steps)
        if hasattr(self._scheduler, "set_begin_index"):
            # Otherwise each step looks its index up by comparing timesteps.
            self._scheduler.set_begin_index(0)
        # The scheduler looks into its tables by timestep: with those on a GPU, each look would wait for it.
        self._on_device = self.timesteps.to(device)

    def _drop_surplus(self, steps: int) -> None:
        """Trailing timesteps are counted down in floating point, which for some counts ends one beyond the last."""
        if len(self._scheduler.timesteps) > steps and hasattr(self._scheduler, "sigmas"):
            # One sigma for each timestep, and that of the finished picture behind them.
            self._scheduler.sigmas = torch.cat([self._scheduler.sigmas[:steps], self._scheduler.sigmas[-1:]])
        self._scheduler.timesteps = self._scheduler.timesteps[:steps]

    @property
    def timesteps(self) -> Tensor:
        """In main memory."""
        return cast(Tensor, self._scheduler.timesteps)

    def for_unet(self, step: int) -> Tensor:
        """The timestep of a step (from 0), where the UNet is."""
        return self._on_device[step]

    @property
    def initial_sigma(self) -> float:
        """The deviation that the initial noise has."""
        return float(self._scheduler.init_noise_sigma)

    @property
    def predicts_velocity(self) -> bool:
        return self._scheduler.config.prediction_type == "v_prediction"

    def scaled(self, latents: Tensor, timestep: Tensor) -> Tensor:
        """The latents as the UNet expects them."""
        return cast(Tensor, self._scheduler.scale_model_input(latents, timestep))

    def alpha_sigma(self, timestep: Tensor) -> tuple[float, float]:
        """Of the (scaled) latents x = alpha x0 + sigma eps at a timestep."""
        product = self._scheduler.alphas_cumprod[int(timestep.round().clamp(min=0))]
        return float(product**0.5), float((1 - product) ** 0.5)

    def step(
        self, prediction: Tensor, timestep: Tensor, latents: Tensor, generators: Sequence[torch.Generator]
    ) -> tuple[Tensor, Tensor]:
        """The latents of the next timestep, and the finished latents as predicted from here.

        Args:
            generators: one for each image: what noise the scheduler adds comes from there.
        """
        output = self._scheduler.step(prediction, timestep, latents, generator=list(generators), **self._options)
        finished = getattr(output, "pred_original_sample", None)
        if finished is None:
            finished = getattr(output, "denoised", None)
        return output.prev_sample, output.prev_sample if finished is None else finished
