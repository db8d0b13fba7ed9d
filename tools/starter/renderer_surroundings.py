"""Draws what is around the face: eight backgrounds, always the same for the same name, and four kinds of clothes."""

from __future__ import annotations

import numpy as np

from tools.starter.renderer_canvas import SIZE, Canvas, Shade, bend
from tools.starter.renderer_people import Identity

CLOTHES: dict[str, tuple[float, float, float]] = {
    "red": (0.80, 0.14, 0.14),
    "green": (0.14, 0.52, 0.22),
    "blue": (0.14, 0.28, 0.75),
    "purple": (0.52, 0.17, 0.62),
    "black": (0.15, 0.15, 0.17),
    "white": (0.92, 0.92, 0.92),
}
_PLAIN = {"blue": (0.36, 0.60, 0.90), "red": (0.86, 0.30, 0.28), "yellow": (0.96, 0.82, 0.30)}


def _sky(canvas: Canvas, top: tuple[float, float, float], bottom: tuple[float, float, float]) -> None:
    part = np.linspace(0, 1, SIZE, dtype=np.float32)[:, None, None]
    canvas.image[:] = (1 - part) * np.asarray(top, np.float32) + part * np.asarray(bottom, np.float32)


def _box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def draw_background(canvas: Canvas, name: str) -> None:
    """Draw the background in pixels of the whole picture."""
    if name in _PLAIN:
        colour = np.asarray(_PLAIN[name])
        _sky(canvas, tuple(colour * 1.03), tuple(colour * 0.85))
        return
    {"city": _city, "beach": _beach, "forest": _forest, "mountains": _mountains, "night": _night}[name](canvas)


def _city(canvas: Canvas) -> None:
    _sky(canvas, (0.70, 0.76, 0.86), (0.93, 0.86, 0.80))
    for left, right, top, tone in ((0, 48, 70, 0.42), (52, 92, 110, 0.50), (158, 200, 100, 0.50), (206, 256, 44, 0.40)):
        canvas.fill(_box(left, top, right, SIZE), (tone, tone * 0.98, tone * 1.08), outline=2)
        for y in range(top + 12, SIZE, 24):
            for x in (left + 8, right - 20):
                canvas.fill(_box(x, y, x + 12, y + 12), (0.97, 0.86, 0.48))


def _beach(canvas: Canvas) -> None:
    _sky(canvas, (0.45, 0.75, 0.95), (0.75, 0.90, 0.97))
    canvas.ellipse((40, 42), (22, 22), (0.99, 0.88, 0.35), outline=2)
    canvas.fill(_box(0, 128, SIZE, 196), (0.10, 0.48, 0.68), outline=2)
    canvas.fill(_box(0, 192, SIZE, SIZE), (0.93, 0.82, 0.58), outline=2)


def _forest(canvas: Canvas) -> None:
    _sky(canvas, (0.66, 0.84, 0.72), (0.40, 0.58, 0.36))
    for x in (22, 70, 190, 236):
        canvas.fill(_box(x - 8, 90, x + 8, SIZE), (0.33, 0.21, 0.12), outline=2)
    for x, y, radius in ((20, 62, 46), (76, 40, 40), (186, 42, 42), (238, 66, 46)):
        canvas.ellipse((x, y), (radius, radius), (0.12, 0.40, 0.17), outline=2)
        canvas.ellipse((x - 10, y - 12), (radius * 0.5, radius * 0.5), (0.20, 0.52, 0.22), soft=4)


def _mountains(canvas: Canvas) -> None:
    _sky(canvas, (0.60, 0.76, 0.92), (0.90, 0.94, 0.98))
    for peak, top, half in ((52, 60, 84), (208, 48, 92)):
        canvas.fill([(peak - half, 200), (peak, top), (peak + half, 200)], (0.40, 0.43, 0.54), outline=2)
        cap = [(peak - half * 0.3, top + 42), (peak, top), (peak + half * 0.3, top + 42), (peak, top + 30)]
        canvas.fill(cap, (0.97, 0.98, 1.0), outline=2)
    canvas.fill([(0, 190), (90, 170), (180, 182), (SIZE, 168), (SIZE, SIZE), (0, SIZE)], (0.30, 0.46, 0.32), outline=2)


