"""Times pictures of this engine beside the published formulation of the method, with the same weights in one process.

    python benchmarks/speed.py (--pack DIR | --starter) [--pairs 20] [--presets NAMES] [--latent 96]

The published formulation is written here as plainly as the paper has it: text and face are encoded for every picture,
all three branches go through the UNet in every step, keys and values are projected in every step, the face's LoRA is
computed beside its layers, and the maps are transformed step by step. Both sides make the same picture by turns, in an
order that changes; what is compared is the CPU time of one thread, so that other programs count little. Prints a JSON
line a preset: median milliseconds, the median of the pairs' ratios, of whole pictures and of the sampling alone, and
the largest difference of the pixels.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import Attention
from torch import Tensor

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import parity
from fastface_core.domain.branches import BRANCHES
from fastface_core.domain.identity import Identity
from fastface_core.domain.presets import Attention as Settings
from fastface_core.domain.presets import Part, Power, Preset, Scale, value_at
from fastface_core.engine import device, loading
from fastface_core.engine.adapters import FACE_LORA, in_unet
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.conditioning import condition, face_tokens
from fastface_core.engine.decoding import decode
from fastface_core.engine.guidance import StepGuidance
from fastface_core.engine.loading import Parts, Remembered
from fastface_core.engine.lora import LoraLayer, loras_of
from fastface_core.engine.sampler import Sampling, generators_for, guide, initial_noise, sample
from fastface_core.engine.schedulers import Scheduler
from fastface_core.models import installed
from fastface_core.presets.files import built_in, find
from fastface_core.progress import CancelToken, silent

PROMPT = "a portrait of a person, oil painting, soft light from a window"
STEPS = 4


# ---- The published formulation


def normalised(a: Tensor) -> Tensor:
    """N, over branches, heads and queries; a map is (branch, head, query, token)."""
    low, high = a.amin((0, 1, 2), keepdim=True), a.amax((0, 1, 2), keepdim=True)
    return (a - low) / (high - low)


def adain(x: Tensor, original: Tensor, weight: float) -> Tensor:
    mean, std = x.mean(-1, keepdim=True), x.std(-1, keepdim=True)
    mean0, std0 = original.mean(-1, keepdim=True), original.std(-1, keepdim=True)
    return weight * x + (1 - weight) * ((x - mean) * std0 / (std + 1e-6) + mean0)


def transformed(a: Tensor, settings: Settings, part: Part, step: int) -> Tensor:
    at = (part, step, STEPS)
    if settings.invert_first_token:
        a = torch.cat([1 - a[..., :1], a[..., 1:]], dim=-1)
    for one in settings.transforms:
        if isinstance(one, Power):
            a = a ** value_at(one.exponent, *at)
        elif isinstance(one, Scale):
            a = torch.clamp(a * value_at(one.factor, *at), max=one.maximum)
        else:
            assert one.quantile is not None
            middle = torch.quantile(a, value_at(one.quantile, *at), dim=2, keepdim=True).clamp(min=1e-6)
            a = normalised(torch.sigmoid(value_at(one.sharpness, *at) * (normalised(a) - middle)))
    if settings.invert_first_token:
        a = torch.cat([a[..., :1].amax(2, keepdim=True) - a[..., :1], a[..., 1:]], dim=-1)
    return a


class PublishedAttention:
    """Cross-attention with the identity's beside it."""

    def __init__(self, ours: FaceAttention, preset: Preset) -> None:
        self._key, self._value = ours.to_k_ip[0], ours.to_v_ip[0]
        self._part, self._preset = ours.part, preset
        self.step = 0

    def __call__(
        self, attn: Attention, hidden_states: Tensor, encoder_hidden_states: tuple[Tensor, list[Tensor]], **_: Any
    ) -> Tensor:
        text, (tokens,) = encoder_hidden_states

        def split(states: Tensor) -> Tensor:
            return states.unflatten(-1, (attn.heads, -1)).transpose(1, 2)

        query = split(attn.to_q(hidden_states))
        key, value = split(cast(Any, attn.to_k)(text)), split(cast(Any, attn.to_v)(text))
        output = F.scaled_dot_product_attention(query, key, value)
        key, value = split(self._key(tokens)), split(self._value(tokens))
        settings = self._preset.attention_at(self.step, STEPS)
        if settings is None or self._part not in settings.parts:
            face = F.scaled_dot_product_attention(query, key, value)
        else:
            plain = (query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5).softmax(-1)
            changed = transformed(plain, settings, self._part, self.step)
            face = changed @ value
            if settings.adain:
                corrected = adain(changed, plain, settings.adain) @ value
                corrected = adain(corrected, plain @ value, settings.adain)
                face = face if bool(corrected.isnan().any()) else corrected
        output = (output + self._preset.adapter_strength * face).transpose(1, 2).flatten(2)
        layers = cast(Any, attn.to_out)
        return layers[1](layers[0](output))


