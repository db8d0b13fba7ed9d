"""Whether a face wears glasses: frames are looked for as closed lines around both eyes, and between them."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import Glasses
from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.frame import SIZE, Frame

with qt_environment_kept():
    import cv2

SEEN, UNSURE = 1.0, 0.78
"""Scores. Of 31 faces without glasses none reached 0.9, four 0.8; of frames painted on them five of six are above 1."""

_WIDTHS = (0.68, 0.76, 0.84, 0.92, 1.0, 1.1)
_HEIGHTS = (0.55, 0.65, 0.75, 0.85, 0.97, 1.1)
_DOWN = (-0.03, 0.05, 0.13)
_ROUND, _SQUARE = 1.0, 0.45
"""Half width of a lens in widths of the eye, its height by its width, how far it sits below the eye, and the power of
its superellipse."""

_BESIDE = 8
"""Pixels of the frame: a line is darker or lighter than what is that far on both sides."""
_SHIFTS = (-3, 0, 3)
_POINTS = 40


@dataclass(frozen=True, eq=False, slots=True)
class GlassesFound:
    """What was seen.

    Attributes:
        kind: round, square or none.
        score: 0 to 1.5; see `SEEN`.
        colour: (3,) Lab of the frame that fits best.
    """

    kind: Glasses
    score: float
    colour: NDArray[np.float64]

    @property
    def sure(self) -> bool:
        """Whether the score says it either way."""
        return not UNSURE <= self.score < SEEN


class _Shapes(NamedTuple):
    points: NDArray[np.float64]  # (shapes, points, 2): outwards and down, in widths of the eye
    normals: NDArray[np.float64]
    square: NDArray[np.bool_]


@cache
def _shapes() -> _Shapes:
    # The upper rim is left out: brows and lids look like one.
    around = np.radians(np.linspace(-40, 220, _POINTS))
    x, y = np.cos(around), np.sin(around)
    points: list[NDArray[np.float64]] = []
    square: list[bool] = []
    for power in (_ROUND, _SQUARE):
        unit = np.stack([np.sign(x) * np.abs(x) ** power, np.sign(y) * np.abs(y) ** power], 1)
        # A square of the same height and width as a circle has more in its corners.
        unit[:, 1] *= 0.85 if power == _SQUARE else 1.0
        for width in _WIDTHS:
            for height in _HEIGHTS:
                for down in _DOWN:
                    points.append(width * unit * [1, height] + [0, down])
                    square.append(power == _SQUARE)
    all_points = np.array(points)
    along = np.gradient(all_points, axis=1)
    normals = np.stack([along[..., 1], -along[..., 0]], -1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-9
    return _Shapes(all_points, normals, np.array(square))


class _Eye(NamedTuple):
    places: NDArray[np.float64]  # (shapes, points, 2) in pixels
    dark: NDArray[np.float32]  # (shapes, points): how much darker the line is than both of its sides
    bright: NDArray[np.float32]


def glasses(frame: Frame) -> GlassesFound:
    """Looks for the frame that fits best.

    A frame is a line, darker or lighter than the skin on both of its sides, in the same shape around both eyes, and a
    bridge between them. Lids, wrinkles and make-up are lines as well, but none that goes around.
    """
    light = cast("NDArray[np.float32]", cv2.GaussianBlur(frame.lab[..., 0], (0, 0), 1.3))
    cheeks = frame.region(regions.LEFT_CHEEK, regions.RIGHT_CHEEK, grow=-3)
    skin = float(np.median(light[cheeks])) if cheeks.any() else 60.0
    strong = max(3.0, 0.07 * skin)
    eyes = [_eye(frame, light, *corners) for corners in ((33, 133), (263, 362))]
    best = (-1.0, 0, True)
    for dark in (True, False):
        fits = [np.clip((eye.dark if dark else eye.bright) / strong, 0, 1).mean(1) for eye in eyes]
        mean = (fits[0] + fits[1]) / 2
        at = int(mean.argmax())
        score = float(mean[at] + 0.25 * min(fits[0][at], fits[1][at])) + 0.15 * _bridge(frame, light, dark, strong)
        best = max(best, (score, at, dark))
    score, at, dark = best
    kind: Glasses = "none"
    if score >= SEEN:
        kind = "square" if _shapes().square[at] else "round"
    return GlassesFound(kind, round(score, 3), _colour(frame, eyes, at, dark, strong))


def _eye(frame: Frame, light: NDArray[np.float32], outer: int, inner: int) -> _Eye:
    shapes = _shapes()
    corners = frame.points[[outer, inner], :2]
    out = corners[0] - corners[1]
    wide = max(float(np.hypot(*out)), 1.0)
    out = out / wide
    down = np.array([-out[1], out[0]])
    down = down if down[1] > 0 else -down
    axes = np.stack([out, down])
    places = corners.mean(0) + wide * (shapes.points @ axes)
    normals = shapes.normals @ axes

    def at(shift: int) -> NDArray[np.float32]:
        x, y = _pixels(places + shift * normals)
        return light[y, x]

    lines = [(at(shift), at(shift - _BESIDE), at(shift + _BESIDE)) for shift in _SHIFTS]
    dark = np.max([np.minimum(one, other) - line for line, one, other in lines], axis=0)
    bright = np.max([line - np.maximum(one, other) for line, one, other in lines], axis=0)
    return _Eye(places, dark, bright)


def _pixels(places: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    whole = np.clip(np.round(places), 0, SIZE - 1).astype(np.intp)
    return whole[..., 0], whole[..., 1]


def _bridge(frame: Frame, light: NDArray[np.float32], dark: bool, strong: float) -> float:
    """How much of a line crosses the root of the nose, 0 to 1.5."""
    x, y = frame.points[[6, 168], :2].mean(0).astype(int)
    column = light[max(0, y - 30) : y + 34, max(0, x - 6) : x + 7].mean(1)
    if len(column) < 3 * _BESIDE:
        return 0.0
    line, one, other = column[_BESIDE:-_BESIDE], column[: -2 * _BESIDE], column[2 * _BESIDE :]
    stands_out = np.minimum(one, other) - line if dark else line - np.maximum(one, other)
    return float(np.clip(stands_out.max() / strong, 0, 1.5))


def _colour(frame: Frame, eyes: list[_Eye], at: int, dark: bool, strong: float) -> NDArray[np.float64]:
    found: list[NDArray[np.float32]] = []
    for eye in eyes:
        seen = (eye.dark if dark else eye.bright)[at] > 0.5 * strong
        if not seen.any():
            continue
        # The line itself may lie beside the curve.
        x, y = _pixels(eye.places[at][seen])
        around = np.stack([frame.lab[np.clip(y + dy, 0, 511), np.clip(x + dx, 0, 511)] for dx, dy in _AROUND])
        order = around[..., 0].argmin(0) if dark else around[..., 0].argmax(0)
        found.append(around[order, np.arange(around.shape[1])])
    if not found:
        return np.array([12.0, 0.0, 0.0])
    return np.median(np.concatenate(found), axis=0).astype(np.float64)


_AROUND = [(dx, dy) for dx in (-4, 0, 4) for dy in (-4, 0, 4)]
