"""A small anti-aliased canvas: filled shapes with soft shading, strokes, and the outlines an inked style needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

SIZE = 256
_FRACTION = 4


@dataclass(frozen=True)
class Shade:
    """Light on a round thing: brighter towards the lamp, darker towards the rim. In the frame's units."""

    x: float
    y: float
    radius_x: float
    radius_y: float
    slope: float = 0.22
    rim: float = 0.22


class Canvas:
    """A picture being drawn. `frame` maps the units of the thing being drawn to pixels."""

    def __init__(self, lamp: tuple[float, float], shaded: bool) -> None:
        self.image = np.zeros((SIZE, SIZE, 3), np.float32)
        self.outlines = np.zeros((SIZE, SIZE), np.float32)
        self.person = np.zeros((SIZE, SIZE), np.float32)
        self.lamp = lamp
        self.shaded = shaded
        self.frame = np.array([[1, 0, 0], [0, 1, 0]], np.float64)
        self.inside_person = False

    @property
    def unit(self) -> float:
        """Pixels in one unit of the frame."""
        return float(np.hypot(self.frame[0, 0], self.frame[1, 0]))

    def place(self, points: np.ndarray | Sequence[Sequence[float]]) -> np.ndarray:
        """Frame units to pixels."""
        return np.asarray(points, np.float64) @ self.frame[:, :2].T + self.frame[:, 2]

    def fill(
        self,
        points: np.ndarray | Sequence[Sequence[float]],
        colour: Sequence[float],
        *,
        shade: Shade | None = None,
        outline: float = 0.0,
        opacity: float = 1.0,
        soft: float = 0.0,
    ) -> None:
        """Fill a polygon. `outline` is the width in pixels of its line for the inked styles, `soft` blurs its edge."""
        placed = self.place(points)
        margin = 3 + int(3 * soft) + int(outline)
        window = self._window(placed, margin)
        if window is None:
            return
        left, top, right, bottom = window
        mask = np.zeros((bottom - top, right - left), np.uint8)
        fixed = np.round((placed - (left, top)) * 2**_FRACTION).astype(np.int32)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _FRACTION)
        cover = mask.astype(np.float32) / 255
        if soft:
            cover = cv2.GaussianBlur(cover, (0, 0), soft)
        place = (slice(top, bottom), slice(left, right))
        if self.inside_person:
            self.person[place] = np.maximum(self.person[place], cover)
        paint = np.asarray(colour, np.float32)
        if shade is not None and self.shaded:
            paint = paint * self._light(shade, window)[..., None]
        self._blend(place, paint, cover * opacity)
        if outline:
            self.outlines[place] *= 1 - cover
            rim = np.zeros_like(mask)
            cv2.polylines(rim, [fixed], True, 255, max(1, round(outline)), cv2.LINE_AA, _FRACTION)
            self.outlines[place] = np.maximum(self.outlines[place], rim.astype(np.float32) / 255)

    def stroke(
        self,
        points: np.ndarray | Sequence[Sequence[float]],
        colour: Sequence[float],
        width: float,
        *,
        opacity: float = 1.0,
        line: float = 1.0,
    ) -> None:
        """Draw an open line `width` units wide; `line` says how much of it becomes an outline of the inked styles."""
        placed = self.place(points)
        thick = width * self.unit
        window = self._window(placed, int(thick) + 4)
        if window is None:
            return
        left, top, right, bottom = window
        mask = np.zeros((bottom - top, right - left), np.uint8)
        fixed = np.round((placed - (left, top)) * 2**_FRACTION).astype(np.int32)
        cv2.polylines(mask, [fixed], False, 255, max(1, round(thick)), cv2.LINE_AA, _FRACTION)
        cover = mask.astype(np.float32) / 255 * min(1.0, thick)
        place = (slice(top, bottom), slice(left, right))
        self._blend(place, np.asarray(colour, np.float32), cover * opacity)
        if line:
            self.outlines[place] = np.maximum(self.outlines[place], cover * line * min(1.0, opacity + 0.2))

    def ellipse(
        self,
        centre: tuple[float, float],
        radius: tuple[float, float],
        colour: Sequence[float],
        *,
        shade: Shade | None = None,
        outline: float = 0.0,
        opacity: float = 1.0,
        soft: float = 0.0,
    ) -> None:
        """Fill an ellipse."""
        self.fill(round_shape(centre, radius), colour, shade=shade, outline=outline, opacity=opacity, soft=soft)

    def _window(self, placed: np.ndarray, margin: int) -> tuple[int, int, int, int] | None:
        left, top = np.floor(placed.min(0)).astype(int) - margin
        right, bottom = np.ceil(placed.max(0)).astype(int) + margin
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, SIZE), min(bottom, SIZE)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _light(self, shade: Shade, window: tuple[int, int, int, int]) -> np.ndarray:
        left, top, right, bottom = window
        centre = self.place([[shade.x, shade.y]])[0]
        across = (np.arange(left, right, dtype=np.float32) - centre[0]) / (shade.radius_x * self.unit)
        down = (np.arange(top, bottom, dtype=np.float32) - centre[1]) / (shade.radius_y * self.unit)
        towards = across[None] * self.lamp[0] + down[:, None] * self.lamp[1]
        rim = np.minimum(across[None] ** 2 + down[:, None] ** 2, 1.5)
        return np.clip(1 + shade.slope * towards - shade.rim * rim * rim + 0.06, 0.35, 1.35)

    def _blend(self, place: tuple[slice, slice], paint: np.ndarray, cover: np.ndarray) -> None:
        self.image[place] += cover[..., None] * (paint - self.image[place])


def round_shape(
    centre: tuple[float, float],
    radius: tuple[float, float],
    start: float = 0.0,
    end: float = 2 * np.pi,
    count: int = 40,
) -> np.ndarray:
    """Points of an ellipse or of an arc of it."""
    angle = np.linspace(start, end, count)
    return np.stack([centre[0] + radius[0] * np.cos(angle), centre[1] + radius[1] * np.sin(angle)], 1)


def bend(*points: tuple[float, float], count: int = 16) -> np.ndarray:
    """A smooth line from the first point to the last, drawn towards the others (a Bezier curve)."""
    t = np.linspace(0, 1, count)[:, None]
    layers = [np.asarray(point, np.float64)[None] for point in points]
    while len(layers) > 1:
        layers = [(1 - t) * a + t * b for a, b in pairwise(layers)]
    return layers[0]


def scallop(points: np.ndarray, depth: float, bumps: int) -> np.ndarray:
    """An outline with bumps, as of curls: every point moves out from the middle by a rounded wave."""
    middle = points.mean(0)
    step = np.linalg.norm(np.diff(points, axis=0, prepend=points[:1]), axis=1).cumsum()
    fine = np.linspace(0, step[-1], max(len(points), 10 * bumps))
    dense = np.stack([np.interp(fine, step, points[:, axis]) for axis in (0, 1)], 1)
    wave = np.abs(np.sin(np.pi * bumps * fine / step[-1]))
    away = dense - middle
    away /= np.linalg.norm(away, axis=1, keepdims=True) + 1e-9
    return dense + away * (depth * wave)[:, None]
