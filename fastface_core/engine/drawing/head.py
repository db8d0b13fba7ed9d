"""Draws the head without its features: ears, skull, face, and what age and sun leave on the skin."""

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import Twin
from fastface_core.engine.drawing import face_shape
from fastface_core.engine.drawing.canvas import Canvas, Points, Shade, bend, eased
from fastface_core.engine.drawing.face_shape import Face
from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

SKULL = 1.66
"""Height of a bare skull above the eyes."""

_Paint = NDArray[np.float64]


def draw_ears(canvas: Canvas, face: Face, skin: _Paint) -> None:
    """Both ears; hair is drawn over them."""
    for side in (-1, 1):
        (x, y) = face.turned(np.array([[side * (face.half_width + 0.02), 0.22]]), 0.0)[0]
        light = Shade(x, 0.2, 0.5, 0.5)
        canvas.ellipse((x, y), (0.17, 0.31), skin * 0.94, shade=light, outline=2)
        canvas.ellipse((x + side * 0.01, y + 0.02), (0.075, 0.18), skin * 0.78, soft=0.8, opacity=0.75)


def draw_face(canvas: Canvas, face: Face, skin: _Paint) -> None:
    """Skull and face in one piece of skin."""
    canvas.fill(outline(face), skin, shade=skin_shade(face), outline=2.2)


def outline(face: Face) -> Points:
    """The head's contour: the mesh's jaw below the ears, a skull above them."""
    jaw = face.of(face_shape.OVAL[8:29])
    middle = float(face.turned(np.zeros((1, 2)), 0.15)[0, 0])
    left, right = jaw[-1], jaw[0]
    angle = np.linspace(np.pi, 2 * np.pi, 25)[1:-1]
    centre = (float((left[0] + right[0]) / 2 + middle) / 2, float(left[1] + right[1]) / 2)
    width_left, width_right = centre[0] - left[0], right[0] - centre[0]
    reach = np.where(np.cos(angle) < 0, width_left, width_right)
    # Wider above the ears than at them, as heads are.
    swell = 1 + 0.045 * np.sin(angle - np.pi)
    x = centre[0] + reach * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.74 * swell
    y = centre[1] - (SKULL + centre[1]) * np.abs(np.sin(angle)) ** 0.88
    skull = np.stack([x, y], 1)
    if abs(face.yaw) > 0.08:
        # Of a turned head the cheek bounds what is seen, not the edge of the mesh.
        around = cv2.convexHull(np.concatenate([face.points, jaw, skull]).astype(np.float32))
        return eased(around[:, 0].astype(np.float64), 2)
    return eased(np.concatenate([jaw, skull]), 2)


def skin_shade(face: Face) -> Shade:
    """Light on the face as on a ball."""
    middle = float(face.turned(np.zeros((1, 2)), 0.5)[0, 0])
    return Shade(middle, 0.05, face.half_width * 1.2, 1.95, slope=0.13, rim=0.16)


def draw_marks(canvas: Canvas, face: Face, twin: Twin, skin: _Paint, smiling: float) -> None:
    """Rosy cheeks, freckles, and the lines of age and of a smile (0 to 1)."""
    rose = np.clip(skin * [1.03, 0.82, 0.80], 0, 1)
    for numbers in face_shape.CHEEKS:
        centre = face.of(numbers).mean(0)
        canvas.ellipse(centre, (0.27, 0.20), rose, opacity=0.38, soft=5)
    if twin.freckles > 0.1:
        spots = np.random.default_rng(5).uniform(-1, 1, (9, 2)) * (0.30, 0.15)
        for numbers in face_shape.CHEEKS:
            centre = face.of(numbers).mean(0) + (0, -0.05)
            for spot in spots:
                canvas.ellipse(centre + spot, (0.030, 0.030), skin * [0.74, 0.60, 0.50], opacity=0.9 * twin.freckles)
    lines = twin.lines
    fold = float(np.clip(0.10 + 0.45 * smiling + 0.6 * lines, 0, 0.9))
    for nose, cheek, corner in ((129, 206, 216), (358, 426, 436)):
        start, bulge, end = face.points[nose] + (0, 0.06), face.points[cheek], face.points[corner]
        canvas.stroke(bend(start, bulge, end), skin * 0.72, 0.03, opacity=fold, line=0.5)
    if lines > 0.15:
        for level in (0.98, 1.14):
            brow = face.on_head(bend((-0.48, -level), (0, -level - 0.07), (0.48, -level)))
            canvas.stroke(brow, skin * 0.74, 0.028, opacity=0.8 * lines, line=0.5)
        for side, (outer, inner) in ((-1, (31, 121)), (1, (261, 350))):
            bag = face.points[[outer, inner]] + (0, 0.06)
            low = bag.mean(0) + (0, 0.10)
            canvas.stroke(bend(bag[0], low, bag[1]), skin * 0.74, 0.028, opacity=0.8 * lines, line=0.4)
            corner = face.points[33 if side < 0 else 263] + (side * 0.1, 0)
            for rise in (-0.08, 0.05):
                foot = [corner, corner + (side * 0.16, rise)]
                canvas.stroke(foot, skin * 0.74, 0.022, opacity=0.7 * lines, line=0.3)
