"""The six drawing styles: each turns the drawn picture and its outlines into the final one.

Grain and brush marks are soft and always in the same places, so that they cost a small model little to learn. Lengths
are given for a picture of 256 pixels.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.drawing.canvas import UNIT_SIDE
from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

SHADED = frozenset({"photo", "watercolor", "oil"})
"""Styles in which round things look round."""

COLOURLESS = frozenset({"ink"})

_Image = NDArray[Any]
"""Of floats, mostly single ones."""


def apply(style: str, image: _Image, outlines: _Image) -> _Image:
    """The picture in this style.

    Args:
        image: (size, size, 3), 0 to 1.
        outlines: (size, size), 0 to 1.
    """
    return np.clip(_STYLES[style](image, outlines), 0, 1).astype(np.float32)


@cache
def _noise(seed: int, scale: float, size: int) -> _Image:
    """Fixed smooth noise of unit deviation; `scale` in pixels of 256."""
    raw = np.random.default_rng(seed).normal(size=(UNIT_SIDE, UNIT_SIDE)).astype(np.float32)
    smooth = cv2.GaussianBlur(raw, (0, 0), scale, borderType=cv2.BORDER_REFLECT)
    smooth = smooth / smooth.std()
    return smooth if size == UNIT_SIDE else cv2.resize(smooth, (size, size), interpolation=cv2.INTER_CUBIC)


@cache
def _grid(size: int) -> tuple[_Image, _Image]:
    across, down = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32))
    return across, down


def _grey(image: _Image) -> _Image:
    return image @ np.array([0.30, 0.59, 0.11], np.float32)


def _saturated(image: _Image, amount: float) -> _Image:
    grey = _grey(image)[..., None]
    return grey + amount * (image - grey)


def _wavering(image: _Image, seeds: tuple[int, int], scale: float, amount: float) -> _Image:
    """As if drawn by an unsteady hand."""
    size = len(image)
    across, down = _grid(size)
    amount *= size / UNIT_SIDE
    x, y = across + amount * _noise(seeds[0], scale, size), down + amount * _noise(seeds[1], scale, size)
    return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def _photo(image: _Image, outlines: _Image) -> _Image:
    return image * (1 - 0.34 * outlines)[..., None]


def _ink(image: _Image, outlines: _Image) -> _Image:
    tone = np.clip(_grey(image), 0, 1)
    across, down = _grid(len(image))
    hatching = 0.5 + 0.5 * np.sin((across + down) * (2 * np.pi / 8 * UNIT_SIDE / len(image)))
    # What is light stays paper; only the dark is washed and hatched.
    light = np.clip(tone / 0.68, 0, 1)
    wash = 0.22 + 0.78 * light**1.5 * (2.5 - 1.5 * light)
    dark = np.clip((0.45 - tone) * 2.2, 0, 1) * hatching * 0.20
    ink = np.clip(wash - dark, 0, 1) * (1 - 0.92 * outlines)
    paper = np.array([0.97, 0.94, 0.87], np.float32)
    return ink[..., None] * paper + (1 - ink[..., None]) * np.array([0.07, 0.07, 0.10], np.float32)


def _watercolor(image: _Image, outlines: _Image) -> _Image:
    size, pixel = len(image), len(image) / UNIT_SIDE
    drawn = image * (1 - 0.22 * outlines)[..., None]
    soft = cv2.GaussianBlur(_wavering(drawn, (1, 2), 7, 1.2), (0, 0), 0.8 * pixel)
    pale = 0.26 + 0.76 * _saturated(soft, 1.15)
    pale = pale * (1 + 0.05 * _noise(3, 9, size) + 0.02 * _noise(4, 2, size))[..., None]
    # Pigment gathers at edges, and the paper stays white along the border.
    edge = np.abs(cv2.Laplacian(cv2.GaussianBlur(_grey(soft), (0, 0), 2.0 * pixel), cv2.CV_32F)) * pixel**2
    pale = pale - np.clip(edge * 5, 0, 0.16)[..., None]
    across, down = _grid(size)
    border = np.minimum(np.minimum(across, size - 1 - across), np.minimum(down, size - 1 - down))
    keep = np.clip((border / pixel + 3 * _noise(5, 5, size) - 5) / 9, 0, 1)[..., None]
    return keep * pale + (1 - keep) * np.array([0.99, 0.98, 0.96], np.float32)


def _oil(image: _Image, outlines: _Image) -> _Image:
    size, pixel = len(image), len(image) / UNIT_SIDE
    bent = np.clip(_wavering(image * (1 - 0.25 * outlines)[..., None], (6, 7), 3.5, 1.3), 0, 1)
    dabs = cv2.medianBlur((bent * 255).astype(np.uint8), 2 * int(1.6 * pixel) + 1).astype(np.float32) / 255
    rich = _saturated(dabs, 1.30)
    rich = rich + 0.15 * (rich - 0.5)
    strokes = _noise(8, 2.4, size) - cv2.GaussianBlur(_noise(8, 2.4, size), (0, 0), 4 * pixel)
    return rich * (0.97 + 0.045 * strokes)[..., None]


def _pixel(image: _Image, outlines: _Image) -> _Image:
    size = len(image)
    inked = image * (1 - 0.45 * outlines)[..., None]
    small = cv2.resize(inked, (UNIT_SIDE // 4, UNIT_SIDE // 4), interpolation=cv2.INTER_AREA)
    small = np.round(np.clip(_saturated(small, 1.15), 0, 1) * 9) / 9
    return cv2.resize(small, (size, size), interpolation=cv2.INTER_NEAREST)


def _pop(image: _Image, outlines: _Image) -> _Image:
    flat = 0.5 + 1.12 * (_saturated(image, 1.45) - 0.46)
    bold = np.clip(1.25 * cv2.GaussianBlur(outlines, (0, 0), 0.6 * len(image) / UNIT_SIDE), 0, 1)
    return np.clip(flat, 0, 1) * (1 - bold)[..., None]


_STYLES: dict[str, Callable[[_Image, _Image], _Image]] = {
    "photo": _photo,
    "ink": _ink,
    "watercolor": _watercolor,
    "oil": _oil,
    "pixel": _pixel,
    "pop": _pop,
}
