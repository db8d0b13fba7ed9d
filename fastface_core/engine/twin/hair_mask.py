"""Which pixels of a face's frame are its hair."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.colours import lab
from fastface_core.engine.twin.frame import Frame

with qt_environment_kept():
    import cv2

SIZE = 256
UNIT = 45.0
"""Half the frame's: a hair's edge is no sharper than that."""

_ROUNDS = 2
_FLOOR = np.diag([5.0, 2.2, 2.6]) ** 2
"""The least that colours of one surface spread over, as covariance of L, a and b."""
_STRANGE = -17.0
"""Log density of colours that fit no surface: as unlikely as 4.5 standard deviations from one."""

_Mask = NDArray[np.bool_]
_Plane = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HairMask:
    """Hair in the frame at half its size.

    Attributes:
        hair: (256, 256) bool.
        person: (256, 256) bool, the person and other people beside them.
        inside: (256, 256) bool, what the photo shows.
        lab: (256, 256, 3) float32.
        across, above: (256, 256) float32, places as in `Frame`.
        crown: CIEDE2000-like difference of what is above the forehead from the face's skin, in standard deviations.
        odds: (256, 256) float32, log odds of hair.
    """

    hair: _Mask
    person: _Mask
    inside: _Mask
    lab: _Plane
    across: _Plane
    above: _Plane
    crown: float
    odds: _Plane


def hair_mask(frame: Frame, person: _Plane) -> HairMask:
    """Finds the hair: by its colour, which is learned from what is above the forehead, and by where hair can be.

    The person's mask alone says where the background begins, however alike hair and wall are.

    Args:
        person: (256, 256), what `person_mask` says of the frame's pixels.
    """
    small = cast("NDArray[np.uint8]", cv2.resize(frame.pixels, (SIZE, SIZE), interpolation=cv2.INTER_AREA))
    values = lab(cast("NDArray[np.uint8]", cv2.GaussianBlur(small, (0, 0), 0.8)))
    u, v = frame.across[::2, ::2], frame.above[::2, ::2]
    inside = frame.inside[::2, ::2]
    body = (person > 0.5) & inside
    half, top = frame.half_width, frame.forehead
    crown = body & (v > top + 0.22) & (v < top + 0.75) & (np.abs(u) < 0.62 * half)
    face, below = _skins(frame, values, body)
    if face and crown.sum() >= 60:
        crown = _without_skin(crown, values, face)
        face += _shaded(frame, values, face, _surface(values[crown]))
    prior = _prior(frame)
    odds = np.full((SIZE, SIZE), -9.0, np.float32)
    apart = 0.0
    if crown.sum() >= 60 and face:
        hairs = [_surface(values[crown])]
        apart = float(np.sqrt(max(0.0, min(_distance(hairs[0][0], skin) for skin in face))))
        # Black hair beside a black collar differs by its place alone.
        unlike = [one for one in below if min(_distance(hairs[0][0], one), _distance(one[0], hairs[0])) > 4]
        for turn in range(_ROUNDS + 1):
            others = np.where(v > 0.1, _log(values, face), _log(values, face + unlike))
            others = np.where(v > frame.chin, others, _log(values, face + below))
            colour = _log(values, hairs) - others
            odds = np.where(body, _smoothed(np.clip(colour, -5, 5) + prior, values, body), -9.0).astype(np.float32)
            # Lower down, what has crept in would teach it more of the same.
            sure = (odds > 1.5) & body & (v > -0.1)
            if turn == _ROUNDS or sure.sum() < 60:
                break
            hairs = _surfaces(values[sure])
    seeds = crown & (odds > 0)
    hanging = (odds > 1.5) & (np.abs(v + 0.3) < 0.8) & (np.abs(np.abs(u) - half) < 0.45)
    hair = _joined((odds > 0) & body, seeds, hanging) if seeds.sum() > 20 else np.zeros((SIZE, SIZE), bool)
    return HairMask(hair, body, inside, values, u, v, apart, odds)


_Surface = tuple[NDArray[np.float64], NDArray[np.float64], float]
"""The mean colour of a surface, the inverse of its covariance, and the logarithm of its density's factor."""


def _surface(values: NDArray[np.float32]) -> _Surface:
    middle = np.median(values, axis=0).astype(np.float64)
    near = np.abs(values - middle).sum(1)
    kept = values[near <= np.percentile(near, 85)]
    covariance = np.cov(kept, rowvar=False) * 1.3 + _FLOOR
    return middle, np.linalg.inv(covariance).astype(np.float64), -0.5 * float(np.linalg.slogdet(covariance)[1])


def _surfaces(values: NDArray[np.float32]) -> list[_Surface]:
    """Lit, middle and shaded hair."""
    order = np.argsort(values[:, 0])
    return [_surface(values[part]) for part in np.array_split(order, 3) if len(part) >= 20]


def _distance(colour: NDArray[np.float64], surface: _Surface) -> float:
    apart = colour - surface[0]
    return float(apart @ surface[1] @ apart)


def _log(values: _Plane, surfaces: list[_Surface]) -> _Plane:
    """The log density of the surface that fits each pixel best."""
    best = np.full(values.shape[:2], _STRANGE, np.float32)
    for middle, inverse, factor in surfaces:
        off = values - middle.astype(np.float32)
        square = ((off @ inverse.astype(np.float32)) * off).sum(-1)
        np.maximum(best, factor - 0.5 * square, out=best)
    return best


