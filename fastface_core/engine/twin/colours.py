"""Colours as the eye tells them apart: CIE Lab, the difference CIEDE2000, and medians that odd pixels do not move.

sRGB is 0 to 1, Lab has L from 0 to 100; both for the white of daylight (D65).
"""

from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastface_core.domain.twin import Colour
from fastface_core.engine.qt_environment import qt_environment_kept

with qt_environment_kept():
    import cv2

_SEVENTH = 25.0**7


def lab(pixels: NDArray[np.uint8] | NDArray[np.floating]) -> NDArray[np.float32]:
    """A picture's Lab values: (height, width, 3) uint8, or floats from 0 to 1, in sRGB."""
    scaled = pixels.astype(np.float32)
    if pixels.dtype == np.uint8:
        scaled /= 255
    return cast("NDArray[np.float32]", cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB))


def lab_of(colour: ArrayLike) -> NDArray[np.float64]:
    """The Lab values, (3,), of one sRGB colour."""
    return lab(np.asarray(colour, np.float32).reshape(1, 1, 3))[0, 0].astype(np.float64)


def colour_of(values: ArrayLike) -> Colour:
    """The sRGB colour nearest to Lab values, (3,), rounded to four digits."""
    one = np.asarray(values, np.float32).reshape(1, 1, 3)
    red, green, blue = np.clip(cv2.cvtColor(one, cv2.COLOR_LAB2RGB)[0, 0], 0, 1).tolist()
    return round(red, 4), round(green, 4), round(blue, 4)


def difference(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """CIEDE2000 between Lab values, the last axis of which is L, a, b; the other axes are broadcast.

    1 can just be seen side by side, 10 is another colour of the same name, 30 another name.
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    chroma = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(two[..., 1], two[..., 2])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + _SEVENTH))
    a1, a2 = one[..., 1] * stretch, two[..., 1] * stretch
    c1, c2 = np.hypot(a1, one[..., 2]), np.hypot(a2, two[..., 2])
    h1 = np.degrees(np.arctan2(one[..., 2], a1)) % 360
    h2 = np.degrees(np.arctan2(two[..., 2], a2)) % 360
    grey = c1 * c2 == 0

    apart = (h2 - h1 + 180) % 360 - 180
    # Exactly opposite hues turn the way the formula's authors chose.
    apart = np.where((apart == -180) & (h2 > h1), 180.0, apart)
    apart = np.where(grey, 0.0, apart)
    lightness, saturation = two[..., 0] - one[..., 0], c2 - c1
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(apart / 2))

    l_mean, c_mean = (one[..., 0] + two[..., 0]) / 2, (c1 + c2) / 2
    h_mean = np.where(np.abs(h1 - h2) > 180, (h1 + h2 + 360) / 2 % 360, (h1 + h2) / 2)
    h_mean = np.where(grey, h1 + h2, h_mean)
    weight = (
        1
        - 0.17 * np.cos(np.radians(h_mean - 30))
        + 0.24 * np.cos(np.radians(2 * h_mean))
        + 0.32 * np.cos(np.radians(3 * h_mean + 6))
        - 0.20 * np.cos(np.radians(4 * h_mean - 63))
    )
    off = (l_mean - 50) ** 2
    s_l = 1 + 0.015 * off / np.sqrt(20 + off)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * weight
    bend = 30 * np.exp(-(((h_mean - 275) / 25) ** 2))
    turn = -2 * np.sqrt(c_mean**7 / (c_mean**7 + _SEVENTH)) * np.sin(np.radians(2 * bend))
    l_part, c_part, h_part = lightness / s_l, saturation / s_c, hue / s_h
    return np.sqrt(np.maximum(0, l_part**2 + c_part**2 + h_part**2 + turn * c_part * h_part))


def brightened(values: ArrayLike, gain: float) -> NDArray[np.float64]:
    """Lab values, (3,), of the same surface in `gain` times the light."""
    lightness, red, yellow = (float(part) for part in np.asarray(values, np.float64))
    middle = (lightness + 16) / 116
    # CIE 15: the cube roots that Lab is made of, and the straight line that takes their place near black.
    roots = np.array([middle + red / 500, middle, middle - yellow / 200])
    light = gain * np.where(roots > 6 / 29, roots**3, 3 * (6 / 29) ** 2 * (roots - 4 / 29))
    roots = np.where(light > (6 / 29) ** 3, np.cbrt(light), light / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * roots[1] - 16, 500 * (roots[0] - roots[1]), 200 * (roots[1] - roots[2])])


def lit(values: NDArray[np.floating], darkest: float, lightest: float) -> NDArray[np.float64]:
    """The median colour of the part of a surface that is lit, without its shadows and its highlights.

    Args:
        values: (n, 3) Lab of its pixels, at least one.
        darkest: 0 to 100, the share of pixels, by lightness, that counts as shadow.
        lightest: the share from which on pixels are highlights.
    """
    low, high = np.percentile(values[:, 0], [darkest, lightest])
    kept = values[(values[:, 0] >= low) & (values[:, 0] <= high)]
    return np.median(kept, axis=0).astype(np.float64)
