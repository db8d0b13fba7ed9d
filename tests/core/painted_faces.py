"""Glasses, beards and bad light painted onto a photo whose mesh is known."""

from __future__ import annotations

import cv2
import numpy as np

JAW = [58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288]
ABOVE_JAW = [367, 416, 434, 410, 327, 2, 98, 186, 214, 192, 138]
MOUSTACHE = [57, 186, 92, 165, 98, 97, 2, 326, 327, 391, 322, 410, 287, 267, 0, 37]
LIPS = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185]


def with_glasses(
    picture: np.ndarray, points: np.ndarray, square: bool, colour: tuple[int, int, int], thick: float = 0.04
) -> np.ndarray:
    """Full frames of 2.5 mm, or as thick as said, in eye distances. `points` are the mesh's, (468, 2) in pixels."""
    scale = 4
    drawn = np.zeros((picture.shape[0] * scale, picture.shape[1] * scale), np.uint8)
    eyes = [points[[33, 133]].mean(0), points[[362, 263]].mean(0)]
    apart = float(np.hypot(*(eyes[1] - eyes[0])))
    wide, high, rim = 0.40 * apart, 0.33 * apart, round(thick * apart * scale)
    around = np.linspace(0, 2 * np.pi, 80)
    power = 0.4 if square else 1.0
    x = wide * np.sign(np.cos(around)) * np.abs(np.cos(around)) ** power
    y = (0.8 if square else 1.0) * high * np.sign(np.sin(around)) * np.abs(np.sin(around)) ** power + 0.06 * apart

    def line(places: list[np.ndarray], closed: bool) -> None:
        cv2.polylines(drawn, [(np.array(places) * scale).astype(np.int32)], closed, 255, rim, cv2.LINE_AA)

    for side, centre, end in ((-1, eyes[0], points[234]), (1, eyes[1], points[454])):
        line(list(centre + np.stack([x, y], 1)), True)
        line([centre + np.array([side * wide, 0]), end + np.array([0, -0.03 * apart])], False)
    inner = [eyes[0] + [wide, 0], eyes[1] - [wide, 0]]
    line([inner[0], (inner[0] + inner[1]) / 2 - [0, 0.05 * apart], inner[1]], False)
    cover = cv2.resize(drawn, picture.shape[1::-1], interpolation=cv2.INTER_AREA)[..., None] / 255
    return (picture * (1 - cover) + np.array(colour) * cover).astype(np.uint8)


def with_beard(picture: np.ndarray, points: np.ndarray, kind: str, colour: tuple[int, int, int]) -> np.ndarray:
    """A full beard or a moustache, with the grain of hair."""
    apart = float(np.hypot(*(points[[33, 133]].mean(0) - points[[362, 263]].mean(0))))
    mask = np.zeros(picture.shape[:2], np.uint8)
    if kind == "full":
        cv2.fillPoly(mask, [np.concatenate([points[JAW], points[ABOVE_JAW]]).astype(np.int32)], 255)
    cv2.fillPoly(mask, [points[MOUSTACHE].astype(np.int32)], 255)
    lips = np.zeros_like(mask)
    cv2.fillPoly(lips, [points[LIPS].astype(np.int32)], 255)
    soft = cv2.GaussianBlur(mask, (0, 0), 0.04 * apart) / 255 * (1 - cv2.GaussianBlur(lips, (0, 0), 0.02 * apart) / 255)
    grain = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 1, mask.shape), (0, 0), 1.0)
    cover = np.clip(soft * (0.85 + 0.25 * grain / grain.std()), 0, 1)[..., None]
    return (picture * (1 - cover) + np.array(colour) * cover).astype(np.uint8)


def under_light(picture: np.ndarray, factor: np.ndarray | float | list[float]) -> np.ndarray:
    """As if the light were multiplied by `factor`, which may be one number a channel or a pixel."""
    return (np.clip((picture / 255) ** 2.2 * factor, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
