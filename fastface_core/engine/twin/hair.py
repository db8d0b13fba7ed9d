"""What a hair mask says: colour, outline, length, hairline, parting, curl."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import HAIR_CUTS, HEIGHTS, Colour, Hair, HairLength, Tied
from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.colours import colour_of, difference, lit
from fastface_core.engine.twin.frame import Frame
from fastface_core.engine.twin.hair_mask import UNIT, HairMask
from fastface_core.engine.twin.hair_profile import half_widths, hanging, length, profile

with qt_environment_kept():
    import cv2


_HELD = -0.1
"""The pitch, in radians, that the mesh sees in a head that is held straight."""
_BEHIND = 0.8
"""How far the crown lies behind the eyes, in eye distances; less than it is, since pitch is not known well."""
_BALD = 0.25
"""The share of what is above the forehead that is hair on a head with hair: 0.45 and more was measured."""


@dataclass(frozen=True, eq=False, slots=True)
class HairFound:
    """Hair, and which of its attributes could be told; the others are a plausible cut's."""

    hair: Hair
    sure: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Line:
    """The hairline: its height, how far it recedes at the temples, the fringe over it, and the parting."""

    height: float = 0.95
    temples: float = 0.0
    fringe: float = 0.0
    parting: float | None = None


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
    if share < _BALD:
        return _bald(mask, skin)
    outline = profile(frame, mask)
    low = hanging(mask, frame.half_width)
    end, end_sure = length(outline, float(low.sum()) / UNIT**2)
    top, stretch, top_sure = _top(frame, mask)
    widths, known = half_widths(outline, frame, end, stretch, HEIGHTS)
    line = _hairline(frame, mask, top, stretch)
    curl, curl_sure = _curl(mask, end)
    tied: Tied = "back" if end > -0.6 and _tied(mask, low) else "no"
    told = {
        "cover": True,
        "colour": True,
        "length": end_sure,
        "widths": known >= 3,
        "top": top_sure,
        "hairline": top_sure,
        "curl": curl_sure,
    }
    found = Hair(
        colour=_colour(mask),
        top=top,
        widths=widths,
        length=end,
        hairline=line.height,
        temples=line.temples,
        fringe=line.fringe,
        parting=line.parting,
        curl=curl,
        tied=tied,
    )
    return HairFound(found, frozenset(name for name, sure in told.items() if sure))


def _cut(name: HairLength, colour: Colour, cover: float = 1.0) -> Hair:
    top, end, widths = HAIR_CUTS[name]
    return Hair(colour=colour, cover=cover, top=top, widths=widths, length=end)


def _unseen(mask: HairMask) -> HairFound:
    """The photo ends above the forehead."""
    colour = _colour(mask) if mask.hair.sum() > 60 else (0.2, 0.16, 0.13)
    return HairFound(_cut("short", colour), frozenset())


def _bald(mask: HairMask, skin: NDArray[np.float64]) -> HairFound:
    colour = _colour(mask) if mask.hair.sum() > 150 else colour_of(skin * [0.6, 1, 1])
    return HairFound(_cut("bald", colour, 0.0), frozenset({"cover", "length", "top", "widths"}))


def _colour(mask: HairMask) -> Colour:
    # Lower down, what is taken for hair may be a shirt.
    upper = mask.hair & (mask.above > -0.5) & (mask.odds > 1.5)
    return colour_of(lit(mask.lab[upper if upper.sum() > 150 else mask.hair], 25, 90))


def _top(frame: Frame, mask: HairMask) -> tuple[float, float, bool]:
    """The hair's top with the head held straight, how much higher it looks, as a factor, and whether it was seen."""
    column = mask.hair & (np.abs(mask.across) < 0.45)
    if column.sum() < 20:
        return HAIR_CUTS["short"][0], 1.0, False
    seen = float(np.percentile(mask.above[column], 99.5))
    above = mask.inside & (np.abs(mask.across) < 0.3) & (mask.above > seen + 0.05) & (mask.above < seen + 0.2)
    # The crown lies behind the eyes: where the head bends down, it rises in the picture.
    down = float(np.clip(_HELD - frame.pitch, -0.5, 0.5))
    top = float(np.clip(round(seen - _BEHIND * np.sin(down), 3), 1.55, 3.2))
    return top, float(np.clip((seen - 0.5) / (top - 0.5), 0.6, 1.6)), bool(above.sum() > 20)


