"""Faces in photos: with tiny models whose answers are known beforehand, and with BlazeFace on real photos."""

import importlib.resources
import os
import runpy
import shutil
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper
from PIL import Image, ImageDraw, ImageFilter

from fastface_core.domain.identity import PhotoChoice
from fastface_core.engine.alignment import TEMPLATE, aligned, similarity
from fastface_core.engine.blazeface import BlazeFaces
from fastface_core.engine.detectors import FaceDetector, InsightFaces
from fastface_core.engine.face_quality import measured, pose
from fastface_core.engine.faces import faces_in, identify, likeness, merged, person_photo
from fastface_core.engine.photos import Photo, read_photo
from fastface_core.errors import DifferentPeopleError, ModelError, PhotoError
from fastface_core.progress import Cancelled, CancelToken
from tests.core.tiny_faces import PACK, PEOPLE, Grid, Pixels, drawn, like

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "faces"
PORTRAIT = ROOT / "examples" / "portrait.jpg"
GROUP = Path(str(importlib.resources.files("insightface"))) / "data" / "images" / "t1.jpg"


def photo(pixels: Pixels) -> Photo:
    return Photo(Path("a.png"), "", pixels)


Saved = Callable[[str, Pixels], PhotoChoice]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    def save(name: str, pixels: Pixels) -> PhotoChoice:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
        return PhotoChoice(path)

    return save


@pytest.fixture(scope="module")
def tiny() -> InsightFaces:
    return InsightFaces(PACK)


@pytest.fixture(scope="module")
def blaze() -> BlazeFaces:
    return BlazeFaces(PACK / "recogniser.onnx", same_person=None)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


# insightface's models


def test_faces_come_from_left_to_right_with_their_places(tiny: InsightFaces) -> None:
    pixels = drawn(640, 480, (400, 48, 80, PEOPLE[2]), (100, 200, 160, PEOPLE[1]), (250, 40, 96, PEOPLE[3]))
    faces = faces_in(photo(pixels), tiny)
    assert [np.round(face.box).tolist() for face in faces] == [
        [100, 200, 260, 360],
        [250, 40, 346, 136],
        [400, 48, 480, 128],
    ]
    for face, (left, top, side) in zip(faces, ((100, 200, 160), (250, 40, 96), (400, 48, 80)), strict=True):
        assert np.abs(face.points - (TEMPLATE * side / 112 + [left, top])).max() < 0.5
        assert face.score == pytest.approx(0.9)
        assert face.quality.size == pytest.approx(side, abs=1)
        assert face.quality.agreement is None


def test_embeddings_and_crops_are_the_faces(tiny: InsightFaces) -> None:
    faces = faces_in(photo(drawn(640, 480, *((30 + 200 * k, 100, 160, PEOPLE[k + 1]) for k in range(3)))), tiny)
    embeddings = np.stack([face.embedding for face in faces])
    assert embeddings.dtype == np.float32
    assert embeddings.shape == (3, 512)
    assert np.abs(embeddings @ embeddings.T - np.eye(3)).max() < 0.02
    for index, face in enumerate(faces):
        assert face.crop.shape == (224, 224, 3)
        assert face.crop.dtype == np.uint8
        inner = face.crop[28::56, 28::56].astype(int)  # The middles of the grid's cells, in RGB.
        assert np.abs(inner[:, :, 1] - (PEOPLE[index + 1] + 1) / 2 * 255).max() < 4
        assert (inner[:, :, 0] > 250).all()
        assert (inner[:, :, 2] < 5).all()


