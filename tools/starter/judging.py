"""The people and prompts that are measured, and what the judges say about pictures of them, person by person.

The judges are a recogniser and a classifier that were trained on other people and never met the generator; skin and
hair are measured as colours. Nothing here knows how a picture was made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional

from fastface_core.domain.twin import Twin
from fastface_core.engine.drawing import scene as drawn
from fastface_core.engine.drawing.picture import centred, draw, reference, usual_points
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.drawing.styles import COLOURLESS
from fastface_core.engine.twin import colours
from tools.starter import augment, dataset, stage_crops, stage_judge, vocabulary
from tools.starter import stage_recogniser as reader
from tools.starter.people import Person, person
from tools.starter.scenes import plain_scene, prompt, scene

GALLERY = 50
COLOURS = ("skin dE", "hair dE")
TOLD = {"glasses as told": ("glasses", "glasses"), "age as told": ("age", "lines")}
"""Where the prompt says it otherwise than the person is: what of the scene says so, and what is judged then."""
MEASURES = ("rank-1", "similarity", *stage_judge.CLASSES, *TOLD, *COLOURS)

_BLOCK = 60
"""So many people in a row have every style, background, ... equally often."""

_AS_IS = ("as is",) * 8
_ROUND: dict[str, tuple[str, ...]] = {
    "style": vocabulary.OFFERED_STYLES,
    "background": drawn.BACKGROUNDS,
    "clothes": drawn.CLOTHES,
    "clothes_colour": drawn.CLOTHES_COLOURS,
    "expression": drawn.EXPRESSIONS,
    "age": (*_AS_IS, "young", "old"),
    "glasses": (*_AS_IS, "on", "off"),
}
_LEAST = 40
"""Pixels that a region needs for its colour to be measured."""

THICK = 0.85
"""Hair that covers less lets the skin shine through."""


@dataclass(frozen=True)
class Cases:
    """The people measured, n of them.

    Attributes:
        people: who they are.
        references: (n, 224, 224, 3) uint8: the pictures by which the generator is told who they are.
        crops: (n, 112, 112, 3): the aligned faces of the references.
        gallery: (n, 112, 112, 3): aligned faces of other pictures, by which people are told apart.
        prompts: one a person.
        scenes: what the prompts describe, the face in its usual place, where the app puts it.
        truth: (n, classes) class numbers, as `stage_judge.truth` gives them.
        rendered: (n, 256, 256, 3): the scenes drawn by the renderer.
        skin, hair: (n, 256, 256) bool: where cheeks and crown are in `rendered`; nowhere where they are not to be seen.
    """

    people: list[Person]
    references: np.ndarray
    crops: np.ndarray
    gallery: np.ndarray
    prompts: list[str]
    scenes: list[Scene]
    truth: np.ndarray
    rendered: np.ndarray
    skin: np.ndarray
    hair: np.ndarray

    def __len__(self) -> int:
        return len(self.prompts)


def cases(count: int) -> Cases:
    """The first `count` people of the evaluation; style, background and so on go round, so that all occur alike."""
    people = [person(dataset.EVALUATION + number) for number in range(count)]
    gallery, prompts, scenes = [], [], []
    for number, who in enumerate(people):
        rng = np.random.default_rng([17, number])
        gallery.append(dataset.crop(draw(who.twin, plain_scene(rng)), rng))
        wanted = scene(rng, **_turn(number), look="ahead", light="soft")
        prompts.append(saying_all(wanted, rng))
        scenes.append(centred(wanted))
    pairs = list(zip(people, scenes, strict=True))
    regions = [coloured_regions(who.twin, one) for who, one in pairs]
    return Cases(
        people=people,
        references=np.stack([reference(who.twin, dataset.REFERENCE).image for who in people]),
        crops=np.stack([stage_crops.reference_crop(who.number) for who in people]),
        gallery=np.stack(gallery),
        prompts=prompts,
        scenes=scenes,
        truth=np.array([stage_judge.truth(who, one) for who, one in pairs]),
        rendered=np.stack([draw(who.twin, one).image for who, one in pairs]),
        skin=np.stack([skin for skin, _ in regions]),
        hair=np.stack([hair for _, hair in regions]),
    )


def _turn(number: int) -> dict[str, str]:
    block, place = divmod(number, _BLOCK)
    fixed = {}
    for k, (name, options) in enumerate(_ROUND.items()):
        order = np.random.default_rng([19, block, k]).permutation(_BLOCK)
        fixed[name] = options[order[place] % len(options)]
    return fixed


def saying_all(wanted: Scene, rng: np.random.Generator) -> str:
    """A prompt for the scene that leaves nothing unsaid of what is judged, but for what goes without saying."""
    clothes = [f"wearing a {wanted.clothes_colour} {word}" for word in vocabulary.CLOTHES_WORDS[wanted.clothes]]
    needed = [clothes]
    if wanted.expression != "gentle":
        needed.append(list(vocabulary.EXPRESSION_WORDS[wanted.expression]))
    while True:
        text = prompt(wanted, rng)
        if all(any(words in text for words in options) for options in needed):
            return text


def coloured_regions(twin: Twin, wanted: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Where the cheeks' skin and the crown's hair are in a drawn picture of the scene, (256, 256) bool each.

    They are what changes in a plain drawing when skin and hair have another colour. Thin hair has no colour of its own.
    """
    plain = replace(wanted, style="photo", background="plain", light="soft", age="as is")
    # Skin with another red, hair with another green: one pair of drawings tells both.
    pictures = []
    for skin, hair in (((0.2, 0.2, 0.2), (0.2, 0.9, 0.2)), ((0.9, 0.2, 0.2), (0.2, 0.2, 0.2))):
        head = twin.hair.model_copy(update={"colour": hair})
        pictures.append(draw(twin.model_copy(update={"skin": skin, "hair": head}), plain).image.astype(int))
    # Where something else lies over it, less changes.
    changed = np.abs(pictures[0] - pictures[1]) > 60
    side = len(changed)
    eyes = usual_points(side)[:2]
    middle, unit = eyes.mean(0), float(eyes[1, 0] - eyes[0, 0])
    across, down = ((np.arange(side) - middle[axis]) / unit for axis in (0, 1))
    cheeks = np.outer((down > 0.2) & (down < 0.75), (np.abs(across) > 0.3) & (np.abs(across) < 0.85))
    crown = np.outer(down < -0.9, np.abs(across) < 0.9) & (twin.hair.cover >= THICK)
    return _solid(changed[..., 0] & cheeks), _solid(changed[..., 1] & crown)


