"""Being told to stop in the midst of a network, and not only when it is done."""

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
    """Within the block, each transformer block and resnet of a network begins by looking at `cancel`, and by doing
    `meanwhile`.

    Raises:
        Cancelled: by the network, once it was.
    """

    def look(_module: torch.nn.Module, _inputs: object) -> None:
        cancel.check()
        if meanwhile is not None:
            meanwhile()

    hooks = [module.register_forward_pre_hook(look) for module in network.modules() if isinstance(module, _BLOCKS)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
