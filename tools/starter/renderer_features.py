"""Draws the features of a face: eyes, brows, nose, mouth, beard and glasses. Unit and origin as the head's.

`turn` is how far a turned head carries its features to the side. Eyes and mouth are larger than life: the latents
have one cell for eight pixels, and a likeness lives in these cells.
"""

from __future__ import annotations

import numpy as np

from tools.starter.renderer_canvas import Canvas, Shade, bend, round_shape
from tools.starter.renderer_head import outline
from tools.starter.renderer_people import Identity

MOUTH = 1.155
# How far the corners go up (-) or down (+), how far the mouth opens, and how wide it is.
_MOUTHS = {
    "neutral": (0.0, 0.0, 1.0),
    "smile": (-0.13, 0.0, 1.12),
    "laugh": (-0.15, 0.30, 1.15),
    "surprised": (0.0, 0.42, 0.62),
    "sad": (0.15, 0.0, 0.95),
}
_LIDS = {"neutral": 1.0, "smile": 0.9, "laugh": 0.72, "surprised": 1.25, "sad": 0.85}
_BROWS = {
    "neutral": (0.0, 0.0),
    "smile": (0.02, 0.0),
    "laugh": (0.05, 0.02),
    "surprised": (0.14, 0.0),
    "sad": (0.0, -0.28),
}


def draw_eyes(canvas: Canvas, who: Identity, expression: str, turn: float) -> None:
    """Both eyes with lids and lashes; the pupils look where the head turns."""
    ink = (0.10, 0.08, 0.08)
    look = 0.35 * turn
    for side in (-1, 1):
        centre = np.array([side * 0.5 + turn, 0.0])
        wide = who.eye_width * (1 - 0.35 * abs(turn) * (np.sign(turn) == side))
        high = who.eye_height * _LIDS[expression]
        rise = -who.eye_slant * 0.5 * wide
        towards = np.array([side * wide, rise])
        outer, inner = centre + towards, centre - towards
        upper = bend(
            tuple(inner),
            (centre[0] - side * wide * 0.4, -2.0 * high),
            (centre[0] + side * wide * 0.6, -2.0 * high),
            tuple(outer),
        )
        lower = bend(
            tuple(outer),
            (centre[0] + side * wide * 0.3, 1.35 * high),
            (centre[0] - side * wide * 0.4, 1.3 * high),
            tuple(inner),
        )
        canvas.ellipse(tuple(centre), (wide * 1.25, high * 1.9), np.asarray(who.skin) * 0.8, opacity=0.45, soft=3)
        shape = np.concatenate([upper, lower])
        canvas.fill(shape, (0.97, 0.97, 0.96), outline=1)
        iris = min(high * 1.02, wide * 0.62)
        for radius, colour in ((iris, np.asarray(who.eyes) * 0.55), (iris * 0.86, who.eyes), (iris * 0.45, ink)):
            # The iris is cut off by the lids.
            disc = round_shape((centre[0] + look, 0.0), (radius, radius), count=24)
            disc[:, 1] = np.clip(disc[:, 1], upper[:, 1].min() + 0.01, lower[:, 1].max() - 0.005)
            canvas.fill(disc, colour, outline=1 if radius == iris else 0)
        canvas.ellipse((centre[0] + look - 0.05, -0.05), (iris * 0.24, iris * 0.24), (1, 1, 1))
        canvas.stroke(upper, ink, 0.065)
        canvas.stroke(lower, np.asarray(who.skin) * 0.55, 0.03, opacity=0.8)


def draw_brows(canvas: Canvas, who: Identity, expression: str, turn: float) -> None:
    """Brows: the hair's colour, a little darker, so that they show above blond eyes too."""
    lift, tilt = _BROWS[expression]
    slope = who.brow_tilt + tilt
    hair = np.asarray(who.hair) * (0.75 if sum(who.hair) > 1.2 else 1.0)
    for side in (-1, 1):
        y = -who.brow_height - lift
        inner = (side * 0.2 + turn, y + 0.22 * slope)
        top = (side * 0.55 + turn, y - 0.16)
        outer = (side * 0.92 + turn, y - 0.16 * slope + 0.03)
        upper = bend(inner, top, outer, count=12)
        taper = np.linspace(1.0, 0.35, 12)[:, None] * (0, who.brow_thickness)
        canvas.fill(np.concatenate([upper, (upper + taper)[::-1]]), hair, outline=1, soft=0.5)


def draw_nose(canvas: Canvas, who: Identity, turn: float) -> tuple[float, float]:
    """The nose; returns its tip."""
    skin = np.asarray(who.skin)
    tip = (1.45 * turn, who.nose_length)
    wide = who.nose_width
    dark = skin * 0.62
    side = -1.0 if canvas.lamp[0] > 0 else 1.0
    bridge = [
        (0.13 * side + turn, 0.02),
        (0.12 * side + turn, tip[1] * 0.6),
        (tip[0] + side * wide, tip[1] + 0.02),
        (tip[0], tip[1] + 0.1),
        (turn, 0.0),
    ]
    canvas.fill(bridge, skin * 0.75, opacity=0.35 + 0.45 * who.nose_bridge, soft=2)
    canvas.ellipse((tip[0], tip[1] - 0.06), (wide * 0.7, 0.14), np.clip(skin * 1.12 + 0.03, 0, 1), opacity=0.6, soft=2)
    under = bend(
        (tip[0] - wide, tip[1] - 0.04),
        (tip[0] - wide * 0.9, tip[1] + 0.16),
        (tip[0], tip[1] + 0.02),
        (tip[0] + wide * 0.9, tip[1] + 0.16),
        (tip[0] + wide, tip[1] - 0.04),
    )
    canvas.stroke(under, dark, 0.055)
    for nostril in (-1, 1):
        canvas.ellipse((tip[0] + nostril * wide * 0.45, tip[1] + 0.055), (wide * 0.22, 0.035), dark * 0.7)
    return tip