def _solid(region: np.ndarray) -> np.ndarray:
    """Without its edge; nothing where too little is left."""
    inner = cv2.erode(region.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return inner if inner.sum() >= _LEAST else np.zeros_like(inner)


def region_colours(pictures: np.ndarray, regions: np.ndarray, scenes: list[Scene]) -> np.ndarray:
    """The median Lab of a region in every picture, (n, 3); NaN where the region is nowhere or the style colourless."""
    found = np.full((len(pictures), 3), np.nan)
    for number, (picture, region, shown) in enumerate(zip(pictures, regions, scenes, strict=False)):
        if region.any() and shown.style not in COLOURLESS:
            same = cv2.resize(picture, region.shape[::-1], interpolation=cv2.INTER_AREA)
            found[number] = np.median(colours.lab(same)[region], axis=0)
    return found


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
        self._wanted = self._region_colours(wanted.rendered)

    def answers(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        """Of every person's picture: each of `MEASURES`, and `others`; NaN where there is nothing to measure.

        Is the first guess right (0 or 1), the similarity, is each class right (0 or 1), and CIEDE2000 between the
        colours of cheeks and crown and those that the renderer gives them in the same scene.
        """
        return self.likeness(usual_crops(pictures)) | self._classified(pictures) | self._colours(pictures)

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

    def _classified(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        small = np.stack([stage_judge.small(picture) for picture in pictures])
        truths = _pieces(self.wanted.truth[: len(pictures)])
        parts = [
            stage_judge.answers(self._classes, as_input(piece), torch.from_numpy(right))
            for piece, right in zip(_pieces(small), truths, strict=True)
        ]
        found = {name: np.concatenate([part[name] for part in parts]) for name in stage_judge.CLASSES}
        for name, (what, judged) in TOLD.items():
            told = np.array([getattr(one, what) != "as is" for one in self.wanted.scenes[: len(pictures)]])
            found[name] = np.where(told, found[judged], np.nan)
        return found

    def _colours(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        seen = self._region_colours(pictures)
        return {name: colours.difference(seen[name], self._wanted[name][: len(pictures)]) for name in COLOURS}

    def _region_colours(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        regions = zip(COLOURS, (self.wanted.skin, self.wanted.hair), strict=True)
        return {name: region_colours(pictures, region, self.wanted.scenes) for name, region in regions}

    def chance(self) -> dict[str, float]:
        """What the commonest answer, or somebody else's colours, would get on the average, as far as there is any."""
        truth, scenes = self.wanted.truth, self.wanted.scenes
        found = {"rank-1": 1 / GALLERY}
        for i, name in enumerate(stage_judge.CLASSES):
            found[name] = _commonest(truth[:, i])
        for name, (what, judged) in TOLD.items():
            told = np.array([getattr(one, what) != "as is" for one in scenes])
            found[name] = _commonest(truth[told, list(stage_judge.CLASSES).index(judged)])
        for name, wanted in self._wanted.items():
            pairs = colours.difference(wanted[:, None], wanted[None])
            found[name] = float(np.nanmean(pairs[~np.eye(len(pairs), dtype=bool)]))
        return {name: value for name, value in found.items() if np.isfinite(value)}


def _commonest(truth: np.ndarray) -> float:
    seen = truth[truth != stage_judge.UNSEEN]
    return float(np.bincount(seen).max() / len(seen)) if len(seen) else float("nan")


def _pieces(array: np.ndarray, size: int = 50) -> list[np.ndarray]:
    return [array[first : first + size] for first in range(0, len(array), size)]
