"""Colours and details of a face: skin, lips, brows, eyes, lines of age."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.colours import lit
from fastface_core.engine.twin.frame import UNIT, Frame

with qt_environment_kept():
    import cv2

_SHARP, _FINE = 1.6, 1.3
"""Of `Frame.scale`: where a photo has fewer pixels than this, the colour of the eyes and creases cannot be told."""


@dataclass(frozen=True, eq=False, slots=True)
class Skin:
    """Lab of the skin.

    Attributes:
        colour: (3,) of its lit part.
        sides: (2, 3) of the left and right cheek.
    """

    colour: NDArray[np.float64]
    sides: NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Brows:
    """Lab of the brows, (3,); their thickness, 1 is the mean person's; whether they stand out from the skin."""

    value: NDArray[np.float64]
    thickness: float
    sure: bool


@dataclass(frozen=True, eq=False, slots=True)
class Eyes:
    """Lab of the irises, (3,), and whether they could be seen."""

    value: NDArray[np.float64]
    sure: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there is of something, 0 to 1, and whether it could be told."""

    amount: float
    sure: bool


def skin(frame: Frame) -> Skin:
    """The skin's colour: the lit part of cheeks and forehead, both sides alike where the light comes from one side."""
    values = frame.lab
    parts = [values[frame.region(one, grow=-2) & frame.inside] for one in (regions.LEFT_CHEEK, regions.RIGHT_CHEEK)]
    parts = [part for part in parts if len(part) > 30]
    if not parts:
        parts = [values[frame.region(regions.OVAL, grow=-12)]]
    sides = np.array([lit(part, 35, 95) for part in parts])
    colour = sides.mean(0)
    if len(sides) == 2 and abs(sides[0, 0] - sides[1, 0]) > 8:
        # Shade makes skin darker; it does not make another person of them.
        lighter = int(sides[1, 0] > sides[0, 0])
        colour = 0.7 * sides[lighter] + 0.3 * sides[1 - lighter]
    forehead = values[frame.region(regions.FOREHEAD, grow=-2) & frame.inside]
    if len(forehead) > 50:
        above = lit(forehead, 35, 95)
        # A fringe or a highlight is farther from the cheeks.
        if np.linalg.norm(above - colour) < 14:
            colour = 0.75 * colour + 0.25 * above
    return Skin(colour, np.repeat(sides, 2, 0)[:2] if len(sides) == 1 else sides)


def lips(frame: Frame) -> NDArray[np.float64]:
    """Lab of the lips, (3,)."""
    region = frame.region(regions.LIPS, grow=-1) & ~frame.region(regions.MOUTH, grow=2)
    part = frame.lab[region]
    return lit(part, 20, 85) if len(part) > 20 else np.array([55.0, 28.0, 14.0])


def brows(frame: Frame, colour: NDArray[np.float64]) -> Brows:
    """The brows: what is darker than the skin around them.

    Args:
        colour: (3,) Lab of the skin.
    """
    light = frame.lab[..., 0]
    found: list[NDArray[np.float32]] = []
    shares: list[float] = []
    for polygon in (regions.LEFT_BROW, regions.RIGHT_BROW):
        around = frame.region(polygon, grow=5)
        part = frame.lab[around]
        if len(part) < 50:
            continue
        bright, dark = np.percentile(part[:, 0], [85, 5])
        limit = bright - 0.5 * max(bright - dark, 12.0)
        hairs = part[part[:, 0] < limit]
        length = float(np.hypot(*(frame.points[polygon[0], :2] - frame.points[polygon[4], :2])))
        shares.append(float((light[around] < limit).sum()) / max(length, 1) / UNIT)
        if len(hairs) > 20:
            found.append(np.median(hairs, axis=0))
    if not found:
        return Brows(colour * [0.75, 1, 1], 0.8, False)
    value = np.mean(found, axis=0).astype(np.float64)
    thickness = float(np.clip(np.mean(shares) / 0.105, 0.5, 1.8))
    return Brows(value, round(thickness, 3), bool(colour[0] - value[0] > 8))


