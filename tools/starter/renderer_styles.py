"""The six drawing styles: each turns the drawn picture, its outlines and the person's mask into the final one.

Grain and brush marks are soft and always in the same places, so that they cost a small model little to learn.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from tools.starter.renderer_canvas import SIZE

SHADED = {"photo", "watercolor", "oil"}


@cache
def _noise(seed: int, scale: float) -> np.ndarray:
    """Fixed smooth noise of unit deviation."""
    raw = np.random.default_rng(seed).normal(size=(SIZE, SIZE)).astype(np.float32)
    smooth = cv2.GaussianBlur(raw, (0, 0), scale, borderType=cv2.BORDER_REFLECT)
    return smooth / smooth.std()


@cache
def _grid() -> tuple[np.ndarray, np.ndarray]:
    across, down = np.meshgrid(np.arange(SIZE, dtype=np.float32), np.arange(SIZE, dtype=np.float32))
    return across, down


def apply(style: str, image: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    """The picture in this style, 0 to 1."""
    made = {"photo": _photo, "ink": _ink, "watercolor": _watercolor, "oil": _oil, "pixel": _pixel, "pop": _pop}
    return np.clip(made[style](image, outlines), 0, 1)


def _grey(image: np.ndarray) -> np.ndarray:
    return image @ np.array([0.30, 0.59, 0.11], np.float32)


def _saturate(image: np.ndarray, amount: float) -> np.ndarray:
    grey = _grey(image)[..., None]
    return grey + amount * (image - grey)


def _photo(image: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(image, (0, 0), 0.7)


def _ink(image: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    tone = np.clip(_grey(image), 0, 1)
    # Two soft hatchings: one for half-dark things, a crossed one for the dark.
    across, down = _grid()
    one = 0.5 + 0.5 * np.sin((across + down) * (2 * np.pi / 8))
    two = 0.5 + 0.5 * np.sin((across - down) * (2 * np.pi / 8))
    wash = 0.45 + 0.55 * np.sqrt(tone)
    dark = np.clip((0.55 - tone) * 2.2, 0, 1) * one * 0.30 + np.clip((0.30 - tone) * 3, 0, 1) * two * 0.25
    ink = np.clip(wash - dark, 0, 1) * (1 - 0.92 * outlines)
    paper = np.array([0.97, 0.94, 0.87], np.float32)
    return ink[..., None] * paper + (1 - ink[..., None]) * np.array([0.07, 0.07, 0.10], np.float32)


def _watercolor(image: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    across, down = _grid()
    bent = cv2.remap(
        image, across + 1.4 * _noise(1, 7), down + 1.4 * _noise(2, 7), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    soft = cv2.bilateralFilter(cv2.GaussianBlur(bent, (0, 0), 1.0), 5, 0.2, 3)
    pale = 0.30 + 0.72 * _saturate(soft, 1.10)
    pale *= (1 + 0.05 * _noise(3, 9) + 0.02 * _noise(4, 2))[..., None]
    # Pigment gathers at edges, and the paper stays white along the border.
    edge = np.abs(cv2.Laplacian(cv2.GaussianBlur(_grey(soft), (0, 0), 2.0), cv2.CV_32F))
    pale -= np.clip(edge * 5, 0, 0.18)[..., None]
    border = np.minimum(np.minimum(across, SIZE - 1 - across), np.minimum(down, SIZE - 1 - down)) + 3 * _noise(5, 5)
    keep = np.clip((border - 5) / 9, 0, 1)[..., None]
    return keep * pale + (1 - keep) * np.array([0.99, 0.98, 0.96], np.float32)


def _oil(image: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    across, down = _grid()
    bent = cv2.remap(
        image,
        across + 1.9 * _noise(6, 3.5),
        down + 1.9 * _noise(7, 3.5),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    dabs = cv2.medianBlur((np.clip(bent, 0, 1) * 255).astype(np.uint8), 5).astype(np.float32) / 255
    rich = _saturate(dabs, 1.35)
    rich = rich + 0.20 * (rich - 0.5)
    strokes = _noise(8, 2.4) - cv2.GaussianBlur(_noise(8, 2.4), (0, 0), 4)
    return rich * (0.94 + 0.085 * strokes)[..., None]


def _pixel(image: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    inked = image * (1 - 0.35 * outlines)[..., None]
    small = cv2.resize(inked, (SIZE // 4, SIZE // 4), interpolation=cv2.INTER_AREA)
    small = np.round(np.clip(_saturate(small, 1.15), 0, 1) * 9) / 9
    return cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST)


def _pop(image: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    grey = np.clip(_grey(image), 0.02, 1)
    steps = np.array([0.12, 0.34, 0.58, 0.80, 0.97], np.float32)
    level = steps[np.clip((grey * 5).astype(int), 0, 4)]
    flat = _saturate(image * (level / grey)[..., None], 1.9)
    bold = np.clip(1.25 * cv2.GaussianBlur(outlines, (0, 0), 0.6), 0, 1)
    return np.clip(flat, 0, 1) * (1 - bold)[..., None]
