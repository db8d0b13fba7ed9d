"""Trains the face readers: the recogniser, and the first form of the vision tower.

To the recogniser (ArcFace's form) one person in two pictures must agree, and different people must not; the person's
numbers are a second task, which keeps colours and shapes readable in what it gives. The tower reads references alone,
in which all of a person can be seen, and must tell these numbers. The judge of the evaluation is trained by the same
code on other people and with another seed; it never meets the generator.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fastface_core.engine.twin import colours
from tools.starter import architecture, augment, dataset, people, run, stage_crops

CLASSES = {
    "hair": tuple(people.HAIR_COLOURS),
    "cut": tuple(people.CUTS),
    "eyes": tuple(people.EYE_COLOURS),
    "glasses": people.GLASSES,
    "beard": people.BEARDS,
}


@dataclass(frozen=True)
class Kind:
    """What kind of reader is trained.

    Attributes:
        light: strength of the changes in light, colour and sharpness; real photos need all of it.
        shift: how far, in pixels of the crop, a face may lie beside its place, for readers that have no detector.
        widths: channels of the recogniser's stages.
    """

    light: float = 1.0
    shift: float = 0.0
    widths: tuple[int, ...] = architecture.RECOGNISER_WIDTHS


SHIPPED = Kind()
# The judge sees drawings alone and is not shipped: it may be larger, and trusts colours more.
JUDGE = Kind(light=0.5, shift=4.0, widths=(24, 48, 96, 144))


@dataclass
class Attributes:
    """Attributes of many people: class numbers (n, 5) and standardised numbers (n, `NUMBERS`)."""

    classes: torch.Tensor
    numbers: torch.Tensor


def _numbers(who: people.Person) -> list[float]:
    twin, hair = who.twin, who.twin.hair
    # In Lab, where hue has numbers of its own: in RGB most of what differs between people is lightness.
    tints = [colours.lab_of(each) for each in (twin.skin, twin.lips, twin.eyes, twin.brows, hair.colour)]
    return [
        *twin.shape, *(part for tint in tints for part in tint), *hair.widths,
        twin.brow_thickness, twin.eye_opening, twin.lines, twin.freckles, hair.cover, hair.top, hair.length,
        hair.hairline, hair.temples, hair.fringe, hair.parting or 0.0, float(hair.parting is not None), hair.curl,
        float(hair.tied == "back"), float(hair.tied == "bun"),
    ]  # fmt: skip


NUMBERS = len(_numbers(people.person(0)))


def attributes(count: int, start: int) -> Attributes:
    """The attributes of `count` people."""
    classes, numbers = [], []
    for number in range(start, start + count):
        who = people.person(number)
        names = (who.hair_name, who.cut, who.eye_name, who.twin.glasses, who.twin.beard)
        classes.append([options.index(name) for name, options in zip(names, CLASSES.values(), strict=True)])
        numbers.append(_numbers(who))
    table = torch.tensor(numbers, dtype=torch.float32)
    return Attributes(torch.tensor(classes), (table - table.mean(0)) / (table.std(0) + 1e-6))


class Reader(nn.Module):
    """A network that gives features, with the heads its training needs."""

    def __init__(self, body: nn.Module, width: int) -> None:
        super().__init__()
        self.body = body
        self.embed = nn.Linear(width, 128)
        self.classes = nn.ModuleList(nn.Linear(width, len(options)) for options in CLASSES.values())
        self.numbers = nn.Linear(width, NUMBERS)
        self.heat = nn.Parameter(torch.tensor(2.7))

    def attribute_loss(self, features: torch.Tensor, wanted: Attributes, which: torch.Tensor) -> torch.Tensor:
        """How badly the attributes can be read from the features."""
        classes = wanted.classes[which.cpu()].to(features.device)
        losses = [functional.cross_entropy(head(features), classes[:, i]) for i, head in enumerate(self.classes)]
        numbers = wanted.numbers[which.cpu()].to(features.device)
        return 0.2 * torch.stack(losses).sum() + functional.mse_loss(self.numbers(features), numbers)

    def contrast(self, one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
        """Each picture must find its person's other picture among the batch."""
        logits = self.heat.exp().clamp(max=60) * functional.normalize(one) @ functional.normalize(two).T
        target = torch.arange(len(one), device=one.device)
        return 0.5 * (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target))


class TowerBody(nn.Module):
    """The vision tower, read as the adapter reads it: the last but one layer."""

    def __init__(self) -> None:
        super().__init__()
        self.tower = architecture.vision_tower()

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        states = self.tower(augment.for_vision_tower(crops), output_hidden_states=True).hidden_states[-2]
        return torch.cat([states[:, 0], states[:, 1:].mean(1)], -1)


