"""Trains the UNet, the text encoders, the vision tower and the adapter together.

Text and face are each left out at random, so that guidance's three branches (nothing, face, both) all mean something.
Two thirds of the timesteps are the four that sampling uses. Several processes may share the work:
each has its own samples, and they average their weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from fastface_core.engine.drawing.scene import Scene
from tools.starter import (
    architecture,
    augment,
    beginnings,
    dataset,
    faceid,
    run,
    stage_crops,
    stage_embeddings,
    stage_latents,
    stage_recogniser,
    training,
)
from tools.starter.parts import Parts, fresh
from tools.starter.people import Person
from tools.starter.scenes import prompt
from tools.starter.texts import Texts

SAMPLING_TIMESTEPS = (999, 749, 499, 249)

_EYES_AND_MOUTH = (0.36, 0.72, 0.26, 0.74)
_MOUTH = (0.56, 0.74, 0.34, 0.66)
"""Top, bottom, left and right of where they lie, as parts of the picture; heads turn and move a little."""

_PATCH = 4
"""The side of a patch whose mistakes are also counted as one, in latents."""

_MOVED, _CHANGED = 3.0, 4.0
"""How much more often a scene is taken whose expression, or whose glasses, are not those of the reference."""


@dataclass(frozen=True)
class Settings:
    """How one training run goes.

    Attributes:
        batch: each process's.
        origin: the stage that it goes on from; None begins anew, or with the weights of the pack `start`.
        face_weight: what a mistake in eyes and mouth costs.
        mouth_weight: what one in the mouth costs, which is small and holds most of an expression.
        tone_weight: what a mistake shared by patches of 4x4 latents costs beside that of each latent: colours of skin,
            hair and clothes, which the mean over single latents hardly feels.
        told_weight: what it costs when a person's numbers cannot be read from the identity tokens: without it they
            carry the lightness of skin and hair and lose the hue, of which the picture's error tells them little.
        people: whose references there are; None for those of the samples alone.
    """

    name: str
    size: int
    samples: int
    batch: int
    pace: training.Pace
    prediction: str
    seed: int
    origin: str | None = None
    face_weight: float = 2.0
    mouth_weight: float = 2.0
    tone_weight: float = 0.0
    told_weight: float = 0.0
    start: Path | None = None
    people: int | None = None


class Networks(nn.Module):
    """Everything that is trained here, as one module."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.unet, self.text, self.text_2 = parts.unet, parts.text, parts.text_2
        self.tower, self.projection = parts.vision, parts.projection
        # Needed in training alone: the person's numbers as the identity tokens tell them.
        self.told = nn.Linear(faceid.TOKENS * architecture.CROSS_WIDTH, stage_recogniser.NUMBERS)

    def read_text(
        self, ids: torch.Tensor, ids_2: torch.Tensor, kept: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Text states and pooled text; zeros where the text is left out, as the pipelines do it."""
        one = self.text(ids, output_hidden_states=True).hidden_states[-2]
        two = self.text_2(ids_2, output_hidden_states=True)
        states = torch.cat([one, two.hidden_states[-2]], -1)
        return states * kept[:, None, None], two.text_embeds * kept[:, None]

    def read_face(self, embedding: torch.Tensor, crops: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        """Identity tokens; "no face" is a zero embedding and a picture that is zero after preprocessing."""
        pixels = augment.for_vision_tower(crops) * kept[:, None, None, None]
        states = self.tower(pixels, output_hidden_states=True).hidden_states[-2]
        return faceid.tokens(self.projection, embedding * kept[:, None], states)

    def forward(
        self, noisy: torch.Tensor, timesteps: torch.Tensor, text: torch.Tensor, pooled: torch.Tensor,
        face: torch.Tensor, time_ids: torch.Tensor,
    ) -> torch.Tensor:  # fmt: skip
        added = {"text_embeds": pooled, "time_ids": time_ids}
        made = self.unet(noisy, timesteps, encoder_hidden_states=(text, [face[:, None]]), added_cond_kwargs=added)
        return made.sample.float()


def networks(work: Path, seed: int, origin: str | None, start: Path | None = None) -> Networks:
    """Those of an earlier stage; or fresh ones, from the pack `start` as far as they fit, and the trained tower."""
    parts = fresh(seed)
    model = Networks(parts)
    # The UNet projects nothing itself: it is given identity tokens.
    model.unet.encoder_hid_proj = None
    model.unet.register_to_config(encoder_hid_dim_type=None)
    if origin:
        model.load_state_dict(run.Stage(work, origin).load_result()["model"])
    else:
        beginnings.take_over_parts(parts, start)
        model.tower.load_state_dict(run.Stage(work, "tower").load_result()["tower"])
    return model


class Batches:
    """Random samples with their noise-free latents, texts and reference faces."""

    def __init__(self, work: Path, settings: Settings) -> None:
        self.settings = settings
        self.latents = stage_latents.make(work, settings.size, settings.samples, 1)
        count = settings.samples // dataset.VIEWS
        self.references = stage_crops.references(work, settings.people or count)
        self.embeddings = stage_embeddings.make(work, settings.people or count)
        described = [dataset.describe(number)[:2] for number in range(settings.samples)]
        self.scenes = [scene for _, scene in described]
        self.numbers = stage_recogniser.attributes(count, dataset.TRAINING).numbers
        self.often = np.cumsum([_often(who, scene) for who, scene in described])
        self.texts = Texts()

    def take(self, rng: np.random.Generator) -> dict[str, torch.Tensor]:
        """One batch, on the device."""
        count, on = self.settings.batch, run.device()
        index = np.sort(np.searchsorted(self.often, rng.random(count) * self.often[-1], side="right"))
        # The face comes from the reference, where all of the person is to be seen.
        who = index // dataset.VIEWS
        crops = torch.from_numpy(self.references[who]).to(on).permute(0, 3, 1, 2).float() / 255
        embedding = torch.from_numpy(self.embeddings[who]).to(on)
        scenes = [self.scenes[number] for number in index]
        ids, ids_2 = self.texts([prompt(scene, rng) for scene in scenes])
        # 10 % without text, 10 % without face, 5 % without both.
        chance = torch.from_numpy(rng.random(count)).float()
        half = self.settings.size / architecture.SIZE
        size = self.settings.size
        time_ids = [(size, size, scene.dy * half, scene.dx * half, size, size) for scene in scenes]
        batch = {
            "index": torch.from_numpy(index),
            "latents": torch.from_numpy(self.latents[index]).float(),
            "ids": ids,
            "ids_2": ids_2,
            "text_kept": ((chance >= 0.25) | ((chance >= 0.05) & (chance < 0.15))).float(),
            "face_kept": (chance >= 0.15).float(),
            "time_ids": torch.tensor(time_ids, dtype=torch.float32),
        }
        chosen = torch.from_numpy(rng.choice(SAMPLING_TIMESTEPS, count))
        anything = torch.from_numpy(rng.integers(0, 1000, count))
        batch["timesteps"] = torch.where(torch.from_numpy(rng.random(count) < 0.65), chosen, anything)
        batch["noise"] = torch.from_numpy(rng.standard_normal(batch["latents"].shape, dtype=np.float32))
        batch["numbers"] = self.numbers[torch.from_numpy(who)]
        return {key: value.to(on) for key, value in batch.items()} | {"crops": crops, "embedding": embedding}


def noised(latents: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Noisy latents with the signal's and the noise's share."""
    kept = architecture.scheduler().alphas_cumprod.to(latents.device)[timesteps][:, None, None, None]
    signal, dirt = kept.sqrt(), (1 - kept).sqrt()
    return signal * latents + dirt * noise, signal, dirt


def _often(who: Person, scene: Scene) -> float:
    """How often a sample is taken, 1 the least: what differs from the reference is seldom, and small in the picture."""
    often = _MOVED if scene.expression not in ("gentle", "neutral") else 1.0
    changed = scene.glasses != "as is" and (scene.glasses == "off") == (who.twin.glasses != "none")
    return often * (_CHANGED if changed else 1.0)


def weighted_error(error: torch.Tensor, settings: Settings) -> torch.Tensor:
    """Mean square; mistakes count more where eyes and mouth are, and where a whole patch has the same."""
    side = error.shape[-1]
    weight = torch.ones(side, side, device=error.device)
    for (top, bottom, left, right), cost in (
        (_EYES_AND_MOUTH, settings.face_weight),
        (_MOUTH, settings.mouth_weight),
    ):
        weight[round(side * top) : round(side * bottom), round(side * left) : round(side * right)] = cost
    tone = nn.functional.avg_pool2d(error, _PATCH).square().mean()
    return (error.square() * weight / weight.mean()).mean() + settings.tone_weight * tone


def told_error(model: Networks, face: torch.Tensor, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """How badly the people's numbers can be read from the identity tokens (n, 4, width) of those who have a face."""
    error = (model.told(face.float().flatten(1)) - batch["numbers"]).square().mean(1)
    kept = batch["face_kept"]
    return (error * kept).sum() / kept.sum().clamp(min=1)


def prediction_error(
    batch: dict[str, torch.Tensor], made: torch.Tensor, signal: torch.Tensor, dirt: torch.Tensor, prediction: str
) -> torch.Tensor:
    """What is predicted wrongly, either way in the measure of v, in which all timesteps weigh alike."""
    if prediction == "v_prediction":
        return made - (signal * batch["noise"] - dirt * batch["latents"])
    return (made - batch["noise"]) / signal


def train(work: Path, settings: Settings, rank: int = 0, processes: int = 1) -> None:
    """Train as the settings say, going on from the last checkpoint."""
    stage = run.Stage(work, settings.name)
    if stage.done:
        return
    on = run.device()
    torch.manual_seed(settings.seed + 3)
    model = networks(work, settings.seed, settings.origin, settings.start).to(on).train()
    batches = Batches(work, settings)

    def loss_at(step: int) -> torch.Tensor:
        batch = batches.take(np.random.default_rng([settings.seed, 3, settings.size, step, rank]))
        noisy, signal, dirt = noised(batch["latents"], batch["noise"], batch["timesteps"])
        # Presets use the adapter and its LoRA at less than full strength: both are learnt at such strengths.
        strength = np.random.default_rng([settings.seed, 4, step])
        faceid.set_strength(model.unet, float(strength.uniform(0.75, 1.05)), float(strength.uniform(0.6, 1.1)))
        with run.half_precision(on):
            text, pooled = model.read_text(batch["ids"], batch["ids_2"], batch["text_kept"])
            face = model.read_face(batch["embedding"], batch["crops"], batch["face_kept"])
            made = model(noisy, batch["timesteps"], text, pooled, face, batch["time_ids"])
        error = prediction_error(batch, made, signal, dirt, settings.prediction)
        told = settings.told_weight * told_error(model, face, batch)
        return weighted_error(error, settings) + told

    about = {"prediction": settings.prediction}
    training.fit(stage, model, settings.pace, loss_at, about, rank, processes)
