"""Draws eyes, brows, nose and mouth from the points of the face.

Eyes are larger than life: the starter's latents have one cell for eight pixels, and a likeness lives in these cells.
"""

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import Twin
from fastface_core.engine.drawing import face_shape
from fastface_core.engine.drawing.canvas import Canvas, Points, bend, eased, eased_line, round_shape
from fastface_core.engine.drawing.face_shape import Face

_INK = np.array((0.11, 0.09, 0.09))
_WIDER, _HIGHER = 1.34, 1.78
_LEAST_OPEN = 0.23
"""Height of an open eye, in eye distances, below which no iris could be told."""
_Paint = NDArray[np.float64]


def draw_eyes(canvas: Canvas, face: Face, twin: Twin, skin: _Paint) -> None:
    """Both eyes with lids and lashes; the pupils look at the viewer, or a little where the head turns."""
    look = 0.10 * np.sin(face.yaw)
    for upper_numbers, lower_numbers, outer, inner in face_shape.EYES:
        centre = (face.points[outer] + face.points[inner]) / 2
        grow = np.array([_WIDER, _HIGHER * twin.eye_opening])
        upper = eased_line(centre + (face.of(upper_numbers) - centre) * grow)
        lower = eased_line(centre + (face.of(lower_numbers) - centre) * grow)
        missing = _LEAST_OPEN - (lower[:, 1].max() - upper[:, 1].min())
        if missing > 0:
            arch = np.sin(np.linspace(0, np.pi, len(upper)))
            upper[:, 1] -= 0.7 * missing * arch
            lower[:, 1] += 0.3 * missing * np.sin(np.linspace(0, np.pi, len(lower)))
        wide = float(np.hypot(*(face.points[outer] - face.points[inner]))) / 2 * _WIDER
        high = float(lower[:, 1].max() - upper[:, 1].min()) / 2
        canvas.ellipse(centre + (0, -0.04), (wide * 1.25, high * 1.9 + 0.06), skin * 0.80, opacity=0.35, soft=3)
        canvas.fill(np.concatenate([upper, lower[::-1]]), (0.965, 0.955, 0.945), outline=1)
        middle = np.array([centre[0] + look, (upper[:, 1].min() + lower[:, 1].max()) / 2 - 0.01])
        iris = float(np.clip(0.50 * wide, 0.13, 0.18))
        eye = np.asarray(twin.eyes)
        rings = ((iris, eye * 0.50, 0.45), (iris * 0.80, np.clip(eye * 1.08, 0, 1), 0.0), (iris * 0.44, _INK, 1.0))
        for radius, paint, ink in rings:
            canvas.fill(_within(round_shape(middle, (radius, radius), count=28), upper, lower), paint, ink=ink)
        canvas.ellipse(middle + (-0.05, -0.05), (0.042, 0.042), (1, 1, 1))
        side = np.sign(face.points[outer, 0] - face.points[inner, 0])
        lash = np.concatenate([[upper[0] + (0.05 * side, -0.035)], upper])
        canvas.stroke(lash, _INK, 0.048)
        canvas.stroke(lower, skin * 0.52, 0.024, opacity=0.75)
        canvas.stroke(upper + (0, -0.095), skin * 0.66, 0.022, opacity=0.4, line=0.2)


def _within(disc: Points, upper: Points, lower: Points) -> Points:
    """A disc cut off by the lids."""
    bounds = [np.interp(disc[:, 0], *lid[np.argsort(lid[:, 0])].T) for lid in (upper, lower)]
    disc[:, 1] = np.clip(disc[:, 1], bounds[0], bounds[1])
    return disc


def draw_brows(canvas: Canvas, face: Face, twin: Twin) -> None:
    """Both brows."""
    for upper_numbers, lower_numbers in face_shape.BROWS:
        upper, lower = face.of(upper_numbers), face.of(lower_numbers)
        middle = (upper + lower) / 2 + (0, -0.03)
        half = (lower - upper) / 2 * (0.80 * twin.brow_thickness)
        shape = eased(np.concatenate([middle - half, (middle + half)[::-1]]))
        canvas.fill(shape, twin.brows, outline=1, soft=0.4, ink=0.5)


def draw_nose(canvas: Canvas, face: Face, skin: _Paint) -> None:
    """The nose: its shaded side, the light on its tip, wings and nostrils."""
    dark = skin * 0.62
    side = -1 if canvas.lamp[0] > 0 else 1
    wing, root = face.points[129 if side < 0 else 358], face.points[168]
    ridge = face.of((6, 197, 195, 5, 4))
    shaded = np.concatenate([ridge, wing[None], root[None] + (side * 0.16, 0)])
    canvas.fill(shaded, skin * 0.80, opacity=0.32, soft=2.5)
    bright = np.clip(skin * 1.1 + 0.03, 0, 1)
    canvas.ellipse(face.points[face_shape.NOSE_TIP], (0.11, 0.10), bright, opacity=0.55, soft=2)
    under = eased_line(np.stack([face.points[n] + (0, 0.01) for n in (129, 98, 97, 2, 326, 327, 358)]))
    canvas.stroke(under, dark, 0.042)
    for number, outwards in ((129, -1), (358, 1)):
        at = face.points[number]
        curve = bend(at + (-outwards * 0.02, -0.16), at + (outwards * 0.05, -0.06), at + (0, 0.02))
        canvas.stroke(curve, dark, 0.03, opacity=0.8)
    for number in (97, 326):
        canvas.ellipse(face.points[number] + (0, -0.02), (0.055, 0.028), dark * 0.7)


def draw_mouth(canvas: Canvas, face: Face, twin: Twin) -> None:
    """Lips, and what an open mouth shows: teeth where it smiles."""
    lips = np.asarray(twin.lips)
    outer, inner = face.of(face_shape.LIPS), face.of(face_shape.MOUTH)
    upper, lower = face.of(face_shape.UPPER_INNER), face.of(face_shape.LOWER_INNER)
    opening = float((lower[:, 1] - upper[:, 1]).max())
    corners = face.points[[61, 291]]
    canvas.fill(eased(outer), lips, outline=1.4)
    if opening > 0.09:
        canvas.fill(eased(inner), (0.30, 0.08, 0.09), outline=1.2)
        rising = float(face.points[[61, 291], 1].mean() - upper[5, 1])
        if rising < 0.02:
            teeth = min(opening * 0.62, 0.17)
            canvas.fill(np.concatenate([upper[1:-1], (upper[1:-1] + (0, teeth))[::-1]]), (0.98, 0.97, 0.95))
        lower_lip = np.concatenate([eased_line(face.of(face_shape.LOWER_OUTER), 1), eased_line(lower, 1)[::-1]])
        canvas.fill(lower_lip, lips, outline=1)
    else:
        line = np.concatenate([corners[:1], (upper + lower) / 2, corners[1:]])
        # Lips that are as thin as the line between them would be nothing but the line.
        thick = float(np.ptp(outer[:, 1]))
        canvas.stroke(eased_line(line, 1), lips * 0.55, float(np.clip(0.18 * thick, 0.026, 0.042)))
    light = face.points[[17, 14]].mean(0)
    canvas.ellipse(light, (0.13, 0.03), np.clip(lips * 1.2 + 0.06, 0, 1), opacity=0.5, soft=1.2)
