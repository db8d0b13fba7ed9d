"""The attention processor that adds the face, and the context in which it is in the UNet."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Self, cast

import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import Attention, IPAdapterAttnProcessor2_0
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor

from fastface_core.domain.presets import Part, Preset
from fastface_core.engine import fused
from fastface_core.engine.joining import PLAIN, Joining
from fastface_core.engine.regions import Region, Regions
from fastface_core.engine.transforms import MapTransform, Values

Watch = Callable[[Tensor, Tensor], None]
"""Takes a layer's identity map before and after its transform, each (image, branch, head, query, token), float32."""


class Attended(tuple[Tensor, list[Tensor]]):
    """The text (batch, length, size) and each person's identity tokens, (batch, token, size), that a batch attends to,
    with the keys and values that each layer made of them: they are the same in every step of a job.

    Attributes:
        regions: where each of several people is; None for one, who is everywhere.
        biases: for each person what is added to the logits of their tokens, (token,); None or no entry adds nothing.
    """

    def __new__(
        cls, content: tuple[Tensor, list[Tensor]], regions: Regions | None = None, biases: Sequence[Tensor | None] = ()
    ) -> Self:
        return super().__new__(cls, content)

    def __init__(
        self, content: tuple[Tensor, list[Tensor]], regions: Regions | None = None, biases: Sequence[Tensor | None] = ()
    ) -> None:
        self.regions, self.biases = regions, tuple(biases) or (None,) * len(content[1])
        self.of_text: dict[FaceAttention, tuple[Tensor, Tensor]] = {}
        self.of_identity: dict[FaceAttention, tuple[IdentityStates, ...]] = {}


class IdentityStates:
    """What a layer makes of a person's identity tokens.

    Attributes:
        key, value: zero tokens included, (batch, head, token, channel).
        bias: what is added to the logits, (token,), zero tokens included; None adds nothing.
        for_map: the keys, float32 and divided by the root of their length.
        values: those that a transformed map meets.
    """

    def __init__(self, key: Tensor, value: Tensor, branches: int, zero_tokens: int, bias: Tensor | None = None) -> None:
        self.key, self.value = key, value
        self.bias = None if bias is None else F.pad(bias.float(), (0, zero_tokens))
        self.for_map = (key.float() / key.shape[-1] ** 0.5).contiguous()
        tokens = value[:, :, : value.shape[2] - zero_tokens].float().contiguous()
        self.values = Values(tokens.unflatten(0, (-1, branches)))


