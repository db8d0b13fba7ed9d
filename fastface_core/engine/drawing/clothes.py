"""Draws neck, shoulders and clothes, in the head's units; the head is drawn over them."""

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.drawing.canvas import Canvas, Shade, bend
from fastface_core.engine.drawing.face_shape import Face

_COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.80, 0.16, 0.16),
    "green": (0.14, 0.52, 0.24),
    "blue": (0.16, 0.32, 0.75),
    "purple": (0.52, 0.20, 0.62),
    "black": (0.17, 0.17, 0.19),
    "white": (0.93, 0.93, 0.93),
}
_Paint = NDArray[np.float64]


def draw_clothes(canvas: Canvas, face: Face, skin: _Paint, kind: str, colour_name: str) -> None:
    """Neck, shoulders and clothes of a kind of `scene.CLOTHES` and a colour of `scene.CLOTHES_COLOURS`."""
    colour = np.asarray(_COLOURS[colour_name])
    neck = 0.60 * face.half_width + 0.02
    chin = face.chin
    canvas.fill([(-neck, 0.9), (neck, 0.9), (neck * 1.06, 3.0), (-neck * 1.06, 3.0)], skin * 0.86, outline=2)
    # The shadow of the chin.
    canvas.ellipse((0, chin + 0.02), (neck * 1.25, 0.30), skin * 0.66, opacity=0.6, soft=4)
    half = bend((neck * 0.9, 2.18), (neck + 0.6, 2.42), (2.3, 2.36), (2.62, 3.7), count=16)
    shoulders = np.concatenate([half, np.array([(2.6, 5.0), (-2.6, 5.0)]), half[::-1] * (-1, 1)])
    light = Shade(0, 3.1, 2.9, 2.4, slope=0.3, rim=0.15)
    if kind == "dress":
        canvas.fill(shoulders, skin * 0.95, shade=light, outline=2.4)
        front = bend((-1.9, 2.55), (-1.0, 3.3), (0, 3.45), (1.0, 3.3), (1.9, 2.55), count=24)
        rest = np.array([(2.62, 3.4), (2.62, 5.0), (-2.62, 5.0), (-2.62, 3.4)])
        canvas.fill(np.concatenate([front, rest]), colour, shade=light, outline=2.2)
        for side in (-1, 1):
            strap = [(side * 1.25, 2.30), (side * 1.55, 2.32), (side * 1.75, 2.9), (side * 1.35, 2.95)]
            canvas.fill(strap, colour * 0.92, outline=1.4)
        return
    canvas.fill(shoulders, colour, shade=light, outline=2.4)
    darker = colour * (0.85 if colour_name == "white" else 0.72)
    if kind == "turtleneck":
        top = bend((-neck * 1.14, 2.02), (0, 2.30), (neck * 1.14, 2.02))
        bottom = bend((neck * 1.22, 2.5), (0, 2.82), (-neck * 1.22, 2.5))
        canvas.fill(np.concatenate([top, bottom]), np.clip(colour * 1.12 + 0.03, 0, 1), shade=light, outline=2)
        for x in (-0.3, 0.0, 0.3):
            canvas.stroke([(x * 1.6, 2.28), (x * 1.7, 2.62)], darker, 0.03, line=0.4)
    elif kind == "tshirt":
        _neckline(canvas, neck * 1.12, 2.62, skin, darker)
    elif kind == "hoodie":
        canvas.ellipse((0, 2.34), (neck * 1.8, 0.60), darker, outline=2)
        _neckline(canvas, neck * 1.08, 2.60, skin, darker)
        cord = (0.4, 0.4, 0.42) if colour_name == "white" else (0.96, 0.96, 0.96)
        for side in (-1, 1):
            canvas.stroke([(side * 0.35, 2.78), (side * 0.38, 3.3)], cord, 0.09)
    else:
        _suit(canvas, neck, skin, colour_name, darker)


def _neckline(canvas: Canvas, wide: float, low: float, skin: _Paint, edge: _Paint) -> None:
    """A round neck: skin down to a seam."""
    seam = bend((-wide, 2.14), (-wide * 0.95, low + 0.12), (wide * 0.95, low + 0.12), (wide, 2.14), count=20)
    canvas.fill(np.concatenate([seam, np.array([(wide * 0.8, 1.9), (-wide * 0.8, 1.9)])]), skin * 0.86)
    canvas.stroke(seam, edge * 0.8, 0.05)


def _suit(canvas: Canvas, neck: float, skin: _Paint, colour_name: str, darker: _Paint) -> None:
    shirt = (0.60, 0.74, 0.92) if colour_name == "white" else (0.96, 0.96, 0.97)
    canvas.fill(np.array([(-neck * 1.02, 2.06), (neck * 1.02, 2.06), (0, 3.8)]), shirt, outline=2)
    canvas.fill(np.array([(-neck * 0.85, 1.9), (neck * 0.85, 1.9), (0, 2.42)]), skin * 0.82, outline=1)
    tie = (0.14, 0.16, 0.34) if colour_name == "red" else (0.75, 0.12, 0.14)
    knot = np.array([(-0.17, 2.42), (0.17, 2.42), (0.22, 3.4), (0, 3.7), (-0.22, 3.4)])
    canvas.fill(knot, tie, outline=1.6)
    for side in (-1, 1):
        lapel = np.array([(side * neck * 1.05, 2.04), (side * 1.15, 2.74), (side * 0.15, 3.8)])
        canvas.fill(lapel, darker, outline=2)
