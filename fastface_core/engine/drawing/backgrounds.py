"""Draws what is behind the person: always the same for the same name, in pixels of 256."""

import numpy as np

from fastface_core.engine.drawing.canvas import UNIT_SIDE, Canvas, round_shape

_PLAIN = {
    "plain": (0.84, 0.86, 0.88),
    "blue": (0.36, 0.60, 0.90),
    "red": (0.86, 0.30, 0.28),
    "yellow": (0.96, 0.82, 0.30),
    "green": (0.45, 0.72, 0.45),
}
_Colour = tuple[float, float, float]


def draw_background(canvas: Canvas, name: str) -> None:
    """Fills the canvas."""
    if name in _PLAIN:
        colour = np.asarray(_PLAIN[name])
        _sky(canvas, tuple(colour * 1.04), tuple(colour * 0.86))
        return
    {
        "city": _city,
        "beach": _beach,
        "forest": _forest,
        "garden": _garden,
        "mountains": _mountains,
        "night": _night,
        "room": _room,
    }[name](canvas)


def _sky(canvas: Canvas, top: tuple[float, ...], bottom: tuple[float, ...]) -> None:
    part = np.linspace(0, 1, canvas.size, dtype=np.float32)[:, None, None]
    canvas.image[:] = (1 - part) * np.asarray(top, np.float32) + part * np.asarray(bottom, np.float32)


def _box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _city(canvas: Canvas) -> None:
    _sky(canvas, (0.66, 0.76, 0.90), (0.95, 0.87, 0.80))
    houses = ((0, 46, 62, (0.52, 0.48, 0.58)), (50, 92, 104, (0.64, 0.52, 0.50)), (164, 206, 96, (0.50, 0.55, 0.66)),
              (210, 256, 40, (0.55, 0.46, 0.50)))  # fmt: skip
    for left, right, top, colour in houses:
        canvas.fill(_box(left, top, right, UNIT_SIDE), colour, outline=2)
        for y in range(top + 12, UNIT_SIDE, 24):
            for x in (left + 8, right - 19):
                canvas.fill(_box(x, y, x + 11, y + 12), (0.98, 0.87, 0.50))


def _beach(canvas: Canvas) -> None:
    _sky(canvas, (0.42, 0.72, 0.95), (0.78, 0.91, 0.97))
    canvas.ellipse((40, 42), (22, 22), (0.99, 0.88, 0.35), outline=2)
    canvas.fill(_box(0, 128, UNIT_SIDE, 196), (0.12, 0.50, 0.70), outline=2)
    canvas.fill(_box(0, 190, UNIT_SIDE, 198), (0.90, 0.95, 0.95))
    canvas.fill(_box(0, 197, UNIT_SIDE, UNIT_SIDE), (0.93, 0.82, 0.58), outline=2)


def _forest(canvas: Canvas) -> None:
    _sky(canvas, (0.66, 0.84, 0.72), (0.36, 0.55, 0.34))
    for x in (22, 70, 190, 236):
        canvas.fill(_box(x - 8, 90, x + 8, UNIT_SIDE), (0.36, 0.24, 0.14), outline=2)
    for x, y, radius in ((20, 62, 46), (76, 40, 40), (186, 42, 42), (238, 66, 46)):
        canvas.ellipse((x, y), (radius, radius), (0.13, 0.42, 0.19), outline=2)
        canvas.ellipse((x - 10, y - 12), (radius * 0.5, radius * 0.5), (0.22, 0.54, 0.25), soft=4)


def _garden(canvas: Canvas) -> None:
    _sky(canvas, (0.62, 0.84, 0.97), (0.86, 0.95, 0.92))
    hedge = [(0, UNIT_SIDE), (0, 120), *((float(x), 112 + 7 * float(np.cos(x / 13))) for x in range(0, 257, 8))]
    canvas.fill([*hedge, (UNIT_SIDE, 120), (UNIT_SIDE, UNIT_SIDE)], (0.42, 0.68, 0.32), outline=2)
    flowers = ((18, 140, 0), (50, 168, 1), (24, 200, 2), (60, 226, 0), (214, 146, 2), (240, 178, 0), (204, 196, 1),
               (236, 222, 2))  # fmt: skip
    colours = ((0.93, 0.30, 0.42), (0.99, 0.83, 0.28), (0.97, 0.96, 0.97))
    for x, y, which in flowers:
        for angle in np.arange(5) * 2 * np.pi / 5:
            centre = (x + 6.5 * np.cos(angle), y + 6.5 * np.sin(angle))
            canvas.ellipse(centre, (5, 5), colours[which], outline=1)
        canvas.ellipse((x, y), (4, 4), (0.95, 0.65, 0.15))


def _mountains(canvas: Canvas) -> None:
    _sky(canvas, (0.60, 0.76, 0.92), (0.90, 0.94, 0.98))
    for peak, top, half in ((52, 60, 84), (208, 48, 92)):
        canvas.fill([(peak - half, 200), (peak, top), (peak + half, 200)], (0.43, 0.46, 0.58), outline=2)
        cap = [(peak - half * 0.3, top + 42), (peak, top), (peak + half * 0.3, top + 42), (peak, top + 30)]
        canvas.fill(cap, (0.97, 0.98, 1.0), outline=2)
    meadow = [(0, 190), (90, 170), (180, 182), (256, 168), (256, 256), (0, 256)]
    canvas.fill(meadow, (0.34, 0.52, 0.34), outline=2)


def _night(canvas: Canvas) -> None:
    _sky(canvas, (0.05, 0.07, 0.24), (0.20, 0.16, 0.42))
    canvas.ellipse((212, 46), (24, 24), (0.96, 0.95, 0.82), outline=2)
    canvas.ellipse((204, 40), (6, 6), (0.84, 0.83, 0.70))
    for x, y in ((24, 36), (62, 78), (30, 118), (58, 20), (150, 14), (236, 112), (210, 92), (18, 180), (240, 176)):
        canvas.ellipse((x, y), (3.2, 3.2), (0.98, 0.97, 0.85))


def _room(canvas: Canvas) -> None:
    _sky(canvas, (0.90, 0.84, 0.74), (0.80, 0.72, 0.62))
    # A window on one side, shelves with books on the other.
    canvas.fill(_box(14, 26, 72, 130), (0.97, 0.97, 0.95), outline=2)
    for left in (18, 45):
        for top in (30, 80):
            canvas.fill(_box(left, top, left + 23, top + 46), (0.66, 0.84, 0.95), outline=1)
    books: tuple[_Colour, ...] = ((0.72, 0.25, 0.24), (0.25, 0.42, 0.60), (0.86, 0.68, 0.30), (0.34, 0.50, 0.36))
    for row, shelf in enumerate((66, 118, 170, 222)):
        for place in range(6):
            high = 30 + 6 * ((place + row) % 3)
            left = 186 + place * 11
            canvas.fill(_box(left, shelf - high, left + 10, shelf), books[(place + row) % 4], outline=1)
        canvas.fill(_box(180, shelf, 256, shelf + 6), (0.50, 0.34, 0.22), outline=1.5)
    lamp = round_shape((43, 168), (24, 18), np.pi, 2 * np.pi, 20)
    canvas.fill(lamp, (0.98, 0.90, 0.62), outline=1.5)
    canvas.fill(_box(40, 168, 46, 232), (0.40, 0.30, 0.24))