@pytest.mark.filterwarnings("ignore::FutureWarning")  # insightface calls what scikit-image has deprecated.
def test_answers_are_insightfaces_own(tiny: InsightFaces) -> None:
    from insightface.app import FaceAnalysis

    analysis = FaceAnalysis(
        name=str(PACK), allowed_modules=["detection", "recognition"], providers=["CPUExecutionProvider"]
    )
    analysis.prepare(0, det_size=(640, 640))
    pixels = drawn(900, 700, (100, 200, 160, PEOPLE[1]), (500, 40, 240, like(2, 5, 0.4)))
    theirs = sorted(analysis.get(np.ascontiguousarray(pixels[:, :, ::-1])), key=lambda face: face.bbox[0])
    ours = faces_in(photo(pixels), tiny)
    assert len(ours) == len(theirs) == 2
    for our, their in zip(ours, theirs, strict=True):
        assert np.allclose(our.box, their.bbox, atol=1e-3)
        assert np.allclose(our.points, their.kps, atol=1e-3)
        assert np.allclose(our.embedding, their.normed_embedding, atol=1e-3)


def test_a_face_too_large_for_one_input_size_is_found_at_a_smaller_one(tiny: InsightFaces) -> None:
    """588 of 640 pixels; the detector knows at most 400, so it is seen when the photo is fitted into 384."""
    (face,) = faces_in(photo(drawn(500, 500, (20, 20, 460, PEOPLE[1]))), tiny)
    assert np.abs(np.array(face.box) - [20, 20, 480, 480]).max() < 2


@pytest.mark.parametrize("side", [112, 400, 3000])
def test_a_face_that_fills_the_frame_is_found(tiny: InsightFaces, side: int) -> None:
    (face,) = faces_in(photo(drawn(side, side, (0, 0, side, PEOPLE[6]))), tiny)
    assert np.abs(np.array(face.box) - [0, 0, side, side]).max() <= side / 100
    assert np.abs(face.points - TEMPLATE * side / 112).max() <= side / 100


def test_large_photos_are_searched_small_and_cut_at_full_size(tiny: InsightFaces) -> None:
    pixels = drawn(6000, 4000, (1000, 800, 400, PEOPLE[1]), (3000, 600, 2000, PEOPLE[2]))
    small, large = faces_in(photo(pixels), tiny)
    assert np.abs(np.array(small.box) - [1000, 800, 1400, 1200]).max() < 15
    assert np.abs(np.array(large.box) - [3000, 600, 5000, 2600]).max() < 15
    assert np.abs(small.embedding @ large.embedding) < 0.05
    assert np.abs(large.crop[28::56, 28::56, 1] - (PEOPLE[2] + 1) / 2 * 255).max() < 8


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 2), (17, 17), (40, 700)])
def test_pictures_that_cannot_hold_a_face(tiny: InsightFaces, blaze: BlazeFaces, size: tuple[int, int]) -> None:
    pixels = np.full((*size, 3), 90, np.uint8)
    assert faces_in(photo(pixels), tiny) == ()
    assert faces_in(photo(pixels), blaze) == ()


@pytest.mark.usefixtures("offline")
def test_nothing_is_fetched_or_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    detector = InsightFaces(PACK)
    assert len(faces_in(read_photo(GROUP), BlazeFaces(PACK / "recogniser.onnx"))) == 6
    assert faces_in(photo(drawn(64, 64)), detector) == ()
    for folder in (tmp_path / "buffalo_l", Path("buffalo_l"), tmp_path):
        with pytest.raises(ModelError, match="is missing"):
            InsightFaces(folder)
    assert capfd.readouterr() == ("", "")


def pack(folder: Path, **files: bytes) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name}.onnx").write_bytes(data)
    return folder


def test_missing_and_damaged_models_are_named(tmp_path: Path) -> None:
    detector, recogniser = ((PACK / f"{name}.onnx").read_bytes() for name in ("detector", "recogniser"))
    cases = {
        "face recogniser is missing": pack(tmp_path / "a", detector=detector),
        "face detector is missing": pack(tmp_path / "b", recogniser=recogniser),
        "detector.onnx is damaged": pack(tmp_path / "c", detector=detector[:4000], recogniser=recogniser),
        "recogniser.onnx is damaged": pack(tmp_path / "d", detector=detector, recogniser=recogniser[:-90]),
        "other.onnx is damaged": pack(tmp_path / "e", detector=detector, other=b"<html>Not found</html>"),
        "empty.onnx is damaged": pack(tmp_path / "f", detector=detector, empty=b""),
        "other_size.onnx has another form": pack(
            tmp_path / "g", detector=detector, other_size=(DATA / "other_size.onnx").read_bytes()
        ),
    }
    for words, folder in cases.items():
        with pytest.raises(ModelError, match=words) as caught:
            InsightFaces(folder)
        assert str(tmp_path) not in caught.value.message
        assert caught.value.hint.endswith(".")


