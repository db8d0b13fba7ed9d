"""A cache of the faces in photos, by the content of the file: inspecting a photo again costs reading the file, no more.

A photo is inspected when it is dropped, and again for every job it is used in.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fastface_core.domain.adapter_traits import AdapterTraits
from fastface_core.domain.identity import Face, FaceQuality, Identity, PersonPhoto, PhotoChoice
from fastface_core.engine.detectors import Detection, FaceDetector
from fastface_core.engine.face_quality import advice, measured
from fastface_core.engine.faces import chosen_face, described, merged, no_face, usable
from fastface_core.engine.photos import Photo, decode_photo, read_bytes
from fastface_core.errors import PhotoError
from fastface_core.progress import CancelToken

if TYPE_CHECKING:  # photos are looked at before torch is there
    from fastface_core.engine.face_parser import FaceParser

_PHOTOS_KEPT = 64
_SIDE = 512


@dataclass(frozen=True, eq=False, slots=True)
class FaceFound:
    """A face in a photo, before anybody asked who it is.

    Attributes:
        index: from the left, from 1.
        box: left, top, right, bottom, each 0 to 1 of the upright photo.
        advice: sentences on what would make it a better reference; empty for a good one.
    """

    index: int
    box: tuple[float, float, float, float]
    quality: FaceQuality
    advice: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class PhotoInfo:
    """A photo and its faces.

    Attributes:
        width, height: pixels of the upright photo.
        small: (height, width, 3) uint8, upright sRGB, 512 pixels at most.
        faces: from left to right; may be empty.
        suggested: the `index` of the largest face; None where there is none.
        problem: why the photo cannot be used: it shows no face.
    """

    sha256: str
    width: int
    height: int
    small: NDArray[np.uint8]
    faces: tuple[FaceFound, ...]
    suggested: int | None
    problem: PhotoError | None = None


@dataclass(eq=False, slots=True)
class _Known:
    seen: PhotoInfo
    detections: tuple[Detection, ...]
    described: dict[int, Face] = field(default_factory=dict[int, Face])


class FaceMemory:
    """A detector that remembers the photos it saw last. Used from one thread at a time."""

    def __init__(
        self,
        detector: FaceDetector,
        *,
        measures: bool = False,
        traits: AdapterTraits | None = None,
        parser: "FaceParser | None" = None,
    ) -> None:
        """
        Args:
            measures: faces that are asked for are measured as well, so that they can be drawn.
            traits: of the adapter that gets them.
            parser: of faces, for an adapter that wants them cut out.
        """
        self.detector = detector
        self._measures = measures
        self._traits = traits
        self._parser = parser
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def forget(self) -> None:
        """Nothing is known of any photo any more."""
        self._known.clear()

    def look(self, path: Path) -> PhotoInfo:
        """All faces in a photo.

        Raises:
            PhotoError: the photo cannot be read.
        """
        seen = self._look(path)[0].seen
        return seen if seen.faces else replace(seen, problem=no_face(path))

    def identify(self, photos: Sequence[PhotoChoice], cancel: CancelToken | None = None) -> Identity:
        """Who the photos show; see `faces.identify`.

        Raises:
            PhotoError: no photo is given, or one cannot be read, shows no face, or not the one that was asked for.
            DifferentPeopleError: they show more than one person.
            ModelError: the recogniser gives no usable answer.
            Cancelled: `cancel` was set.
        """
        taken: dict[tuple[str, int], PersonPhoto] = {}
        for choice in photos:
            if cancel is not None:
                cancel.check()
            one = self._person_photo(choice)
            taken.setdefault((one.sha256, one.face_index), one)
        return merged(tuple(taken.values()), self.detector.same_person)

    def _person_photo(self, choice: PhotoChoice) -> PersonPhoto:
        known, photo = self._look(choice.path)
        index = chosen_face(known.detections, choice)
        face = known.described.get(index)
        if face is None:
            photo = photo or decode_photo(choice.path, read_bytes(choice.path))
            face = self._described(photo, known.detections[index])
            known.described[index] = face
        return PersonPhoto(choice.path, known.seen.sha256, index + 1, len(known.detections), face)

    def _described(self, photo: Photo, found: Detection) -> Face:
        return described(
            photo.pixels, found, self.detector, measures=self._measures, traits=self._traits, parser=self._parser
        )

    def _look(self, path: Path) -> tuple[_Known, Photo | None]:
        """What is known of a photo, and the photo itself where it had to be decoded for it."""
        data = read_bytes(path)
        digest = hashlib.sha256(data).hexdigest()
        if known := self._known.get(digest):
            self._known.move_to_end(digest)
            return known, None
        photo = decode_photo(path, data)
        detections = usable(self.detector.detect(photo.pixels))
        known = _Known(_seen(photo, detections), detections)
        if (suggested := known.seen.suggested) is not None:
            # While the pixels are at hand: this is nearly always the face that is asked for next.
            known.described[suggested - 1] = self._described(photo, detections[suggested - 1])
        self._known[digest] = known
        if len(self._known) > _PHOTOS_KEPT:
            self._known.popitem(last=False)
        return known, photo


def _seen(photo: Photo, detections: tuple[Detection, ...]) -> PhotoInfo:
    height, width = photo.pixels.shape[:2]
    small = Image.fromarray(photo.pixels)
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    faces: list[FaceFound] = []
    for number, one in enumerate(detections, start=1):
        left, top, right, bottom = one.box
        quality = measured(photo.pixels, one.box, one.points)
        box = (left / width, top / height, right / width, bottom / height)
        faces.append(FaceFound(number, box, quality, advice(quality)))
    largest = max(detections, key=lambda one: one.area, default=None)
    suggested = None if largest is None else detections.index(largest) + 1
    return PhotoInfo(photo.sha256, width, height, np.asarray(small), tuple(faces), suggested)
