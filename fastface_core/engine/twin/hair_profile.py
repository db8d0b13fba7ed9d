"""The outline of hair, row by row: where it begins and ends on both sides of the face."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import SHOULDERS
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.frame import EYE_LINE, Frame
from fastface_core.engine.twin.hair_mask import SIZE, UNIT, HairMask

ROWS = np.round(np.arange(2.6, -2.95, -0.1), 2)
"""Heights above the eyes, in eye distances."""

_GAP = 0.3
"""Hair that is farther than this from the hair within is another person's, or a wall's."""
_FARTHEST = 1.15
"""Hair beyond this beside the face is not drawn: the frame of the picture ends."""
_NEAR, _LINKED = 0.45, 0.9
"""How far from the face hair may begin, alone and below hair of the row above."""
_THIN, _THICK = 0.1, 0.2
"""Hair beside the face is at least this wide, above the ears and below: there, less is the ear's shade."""
SKULL = 1.62
"""Height of a bare skull."""
_LEAST_HANGING = 0.35
_LOWEST_SHORT = -0.6
"""Hair that ends above this is short: what is left of it beside the face are sideburns."""


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """By row of `ROWS` and side (left, right), in eye distances from the face's middle.

    Attributes:
        inner, outer: (rows, 2) where hair begins and ends; nan where there is none.
        face: (rows, 2) half the width of the face; 0 above and below it.
        body: (rows, 2) how much of what is just beside the face is somebody; 1 beyond the photo's edges.
        seen: (rows, 2) whether the photo shows what is beside the face.
    """

    inner: NDArray[np.float64]
    outer: NDArray[np.float64]
    face: NDArray[np.float64]
    body: NDArray[np.float64]
    seen: NDArray[np.bool_]

    def at(self, height: float) -> int:
        """The row at a height."""
        return int(np.abs(ROWS - height).argmin())


def profile(frame: Frame, mask: HairMask) -> Profile:
    """Measures the outline."""
    oval = frame.region(regions.OVAL)[::2, ::2]
    inner, outer = np.full((len(ROWS), 2), np.nan), np.full((len(ROWS), 2), np.nan)
    face, body, seen = np.zeros((len(ROWS), 2)), np.ones((len(ROWS), 2)), np.zeros((len(ROWS), 2), bool)
    middle = round(frame.middle / 2)
    half = frame.half_width
    limit = int((half + _FARTHEST) * UNIT)
    beside = slice(int(0.85 * half * UNIT), int(1.25 * half * UNIT))
    for side in (0, 1):
        above: tuple[float, float] | None = None
        for row, height in enumerate(ROWS):
            at = round(EYE_LINE / 2 - UNIT * height)
            if not 1 <= at < SIZE - 1:
                continue
            width = np.nonzero(_half(oval[at], middle, side))[0]
            face[row, side] = (width.max() + 1) / UNIT if len(width) else 0.0
            inside = _half(mask.inside[at], middle, side)[: beside.stop]
            seen[row, side] = len(inside) == beside.stop and bool(inside.all())
            there = _half(mask.person[at] | ~mask.inside[at], middle, side)[beside]
            body[row, side] = float(there.mean()) if len(there) else 1.0
            hairs = mask.hair[at - 1 : at + 2].sum(0) >= 2
            run = _run(np.nonzero(_half(hairs, middle, side)[:limit])[0])
            start = max(face[row, side], 0.75 * half)
            if not len(run):
                above = None
                continue
            found = (float(run[0]) / UNIT, float(run[-1] + 1) / UNIT)
            linked = above is not None and found[0] < above[1] and found[1] > above[0]
            if found[0] < start + (_LINKED if linked else _NEAR):
                inner[row, side], outer[row, side] = found
                above = found
            else:
                above = None
    return Profile(inner, outer, face, body, seen)


def _half(row: NDArray[np.bool_], middle: int, side: int) -> NDArray[np.bool_]:
    """One side of a row, from the middle outwards."""
    return row[middle:] if side else row[:middle][::-1]


def _run(columns: NDArray[np.intp]) -> NDArray[np.intp]:
    gaps = np.nonzero(np.diff(columns) > _GAP * UNIT)[0]
    return columns[: gaps[0] + 1] if len(gaps) else columns


