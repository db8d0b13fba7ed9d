"""The networks of resources/face give what MediaPipe's own files gave, and the basis of the shape of faces is one."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from fastface_core import paths

EXPECTED = Path(__file__).resolve().parents[2] / "data" / "face" / "expected.npz"


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    with np.load(EXPECTED) as stored:
        return dict(stored)


@pytest.fixture(scope="module")
def shape() -> dict[str, np.ndarray]:
    with np.load(paths.resource("face") / "shape.npz") as stored:
        return {name: value.astype(float) if value.dtype.kind == "f" else value for name, value in stored.items()}


def answer(name: str, given: str, pixels: np.ndarray, low: float = 0) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(paths.resource("face") / f"{name}.onnx", providers=["CPUExecutionProvider"])
    outputs = session.run(None, {given: (pixels[None] / 255 * (1 - low) + low).astype(np.float32)})
    return [np.asarray(output) for output in outputs]


def test_the_mesh_finds_the_points_that_the_original_finds(expected: dict[str, np.ndarray]) -> None:
    points, score = answer("mesh", "crop", expected["mesh_crop"])
    assert points.shape == (1, 468, 3)
    assert np.abs(points - expected["mesh_points"]).max() < 0.02
    assert score == pytest.approx(expected["mesh_score"], abs=0.001)
    assert score > 0.99


def test_the_mesh_sees_that_something_is_no_face(expected: dict[str, np.ndarray]) -> None:
    _, score = answer("mesh", "crop", np.full_like(expected["mesh_crop"], 128))
    assert score < 0.5


def test_the_mask_of_a_person_is_the_originals(expected: dict[str, np.ndarray]) -> None:
    (mask,) = answer("person", "picture", expected["person_picture"])
    assert mask.shape == (1, 256, 256)
    assert np.abs(mask - expected["person_mask"] / 255).max() < 0.01
    assert 0.2 < mask.mean() < 0.8


def test_the_detector_finds_the_face_that_the_original_finds(expected: dict[str, np.ndarray]) -> None:
    boxes, scores = answer("detector", "picture", expected["person_picture"][:192, :192], low=-1)
    assert np.abs(boxes[:, ::8] - expected["detector_boxes"]).max() < 0.02
    assert np.abs(scores - expected["detector_scores"]).max() < 0.001
    best = int(scores[0].argmax())
    assert scores[0, best] > 0.8
    cell = (np.array([best % 48, best // 48]) + 0.5) * 4
    left, right = boxes[0, best, 4:8].reshape(2, 2) + cell
    # The eyes of examples/portrait.jpg at half its size.
    assert left == pytest.approx((102, 51), abs=5)
    assert right == pytest.approx((123, 52), abs=5)


def test_the_notice_names_the_files_that_are_there() -> None:
    folder = paths.resource("face")
    notice = (folder / "NOTICE").read_text(encoding="utf-8")
    named = dict(re.findall(r"^(\w+\.onnx): .*?converted +([0-9a-f]{64})$", notice, re.DOTALL | re.MULTILINE))
    assert named == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.onnx")}


def test_the_shape_is_in_its_frame_and_the_same_on_both_sides(shape: dict[str, np.ndarray]) -> None:
    mean, mirror = shape["mean"], shape["mirror"]
    left, right = mean[[33, 133]].mean(0), mean[[362, 263]].mean(0)
    assert left == pytest.approx([-0.5, 0, 0], abs=0.01)
    assert right == pytest.approx([0.5, 0, 0], abs=0.01)
    assert mean[4, 2] < 0 < mean[4, 1] < mean[152, 1]  # the nose is nearer than the eyes, and above the chin
    for faces in mean, shape["components"], shape["expressions"]:
        assert np.abs(faces[..., mirror, :] * [-1, 1, 1] - faces).max() < 0.002


def test_the_numbers_of_a_face_are_found_again_whatever_its_expression(shape: dict[str, np.ndarray]) -> None:
    parts, deviations = shape["components"], shape["deviations"]
    flat = parts[:, :, :2].reshape(14, -1)
    assert flat @ flat.T == pytest.approx(np.eye(14), abs=0.005)
    numbers = np.random.default_rng(0).normal(0, deviations, (200, 14))
    for change in (0 * shape["mean"], *shape["expressions"]):
        away = np.tensordot(numbers, parts, 1) + change
        found = np.tensordot(away[:, :, :2], shape["reading"], axes=([1, 2], [1, 2]))
        again = [np.corrcoef(one, other)[0, 1] for one, other in zip(found.T, numbers.T, strict=True)]
        assert min(again) > 0.8
        assert np.abs((found - numbers).mean(0) / deviations).max() < 0.6


def test_expressions_do_what_they_are_called(shape: dict[str, np.ndarray]) -> None:
    names = [str(name) for name in shape["expression_names"]]
    assert names == ["smile", "laugh", "surprised", "sad"]
    smile, laugh, surprised, sad = shape["expressions"]
    corner, upper, lower, brow, inner_brow = 291, 13, 14, 334, 285
    for up in smile, laugh:
        assert up[corner, 1] < up[upper, 1] - 0.03
        assert up[corner, 0] > 0.05
    assert smile[lower, 1] - smile[upper, 1] < 0.03
    assert laugh[lower, 1] - laugh[upper, 1] > 0.1
    assert surprised[lower, 1] - surprised[upper, 1] > 0.1
    assert surprised[brow, 1] < -0.1
    assert sad[corner, 1] > 0.05 > 0 > sad[inner_brow, 1]
    assert (paths.resource("face") / "shape.npz").stat().st_size < 200_000
