"""Photos are looked at once: by the content of the file, not by its name."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fastface_core.domain.identity import FaceQuality, PhotoChoice
from fastface_core.engine.detectors import Detection, InsightFaces
from fastface_core.engine.face_memory import FaceMemory
from fastface_core.engine.face_quality import advice
from fastface_core.engine.faces import identify
from fastface_core.errors import PhotoError
from tests.core.tiny_faces import PACK, PEOPLE, drawn, like


class Counting:
    """A real detector that counts what it is asked."""

    def __init__(self) -> None:
        self._real = InsightFaces(PACK)
        self.same_person = self._real.same_person
        self.detected = 0
        self.embedded = 0

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[Detection, ...]:
        self.detected += 1
        return self._real.detect(pixels)

    def embed(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        self.embedded += 1
        return self._real.embed(pixels, points)

    def raw(self, pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
        self.embedded += 1
        return self._real.raw(pixels, points)


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def memory(counting: Counting) -> FaceMemory:
    return FaceMemory(counting)


def saved(folder: Path, name: str, *faces: tuple[int, int, int, NDArray[np.float64]]) -> Path:
    Image.fromarray(drawn(640, 480, *faces)).save(folder / name)
    return folder / name


@pytest.fixture
def couple(tmp_path: Path) -> Path:
    return saved(tmp_path, "couple.png", (60, 100, 64, PEOPLE[1]), (360, 120, 128, PEOPLE[2]))


def test_it_sees_all_faces_from_left_to_right(memory: FaceMemory, couple: Path) -> None:
    seen = memory.look(couple)
    assert (seen.width, seen.height, seen.small.shape) == (640, 480, (384, 512, 3))
    assert [face.index for face in seen.faces] == [1, 2]
    assert seen.suggested == 2
    assert seen.problem is None
    left, top, right, bottom = seen.faces[1].box
    assert (left * 640, top * 480, right * 640, bottom * 480) == pytest.approx((360, 120, 488, 248), abs=8)


def test_a_photo_is_looked_at_once_also_under_another_name(
    memory: FaceMemory, counting: Counting, couple: Path, tmp_path: Path
) -> None:
    first = memory.look(couple)
    copy = Path(shutil.copy(couple, tmp_path / "copy.png"))
    assert memory.look(copy) is first
    assert (counting.detected, counting.embedded) == (1, 1)


def test_identifying_after_looking_detects_and_embeds_nothing_again(
    memory: FaceMemory, counting: Counting, couple: Path
) -> None:
    memory.look(couple)
    person = memory.identify([PhotoChoice(couple)])
    again = memory.identify([PhotoChoice(couple, 2)])
    assert (counting.detected, counting.embedded) == (1, 1)
    assert np.array_equal(person.embedding, again.embedding)
    # Another face in it is embedded, once.
    other, once_more = (memory.identify([PhotoChoice(couple, 1)]) for _ in range(2))
    assert (counting.detected, counting.embedded) == (1, 2)
    assert other.photos[0].face_index == once_more.photos[0].face_index == 1


def test_it_says_the_same_as_without_a_memory(memory: FaceMemory, tmp_path: Path) -> None:
    photos = [
        PhotoChoice(saved(tmp_path, f"{index}.png", (60, 100, 128, like(3, 4, 0.2 * index)))) for index in range(3)
    ]
    for photo in photos:
        memory.look(photo.path)
    plain, remembered = identify(photos, InsightFaces(PACK)), memory.identify(photos)
    assert np.array_equal(plain.embedding, remembered.embedding)
    assert np.array_equal(plain.crop, remembered.crop)
    assert [photo.face.quality for photo in plain.photos] == [photo.face.quality for photo in remembered.photos]
    assert [photo.path for photo in remembered.photos] == [photo.path for photo in photos]


def test_a_changed_file_is_another_photo(memory: FaceMemory, counting: Counting, tmp_path: Path) -> None:
    photo = saved(tmp_path, "photo.png", (60, 100, 128, PEOPLE[1]))
    before = memory.identify([PhotoChoice(photo)])
    saved(tmp_path, "photo.png", (60, 100, 128, PEOPLE[5]))
    after = memory.identify([PhotoChoice(photo)])
    assert counting.detected == 2
    assert float(before.embedding @ after.embedding) < 0.5


def test_it_keeps_only_the_last_photos(memory: FaceMemory, counting: Counting, tmp_path: Path) -> None:
    photos = [saved(tmp_path, f"{index}.png", (60, 20 + index, 64, PEOPLE[1])) for index in range(66)]
    for photo in photos:
        memory.look(photo)
    memory.look(photos[-1])
    assert counting.detected == 66
    memory.look(photos[0])
    assert counting.detected == 67


def test_a_photo_without_a_face_has_its_sentence_and_its_own_name(memory: FaceMemory, tmp_path: Path) -> None:
    wall = saved(tmp_path, "wall.png")
    copy = Path(shutil.copy(wall, tmp_path / "other wall.png"))
    for photo in (wall, copy):
        seen = memory.look(photo)
        assert (seen.faces, seen.suggested) == ((), None)
        assert seen.problem is not None
        assert seen.problem.message == f'No face was found in "{photo.name}".'
        with pytest.raises(PhotoError, match="No face was found"):
            memory.identify([PhotoChoice(photo)])


def quality(
    size: float = 300,
    sharpness: float = 400,
    yaw: float = 0,
    pitch: float = 0,
    roll: float = 0,
    brightness: float | None = 0.5,
) -> FaceQuality:
    return FaceQuality(size=size, sharpness=sharpness, yaw=yaw, pitch=pitch, roll=roll, brightness=brightness)


def test_a_good_face_needs_no_advice() -> None:
    assert advice(quality()) == ()
    assert advice(quality(brightness=None)) == ()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (quality(size=60), "small"),
        (quality(sharpness=5), "blurred"),
        (quality(yaw=-50), "turned to the side"),
        (quality(pitch=-60), "up or down"),
        (quality(roll=45), "leans"),
        (quality(brightness=0.05), "dark"),
        (quality(brightness=0.95), "overexposed"),
    ],
)
def test_what_is_wrong_with_a_face_is_said_with_what_to_do(bad: FaceQuality, words: str) -> None:
    (sentence,) = advice(bad)
    assert words in sentence
    assert sentence.count(". ") == 1
    assert sentence.endswith(".")


def test_what_is_forgotten_is_looked_at_again(memory: FaceMemory, counting: Counting, couple: Path) -> None:
    before = memory.identify([PhotoChoice(couple)])
    memory.forget()
    after = memory.identify([PhotoChoice(couple)])
    assert (counting.detected, counting.embedded) == (2, 2)
    assert np.array_equal(before.embedding, after.embedding)


def test_photos_are_looked_at_without_torch() -> None:
    said = "import sys, fastface_core.engine.face_memory; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
