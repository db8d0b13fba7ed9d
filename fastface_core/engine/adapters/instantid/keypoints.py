"""The five points of a face as the picture that InstantID's control network follows.

The picture's form is that of InstantID's published code (InstantX/InstantID): see docs/adapters.md.
"""

import math

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.places import Place
from fastface_core.domain.standing import room_of
from fastface_core.engine.alignment import TEMPLATE, TEMPLATE_SIZE
from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

_COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255))
_NOSE = 2
_LIMB, _DIM, _RADIUS = 4, 0.6, 10
"""Half width of the limbs, how bright they are, and the radius of the points: pixels of a picture of any size."""

_USUAL_SHARE = 0.4
"""What of the picture's shorter side the aligned face takes where no photo says where it is."""


def drawn(points: NDArray[np.float32], width: int, height: int) -> NDArray[np.uint8]:
    """Limbs from the nose to the other points, and the points over them, on black.

    Args:
        points: (5, 2) in pixels of the picture, as `Face.points`; may lie outside.

    Returns:
        (height, width, 3) uint8, RGB.
    """
    canvas = np.zeros((height, width, 3), np.uint8)
    nose = points[_NOSE].astype(np.float64)
    for index, point in enumerate(points.astype(np.float64)):
        if index == _NOSE:
            continue
        across = point - nose
        length = float(np.hypot(*across))
        angle = math.degrees(math.atan2(across[1], across[0]))
        middle = (point + nose) / 2
        limb = cv2.ellipse2Poly((int(middle[0]), int(middle[1])), (int(length / 2), _LIMB), int(angle), 0, 360, 1)
        cv2.fillConvexPoly(canvas, np.array(limb, np.int32), _COLOURS[index])
    canvas = (canvas * _DIM).astype(np.uint8)
    for point, colour in zip(points, _COLOURS, strict=True):
        cv2.circle(canvas, (int(point[0]), int(point[1])), _RADIUS, colour, -1)
    return canvas


def placed(points: NDArray[np.float32], frame: tuple[int, int], width: int, height: int) -> NDArray[np.float32]:
    """A photo's points where they come to lie in a picture of another size.

    The photo is scaled to fill the picture, and moved as far as it goes to have the face in the middle. The points are
    scaled and not the drawing, whose lines are of a fixed width.

    Args:
        frame: width and height of the photo.
    """
    if frame == (width, height):
        return points
    size, wanted = np.array(frame, np.float64), np.array([width, height], np.float64)
    scale = float((wanted / size).max())
    middle = points.astype(np.float64).mean(0)
    shift = np.clip(wanted / 2 - middle * scale, wanted - size * scale, 0)
    return (points * scale + shift).astype(np.float32)


def within(points: NDArray[np.float32], place: Place, width: int, height: int) -> NDArray[np.float32]:
    """A photo's points where they come to lie in a picture in which somebody has a place: head and shoulders fill its
    rectangle as far as they fit. A place that was proposed from the photo (`domain/standing.py`) leaves them there."""
    room = np.array(room_of(points.tolist())).reshape(2, 2)
    there = np.array([[place.left, place.top], [place.right, place.bottom]]) * (width, height)
    scale = float(((there[1] - there[0]) / (room[1] - room[0])).min())
    return ((points - room.mean(0)) * scale + there.mean(0)).astype(np.float32)


def usual(width: int, height: int) -> NDArray[np.float32]:
    """Points of a face from the front in the upper middle of a picture, for somebody without a photo."""
    scale = _USUAL_SHARE * min(width, height) / TEMPLATE_SIZE
    shift = np.array([width / 2, height * 0.45]) - scale * TEMPLATE.mean(0)
    return (TEMPLATE * scale + shift).astype(np.float32)
