"""What the VAE keeps of a picture: `python -m tools.starter.reconstructions OUT.png`.

Pictures of people whom nothing was trained on, encoded and decoded by the first decoder and by the sharpened one: the
errors, how much of brightness and of the two axes of colour comes back (R2, 1 is all), and how far the colours of skin
and hair are off (CIEDE2000, in styles that have colours).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional

from fastface_core.engine.twin import colours
from tools.starter import dataset, judging, make, run, stage_sharpen, stage_vae
from tools.starter.coding import decoded, encoded

_START = 15_000_000
_FACE = (slice(92, 185), slice(66, 190))
_AXES = {"brightness": (0.299, 0.587, 0.114), "red-blue": (0.5, 0.0, -0.5), "green-magenta": (-0.5, 1.0, -0.5)}


@torch.no_grad()
def _decoded(model: AutoencoderKL, pictures: torch.Tensor) -> torch.Tensor:
    parts = [decoded(model, encoded(model, part).mean).clamp(-1, 1) for part in pictures.split(4)]
    return torch.cat(parts)


def _numbers(made: torch.Tensor, wanted: torch.Tensor) -> dict[str, float]:
    error = (made - wanted).abs() / 2
    numbers = {"pixel error": error.mean().item(), "in the face": error[:, :, _FACE[0], _FACE[1]].mean().item()}
    made, wanted = (functional.avg_pool2d(x, 8) for x in (made, wanted))
    for name, axis in _AXES.items():
        a, b = (torch.einsum("c,nchw->nhw", torch.tensor(axis), x) for x in (made, wanted))
        numbers[f"R2 of {name}"] = 1 - ((a - b).square().mean() / b.var()).item()
    return {name: round(value, 3) for name, value in numbers.items()}


def _pixels(pictures: torch.Tensor) -> np.ndarray:
    return ((pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def _colours(made: torch.Tensor, wanted: torch.Tensor, samples: list[dataset.Sample]) -> dict[str, float]:
    scenes = [one.scene for one in samples]
    regions = [judging.coloured_regions(one.who.twin, one.scene) for one in samples]
    numbers = {}
    for name, region in zip(judging.COLOURS, map(np.stack, zip(*regions, strict=True)), strict=True):
        one, other = (judging.region_colours(_pixels(x), region, scenes) for x in (made, wanted))
        apart = colours.difference(one, other)
        numbers |= {f"{name}, mean": np.nanmean(apart), f"{name}, worst": np.nanmax(apart)}
    return {name: round(float(value), 1) for name, value in numbers.items()}


def measured(work: Path, people: int = 60) -> tuple[dict[str, dict[str, float]], list[torch.Tensor]]:
    """By decoder: its numbers. And the pictures: drawn, by the first decoder, by the sharpened one."""
    numbers = [dataset.VIEWS * k + dataset.PLAIN_VIEWS + k % 4 for k in range(people)]
    samples = [dataset.sample(number, _START) for number in numbers]
    drawn = np.stack([one.picture.image for one in samples])
    wanted = torch.from_numpy(drawn).permute(0, 3, 1, 2).float() / 127.5 - 1
    models = {"first decoder": stage_vae.load(work)}
    if run.Stage(work, stage_sharpen.NAME).done:
        models["sharpened decoder"] = stage_sharpen.load(work)
    found, shown = {}, [wanted]
    for name, model in models.items():
        shown.append(_decoded(model, wanted))
        found[name] = _numbers(shown[-1], wanted) | _colours(shown[-1], wanted, samples)
    return found, shown


def main() -> None:
    """Print the numbers and write a sheet: drawn, first decoder, sharpened decoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--work", type=Path, default=make.WORK)
    parser.add_argument("--people", type=int, default=60)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    found, shown = measured(arguments.work, arguments.people)
    for name, numbers in found.items():
        print(name, numbers)
    columns = [torch.cat(list(column), 1) for column in zip(*(x[:16] for x in shown), strict=True)]
    sheet = torch.cat([torch.cat(columns[:8], 2), torch.cat(columns[8:], 2)], 1)
    cv2.imwrite(str(arguments.out), np.ascontiguousarray(_pixels(sheet[None])[0, ..., ::-1]))


if __name__ == "__main__":
    main()
