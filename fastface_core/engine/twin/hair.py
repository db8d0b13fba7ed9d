"""What a hair mask says: colour, outline, length, hairline, parting, curl."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.colours import colour_of, lit
from fastface_core.engine.twin.frame import EYE_LINE, Frame
from fastface_core.engine.twin.hair_mask import SIZE, UNIT, HairMask
from fastface_core.twin import EAR, HAIR_CUTS, HEIGHTS, SHOULDERS, Colour, Hair, HairLength

with qt_environment_kept():
    import cv2

_ROWS = EYE_LINE / 2 - UNIT * np.arange(2.6, -2.95, -0.1)
_HEIGHTS = np.arange(2.6, -2.95, -0.1)
_GAP = 0.3
"""Hair that is farther than this, in eye distances, from the hair within is another person's, or a wall's."""
_FARTHEST = 1.15
"""Hair beyond this beside the face is not drawn: the frame of the picture ends."""
SKULL = 1.62


@dataclass(frozen=True, eq=False, slots=True)
class HairFound:
    """Hair, and which of its attributes could be told; the others are a plausible cut's."""

    hair: Hair
    sure: frozenset[str]


@dataclass(frozen=True, eq=False, slots=True)
class _Profile:
    """By row of `_HEIGHTS` and side (left, right), in eye distances from the face's middle.

    Attributes:
        inner, outer: (rows, 2) where hair begins and ends; nan where there is none.
        face: (rows, 2) half the width of the face.
        seen: (rows, 2) whether the photo shows what is beside the face there.
        body: (rows, 2) how much of what is beside the face, or its neck, is somebody; 1 beyond the photo's edges.
    """

    inner: NDArray[np.float64]
    outer: NDArray[np.float64]
    face: NDArray[np.float64]
    seen: NDArray[np.bool_]
    body: NDArray[np.float64]


def hair(frame: Frame, mask: HairMask, skin: NDArray[np.float64]) -> HairFound:
    """Measures the hair.

    Args:
        skin: (3,) Lab of the skin.
    """
    crown = (mask.above > frame.forehead + 0.22) & (mask.above < frame.forehead + 0.6) & (np.abs(mask.across) < 0.55)
    shown = crown & mask.inside
    if shown.sum() < 0.3 * crown.sum():
        return _unseen(mask)
    share = float((mask.hair & shown).sum()) / max(1, int((mask.person & shown).sum()))
    if share < 0.25:
        return _bald(mask, skin)
    profile = _profile(frame, mask)
    length, length_sure = _length(profile)
    widths, widths_sure = _widths(profile, length)
    top, top_sure = _top(mask)
    line, temples, fringe, parting = _hairline(frame, mask)
    sure = {"cover", "colour"}
    sure |= {"length"} if length_sure else set()
    sure |= {"widths"} if widths_sure else set()
    sure |= {"top", "hairline"} if top_sure else set()
    curl, curl_sure = _curl(mask, length)
    sure |= {"curl"} if curl_sure else set()
    found = Hair(
        colour=_colour(mask),
        cover=1.0,
        top=top,
        widths=widths,
        length=length,
        hairline=line,
        temples=temples,
        fringe=fringe,
        parting=parting,
        curl=curl,
    )
    return HairFound(found, frozenset(sure))


def _cut(name: HairLength, colour: Colour, cover: float = 1.0) -> Hair:
    top, length, widths = HAIR_CUTS[name]
    return Hair(colour=colour, cover=cover, top=top, widths=widths, length=length)


def _unseen(mask: HairMask) -> HairFound:
    """The photo ends above the forehead."""
    colour = _colour(mask) if mask.hair.sum() > 60 else (0.2, 0.16, 0.13)
    return HairFound(_cut("short", colour), frozenset())


def _bald(mask: HairMask, skin: NDArray[np.float64]) -> HairFound:
    colour = _colour(mask) if mask.hair.sum() > 150 else colour_of(skin * [0.6, 1, 1])
    return HairFound(_cut("bald", colour, 0.0), frozenset({"cover", "length", "top", "widths"}))


