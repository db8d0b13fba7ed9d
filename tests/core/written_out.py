"""The method over a face adapter a second time: slow, without any of the engine's own attention, guidance or loop.

Written out from the publications (arXiv 2505.21144 the guidance and the transforms, arXiv 2404.16022 PuLID's joining,
arXiv 2401.07519 InstantID's control network), with diffusers' UNet, control network and DDIM. All three branches are
always computed. Runs of the published code say whether it is right; it says so of what nobody published a run of.
"""

from typing import Any, cast

import torch
from diffusers.models.attention_processor import Attention
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from torch import Tensor

from fastface_core.domain.branches import BRANCHES
from fastface_core.domain.presets import PerPart, Power, Preset, Scale, Softmask
from fastface_core.engine.adapters import FACE_LORA, Control
from fastface_core.engine.attention import FaceAttention
from fastface_core.engine.conditioning import Conditioning
from fastface_core.engine.loading import Parts
from fastface_core.engine.lora import loras_at


class SlowAttention:
    """A cross-attention layer over the three branches of one image.

    Attributes:
        step: from 0, of those that the preset's lists are of.
    """

    def __init__(self, weights: FaceAttention, preset: Preset, zeros: int, projection: str, tokens: Tensor) -> None:
        self._weights, self._preset, self._zeros, self._projection = weights, preset, zeros, projection
        self._tokens = tokens
        self.step = 0

    def __call__(
        self, attn: Attention, hidden_states: Tensor, encoder_hidden_states: Tensor, attention_mask: None = None
    ) -> Tensor:
        def heads(states: Tensor) -> Tensor:
            branches, length, size = states.shape
            return states.reshape(branches, length, attn.heads, size // attn.heads).transpose(1, 2)

        layers = cast(Any, attn)
        query = heads(layers.to_q(hidden_states))
        of_text = heads(layers.to_k(encoder_hidden_states)), heads(layers.to_v(encoder_hidden_states))
        key, value = (
            heads(self._tokens.float() @ layer.get_parameter("weight").float().T)
            for layer in (self._weights.to_k_ip[0], self._weights.to_v_ip[0])
        )
        nothing = torch.zeros(*key.shape[:2], self._zeros, key.shape[3])
        key, value = torch.cat([key, nothing], 2), torch.cat([value, nothing], 2)
        root = query.shape[-1] ** 0.5
        text = (query @ of_text[0].transpose(-1, -2) / root).softmax(-1) @ of_text[1]
        plain = (query @ key.transpose(-1, -2) / root).softmax(-1)
        identity = self._seen(plain, value)
        joined = self._join(text, identity, query, key)
        branches, _, length, _ = joined.shape
        return layers.to_out[0](joined.transpose(1, 2).reshape(branches, length, -1))

    def _seen(self, plain: Tensor, value: Tensor) -> Tensor:
        settings = self._preset.attention
        if settings is None or self._weights.part not in settings.parts:
            return plain @ value
        tokens = plain.shape[-1] - self._zeros
        before, value = plain[..., :tokens], value[:, :, :tokens]
        map_ = before.clone()
        if settings.invert_first_token:
            map_[..., 0] = 1 - map_[..., 0]
        for transform in settings.transforms:
            match transform:
                case Power():
                    map_ = map_ ** self._value(transform.exponent)
                case Scale():
                    map_ = torch.minimum(map_ * self._value(transform.factor), torch.tensor(transform.maximum))
                case Softmask():
                    assert transform.quantile is not None
                    middle = torch.quantile(map_, self._value(transform.quantile), dim=2, keepdim=True).clamp(min=1e-6)
                    normal = _normalised(map_)
                    map_ = _normalised(torch.sigmoid(self._value(transform.sharpness) * (normal - middle)))
        if settings.invert_first_token:
            map_[..., 0] = map_[..., 0].amax(dim=2, keepdim=True) - map_[..., 0]
        if not settings.adain:
            return map_ @ value
        map_ = _restyled(map_, before, settings.adain)
        return _restyled(map_ @ value, before @ value, settings.adain)

    def _value(self, given: object) -> float:
        if isinstance(given, PerPart):
            given = given.of(self._weights.part)
        if isinstance(given, tuple | list):
            given = cast(tuple[float, ...], given)[self.step]
        return float(cast(float, given))

    def _join(self, text: Tensor, identity: Tensor, query: Tensor, key: Tensor) -> Tensor:
        strength = self._preset.adapter_strength
        if self._projection == "off":
            return text + strength * identity
        total = (text * text).sum(2, keepdim=True)
        share = torch.where(total == 0, 0, (text * identity).sum(2, keepdim=True) / total)
        if self._projection == "v1":
            return text + strength * (identity - share * text)
        sure = (query @ key.transpose(-1, -2)).softmax(-1)[..., :5].sum(-1).mean(1)[:, None, :, None]
        return text + strength * (identity + (sure - 1) * share * text)


def _normalised(map_: Tensor) -> Tensor:
    """Each token's least to greatest over branches, heads and queries."""
    low, high = map_.amin((0, 1, 2), keepdim=True), map_.amax((0, 1, 2), keepdim=True)
    return torch.where(high == low, 0, (map_ - low) / (high - low))


def _restyled(values: Tensor, original: Tensor, weight: float) -> Tensor:
    mean, deviation = values.mean(-1, keepdim=True), values.std(-1, keepdim=True)
    moved = (values - mean) * original.std(-1, keepdim=True) / (deviation + 1e-6) + original.mean(-1, keepdim=True)
    return weight * values + (1 - weight) * moved


@torch.inference_mode()
def drawn(
    parts: Parts,
    conditioning: Conditioning,
    preset: Preset,
    weights: tuple[tuple[float, ...], tuple[float, ...]],
    noise: Tensor,
    control: Control | None = None,
) -> Tensor:
    """Latents of one image, (1, channel, height, width).

    Args:
        weights: of identity and text in the guidance, step by step; their length is the number of steps, and that of
            the preset's lists.
        noise: of the same shape.
    """
    adapter, unet = parts.adapter, parts.unet
    joining = adapter.joining(preset)
    tokens = torch.cat([conditioning[branch].tokens[0] for branch in BRANCHES])
    layers = {
        name: SlowAttention(one, preset, joining.zero_tokens, str(getattr(joining, "projection", "off")), tokens)
        for name, one in adapter.processors.items()
    }
    text = torch.cat([conditioning[branch].text for branch in BRANCHES])
    height, width = (side * parts.vae_factor for side in noise.shape[-2:])
    added = {
        "text_embeds": torch.cat([conditioning[branch].pooled for branch in BRANCHES]),
        "time_ids": torch.tensor([[height, width, 0, 0, height, width]] * 3, dtype=torch.float32),
    }
    scheduler = cast(Any, DDIMScheduler).from_config(dict(parts.scheduler_config), timestep_spacing="trailing")
    scheduler.set_timesteps(len(weights[0]))
    before = dict(unet.attn_processors)
    latents = noise
    try:
        unet.set_attn_processor(cast(Any, before | layers))
        with loras_at(unet, {FACE_LORA: preset.lora_strength} if adapter.has_lora else {}):
            for step, timestep in enumerate(scheduler.timesteps):
                for layer in layers.values():
                    layer.step = step
                batch = latents.expand(3, -1, -1, -1)
                residuals: dict[str, Any] = {}
                if control is not None:
                    down, middle = control.network(
                        batch,
                        timestep,
                        encoder_hidden_states=tokens,
                        controlnet_cond=control.picture.expand(3, -1, -1, -1),
                        added_cond_kwargs=added,
                        return_dict=False,
                    )
                    residuals["down_block_additional_residuals"] = [one * control.strength for one in down]
                    residuals["mid_block_additional_residual"] = middle * control.strength
                output = unet(
                    batch,
                    timestep,
                    encoder_hidden_states=text,
                    added_cond_kwargs=added,
                    return_dict=False,
                    **residuals,
                )[0]
                u, i, t = output
                guided = _guided(u, i, t, weights[0][step], weights[1][step], preset.guidance.rescale)
                latents = scheduler.step(guided[None], timestep, latents).prev_sample
    finally:
        unet.set_attn_processor(cast(Any, before))
    return latents


def _guided(u: Tensor, i: Tensor, t: Tensor, identity: float, text: float, rescale: float) -> Tensor:
    noise = u + identity * (i - u) + text * (t - i)
    return noise * (rescale * (i.std() + t.std()) / (2 * noise.std()) + 1 - rescale)
