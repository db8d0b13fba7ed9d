"""The attention of learned queries over what was seen: perceiver layers as InstantID and PuLID have them.

Equations: arXiv 2204.14198 (Flamingo), "Perceiver Resampler"; the names of the weights are those of the files.
"""

import torch
from torch import Tensor

HEAD = 64
"""Channels of a head, in every published file."""


class PerceiverAttention(torch.nn.Module):
    """L + attention of the queries to what was seen and to one another, without biases."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.norm1 = torch.nn.LayerNorm(size)
        self.norm2 = torch.nn.LayerNorm(size)
        self.to_q = torch.nn.Linear(size, heads * HEAD, bias=False)
        self.to_kv = torch.nn.Linear(size, 2 * heads * HEAD, bias=False)
        self.to_out = torch.nn.Linear(heads * HEAD, size, bias=False)

    def forward(self, seen: Tensor, latents: Tensor, bias: Tensor | None = None) -> Tensor:
        """
        Args:
            seen: (1, rows, size).
            latents: the queries, (1, queries, size).
            bias: added to the logits of each key, (rows + queries,); None for no bias.
        """
        seen, asking = self.norm1(seen), self.norm2(latents)
        query = _split(self.to_q(asking))
        key, value = (_split(half) for half in self.to_kv(torch.cat([seen, asking], dim=1)).chunk(2, dim=-1))
        logits = (query @ key.transpose(-2, -1)).float() / HEAD**0.5
        if bias is not None:
            logits = logits + bias
        found = logits.softmax(-1).to(value.dtype) @ value
        return latents + self.to_out(found.transpose(1, 2).flatten(2))


class FeedForward(torch.nn.Sequential):
    """L + the usual two linear layers, without biases."""

    def __init__(self, size: int, inner: int) -> None:
        super().__init__(
            torch.nn.LayerNorm(size),
            torch.nn.Linear(size, inner, bias=False),
            torch.nn.GELU(),
            torch.nn.Linear(inner, size, bias=False),
        )

    def forward(self, input: Tensor) -> Tensor:
        return input + super().forward(input)


def perceiver_layers(state: dict[str, Tensor]) -> torch.nn.ModuleList:
    """Empty layers of the number and sizes that a file's `layers.*` have; KeyError where there are none."""
    depth = 1 + max((int(key.split(".")[1]) for key in state if key.startswith("layers.")), default=-1)
    layers: list[torch.nn.Module] = []
    for number in range(depth):
        width, size = state[f"layers.{number}.0.to_q.weight"].shape
        inner = state[f"layers.{number}.1.1.weight"].shape[0]
        layers.append(torch.nn.ModuleList([PerceiverAttention(size, width // HEAD), FeedForward(size, inner)]))
    return torch.nn.ModuleList(layers)


def _split(states: Tensor) -> Tensor:
    """(batch, length, size) to (batch, head, length, HEAD)."""
    return states.unflatten(-1, (-1, HEAD)).transpose(1, 2)