def _colour(mask: HairMask) -> Colour:
    return colour_of(lit(mask.lab[mask.hair], 30, 92))


def _profile(frame: Frame, mask: HairMask) -> _Profile:
    oval = frame.region(regions.OVAL)[::2, ::2]
    shape = (len(_ROWS), 2)
    inner, outer = np.full(shape, np.nan), np.full(shape, np.nan)
    face, seen, body = np.zeros(shape), np.zeros(shape, bool), np.ones(shape)
    middle = round(frame.middle / 2)
    limit = int((frame.half_width + _FARTHEST) * UNIT)
    for row, at in enumerate(np.round(_ROWS).astype(int)):
        if not 1 <= at < SIZE - 1:
            continue
        hairs = mask.hair[at - 1 : at + 2].sum(0) >= 2
        for side in (0, 1):
            one = _half(hairs, middle, side)[:limit]
            half = np.nonzero(_half(oval[at], middle, side))[0]
            face[row, side] = (half.max() + 1) / UNIT if len(half) else 0.0
            near = _half(mask.inside[at], middle, side)
            seen[row, side] = len(near) > 1.25 * frame.half_width * UNIT and bool(
                near[: int(1.25 * frame.half_width * UNIT)].all()
            )
            beside = slice(int(0.85 * frame.half_width * UNIT), int(1.25 * frame.half_width * UNIT))
            there = _half(mask.person[at] | ~mask.inside[at], middle, side)[beside]
            body[row, side] = float(there.mean()) if len(there) else 1.0
            run = _run(np.nonzero(one)[0])
            if len(run) and run[0] / UNIT < max(face[row, side], 0.75 * frame.half_width) + 0.5:
                inner[row, side], outer[row, side] = run[0] / UNIT, (run[-1] + 1) / UNIT
    return _Profile(inner, outer, face, seen, body)


def _half(row: NDArray[np.bool_], middle: int, side: int) -> NDArray[np.bool_]:
    """One side of a row, from the middle outwards."""
    return row[middle:] if side else row[:middle][::-1]


def _run(columns: NDArray[np.intp]) -> NDArray[np.intp]:
    gaps = np.nonzero(np.diff(columns) > _GAP * UNIT)[0]
    return columns[: gaps[0] + 1] if len(gaps) else columns


def _length(profile: _Profile) -> tuple[float, bool]:
    """Where the hair beside the face ends, and whether that was seen."""
    ends: list[float] = []
    rests: list[bool] = []
    for side in (0, 1):
        thick = np.nan_to_num(profile.outer[:, side] - np.maximum(profile.inner[:, side], 0.0)) > 0.1
        beside = thick & (np.nan_to_num(profile.outer[:, side]) > profile.face[:, side] + 0.05)
        row = int(np.argmin(np.abs(_HEIGHTS - 0.5)))
        last, missed = row, 0
        while row < len(_HEIGHTS) and missed < 3:
            if beside[row]:
                last, missed = row, 0
            else:
                missed += 1
            row += 1
        ends.append(float(_HEIGHTS[last]))
        # Below it there is a shoulder, an arm, or the edge of the photo.
        after = profile.body[last + 1 : last + 5, side]
        rests.append(ends[-1] < -1.2 and (len(after) < 2 or float(after.mean()) > 0.5))
    # Hair hangs behind one shoulder and before the other, and a turned head hides one side of it.
    side = int(ends[1] < ends[0])
    low, high = ends[side], ends[1 - side]
    if rests[side]:
        low = min(low, SHOULDERS)
    return float(np.clip(round(low, 3), -3.2, 0.8)), bool(low > -0.6 or high < -0.6 or rests[side])


