"""Draws the head: its outline, ears, skin marks and hair. Unit: the distance between the eyes; origin between them."""

from __future__ import annotations

import numpy as np

from tools.starter.renderer_canvas import Canvas, Shade, bend, round_shape, scallop
from tools.starter.renderer_people import Identity

SKULL = 1.72
MIDDLE = -0.2


def outline(who: Identity, grow: float = 0.0, count: int = 72) -> np.ndarray:
    """The head's contour: an ellipse above, a squarer or more pointed jaw below."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    cos, sin = np.cos(angle), np.sin(angle)
    power = 2 / who.jaw
    across = np.where(sin > 0, np.sign(cos) * np.abs(cos) ** (power if who.jaw > 2 else 1), cos)
    # A jaw narrows towards the chin, the more so the less square it is.
    narrow = np.where(sin > 0, 1 - (0.34 - 0.09 * who.jaw) * sin**2, 1.0)
    width = who.face_width + grow
    height = np.where(sin > 0, who.chin - MIDDLE + grow, SKULL + MIDDLE + grow)
    return np.stack([width * across * narrow, MIDDLE + height * sin], 1)


def head_shade(who: Identity) -> Shade:
    """Light on the head as on a ball."""
    return Shade(0, 0.0, who.face_width * 1.15, 1.9)


def draw_skin(canvas: Canvas, who: Identity) -> None:
    """Ears and face without features."""
    skin = np.asarray(who.skin)
    for side in (-1, 1):
        x = side * (who.face_width * 0.99)
        ear = Shade(x, 0.2, 0.5, 0.5)
        canvas.ellipse((x, 0.22), (who.ears, who.ears * 1.45), skin * 0.95, shade=ear, outline=2)
        canvas.ellipse((x, 0.24), (who.ears * 0.5, who.ears * 0.9), skin * 0.78, soft=1.0, opacity=0.8)
    canvas.fill(outline(who), skin, shade=head_shade(who), outline=2.2)


def draw_marks(canvas: Canvas, who: Identity, turn: float) -> None:
    """Cheeks, freckles and the lines of age."""
    skin = np.asarray(who.skin)
    rose = skin * [1.0, 0.72, 0.70]
    for side in (-1, 1):
        centre = (side * 0.72 + turn, 0.72)
        canvas.ellipse(centre, (0.26, 0.19), rose, opacity=who.blush, soft=4)
        if who.freckles:
            spots = np.random.default_rng(5).uniform(-1, 1, (8, 2)) * (0.26, 0.17)
            for x, y in spots:
                place = (side * (0.62 + x) + turn, 0.62 + y)
                canvas.ellipse(place, (0.038, 0.038), skin * [0.72, 0.58, 0.48], opacity=0.9 * who.freckles)
    if who.lines:
        dark = skin * 0.68
        for level in (0.0, 0.17):
            y = -who.hairline * 0.62 - level
            canvas.stroke(bend((-0.5 + turn, y), (turn, y - 0.06), (0.5 + turn, y)), dark, 0.035, opacity=who.lines)
        for side in (-1, 1):
            fold = bend((side * 0.3 + turn, 0.72), (side * 0.55 + turn, 0.85), (side * 0.56 + turn, 1.15))
            canvas.stroke(fold, dark, 0.04, opacity=who.lines)
            under = bend((side * 0.28 + turn, 0.3), (side * 0.5 + turn, 0.4), (side * 0.75 + turn, 0.3))
            canvas.stroke(under, dark, 0.035, opacity=0.8 * who.lines)


def _hair_shade(who: Identity) -> Shade:
    return Shade(0, -0.7, who.face_width * 1.5, 1.7, slope=0.42, rim=0.3)


def draw_back_hair(canvas: Canvas, who: Identity) -> None:
    """What hangs behind the head and is drawn before the shoulders."""
    wide = who.face_width
    hair = np.asarray(who.hair) * 0.82
    shade = Shade(0, 0.3, wide * 1.6, 2.4, slope=0.3)
    if who.hair_style in ("long", "wavy"):
        half = bend((wide * 0.7, -1.75), (wide * 1.7, -1.6), (wide * 1.38, 0.8), (wide * 1.45, 2.75), count=28)
        shape = np.concatenate([half, half[::-1] * (-1, 1)])
        if who.hair_style == "wavy":
            shape = scallop(shape, 0.2, 15)
        canvas.fill(shape, hair, shade=shade, outline=2.2)
    elif who.hair_style == "bob":
        half = bend((wide * 0.6, -1.8), (wide * 1.75, -1.7), (wide * 1.5, 1.0), (wide * 1.2, 1.5), count=24)
        canvas.fill(np.concatenate([half, half[::-1] * (-1, 1)]), hair, shade=shade, outline=2.2)
    elif who.hair_style == "afro":
        ball = round_shape((0, -0.62), (wide * 1.62, 1.72), count=64)
        canvas.fill(scallop(ball, 0.12, 20), hair, shade=_hair_shade(who), outline=2.2)
    elif who.hair_style == "bun":
        canvas.ellipse((0, -2.05), (0.52, 0.46), hair, shade=Shade(0, -2.05, 0.7, 0.7, 0.4), outline=2.2)


def _cap(who: Identity, grow: float, line: np.ndarray, low: float) -> np.ndarray:
    """Hair between the head's upper contour, grown outwards, and the hair line, which runs from right to left."""
    contour = outline(who, grow, 120)
    top = contour[contour[:, 1] < low]
    # From left to right over the skull; the hair line leads back.
    order = np.argsort(np.arctan2(top[:, 1] - low - 0.01, top[:, 0]))
    return np.concatenate([top[order], line])


