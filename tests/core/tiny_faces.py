"""Pictures in which the tiny face models of tests/data/faces find what is known beforehand."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PACK = Path(__file__).resolve().parents[1] / "data" / "faces" / "pack"
"""The models, in the form of insightface's folders."""

Pixels = NDArray[np.uint8]
Grid = NDArray[np.float64]


def hadamard(size: int) -> Grid:
    small = np.array([[1.0]])
    while len(small) < size:
        small = np.block([[small, small], [small, -small]])
    return small


PEOPLE = hadamard(16).reshape(16, 4, 4)
"""Sixteen people: 4 x 4 grids of 1 and -1 that are orthogonal to one another."""


def like(person: int, other: int, share: float) -> Grid:
    """A picture of `person` that has something of `other`; its cosine to `person` is 1 / sqrt(1 + share^2)."""
    return (PEOPLE[person] + share * PEOPLE[other]) / (1 + share)


def drawn(width: int, height: int, *faces: tuple[int, int, int, Grid]) -> Pixels:
    """A picture with squares (left, top, side, grid) that the tiny detector takes for faces."""
    pixels = np.full((height, width, 3), 40, np.uint8)
    for left, top, side, grid in faces:
        green = np.kron((grid + 1) / 2 * 255, np.ones((side // 4, side // 4))).round().astype(np.uint8)
        pixels[top : top + side, left : left + side] = (255, 0, 0)
        pixels[top : top + side, left : left + side, 1] = green
    return pixels