def _widths(profile: _Profile, length: float) -> tuple[tuple[float, ...], bool]:
    widths: list[float] = []
    known = 0
    for height in HEIGHTS:
        rows = np.abs(_HEIGHTS - height) < 0.16
        if height < length - 0.1 and height < EAR:
            widths.append(0.0)
            continue
        out = profile.outer[rows]
        sides = [float(np.nanmedian(one)) for one in out.T if np.isfinite(one).any()]
        face = float(profile.face[rows].mean())
        if len(sides) == 2:
            known += 1
            # One side much wider: a neighbour's hair, or all of it before one shoulder.
            width = min(sum(sides) / 2, min(sides) + 0.3)
        elif sides:
            width = (sides[0] + max(face, 0.9 * sides[0])) / 2
        else:
            width = face
        widths.append(round(float(np.clip(max(width, face), 0, 3.5)), 3))
    return tuple(widths), known >= 3


def _top(mask: HairMask) -> tuple[float, bool]:
    column = mask.hair & (np.abs(mask.across) < 0.45)
    if column.sum() < 20:
        return HAIR_CUTS["short"][0], False
    top = float(np.percentile(mask.above[column], 99.5))
    above = mask.inside & (np.abs(mask.across) < 0.3) & (mask.above > top + 0.05) & (mask.above < top + 0.2)
    return float(np.clip(round(top, 3), 1.5, 3.2)), bool(above.sum() > 20)


def _hairline(frame: Frame, mask: HairMask) -> tuple[float, float, float, float | None]:
    """Height of the hairline, temples, fringe, parting."""
    places = np.arange(-0.75, 0.76, 0.05)
    line = np.full(len(places), np.nan)
    for index, place in enumerate(places):
        column = (np.abs(mask.across[0] - place * frame.half_width) < 0.03).nonzero()[0]
        rows = np.nonzero(mask.hair[:, column].mean(1) > 0.5)[0]
        heights = mask.above[rows, 0]
        heights = heights[heights > 0.2]
        if len(heights):
            # Down from the top as far as it hangs together.
            gaps = np.nonzero(-np.diff(heights) > 0.15)[0]
            line[index] = heights[gaps[0]] if len(gaps) else heights[-1]
    if np.isfinite(line).sum() < 12:
        return 0.95, 0.0, 0.0, None
    line = np.interp(places, places[np.isfinite(line)], line[np.isfinite(line)])
    middle = float(np.median(line[np.abs(places) < 0.25]))
    sides = float(np.median(line[(np.abs(places) > 0.5) & (np.abs(places) < 0.7)]))
    inner = float(np.mean(line[np.abs(places) < 0.55]))
    fringe = float(np.clip((0.72 - inner) / 0.28, 0, 1))
    temples = float(np.clip((sides - middle + 0.05) / 0.3, 0, 1))
    height = float(np.clip(middle if fringe == 0 else 0.95, 0.7, 1.5))
    parting = None
    smooth = np.convolve(np.pad(line, 2, mode="edge"), np.ones(5) / 5, "valid")
    peak = int(np.argmax(smooth[4:-4])) + 4
    if smooth[peak] - max(smooth[0], smooth[-1]) > 0.25 and smooth[peak] - np.median(smooth) > 0.1:
        parting = round(float(np.clip(places[peak] / 0.55, -1, 1)), 2)
    return round(height, 3), round(temples, 3), round(fringe, 3), parting


def _curl(mask: HairMask, length: float) -> tuple[float, bool]:
    """How little the strands of a neighbourhood run the same way."""
    if length > -0.3 or mask.hair.sum() < 1500:
        return 0.0, False
    light = cv2.GaussianBlur(mask.lab[..., 0], (0, 0), 1.0)
    right, down = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    inside = cv2.erode(mask.hair.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    if inside.sum() < 800:
        return 0.0, False
    size = (0, 0)

    def around(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        return cv2.GaussianBlur(plane * inside, size, 9.0)

    xx, yy, xy = around(right * right), around(down * down), around(right * down)
    agreement = np.hypot(xx - yy, 2 * xy) / (xx + yy + 1e-3)
    kept = inside > 0
    mean = float(np.average(agreement[kept], weights=(xx + yy)[kept]))
    return round(float(np.clip((0.62 - mean) / 0.4, 0, 1)), 3), not math.isnan(mean)
