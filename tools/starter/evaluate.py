"""Measures the trained networks on people that neither they nor their recogniser have met.

`python -m tools.starter.evaluate` writes `build/starter/evaluation.json`. For each of several settings it draws one
picture a person and asks the judges (trained on other people again): which of the first fifty people is this, which
style and background does it show, and has it the person's hair colour, beard and glasses? The same questions about
drawn pictures of the same people and prompts give the judges' own ceiling.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional

from tools.starter import augment, dataset, make, renderer, renderer_scenes, run, stage_judge, stage_unet, stage_vae
from tools.starter import stage_recogniser as reader
from tools.starter.renderer_people import person
from tools.starter.sampling import Guidance, draw

GALLERY = 50
SETTINGS = {
    "a = b = 1": Guidance(),
    "a = b = 1.5": Guidance(1.5, 1.5),
    "a = 1, b = 3, rescale 0.75": Guidance(1.0, 3.0, 0.75),
    "a = 1.5, b = 3, rescale 0.75": Guidance(1.5, 3.0, 0.75),
    "a = 0 (no face)": Guidance(0.0, 1.0),
    "b = 0 (no text)": Guidance(1.0, 0.0),
    "adapter 0.4": Guidance(adapter=0.4),
    "adapter 1": Guidance(adapter=1.0),
}


@dataclass(frozen=True)
class Cases:
    """The people measured, with a photo of each (what the app is given), a second one for the gallery, and a prompt."""

    photos: np.ndarray
    gallery: np.ndarray
    prompts: list[str]
    truth: np.ndarray
    rendered: np.ndarray


def cases(count: int) -> Cases:
    """The first `count` people of the evaluation; style and background go round, so that all occur alike."""
    photos, gallery, prompts, truth, rendered = [], [], [], [], []
    for number in range(count):
        who = person(dataset.EVALUATION + number)
        rng = np.random.default_rng([17, number])
        for kept in (photos, gallery):
            kept.append(dataset.crop(renderer.draw(who, renderer_scenes.plain_scene(rng)), rng))
        style = renderer_scenes.STYLES[number % len(renderer_scenes.STYLES)]
        background = renderer_scenes.BACKGROUNDS[number % len(renderer_scenes.BACKGROUNDS)]
        shown = renderer_scenes.scene(rng, style=style, background=background, look="ahead", light="soft")
        prompts.append(renderer_scenes.prompt(shown, rng))
        truth.append(stage_judge.truth(who, shown))
        rendered.append(renderer.draw(who, shown).image)
    return Cases(np.stack(photos), np.stack(gallery), prompts, np.array(truth), np.stack(rendered))


def standard_crop(pictures: np.ndarray) -> np.ndarray:
    """The face where it stands by default: likeness is measured without needing a detection."""
    e, (x, y) = renderer.EYE_DISTANCE, renderer.CENTRE
    points = np.array([(-0.5, 0), (0.5, 0), (0, 0.6), (-0.43, 1.155), (0.43, 1.155)], np.float32) * e + (x, y)
    scale = pictures.shape[1] / 256
    matrix = dataset.alignment((points * scale).astype(np.float32))
    side = dataset.CROP
    return np.stack([cv2.warpAffine(p, matrix, (side, side), flags=cv2.INTER_AREA) for p in pictures])


def _as_input(pictures: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255


@torch.no_grad()
def _embed(model: torch.nn.Module, crops: np.ndarray) -> torch.Tensor:
    return functional.normalize(model(augment.for_recogniser(_as_input(crops))))


@torch.no_grad()
def score(pictures: np.ndarray, wanted: Cases, who: torch.nn.Module, judge: stage_judge.Judge) -> dict[str, float]:
    """The judges' answers about these pictures, as shares of right ones, and the mean similarity with the person."""
    found = _embed(who, standard_crop(pictures))
    known = _embed(who, wanted.gallery)
    similarity = found @ known.T
    right = []
    for first in range(0, len(pictures), GALLERY):
        block = similarity[first : first + GALLERY, first : first + GALLERY]
        right.append((block.argmax(1) == torch.arange(len(block))).float())
    logits = judge(_as_input(np.stack([stage_judge.small(p) for p in pictures])))
    truth = torch.from_numpy(wanted.truth)
    answers = {
        name: (x.argmax(1) == truth[:, i]).float().mean().item()
        for i, (name, x) in enumerate(zip(stage_judge.CLASSES, logits, strict=True))
    }
    return {"rank-1": torch.cat(right).mean().item(), "similarity": similarity.diagonal().mean().item(), **answers}


def networks(work: Path, name: str) -> tuple[stage_unet.Networks, str]:
    """A stage's networks and what they predict."""
    saved = run.Stage(work, name).load("result.pt")
    if saved is None:
        raise FileNotFoundError(f"{name} is not trained yet")
    return stage_unet.networks(work, 0, name).eval(), saved["prediction"]


def pictures(
    model: stage_unet.Networks, vae: AutoencoderKL, wanted: Cases, recogniser: torch.nn.Module,
    guidance: Guidance, prediction: str, size: int, steps: int,
) -> np.ndarray:  # fmt: skip
    """One picture for every case."""
    made = []
    embedding = _embed(recogniser, wanted.photos)
    crops = _as_input(wanted.photos)
    for first in range(0, len(crops), 25):
        part = slice(first, first + 25)
        made.append(
            draw(
                model, vae, wanted.prompts[part], embedding[part], crops[part],
                size=size, prediction=prediction, steps=steps, guidance=guidance, seed=1000 + first,
            )
        )  # fmt: skip
    return np.concatenate(made)


def main() -> None:
    """Measure a stage's networks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=make.WORK)
    parser.add_argument("--stage", default="distilled")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--only", nargs="*", default=list(SETTINGS), help="names of settings")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of the first pictures")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    wanted = cases(arguments.people)
    who, judge = reader.load(arguments.work, "judge_faces"), stage_judge.load(arguments.work)
    recogniser = reader.load(arguments.work, "recogniser")
    vae = stage_vae.load(arguments.work)
    model, prediction = networks(arguments.work, arguments.stage)
    # A reader that knows nothing finds one in fifty; the classes have their own chances.
    results = {"rendered (the judges' ceiling)": score(wanted.rendered, wanted, who, judge)}
    for name in arguments.only:
        made = pictures(model, vae, wanted, recogniser, SETTINGS[name], prediction, arguments.size, arguments.steps)
        results[name] = score(made, wanted, who, judge)
        print(name, {key: round(value, 3) for key, value in results[name].items()}, flush=True)
        if arguments.sheet and name == arguments.only[0]:
            _sheet(made[:24], wanted, arguments.sheet)
    about = {"stage": arguments.stage, "people": arguments.people, "size": arguments.size, "steps": arguments.steps}
    text = json.dumps({**about, "chance": {"rank-1": 1 / GALLERY}, "results": results}, indent=2) + "\n"
    (arguments.work / "evaluation.json").write_text(text, encoding="utf-8")
    print(text)


def _sheet(made: np.ndarray, wanted: Cases, path: Path) -> None:
    """Photo crop, drawn picture and the renderer's own for each person, four people a row."""
    side = made.shape[1]
    cells = [
        np.concatenate([cv2.resize(a, (side, side)) for a in (wanted.photos[i], made[i], wanted.rendered[i])], 1)
        for i in range(len(made))
    ]
    rows = [np.concatenate(cells[first : first + 4], 1) for first in range(0, len(cells) - 3, 4)]
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1])


if __name__ == "__main__":
    main()