def draw_front_hair(canvas: Canvas, who: Identity) -> None:
    """What covers the top and the sides of the head."""
    style = who.hair_style
    if style == "bald":
        return
    wide, high = who.face_width, -who.hairline
    hair = np.asarray(who.hair)
    shade = _hair_shade(who)
    low = {"buzz": -0.25, "short": 0.0, "parted": 0.1, "curly": 0.35, "afro": 0.1, "bun": 0.05}.get(style, 0.25)
    edge = wide * 1.0
    if style == "buzz":
        hair = 0.62 * hair + 0.38 * np.asarray(who.skin)
        line = bend((edge, low), (wide * 0.82, high * 1.2), (0, high * 1.25), (-wide * 0.82, high * 1.2), (-edge, low))
        canvas.fill(_cap(who, 0.03, line, low), hair, shade=shade, outline=1.6, soft=0.6)
        return
    if style in ("parted", "bob"):
        part = -0.42
        right = bend((edge, low), (wide * 0.92, high * 1.1), (part + 0.5, high * 1.15), (part, -1.45), count=20)
        left = bend((part, -1.45), (-wide * 0.75, high * 1.1), (-wide * 0.9, high * 0.6), (-edge, low), count=14)
        line = np.concatenate([right, left])
    elif style in ("long", "wavy"):
        right = bend((edge * 0.98, 0.5), (wide * 0.9, -0.5), (0.5, high * 1.2), (0, -1.5), count=18)
        line = np.concatenate([right, right[::-1] * (-1, 1)])
        low = 0.5
    elif style in ("curly", "afro"):
        raw = bend((edge, low), (wide * 0.8, high * 1.05), (0, high * 1.0), (-wide * 0.8, high * 1.05), (-edge, low))
        line = raw + np.stack([np.zeros(16), 0.07 * np.abs(np.sin(np.linspace(0, 5 * np.pi, 16)))], 1)
    elif style == "bun":
        line = bend(
            (edge, low), (wide * 0.95, high * 1.25), (0, high * 1.35), (-wide * 0.95, high * 1.25), (-edge, low)
        )
    else:
        right = bend((edge, low), (wide * 0.84, high * 0.95), (0.55, high * 1.0), (0.4, high * 0.98), count=12)
        left = bend((0.4, high * 0.98), (-0.2, high * 1.3), (-wide * 0.8, high), (-edge, low), count=14)
        line = np.concatenate([right, left])
    grow = {"curly": 0.22, "afro": 0.25, "bun": 0.05, "short": 0.12}.get(style, 0.15)
    shape = _cap(who, grow, line, low)
    if style == "curly":
        count = len(shape) - len(line)
        bumps = scallop(shape[:count], 0.17, 13)
        shape = np.concatenate([bumps, line])
    canvas.fill(shape, hair, shade=shade, outline=2.2)
    gloss = np.clip(hair * 1.35 + 0.06, 0, 1)
    ring = bend((-wide * 0.72, -1.12), (-0.3, -1.75), (0.5, -1.7), count=14)
    if canvas.shaded and style not in ("curly", "afro"):
        canvas.fill(np.concatenate([ring, ring[::-1] * 0.93]), gloss, opacity=0.45, soft=2.5)
