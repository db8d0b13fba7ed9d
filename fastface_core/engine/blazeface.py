"""Finding faces with BlazeFace and the face mesh (resources/face), for any recogniser. Nothing in it is bound to a use:
both are under Apache-2.0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.alignment import reduced
from fastface_core.engine.detectors import Detection, is_strip, moved
from fastface_core.engine.qt_environment import qt_environment_kept
from fastface_core.engine.recogniser import SAME_PERSON, Recogniser, load_onnx, normalised
from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.networks import answers

with qt_environment_kept():
    import cv2

_LONGEST = 1280
"""Larger pictures are searched at this size, in which a face of 24 pixels is still found in a tile."""

_SIZE, _CELLS = 192, 48
"""The network's input, and the cells along each of its sides."""

_LEAST = 0.5
"""The network's score from which on the mesh is asked whether there is a face."""

_SURE = 0.7
"""From this score on it counts by itself, where the mesh sees no face anywhere: it sees none in a full profile. Badges,
hands and hair are scored up to this."""

_TILES = ((2, 0.2), (4, 0.09))
"""Into how many parts each side is cut for a closer look; and how wide a face is, told in the picture's longer side,
beside which no others are expected that only that look would show."""

_OVERLAP, _SMALLEST_TILE = 1.25, 160
"""How much larger the parts are than that, and how many pixels their sides have at least."""

_SAME = 0.3
"""The overlap from which on two boxes are one face."""

_EYES, _NOSE, _MOUTH = ((33, 133), (362, 263)), 4, (61, 291)
"""The mesh's points that are, or lie around, those of `Face.points`."""


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """What the network takes for a face.

    Attributes:
        box: left, top, right, bottom in pixels of the searched picture.
        points: (6, 2) in its pixels: eyes, tip of the nose, mouth, ears.
    """

    box: NDArray[np.float64]
    points: NDArray[np.float64]
    score: float

    @property
    def five(self) -> NDArray[np.float32]:
        """The five points, the corners of the mouth where they lie on most faces."""
        left, right, nose, mouth = self.points[:4]
        corner = 0.4 * (right - left)
        return np.stack([left, right, nose, mouth - corner, mouth + corner]).astype(np.float32)

    def detection(self) -> Detection:
        left, top, right, bottom = self.box.tolist()
        return Detection((left, top, right, bottom), self.five, self.score)


