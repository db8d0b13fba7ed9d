"""A small anti-aliased canvas: filled shapes with soft shading, strokes, and the outlines that an inked style needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

UNIT_SIDE = 256
"""Side of the picture that lengths in pixels are given for; on larger canvases they grow with it."""

_FRACTION = 4

Points = NDArray[np.float64]
Paint = NDArray[np.float32]
Point = Sequence[float] | Points
Outline = Points | Sequence[Sequence[float]] | Sequence[Points]


@dataclass(frozen=True, slots=True)
class Shade:
    """Light on a round thing: brighter towards the lamp, darker towards the rim. In the frame's units."""

    x: float
    y: float
    radius_x: float
    radius_y: float
    slope: float = 0.22
    rim: float = 0.22


class Canvas:
    """A square picture being drawn. `frame`, 2x3, maps the units of the thing being drawn to pixels.

    Attributes:
        image: (size, size, 3) float32, 0 to 1.
        outlines: (size, size) float32, where an inked style has a line, 0 to 1.
        person: (size, size) float32, where the person is, 0 to 1.
    """

    def __init__(self, size: int, lamp: tuple[float, float], shaded: bool) -> None:
        """`lamp`: direction in which the light comes, right and down; `shaded`: whether round things look round."""
        self.size = size
        self.pixel = size / UNIT_SIDE
        self.image = np.zeros((size, size, 3), np.float32)
        self.outlines = np.zeros((size, size), np.float32)
        self.person = np.zeros((size, size), np.float32)
        self.lamp = lamp
        self.shaded = shaded
        self.frame = np.array([[self.pixel, 0, 0], [0, self.pixel, 0]], np.float64)
        self.inside_person = False

    @property
    def unit(self) -> float:
        """Pixels in one unit of the frame."""
        return float(np.hypot(self.frame[0, 0], self.frame[1, 0]))

    def place(self, points: Outline) -> Points:
        """Frame units to pixels, (n, 2)."""
        return np.asarray(points, np.float64) @ self.frame[:, :2].T + self.frame[:, 2]

    def fill(
        self,
        points: Outline,
        colour: ArrayLike,
        *,
        shade: Shade | None = None,
        outline: float = 0.0,
        opacity: float = 1.0,
        soft: float = 0.0,
        ink: float = 0.0,
    ) -> None:
        """Fills a polygon.

        Args:
            outline: width in pixels of its line in inked styles.
            soft: how far its edge is blurred, in pixels.
            ink: how much of the whole shape is ink in inked styles, 0 to 1.
        """
        placed = self.place(points)
        outline, soft = outline * self.pixel, soft * self.pixel
        window = self._window(placed, 3 + int(3 * soft) + int(outline))
        if window is None:
            return
        left, top, right, bottom = window
        mask = np.zeros((bottom - top, right - left), np.uint8)
        fixed = np.round((placed - (left, top)) * 2**_FRACTION).astype(np.int32)
        cv2.fillPoly(mask, [fixed], (255,), cv2.LINE_AA, _FRACTION)
        cover = mask.astype(np.float32) / 255
        if soft:
            cover = cv2.GaussianBlur(cover, (0, 0), soft).astype(np.float32)
        place = (slice(top, bottom), slice(left, right))
        if self.inside_person:
            self.person[place] = np.maximum(self.person[place], cover)
        paint = np.asarray(colour, np.float32)
        if shade is not None and self.shaded:
            paint = paint * self._light(shade, window)[..., None]
        self._blend(place, paint, (cover * opacity).astype(np.float32))
        if opacity == 1:
            # What lies under it is not seen, nor are its lines.
            self.outlines[place] *= 1 - cover
        if ink:
            self.outlines[place] = np.maximum(self.outlines[place], ink * cover)
        if outline:
            rim = np.zeros_like(mask)
            cv2.polylines(rim, [fixed], True, (255,), max(1, round(outline)), cv2.LINE_AA, _FRACTION)
            self.outlines[place] = np.maximum(self.outlines[place], rim.astype(np.float32) / 255)

    def stroke(
        self,
        points: Outline,
        colour: ArrayLike,
        width: float,
        *,
        opacity: float = 1.0,
        line: float = 1.0,
    ) -> None:
        """Draws an open line `width` units wide; `line` says how much of it becomes an outline of inked styles."""
        placed = self.place(points)
        thick = width * self.unit
        window = self._window(placed, int(thick) + 4)
        if window is None:
            return
        left, top, right, bottom = window
        mask = np.zeros((bottom - top, right - left), np.uint8)
        fixed = np.round((placed - (left, top)) * 2**_FRACTION).astype(np.int32)
        cv2.polylines(mask, [fixed], False, (255,), max(1, round(thick)), cv2.LINE_AA, _FRACTION)
        cover = mask.astype(np.float32) / 255 * min(1.0, thick)
        place = (slice(top, bottom), slice(left, right))
        self._blend(place, np.asarray(colour, np.float32), (cover * opacity).astype(np.float32))
        if line:
            drawn = cover * line * min(1.0, opacity + 0.2)
            self.outlines[place] = np.maximum(self.outlines[place], drawn)

    def ellipse(
        self,
        centre: Point,
        radius: Point,
        colour: ArrayLike,
        *,
        shade: Shade | None = None,
        outline: float = 0.0,
        opacity: float = 1.0,
        soft: float = 0.0,
    ) -> None:
        """Fills an ellipse."""
        self.fill(round_shape(centre, radius), colour, shade=shade, outline=outline, opacity=opacity, soft=soft)

    def _window(self, placed: Points, margin: int) -> tuple[int, int, int, int] | None:
        left, top = (int(value) - margin for value in np.floor(placed.min(0)))
        right, bottom = (int(value) + margin for value in np.ceil(placed.max(0)))
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, self.size), min(bottom, self.size)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _light(self, shade: Shade, window: tuple[int, int, int, int]) -> Paint:
        left, top, right, bottom = window
        centre = self.place([[shade.x, shade.y]])[0]
        across = (np.arange(left, right, dtype=np.float32) - centre[0]) / (shade.radius_x * self.unit)
        down = (np.arange(top, bottom, dtype=np.float32) - centre[1]) / (shade.radius_y * self.unit)
        towards = across[None] * self.lamp[0] + down[:, None] * self.lamp[1]
        rim = np.minimum(across[None] ** 2 + down[:, None] ** 2, 1.5)
        light = np.clip(1 + shade.slope * towards - shade.rim * rim * rim + 0.06, 0.35, 1.35)
        return light.astype(np.float32)

    def _blend(self, place: tuple[slice, slice], paint: Paint, cover: Paint) -> None:
        self.image[place] += cover[..., None] * (paint - self.image[place])