def draw_mouth(canvas: Canvas, who: Identity, expression: str, turn: float) -> np.ndarray:
    """The mouth; returns its two corners."""
    rise, opening, scale = _MOUTHS[expression]
    wide = who.mouth_width * scale
    middle = 1.2 * turn
    left, right = (middle - wide, MOUTH + rise), (middle + wide, MOUTH + rise)
    lip, dark = np.asarray(who.lip_colour), np.asarray(who.lip_colour) * 0.5
    bow = -rise * 1.5 + 0.02
    upper_in = bend(left, (middle, MOUTH + rise + bow * 1.2 - opening * 0.4), right)
    lower_in = bend(left, (middle, MOUTH + rise + bow * 1.2 + opening * 1.5), right)
    upper_out = bend(
        left,
        (middle - wide * 0.45, MOUTH - who.lips * 1.7 - opening * 0.3 + rise * 0.3),
        (middle, MOUTH - who.lips * 0.6 - opening * 0.3 + bow * 0.4),
        (middle + wide * 0.45, MOUTH - who.lips * 1.7 - opening * 0.3 + rise * 0.3),
        right,
    )
    lower_out = bend(
        left,
        (middle - wide * 0.5, MOUTH + who.lips * 2.2 + opening * 1.2 + bow),
        (middle + wide * 0.5, MOUTH + who.lips * 2.2 + opening * 1.2 + bow),
        right,
    )
    canvas.fill(np.concatenate([upper_out, lower_out[::-1]]), lip, outline=1.4)
    if opening:
        canvas.fill(np.concatenate([upper_in, lower_in[::-1]]), (0.30, 0.07, 0.09), outline=1.2)
        if expression == "laugh":
            teeth = upper_in * (0.92, 1) + (middle * 0.08, 0)
            canvas.fill(np.concatenate([upper_in, (teeth + np.array([0, 0.15]))[::-1]]), (0.97, 0.96, 0.93))
    else:
        canvas.stroke(upper_in, dark, 0.055)
    return np.array([left, right])


def draw_beard(canvas: Canvas, who: Identity, expression: str, turn: float) -> None:
    """Everything that grows below the nose; drawn before the mouth."""
    if who.beard == "none":
        return
    hair, skin = np.asarray(who.hair), np.asarray(who.skin)
    middle = 1.2 * turn
    shade = Shade(0, 0.9, who.face_width * 1.2, 1.2, slope=0.3)
    if who.beard in ("full", "stubble"):
        contour = outline(who, 0.05 if who.beard == "full" else -0.02, 120)
        jaw = contour[contour[:, 1] > 0.35]
        jaw = jaw[np.argsort(np.arctan2(jaw[:, 1] - 0.3, jaw[:, 0]))]
        edge = jaw[-1], jaw[0]
        inner = bend(
            tuple(edge[0]),
            (-0.95 + middle, 0.7),
            (-0.8 + middle, 1.0),
            (-0.45 + middle, 0.86),
            (middle, 0.80),
            (0.45 + middle, 0.86),
            (0.8 + middle, 1.0),
            (0.95 + middle, 0.7),
            tuple(edge[1]),
            count=32,
        )
        colour = hair * 0.95 if who.beard == "full" else 0.45 * hair + 0.55 * skin
        strength = 1.0 if who.beard == "full" else 0.6
        canvas.fill(
            np.concatenate([jaw, inner]),
            colour,
            shade=shade,
            opacity=strength,
            outline=1.6 if strength == 1 else 0,
            soft=1.0,
        )
    if who.beard in ("moustache", "goatee", "full"):
        upper = bend(
            (middle - 0.58, 1.14), (middle - 0.35, 0.76), (middle, 0.86), (middle + 0.35, 0.76), (middle + 0.58, 1.14)
        )
        lower = bend((middle + 0.58, 1.14), (middle + 0.2, 0.98), (middle - 0.2, 0.98), (middle - 0.58, 1.14))
        canvas.fill(np.concatenate([upper, lower]), hair, shade=shade, outline=1.4, soft=0.6)
    if who.beard == "goatee":
        drop = _MOUTHS[expression][1] * 0.6
        chin = bend(
            (middle - 0.42, 1.30 + drop),
            (middle - 0.5, who.chin + 0.22),
            (middle + 0.5, who.chin + 0.22),
            (middle + 0.42, 1.30 + drop),
            count=20,
        )
        canvas.fill(chin, hair, shade=shade, outline=1.4, soft=0.6)


def draw_glasses(canvas: Canvas, who: Identity, turn: float) -> None:
    """Spectacles with round or square rims."""
    if who.glasses == "none":
        return
    colour = who.glasses_colour
    for side in (-1, 1):
        x = side * 0.5 + turn
        if who.glasses == "round":
            rim = round_shape((x, 0.04), (0.41, 0.39), count=36)
        else:
            angle = np.linspace(0, 2 * np.pi, 41)
            cos, sin = np.cos(angle), np.sin(angle)
            rim = np.stack(
                [x + 0.43 * np.sign(cos) * np.abs(cos) ** 0.35, 0.05 + 0.31 * np.sign(sin) * np.abs(sin) ** 0.35], 1
            )
        canvas.fill(rim, (1, 1, 1), opacity=0.12)
        canvas.stroke(rim, colour, 0.085, line=0.55)
        canvas.stroke([(x + side * 0.42, -0.02), (side * who.face_width, -0.08)], colour, 0.08, line=0.55)
    canvas.stroke(bend((-0.1 + turn, 0.0), (turn, -0.08), (0.1 + turn, 0.0)), colour, 0.085, line=0.55)
