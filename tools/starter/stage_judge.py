"""Trains the judge of pictures: what a picture shows of its prompt, and a few things of its person.

It learns from drawn pictures of people of its own and never meets the generator; who a person is, is judged by a
second recogniser trained on the same people (`stage_recogniser`, seed and people of the judge). Skin and hair are not
judged but measured, see `judging`.
"""

from __future__ import annotations

from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fastface_core.engine.drawing import scene as drawn
from fastface_core.engine.drawing.picture import shown
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.drawing.styles import COLOURLESS
from tools.starter import architecture, augment, dataset, run
from tools.starter.people import Person

SIDE = 112
NO_YES = ("no", "yes")
CLASSES: dict[str, tuple[str, ...]] = {
    "style": drawn.STYLES,
    "background": drawn.BACKGROUNDS,
    "clothes": drawn.CLOTHES,
    "clothes colour": drawn.CLOTHES_COLOURS,
    "expression": drawn.EXPRESSIONS,
    "glasses": NO_YES,
    "beard": NO_YES,
    "lines": NO_YES,
}
UNSEEN = -1
"""The class number of what a picture does not show, as colours in ink."""

_FACE = (66 / 256, 206 / 256, 58 / 256, 198 / 256)
"""Top, bottom, left and right of the usual place of a face, as parts of the picture."""

_FLAT = frozenset({"plain", "blue", "red", "yellow", "green"})
_COARSE = frozenset({"pixel"})
_FILES = ("pictures.npy", "truth.npy")
_PIECE = 600
_LINED = 0.3


def small(picture: np.ndarray) -> np.ndarray:
    """A picture as the judge sees it, (112, 224, 3): the whole of it, and beside it the face from near by."""
    top, bottom, left, right = (round(part * len(picture)) for part in _FACE)
    parts = (picture, picture[top:bottom, left:right])
    return np.concatenate([cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for part in parts], 1)


def truth(who: Person, scene: Scene) -> list[int]:
    """The class numbers that are right for a picture; `UNSEEN` where it shows too little to tell."""
    person = shown(who.twin, scene)
    colourless = scene.style in COLOURLESS
    return [
        CLASSES["style"].index(scene.style),
        UNSEEN if colourless and scene.background in _FLAT else CLASSES["background"].index(scene.background),
        CLASSES["clothes"].index(scene.clothes),
        UNSEEN if colourless else CLASSES["clothes colour"].index(scene.clothes_colour),
        CLASSES["expression"].index(scene.expression),
        int(person.glasses != "none"),
        UNSEEN if person.beard == "stubble" else int(person.beard != "none"),
        UNSEEN if scene.style in _COARSE else int(person.lines > _LINED),
    ]


def _draw(task: tuple[Path, int]) -> int:
    cv2.setNumThreads(1)
    folder, first = task
    pictures, right = (np.lib.format.open_memmap(folder / name, mode="r+") for name in _FILES)
    for number in range(first, min(first + _PIECE, len(pictures))):
        made = dataset.sample(number, dataset.JUDGE)
        pictures[number], right[number] = small(made.picture.image), truth(made.who, made.scene)
    pictures.flush()
    right.flush()
    return first


def _pictures(stage: run.Stage, count: int, workers: int) -> tuple[np.ndarray, np.ndarray]:
    """The judge's pictures and what is true of them, drawn where they are missing."""
    run.open_array(stage.folder / _FILES[0], (count, SIDE, 2 * SIDE, 3), np.uint8)
    run.open_array(stage.folder / _FILES[1], (count, len(CLASSES)), np.int64)
    saved = stage.load("drawn.pt")
    done: list[int] = saved["drawn"] if saved else []
    tasks = [(stage.folder, first) for first in range(0, count, _PIECE) if first not in done]
    if tasks:
        with Pool(workers) as pool:
            for first in pool.imap(_draw, tasks):
                done.append(first)
                stage.save({"drawn": done}, "drawn.pt")
    pictures, right = (np.load(stage.folder / name, mmap_mode="r") for name in _FILES)
    return pictures, np.array(right)


