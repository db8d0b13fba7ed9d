"""PuLID's encoders: from embedding and hidden states to identity tokens. The names of their weights are the files'."""

from collections.abc import Sequence
from typing import cast

import torch
from accelerate import init_empty_weights
from torch import Tensor

from fastface_core.engine.adapters.files import State, below
from fastface_core.engine.adapters.resampler import perceiver_layers

LEVELS = 5
"""Hidden states that are looked at, and rows that the embedding becomes."""


class Mapping(torch.nn.Sequential):
    """Three linear layers, a norm and a leaky rectifier between them."""

    def __init__(self, state: State) -> None:
        """Empty, with a file's sizes. KeyError where a part is missing."""
        sizes = [state["0.weight"].shape[1], *(state[f"{layer}.weight"].shape[0] for layer in (0, 3, 6))]
        super().__init__(
            torch.nn.Linear(sizes[0], sizes[1]),
            torch.nn.LayerNorm(sizes[1]),
            torch.nn.LeakyReLU(),
            torch.nn.Linear(sizes[1], sizes[2]),
            torch.nn.LayerNorm(sizes[2]),
            torch.nn.LeakyReLU(),
            torch.nn.Linear(sizes[2], sizes[3]),
        )


class IdEncoder(torch.nn.Module):
    """v1: five tokens of the embedding and five of the hidden states, for each photo."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.body = Mapping(below(state, "body."))
        for level in range(LEVELS):
            for name in (f"mapping_{level}", f"mapping_patch_{level}"):
                self.add_module(name, Mapping(below(state, f"{name}.")))

    @property
    def taken(self) -> int:
        """Numbers of the embedding."""
        return cast(torch.nn.Linear, self.body[0]).in_features

    @property
    def width(self) -> int:
        """Of the hidden states."""
        return cast(torch.nn.Linear, self.get_submodule("mapping_0.0")).in_features

    @property
    def tokens(self) -> int:
        return 2 * LEVELS

    def forward(self, embeddings: Tensor, hidden: Tensor) -> Tensor:
        """
        Args:
            embeddings: (photo, numbers).
            hidden: (photo, level, 1 + patches, width).

        Returns:
            (1, tokens of all photos, size).
        """
        own = cast(Tensor, self.body(embeddings)).unflatten(-1, (LEVELS, -1))
        seen: list[Tensor] = []
        for level, states in enumerate(hidden.unbind(1)):
            of_class = self.get_submodule(f"mapping_{level}")(states[:, :1])
            of_patches = self.get_submodule(f"mapping_patch_{level}")(states[:, 1:])
            seen.append(of_class + of_patches.mean(dim=1, keepdim=True))
        return torch.cat([own, *seen], dim=1).flatten(0, 1)[None]


class IdFormer(torch.nn.Module):
    """v1.1: learned queries that look at the embedding and at each level of the hidden states, of all photos."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.latents = torch.nn.Parameter(torch.zeros(state["latents"].shape))
        self.proj_out = torch.nn.Parameter(torch.zeros(state["proj_out"].shape))
        self.layers = perceiver_layers(state)
        self.id_embedding_mapping = Mapping(below(state, "id_embedding_mapping."))
        for level in range(LEVELS):
            self.add_module(f"mapping_{level}", Mapping(below(state, f"mapping_{level}.")))

    @property
    def taken(self) -> int:
        """Numbers of the embedding."""
        return cast(torch.nn.Linear, self.id_embedding_mapping[0]).in_features

    @property
    def width(self) -> int:
        """Of the hidden states."""
        return cast(torch.nn.Linear, self.get_submodule("mapping_0.0")).in_features

    @property
    def tokens(self) -> int:
        return self.latents.shape[1]

    def forward(self, embeddings: Tensor, hidden: Tensor, weights: Tensor | None = None) -> Tensor:
        """As `IdEncoder`, but with (1, tokens, size) for any number of photos.

        Args:
            weights: by which the attention to each photo's rows is multiplied before the softmax's sum is taken,
                (photo,); None for 1 each, as published.
        """
        bias = None if weights is None else self._bias(weights.log(), hidden.shape[2])
        rows = cast(Tensor, self.id_embedding_mapping(embeddings)).unflatten(-1, (LEVELS, -1)).flatten(0, 1)[None]
        latents = torch.cat([self.latents, rows], dim=1)
        each = len(self.layers) // LEVELS
        for level, states in enumerate(hidden.unbind(1)):
            mapped = cast(Tensor, self.get_submodule(f"mapping_{level}")(states)).flatten(0, 1)[None]
            seen = torch.cat([rows, mapped], dim=1)
            for layer in cast(Sequence[torch.nn.ModuleList], self.layers[level * each : (level + 1) * each]):
                attention, feed_forward = layer
                latents = feed_forward(attention(seen, latents, bias))
        return latents[:, : self.tokens] @ self.proj_out

    def _bias(self, logs: Tensor, states: int) -> Tensor:
        """For each key: the rows of the embeddings and `states` of each photo, the queries, the rows once more."""
        rows = logs.repeat_interleave(LEVELS)
        return torch.cat([rows, logs.repeat_interleave(states), logs.new_zeros(self.tokens), rows])


def encoder_of(state: State) -> IdEncoder | IdFormer:
    """The encoder of a file's `id_adapter.*`, in float32.

    Raises:
        KeyError, RuntimeError, ValueError: its weights are not all there, or of other sizes.
    """
    with init_empty_weights():
        encoder = IdFormer(state) if "latents" in state else IdEncoder(state)
    encoder.load_state_dict({name: value.float() for name, value in state.items()}, assign=True)
    return encoder.eval().requires_grad_(False)