def _night(canvas: Canvas) -> None:
    _sky(canvas, (0.05, 0.06, 0.22), (0.16, 0.14, 0.38))
    canvas.ellipse((212, 46), (24, 24), (0.95, 0.94, 0.82), outline=2)
    canvas.ellipse((204, 40), (6, 6), (0.82, 0.81, 0.70))
    for x, y in ((24, 36), (66, 74), (30, 118), (92, 24), (150, 20), (236, 112), (196, 92), (18, 180), (240, 176)):
        canvas.ellipse((x, y), (3.2, 3.2), (0.98, 0.97, 0.85))


def draw_body(canvas: Canvas, who: Identity, kind: str, colour_name: str) -> None:
    """Neck, shoulders and clothes, in the head's units (the head is drawn over them)."""
    skin, colour = np.asarray(who.skin), np.asarray(CLOTHES[colour_name])
    neck = 0.62 + 0.22 * (who.face_width - 1.0)
    canvas.fill(_box(-neck, 0.8, neck, 3.0), skin * 0.80, outline=2)
    canvas.ellipse((0, 1.75), (neck * 1.1, 0.35), skin * 0.62, opacity=0.6, soft=4)
    half = bend((neck * 0.9, 2.05), (neck + 0.7, 2.2), (2.35, 2.2), (2.6, 3.6), count=16)
    shoulders = np.concatenate([half, [(2.6, 5.0), (-2.6, 5.0)], half[::-1] * (-1, 1)])
    light = Shade(0, 3.0, 2.9, 2.4, slope=0.3, rim=0.15)
    canvas.fill(shoulders, colour, shade=light, outline=2.4)
    darker = colour * 0.72 if colour_name != "white" else colour * 0.85
    if kind == "turtleneck":
        collar = np.concatenate(
            [
                bend((-neck * 1.12, 1.95), (0, 2.25), (neck * 1.12, 1.95)),
                [(neck * 1.2, 2.5)],
                bend((neck * 1.2, 2.5), (0, 2.8), (-neck * 1.2, 2.5)),
            ]
        )
        canvas.fill(collar, np.clip(colour * 1.12 + 0.03, 0, 1), shade=light, outline=2)
    elif kind == "tshirt":
        canvas.ellipse((0, 2.05), (neck * 1.1, 0.42), skin * 0.84, outline=2)
    elif kind == "hoodie":
        canvas.ellipse((0, 2.2), (neck * 1.75, 0.6), darker, outline=2)
        canvas.ellipse((0, 2.05), (neck * 1.05, 0.4), skin * 0.80, outline=1)
        cord = (0.96, 0.96, 0.96) if colour_name != "white" else (0.4, 0.4, 0.42)
        for side in (-1, 1):
            canvas.stroke([(side * 0.35, 2.65), (side * 0.38, 3.2)], cord, 0.1)
    else:
        shirt = (0.96, 0.96, 0.97) if colour_name != "white" else (0.55, 0.70, 0.90)
        canvas.fill([(-neck, 1.95), (neck, 1.95), (0, 3.7)], shirt, outline=2)
        canvas.fill([(-neck * 0.8, 1.8), (neck * 0.8, 1.8), (0, 2.25)], skin * 0.78)
        tie = (0.75, 0.10, 0.12) if colour_name != "red" else (0.12, 0.14, 0.30)
        canvas.fill([(-0.17, 2.28), (0.17, 2.28), (0.22, 3.3), (0, 3.6), (-0.22, 3.3)], tie, outline=1.6)
        for side in (-1, 1):
            canvas.fill([(side * neck * 1.05, 1.9), (side * 1.15, 2.6), (side * 0.15, 3.7)], darker, outline=2)
