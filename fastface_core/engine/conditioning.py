"""From prompt and identity to what each of the three branches is conditioned on."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from fastface_core.branches import Branch
from fastface_core.engine.loading import Parts
from fastface_core.identity import Identity


@dataclass(frozen=True, eq=False, slots=True)
class BranchCondition:
    """What one branch is conditioned on, for a batch of one.

    Attributes:
        text: (1, length, size), both encoders side by side.
        pooled: (1, size), of the second encoder.
        tokens: (1, tokens, size), of the face adapter.
    """

    text: Tensor
    pooled: Tensor
    tokens: Tensor


Conditioning = Mapping[Branch, BranchCondition]


@dataclass(frozen=True, eq=False, slots=True)
class FaceTokens:
    """What the face adapter makes of a person, and of nobody: (1, tokens, size) each. The same in every prompt."""

    face: Tensor
    nobody: Tensor


@torch.inference_mode()
def face_tokens(parts: Parts, identity: Identity) -> FaceTokens:
    with _on_device(parts, parts.adapter.encoder):
        return FaceTokens(face=parts.adapter.project(identity), nobody=parts.adapter.nobody())


@torch.inference_mode()
def condition(parts: Parts, prompt: str, negative_prompt: str, person: FaceTokens) -> Conditioning:
    """u: negative text, no face; i: negative text, face; t: positive text, face."""
    with _on_device(parts, *parts.text_encoders):
        positive = _encode(parts, prompt)
        if negative_prompt or not parts.zero_empty_prompt:
            negative = _encode(parts, negative_prompt)
        else:
            # What SDXL saw in training where the text was left out: zeros, and not the states of "".
            negative = torch.zeros_like(positive[0]), torch.zeros_like(positive[1])
    return {
        "u": BranchCondition(*negative, person.nobody),
        "i": BranchCondition(*negative, person.face),
        "t": BranchCondition(*positive, person.face),
    }


def unread_words(parts: Parts, prompt: str) -> str:
    """The end of a prompt that is longer than the text encoders read; empty where all of it is read."""
    tokenizer = parts.tokenizers[0]
    ids = cast(list[int], tokenizer(prompt, verbose=False).input_ids)
    room = cast(int, tokenizer.model_max_length)
    if len(ids) <= room:
        return ""
    return cast(str, tokenizer.decode(ids[room - 1 : -1])).strip()


def _encode(parts: Parts, text: str) -> tuple[Tensor, Tensor]:
    """Penultimate states of both text encoders, (1, length, size), and the second one's pooled text, (1, size)."""
    target, dtype = parts.unet.device, parts.unet.dtype
    states: list[Tensor] = []
    pooled: Tensor | None = None
    for tokenizer, encoder in zip(parts.tokenizers, parts.text_encoders, strict=True):
        ids = tokenizer(
            text,
            padding="max_length",
            max_length=tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        ).input_ids
        output: Any = cast(Any, encoder)(cast(Tensor, ids).to(encoder.device), output_hidden_states=True)
        states.append(output.hidden_states[-2])
        pooled = cast(Tensor, output[0])
    assert pooled is not None
    return torch.cat(states, dim=-1).to(target, dtype), pooled.to(target, dtype)


@contextmanager
def _on_device(parts: Parts, *modules: torch.nn.Module) -> Generator[None]:
    """Encoders that do not stay on the device are there within the block."""
    if parts.device.keep_encoders:
        yield
        return
    for module in modules:
        module.to(parts.device.torch_device)
    try:
        yield
    finally:
        for module in modules:
            module.to("cpu")