def _skins(frame: Frame, values: _Plane, body: _Mask) -> tuple[list[_Surface], list[_Surface]]:
    """The surfaces of the face, and those of neck and chest."""
    u, v = frame.across[::2, ::2], frame.above[::2, ::2]
    whole = frame.region(regions.OVAL)[::2, ::2]
    parts = [
        frame.region(regions.LEFT_CHEEK)[::2, ::2],
        frame.region(regions.RIGHT_CHEEK)[::2, ::2],
        whole & (v > 0.42) & (v < 0.62) & (np.abs(u) < 0.35),
    ]
    cheeks = np.median(values[parts[0] | parts[1]], axis=0)
    face = [_surface(values[part & body]) for part in parts[:2] if (part & body).sum() > 20]
    # A fringe may hang over the forehead.
    if (part := parts[2] & body).sum() > 20 and np.abs(np.median(values[part], axis=0) - cheeks).sum() < 22:
        face.append(_surface(values[part]))
    chest = body & (v < frame.chin - 0.75) & (np.abs(u) < 0.45)
    neck = body & (v < frame.chin - 0.12) & (v > frame.chin - 0.5) & (np.abs(u) < 0.3)
    return face, [_surface(values[part]) for part in (chest, neck) if part.sum() > 60]


def _without_skin(crown: _Mask, values: _Plane, face: list[_Surface]) -> _Mask:
    """What is above the forehead without the forehead's own pixels, unless little is left then."""
    off = np.stack([values[crown] - one[0] for one in face])
    squares = np.stack([((part @ one[1]) * part).sum(-1) for part, one in zip(off, face, strict=True)])
    kept = crown.copy()
    kept[crown] = squares.min(0) > 9
    return kept if kept.sum() > 0.4 * crown.sum() else crown


def _shaded(frame: Frame, values: _Plane, face: list[_Surface], crown: _Surface) -> list[_Surface]:
    """The rest of the face: its shaded and tanned parts, without brows, eyes, lips and whatever is like hair."""
    part = frame.region(regions.OVAL, grow=-6) & (frame.above < 0.4)
    marks = (regions.LEFT_EYE, regions.RIGHT_EYE, regions.LEFT_BROW, regions.RIGHT_BROW, regions.LIPS)
    part &= ~frame.region(*marks, grow=7)
    there = values[part[::2, ::2]]
    if len(there) < 200:
        return []
    chroma = np.abs(np.stack([there[:, 1:] - one[0][1:] for one in face])).sum(-1).min(0)
    skin = there[(chroma < 16) & (_log(there[None], face)[0] > _log(there[None], [crown])[0])]
    return _surfaces(skin.astype(np.float32)) if len(skin) > 100 else []


def _prior(frame: Frame) -> _Plane:
    """Log odds of hair by place alone."""
    u, v = frame.across[::2, ::2], frame.above[::2, ::2]
    oval = frame.region(regions.OVAL)[::2, ::2].astype(np.uint8)
    outside = cv2.distanceTransform(1 - oval, cv2.DIST_L2, 3) / UNIT
    within = cv2.distanceTransform(oval, cv2.DIST_L2, 3) / UNIT
    chin, half = frame.chin, frame.half_width
    beside = np.abs(u)
    prior = np.zeros_like(u)
    # Above the face, there is hardly anything else; beside it, ears and hands.
    prior += 2.5 * np.clip((v - 0.15) / 0.3, 0, 1) * np.clip((outside - 0.03) / 0.15, 0, 1)
    prior -= 0.5 * ((v < 0.2) & (v > -0.55) & (beside < half + 0.22))
    hanging = np.clip((outside - 0.12) / 0.1, 0, 1) * np.clip((1.0 - outside) / 0.3, 0, 1)
    prior += 2.4 * hanging * np.clip((0.45 - v) / 0.2, 0, 1) * np.clip((v + 1.4) / 0.4, 0, 1)
    # In the face: a fringe, down to the brows and from the sides.
    prior -= np.where(oval > 0, 1.0 + 6.0 * np.clip(within, 0, 0.5), 0)
    prior -= np.where((oval > 0) & (v < 0.42), 3.0, 0) + np.where((oval > 0) & (v < 0.25) & (within > 0.15), 9.0, 0)
    # Below it: neck and clothes.
    prior -= 4.0 * np.clip((chin + 0.05 - v) / 0.2, 0, 1) * np.clip((0.75 * half - beside) / 0.2, 0, 1)
    prior -= 1.2 * np.clip((chin - 0.2 - v) / 0.8, 0, 1)
    # Far from the head: neighbours.
    prior -= 4.0 * np.clip(beside - half - 0.65, 0, 2)
    return prior.astype(np.float32)


def _smoothed(odds: _Plane, values: _Plane, body: _Mask) -> _Plane:
    """Log odds as the neighbours of like lightness see them: a guided filter."""
    guide = values[..., 0] / 100
    weight = body.astype(np.float32)
    box = (9, 9)

    def mean(plane: NDArray[np.floating]) -> _Plane:
        return cv2.boxFilter(plane.astype(np.float32), -1, box).astype(np.float32)

    total = mean(weight) + 1e-6
    m_g, m_o = mean(guide * weight) / total, mean(odds * weight) / total
    cov = mean(guide * odds * weight) / total - m_g * m_o
    var = mean(guide * guide * weight) / total - m_g * m_g
    slope = cov / (var + 4e-4)
    rest = m_o - slope * m_g
    return (mean(slope * weight) / total * guide + mean(rest * weight) / total).astype(np.float32)


def _joined(hair: _Mask, seeds: _Mask, beside: _Mask) -> _Mask:
    """The parts of the hair that hang together with the seeds, or lie beside the face, without holes and threads."""
    smooth = cv2.morphologyEx(hair.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    smooth = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, parts, _, _ = cv2.connectedComponentsWithStats(smooth)
    touched = np.bincount(parts[seeds], minlength=count) > 20
    touched |= np.bincount(parts[beside], minlength=count) > 150
    touched[0] = False
    return touched[parts.astype(np.intp)]
