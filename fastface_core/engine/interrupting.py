"""Cancellation within a network's forward pass, not only after it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import torch
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.resnet import ResnetBlock2D

from fastface_core.progress import CancelToken

_BLOCKS = (BasicTransformerBlock, ResnetBlock2D)


@contextmanager
def interruptible(
    network: torch.nn.Module, cancel: CancelToken, meanwhile: Callable[[], None] | None = None
) -> Generator[None]:
    """Within the `with` block, each transformer block and resnet of a network first checks `cancel`, and then calls
    `meanwhile`.

    Raises:
        Cancelled: from the forward pass, once `cancel` is set.
    """

    def check(_module: torch.nn.Module, _inputs: object) -> None:
        cancel.check()
        if meanwhile is not None:
            meanwhile()

    hooks = [module.register_forward_pre_hook(check) for module in network.modules() if isinstance(module, _BLOCKS)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
