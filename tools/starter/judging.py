"""The people and prompts that are measured, and what the judges say about pictures of them, person by person.

The judges are a recogniser and a classifier that were trained on other people and never met the generator. Nothing here
knows how a picture was made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional

from tools.starter import augment, dataset, renderer, renderer_scenes, stage_judge
from tools.starter import stage_recogniser as reader
from tools.starter.renderer_people import person

GALLERY = 50
MEASURES = ("rank-1", "similarity", *stage_judge.CLASSES)


@dataclass(frozen=True)
class Cases:
    """The people measured, n of them.

    Attributes:
        photos: (n, 256, 256, 3) uint8: what the app is given.
        points: (n, 5, 2): the five points of the faces in `photos`.
        crops: (n, 112, 112, 3): the aligned faces of `photos`, as a detector would give them.
        gallery: (n, 112, 112, 3): aligned faces of second photos, by which people are told apart.
        prompts: one a person.
        truth: (n, 5) class numbers: style and background of the prompt, and the person's attributes.
        rendered: (n, 256, 256, 3): what the prompts describe, drawn by the renderer, the face in its usual place.
    """

    photos: np.ndarray
    points: np.ndarray
    crops: np.ndarray
    gallery: np.ndarray
    prompts: list[str]
    truth: np.ndarray
    rendered: np.ndarray

    def __len__(self) -> int:
        return len(self.prompts)


def cases(count: int) -> Cases:
    """The first `count` people of the evaluation; style and background go round, so that all occur alike."""
    photos, crops, gallery, prompts, truth, rendered = [], [], [], [], [], []
    for number in range(count):
        who = person(dataset.EVALUATION + number)
        rng = np.random.default_rng([17, number])
        photos.append(renderer.draw(who, renderer_scenes.plain_scene(rng)))
        crops.append(dataset.crop(photos[-1], rng))
        gallery.append(dataset.crop(renderer.draw(who, renderer_scenes.plain_scene(rng)), rng))
        style = renderer_scenes.STYLES[number % len(renderer_scenes.STYLES)]
        background = renderer_scenes.BACKGROUNDS[number % len(renderer_scenes.BACKGROUNDS)]
        shown = renderer_scenes.scene(rng, style=style, background=background, look="ahead", light="soft")
        prompts.append(renderer_scenes.prompt(shown, rng))
        truth.append(stage_judge.truth(who, shown))
        # The app asks for the face in its usual place, and there it is measured.
        middle = replace(shown, dx=0.0, dy=0.0, zoom=1.0, roll=0.0, yaw=0.0)
        rendered.append(renderer.draw(who, middle).image)
    return Cases(
        photos=np.stack([photo.image for photo in photos]),
        points=np.stack([photo.points for photo in photos]),
        crops=np.stack(crops),
        gallery=np.stack(gallery),
        prompts=prompts,
        truth=np.array(truth),
        rendered=np.stack(rendered),
    )


def usual_points(side: int = 256) -> np.ndarray:
    """Where the five points lie in a picture of `side` pixels that was made without naming a place."""
    e, (x, y) = renderer.EYE_DISTANCE, renderer.CENTRE
    points = np.array([(-0.5, 0), (0.5, 0), (0, 0.6), (-0.43, 1.155), (0.43, 1.155)], np.float32) * e + (x, y)
    return (points * (side / 256)).astype(np.float32)


def usual_crops(pictures: np.ndarray) -> np.ndarray:
    """The faces where they stand by default: likeness is measured without needing a detection."""
    matrix = dataset.alignment(usual_points(pictures.shape[1]))
    side = dataset.CROP
    return np.stack([cv2.warpAffine(p, matrix, (side, side), flags=cv2.INTER_AREA) for p in pictures])


def as_input(pictures: np.ndarray) -> torch.Tensor:
    """(n, h, w, 3) uint8 to (n, 3, h, w) in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255


@torch.no_grad()
def embed(model: torch.nn.Module, crops: np.ndarray) -> torch.Tensor:
    """Embeddings of length 1 from aligned crops."""
    parts = [functional.normalize(model(augment.for_recogniser(as_input(part)))) for part in _pieces(crops)]
    return torch.cat(parts)


class Judges:
    """Recogniser and classifier, and the gallery of the people measured."""

    def __init__(self, work: Path, wanted: Cases) -> None:
        """
        Raises:
            FileNotFoundError: the judges are not trained yet.
        """
        self.wanted = wanted
        self._who, self._classes = reader.load(work, "judge_faces"), stage_judge.load(work)
        self._known = embed(self._who, wanted.gallery)

    def answers(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        """For every person: is the first guess right (0 or 1), the similarity, and is each class right (0 or 1)."""
        return self.likeness(usual_crops(pictures)) | self._attributes(pictures)

    def likeness(self, crops: np.ndarray) -> dict[str, np.ndarray]:
        """Rank-1 among each person's fifty, similarity with the person, and the mean one with the other 49."""
        similarity = embed(self._who, crops) @ self._known[: len(crops)].T
        right, others = [], []
        for first in range(0, len(crops), GALLERY):
            block = similarity[first : first + GALLERY, first : first + GALLERY]
            right.append((block.argmax(1) == torch.arange(len(block))).float())
            others.append((block.sum(1) - block.diagonal()) / max(1, len(block) - 1))
        return {
            "rank-1": torch.cat(right).numpy(),
            "similarity": similarity.diagonal().numpy().copy(),
            "others": torch.cat(others).numpy(),
        }

    @torch.no_grad()
    def _attributes(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        small = np.stack([stage_judge.small(picture) for picture in pictures])
        logits = [torch.cat(parts) for parts in zip(*(self._classes(as_input(p)) for p in _pieces(small)), strict=True)]
        truth = torch.from_numpy(self.wanted.truth[: len(pictures)])
        return {
            name: (x.argmax(1) == truth[:, i]).float().numpy()
            for i, (name, x) in enumerate(zip(stage_judge.CLASSES, logits, strict=True))
        }


def _pieces(array: np.ndarray, size: int = 50) -> list[np.ndarray]:
    return [array[first : first + size] for first in range(0, len(array), size)]
