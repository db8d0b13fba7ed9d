"""Draws one picture from a person and a scene, with the five points of the face that alignment uses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.starter import renderer_features as features
from tools.starter import renderer_head as head
from tools.starter import renderer_styles as styles
from tools.starter.renderer_canvas import SIZE, Canvas
from tools.starter.renderer_people import Identity
from tools.starter.renderer_scenes import Scene
from tools.starter.renderer_surroundings import draw_background, draw_body

EYE_DISTANCE = 45.0
CENTRE = (128.0, 118.0)
_LAMPS = {"soft": (-0.25, -0.7), "left": (-1.0, -0.3), "right": (1.0, -0.3), "dark": (0.2, -0.6), "warm": (-0.5, -0.4)}
_TINTS = {"dark": (0.60, 0.63, 0.76), "warm": (1.10, 0.92, 0.70)}


@dataclass(frozen=True)
class Picture:
    """A drawn picture, RGB, and its left eye, right eye, nose tip and mouth corners in pixels."""

    image: np.ndarray
    points: np.ndarray


def draw(who: Identity, scene: Scene) -> Picture:
    """Draw `who` in `scene`, 256x256."""
    lamp = _LAMPS[scene.light]
    canvas = Canvas(lamp, scene.style in styles.SHADED)
    draw_background(canvas, scene.background)

    scale = EYE_DISTANCE * scene.zoom
    centre = np.array([CENTRE[0] + scene.dx, CENTRE[1] + scene.dy])
    body = np.array([[scale, 0, centre[0]], [0, scale, centre[1]]])
    cos, sin = np.cos(scene.roll), np.sin(scene.roll)
    turn = 0.24 * scene.yaw
    canvas.inside_person = True
    canvas.frame = np.array([[scale * cos, -scale * sin, centre[0]], [scale * sin, scale * cos, centre[1]]])
    tilted = canvas.frame
    head.draw_back_hair(canvas, who)
    canvas.frame = body
    draw_body(canvas, who, scene.clothes, scene.clothes_colour)
    canvas.frame = tilted
    head.draw_skin(canvas, who)
    head.draw_marks(canvas, who, turn)
    features.draw_eyes(canvas, who, scene.expression, turn)
    features.draw_beard(canvas, who, scene.expression, turn)
    tip = features.draw_nose(canvas, who, turn)
    corners = features.draw_mouth(canvas, who, scene.expression, turn)
    features.draw_brows(canvas, who, scene.expression, turn)
    head.draw_front_hair(canvas, who)
    features.draw_glasses(canvas, who, turn)
    points = canvas.place([(-0.5 + turn, 0), (0.5 + turn, 0), tip, *corners])

    _light(canvas, scene)
    image = styles.apply(scene.style, np.clip(canvas.image, 0, 1), canvas.outlines)
    return Picture((image * 255 + 0.5).astype(np.uint8), points.astype(np.float32))


def _light(canvas: Canvas, scene: Scene) -> None:
    if scene.light in ("left", "right"):
        across = np.linspace(-1, 1, SIZE, dtype=np.float32)
        # The face itself spans about the middle half of the picture.
        slope = np.tanh(2.2 * (across - scene.dx / 128))[None] * (1 if scene.light == "right" else -1)
        canvas.image *= (1 + (0.10 + 0.30 * slope) * canvas.person - 0.08 * (1 - canvas.person))[..., None]
    elif scene.light in _TINTS:
        canvas.image *= np.asarray(_TINTS[scene.light], np.float32)
