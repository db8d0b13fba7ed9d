"""A request as one loaded checkpoint makes it: of whom, how it is sampled, what its pictures' recipes say, how long."""

import time
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from fastface_core import __version__
from fastface_core.domain.approximations import APPROXIMATIONS, Approximation
from fastface_core.domain.branches import BRANCHES, Branch, branches_at
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity
from fastface_core.domain.places import Place
from fastface_core.domain.plan import Plan
from fastface_core.domain.request import Computed, PortraitRequest, Recipe, RecipePhoto
from fastface_core.domain.twin import Twin
from fastface_core.engine import adaptive, device, drawn_twin, own_loras
from fastface_core.engine.device import Device
from fastface_core.engine.face_memory import FaceMemory
from fastface_core.engine.loading import Parts
from fastface_core.engine.map_capture import MapCapture
from fastface_core.engine.regions import Regions
from fastface_core.engine.schedulers import Scheduler


@dataclass(frozen=True, eq=False, slots=True)
class Told:
    """A person as the checkpoint is conditioned on them.

    Attributes:
        place: of one of several people in a picture.
        twin: the drawing, for a checkpoint of drawn people.
    """

    identity: Identity
    place: Place | None
    twin: Twin | None


def as_told(
    identity: Identity | Sequence[Identity], request: PortraitRequest, checkpoint: Checkpoint, faces: FaceMemory | None
) -> tuple[Told, ...]:
    """The people of a request as a checkpoint is conditioned on them.

    Args:
        faces: with the checkpoint's own recogniser, where it has one.

    Raises:
        PhotoError: the checkpoint draws people by their measures, and no photo's face could be measured.
        ModelError: the recogniser gives no usable answer.
    """
    people = (identity,) if isinstance(identity, Identity) else tuple(identity)
    placed = request.people
    if len(people) != (1 if placed is None else len(placed)):
        raise ValueError("each of several people has a place in the request, and one alone has none")
    told: list[Told] = []
    for number, one in enumerate(people):
        place = None if placed is None else placed[number].place
        twin, corrections = None, request.corrections if placed is None else placed[number].corrections
        if checkpoint.identity == "twin":
            assert faces is not None
            twin, one = drawn_twin.as_drawn(one, corrections, faces.detector)
        told.append(Told(one, place, twin))
    return tuple(told)


class Job:
    """A request, how it is sampled, and what its pictures' recipes say."""

    def __init__(self, request: PortraitRequest, parts: Parts, approximations: Collection[Approximation] = ()) -> None:
        """
        Raises:
            SettingsError: the weight of the face is to follow a likeness that is not measured.
        """
        self.request = request
        self.approximations: tuple[Approximation, ...] = tuple(
            one
            for one in APPROXIMATIONS
            if one in approximations and (one != "small-decoder" or parts.preview is not None)
        )
        """Those that this checkpoint can do."""
        self.plan = Plan.of(request, parts.checkpoint.sampling)
        self._parts = parts
        factor = parts.vae_factor
        channels = cast(int, cast(Any, parts.unet.config).in_channels)
        self.latent_shape = (channels, self.plan.height // factor, self.plan.width // factor)
        self.target = adaptive.target_of(request, parts.checkpoint)
        """Of a weight that follows the likeness; None where it does not."""
        placed, latent = request.people, self.latent_shape[1:]
        self.regions = None if placed is None else Regions(placed, latent, parts.device.torch_device)

    def capture(self) -> MapCapture:
        own_scale, steps = self._parts.checkpoint.sampling.guidance_scale, self.plan.steps
        evaluated: set[Branch] = set()
        if self.regions is not None and self.regions.guidance() is not None:
            evaluated.update(BRANCHES)
        for step in range(steps):
            evaluated.update(branches_at(self.request.preset, own_scale, step, steps))
        return MapCapture(self.latent_shape, steps, evaluated)

    def scheduler(self, on: Device) -> Scheduler:
        trailing, plan = self._parts.checkpoint.sampling.trailing, self.plan
        return Scheduler(plan.scheduler, self._parts.scheduler_config, trailing, plan.steps, on.torch_device)

    def recipe(self, seed: int, people: Sequence[Identity], on: Device, together: int) -> Recipe:
        """`together`: images in the same batch."""
        return Recipe(
            program=f"FastFace {__version__}",
            prompt=self.request.prompt,
            negative_prompt=self.request.negative_prompt,
            preset=self.request.preset,
            checkpoint=self._parts.checkpoint.name,
            scheduler=self.plan.scheduler,
            steps=self.plan.steps,
            seed=seed,
            width=self.plan.width,
            height=self.plan.height,
            photos=RecipePhoto.of_all(people),
            device=on.name,
            dtype=on.precision,
            computed=Computed(together=together, plan=on.plan.name, approximations=self.approximations or None),
            terms=own_loras.terms_of(self._parts.checkpoint, self.request.preset),
            corrections=self.request.corrections,
            people=self.request.people,
        )


class Clock:
    """Seconds by stage, summed over a job."""

    def __init__(self, on: Device) -> None:
        self._device = on.torch_device
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, stage: str) -> Generator[None]:
        start = time.perf_counter()
        yield
        device.synchronize(self._device)
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start
