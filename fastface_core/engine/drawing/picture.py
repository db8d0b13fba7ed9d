"""Draws one picture of a person in a scene, with the five points of the face that alignment uses."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import Twin
from fastface_core.engine.drawing import accessories, features, hair, head, styles
from fastface_core.engine.drawing.backgrounds import draw_background
from fastface_core.engine.drawing.canvas import Canvas
from fastface_core.engine.drawing.clothes import draw_clothes
from fastface_core.engine.drawing.face_shape import Face, face
from fastface_core.engine.drawing.scene import Scene

EYE_DISTANCE = 46.0
"""Pixels of 256 between the eyes of a face in its usual place."""
CENTRE = (128.0, 121.0)
"""Where the middle between the eyes lies by default, in pixels of 256."""

_LAMPS = {"soft": (-0.25, -0.7), "left": (-1.0, -0.3), "right": (1.0, -0.3), "dark": (0.2, -0.6), "warm": (-0.5, -0.4)}
_TINTS = {"dark": (0.60, 0.63, 0.76), "warm": (1.10, 0.92, 0.70)}
_SMILING = {"gentle": 0.3, "smile": 0.8, "laugh": 1.0}
_GREY = (0.62, 0.61, 0.61)

REFERENCE = Scene(background="plain", clothes="tshirt", clothes_colour="white", expression="neutral")
"""The picture that conditions the starter on a person."""

_REFERENCE_EYES, _REFERENCE_CENTRE = 45.0, (128.0, 122.0)
"""Of the reference: small enough for the whole of long hair."""


@dataclass(frozen=True, eq=False, slots=True)
class Drawing:
    """A drawn picture.

    Attributes:
        image: (size, size, 3) uint8 RGB.
        points: (5, 2) float32 in its pixels: left eye, right eye, tip of the nose, corners of the mouth.
    """

    image: NDArray[np.uint8]
    points: NDArray[np.float32]


def draw(twin: Twin, scene: Scene, size: int = 256) -> Drawing:
    """Draws `twin` in `scene`, `size` pixels square."""
    centre = (CENTRE[0] + scene.dx, CENTRE[1] + scene.dy)
    return _draw(twin, scene, size, EYE_DISTANCE * scene.zoom, centre)


def reference(twin: Twin, size: int = 256) -> Drawing:
    """The plain picture that conditions the starter on this person: hair and all, facing the viewer."""
    return _draw(twin, REFERENCE, size, _REFERENCE_EYES, _REFERENCE_CENTRE)


def _draw(twin: Twin, scene: Scene, size: int, eyes: float, middle: tuple[float, float]) -> Drawing:
    twin = shown(twin, scene)
    canvas = Canvas(size, _LAMPS[scene.light], scene.style in styles.SHADED)
    draw_background(canvas, scene.background)
    scale = eyes * canvas.pixel
    centre = np.asarray(middle) * canvas.pixel
    cos, sin = float(np.cos(scene.roll)), float(np.sin(scene.roll))
    # The body stays where the neck is, as the face turns.
    upright = np.array([[scale, 0, centre[0]], [0, scale, centre[1]]])
    leaning = np.array([[scale * cos, -scale * sin, centre[0]], [scale * sin, scale * cos, centre[1]]])
    seen = face(twin.shape, scene.expression, scene.yaw, scene.pitch)
    skin = np.asarray(twin.skin, np.float64)
    canvas.inside_person = True
    canvas.frame = leaning
    hair.draw_behind(canvas, seen, twin.hair)
    canvas.frame = upright
    draw_clothes(canvas, seen, skin, scene.clothes, scene.clothes_colour)
    canvas.frame = leaning
    _draw_head(canvas, seen, twin, skin, scene)
    points = canvas.place(_five(seen))
    _light(canvas, scene)
    image = styles.apply(scene.style, np.clip(canvas.image, 0, 1), canvas.outlines)
    return Drawing((image * 255 + 0.5).astype(np.uint8), points.astype(np.float32))


def _draw_head(canvas: Canvas, seen: Face, twin: Twin, skin: NDArray[np.float64], scene: Scene) -> None:
    hair.draw_under(canvas, seen, twin.hair, skin)
    head.draw_ears(canvas, seen, skin)
    head.draw_face(canvas, seen, skin)
    head.draw_marks(canvas, seen, twin, skin, _SMILING.get(scene.expression, 0.0))
    features.draw_eyes(canvas, seen, twin, skin)
    accessories.draw_beard(canvas, seen, twin, skin)
    features.draw_nose(canvas, seen, skin)
    features.draw_mouth(canvas, seen, twin)
    features.draw_brows(canvas, seen, twin)
    hair.draw_on_head(canvas, seen, twin.hair, skin)
    accessories.draw_glasses(canvas, seen, twin)


def shown(twin: Twin, scene: Scene) -> Twin:
    """The person as the scene asks for: older or younger, with glasses or without."""
    update: dict[str, object] = {}
    if scene.age == "old":
        grey = 0.72
        mixed = tuple(float((1 - grey) * a + grey * b) for a, b in zip(twin.hair.colour, _GREY, strict=True))
        brows = tuple(float(0.5 * a + 0.5 * b * 0.8) for a, b in zip(twin.brows, _GREY, strict=True))
        update |= {"lines": max(twin.lines, 0.9), "brows": brows, "hair": replace_hair(twin, mixed)}
        if twin.beard_colour is not None:
            update["beard_colour"] = mixed
    elif scene.age == "young":
        update |= {"lines": 0.0, "eye_opening": min(1.6, twin.eye_opening * 1.12)}
    if scene.glasses == "off":
        update["glasses"] = "none"
    elif scene.glasses == "on" and twin.glasses == "none":
        update["glasses"] = "round"
    return twin.model_copy(update=update) if update else twin


def replace_hair(twin: Twin, colour: tuple[float, ...]) -> object:
    return twin.hair.model_copy(update={"colour": colour})


def _five(seen: Face) -> NDArray[np.float64]:
    eyes = [(seen.points[outer] + seen.points[inner]) / 2 for outer, inner in ((33, 133), (362, 263))]
    return np.stack([*eyes, seen.points[4], seen.points[61], seen.points[291]])


def usual_points(size: int = 256) -> NDArray[np.float32]:
    """Where the five points lie in a picture that was made without naming a place, (5, 2) in its pixels."""
    mean = face((0.0,) * 14, "gentle")
    return ((_five(mean) * EYE_DISTANCE + CENTRE) * (size / 256)).astype(np.float32)


def centred(scene: Scene) -> Scene:
    """The same scene with the face in its usual place, looking ahead."""
    return replace(scene, dx=0.0, dy=0.0, zoom=1.0, roll=0.0, yaw=0.0, pitch=0.0)


def _light(canvas: Canvas, scene: Scene) -> None:
    if scene.light in ("left", "right"):
        across = np.linspace(-1, 1, canvas.size, dtype=np.float32)
        # The face itself spans about the middle half of the picture.
        slope = np.tanh(2.2 * (across - scene.dx / 128))[None] * (1 if scene.light == "right" else -1)
        canvas.image *= (1 + (0.10 + 0.30 * slope) * canvas.person - 0.08 * (1 - canvas.person))[..., None]
    elif scene.light in _TINTS:
        canvas.image *= np.asarray(_TINTS[scene.light], np.float32)
