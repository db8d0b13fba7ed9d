"""The drawn people as training data: picture number k is always the same, and no file is needed to know it.

Training draws people from 0 on, the judge and the evaluation from ranges of their own, so that nobody who is measured
was ever learnt.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fastface_core.engine.drawing.picture import Drawing, draw, reference
from fastface_core.engine.drawing.scene import Scene
from tools.starter.people import Person, person
from tools.starter.scenes import plain_scene, prompt, scene

VIEWS = 4
# The first view of a person is a plain one, as a photo would be; the others are anything.
PLAIN_VIEWS = 1
TRAINING, JUDGE, EVALUATION = 0, 10_000_000, 20_000_000
CROP = 112
REFERENCE = 224
ARCFACE_POINTS = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)


@dataclass(frozen=True)
class Sample:
    """One picture with all that is known of it."""

    who: Person
    scene: Scene
    prompt: str
    picture: Drawing


def describe(number: int, start: int = TRAINING) -> tuple[Person, Scene, str]:
    """Person, scene and prompt of a sample, without drawing it."""
    who = person(start + number // VIEWS)
    rng = np.random.default_rng([11, start, number])
    shown = plain_scene(rng) if number % VIEWS < PLAIN_VIEWS else scene(rng)
    return who, shown, prompt(shown, rng)


def sample(number: int, start: int = TRAINING) -> Sample:
    """The sample with this number; VIEWS consecutive ones show the same person."""
    who, shown, text = describe(number, start)
    return Sample(who, shown, text, draw(who.twin, shown))


def reference_of(number: int) -> np.ndarray:
    """The picture by which the generator is told who a person is, (224, 224, 3)."""
    return reference(person(number).twin, REFERENCE).image


def alignment(points: np.ndarray, size: int = CROP) -> np.ndarray:
    """The similarity that takes five points to ArcFace's places (least squares), as a 2x3 matrix."""
    target = ARCFACE_POINTS * (size / CROP)
    rows = np.zeros((10, 4))
    rows[0::2] = np.stack([points[:, 0], -points[:, 1], np.ones(5), np.zeros(5)], 1)
    rows[1::2] = np.stack([points[:, 1], points[:, 0], np.zeros(5), np.ones(5)], 1)
    a, b, x, y = np.linalg.lstsq(rows, target.reshape(-1), rcond=None)[0]
    return np.array([[a, -b, x], [b, a, y]])


def crop(picture: Drawing, rng: np.random.Generator | None = None, size: int = CROP) -> np.ndarray:
    """The aligned face; with `rng` the points are off by about as much as a detector's."""
    points = picture.points
    if rng is not None:
        points = points + rng.normal(0, 1.3, points.shape).astype(np.float32)
    return cv2.warpAffine(picture.image, alignment(points, size), (size, size), flags=cv2.INTER_LINEAR)
