"""The networks of resources/face give what MediaPipe's own files gave (tools/face/convert_mediapipe.py)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from fastface_core import paths

EXPECTED = Path(__file__).resolve().parents[1] / "data" / "face" / "expected.npz"


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    with np.load(EXPECTED) as stored:
        return dict(stored)


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