def test_blazeface_needs_a_recogniser(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx is missing"):
        BlazeFaces(tmp_path / "gone.onnx")
    with pytest.raises(ModelError, match="not a face recogniser"):
        BlazeFaces(PACK / "detector.onnx")
    with pytest.raises(ModelError, match="another form"):
        BlazeFaces(DATA / "other_size.onnx")


def test_any_folder_and_more_files_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "模型 für Gesichter"
    shutil.copytree(PACK, folder)
    shutil.copy(PACK / "recogniser.onnx", folder / "zz_second_recogniser.onnx")
    (folder / "notes.txt").write_text("not a model")
    assert len(InsightFaces(folder).detect(drawn(200, 200, (20, 20, 100, PEOPLE[1])))) == 1


@pytest.mark.parametrize("factor", [0.0, float("nan"), float("inf")])
def test_an_answer_without_direction_is_an_error(tmp_path: Path, factor: float) -> None:
    graph = helper.make_graph(
        [
            helper.make_node("Slice", ["in", "begin", "end"], ["part"]),
            helper.make_node("Reshape", ["part", "shape"], ["flat"]),
            helper.make_node("Mul", ["flat", "factor"], ["out"]),
        ],
        "broken",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 512])],
        [
            helper.make_tensor("begin", TensorProto.INT64, [4], [0, 0, 0, 0]),
            helper.make_tensor("end", TensorProto.INT64, [4], [1, 1, 8, 64]),
            helper.make_tensor("shape", TensorProto.INT64, [2], [1, 512]),
            helper.make_tensor("factor", TensorProto.FLOAT, [], [factor]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, tmp_path / "broken.onnx")
    with pytest.raises(ModelError, match=r"broken\.onnx gives no usable answer"):
        faces_in(read_photo(PORTRAIT), BlazeFaces(tmp_path / "broken.onnx"))


def test_the_tiny_models_are_what_their_script_makes() -> None:
    script = runpy.run_path(str(ROOT / "tests" / "core" / "make_face_models.py"))
    assert script["detector"]() == onnx.load(PACK / "detector.onnx")
    made, kept = script["recogniser"](), onnx.load(PACK / "recogniser.onnx")
    assert made.graph.node == kept.graph.node
    for one, other in zip(made.graph.initializer, kept.graph.initializer, strict=True):
        assert np.allclose(onnx.numpy_helper.to_array(one), onnx.numpy_helper.to_array(other), atol=1e-5)


# BlazeFace on real photos


def test_blazeface_finds_the_portrait(blaze: BlazeFaces) -> None:
    (face,) = faces_in(read_photo(PORTRAIT), blaze)
    left, top, right, bottom = face.box
    assert (170 < left < 195, 50 < top < 80, 255 < right < 285, 160 < bottom < 190) == (True,) * 4
    eye, other_eye, nose, mouth, other_mouth = face.points
    assert eye[0] < nose[0] < other_eye[0]
    assert mouth[0] < other_mouth[0]
    assert max(eye[1], other_eye[1]) < nose[1] < min(mouth[1], other_mouth[1])
    assert face.score > 0.85
    assert abs(face.quality.yaw) < 12
    assert abs(face.quality.roll) < 8


def test_blazeface_finds_the_group(blaze: BlazeFaces) -> None:
    faces = faces_in(read_photo(GROUP), blaze)
    assert len(faces) == 6
    assert [face.box[0] for face in faces] == sorted(face.box[0] for face in faces)
    # Who looks to the picture's left, and whose head leans which way, can be seen in the photo.
    assert [face.quality.yaw < -15 for face in faces] == [False, True, False, True, True, True]
    assert [face.quality.roll < -20 for face in faces] == [True, True, False, False, False, False]
    assert faces[2].quality.roll > 8


def test_blazeface_finds_a_tight_crop_by_adding_a_border(blaze: BlazeFaces) -> None:
    (whole,) = faces_in(read_photo(PORTRAIT), blaze)
    crop = np.ascontiguousarray(read_photo(PORTRAIT).pixels[85:155, 195:258])
    (face,) = faces_in(photo(crop), blaze)
    assert np.abs(face.points - (whole.points - [195, 85])).max() < 6
    left, top, right, bottom = face.box
    assert min(left, top) >= 0
    assert right <= 63
    assert bottom <= 70


def test_blazeface_in_a_large_photo(blaze: BlazeFaces) -> None:
    (whole,) = faces_in(read_photo(PORTRAIT), blaze)
    large = np.asarray(Image.open(PORTRAIT).resize((4096, 4096), Image.Resampling.BICUBIC))
    (face,) = faces_in(photo(large), blaze)
    assert np.abs(face.points / 8 - whole.points).max() < 3
    assert np.abs(face.crop.astype(int) - whole.crop).mean() < 12


def covered(pixels: Pixels, corners: NDArray[np.float64], colour: tuple[int, int, int]) -> Pixels:
    picture = Image.fromarray(pixels)
    ImageDraw.Draw(picture).polygon([(float(x), float(y)) for x, y in corners], fill=colour)
    return np.asarray(picture)


@pytest.mark.parametrize("colour", [(150, 190, 220), (240, 240, 240), (20, 20, 20)])
@pytest.mark.parametrize("what", ["mask", "sunglasses", "half"])
def test_blazeface_finds_faces_that_are_half_hidden(blaze: BlazeFaces, what: str, colour: tuple[int, int, int]) -> None:
    pixels = read_photo(PORTRAIT).pixels
    (whole,) = blaze.detect(pixels)
    eyes, mouth = whole.points[:2].mean(axis=0), whole.points[3:].mean(axis=0)
    across, up, nose = whole.points[1] - whole.points[0], eyes - mouth, whole.points[2]
    corners = {
        "mask": [nose - across, nose + 0.15 * up, nose + across, mouth + 0.8 * across - 0.7 * up, mouth - up,
                 mouth - 0.8 * across - 0.7 * up],
        "sunglasses": [eyes + i * across + j * up for i, j in ((-1, 0.25), (1, 0.25), (1, -0.3), (-1, -0.3))],
        "half": [nose + i * across + j * up for i, j in ((-2, 3), (0, 3), (0, -3), (-2, -3))],
    }[what]  # fmt: skip
    (found,) = blaze.detect(covered(pixels, np.array(corners), colour))
    assert np.abs(found.points - whole.points).max() < 0.35 * np.linalg.norm(across)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_blazeface_finds_a_face_that_lies_on_its_side(blaze: BlazeFaces, turns: int) -> None:
    pixels = read_photo(PORTRAIT).pixels
    (upright,), (turned,) = blaze.detect(pixels), blaze.detect(np.ascontiguousarray(np.rot90(pixels, turns)))
    points = upright.points
    for _ in range(turns):
        points = np.stack([points[:, 1], 512 - points[:, 0]], axis=1)
    # The eyes stay the person's, so that the crop is upright.
    assert np.abs(turned.points - points).max() < 4


def test_blazeface_sees_no_faces_in_noise_and_badges(blaze: BlazeFaces) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 1300, 3), dtype=np.uint8)
    assert blaze.detect(noise) == ()
    suit = read_photo(PORTRAIT).pixels[260:, :]
    assert blaze.detect(np.ascontiguousarray(suit)) == ()


