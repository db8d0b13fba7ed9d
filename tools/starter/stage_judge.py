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


def _draw(number: int) -> tuple[np.ndarray, list[int]]:
    cv2.setNumThreads(1)
    made = dataset.sample(number, dataset.JUDGE)
    return small(made.picture.image), truth(made.who, made.scene)


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
    path = stage.folder / "pictures.npz"
    if not path.exists():
        with Pool(workers) as pool:
            drawn = pool.map(_draw, range(count), chunksize=200)
        np.savez(path, pictures=np.stack([d[0] for d in drawn]), truth=np.array([d[1] for d in drawn]))
    data = np.load(path)
    pictures, right = data["pictures"], torch.from_numpy(data["truth"])
    on = run.device()
    torch.manual_seed(seed + 7)
    model = Judge().to(on).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    for step in range(steps):
        rng = np.random.default_rng([seed, 8, step])
        index = rng.integers(0, len(pictures), batch)
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
    stage.save({"model": model.state_dict()}, "result.pt")


def load(work: Path) -> Judge:
    """The trained judge."""
    saved = run.Stage(work, "judge").load("result.pt")
    if saved is None:
        raise FileNotFoundError("the judge is not trained yet")
    model = Judge()
    model.load_state_dict(saved["model"])
    return model.eval()
