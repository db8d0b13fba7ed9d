"""What two branches have in common is computed once: the UNet's first layers, for u and i.

The two differ by the face alone. Latents, text and timestep are the same, so that everything before the first
cross-attention is the same too: at SDXL's size the whole first block of the way down, the next block's first resnet and
its first self-attention. These modules get a batch without the rows of i, and what they give is written out for both.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor

from fastface_core.domain.branches import Branch


class SharedRows:
    """The modules before the first cross-attention, while they share.

    Attributes:
        branches: how many branches an image has in the batch that comes next; the second is the first one's double.
            0 shares nothing.
    """

    def __init__(self) -> None:
        self.branches = 0

    def set_step(self, branches: Sequence[Branch]) -> None:
        self.branches = len(branches) if tuple(branches[:2]) == ("u", "i") else 0

    def call(self, module: torch.nn.Module, *inputs: Any, **options: Any) -> Any:
        """A module's output, computed without the doubles."""
        forward = partial(type(module).forward, module)
        if not self.branches:
            return forward(*inputs, **options)
        batch = next(len(one) for one in (*inputs, *options.values()) if isinstance(one, Tensor))
        few = [self._without_doubles(one, batch) for one in inputs]
        found = forward(*few, **{name: self._without_doubles(one, batch) for name, one in options.items()})
        return self._with_doubles(found)

    def _without_doubles(self, value: object, batch: int) -> object:
        if not isinstance(value, Tensor) or value.ndim < 2 or len(value) != batch:
            return value
        images = value.unflatten(0, (-1, self.branches))
        return torch.cat([images[:, :1], images[:, 2:]], dim=1).flatten(0, 1)

    def _with_doubles(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._with_doubles(one) for one in cast("tuple[Any, ...]", value))
        images = cast(Tensor, value).unflatten(0, (-1, self.branches - 1))
        return torch.cat([images[:, :1], images], dim=1).flatten(0, 1)


@contextmanager
def shared(unet: UNet2DConditionModel) -> Generator[SharedRows]:
    """Within the block, the modules before the first cross-attention do as `SharedRows` says."""
    rows = SharedRows()
    modules = _before_the_face(unet)
    for module in modules:
        module.forward = partial(rows.call, module)
    try:
        yield rows
    finally:
        for module in modules:
            del module.forward


def _before_the_face(unet: Any) -> list[torch.nn.Module]:
    """The modules that do most of the work before anything meets the face, each called with tensors (batch, …)."""
    found: list[torch.nn.Module] = []
    for block in unet.down_blocks:
        if getattr(block, "has_cross_attention", False):
            return [*found, block.resnets[0], block.attentions[0].transformer_blocks[0].attn1]
        found.append(block)
    return found
