"""What of a photo's light makes its colours doubtful."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.colours import brightened
from fastface_core.engine.twin.features import Skin
from fastface_core.engine.twin.frame import SIZE, Frame

with qt_environment_kept():
    import cv2

DARK = (
    "The photo is dark: skin and hair were brightened, and may be off. "
    "Add a photo that was taken in daylight, or correct the skin."
)
BACKLIT = (
    "The light comes from behind: the skin may come out too dark. "
    "Add a photo with the light on the face, or correct the skin."
)
BRIGHT = "The face is overexposed: the skin may come out too light. Add a photo with softer light, or correct the skin."
COLOURED = (
    "The light is coloured: skin and hair may come out in its colour. "
    "Add a photo that was taken in daylight, or correct the colours."
)
GREY = "The photo is black and white: the colours are guessed. Add a photo in colour, or correct the colours."
ONE_SIDED = "The light comes from one side: half of the face lies in shade. Add a photo with light from the front."

# All in L, a and b; the photos that they were tried on are in the numbers behind them.
_NOTHING_BRIGHT = 66.0
"""What the brightest fiftieth of the picture reaches: 70 to 100 in daylight, 44 to 65 in the same photos with two to
four tenths of the light."""
_FACE_DIM = 62.0
"""What the brightest fiftieth of the face reaches: 72 to 94 in good light whatever the skin, below this when only the
background is lit."""
_FACE_LIT = 80.0
"""What the brightest fiftieth of half of the faces in good light reaches: a face that does lacks no light."""
_MOST_LIGHT = 4.0
"""Times the light of the photo: beyond it there is more noise than face."""
_FACE_BURNT = 0.3
"""The share of the face that is at the top of a channel: below 0.26 but in overexposed photos, there from 0.8 on."""
_HUES = (25.0, 91.0)
_CHROMAS = (7.0, 46.0)
"""Skin of all people has its hue, in degrees, and its strength between these; under blue, green and orange light it is
outside. Measured: 40 to 89 and 8 to 43."""
_SIDES_APART = 25.0
"""Of hue and strength between the cheeks, where one is lit in another colour: 16 and below in plain light."""
_SIDE_DARKER = 14.0


@dataclass(frozen=True, slots=True)
class Light:
    """What is wrong with a photo's light.

    Attributes:
        notes: a sentence with a next step for each thing.
        true_colours: whether skin and hair have their own colours in it.
        even: whether both halves of the face are lit, by enough light.
        missing: how many times more light a photo would have in which something is as bright as in any in daylight; 1
            where nothing is known to be missing. How dark somebody's skin is says nothing of it.
    """

    notes: tuple[str, ...]
    true_colours: bool
    even: bool
    missing: float = 1.0

    def put_right(self, values: ArrayLike) -> NDArray[np.float64]:
        """Lab values, (3,), of a surface of the face in the light that is missing."""
        return brightened(values, self.missing)


def light(frame: Frame, skin: Skin, person: NDArray[np.float32]) -> Light:
    """Looks at the light.

    Args:
        person: (256, 256), what `person_mask` says of the frame's pixels.
    """
    lightness = frame.lab[..., 0]
    face = frame.region(regions.OVAL, grow=-8) & frame.inside
    if not face.any():
        return Light((), False, False)
    whole = float(np.percentile(lightness[frame.inside], 98))
    bright = float(np.percentile(lightness[face], 98))
    found: list[str] = []
    if _backlit(frame, person, bright):
        found.append(BACKLIT)
    elif whole < _NOTHING_BRIGHT and bright < _FACE_LIT:
        found.append(DARK)
    if float((frame.pixels[face].max(1) >= 252).mean()) > _FACE_BURNT:
        found.append(BRIGHT)
    hue = float(np.degrees(np.arctan2(skin.colour[2], skin.colour[1])))
    chroma = float(np.hypot(skin.colour[1], skin.colour[2]))
    apart = skin.sides[0] - skin.sides[1]
    if float(np.percentile(np.abs(frame.lab[face][:, 1:]), 98)) < 3:
        found.append(GREY)
    elif BRIGHT not in found and (
        not _HUES[0] <= hue <= _HUES[1]
        or not _CHROMAS[0] <= chroma <= _CHROMAS[1]
        or np.hypot(apart[1], apart[2]) > _SIDES_APART
    ):
        found.append(COLOURED)
    true_colours = not found
    one_sided = abs(float(apart[0])) > _SIDE_DARKER
    if one_sided:
        found.append(ONE_SIDED)
    even = not one_sided and BACKLIT not in found and bright > _FACE_DIM - 8
    return Light(tuple(found), true_colours, even, _missing(whole, bright) if DARK in found else 1.0)


def _missing(whole: float, bright: float) -> float:
    """How many times more light brings the brightest parts of a picture to what they are in daylight at least, unless
    the face's own, of this L too, are bright enough before."""

    def times(there: float, wanted: float) -> float:
        return ((wanted + 16) / (there + 16)) ** 3

    return float(np.clip(min(times(whole, _NOTHING_BRIGHT), times(bright, _FACE_LIT)), 1.0, _MOST_LIGHT))


def _backlit(frame: Frame, person: NDArray[np.float32], bright: float) -> bool:
    """Whether a dim face is in front of something bright, or has a bright edge around its hair.

    Args:
        bright: L of the face's brightest parts.
    """
    if bright >= _FACE_DIM:
        return False
    lightness = frame.lab[..., 0]
    there = cast("NDArray[np.float32]", cv2.resize(person, (SIZE, SIZE)))
    behind = lightness[(there < 0.2) & frame.inside]
    if len(behind) < 2000:
        return False
    if float(np.median(behind)) > 80:
        return True
    head = (there > 0.5) & frame.inside & (frame.above > 0)
    inner = cv2.erode((there > 0.5).astype(np.uint8), np.ones((17, 17), np.uint8)) > 0
    edge = lightness[head & ~inner]
    if len(edge) <= 500:
        return False
    return float(min(np.percentile(behind, 90), np.percentile(edge, 75))) > bright + 8
