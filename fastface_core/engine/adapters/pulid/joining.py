"""PuLID's joining of the identity's output to the text's (arXiv 2404.16022 and its published code)."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from fastface_core.engine.joining import Joining

Projection = Literal["off", "v1", "v2"]
_OWN_TOKENS = 5
"""How many of the first tokens say how sure the identity is of a place; in v1 they are those of the embedding."""


@dataclass(frozen=True, slots=True)
class Orthogonal(Joining):
    """What of the identity's output lies along the text's is left out, over the queries of each channel.

    off: T + s I. v1: T + s (I - P). v2: T + s (I + (w - 1) P), with P = T (sum T I) / (sum T^2), the sums over the
    queries, and w the share of attention that the first five tokens get.
    """

    projection: Projection = "off"

    def combine(
        self, text: Tensor, identity: Tensor, strength: float, query: Tensor, key: Tensor, bias: Tensor | None = None
    ) -> Tensor:
        if self.projection == "off":
            return text + strength * identity
        plain, face = text.float(), identity.float()
        share = (plain * face).sum(2, keepdim=True) / (plain * plain).sum(2, keepdim=True)
        # Without a negative prompt the text is zeros, and has no direction that anything could lie along.
        along = plain * torch.nan_to_num(share, nan=0.0, posinf=0.0, neginf=0.0)
        if self.projection == "v1":
            face = face - along
        else:
            # Not scaled by the size of a head, as published.
            logits = query.float() @ key.float().transpose(-2, -1)
            attention = (logits if bias is None else logits + bias).softmax(-1)
            sure = attention[..., :_OWN_TOKENS].sum(-1).mean(1)[:, None, :, None]
            face = face + (sure - 1) * along
        return (plain + strength * face).to(text.dtype)