def beside(layer: LoraLayer, strength: float, module: torch.nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
    return output + strength * layer.scale * F.linear(F.linear(inputs[0], layer.down), layer.up)


@contextmanager
def published_unet(parts: Parts, preset: Preset) -> Any:
    """The UNet with the published attention and the LoRA beside its layers; gives the processors."""
    modules = dict(parts.unet.named_modules())
    processors = {name: PublishedAttention(ours, preset) for name, ours in parts.adapter.processors.items()}
    with ExitStack() as undone:
        for name, processor in processors.items():
            layer: Any = modules[name.removesuffix(".processor")]
            undone.callback(setattr, layer, "processor", layer.processor)
            del layer.processor
            layer.processor = processor
            undone.callback(delattr, layer, "processor")
        for name, lora in loras_of(parts.unet).get(FACE_LORA, {}).items():
            weight = cast(Tensor, modules[name].weight)
            lora = replace(lora, down=lora.down.to(weight), up=lora.up.to(weight))
            undone.callback(modules[name].register_forward_hook(partial(beside, lora, preset.lora_strength)).remove)
        yield processors.values()


@dataclass(frozen=True)
class Bench:
    parts: Parts
    identity: Identity
    side: int
    clock: Callable[[], float]

    def scheduler(self) -> Scheduler:
        sampling = self.parts.checkpoint.sampling
        on = self.parts.device.torch_device
        return Scheduler(sampling.scheduler, self.parts.scheduler_config, sampling.trailing, STEPS, on)

    @property
    def shape(self) -> tuple[int, int, int]:
        side = self.side // self.parts.vae_factor
        return (int(cast(Any, self.parts.unet.config).in_channels), side, side)

    @torch.inference_mode()
    def published(self, preset: Preset) -> tuple[np.ndarray[Any, Any], float]:
        """The picture, and the seconds of its sampling."""
        parts = replace(self.parts, remembered=Remembered())
        on, dtype = parts.device.torch_device, parts.device.dtype
        conditions = condition(parts, PROMPT, "", face_tokens(parts, self.identity))
        branches = [conditions[branch] for branch in BRANCHES]
        text, tokens = (
            torch.cat(found) for found in zip(*((one.text, one.tokens[0]) for one in branches), strict=True)
        )
        pooled = torch.cat([one.pooled for one in branches])
        times = torch.tensor([[self.side, self.side, 0, 0, self.side, self.side]] * 3, dtype=dtype, device=on)
        start, scheduler, generators = self.clock(), self.scheduler(), generators_for([0])
        latents = initial_noise(self.shape, generators).to(on) * scheduler.initial_sigma
        with published_unet(parts, preset) as processors:
            for step, timestep in enumerate(scheduler.timesteps):
                for processor in processors:
                    processor.step = step
                scaled = scheduler.scaled(latents, timestep)
                (found,) = cast(Any, parts.unet)(
                    scaled.repeat(3, 1, 1, 1).to(dtype),
                    scheduler.for_unet(step),
                    encoder_hidden_states=(text, [tokens]),
                    added_cond_kwargs={"text_embeds": pooled, "time_ids": times},
                    return_dict=False,
                )
                predictions = dict(zip(BRANCHES, found.float().chunk(3), strict=True))
                guidance = StepGuidance.at(preset.guidance, parts.checkpoint.sampling.guidance_scale, step, STEPS)
                prediction = guide(guidance, predictions, scaled, timestep, scheduler)
                latents, _ = scheduler.step(prediction, timestep, latents, generators)
        sampled = self.clock() - start
        return np.asarray(decode(parts, latents)[0], np.int16), sampled

    def ours(self, preset: Preset) -> tuple[np.ndarray[Any, Any], float]:
        parts = self.parts
        with in_unet(parts.unet, parts.adapter, preset) as attention:
            job = Sampling(
                unet=parts.unet,
                attention=attention,
                conditioning=condition(parts, PROMPT, "", face_tokens(parts, self.identity)),
                preset=preset,
                own_scale=parts.checkpoint.sampling.guidance_scale,
                steps=STEPS,
                width=self.side,
                height=self.side,
                latent_shape=self.shape,
            )
            start = self.clock()
            latents = sample(job, self.scheduler(), generators_for([0]), lambda _step, _latents: None, CancelToken())
            sampled = self.clock() - start
        return np.asarray(decode(parts, latents)[0], np.int16), sampled


def pack(folder: Path, latent: int, clock: Callable[[], float]) -> Bench:
    parts = parity.load_pack(folder / "models")
    case = parity.read_case(folder / "cases" / "baseline.safetensors")
    assert case is not None
    return Bench(parts, parity.identity_of(case[1]), latent * parts.vae_factor, clock)


def starter(clock: Callable[[], float]) -> Bench:
    """The model that comes with the program, and somebody made of numbers."""
    checkpoint = installed.starter()
    parts = loading.load(checkpoint, device.choose("cpu", "float32"), silent, CancelToken())
    generator = np.random.default_rng(0)
    embedding = generator.standard_normal(512).astype(np.float32)
    crop = generator.integers(0, 255, (224, 224, 3), np.uint8)
    somebody = Identity((embedding / np.linalg.norm(embedding)).astype(np.float32), crop)
    return Bench(parts, somebody, checkpoint.sampling.size, clock)


def compared(bench: Bench, preset: Preset, pairs: int) -> dict[str, object]:
    seconds: dict[str, list[tuple[float, float]]] = {"published": [], "ours": []}
    largest = 0
    for pair in range(pairs + 1):
        pictures: dict[str, np.ndarray[Any, Any]] = {}
        for name in ("published", "ours") if pair % 2 else ("ours", "published"):
            start = bench.clock()
            pictures[name], sampled = getattr(bench, name)(preset)
            if pair:  # the first round warms up
                seconds[name].append((bench.clock() - start, sampled))
        largest = max(largest, int(np.abs(pictures["published"] - pictures["ours"]).max()))
    line: dict[str, object] = {"preset": preset.name, "pairs": pairs}
    for name, found in seconds.items():
        line[f"{name}_ms"] = round(1000 * statistics.median(total for total, _ in found), 1)
    for place, what in enumerate(("total", "sampling")):
        ratios = [theirs[place] / our[place] for theirs, our in zip(seconds["published"], seconds["ours"], strict=True)]
        line[f"{what}_x"] = round(statistics.median(ratios), 2)
    return line | {"largest_difference": largest}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--pack", type=Path, help="folder with the models and cases of benchmarks/parity.py")
    where.add_argument("--starter", action="store_true", help="the model that comes with the program")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--presets", default=",".join(built_in()), help="names, separated by commas (default: all)")
    parser.add_argument("--latent", type=int, default=96, help="side of the pack's latents (default 96)")
    parsed = parser.parse_args(arguments)
    torch.set_num_threads(1)
    clock = time.process_time
    bench = starter(clock) if parsed.starter else pack(parsed.pack, parsed.latent, clock)
    for name in parsed.presets.split(","):
        print(json.dumps(compared(bench, find(name), parsed.pairs)), flush=True)


if __name__ == "__main__":
    main()
