"""What of a person a finished picture shows: the marks beside it, with what was measured for each."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.measures import HAIR_TOLERANCE, SKIN_TOLERANCE, TakenOver
from fastface_core.domain.twin import Beard, Corrections, Glasses, HairLength, Twin, corrected
from fastface_core.engine.drawing.face_shape import face
from fastface_core.engine.drawing.picture import CENTRE, EYE_DISTANCE, draw, usual_points
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.colours import difference, lab, lit
from fastface_core.engine.twin.mesh import LEAST_SCORE, cut, mesh

with qt_environment_kept():
    import cv2

THERE, MISSING = 0.5, 0.35
"""How much of what glasses or a beard change in a drawing a picture has to show, and what it may show without them."""

_SIZE = 256
_ALIKE = 13.0
"""CIEDE2000 up to which a pixel belongs to the hair above the forehead, in a picture of drawn surfaces."""
_TURNED = 0.35


@dataclass(frozen=True, slots=True)
class Comparison:
    """A finished picture beside the twin that it was made from.

    Attributes:
        taken: the marks.
        skin, hair: CIEDE2000 between picture and twin; None without colours, or without hair.
        length: what the picture's hair looks like; None where it cannot be told from the background.
        glasses, beard: 0 to 1, how much of them the picture shows; None where the head is turned away.
    """

    taken: TakenOver
    skin: float | None
    hair: float | None
    length: HairLength | None
    glasses: float | None
    beard: float | None


@dataclass(frozen=True, eq=False, slots=True)
class _Picture:
    """A picture with its face brought to the usual place of drawn ones.

    Attributes:
        lab: (256, 256, 3).
        yaw: radians; 0 where no face is made out.
    """

    lab: NDArray[np.float32]
    yaw: float


def compared(
    pixels: NDArray[np.uint8],
    twin: Twin,
    points: NDArray[np.float32] | None = None,
    *,
    style: str = "photo",
    coloured: bool = True,
) -> Comparison:
    """Looks for the twin in a picture: beside the drawing of it in the same style, whose colours have their own shades.

    Args:
        pixels: (height, width, 3) uint8 RGB; a drawn portrait.
        points: (5, 2) where a detector found the face. Without it, or where that is no face to the mesh, the face is
            where the drawings have it.
        style: one of `scene.STYLES`, the nearest to the picture's.
        coloured: whether the picture's style has colours; without them those of skin and hair say nothing, and hair
            is not told from the background.

    Raises:
        ModelError: a file of resources/face is missing or damaged.
    """
    picture = _placed(pixels, points)
    scene = Scene(style=style if coloured else "ink")
    drawn = _Picture(_drawn(twin, scene), 0.0)
    skin_difference = hair_difference = length = None
    if coloured:
        crown = _crown(twin, scene)
        skin, hair = _skin(picture, twin), _hair(picture, crown)
        drawn_skin, drawn_hair = _skin(drawn, twin), _hair(drawn, crown)
        skin_difference = round(float(difference(skin, drawn_skin)), 1)
        bald = twin.hair.length_word == "bald"
        apart = float(difference(drawn_hair, drawn_skin))
        bare = float(difference(hair, skin)) < (8 if bald else min(13, 0.4 * apart))
        length = _length(_hanging(picture, twin, hair), _hanging(drawn, twin, drawn_hair), twin, bare)
        if length != "bald" and not bald:
            hair_difference = round(float(difference(hair, drawn_hair)), 1)
    glasses = beard = None
    if abs(picture.yaw) < _TURNED:
        glasses = _glasses(picture, twin, scene)
        beard = _beard(picture, twin, scene)
    taken = TakenOver(
        skin=_within(skin_difference, SKIN_TOLERANCE),
        hair_colour=_within(hair_difference, HAIR_TOLERANCE),
        hair_length=None if length is None else length == _drawn_length(twin),
        glasses=_as_expected(glasses, twin.glasses != "none"),
        beard=_as_expected(beard, twin.beard != "none"),
    )
    return Comparison(taken, skin_difference, hair_difference, length, glasses, beard)


def taken_over(
    pixels: NDArray[np.uint8],
    twin: Twin,
    points: NDArray[np.float32] | None = None,
    *,
    style: str = "photo",
    coloured: bool = True,
) -> TakenOver:
    """The marks alone; see `compared`."""
    return compared(pixels, twin, points, style=style, coloured=coloured).taken


def _drawn(twin: Twin, scene: Scene) -> NDArray[np.float32]:
    """Lab of a drawing; the pictures of one job are compared with the same ones."""
    return _remembered(cast("Any", twin), scene)  # frozen, and so hashable


@lru_cache(maxsize=16)
def _remembered(twin: Any, scene: Scene) -> NDArray[np.float32]:
    image = lab(draw(twin, scene).image)
    image.flags.writeable = False
    return image


def _within(value: float | None, tolerance: float) -> bool | None:
    return None if value is None else value <= tolerance


def _as_expected(shown: float | None, wanted: bool) -> bool | None:
    if shown is None or MISSING < shown < THERE:
        return None
    return (shown >= THERE) == wanted


def _drawn_length(twin: Twin) -> HairLength:
    """The length as it is drawn: hair that is tied does not hang beside the face."""
    word = twin.hair.length_word
    return "short" if word == "long" and twin.hair.tied != "no" else word


def _placed(pixels: NDArray[np.uint8], points: NDArray[np.float32] | None) -> _Picture:
    height, width = pixels.shape[:2]
    side = min(height, width)
    usual = usual_points(side) + np.array([(width - side) / 2, (height - side) / 2], np.float32)
    five = usual if points is None else np.asarray(points, np.float32)
    low, high = five.min(0), five.max(0)
    reach = float((high - low).max())
    box = (float(low[0]) - reach / 2, float(low[1]) - reach / 2, float(high[0]) + reach / 2, float(high[1]) + reach / 2)
    found = mesh(pixels, five, box)
    yaw = 0.0
    eyes = five[:2].astype(np.float64)
    if found is not None and found.score >= LEAST_SCORE:
        left, right = found.eyes
        ends = found.points[454] - found.points[234]
        yaw = math.atan2(float(ends[2]), float(ends[0]))
        eyes = np.stack([left[:2], right[:2]])
    across = eyes[1] - eyes[0]
    angle = math.atan2(float(across[1]), float(across[0]))
    scale = float(np.hypot(*across)) / EYE_DISTANCE / max(math.cos(yaw), 0.7)
    away = np.array([_SIZE / 2 - CENTRE[0], _SIZE / 2 - CENTRE[1]]) * scale
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    square, _ = cut(pixels, eyes.mean(0) + away @ turn, _SIZE * scale, angle, _SIZE, cv2.BORDER_REPLICATE)
    return _Picture(lab(square), yaw)


def _discs(picture: _Picture, places: NDArray[np.float64], radius: float) -> NDArray[np.float32]:
    """The pixels around places of the face, in eye distances from between the eyes."""
    mask = np.zeros((_SIZE, _SIZE), np.uint8)
    for x, y in np.round(places * EYE_DISTANCE + CENTRE).astype(int):
        cv2.circle(mask, (int(x), int(y)), round(radius * EYE_DISTANCE), 1, -1)
    return picture.lab[mask > 0]


def _skin(picture: _Picture, twin: Twin) -> NDArray[np.float64]:
    cheeks = face(twin.shape, "gentle").of((50, 101, 205, 280, 330, 425))
    return lit(_discs(picture, cheeks, 0.11), 35, 95)


def _crown(twin: Twin, scene: Scene) -> NDArray[np.bool_]:
    """(256, 256), where the drawing has hair on the head: where another colour of hair would change it."""
    if twin.hair.cover < 0.5:
        twin = corrected(twin, Corrections(hair_length="short"))
    red, green, blue = twin.hair.colour
    other = (1 - red, 1 - green, 1.0 if blue < 0.5 else 0.0)
    changed = corrected(twin, Corrections(hair_colour=other))
    brows = twin.model_copy(update={"hair": changed.hair})
    apart = np.abs(_drawn(twin, scene) - _drawn(brows, scene)).sum(-1) > 12
    u, v = _places()
    inner = cv2.erode((apart & (v > 0.7) & (np.abs(u) < 0.6)).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    # Under a bare skull's top, where possible: the picture's hair may be missing.
    low = inner & (v < 1.5)
    return low if low.sum() > 150 else inner


def _hair(picture: _Picture, crown: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Lab of what is above the forehead."""
    return lit(picture.lab[crown], 25, 90) if crown.any() else np.zeros(3)


