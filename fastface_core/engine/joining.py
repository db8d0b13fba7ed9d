"""How the output of the identity attention joins that of the text's, in every cross-attention layer."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Joining:
    """Their sum: T + s I.

    Attributes:
        zero_tokens: so many tokens of zeros beside the identity's. Their keys and values are zero: they take attention
            away from the face where it is not sure, and give nothing.
    """

    zero_tokens: int = 0

    def combine(
        self, text: Tensor, identity: Tensor, strength: float, query: Tensor, key: Tensor, bias: Tensor | None = None
    ) -> Tensor:
        """
        Args:
            text, identity: outputs of the two attentions, (batch, head, query, channel).
            strength: s.
            query: (batch, head, query, channel).
            key: of the identity's tokens, zero tokens included, (batch, head, token, channel).
            bias: what is added to the logits of these tokens, (token,); None adds nothing.

        Returns:
            As `text`.
        """
        return torch.add(text, identity, alpha=strength)


PLAIN = Joining()
