"""Measures a stage's networks before a pack is written, on people that neither they nor the judges have met.

`python -m tools.starter.evaluate --stage NAME` writes `build/starter/evaluation.json`. For each of several settings it
draws one picture a person by the training's own sampler and asks the judges. The same questions about drawn pictures of
the same people and prompts give the judges' own ceiling. `measure` does the same and more through the app, on a pack.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderKL

from tools.starter import make, run, stage_sharpen, stage_unet
from tools.starter import stage_recogniser as reader
from tools.starter.judging import Cases, Judges, as_input, cases, embed
from tools.starter.sampling import Guidance, draw

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
    embedding = embed(recogniser, wanted.crops)
    references = as_input(wanted.references)
    for first in range(0, len(references), 25):
        part = slice(first, first + 25)
        made.append(
            draw(
                model, vae, wanted.prompts[part], embedding[part], references[part],
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
    judges = Judges(arguments.work, wanted)
    recogniser, vae = reader.load(arguments.work, "recogniser"), stage_sharpen.load(arguments.work)
    model, prediction = networks(arguments.work, arguments.stage)
    results = {"rendered (the judges' ceiling)": _means(judges.answers(wanted.rendered))}
    for name in arguments.only:
        made = pictures(model, vae, wanted, recogniser, SETTINGS[name], prediction, arguments.size, arguments.steps)
        results[name] = _means(judges.answers(made))
        print(name, {key: round(value, 3) for key, value in results[name].items()}, flush=True)
        if arguments.sheet and name == arguments.only[0]:
            _sheet(made[:24], wanted, arguments.sheet)
    about = {"stage": arguments.stage, "people": arguments.people, "size": arguments.size, "steps": arguments.steps}
    text = json.dumps({**about, "chance": judges.chance(), "results": results}, indent=2) + "\n"
    (arguments.work / "evaluation.json").write_text(text, encoding="utf-8")
    print(text)


def _means(answers: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: float(np.nanmean(values)) for name, values in answers.items()}


def _sheet(made: np.ndarray, wanted: Cases, path: Path) -> None:
    """Reference, drawn picture and the renderer's own for each person, four people a row."""
    side = made.shape[1]
    cells = [
        np.concatenate([cv2.resize(a, (side, side)) for a in (wanted.references[i], made[i], wanted.rendered[i])], 1)
        for i in range(len(made))
    ]
    rows = [np.concatenate(cells[first : first + 4], 1) for first in range(0, len(cells) - 3, 4)]
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1])


if __name__ == "__main__":
    main()