class BlazeFaces:
    """The detector that ships with the program, and a recogniser from one ONNX file.

    It finds faces behind masks and sunglasses, in half profile, and lying on their side; a full profile only where no
    other face is in the picture.
    """

    def __init__(self, recogniser: Path, same_person: float | None = SAME_PERSON) -> None:
        """Loads the recogniser; the detector is loaded with the first picture.

        Args:
            recogniser: an ONNX file of ArcFace's form.
            same_person: see `FaceDetector`; None switches the check off.

        Raises:
            ModelError: the recogniser's file is missing, damaged or of another form.
        """
        self.same_person = same_person
        self._recogniser = Recogniser(load_onnx(recogniser), recogniser.name)

    def embed(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        return normalised(self.raw(pixels, points))

    def raw(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._recogniser.raw(pixels, points)

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[Detection, ...]:
        if is_strip(pixels):
            return ()
        small, factor = reduced(pixels, _LONGEST)
        shift = 0
        seen = _look(small)
        for parts, near in _TILES:
            if not any(one.box[2] - one.box[0] >= near * max(small.shape[:2]) for one in seen):
                seen += _look_closer(small, parts)
        found = _confirmed(small, _apart(seen)) or [one.detection() for one in _apart(seen) if one.score >= _SURE]
        if not found:
            # Faces that fill the picture, and such as lie on their side or stand on their head.
            small, factor = reduced(pixels, _LONGEST // 2)
            shift = max(small.shape[:2])
            framed = cv2.copyMakeBorder(small, shift, shift, shift, shift, cv2.BORDER_CONSTANT)
            small = cast("NDArray[np.uint8]", framed)
            found = _confirmed(small, _apart([one for turn in range(4) for one in _look(small, turn=turn)]))
        height, width = pixels.shape[:2]
        placed = (moved(one, shift, factor, (width, height)) for one in found)
        return tuple(sorted((one for one in placed if one.area > 0), key=lambda one: one.box[:2]))


def _look(pixels: NDArray[np.uint8], corner: tuple[int, int] = (0, 0), side: int = 0, turn: int = 0) -> list[_Seen]:
    """What the network sees in a square of the picture.

    Args:
        corner: column and row of the square's upper left pixel.
        side: its side in pixels; 0 takes the whole picture.
        turn: how often the square is turned by 90 degrees against the clock before.
    """
    side = side or max(pixels.shape[:2])
    scale = side / _SIZE
    x, y = corner
    part = pixels[y : y + side, x : x + side]
    width, height = (max(1, round(length / scale)) for length in (part.shape[1], part.shape[0]))
    square = np.zeros((_SIZE, _SIZE, 3), np.uint8)
    square[:height, :width] = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    boxes, scores = answers("detector.onnx", np.rot90(square, turn).astype(np.float32) / np.float32(127.5) - 1)
    boxes, scores = boxes.reshape(-1, 16), scores.ravel()
    found: list[_Seen] = []
    for cell in np.nonzero(scores >= _LEAST)[0].tolist():
        numbers = boxes[cell].astype(np.float64)
        origin = (np.array([cell % _CELLS, cell // _CELLS]) + 0.5) * (_SIZE / _CELLS)
        middle, reach = origin + numbers[:2], numbers[2:4] / 2
        places = np.stack([middle - reach, middle + reach, *(origin + numbers[4:].reshape(6, 2))])
        for _ in range(turn):
            places = np.stack([_SIZE - places[:, 1], places[:, 0]], axis=1)
        places = places * scale + corner
        box = np.concatenate([places[:2].min(0), places[:2].max(0)])
        found.append(_Seen(box, places[2:], float(scores[cell])))
    return found


def _look_closer(pixels: NDArray[np.uint8], parts: int) -> list[_Seen]:
    """What the network sees in overlapping parts of the picture."""
    height, width = pixels.shape[:2]
    side = int(max(height, width) / parts * _OVERLAP)
    if side < _SMALLEST_TILE:
        return []
    return [one for y in _starts(height, side) for x in _starts(width, side) for one in _look(pixels, (x, y), side)]


def _starts(length: int, side: int) -> list[int]:
    count = max(1, int(np.ceil(1.3 * length / side)))
    return np.linspace(0, max(0, length - side), count).astype(int).tolist()


def _confirmed(pixels: NDArray[np.uint8], seen: Iterable[_Seen]) -> list[Detection]:
    """The faces in which the mesh sees one too, with its points, which are exact."""
    found: list[Detection] = []
    for one in seen:
        left, top, right, bottom = one.box.tolist()
        shown = mesh(pixels, one.five, (left, top, right, bottom))
        if shown is None:
            continue
        places = shown.points[:, :2]
        eyes = [places[list(corners)].mean(0) for corners in _EYES]
        five = np.stack([*eyes, places[_NOSE], *places[list(_MOUTH)]]).astype(np.float32)
        box = np.concatenate([places.min(0), places.max(0)])
        # From beside a face the mesh may have come to the one that was there already.
        if not any(_overlap(box, np.array(other.box)) >= _SAME for other in found):
            left, top, right, bottom = box.tolist()
            found.append(Detection((left, top, right, bottom), five, one.score))
    return found


def _apart(seen: Sequence[_Seen]) -> list[_Seen]:
    """Each face once, by its most confident detection; the most confident first."""
    kept: list[_Seen] = []
    for one in sorted(seen, key=lambda one: -one.score):
        if all(_overlap(one.box, other.box) < _SAME for other in kept):
            kept.append(one)
    return kept


def _overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Of two boxes: what they share of their union, or, of a small one inside a large one, most of its share."""
    sides = np.maximum(0, np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2]))
    shared = float(np.prod(sides))
    areas = [float(np.prod(box[2:] - box[:2])) for box in (first, second)]
    return max(shared / (sum(areas) - shared), 0.6 * shared / min(areas))
