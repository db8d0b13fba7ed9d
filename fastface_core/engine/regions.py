"""The soft regions of several people in a picture, at the size of each layer.

Within a region a person's identity tokens are attended to, outside they are not even looked at, so that nothing of them
can get there; and what a transform or a joining normalises over are the places of the region alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from fastface_core.domain.drawn_regions import GRID, cells_of
from fastface_core.domain.places import Place, Placed


@dataclass(frozen=True, eq=False, slots=True)
class Region:
    """Where a person is in a layer.

    Attributes:
        queries: indices of the layer's queries that lie within, (query,).
        share: how much of the person's part of the output counts there, times the person's strength, (query, 1).
    """

    queries: Tensor
    share: Tensor


class Regions:
    """The regions of a picture's people, in the order of the people.

    Where they overlap, the shares are made smaller so that they add up to at most 1.
    """

    def __init__(self, people: Sequence[Placed], latent: tuple[int, int], device: torch.device) -> None:
        """`latent`: height and width of the latents."""
        self._people = people
        self._latent = latent
        self._device = device
        self._of_layers: dict[int, tuple[Region, ...]] = {}
        self._masks: dict[tuple[int, int], Tensor] = {}

    def of(self, queries: int) -> tuple[Region, ...]:
        """In a layer with so many queries."""
        found = self._of_layers.get(queries)
        if found is None:
            shares = self.masks(*grid_of(self._latent, queries)).flatten(1)
            within = [one.nonzero().flatten() for one in shares]
            found = self._of_layers[queries] = tuple(
                Region(index, share[index, None] * person.strength)
                for index, share, person in zip(within, shares, self._people, strict=True)
            )
        return found

    def masks(self, height: int, width: int) -> Tensor:
        """The people's shares of each place, without their strength, (person, height, width), 0 to 1."""
        found = self._masks.get((height, width))
        if found is None:
            covers = torch.stack([coverage(person.place, height, width) for person in self._people])
            found = self._masks[height, width] = (covers / covers.sum(0).clamp(min=1)).to(self._device)
        return found

    def guidance(self) -> Tensor | None:
        """Factors of the guidance's weight of the face, (height, width) of the latents, float32; None where all are 1.

        Where nobody is, it is 1.
        """
        if all(person.guidance == 1 for person in self._people):
            return None
        factors = torch.tensor([person.guidance for person in self._people], device=self._device)
        return 1 + ((factors - 1)[:, None, None] * self.masks(*self._latent)).sum(0)


def coverage(place: Place, height: int, width: int) -> Tensor:
    """How much a place covers of each cell of a grid, looked at in the cell's middle, (height, width), 0 to 1."""
    if place.drawn is not None:
        cells = torch.tensor(cells_of(place.drawn), dtype=torch.float64)
        return (_softened(place.soft, height) @ cells @ _softened(place.soft, width).T).float()
    return _along(place.top, place.bottom, place.soft, height)[:, None] * _along(
        place.left, place.right, place.soft, width
    )


def _along(low: float, high: float, soft: float, cells: int) -> Tensor:
    middle = (torch.arange(cells, dtype=torch.float64) + 0.5) / cells
    covered = torch.ones_like(middle)
    for inside, edge in ((middle - low, low), (high - middle, 1 - high)):
        if edge > 0:  # the picture's own edge does not fade
            faded = (inside / soft + 0.5).clamp(0, 1) if soft else (inside >= 0).double()
            covered = torch.minimum(covered, faded)
    return covered.float()


def _softened(soft: float, cells: int) -> Tensor:
    """How much each cell of a drawn region counts in each of so many cells: by how much of it lies in a window as wide
    as the edges fade, around the cell's middle. The outermost drawn cells go on beyond the picture, so that its edges
    do not fade. (cells, GRID), rows that add up to 1."""
    middle = (torch.arange(cells, dtype=torch.float64) + 0.5) / cells
    if soft == 0:
        return torch.nn.functional.one_hot((middle * GRID).long(), GRID).double()
    edges = torch.arange(GRID + 1, dtype=torch.float64) / GRID
    edges[0], edges[-1] = -1.0, 2.0
    low, high = middle - soft / 2, middle + soft / 2
    within = torch.minimum(high[:, None], edges[None, 1:]) - torch.maximum(low[:, None], edges[None, :-1])
    return within.clamp(min=0) / soft


def grid_of(latent: tuple[int, int], queries: int) -> tuple[int, int]:
    """Height and width of a layer's places: the latents', halved as often as the UNet did."""
    height, width = latent
    while height * width > queries:
        height, width = (height + 1) // 2, (width + 1) // 2
    if height * width != queries:
        raise RuntimeError(f"{queries} places do not come from latents of {latent}")
    return height, width