def test_blazeface_finds_a_few_among_many_pixels(blaze: BlazeFaces) -> None:
    (whole,) = blaze.detect(read_photo(PORTRAIT).pixels)
    small = Image.open(PORTRAIT).resize((300, 300), Image.Resampling.LANCZOS)
    wall = Image.new("RGB", (2400, 1600), (120, 110, 100))
    for corner in ((100, 1200), (1900, 60)):
        wall.paste(small, corner)
    found = blaze.detect(np.asarray(wall))
    assert len(found) == 2
    for one, corner in zip(found, ((100, 1200), (1900, 60)), strict=True):
        assert np.abs(one.points - (whole.points * 300 / 512 + corner)).max() < 4


# Alignment


@pytest.mark.parametrize("size", [112, 224])
def test_alignment_is_insightfaces(blaze: BlazeFaces, size: int) -> None:
    from insightface.utils.face_align import arcface_dst

    assert np.array_equal(TEMPLATE, arcface_dst)
    pixels = read_photo(GROUP).pixels
    for found in blaze.detect(pixels):
        theirs = norm_crop(pixels, found.points, size)
        assert np.abs(aligned(pixels, found.points, size).astype(int) - theirs).max() <= 1


def norm_crop(pixels: Pixels, points: NDArray[np.float32], size: int) -> Pixels:
    from insightface.utils import face_align

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # insightface calls what scikit-image has deprecated.
        return np.asarray(face_align.norm_crop(pixels, points, size), dtype=np.uint8)


