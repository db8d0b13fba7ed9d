"""Trains the judge of pictures: which style, which background, and which of a person's attributes a picture shows.

It learns from drawn pictures of people of its own and never meets the generator; who a person is, is judged by a
second recogniser trained on the same people (`stage_recogniser`, seed and people of the judge).
"""

from __future__ import annotations

from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from tools.starter import architecture, augment, dataset, renderer_scenes, run
from tools.starter import renderer_people as people

SIDE = 112
CLASSES: dict[str, tuple[str, ...]] = {
    "style": renderer_scenes.STYLES,
    "background": renderer_scenes.BACKGROUNDS,
    "hair colour": tuple(people.HAIR_COLOURS),
    "beard": ("no", "yes"),
    "glasses": ("no", "yes"),
}
_FILES = ("pictures.npy", "truth.npy")
_PIECE = 600
FULL_BEARDS = ("moustache", "goatee", "full")


def small(picture: np.ndarray) -> np.ndarray:
    """A picture as the judge sees it."""
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def truth(who: people.Identity, scene: renderer_scenes.Scene) -> list[int]:
    """The class numbers that are right for a picture."""
    return [
        CLASSES["style"].index(scene.style),
        CLASSES["background"].index(scene.background),
        CLASSES["hair colour"].index(who.hair_name),
        int(who.beard in FULL_BEARDS),
        int(who.glasses != "none"),
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
    run.open_array(stage.folder / _FILES[0], (count, SIDE, SIDE, 3), np.uint8)
    run.open_array(stage.folder / _FILES[1], (count, len(CLASSES)), np.int64)
    saved = stage.load("drawn.pt")
    drawn: list[int] = saved["drawn"] if saved else []
    tasks = [(stage.folder, first) for first in range(0, count, _PIECE) if first not in drawn]
    if tasks:
        with Pool(workers) as pool:
            for first in pool.imap(_draw, tasks):
                drawn.append(first)
                stage.save({"drawn": drawn}, "drawn.pt")
    pictures, right = (np.load(stage.folder / name, mmap_mode="r") for name in _FILES)
    return pictures, np.array(right)


class Judge(nn.Module):
    """One body, one head for each thing that is judged."""

    def __init__(self) -> None:
        super().__init__()
        self.body = architecture.Recogniser()
        self.heads = nn.ModuleList(nn.Linear(architecture.EMBEDDING, len(names)) for names in CLASSES.values())

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Logits for pictures in 0..1."""
        features = functional.relu(self.body(augment.for_recogniser(pictures)).float())
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
        index = np.sort(rng.integers(0, len(pictures), batch))
        seen = torch.from_numpy(pictures[index]).to(on).permute(0, 3, 1, 2).float() / 255
        seen = augment.photometric(seen, torch.Generator().manual_seed(step), 0.5)
        run.set_rate(optimiser, run.cosine(step, steps, 2e-3))
        with run.half_precision(on):
            logits = model(seen)
        wanted = right[index].to(on)
        loss = torch.stack([functional.cross_entropy(x, wanted[:, i]) for i, x in enumerate(logits)]).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % 20 == 0:
            hits = {
                f"right {name}": (x.argmax(1) == wanted[:, i]).float().mean().item()
                for i, (name, x) in enumerate(zip(CLASSES, logits, strict=True))
            }
            stage.log(step=step, loss=loss.item(), **hits)
        if (step + 1) % 100 == 0:
            stage.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1})
    stage.save({"model": model.state_dict()}, "result.pt")


def load(work: Path) -> Judge:
    """The trained judge."""
    saved = run.Stage(work, "judge").load("result.pt")
    if saved is None:
        raise FileNotFoundError("the judge is not trained yet")
    model = Judge()
    model.load_state_dict(saved["model"])
    return model.eval()