def _places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each pixel, eye distances to the right of the face's middle and above the eyes."""
    rows, columns = np.mgrid[0:_SIZE, 0:_SIZE]
    return (columns - CENTRE[0]) / EYE_DISTANCE, (CENTRE[1] - rows) / EYE_DISTANCE


def _hanging(picture: _Picture, twin: Twin, hair: NDArray[np.float64]) -> tuple[float, float, float]:
    """How much of what is beside the face, beside the neck and in the background has the hair's colour, 0 to 1."""
    half = face(twin.shape, "gentle").half_width
    u, v = _places()
    alike = difference(picture.lab, hair) < _ALIKE
    end = twin.hair.widths[8] if _drawn_length(twin) == "long" else 1.35

    def shares(inner: float, outer: float, low: float, high: float) -> list[float]:
        return [
            float(alike[(v > low) & (v < high) & (side * u > inner) & (side * u < outer)].mean()) for side in (-1, 1)
        ]

    # What is behind a person is in the hair's colour rather on one side than on both.
    beside = min(shares(half + 0.03, half + 0.25, -1.0, -0.5))
    below = min(shares(max(0.6, end - 0.5), max(1.0, end - 0.05), -2.1, -1.85))
    return beside, below, max(shares(1.95, 2.6, -1.0, 1.8))