def length(outline: Profile, hanging: float) -> tuple[float, bool]:
    """The height at which the hair beside the face ends, and whether that could be seen.

    Args:
        hanging: what `hanging` says of the mask.
    """
    ends: list[float] = []
    rests: list[bool] = []
    for side in (0, 1):
        outer, inner = np.nan_to_num(outline.outer[:, side]), np.nan_to_num(outline.inner[:, side])
        thin = np.where(ROWS > 0.05, _THIN, _THICK)
        beside = (outer - inner > thin) & (outer > outline.face[:, side] + 0.05)
        row = last = outline.at(0.5)
        missed = 0
        while row < len(ROWS) and missed < 3:
            missed = 0 if beside[row] else missed + 1
            last = row if beside[row] else last
            row += 1
        ends.append(float(ROWS[last]))
        # Below it there is a shoulder, an arm, or the edge of the photo.
        after = outline.body[last + 1 : last + 5, side]
        rests.append(ends[-1] < -1.2 and (len(after) < 2 or float(after.mean()) > 0.5))
    # Hair hangs behind one shoulder and before the other, and a turned head hides one side of it.
    side = int(ends[1] < ends[0])
    low, high = ends[side], ends[1 - side]
    if hanging < _LEAST_HANGING and low < _LOWEST_SHORT:
        # A thread of shade along the neck.
        return max(high, -0.2), False
    if rests[side]:
        low = min(low, SHOULDERS)
    if low > _LOWEST_SHORT:
        # Dark below the ears that does not hang beside the face: a collar, or hair that is tied.
        return round(low, 3), bool(hanging < _LEAST_HANGING)
    sure = high < _LOWEST_SHORT or rests[side]
    return round(max(low, -3.2), 3), bool(sure)


def half_widths(
    outline: Profile, frame: Frame, end: float, stretch: float, heights: tuple[float, ...]
) -> tuple[tuple[float, ...], int]:
    """Half the width of head and hair at some heights, the same on both sides, and at how many both sides were seen.

    Args:
        end: where the hair ends.
        stretch: how much higher the upper head looks than it is, since it is bent down.
    """
    half = frame.half_width
    rows = np.zeros(len(ROWS))
    both = np.isfinite(outline.outer).sum(1) == 2
    for row, height in enumerate(ROWS):
        face = float(outline.face[row].max()) if -1.2 < height < 0.7 else 0.0
        if 0 < height < SKULL:
            # Where hair lies on the forehead alone, the head is as wide as ever.
            face = max(face, half * float(1 - (height / SKULL) ** 2.4) ** 0.5)
        sides = np.maximum(outline.outer[row][np.isfinite(outline.outer[row])], face)
        if len(sides) == 2:
            # Seen from the side, a head is as wide as from the front, but its middle lies elsewhere. One side that
            # is much wider is a neighbour's hair, or all of it before one shoulder.
            width = min(float(sides.mean()), float(sides.min()) + 0.25)
        elif len(sides) == 1:
            width = (float(sides[0]) + max(face, 0.8 * float(sides[0]))) / 2
        else:
            width = face
        if end > _LOWEST_SHORT:
            # Of a turned head with short hair, what is beside the ear is the back of it.
            turned = abs(frame.yaw) > 0.25
            width = min(width, half + ((0.14 if height < 0.5 else 0.3) if turned else 0.45))
        # No hair is this wide over the temples; a neighbour's head is.
        width = min(width, half + (1.0 if height < 0.8 else 0.65))
        rows[row] = max(width, face)
    if end <= SHOULDERS:
        # Shoulders and arms cover what hangs there.
        lowest = np.flatnonzero(ROWS < -1.0)
        rows[lowest] = np.maximum(rows[lowest], 0.85 * rows[outline.at(-1.0)])
    smooth = np.array([np.median(rows[max(0, row - 2) : row + 3]) for row in range(len(rows))])
    smooth = np.convolve(np.pad(smooth, 1, mode="edge"), np.ones(3) / 3, "valid")
    result: list[float] = []
    known = 0
    for height in heights:
        counts = height >= end - 0.1 or height >= 0
        row = outline.at(height if height < 0.5 else 0.5 + (height - 0.5) * stretch)
        known += int(both[row])
        result.append(round(float(np.clip(smooth[row], 0, 3.5)), 3) if counts else 0.0)
    return tuple(result), known


def hanging(mask: HairMask, half: float) -> NDArray[np.bool_]:
    """(256, 256), hair below the ears, beside face and neck.

    Args:
        half: half the width of the face, in eye distances.
    """
    low = (mask.above < -0.35) & (mask.above > -2.2) & (np.abs(mask.across) > 0.6 * half)
    return mask.hair & low & (mask.odds > 1.5)
