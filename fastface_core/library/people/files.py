"""What lies in a person's folder, and how it is read and written.

people/UID/person.json          name, notes, consent, which photos, what was corrected in the drawing
people/UID/photos/SHA256.jpg    the photos as they were given
people/UID/papers/SHA256.pdf    documents, as a signed release
people/UID/faces-MODEL.npz      what one recogniser made of them: embeddings, crops, measures
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fastface_core.arrays import read_arrays
from fastface_core.domain.identity import Face, FaceQuality, PersonPhoto
from fastface_core.domain.measures import Measures
from fastface_core.domain.twin import Corrections, Twin
from fastface_core.errors import StorageError

PHOTOS, PAPERS = "photos", "papers"
"""The folders of the photos and of the documents, in a person's folder."""

_LARGEST_READING = 256 << 20
"""Bytes: a photo has about 150,000, and a million more where an adapter wants it cut out."""
_Number = Annotated[float, Field(allow_inf_nan=False)]

MOST_WEIGHT = 10.0
"""How much a photo may count at most, where one counts as usual."""
LONGEST_CLIENT = 200
"""Letters of each thing that is noted of a client."""

Uid = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Consent(_Model):
    """The person's permission.

    Attributes:
        text: what was agreed, in the words of the one who asked.
        expires: the last day on which it holds; None for no end.
    """

    text: Annotated[str, Field(min_length=1, max_length=5000)]
    given: date
    expires: date | None = None

    def holds(self, on: date) -> bool:
        return self.expires is None or on <= self.expires


class PhotoEntry(_Model):
    """A photo in a person's folder.

    Attributes:
        face: which face in it, counted from the left, from 1.
        taken: whether it counts: True and False are the user's word, None leaves it to the verdict.
        weight: its weight among the photos, as the user set it; None where it was not set.
    """

    sha256: Sha256
    suffix: Annotated[str, Field(pattern=r"^\.[a-z0-9]{1,5}$")]
    face: Annotated[int, Field(ge=1)]
    taken: bool | None = None
    weight: Annotated[float, Field(gt=0, le=MOST_WEIGHT)] | None = None

    @property
    def file(self) -> str:
        return f"{PHOTOS}/{self.sha256}{self.suffix}"


class Client(_Model):
    """Whose the pictures are, as the user notes it.

    Attributes:
        contact: a mail address, a telephone number, or what the user reaches them by.
        job: what the user calls the order.
    """

    contact: Annotated[str, Field(max_length=LONGEST_CLIENT)] = ""
    job: Annotated[str, Field(max_length=LONGEST_CLIENT)] = ""


