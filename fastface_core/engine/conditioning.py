"""From prompt and identity to what each of the three branches is conditioned on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from fastface_core.domain.adapter_traits import Several
from fastface_core.domain.branches import Branch
from fastface_core.domain.identity import Identity
from fastface_core.domain.places import Place
from fastface_core.domain.presets import Preset
from fastface_core.domain.prompts import parse, syntax_notice, unread_negative_notice, unread_notice
from fastface_core.engine.adapters import Control
from fastface_core.engine.loading import Parts
from fastface_core.engine.references import views_of


@dataclass(frozen=True, eq=False, slots=True)
class BranchCondition:
    """What one branch is conditioned on, for a batch of one.

    Attributes:
        text: (1, length, size), both encoders side by side.
        pooled: (1, size), of the second encoder.
        tokens: of the face adapter, (1, tokens, size) for each person.
    """

    text: Tensor
    pooled: Tensor
    tokens: tuple[Tensor, ...]


Conditioning = Mapping[Branch, BranchCondition]

_TEXTS_REMEMBERED = 32
"""Half a megabyte each."""


@dataclass(frozen=True, eq=False, slots=True)
class FaceTokens:
    """What the face adapter makes of a person, and of nobody: (1, tokens, size) each. The same in every prompt.

    Attributes:
        bias: what is added to the logits of the attention to each token, where photos side by side count unlike,
            (tokens,); None adds nothing.
    """

    face: Tensor
    nobody: Tensor
    bias: Tensor | None = None


@torch.inference_mode()
def face_tokens(parts: Parts, identity: Identity, several: Several | None = None) -> FaceTokens:
    """
    Args:
        several: how several photos are combined; None is the adapter's default.
    """
    adapter = parts.adapter
    how = _told(parts, several)
    views, shares = views_of(identity, how)
    if how == "fused":
        return FaceTokens(face=adapter.fused(views, shares), nobody=_nobody(parts, len(views)))
    faces, nobody = [adapter.project(view) for view in views], _nobody(parts, 1)
    if how == "tokens":
        mean = sum(share * face.float() for share, face in zip(shares, faces, strict=True))
        return FaceTokens(face=cast(Tensor, mean).to(nobody.dtype), nobody=nobody)
    return FaceTokens(torch.cat(faces, dim=1), nobody.repeat(1, len(faces), 1), _bias(shares, adapter.tokens, nobody))


def _bias(shares: Sequence[float], tokens: int, like: Tensor) -> Tensor | None:
    """Lets each photo's tokens count by its share: exp(logit) times n share, so that the map adds up to 1 as before,
    and equal shares change nothing."""
    if len(set(shares)) < 2:
        return None
    weights = torch.tensor(shares, device=like.device) * len(shares)
    return weights.log().repeat_interleave(tokens)


def _told(parts: Parts, several: Several | None) -> Several:
    """How several photos are combined."""
    if parts.checkpoint.identity == "twin":
        # The checkpoint is not conditioned on the photos.
        return "embedding"
    return several or parts.adapter.traits.several


def _nobody(parts: Parts, photos: int) -> Tensor:
    """The tokens of no face, which are the same for every person."""
    known = parts.remembered.nobody
    if photos not in known:
        known[photos] = parts.adapter.nobody(photos)
    return known[photos]


def controls(
    parts: Parts, people: Sequence[tuple[Identity, Place | None]], preset: Preset, width: int, height: int
) -> tuple[Control, ...]:
    """What the adapter's control network follows for each person in pictures of this size, in pixels; empty for
    adapters without one."""
    found: list[Control] = []
    for identity, place in people:
        views, shares = views_of(identity, _told(parts, preset.several))
        # The pose is that of one photo: the first of those that count most.
        best = max(range(len(views)), key=lambda index: shares[index])
        control = parts.adapter.controlled((views[best],), preset, width, height, place)
        if control is not None:
            found.append(control)
    return tuple(found)


@torch.inference_mode()
def condition(parts: Parts, prompt: str, negative_prompt: str, *people: FaceTokens) -> Conditioning:
    """u: negative text, no face; i: negative text, face; t: positive text, face."""
    said = [prompt]
    if negative_prompt or not parts.zero_empty_prompt:
        said.append(negative_prompt)
    known = parts.remembered.texts
    for text in said:
        if text not in known:
            known[text] = encode(parts, text)
    # The last ones asked for stand last.
    states = [known.setdefault(text, known.pop(text)) for text in said]
    while len(known) > _TEXTS_REMEMBERED:
        del known[next(iter(known))]
    positive, *others = states
    # Zeros are what SDXL saw in training where the text was left out, and not the states of "".
    negative = others[0] if others else (torch.zeros_like(positive[0]), torch.zeros_like(positive[1]))
    faces, nobody = tuple(one.face for one in people), tuple(one.nobody for one in people)
    return {
        "u": BranchCondition(*negative, nobody),
        "i": BranchCondition(*negative, faces),
        "t": BranchCondition(*positive, faces),
    }


def notices(parts: Parts, prompt: str, negative_prompt: str) -> list[str]:
    """What of the two prompts is not read, or not as other programs would: a sentence each."""
    said = (
        syntax_notice(prompt, negative_prompt),
        unread_notice(prompt, _unread(parts, prompt)),
        unread_negative_notice(negative_prompt, _unread(parts, negative_prompt)),
    )
    return [sentence for sentence in said if sentence is not None]


def _unread(parts: Parts, prompt: str) -> int | None:
    """The place from which on a prompt is longer than the text encoders read; None where all of it is read."""
    tokenizer, parsed = parts.tokenizers[0], parse(prompt)
    found = tokenizer(parsed.text, verbose=False, return_offsets_mapping=True)
    room = cast(int, tokenizer.model_max_length)
    if len(cast(list[int], found.input_ids)) <= room:
        return None
    start, _ = cast(list[tuple[int, int]], found.offset_mapping)[room - 1]
    return parsed.places[start]


def encode(parts: Parts, prompt: str) -> tuple[Tensor, Tensor]:
    """Penultimate states of both text encoders, (1, length, size), and the second one's pooled text, (1, size).

    A weight multiplies the distance of a token's state from the state of the empty text.
    """
    target, dtype = parts.device.torch_device, parts.device.dtype
    parsed = parse(prompt)
    texts = [parsed.text] if parsed.weights is None else [parsed.text, ""]
    states: list[Tensor] = []
    pooled: Tensor | None = None
    for tokenizer, encoder in zip(parts.tokenizers, parts.text_encoders, strict=True):
        found = tokenizer(
            texts,
            padding="max_length",
            max_length=tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
            return_offsets_mapping=parsed.weights is not None,
        )
        ids = cast(Tensor, found.input_ids)
        output: Any = cast(Any, encoder)(ids.to(encoder.device), output_hidden_states=True)
        hidden = cast(Tensor, output.hidden_states[-2])
        if parsed.weights is not None:
            places = cast(list[list[int]], found.offset_mapping[0].tolist())
            weights = torch.tensor([parsed.weight(start, end) for start, end in places], device=hidden.device)
            text, nothing = hidden.float()
            hidden = (nothing + (text - nothing) * weights[:, None])[None]
        states.append(hidden)
        pooled = cast(Tensor, output[0])[:1]
    assert pooled is not None
    return torch.cat(states, dim=-1).to(target, dtype), pooled.to(target, dtype)