def _hairline(frame: Frame, mask: HairMask, top: float, stretch: float) -> _Line:
    places = np.arange(-0.75, 0.76, 0.05)
    line = np.full(len(places), np.nan)
    for index, place in enumerate(places):
        column = (np.abs(mask.across[0] - place * frame.half_width) < 0.03).nonzero()[0]
        heights = mask.above[np.nonzero(mask.hair[:, column].mean(1) > 0.5)[0], 0]
        heights = heights[heights > 0.2]
        if len(heights):
            # Down from the top as far as it hangs together.
            gaps = np.nonzero(-np.diff(heights) > 0.15)[0]
            line[index] = heights[gaps[0]] if len(gaps) else heights[-1]
    known = np.isfinite(line)
    if known.sum() < 12:
        return _Line()
    line = np.interp(places, places[known], line[known])
    middle = float(np.median(line[np.abs(places) < 0.25]))
    sides = float(np.median(line[(np.abs(places) > 0.5) & (np.abs(places) < 0.7)]))
    # Where the brows are, a fringe ends at the latest.
    inner = float(np.mean(line[np.abs(places) < 0.55]))
    fringe = float(np.clip((0.72 - inner) / 0.28, 0, 1))
    temples = float(np.clip((sides - middle + 0.05) / 0.3, 0, 1))
    height = float(np.clip(0.5 + (middle - 0.5) / stretch if fringe == 0 else 0.95, 0.7, 1.5))
    # Hair of a finger's width has no parting.
    parting = _parting(places, line) if top - height > 0.6 else None
    return _Line(round(height, 3), round(temples, 3), round(fringe, 3), parting)


def _parting(places: NDArray[np.float64], line: NDArray[np.float64]) -> float | None:
    """Where the hairline rises to a peak, from which hair falls to both sides."""
    smooth = np.convolve(np.pad(line, 2, mode="edge"), np.ones(5) / 5, "valid")
    peak = int(np.argmax(smooth[4:-4])) + 4
    if smooth[peak] - max(smooth[0], smooth[-1]) < 0.25 or smooth[peak] - np.median(smooth) < 0.1:
        return None
    return round(float(np.clip(places[peak] / 0.55, -1, 1)), 2)


def _tied(mask: HairMask, low: NDArray[np.bool_]) -> bool:
    """Whether hair that does not hang beside the face is seen behind it: much of it, and not as low as a collar.

    Hair that is hidden behind the head cannot be told from short hair.
    """
    if float(low.sum()) / UNIT**2 < 0.9 or float((low & (mask.above < -1.4)).sum()) > 0.45 * float(low.sum()):
        return False
    upper = mask.hair & (mask.above > 0.3)
    return float(difference(np.median(mask.lab[low], axis=0), np.median(mask.lab[upper], axis=0))) < 25


def _curl(mask: HairMask, end: float) -> tuple[float, bool]:
    """How little the strands run the same way, and downwards."""
    if end > -0.9:
        return 0.0, False
    light = cv2.GaussianBlur(mask.lab[..., 0], (0, 0), 0.8)
    right, down = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    part = cv2.erode(mask.hair.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    part &= (mask.above > -2.2) & (np.abs(mask.across) < 2.0)
    square = right**2 + down**2 + 1e-6
    # Sharp edges between locks count no more than fine strands.
    weight = np.where(part, np.sqrt(np.minimum(square, 60.0)), 0.0).astype(np.float32)
    lying, leaning = weight * (right**2 - down**2) / square, weight * 2 * right * down / square
    around = [cv2.GaussianBlur(plane, (0, 0), 16.0) for plane in (lying, leaning, weight)]
    agreement = float(np.average(np.hypot(around[0], around[1])[part] / (around[2][part] + 1e-3), weights=weight[part]))
    low = part & (mask.above < 0.2)
    if part.sum() < 3000 or low.sum() < 600:
        return 0.0, False
    upright = float(lying[low].sum() / weight[low].sum())
    curl = float(np.clip((0.50 - 0.6 * agreement - 0.4 * upright) / 0.28, 0, 1))
    # Little hair says less.
    return round(min(curl, 0.65) if part.sum() < 5000 else curl, 3), True
