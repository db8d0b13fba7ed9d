"""Draws beards and glasses."""

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import Twin
from fastface_core.engine.drawing import face_shape
from fastface_core.engine.drawing.canvas import Canvas, Points, Shade, bend, eased, round_shape
from fastface_core.engine.drawing.face_shape import Face

_Paint = NDArray[np.float64]


def draw_beard(canvas: Canvas, face: Face, twin: Twin, skin: _Paint) -> None:
    """What grows below the nose; the mouth is drawn over it."""
    kind = twin.beard
    if kind == "none":
        return
    hair = np.asarray(twin.beard_colour or twin.hair.colour)
    light = Shade(0, 0.9, face.half_width * 1.2, 1.2, slope=0.3)
    if kind in ("full", "stubble"):
        paint = hair if kind == "full" else 0.5 * hair + 0.5 * skin
        grow = 0.06 if kind == "full" else -0.01
        strong = kind == "full"
        canvas.fill(
            _jaw_beard(face, grow), paint, shade=light, opacity=1.0 if strong else 0.62,
            outline=1.6 if strong else 0, soft=0.5 if strong else 1.4,
        )  # fmt: skip
    if kind in ("moustache", "goatee", "full"):
        canvas.fill(eased(_moustache(face)), hair, shade=light, outline=1.4, soft=0.4)
    if kind == "goatee":
        left, right, chin = face.points[61], face.points[291], face.points[face_shape.CHIN]
        low = chin + (0, 0.10)
        patch = np.concatenate([
            bend(left + (-0.02, 0.02), (left[0] - 0.06, low[1] - 0.12), low + (-0.18, 0.02), low, count=10),
            bend(low, low + (0.18, 0.02), (right[0] + 0.06, low[1] - 0.12), right + (0.02, 0.02), count=10),
        ])  # fmt: skip
        canvas.fill(patch, hair, shade=light, outline=1.4, soft=0.4)


def _jaw_beard(face: Face, grow: float) -> Points:
    """From ear to ear along the jaw, and back over cheeks and upper lip."""
    jaw = face.of((323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93))
    middle = jaw.mean(0)
    away = jaw - middle
    jaw = jaw + grow * away / (np.linalg.norm(away, axis=1, keepdims=True) + 1e-9)
    jaw[[0, -1]] = face.of((323, 93))
    nose = face.points[2]
    inner = [face.points[93] + (0.14, 0.0), face.points[187] + (-0.02, 0.06), face.points[206] + (-0.06, 0.08),
             (face.points[129][0], nose[1] + 0.14), (nose[0], nose[1] + 0.10), (face.points[358][0], nose[1] + 0.14),
             face.points[426] + (0.06, 0.08), face.points[411] + (0.02, 0.06),
             face.points[323] + (-0.14, 0.0)]  # fmt: skip
    return eased(np.concatenate([jaw, np.array(inner)]))


def _moustache(face: Face) -> Points:
    left, right, nose = face.points[61], face.points[291], face.points[2]
    lip = face.points[0]
    high = nose[1] + 0.08
    return np.array([
        left + (-0.06, 0.06), (left[0] + 0.12, high + 0.02), (nose[0] - 0.12, high - 0.02), (nose[0], high + 0.03),
        (nose[0] + 0.12, high - 0.02), (right[0] - 0.12, high + 0.02), right + (0.06, 0.06),
        (lip[0] + 0.16, lip[1] + 0.01), (lip[0], lip[1] - 0.02), (lip[0] - 0.16, lip[1] + 0.01),
    ])  # fmt: skip


def draw_glasses(canvas: Canvas, face: Face, twin: Twin) -> None:
    """Spectacles with round or square rims."""
    if twin.glasses == "none":
        return
    colour = twin.glasses_colour
    bridge = []
    for (_, _, outer, inner), side in zip(face_shape.EYES, (-1, 1), strict=True):
        x, y = (face.points[outer] + face.points[inner]) / 2 + (0, 0.03)
        narrow = max(0.75, float(np.cos(face.yaw)))
        if twin.glasses == "round":
            rim = round_shape((x, y), (0.41 * narrow, 0.39), count=36)
        else:
            angle = np.linspace(0, 2 * np.pi, 41)
            cos, sin = np.cos(angle), np.sin(angle)
            across, down = (np.sign(value) * np.abs(value) ** 0.35 for value in (cos, sin))
            rim = np.stack([x + 0.43 * narrow * across, y + 0.30 * down], 1)
        canvas.fill(rim, (1, 1, 1), opacity=0.10)
        canvas.stroke(rim, colour, 0.075, line=0.8)
        ear = face.turned(np.array([[side * (face.half_width + 0.02), -0.02]]), 0.0)[0]
        canvas.stroke([(x + side * 0.42 * narrow, y - 0.06), ear], colour, 0.06, line=0.6)
        bridge.append((x - side * 0.41 * narrow, y - 0.04))
    (left, right) = bridge
    canvas.stroke(bend(left, ((left[0] + right[0]) / 2, left[1] - 0.09), right), colour, 0.075, line=0.8)
