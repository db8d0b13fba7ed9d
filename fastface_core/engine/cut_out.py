"""The face that PuLID's tower looks at: aligned, cut out of what is around it, and grey.

Alignment, classes and grey are those of the published code (PuLID 1aa2fc7, facexlib): see docs/adapters.md.
"""

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.twin.frame import Frame, framed
from fastface_core.engine.twin.hair_mask import hair_mask
from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.person_mask import person_mask
from fastface_core.engine.twin.regions import OVAL

with qt_environment_kept():
    import cv2

if TYPE_CHECKING:  # photos are looked at before torch is there
    from fastface_core.engine.face_parser import FaceParser

SIZE = 512
_LONGEST = 1024
_GROUND = (135, 133, 132)
"""Blue, green, red beyond the photo's edges."""

TEMPLATE = np.array(
    [
        [192.98138, 239.94708],
        [318.90277, 240.1936],
        [256.63416, 314.01935],
        [201.26117, 371.41043],
        [313.08905, 371.15118],
    ]
)
"""Where the five points lie in the cut-out: those of the FFHQ set's faces."""

_WHITE = (0, 7, 8, 9, 14, 15, 16, 18)
"""A parser's classes that are no part of the face: background, ears and what hangs on them, neck and what is around
it, clothes, hat. Skin, features, glasses and hair are kept."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def matrix(points: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """(2, 3) from a photo's pixels to the cut-out's; None for points that have no size.

    OpenCV's robust estimate, which may leave points out: a least-squares fit lies up to 4 pixels beside it.
    """
    found = cv2.estimateAffinePartial2D(points, TEMPLATE, method=cv2.LMEDS)[0]
    return cast("NDArray[np.float64] | None", found)


def aligned_face(pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """The face in a square of 512 pixels, RGB; None for points that have no size.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        points: (5, 2) in pixels.
    """
    small, factor = _reduced(pixels)
    found = matrix((points * factor).astype(np.float32))
    return None if found is None else _warped(small, found)


def cut_out(
    pixels: NDArray[np.uint8],
    points: NDArray[np.float32],
    box: tuple[float, float, float, float],
    parser: "FaceParser | None" = None,
) -> NDArray[np.uint8] | None:
    """The aligned face, and what of it is the person's face and hair; None for points that have no size.

    Without a parser the face mesh and the masks of person and hair say which pixels these are. Unlike it they take a
    hat for hair, and where the mesh sees no face, all of the square counts as face.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        points: (5, 2) in pixels.
        box: left, top, right, bottom in pixels.
        parser: the published one, which looks at the aligned face.

    Returns:
        (512, 512, 4) uint8: RGB, and 0 or 255.

    Raises:
        ModelError: a file of resources/face is missing or damaged.
    """
    small, factor = _reduced(pixels)
    points = (points * factor).astype(np.float32)
    found = matrix(points)
    if found is None:
        return None
    square = _warped(small, found)
    if parser is not None:
        return _with_mask(square, kept(parser.labels(square)))
    seen = mesh(small, points, (box[0] * factor[0], box[1] * factor[1], box[2] * factor[0], box[3] * factor[1]))
    face = np.full((SIZE, SIZE), True)
    if seen is not None:
        frame = framed(small, seen)
        # The frame is the photo turned and scaled: two of the mesh's points would do to find how.
        start, end = (np.ascontiguousarray(of[:, :2], np.float32) for of in (frame.points, seen.points))
        back = cv2.estimateAffinePartial2D(start, end)[0]
        there = np.vstack([found, [0, 0, 1]]) @ np.vstack([back, [0, 0, 1]])
        mask = _face_and_hair(frame).astype(np.uint8)
        face = cv2.warpAffine(mask, there[:2], (SIZE, SIZE), flags=cv2.INTER_NEAREST) > 0
    return _with_mask(square, face)


def _with_mask(square: NDArray[np.uint8], face: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.dstack([square, face.astype(np.uint8) * np.uint8(255)])


def _reduced(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture with at most 1024 pixels along its longer side, and the factors of its width and height."""
    height, width = pixels.shape[:2]
    factor = _LONGEST / max(height, width)
    if factor >= 1:
        return pixels, np.ones(2)
    size = (max(1, int(width * factor)), max(1, int(height * factor)))
    small = cast("NDArray[np.uint8]", cv2.resize(pixels, size, interpolation=cv2.INTER_LANCZOS4))
    return small, np.array(size) / np.array([width, height])


def _warped(pixels: NDArray[np.uint8], found: NDArray[np.float64]) -> NDArray[np.uint8]:
    ground = tuple(float(value) for value in _GROUND[::-1])
    square = cv2.warpAffine(pixels, found, (SIZE, SIZE), borderMode=cv2.BORDER_CONSTANT, borderValue=ground)
    return cast("NDArray[np.uint8]", square)


def _face_and_hair(frame: Frame) -> NDArray[np.bool_]:
    """(512, 512) of the frame: the mesh's oval, the hair, and what of the person lies above the oval."""
    person = person_mask(frame.pixels)
    half = hair_mask(frame, person).hair.astype(np.uint8)
    hair = cv2.resize(half, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST).astype(bool)
    whole = cv2.resize(person, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR) > 0.5
    # The mesh ends below the hairline.
    above = (frame.above > frame.forehead - 0.3) & (np.abs(frame.across) < frame.half_width)
    return (frame.region(OVAL) | hair | above & whole) & frame.inside


def kept(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixels are the person's face or hair, of a parser's classes."""
    return ~np.isin(labels, _WHITE)


def grey_face(pixels: NDArray[np.uint8], face: NDArray[np.bool_]) -> NDArray[np.float32]:
    """
    Args:
        pixels: (side, side, 3) uint8 RGB.
        face: (side, side), what of it is kept.

    Returns:
        (side, side, 3) float32, 0 to 1: the face in grey, the rest white.
    """
    grey = (pixels.astype(np.float32) / np.float32(255)) @ _LUMA
    return np.where(face, grey, np.float32(1))[..., None].repeat(3, axis=-1)
