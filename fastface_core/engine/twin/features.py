"""Colours and details of a face: skin, lips, brows, eyes, lines, freckles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.colours import lit
from fastface_core.engine.twin.frame import UNIT, Frame

with qt_environment_kept():
    import cv2


@dataclass(frozen=True, eq=False, slots=True)
class Skin:
    """Lab of the skin.

    Attributes:
        colour: (3,) of its lit part.
        sides: (2, 3) of the left and right cheek.
    """

    colour: NDArray[np.float64]
    sides: NDArray[np.float64]


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
        light = int(sides[1, 0] > sides[0, 0])
        colour = 0.7 * sides[light] + 0.3 * sides[1 - light]
    forehead = values[frame.region(regions.FOREHEAD, grow=-2) & frame.inside]
    if len(forehead) > 50:
        above = lit(forehead, 35, 95)
        if np.linalg.norm(above - colour) < 14:
            colour = 0.75 * colour + 0.25 * above
    return Skin(colour, np.repeat(sides, 2, 0)[:2] if len(sides) == 1 else sides)


def lips(frame: Frame) -> NDArray[np.float64]:
    """Lab of the lips."""
    region = frame.region(regions.LIPS, grow=-1) & ~frame.region(regions.MOUTH, grow=2)
    part = frame.lab[region]
    return lit(part, 20, 85) if len(part) > 20 else np.array([55.0, 28.0, 14.0])


def brows(frame: Frame, colour: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, bool]:
    """Lab of the brows, their thickness (1 is the mean person's), and whether they stand out from the skin."""
    light = frame.lab[..., 0]
    found, shares = [], []
    for polygon in (regions.LEFT_BROW, regions.RIGHT_BROW):
        around = frame.region(polygon, grow=5)
        part = frame.lab[around]
        skin_light = float(np.percentile(part[:, 0], 85))
        dark = float(np.percentile(part[:, 0], 5))
        limit = skin_light - 0.5 * max(skin_light - dark, 12.0)
        hairs = part[part[:, 0] < limit]
        length = float(np.hypot(*(frame.points[polygon[0], :2] - frame.points[polygon[4], :2])))
        shares.append(float((light[around] < limit).sum()) / max(length, 1) / UNIT)
        if len(hairs) > 20:
            found.append(np.median(hairs, axis=0))
    if not found:
        return colour * [0.75, 1, 1], 0.6, False
    value = np.mean(found, axis=0).astype(np.float64)
    return value, float(np.clip(np.mean(shares) / 0.105, 0.5, 1.8)), bool(colour[0] - value[0] > 8)


_EYES = ((regions.LEFT_EYE, 33, 133, 159, 145), (regions.RIGHT_EYE, 263, 362, 386, 374))


def eye_opening(frame: Frame) -> float:
    """How far the eyes are open, 1 is the mean person's."""
    shares = [
        np.linalg.norm(frame.points[up] - frame.points[low]) / np.linalg.norm(frame.points[outer] - frame.points[inner])
        for _, outer, inner, up, low in _EYES
    ]
    return float(np.clip(np.mean(shares) / 0.31, 0.5, 1.6))


def eyes(frame: Frame) -> tuple[NDArray[np.float64], bool]:
    """Lab of the irises, and whether they could be seen.

    Most photos are too small for it: dark brown is what is said then, as it is of most people.
    """
    brown = np.array([28.0, 10.0, 12.0])
    found = []
    for contour, outer, inner, up, low in _EYES:
        white = frame.region(contour, grow=-1)
        high = np.linalg.norm(frame.points[up] - frame.points[low])
        wide = float(np.linalg.norm(frame.points[outer] - frame.points[inner]))
        if white.sum() < 60 or high < 0.14 * wide:
            continue
        centre = _iris(frame, white, wide)
        rows, columns = np.nonzero(white)
        away = np.hypot(columns - centre[0], rows - centre[1]) / wide
        ring = (away > 0.08) & (away < 0.19)
        if ring.sum() > 12:
            part = frame.lab[rows[ring], columns[ring]]
            order = np.argsort(part[:, 0])
            found.append(np.median(part[order[len(part) // 4 : 3 * len(part) // 4]], axis=0))
    if not found:
        return brown, False
    value = np.mean(found, axis=0).astype(np.float64)
    return value, frame.scale < 1.6


def _iris(frame: Frame, white: NDArray[np.bool_], wide: float) -> NDArray[np.float64]:
    """The middle of the darkest disc of an iris' size within the eye."""
    light = cv2.GaussianBlur(frame.lab[..., 0], (0, 0), 0.11 * wide)
    rows, columns = np.nonzero(white)
    middle = np.array([columns.mean(), rows.mean()])
    score = light[rows, columns] + 25 * (np.hypot(columns - middle[0], rows - middle[1]) / wide) ** 2
    best = int(np.argmin(score))
    return np.array([columns[best], rows[best]], np.float64)


def lines(frame: Frame) -> tuple[float, bool]:
    """0 to 1: how deep the lines of age are, by the creases of the forehead and beside the eyes."""
    return 0.0, False