def test_alignment_puts_the_eyes_where_the_template_says(blaze: BlazeFaces) -> None:
    for face in (*faces_in(read_photo(PORTRAIT), blaze), *faces_in(read_photo(GROUP), blaze)):
        matrix = similarity(face.points, 224)
        placed = face.points @ matrix[:, :2].T + matrix[:, 2]
        assert np.abs(placed - TEMPLATE * 2).max() < 34
        assert np.abs(placed.mean(axis=0) - TEMPLATE.mean(axis=0) * 2).max() < 0.01
    (portrait,) = faces_in(read_photo(PORTRAIT), blaze)
    (again,) = faces_in(photo(portrait.crop), blaze)
    assert np.abs(again.points - TEMPLATE * 2)[:2].max() < 10


def test_similarity_undoes_any_turn_scale_and_shift() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        angle, scale, shift = rng.uniform(-3, 3), rng.uniform(0.1, 30), rng.uniform(-500, 500, 2)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        points = (TEMPLATE @ turn.T * scale + shift).astype(np.float32)
        matrix = similarity(points, 112)
        assert np.allclose(points @ matrix[:, :2].T + matrix[:, 2], TEMPLATE, atol=0.01)


@pytest.mark.parametrize("points", [np.full((5, 2), 7.0), np.full((5, 2), np.nan)])
def test_similarity_needs_five_places(points: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="five points"):
        similarity(points.astype(np.float32), 112)


