"""The whole making of the starter model: its stages in order, with the numbers each one runs with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tools.starter import (
    architecture,
    dataset,
    processes,
    stage_crops,
    stage_distil,
    stage_embeddings,
    stage_judge,
    stage_latents,
    stage_preview,
    stage_recogniser,
    stage_sharpen,
    stage_unet,
    stage_vae,
)
from tools.starter.stage_unet import Settings
from tools.starter.training import Pace

JUDGE_SEED = 99


@dataclass(frozen=True)
class Plan:
    """Sizes of all stages, as two CPU cores manage them in some hours.

    `workers` is the number of processes that draw, `trainers` of those that share the UNet's stages; `start` is a pack
    whose weights the first stages begin with instead of chance.
    """

    seed: int = 0
    workers: int = 2
    trainers: int = 2
    prediction: str = "v_prediction"
    start: Path | None = None
    people: int = 4000
    vae_steps: int = 1150
    vae_batch: int = 8
    reader_steps: int = 400
    tower_steps: int = 500
    reader_batch: int = 64
    half_samples: int = 8_000
    samples: int = 16_000
    half_steps: int = 900
    half_batch: int = 32
    full_steps: int = 4_300
    full_batch: int = 16
    distil_steps: int = 80
    sharpen_steps: int = 600
    sharpen_batch: int = 2
    preview_steps: int = 150
    judge_people: int = 2000
    judge_steps: int = 450
    judge_batch: int = 64
    judge_pictures: int = 6000
    judge_picture_steps: int = 400

    def half(self) -> Settings:
        """The UNet at half size, where a picture costs a quarter."""
        return Settings(
            "unet_half", architecture.SIZE // 2, self.half_samples, self.half_batch, Pace(self.half_steps, 1.2e-3),
            self.prediction, self.seed, start=self.start, people=self.people,
        )  # fmt: skip

    def full(self) -> Settings:
        """The UNet at full size, going on from half size; eyes and mouth weigh more."""
        return Settings(
            "unet_full", architecture.SIZE, self.samples, self.full_batch, Pace(self.full_steps, 8e-4, decay=0.98),
            self.prediction, self.seed, "unet_half", face_weight=4.0, mouth_weight=12.0, tone_weight=4.0,
            told_weight=0.3, people=self.people,
        )  # fmt: skip

    def distilled(self) -> Settings:
        """The four-step student."""
        return Settings(
            "distilled", architecture.SIZE, self.samples, self.full_batch,
            Pace(self.distil_steps, 3e-4, warm=20, decay=0.9, weight_decay=0.0),
            self.prediction, self.seed, "unet_full", face_weight=4.0, mouth_weight=12.0, tone_weight=4.0,
            people=self.people,
        )  # fmt: skip


def on_gpu(seed: int, workers: int) -> Plan:
    """The plan for a GPU: five times the people, larger batches, and 30 times the samples at full size.

    One process trains. Learning rates stay: the loss's scale and AdamW make larger batches quieter, not faster. The
    judges are the same, so that what they say of both plans can be compared.
    """
    return Plan(
        seed=seed,
        workers=workers,
        trainers=1,
        people=20_000,
        vae_steps=20_000,
        vae_batch=32,
        reader_steps=6_000,
        tower_steps=6_000,
        reader_batch=256,
        half_samples=80_000,
        samples=80_000,
        half_steps=10_000,
        half_batch=256,
        full_steps=40_000,
        full_batch=128,
        distil_steps=4_000,
        sharpen_steps=6_000,
        sharpen_batch=16,
        preview_steps=4_000,
    )


def trial(seed: int, workers: int) -> Plan:
    """Two steps of everything: whether the whole way can be gone, in half a minute. It learns nothing."""
    return Plan(
        seed=seed,
        workers=workers,
        trainers=1,
        people=8,
        vae_steps=2,
        vae_batch=2,
        reader_steps=2,
        tower_steps=2,
        reader_batch=4,
        half_samples=24,
        samples=24,
        half_steps=2,
        half_batch=4,
        full_steps=2,
        full_batch=2,
        distil_steps=2,
        sharpen_steps=2,
        preview_steps=2,
        judge_people=40,  # of whom 1000 pairs can be made
        judge_steps=2,
        judge_batch=4,
        judge_pictures=8,
        judge_picture_steps=2,
    )


PLANS: dict[str, Callable[[int, int], Plan]] = {"cpu": Plan, "gpu": on_gpu, "trial": trial}


def faces(plan: Plan, work: Path) -> None:
    """The recogniser and the first form of the vision tower."""
    stage_crops.make(work, "recogniser_crops", plan.people, dataset.TRAINING, plan.workers)
    stage_recogniser.train(
        work, "recogniser", plan.seed, dataset.TRAINING, plan.people, plan.reader_steps, plan.reader_batch,
        stage_recogniser.SHIPPED,
    )  # fmt: skip
    stage_crops.references(work, plan.people, plan.workers)
    stage_recogniser.train_tower(work, plan.seed, plan.people, plan.tower_steps, plan.reader_batch)
    stage_embeddings.make(work, plan.people)


def judges(plan: Plan, work: Path) -> None:
    """The recogniser and the classifier that measure; nothing that is shipped comes from them."""
    stage_crops.make(work, "judge_faces_crops", plan.judge_people, dataset.JUDGE, plan.workers)
    stage_recogniser.train(
        work, "judge_faces", JUDGE_SEED, dataset.JUDGE, plan.judge_people, plan.judge_steps, plan.judge_batch,
        stage_recogniser.JUDGE,
    )  # fmt: skip
    stage_judge.train(
        work, JUDGE_SEED, plan.judge_pictures, plan.judge_picture_steps, 2 * plan.judge_batch, plan.workers
    )


def vae(plan: Plan, work: Path) -> None:
    """The VAE."""
    stage_vae.train(work, plan.seed, plan.vae_steps, plan.vae_batch, plan.start)


def half(plan: Plan, work: Path) -> None:
    """The UNet at half size."""
    stage_latents.make(work, architecture.SIZE // 2, plan.half_samples, plan.workers)
    processes.launch(stage_unet.train, work, plan.half(), plan.trainers)


def full(plan: Plan, work: Path) -> None:
    """The UNet at full size."""
    stage_latents.make(work, architecture.SIZE, plan.samples, plan.workers)
    processes.launch(stage_unet.train, work, plan.full(), plan.trainers)


def distil(plan: Plan, work: Path) -> None:
    """Distillation to four steps."""
    processes.launch(stage_distil.train, work, plan.distilled(), plan.trainers)


def sharpen(plan: Plan, work: Path) -> None:
    """The VAE's decoder alone, on what the student makes of noisy latents."""
    settings = replace(plan.distilled(), batch=plan.sharpen_batch)
    stage_sharpen.train(work, settings, plan.sharpen_steps)


def preview(plan: Plan, work: Path) -> None:
    """The preview decoder, on latents of the half size: it is convolutions only."""
    latents = stage_latents.make(work, architecture.SIZE // 2, plan.half_samples, plan.workers)
    stage_preview.train(work, plan.seed, plan.preview_steps, 8, latents)


STAGES = {
    "faces": faces,
    "vae": vae,
    "half": half,
    "full": full,
    "distil": distil,
    "sharpen": sharpen,
    "preview": preview,
    "judges": judges,
}
