"""Whether a face has a beard, and which: by how much darker and rougher parts of it are than its cheeks."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import Beard
from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.colours import lit
from fastface_core.engine.twin.frame import SIZE, Frame

with qt_environment_kept():
    import cv2

_RADIUS = 7
"""Pixels of the frame: where the skin is looked at."""

_PLACES: dict[str, tuple[tuple[int, ...], ...]] = {
    "moustache": ((165, 92), (391, 322)),
    "its ends": ((186, 92), (410, 322)),
    "its middle": ((164,),),
    "below the lip": ((18,),),
    "chin": ((200, 199),),
    "tip of the chin": ((175, 199),),
    "beside the chin": ((204, 211), (424, 431)),
    "lower jaw": ((210, 211), (430, 431)),
    "front of the jaw": ((169, 210), (394, 430)),
    "jaw": ((214, 192), (434, 416)),
    "lower cheek": ((205,), (425,)),
    "side of the cheek": ((207, 187), (427, 411)),
}
"""In the middle between which of the mesh's points; where there are two, one on each side."""
_CHEEKS = ((50, 101), (280, 330))

# What speaks for hair: how dark a place is, and how rough, times these weights; what is dark with its neighbours is
# shade. Found with beards painted on faces without, by logistic regression in which the faces without counted six
# times; leaving out one person after the other, none of 29 people without a beard and in good light came above the
# limits below, and 19 of 20 painted beards that differ from the skin by more than 25 (CIEDE2000) did.
_MOUSTACHE = (
    -0.4,
    {"moustache": 8.35, "its ends": -5.13, "its middle": 4.96, "lower cheek": -8.93},
    {"moustache": 0.51, "its middle": -0.97},
)
_CHIN = (
    -1.67,
    {
        "chin": 11.51,
        "tip of the chin": -2.39,
        "beside the chin": 4.88,
        "below the lip": -4.13,
        "lower cheek": -9.95,
    },
    dict[str, float](),
)
_JAW = (
    -3.19,
    {
        "front of the jaw": -2.82,
        "jaw": 1.44,
        "lower jaw": 9.48,
        "lower cheek": 7.52,
        "side of the cheek": -8.26,
    },
    {"front of the jaw": -0.85, "jaw": 0.61, "lower cheek": -1.43, "lower jaw": 1.19},
)

_MOUSTACHE_SEEN, _CHIN_SEEN, _JAW_SEEN = 1.3, 0.8, 0.0
_MOUSTACHE_UNSURE, _CHIN_UNSURE = 0.3, -0.3
_DARKER = 0.05
"""Hair is at least so much darker than the cheeks, as a logarithm of L."""


@dataclass(frozen=True, eq=False, slots=True)
class BeardFound:
    """What was seen.

    Attributes:
        kind: none where it is unsure: a beard is never made up.
        sure: whether the scores say it either way.
        scores: of moustache, chin and jaw, as log odds.
        colour: (3,) Lab of the hair; None without a beard.
    """

    kind: Beard
    sure: bool
    scores: tuple[float, float, float]
    colour: NDArray[np.float64] | None


class _Look(NamedTuple):
    dark: float
    rough: float


def beard(frame: Frame, even_light: bool) -> BeardFound:
    """Looks for a beard.

    Args:
        even_light: whether the photo's light is good enough to tell a moustache from the shade of a nose.
    """
    looks = _looks(frame)
    moustache, chin, jaw = (_score(looks, *weights) for weights in (_MOUSTACHE, _CHIN, _JAW))
    # Thick rims of glasses may lie on the cheeks: then all that is not darker looks like hair beside them.
    has_moustache = moustache > _MOUSTACHE_SEEN and looks["moustache"].dark > _DARKER
    has_chin = chin > _CHIN_SEEN and looks["chin"].dark > _DARKER
    kind: Beard = "none"
    if has_chin and (even_light or has_moustache):
        kind = "full" if jaw > _JAW_SEEN else "goatee"
    elif has_moustache and even_light:
        kind = "moustache"
    doubtful = moustache > _MOUSTACHE_UNSURE or chin > _CHIN_UNSURE
    colour = _colour(frame, kind) if kind != "none" else None
    scores = (round(moustache, 2), round(chin, 2), round(jaw, 2))
    return BeardFound(kind, kind != "none" or not doubtful, scores, colour)


def _score(looks: dict[str, _Look], base: float, dark: dict[str, float], rough: dict[str, float]) -> float:
    darkness = sum(weight * looks[name].dark for name, weight in dark.items())
    return base + darkness + sum(weight * looks[name].rough for name, weight in rough.items())


def _looks(frame: Frame) -> dict[str, _Look]:
    values = cv2.GaussianBlur(frame.lab, (0, 0), 1.0)
    light = values[..., 0]
    grain = np.abs(light - cv2.GaussianBlur(light, (0, 0), 4))
    rows, columns = np.mgrid[-_RADIUS : _RADIUS + 1, -_RADIUS : _RADIUS + 1]
    disc = rows**2 + columns**2 <= _RADIUS**2

    def at(points: tuple[int, ...]) -> tuple[float, float]:
        x, y = frame.points[list(points), :2].mean(0)
        x_all = np.clip(np.round(x + columns[disc]), 0, SIZE - 1).astype(np.intp)
        y_all = np.clip(np.round(y + rows[disc]), 0, SIZE - 1).astype(np.intp)
        return float(np.median(light[y_all, x_all])), float(grain[y_all, x_all].mean())

    def look(here: tuple[float, float], cheek: tuple[float, float]) -> _Look:
        return _Look(math.log((cheek[0] + 3) / (here[0] + 3)), math.log((here[1] + 0.4) / (cheek[1] + 0.4)))

    cheeks = [at(one) for one in _CHEEKS]
    both = ((cheeks[0][0] + cheeks[1][0]) / 2, (cheeks[0][1] + cheeks[1][1]) / 2)
    looks: dict[str, _Look] = {}
    for name, places in _PLACES.items():
        if len(places) == 1:
            looks[name] = look(at(places[0]), both)
        else:
            # A beard is on both sides, a shadow on one.
            sides = [look(at(place), cheek) for place, cheek in zip(places, cheeks, strict=True)]
            looks[name] = _Look(min(one.dark for one in sides), min(one.rough for one in sides))
    return looks


def _colour(frame: Frame, kind: Beard) -> NDArray[np.float64]:
    parts = [regions.MOUSTACHE] if kind == "moustache" else [regions.CHIN]
    where = frame.region(*parts) & ~frame.region(regions.LIPS, grow=4)
    part = frame.lab[where]
    return lit(part, 5, 60) if len(part) > 20 else np.array([20.0, 3.0, 5.0])