def round_shape(centre: Point, radius: Point, start: float = 0.0, end: float = 2 * np.pi, count: int = 40) -> Points:
    """Points of an ellipse or of an arc of it, (count, 2)."""
    angle = np.linspace(start, end, count)
    return np.stack([centre[0] + radius[0] * np.cos(angle), centre[1] + radius[1] * np.sin(angle)], 1)


def bend(*points: Point, count: int = 16) -> Points:
    """A smooth line from the first point to the last, drawn towards the others (a Bezier curve), (count, 2)."""
    t = np.linspace(0, 1, count)[:, None]
    layers = [np.asarray(point, np.float64)[None] for point in points]
    while len(layers) > 1:
        layers = [(1 - t) * a + t * b for a, b in pairwise(layers)]
    return layers[0]


def eased(points: Points, rounds: int = 2) -> Points:
    """A closed outline with its corners cut (Chaikin)."""
    for _ in range(rounds):
        after = np.roll(points, -1, 0)
        points = np.stack([0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after], 1).reshape(-1, 2)
    return points


def eased_line(points: Points, rounds: int = 2) -> Points:
    """An open line with its corners cut; its ends stay."""
    for _ in range(rounds):
        one, two = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.concatenate([points[:1], np.stack([one, two], 1).reshape(-1, 2), points[-1:]])
    return points


def scalloped(points: Points, depth: float, bump: float) -> Points:
    """An open outline with bumps `bump` long and `depth` high, as of curls, away from its middle."""
    middle = points.mean(0)
    step = np.linalg.norm(np.diff(points, axis=0, prepend=points[:1]), axis=1).cumsum()
    bumps = max(1, round(step[-1] / bump))
    fine = np.linspace(0, step[-1], max(len(points), 10 * bumps))
    dense = np.stack([np.interp(fine, step, points[:, axis]) for axis in (0, 1)], 1)
    wave = np.abs(np.sin(np.pi * bumps * fine / step[-1]))
    away = dense - middle
    away /= np.linalg.norm(away, axis=1, keepdims=True) + 1e-9
    return dense + away * (depth * wave)[:, None]
