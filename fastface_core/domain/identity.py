"""Who a picture is of: what the photos of one person say, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from fastface_core.validation import FilePath

if TYPE_CHECKING:
    # The window opens before there is a face: numpy would take a tenth of a second of it.
    import numpy as np
    from numpy.typing import NDArray

    from fastface_core.domain.measures import Measures


@dataclass(frozen=True, slots=True)
class PhotoChoice:
    """A photo, and which face in it is meant; also in the files of queue, session and comparisons.

    Attributes:
        face: 1 is the leftmost face; None takes the largest.
    """

    path: FilePath
    face: Annotated[int, Field(ge=1)] | None = None


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody in a picture of several; also in the files of queue and session.

    Attributes:
        photos: empty where `person` is given.
        person: the uid of a person of the library, whose photos that count are taken.
    """

    photos: tuple[PhotoChoice, ...] = ()
    person: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """Numbers that say how well a face serves as a reference.

    Attributes:
        size: the shorter side of the face's box, in pixels of the upright photo.
        sharpness: variance of the Laplacian of the grey 112 px aligned crop; higher is sharper.
        yaw: degrees, positive when the person turns to the picture's right; estimated from five points.
        pitch: degrees, positive when the person looks up.
        roll: degrees, positive when the head leans clockwise in the picture.
        agreement: cosine similarity, -1 to 1, to the mean of the other photos; None for a single photo.
        brightness: mean grey of the aligned crop, 0 (black) to 1 (white); None where it was not measured.
    """

    size: float
    sharpness: float
    yaw: float
    pitch: float
    roll: float
    agreement: float | None = None
    brightness: float | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Face:
    """One detected face.

    Attributes:
        box: left, top, right, bottom in pixels of the upright photo.
        points: (5, 2) float32: the two eyes, the nose, the two corners of the mouth, in the picture's left-to-right
            order within each pair.
        score: the detector's confidence, 0 to 1.
        embedding: (512,) float32, L2-normalised.
        crop: (224, 224, 3) uint8, RGB, aligned by the five points.
        measures: what it is drawn from; None where it was not measured, or could not be.
        length: of the recogniser's output before it was normalised. This and what follows is None where no adapter
            asked for it.
        head: (224, 224, 3) uint8, RGB: the head with some room around it.
        cut_out: (512, 512, 4) uint8: RGB aligned, and what of it is the person's face and hair, 0 or 255.
        frame: width and height of the upright photo, in pixels.
    """

    box: tuple[float, float, float, float]
    points: NDArray[np.float32]
    score: float
    embedding: NDArray[np.float32]
    crop: NDArray[np.uint8]
    quality: FaceQuality
    measures: Measures | None = None
    length: float | None = None
    head: NDArray[np.uint8] | None = None
    cut_out: NDArray[np.uint8] | None = None
    frame: tuple[int, int] | None = None

    @property
    def view(self) -> FaceView:
        raw = None if self.length is None else self.embedding * self.length
        return FaceView(self.embedding, self.crop, raw, self.head, self.cut_out, self.points, self.frame)


@dataclass(frozen=True, eq=False, slots=True)
class FaceView:
    """What an adapter gets of a face: of one photo's, or of several photos' merged into one.

    Attributes:
        raw: (512,) float32, the recogniser's output as it is.
        points: (5, 2) float32 in pixels of the photo, as `Face.points`.
        See `Face` for the others.
    """

    embedding: NDArray[np.float32]
    crop: NDArray[np.uint8]
    raw: NDArray[np.float32] | None = None
    head: NDArray[np.uint8] | None = None
    cut_out: NDArray[np.uint8] | None = None
    points: NDArray[np.float32] | None = None
    frame: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class PersonPhoto:
    """A photo that was used, and the face taken from it.

    Attributes:
        sha256: hex digest of the file's bytes.
        face_index: 1 is the leftmost of `faces_found`.
        weight: how much it counts beside the person's other photos, 0 for not at all.
    """

    path: Path
    sha256: str
    face_index: int
    faces_found: int
    face: Face
    weight: float = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Identity:
    """One person.

    Attributes:
        embedding: (512,) float32, L2-normalised: the normalised mean over the photos.
        crop: (224, 224, 3) uint8, RGB: the aligned face of the photo nearest to `embedding`.
        photos: where it came from; empty when it was given as numbers.
    """

    embedding: NDArray[np.float32]
    crop: NDArray[np.uint8]
    photos: tuple[PersonPhoto, ...] = field(default=())