class FaceAttention(IPAdapterAttnProcessor2_0):
    """Cross-attention to the text and, beside it, to the identity tokens.

    A subclass because diffusers' `set_ip_adapter_scale` asks for its own class; the whole computation is here.

    Attributes:
        part: the part of the UNet it sits in.
        transform: what is done to the identity map at this step; None attends without materialising the map.
        chain: the same, where kernels do it all at once.
        branches: how many branches of each image are in the batch, image by image.
        watch: who is shown the maps; None, as in every run that does not ask for them, makes none for it.
        joining: how its output joins the text's.
    """

    def __init__(self, to_key: Tensor, to_value: Tensor, tokens: int, part: Part) -> None:
        """`to_key`, `to_value`: (hidden size, cross-attention size) weights of the adapter's projections."""
        hidden_size, cross_attention_dim = to_key.shape
        with torch.device("meta"):
            super().__init__(hidden_size, cross_attention_dim, num_tokens=(tokens,))
        self.load_state_dict({"to_k_ip.0.weight": to_key, "to_v_ip.0.weight": to_value}, assign=True)
        self.requires_grad_(False)
        self.part: Part = part
        self.transform: MapTransform | None = None
        self.chain: fused.Chain | None = None
        self.branches = 1
        self.watch: Watch | None = None
        self.joining = PLAIN

    def __call__(  # type: ignore[override]
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: tuple[Tensor, list[Tensor]],
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
    ) -> Tensor:
        """
        Args:
            hidden_states: (batch, query, hidden size).
            encoder_hidden_states: the text (batch, 77, size), and each person's identity tokens (batch, token, size).
        """
        if not isinstance(encoder_hidden_states, Attended):
            encoder_hidden_states = Attended(encoder_hidden_states)
        heads = attn.heads
        # diffusers types it as optional, for attention without an output; cross-attention has it.
        to_output = cast(torch.nn.ModuleList, attn.to_out)
        query = _split(attn.to_q(hidden_states), heads)
        output = F.scaled_dot_product_attention(query, *self._of_text(attn, encoder_hidden_states))
        strength = cast(float, self.scale[0])
        if strength != 0:
            people = self._of_identity(encoder_hidden_states, heads, query.dtype)
            if encoder_hidden_states.regions is None:
                (face,) = people
                output = self._joined(output, query, face, strength, self.watch)
            else:
                regions = encoder_hidden_states.regions.of(query.shape[2])
                output = self._in_regions(output, query, people, regions, strength)
        output = output.transpose(1, 2).flatten(2)
        return to_output[1](to_output[0](output))

    def _in_regions(
        self,
        text: Tensor,
        query: Tensor,
        people: Sequence[IdentityStates],
        regions: Sequence[Region],
        strength: float,
    ) -> Tensor:
        """The text's output with that of each person within their region, where alone it is computed."""
        output = text.clone()
        maps: list[tuple[Tensor, Tensor]] = []
        for face, region in zip(people, regions, strict=True):
            within = region.queries
            seen = _Seen()
            watch = None if self.watch is None else seen.take
            if len(within):
                of_text = text[:, :, within]
                joined = self._joined(of_text, query[:, :, within], face, strength, watch)
                output[:, :, within] += (joined - of_text) * region.share.to(joined.dtype)
            if self.watch is not None:
                maps.append(self._scattered(seen.maps, within, query, face))
        if self.watch is not None:
            self.watch(*(torch.cat(parts, dim=-1) for parts in zip(*maps, strict=True)))
        return output

    def _scattered(
        self, seen: Sequence[tuple[Tensor, Tensor]], within: Tensor, query: Tensor, face: IdentityStates
    ) -> tuple[Tensor, Tensor]:
        """A person's maps over all places: zeros where the person is not."""
        batch, heads, places, _ = query.shape
        tokens = face.key.shape[2] - self.joining.zero_tokens
        whole = query.new_zeros((batch // self.branches, self.branches, heads, places, tokens), dtype=torch.float32)
        before, after = whole, whole.clone()
        for found in seen:
            before[:, :, :, within], after[:, :, :, within] = found
        return before, after

    def _joined(
        self, text: Tensor, query: Tensor, face: IdentityStates, strength: float, watch: Watch | None
    ) -> Tensor:
        """One person's output together with the text's, (batch, head, query, channel)."""
        if self.transform is None:
            bias = None if face.bias is None else face.bias.to(query.dtype)[None]
            identity = F.scaled_dot_product_attention(query, face.key, face.value, attn_mask=bias)
            if watch is not None:
                plain = self._map(query, face)
                watch(plain, plain)
        elif watch is None and self._at_once(face):
            assert self.chain is not None
            tokens = face.values.tokens.flatten(0, 1)
            return self.chain.attend(text, query, face.for_map, tokens, strength, self.branches)
        else:
            identity = self._manipulated(self.transform, query, face, watch)
        return self.joining.combine(text, identity, strength, query, face.key, face.bias)

    def _at_once(self, face: IdentityStates) -> bool:
        chain = self.chain
        return chain is not None and self.joining == PLAIN and face.bias is None and chain.fits(face.values.tokens)

    def _of_text(self, attn: Attention, attended: Attended) -> tuple[Tensor, Tensor]:
        found = attended.of_text.get(self)
        if found is None:
            # diffusers types these as optional, for attention without keys of its own; cross-attention has them all.
            layers = cast(torch.nn.Module, attn.to_k), cast(torch.nn.Module, attn.to_v)
            key, value = (_split(layer(attended[0]), attn.heads) for layer in layers)
            found = attended.of_text[self] = key, value
        return found

    def _of_identity(self, attended: Attended, heads: int, dtype: torch.dtype) -> tuple[IdentityStates, ...]:
        found = attended.of_identity.get(self)
        if found is None:
            found = attended.of_identity[self] = tuple(
                self._states(tokens, bias, heads, dtype)
                for tokens, bias in zip(attended[1], attended.biases, strict=True)
            )
        return found

    def _states(self, tokens: Tensor, bias: Tensor | None, heads: int, dtype: torch.dtype) -> IdentityStates:
        zeros = self.joining.zero_tokens
        key, value = (
            _with_zeros(_split(layer(tokens), heads).to(dtype), zeros) for layer in (self.to_k_ip[0], self.to_v_ip[0])
        )
        return IdentityStates(key, value, self.branches, zeros, bias)

    def _manipulated(self, transform: MapTransform, query: Tensor, face: IdentityStates, watch: Watch | None) -> Tensor:
        attention = self._map(query, face)
        see = None if watch is None else partial(watch, attention)
        return transform.attend(attention, face.values, see).flatten(0, 1).to(query.dtype)

    def _map(self, query: Tensor, face: IdentityStates) -> Tensor:
        """(image, branch, head, query, token) of the identity's tokens; zero tokens only take of their attention."""
        # The map has only a few tokens: in float32 it costs little, and half precision would lose its small entries.
        # In memory, a token's places lie side by side: the few tokens of a place would make slow work of everything.
        logits = face.for_map @ query.float().transpose(-2, -1)
        if face.bias is not None:
            logits = logits + face.bias[:, None]
        attention = logits.softmax(-2)[:, :, : face.key.shape[2] - self.joining.zero_tokens]
        return attention.transpose(-2, -1).unflatten(0, (-1, self.branches))


class _Seen:
    """Takes a person's maps in a layer, of their region's places; none where the region has none."""

    def __init__(self) -> None:
        self.maps: list[tuple[Tensor, Tensor]] = []

    def take(self, before: Tensor, after: Tensor) -> None:
        self.maps.append((before, after))


def _split(states: Tensor, heads: int) -> Tensor:
    """(batch, length, size) to (batch, head, length, size / heads)."""
    return states.unflatten(-1, (heads, -1)).transpose(1, 2)


def _with_zeros(states: Tensor, tokens: int) -> Tensor:
    """Further tokens of zeros, (batch, head, length + tokens, size)."""
    return F.pad(states, (0, 0, 0, tokens)) if tokens else states


class InstalledAttention:
    """The face attention while it is in the UNet."""

    def __init__(self, processors: Mapping[str, FaceAttention], at_once: bool = False) -> None:
        """`at_once`: there are kernels that do all of a layer's transforms."""
        self._processors = processors
        self._at_once = at_once

    def set_step(self, preset: Preset, step: int, steps: int, branches: int) -> None:
        """What holds from now on: the preset at `step` (from 0) of `steps`, with so many branches an image."""
        settings = preset.attention_at(step, steps)
        transforms: dict[Part, MapTransform] = (
            {part: MapTransform(settings, part, step, steps) for part in settings.parts} if settings else {}
        )
        chains = {part: fused.Chain.of(one) for part, one in transforms.items()} if self._at_once else {}
        for processor in self._processors.values():
            processor.transform = transforms.get(processor.part)
            processor.chain = chains.get(processor.part)
            processor.branches = branches

    def watch(self, watches: Callable[[str], Watch] | None) -> None:
        """Shows the maps of each layer to what `watches` gives for its processor's name; None shows them to nobody."""
        for name, processor in self._processors.items():
            processor.watch = None if watches is None else watches(name)

    def reset(self) -> None:
        self.watch(None)
        for processor in self._processors.values():
            processor.transform = processor.chain = None
            processor.branches = 1
            processor.joining = PLAIN


@contextmanager
def installed(
    unet: UNet2DConditionModel,
    processors: Mapping[str, FaceAttention],
    strength: float,
    joining: Joining = PLAIN,
    at_once: bool | None = None,
) -> Generator[InstalledAttention]:
    """Puts the face attention into the UNet, and takes it out again however the block ends.

    Args:
        processors: by the UNet's name of the processor they replace.
        strength: factor of the identity attention's output.
        joining: how that joins the text's.
        at_once: kernels do all of a layer's transforms; None where the device has them.
    """
    if at_once is None:
        at_once = all(fused.available(processor.to_k_ip[0].weight.device) for processor in processors.values())
    # Layer by layer: `unet.set_attn_processor` walks through the whole UNet, which takes longer than a sampling step.
    layers: dict[str, Any] = {name: unet.get_submodule(name.removesuffix(".processor")) for name in processors}
    before = {name: layer.processor for name, layer in layers.items()}
    attention = InstalledAttention(processors, at_once)
    try:
        for name, processor in processors.items():
            processor.scale[:] = [strength]
            processor.joining = joining
            layers[name].processor = processor
        yield attention
    finally:
        attention.reset()
        for name, layer in layers.items():
            # torch takes nothing but a module in a module's place.
            del layer.processor
            layer.processor = before[name]
