"""Identity attention maps: where in a picture, while it was made, which identity token was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from fastface_core.arrays import read_arrays
from fastface_core.domain.branches import BRANCHES, Branch
from fastface_core.errors import SettingsError
from fastface_core.files import atomic_write

_LARGEST = 1 << 30

Moment = Literal["before", "after"]
"""Before the preset's transforms, as the softmax gives it, or after them, as it meets the values."""


@dataclass(frozen=True, eq=False, slots=True)
class AttentionMaps:
    """The maps of one picture, averaged over the heads and over the cross-attention layers of each block.

    Attributes:
        index: of the picture in its request, from 0.
        seed: of the picture.
        branches: those that any step evaluated, in the order u, i, t: the second axis of the arrays.
        before: for each block of the UNet that attends to the face, by its name there ("down_blocks.1", "mid_block"),
            float32 (step, branch, height, width, token), 0 to 1, the tokens adding up to 1. The grid is the block's
            own: a cell covers 16 or 32 pixels of SDXL. NaN where a step did without a branch.
        after: the same after the preset's transforms and their correction, 0 and above; equal to `before` where the
            preset leaves the map as it is.
    """

    index: int
    seed: int
    branches: tuple[Branch, ...]
    before: Mapping[str, NDArray[np.float32]]
    after: Mapping[str, NDArray[np.float32]]

    @property
    def blocks(self) -> tuple[str, ...]:
        """In the order in which the UNet runs through them."""
        return tuple(self.before)

    @property
    def steps(self) -> int:
        return self.before[self.blocks[0]].shape[0]

    @property
    def tokens(self) -> int:
        return self.before[self.blocks[0]].shape[-1]

    def at(self, moment: Moment, block: str, step: int, branch: Branch = "t") -> NDArray[np.float32] | None:
        """(height, width, token) of a step (from 0); None where the step did without the branch."""
        if branch not in self.branches:
            return None
        maps = (self.before if moment == "before" else self.after)[block][step, self.branches.index(branch)]
        return None if np.isnan(maps).all() else maps

    def save(self, path: Path) -> None:
        """Writes a NumPy archive: `before.BLOCK` and `after.BLOCK` for each block, `branches`, `index` and `seed`.

        Raises:
            StorageError: it cannot be written; nothing is left behind.
        """
        arrays = {f"before.{block}": maps for block, maps in self.before.items()}
        arrays |= {f"after.{block}": maps for block, maps in self.after.items()}
        with atomic_write(path) as file:
            np.savez_compressed(
                file,
                allow_pickle=False,
                branches=np.array(self.branches),
                index=np.array(self.index),
                seed=np.array(self.seed),
                **arrays,
            )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what `save` wrote.

        Raises:
            SettingsError: the file is not there, or holds something else.
        """
        try:
            content: dict[str, NDArray[np.float32]] = read_arrays(path, _LARGEST)
            written = {str(name) for name in content["branches"]}
            return cls(
                index=int(content["index"]),
                seed=int(content["seed"]),
                branches=tuple(branch for branch in BRANCHES if branch in written),
                before=_below(content, "before."),
                after=_below(content, "after."),
            )
        except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
            raise SettingsError(
                f"{path.name} holds no attention maps.", "Choose a file that `fastface generate` wrote."
            ) from error


def _below(content: Mapping[str, NDArray[np.float32]], prefix: str) -> dict[str, NDArray[np.float32]]:
    return {name.removeprefix(prefix): maps for name, maps in content.items() if name.startswith(prefix)}


@dataclass(frozen=True, eq=False, slots=True)
class MapsDone:
    """An event: the attention maps of a picture are there; the picture itself follows."""

    maps: AttentionMaps