_EYES = ((regions.LEFT_EYE, 33, 133, 159, 145), (regions.RIGHT_EYE, 263, 362, 386, 374))


def eye_opening(frame: Frame) -> float:
    """How far the eyes are open, 1 is the mean person's."""
    shares = [
        np.linalg.norm(frame.points[up] - frame.points[low]) / np.linalg.norm(frame.points[outer] - frame.points[inner])
        for _, outer, inner, up, low in _EYES
    ]
    return round(float(np.clip(np.mean(shares) / 0.31, 0.5, 1.6)), 3)


def eyes(frame: Frame) -> Eyes:
    """The colour of the irises, measured in the ring around the pupils.

    Many photos are too small for it, or the eyes too narrow: dark brown is said then, as it is of most people's.
    """
    found: list[NDArray[np.float32]] = []
    for contour, outer, inner, up, low in _EYES:
        white = frame.region(contour, grow=-1)
        high = np.linalg.norm(frame.points[up] - frame.points[low])
        wide = float(np.linalg.norm(frame.points[outer] - frame.points[inner]))
        if white.sum() < 60 or high < 0.16 * wide:
            continue
        x, y = _iris(frame, white, wide)
        rows, columns = np.nonzero(white)
        away = np.hypot(columns - x, rows - y) / wide
        ring = (away > 0.09) & (away < 0.18)
        if ring.sum() > 12:
            part = frame.lab[rows[ring], columns[ring]]
            # Neither pupil and lashes, nor what the light mirrors in it.
            order = np.argsort(part[:, 0])
            found.append(np.median(part[order[len(part) // 4 : 3 * len(part) // 4]], axis=0))
    if not found:
        return Eyes(np.array([28.0, 10.0, 12.0]), False)
    return Eyes(np.mean(found, axis=0).astype(np.float64), frame.scale < _SHARP)


def _iris(frame: Frame, white: NDArray[np.bool_], wide: float) -> tuple[float, float]:
    """The middle of the darkest disc of an iris' size within the eye, in pixels."""
    light = cv2.GaussianBlur(frame.lab[..., 0], (0, 0), 0.11 * wide)
    rows, columns = np.nonzero(white)
    away = np.hypot(columns - columns.mean(), rows - rows.mean()) / wide
    best = int(np.argmin(light[rows, columns] + 25 * away**2))
    return float(columns[best]), float(rows[best])


def lines(frame: Frame) -> Amount:
    """How deep the lines of age are: creases that run across below the eyes, more so with some on the forehead.

    A forehead alone is wrinkled by raised brows at any age. Measured below the eyes, in hundredths of the skin's
    lightness: 2.3 for a man of 70, 0.7 to 1.3 for people around 50 and for smiles, below 0.7 for young people.
    """
    light = cv2.GaussianBlur(frame.lab[..., 0], (0, 0), 1.5)
    cheeks = frame.region(regions.LEFT_CHEEK, regions.RIGHT_CHEEK)
    if frame.scale > _FINE or not cheeks.any():
        return Amount(0.0, False)
    creases = cv2.morphologyEx(light, cv2.MORPH_BLACKHAT, np.ones((13, 1), np.uint8))
    along = cv2.blur(creases, (41, 1)) * 100 / max(float(np.median(light[cheeks])), 1.0)
    below = frame.region(regions.BELOW_LEFT_EYE, grow=-5) | frame.region(regions.BELOW_RIGHT_EYE, grow=-5)
    below &= frame.inside
    if below.sum() < 200:
        return Amount(0.0, False)
    amount = float(np.clip((np.percentile(along[below], 85) - 0.8) / 1.4, 0, 1))
    brow = frame.region(regions.WHOLE_FOREHEAD, grow=-8) & (frame.above > 0.5) & (frame.above < 0.75) & frame.inside
    wrinkled = float(np.clip((np.percentile(along[brow], 80) - 1.2) / 1.2, 0, 1)) if brow.sum() > 100 else 0.0
    return Amount(round(amount * (0.6 + 0.4 * wrinkled), 3), True)