class PaperEntry(_Model):
    """A document that belongs to a person, as a signed release.

    Attributes:
        name: what its file was called.
        size: bytes.
    """

    sha256: Sha256
    suffix: Annotated[str, Field(pattern=r"^\.[a-z0-9]{1,5}$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=1)]
    added: date

    @property
    def file(self) -> str:
        return f"{PAPERS}/{self.sha256}{self.suffix}"


class PersonFile(_Model):
    """`person.json`.

    Attributes:
        cover: the photo that represents the person; None takes the first that counts.
        corrections: what the user said of the person's drawing; None where that is nothing.
        client, groups, papers: None where nothing was noted, so that an earlier version reads the file.
        by_quality: whether photos of which nothing else is said count by their quality; None as False.
    """

    version: Literal[1] = 1
    uid: Uid
    name: Annotated[str, Field(min_length=1, max_length=100)]
    notes: Annotated[str, Field(max_length=20_000)] = ""
    consent: Consent | None = None
    cover: Sha256 | None = None
    created: AwareDatetime
    photos: tuple[PhotoEntry, ...] = ()
    corrections: Corrections | None = None
    by_quality: bool | None = None
    client: Client | None = None
    groups: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] | None = None
    papers: tuple[PaperEntry, ...] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """What one recogniser made of a person's photos.

    Attributes:
        model: names detector and recogniser; embeddings of two models cannot be compared.
        same_person: the least agreement that means the same person; None where the model's scores mean nothing.
        faces: by the photo's hash and the number of the face.
    """

    model: str
    same_person: float | None
    faces: dict[tuple[str, int], PersonPhoto]


def reading_to_bytes(reading: Reading) -> bytes:
    """A NumPy archive; nothing in it can run."""
    photos = list(reading.faces.values())
    about = {
        "version": 2,
        "model": reading.model,
        "same_person": reading.same_person,
        "photos": [
            {
                "sha256": photo.sha256,
                "face": photo.face_index,
                "faces_found": photo.faces_found,
                "box": list(photo.face.box),
                "score": photo.face.score,
                "quality": asdict(photo.face.quality),
                "measures": _plain(photo.face.measures),
                "length": photo.face.length,
                "frame": photo.face.frame,
            }
            for photo in photos
        ],
    }
    some: dict[str, Any] = {f"head-{index}": one.face.head for index, one in enumerate(photos)}
    some |= {f"cut-out-{index}": one.face.cut_out for index, one in enumerate(photos)}
    some = {name: array for name, array in some.items() if array is not None}
    buffer = io.BytesIO()
    np.savez(
        buffer,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        embeddings=_stacked([photo.face.embedding for photo in photos], (512,), np.float32),
        points=_stacked([photo.face.points for photo in photos], (5, 2), np.float32),
        crops=_stacked([photo.face.crop for photo in photos], (224, 224, 3), np.uint8),
        **some,
    )
    return buffer.getvalue()


class _Quality(BaseModel):
    """As `FaceQuality`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: _Number
    sharpness: _Number
    yaw: _Number
    pitch: _Number
    roll: _Number
    agreement: _Number | None = None
    brightness: _Number | None = None


class _Measures(BaseModel):
    """As `Measures`."""

    twin: Twin
    sure: tuple[str, ...]
    notes: tuple[str, ...]
    yaw: _Number
    pitch: _Number


class _About(BaseModel):
    """What is stored of a photo in addition to its arrays."""

    sha256: Sha256
    face: Annotated[int, Field(ge=1)]
    faces_found: Annotated[int, Field(ge=1)]
    box: tuple[_Number, _Number, _Number, _Number]
    score: _Number
    quality: _Quality
    measures: _Measures | None = None  # files of version 1 have none
    length: _Number | None = None  # this and what follows came with adapters that ask for it
    frame: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] | None = None


class _Contents(BaseModel):
    model: str
    same_person: _Number | None
    photos: tuple[_About, ...]


def reading_from_bytes(data: bytes) -> Reading:
    """The reverse of `reading_to_bytes`.

    Raises:
        StorageError: the archive is damaged.
    """
    try:
        arrays = read_arrays(data, _LARGEST_READING)
        about = _Contents.model_validate_json(arrays["about"].tobytes())
        count = len(about.photos)
        embeddings = _of_form(arrays["embeddings"], (count, 512), np.float32)
        points = _of_form(arrays["points"], (count, 5, 2), np.float32)
        crops = _of_form(arrays["crops"], (count, 224, 224, 3), np.uint8)
        heads = [_picture(arrays, f"head-{index}", (224, 224, 3)) for index in range(count)]
        cut_outs = [_picture(arrays, f"cut-out-{index}", (512, 512, 4)) for index in range(count)]
    except (ValueError, KeyError) as error:
        raise StorageError(
            "What was measured of this person's photos is damaged.",
            "Add one of the photos again; it is then made again.",
        ) from error
    faces: dict[tuple[str, int], PersonPhoto] = {}
    for index, one in enumerate(about.photos):
        faces[one.sha256, one.face] = PersonPhoto(
            path=Path(one.sha256),
            sha256=one.sha256,
            face_index=one.face,
            faces_found=one.faces_found,
            face=Face(
                box=one.box,
                points=points[index],
                score=one.score,
                embedding=embeddings[index],
                crop=crops[index],
                quality=FaceQuality(**dict(one.quality)),
                measures=_measures(one.measures),
                length=one.length,
                head=heads[index],
                cut_out=cut_outs[index],
                frame=one.frame,
            ),
        )
    return Reading(about.model, about.same_person, faces)


def _of_form(array: NDArray[Any], shape: tuple[int, ...], kind: type[np.generic]) -> NDArray[Any]:
    """Raises ValueError where it is of another form, or its numbers are none."""
    if array.shape != shape or array.dtype != kind or not np.isfinite(array).all():
        raise ValueError("an array of another form")
    return array


def _picture(arrays: dict[str, NDArray[Any]], name: str, shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    """One that not every photo has."""
    return _of_form(arrays[name], shape, np.uint8) if name in arrays else None


def _plain(measures: Measures | None) -> dict[str, object] | None:
    if measures is None:
        return None
    return {
        "twin": measures.twin.model_dump(mode="json"),
        "sure": sorted(measures.sure),
        "notes": measures.notes,
        "yaw": measures.yaw,
        "pitch": measures.pitch,
    }


def _measures(one: _Measures | None) -> Measures | None:
    if one is None:
        return None
    return Measures(twin=one.twin, sure=frozenset(one.sure), notes=one.notes, yaw=one.yaw, pitch=one.pitch)


def _stacked(arrays: Sequence[NDArray[Any]], shape: tuple[int, ...], kind: type[np.generic]) -> NDArray[Any]:
    stacked: NDArray[Any] = np.zeros((len(arrays), *shape), kind)
    for place, array in zip(stacked, arrays, strict=True):
        place[...] = array
    return stacked
