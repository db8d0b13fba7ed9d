"""Records the identity attention maps of a run that asks for them, block by block."""

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from fastface_core.domain.attention_maps import AttentionMaps
from fastface_core.domain.branches import BRANCHES, Branch
from fastface_core.engine.attention import Watch
from fastface_core.engine.regions import grid_of
from fastface_core.errors import SettingsError

LIMIT = 2**30
"""Bytes of maps that one call of the sampler may record."""


class MapCapture:
    """The maps of some images that are sampled together.

    In each step the maps of a block's layers are summed on the device, in float32, so that only one small array per
    block and step leaves it.
    """

    def __init__(self, latent_shape: tuple[int, int, int], steps: int, branches: Collection[Branch]) -> None:
        """
        Args:
            latent_shape: (channels, height, width) of one image's latents.
            branches: those that any step evaluates.
        """
        self._latent = latent_shape[1], latent_shape[2]
        self._steps = steps
        self._branches: tuple[Branch, ...] = tuple(branch for branch in BRANCHES if branch in branches)
        self._step = 0
        self._evaluated: list[int] = []
        self._sums: dict[str, tuple[Tensor, Tensor, int]] = {}
        self._arrays: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def watch(self, processor: str) -> Watch:
        """The callback that records the maps of one layer, by the UNet's name of its attention processor."""
        return partial(self._add, block_of(processor))

    def _add(self, block: str, before: Tensor, after: Tensor) -> None:
        first, second, layers = self._sums.get(block, (0, 0, 0))
        # Over the heads; (image, branch, query, token) is left.
        self._sums[block] = (first + before.mean(2), second + after.mean(2), layers + 1)

    def begin_step(self, step: int, branches: Sequence[Branch]) -> None:
        """Args:
        step: from 0.
        branches: those that the step evaluates, in the order of the batch.
        """
        self._step = step
        self._evaluated = [self._branches.index(branch) for branch in branches]
        self._sums.clear()

    def end_step(self) -> None:
        """
        Raises:
            SettingsError: all steps' maps together would be too large.
        """
        for block, (before, after, layers) in self._sums.items():
            if block not in self._arrays:
                self._arrays[block] = (self._empty(before), self._empty(before))
            for array, total in zip(self._arrays[block], (before, after), strict=True):
                found = (total / layers).unflatten(2, grid_of(self._latent, total.shape[2]))
                array[:, self._step, self._evaluated] = found.cpu().numpy()
        self._sums.clear()

    def _empty(self, like: Tensor) -> NDArray[np.float32]:
        images, _, queries, tokens = like.shape
        shape = (images, self._steps, len(self._branches), *grid_of(self._latent, queries), tokens)
        taken = sum(array.nbytes for pair in self._arrays.values() for array in pair)
        if taken + 2 * 4 * int(np.prod(shape, dtype=np.int64)) > LIMIT:
            raise SettingsError(
                "The attention maps of these pictures would take more than a gigabyte.",
                "Choose a smaller size, fewer steps, or one picture.",
            )
        return np.full(shape, np.nan, np.float32)

    def maps(self, image: int, index: int, seed: int) -> AttentionMaps:
        """The maps of the image at `image` of the batch, which is the request's picture `index`."""
        return AttentionMaps(
            index=index,
            seed=seed,
            branches=self._branches,
            before={block: before[image] for block, (before, _) in self._arrays.items()},
            after={block: after[image] for block, (_, after) in self._arrays.items()},
        )


def block_of(processor: str) -> str:
    """The UNet's block of an attention processor: "down_blocks.1.attentions.0..." lies in "down_blocks.1"."""
    first, second, *_ = processor.split(".")
    return f"{first}.{second}" if second.isdigit() else first