class Judge(nn.Module):
    """One body for the whole picture, one for the face, and a head for each thing that is judged by both."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies = nn.ModuleList(architecture.Recogniser() for _ in range(2))
        width = 2 * architecture.EMBEDDING
        self.heads = nn.ModuleList(nn.Linear(width, len(names)) for names in CLASSES.values())

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Logits for pictures as `small` gives them, in 0..1."""
        halves = augment.for_recogniser(pictures).split(SIDE, -1)
        seen = [body(half.contiguous()).float() for body, half in zip(self.bodies, halves, strict=True)]
        features = functional.relu(torch.cat(seen, -1))
        return [head(features) for head in self.heads]


def train(work: Path, seed: int, count: int, steps: int, batch: int, workers: int) -> None:
    """Draw the judge's pictures and train it."""
    stage = run.Stage(work, "judge")
    if stage.done:
        return
    pictures, truths = _pictures(stage, count, workers)
    right = torch.from_numpy(truths)
    on = run.device()
    torch.manual_seed(seed + 7)
    model = Judge().to(on).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    first = 0
    if saved := stage.load():
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    for step in range(first, steps):
        rng = np.random.default_rng([seed, 8, step])
        index = np.sort(rng.integers(0, count, batch))
        seen = torch.from_numpy(pictures[index]).to(on).permute(0, 3, 1, 2).float() / 255
        # Picture and face alike.
        flipped = torch.from_numpy(rng.random(batch) < 0.5).to(on)[:, None, None, None]
        halves = [
            augment.photometric(torch.where(flipped, x.flip(-1), x), torch.Generator().manual_seed(step), 0.4)
            for x in seen.split(SIDE, -1)
        ]
        run.set_rate(optimiser, run.cosine(step, steps, 2e-3))
        with run.half_precision(on):
            logits = model(torch.cat(halves, -1))
        wanted = right[index].to(on)
        loss = torch.stack([_error(x, wanted[:, i]) for i, x in enumerate(logits)]).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % 20 == 0:
            hits = {
                f"right {name}": float(_right(x, wanted[:, i]).nanmean())
                for i, (name, x) in enumerate(zip(CLASSES, logits, strict=True))
            }
            stage.log(step=step, loss=loss.item(), **hits)
        if (step + 1) % 100 == 0:
            stage.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1})
    stage.save({"model": model.state_dict()}, "result.pt")


def _error(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Cross entropy over those that can be seen; nothing where that is nobody."""
    each = functional.cross_entropy(logits, wanted, ignore_index=UNSEEN, reduction="sum")
    return each / (wanted != UNSEEN).sum().clamp(min=1)


def _right(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """For each picture 1 where the first guess is right, 0 where it is wrong, NaN where nothing can be seen."""
    return torch.where(wanted == UNSEEN, torch.nan, (logits.argmax(1) == wanted).float())


@torch.no_grad()
def answers(judge: Judge, pictures: torch.Tensor, wanted: torch.Tensor) -> dict[str, np.ndarray]:
    """By thing judged, for each picture: is the judge's first guess right (0 or 1), NaN where it cannot be seen.

    Args:
        pictures: as `small` gives them, (n, 3, 112, 224) in 0..1.
        wanted: (n, things) as `truth` gives them.
    """
    logits = judge(pictures)
    return {name: _right(x, wanted[:, i]).numpy() for i, (name, x) in enumerate(zip(CLASSES, logits, strict=True))}


def load(work: Path) -> Judge:
    """The trained judge."""
    saved = run.Stage(work, "judge").load("result.pt")
    if saved is None:
        raise FileNotFoundError("the judge is not trained yet")
    model = Judge()
    model.load_state_dict(saved["model"])
    return model.eval()