def _length(
    seen: tuple[float, float, float], wanted: tuple[float, float, float], twin: Twin, bald: bool
) -> HairLength | None:
    """How long the picture's hair is; None where the background has its colour.

    Args:
        seen, wanted: `_hanging` of the picture and of the drawing.
    """
    if bald:
        return "bald"
    beside, below, behind = seen
    if behind > 0.25:
        return None
    own = _drawn_length(twin)
    alike = abs(beside - wanted[0]) < 0.4 and abs(below - wanted[1]) < 0.4
    if own != "bald" and alike and beside >= 0.5 * wanted[0]:
        if own != "long" or below >= max(0.5 * wanted[1], 0.15):
            return own
        if wanted[1] < 0.2:
            return None  # Narrow over the shoulders: its end cannot be told.
    if beside < 0.3:
        return "short"
    return "long" if below > 0.3 else "chin"


def _glasses(picture: _Picture, twin: Twin, scene: Scene) -> float | None:
    wanted: tuple[Glasses, ...] = ("round", "square") if twin.glasses == "none" else (twin.glasses,)
    bare = twin.model_copy(update={"glasses": "none"})
    return _shown(picture, bare, [twin.model_copy(update={"glasses": kind}) for kind in wanted], scene)


def _beard(picture: _Picture, twin: Twin, scene: Scene) -> float | None:
    wanted: tuple[Beard, ...] = ("moustache", "goatee", "full") if twin.beard == "none" else (twin.beard,)
    bare = twin.model_copy(update={"beard": "none"})
    colour = twin.beard_colour or (twin.hair.colour if twin.hair.cover > 0.5 else twin.brows)
    ways = [bare.model_copy(update={"beard": kind, "beard_colour": colour}) for kind in wanted]
    return _shown(picture, bare, ways, scene)


def _shown(picture: _Picture, bare: Twin, dressed: list[Twin], scene: Scene) -> float | None:
    """How much of what makes two drawings different the picture has, 0 to 1; None where that is hardly anything.

    Args:
        dressed: several ways of it; the one that is seen most counts.
    """
    plain, seen = _fine(_drawn(bare, scene)), _fine(picture.lab)
    amounts: list[float] = []
    for one in dressed:
        change = _fine(_drawn(one, scene)) - plain
        size = np.abs(change).sum(-1)
        where = size > 6
        if where.sum() < 40 or float(size[where].mean()) < 12:
            continue
        best, amount = float("inf"), 0.0
        for dx in (-2, 0, 2):
            for dy in (-2, 0, 2):
                more = (np.roll(seen, (dy, dx), (0, 1)) - plain)[where]
                part = change[where]
                shown = float((more * part).sum() / (part * part).sum())
                # The place is right where the picture is most like one or the other.
                left = float(((more - (part if shown > 0.5 else 0)) ** 2).sum())
                if left < best:
                    best, amount = left, shown
        amounts.append(amount)
    return round(float(np.clip(max(amounts), 0, 1)), 3) if amounts else None


def _fine(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is darker, lighter or of another colour than its surroundings; light and tint of the whole are gone."""
    smooth = cv2.GaussianBlur(values, (0, 0), 1.2)
    return cast("NDArray[np.float32]", smooth - cv2.GaussianBlur(values, (0, 0), 16))