def test_very_large_faces_are_averaged_and_stay_in_place() -> None:
    """Half black and half white with strong noise: the edge stays where it was, the noise goes."""
    side = 4480
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 120, (side, side, 3), dtype=np.uint8)
    pixels[:, side // 2 :] += 120
    crop = aligned(pixels, TEMPLATE * (side / 112), 224).astype(float)
    assert crop[:, :110].std() < 12  # A single pixel's is 35.
    assert abs(crop[:, :110].mean() - 59.5) < 1
    assert abs(crop[:, 114:].mean() - 179.5) < 1
    # One turned by a quarter, partly outside the photo: black there, and nothing else moved.
    turned = TEMPLATE[:, ::-1] * [-1, 1] * (side / 112) + [side * 1.25, 0]
    crop = aligned(pixels, turned.astype(np.float32), 224).astype(float)
    assert crop[:54].max() == 0
    assert abs(crop[60:160].mean() - 179.5) < 1
    assert abs(crop[174:].mean() - 59.5) < 1


# Quality


def rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Turns a solid face (x right, y down, z away): positive to the picture's right, up, and clockwise."""
    a, b, c = np.radians([-yaw, -pitch, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


@pytest.mark.parametrize("yaw", [-50, -10, 0, 35])
@pytest.mark.parametrize("pitch", [-30, 0, 20])
@pytest.mark.parametrize("roll", [-60, 0, 25, 170])
def test_pose_of_a_turned_face(yaw: float, pitch: float, roll: float) -> None:
    solid = np.column_stack([TEMPLATE, [0, 0, -15, 0, 0]])
    points = (solid @ rotation(yaw, pitch, roll).T)[:, :2] * 3.5 + 200
    assert pose(points.astype(np.float32)) == pytest.approx((yaw, pitch, roll), abs=0.1)


def test_signs_of_the_pose() -> None:
    right = TEMPLATE.copy()
    right[2, 0] += 6
    up = TEMPLATE.copy()
    up[2, 1] -= 6
    clockwise = TEMPLATE @ np.array([[0.9, 0.436], [-0.436, 0.9]], np.float32)
    assert pose(right)[0] > 10
    assert pose(up)[1] > 10
    assert clockwise[1, 1] > clockwise[0, 1]  # The eye at the picture's right is the lower one.
    assert pose(clockwise)[2] == pytest.approx(25.8, abs=0.2)
    assert pose(TEMPLATE) == pytest.approx((0, 0, 0), abs=0.01)


def test_sharpness_brightness_and_mirroring(blaze: BlazeFaces) -> None:
    picture = Image.open(PORTRAIT)
    (found,) = blaze.detect(np.asarray(picture))
    sharp = measured(np.asarray(picture), found.box, found.points)
    blurred = measured(np.asarray(picture.filter(ImageFilter.GaussianBlur(3))), found.box, found.points)
    dark = measured(np.asarray(picture) // 4, found.box, found.points)
    assert blurred.sharpness < sharp.sharpness / 4
    assert sharp.brightness is not None
    assert dark.brightness is not None
    assert 0.3 < sharp.brightness < 0.8
    assert dark.brightness == pytest.approx(sharp.brightness / 4, abs=0.01)
    points = found.points[[1, 0, 2, 4, 3]] * [-1, 1] + [511, 0]
    mirrored = pose(points.astype(np.float32))
    assert mirrored == pytest.approx((-sharp.yaw, sharp.pitch, -sharp.roll), abs=1.5)


# One photo


def test_the_largest_face_or_the_one_that_is_meant(tiny: InsightFaces, saved: Saved) -> None:
    three = drawn(640, 480, *((30 + 200 * k, 100, side, PEOPLE[k + 1]) for k, side in enumerate((80, 160, 120))))
    choice = saved("three.png", three)
    largest = identify([choice], tiny)
    assert largest.photos[0].face_index == 2
    assert largest.photos[0].faces_found == 3
    for number in (1, 2, 3):
        taken = identify([replace(choice, face=number)], tiny)
        (used,) = taken.photos
        assert (used.face_index, used.faces_found, used.path) == (number, 3, choice.path)
        assert used.sha256 == read_photo(choice.path).sha256
        assert used.face.quality.agreement is None
        assert np.array_equal(taken.crop, used.face.crop)
        assert np.allclose(taken.embedding, used.face.embedding, atol=1e-6)
        assert np.linalg.norm(taken.embedding) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(largest.crop, identify([replace(choice, face=2)], tiny).crop)


@pytest.mark.parametrize("number", [-1, 0, 3])
def test_a_face_that_is_not_there(tiny: InsightFaces, saved: Saved, number: int) -> None:
    choice = saved("two.png", drawn(400, 300, (20, 50, 100, PEOPLE[1]), (220, 50, 100, PEOPLE[2])))
    with pytest.raises(PhotoError) as caught:
        identify([replace(choice, face=number)], tiny)
    assert caught.value.message == f'There are 2 faces in "two.png", so face {number} cannot be taken.'
    assert caught.value.hint == "Choose a number from 1 to 2, counted from the left."
    alone = saved("one.png", drawn(400, 300, (20, 50, 100, PEOPLE[1])))
    with pytest.raises(PhotoError, match=r'There is 1 face in "one\.png"'):
        identify([replace(alone, face=2)], tiny)


def test_no_face(tiny: InsightFaces, blaze: BlazeFaces, saved: Saved) -> None:
    good = saved("good.png", drawn(300, 300, (50, 50, 100, PEOPLE[1])))
    empty = saved("面 empty.png", drawn(300, 300))
    for detector, choices in ((tiny, [good, empty]), (blaze, [empty])):
        with pytest.raises(PhotoError) as caught:
            identify(choices, detector)
        assert caught.value.message == 'No face was found in "面 empty.png".'
        assert "turn this one" in caught.value.hint


def test_errors_of_reading_come_through(tiny: InsightFaces, tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="was not found"):
        identify([PhotoChoice(tmp_path / "gone.jpg")], tiny)
    with pytest.raises(PhotoError, match="no photo"):
        identify([], tiny)


# Several photos


def angles(tiny: FaceDetector, saved: Saved, grids: Sequence[Grid]) -> list[PhotoChoice]:
    return [saved(f"{k + 1}.png", drawn(300, 300, (60, 60, 160, grid))) for k, grid in enumerate(grids)]


def test_several_photos_give_the_normalised_mean(tiny: InsightFaces, saved: Saved) -> None:
    choices = angles(tiny, saved, [like(1, 2, 0.5), like(1, 3, 0.2), like(1, 4, 0.9)])
    identity = identify(choices, tiny)
    each = np.stack([used.face.embedding for used in identity.photos])
    mean = each.mean(axis=0)
    assert identity.embedding.dtype == np.float32
    assert np.allclose(identity.embedding, mean / np.linalg.norm(mean), atol=1e-6)
    assert np.array_equal(identity.crop, identity.photos[1].face.crop)  # The one nearest to the mean.
    for k, used in enumerate(identity.photos):
        others = np.delete(each, k, axis=0).mean(axis=0)
        expected = each[k] @ others / np.linalg.norm(others)
        assert used.face.quality.agreement == pytest.approx(expected, abs=1e-5)
    first, second = (1 / np.sqrt(1 + share**2) for share in (0.5, 0.2))
    assert each[0] @ each[1] == pytest.approx(first * second, abs=0.02)  # The drawings' own cosine.


def test_the_photo_of_somebody_else_is_named(tiny: InsightFaces, saved: Saved) -> None:
    choices = angles(tiny, saved, [like(1, 2, 0.3), PEOPLE[7], like(1, 3, 0.3), PEOPLE[1]])
    with pytest.raises(DifferentPeopleError) as caught:
        identify(choices, tiny)
    assert caught.value.message.startswith('Photo 2, "2.png", ')
    assert caught.value.hint.endswith(".")
    assert caught.value.odd == (1,)
    identify([choices[0], *choices[2:]], tiny)


def test_all_who_do_not_belong_are_told_at_once(tiny: InsightFaces, saved: Saved) -> None:
    choices = angles(tiny, saved, [like(1, 2, 0.3), PEOPLE[7], like(1, 3, 0.3), PEOPLE[9], PEOPLE[1]])
    with pytest.raises(DifferentPeopleError) as caught:
        identify(choices, tiny)
    assert set(caught.value.odd) == {1, 3}


def test_of_two_photos_both_are_named(tiny: InsightFaces, saved: Saved) -> None:
    with pytest.raises(DifferentPeopleError, match=r'"1\.png" and "2\.png" seem'):
        identify(angles(tiny, saved, [PEOPLE[1], PEOPLE[2]]), tiny)


def test_the_threshold_is_the_recognisers(saved: Saved, tiny: InsightFaces) -> None:
    choices = angles(tiny, saved, [PEOPLE[1], like(2, 1, 0.5)])  # Their cosine is 0.447.
    assert tiny.same_person == 0.2
    identify(choices, tiny)
    with pytest.raises(DifferentPeopleError):
        identify(choices, InsightFaces(PACK, same_person=0.5))
    untrained = InsightFaces(PACK, same_person=None)
    identity = identify(angles(tiny, saved, [PEOPLE[1], -PEOPLE[1]]), untrained)
    assert identity.photos[0].face.quality.agreement == pytest.approx(-1, abs=0.02)
    assert np.isfinite(identity.embedding).all()


def test_the_same_photo_twice_counts_once(tiny: InsightFaces, saved: Saved, tmp_path: Path) -> None:
    first, second = angles(tiny, saved, [like(1, 2, 0.5), like(1, 3, 0.5)])
    shutil.copy(first.path, tmp_path / "copy.png")
    twice = identify([first, second, first, PhotoChoice(tmp_path / "copy.png"), replace(first, face=1)], tiny)
    assert [used.path.name for used in twice.photos] == ["1.png", "2.png"]
    assert np.array_equal(twice.embedding, identify([first, second], tiny).embedding)
    alone = identify([first, first], tiny)
    assert len(alone.photos) == 1
    assert alone.photos[0].face.quality.agreement is None


def test_two_faces_of_one_sheet_count_twice(tiny: InsightFaces, saved: Saved) -> None:
    sheet = saved("sheet.png", drawn(600, 300, (40, 60, 160, like(1, 2, 0.5)), (340, 60, 160, like(1, 3, 0.5))))
    identity = identify([replace(sheet, face=1), replace(sheet, face=2)], tiny)
    assert [used.face_index for used in identity.photos] == [1, 2]


def test_photos_can_be_merged_later(tiny: InsightFaces, saved: Saved) -> None:
    """As a list of photos does in which some are switched off: without looking at the files again."""
    choices = angles(tiny, saved, [like(1, 2, 0.5), like(1, 3, 0.2), PEOPLE[9]])
    photos = [person_photo(choice, tiny) for choice in choices]
    for choice in choices:
        choice.path.unlink()
    everybody = merged(photos, None)
    assert everybody.photos[2].face.quality.agreement == pytest.approx(0, abs=0.02)
    assert np.array_equal(merged(photos[:2], 0.2).photos[0].face.embedding, photos[0].face.embedding)
    with pytest.raises(DifferentPeopleError, match="Photo 3"):
        merged(photos, 0.2)


def test_cancelling(tiny: InsightFaces, saved: Saved) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        identify(angles(tiny, saved, [PEOPLE[1]]), tiny, token)


def test_in_a_worker_thread(tiny: InsightFaces, blaze: BlazeFaces, saved: Saved) -> None:
    (choice,) = angles(tiny, saved, [PEOPLE[1]])
    answers: list[NDArray[np.float32]] = []

    def work() -> None:
        detector = InsightFaces(PACK)
        answers.extend(
            identify([one], use).embedding for one, use in ((choice, detector), (PhotoChoice(PORTRAIT), blaze))
        )

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert np.array_equal(answers[0], identify([choice], tiny).embedding)
    assert np.array_equal(answers[1], identify([PhotoChoice(PORTRAIT)], blaze).embedding)


# Likeness


def test_likeness_is_the_cosine_of_the_largest_face(tiny: InsightFaces, saved: Saved) -> None:
    (choice,) = angles(tiny, saved, [PEOPLE[1]])
    embedding = identify([choice], tiny).embedding
    crowd = (30, 30, 80, PEOPLE[4])
    for grid, expected in ((PEOPLE[1], 1.0), (PEOPLE[2], 0.0), (like(1, 2, 0.75), 0.8), (-PEOPLE[1], -1.0)):
        score = likeness(drawn(512, 512, crowd, (200, 150, 240, grid)), embedding, tiny)
        assert score == pytest.approx(expected, abs=0.02)
        assert isinstance(score, float)
    assert likeness(drawn(512, 512), embedding, tiny) is None


# Imports


def test_importing_leaves_qt_alone_and_photos_without_opencv() -> None:
    code = (
        "import os, sys\n"
        "import fastface_core.engine.photos\n"
        "assert not {'cv2', 'insightface', 'onnxruntime', 'torch'} & set(sys.modules)\n"
        "import fastface_core.engine.faces\n"
        "assert 'cv2' in sys.modules and 'insightface' not in sys.modules\n"
        "print(os.environ.get('QT_QPA_PLATFORM_PLUGIN_PATH'), os.environ.get('QT_QPA_FONTDIR'))\n"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QT_QPA_")}
    for before, after in (({}, "None None"), ({"QT_QPA_FONTDIR": "mine"}, "None mine")):
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=clean | before, capture_output=True, text=True, check=False
        )
        assert (run.stdout.strip(), run.stderr) == (after, "")