class RecogniserBody(nn.Module):
    """The recogniser up to its 512 numbers."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.model = architecture.Recogniser(widths)

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        return self.model(augment.for_recogniser(crops))


def _pairs(crops: np.ndarray, rng: np.random.Generator, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Which people, and two different views of each as one tensor (2n, 3, 112, 112) in 0..1."""
    which = rng.choice(len(crops) // dataset.VIEWS, count, replace=False)
    views = np.stack([rng.choice(dataset.VIEWS, 2, replace=False) for _ in range(count)])
    index = (which[:, None] * dataset.VIEWS + views).T.reshape(-1)
    order = np.argsort(index)
    taken = np.empty((len(index), *crops.shape[1:]), np.uint8)
    taken[order] = crops[index[order]]
    return torch.from_numpy(which), torch.from_numpy(taken).permute(0, 3, 1, 2).float() / 255


def train(work: Path, name: str, seed: int, start: int, people_count: int, steps: int, batch: int, kind: Kind) -> None:
    """Train a recogniser on crops that are drawn already."""
    stage = run.Stage(work, name)
    if stage.done:
        return
    on = run.device()
    crops = stage_crops.make(work, f"{name}_crops", people_count, start)
    wanted = attributes(people_count, start)
    torch.manual_seed(seed + 2)
    body = RecogniserBody(kind.widths)
    reader = Reader(body, architecture.EMBEDDING).to(on)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=1e-3, weight_decay=0.02)
    first = 0
    if saved := stage.load():
        reader.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    for step in range(first, steps):
        rng = np.random.default_rng([seed, 2, step])
        which, pictures = _pairs(crops, rng, batch)
        lot = torch.Generator().manual_seed(seed * 1_000_003 + step)
        pictures = augment.photometric(pictures.to(on), lot, kind.light)
        if kind.shift:
            pictures = augment.displaced(pictures, lot, kind.shift)
        run.set_rate(optimiser, run.cosine(step, steps, 2e-3))
        with run.half_precision(on):
            features = reader.body(pictures).float()
        # ArcFace's embedding is normalised before anyone reads it.
        features = functional.normalize(features) * 8
        contrast = reader.contrast(*features.chunk(2))
        described = reader.attribute_loss(features, wanted, which.repeat(2))
        optimiser.zero_grad(set_to_none=True)
        (contrast + 0.5 * described).backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 2.0)
        optimiser.step()
        if step % 20 == 0:
            stage.log(step=step, contrast=contrast.item(), attributes=described.item())
        if (step + 1) % 100 == 0:
            stage.save({"model": reader.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1})
    stage.save({"recogniser": body.model.state_dict(), "widths": list(kind.widths)}, "result.pt")


def train_tower(work: Path, seed: int, people_count: int, steps: int, batch: int) -> None:
    """Train the vision tower to read a person's numbers from the reference."""
    stage = run.Stage(work, "tower")
    if stage.done:
        return
    on = run.device()
    pictures = stage_crops.references(work, people_count)
    wanted = attributes(people_count, dataset.TRAINING)
    torch.manual_seed(seed + 9)
    body = TowerBody()
    reader = Reader(body, 2 * architecture.VISION_WIDTH).to(on)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=1e-3, weight_decay=0.02)
    first = 0
    if saved := stage.load():
        reader.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
    for step in range(first, steps):
        rng = np.random.default_rng([seed, 10, step])
        index = np.sort(rng.choice(people_count, min(batch, people_count), replace=False))
        shown = torch.from_numpy(pictures[index]).to(on).permute(0, 3, 1, 2).float() / 255
        run.set_rate(optimiser, run.cosine(step, steps, 2e-3))
        with run.half_precision(on):
            features = reader.body(shown).float()
        loss = reader.attribute_loss(features, wanted, torch.from_numpy(index))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 2.0)
        optimiser.step()
        if step % 20 == 0:
            stage.log(step=step, attributes=loss.item())
        if (step + 1) % 100 == 0:
            stage.save({"model": reader.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1})
    stage.save({"tower": body.tower.state_dict()}, "result.pt")


def load(work: Path, name: str) -> architecture.Recogniser:
    """A trained recogniser."""
    saved = run.Stage(work, name).load("result.pt")
    if saved is None:
        raise FileNotFoundError(f"{name} is not trained yet")
    model = architecture.Recogniser(tuple(saved.get("widths", architecture.RECOGNISER_WIDTHS)))
    model.load_state_dict(saved["recogniser"])
    return model.eval()
